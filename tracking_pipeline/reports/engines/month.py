"""One subject's month: its economics and those before, its engines, what is assumed."""

from dataclasses import dataclass
from typing import Final, TypeVar

import duckdb

from tracking_pipeline.analysis.roi import Assumption
from tracking_pipeline.reports.engines import accounts, forecasts
from tracking_pipeline.reports.engines.economics import (
    ALL,
    Economics,
    economics,
    latest,
    of_subject,
)
from tracking_pipeline.reports.engines.judgements import EngineClaim, engine_claims
from tracking_pipeline.reports.engines.standings import (
    ClientScore,
    Standing,
    histories,
    last_week,
    standings,
)
from tracking_pipeline.reports.period import Period

_MONTHS: Final = 6

Owned = TypeVar("Owned", Standing, ClientScore, EngineClaim, accounts.PreviousMethod)


@dataclass(frozen=True)
class Month:
    """One subject's month; the claims are those of its last whole week."""

    period: Period
    subject: str
    every: tuple[Economics, ...]
    standings: tuple[Standing, ...]
    history: tuple[ClientScore, ...]
    claims: tuple[EngineClaim, ...]
    methods: tuple[accounts.PreviousMethod, ...]
    assumed: tuple[Assumption, ...]
    forecasts: tuple[forecasts.Forecast, ...]

    @property
    def months(self) -> tuple[Economics, ...]:
        """The subject's months so far, oldest first."""
        return of_subject(self.every, self.subject)

    @property
    def now(self) -> Economics | None:
        """The subject's economics of the month."""
        return latest(self.months, self.period.start)

    @property
    def before(self) -> Economics | None:
        """Those of the month before."""
        return latest(self.months, self.period.previous.start)

    @property
    def paying(self) -> tuple[Economics, ...]:
        """The clients that the subject's month is made of."""
        return tuple(
            each
            for each in self.every
            if each.start == self.period.start
            and each.client_id is not None
            and self.subject in (ALL, each.client_id)
        )

    @property
    def clients(self) -> dict[str, str]:
        """The names of the clients with data in the month, by key."""
        return {each.client_id: each.client for each in self.standings}

    @property
    def is_whole(self) -> bool:
        """Whether it is of all clients."""
        return self.subject == ALL


def month(con: duckdb.DuckDBPyConnection, period: Period, subject: str) -> Month:
    """Return the subject's month as the tables hold it."""
    return Month(
        period=period,
        subject=subject,
        every=economics(con, period, periods=_MONTHS),
        standings=_of(standings(con, period), subject),
        history=_of(histories(con, period, _MONTHS), subject),
        claims=_of(engine_claims(con, last_week(period).start), subject),
        methods=_of(accounts.previous_methods(con), subject),
        assumed=accounts.assumptions(con),
        forecasts=forecasts.forecasts(con, period, subject),
    )


def _of(found: tuple[Owned, ...], subject: str) -> tuple[Owned, ...]:
    return tuple(each for each in found if subject in (ALL, each.client_id))
