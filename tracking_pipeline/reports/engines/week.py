"""What the seed's Weekly Engine Performance Report knows, beyond the figures of any system."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import duckdb

from tracking_pipeline.reports.engines import judgements
from tracking_pipeline.reports.engines.economics import (
    ALL,
    Economics,
    economics,
    latest,
    of_subject,
)
from tracking_pipeline.reports.engines.standings import (
    ClientScore,
    Standing,
    histories,
    standings,
)
from tracking_pipeline.reports.period import Period
from tracking_pipeline.reports.query import Row, rows

HISTORY_WEEKS: Final = 12


@dataclass(frozen=True)
class EngineWeek:
    """One week of every client's engines; ``notes`` are what a reader of the data has to mind."""

    period: Period
    economics: tuple[Economics, ...]
    standings: tuple[Standing, ...]
    claims: tuple[judgements.EngineClaim, ...]
    attention: tuple[judgements.Attention, ...]
    goals: tuple[judgements.Goal, ...]
    history: tuple[ClientScore, ...]
    notes: tuple[str, ...]

    @property
    def clients(self) -> dict[str, str]:
        """The names of the clients with data in the week, by key."""
        return {each.client_id: each.client for each in self.standings}

    def total(self, start: date) -> Economics | None:
        """Return the economics of all clients in the week from ``start``."""
        return latest(of_subject(self.economics, ALL), start)

    @property
    def economics_now(self) -> tuple[Economics, ...]:
        """The economics of the week itself, the total first."""
        return tuple(each for each in self.economics if each.start == self.period.start)

    @property
    def ranked(self) -> tuple[Standing, ...]:
        """The engines with a score, the highest first."""
        scored = [each for each in self.standings if each.score is not None]
        key = lambda each: (-(each.score or 0.0), each.engine_id, each.client_id)  # noqa: E731
        return tuple(sorted(scored, key=key))


def engine_week(con: duckdb.DuckDBPyConnection, period: Period) -> EngineWeek:
    """Return the week as the tables hold it."""
    claims = judgements.engine_claims(con, period.start)
    return EngineWeek(
        period=period,
        economics=economics(con, period, periods=2),
        standings=standings(con, period),
        claims=claims,
        attention=judgements.attention(con, period.start, claims),
        goals=judgements.goals(con, period.start),
        history=histories(con, period, HISTORY_WEEKS),
        notes=tuple(_notes(con, period)),
    )


_GAPS: Final = """
select
    client_id,
    engine_id,
    coalesce(max(days_with_data) filter (where week_start = $1), 0) as days_with_data
from marts.engine_economics_weekly
where week_start <= $1
group by all
having coalesce(max(days_with_data) filter (where week_start = $1), 0) < 7
order by client_id, engine_id
"""
_UNMATCHED: Final = """
select client_id, engine_id, origin, metric_name, reason, n from marts.unmatched_engine_metrics
where origin <> 'observation' or (last_observed_at >= $1 and first_observed_at < $2)
order by client_id, engine_id, origin, metric_name, reason
"""
_PUBLISHED: Final = """
select
    slug, published::double as published, recomputed::double as recomputed, longest_hold_hours
from marts.published_uptime_check
where is_mismatch
order by slug
"""


def _notes(con: duckdb.DuckDBPyConnection, period: Period) -> Iterator[str]:
    for row in rows(con, _GAPS, [period.start]):
        days = f"{row['days_with_data']} of {period.n_days} days"
        yield f"{row['client_id']}: engine {row['engine_id']} has data on {days}"
    for row in rows(con, _UNMATCHED, [period.start, period.next_start]):
        yield _unmatched(row)
    for row in rows(con, _PUBLISHED, []):
        yield (
            f"{row['slug']}: the published uptime is {row['published']:.2%}, "
            f"the probes give {row['recomputed']:.2%} "
            f"(each holds until the next one, at most {row['longest_hold_hours']:g} hours)"
        )


def _unmatched(row: Row) -> str:
    client = row["client_id"] or "every client"
    engine = f"engine {row['engine_id']}" if row["engine_id"] else "any engine"
    why = str(row["reason"]).replace("_", " ")
    if row["origin"] == "observation":
        said = f"{engine} sent {row['metric_name']!r}, which enters no figure"
    else:
        said = f"a {row['origin']} of {engine} names {row['metric_name']!r}, which judges no figure"
    return f"{client}: {said} ({why}, n = {row['n']:,})"
