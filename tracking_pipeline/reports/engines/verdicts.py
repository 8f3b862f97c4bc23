"""The verdicts on a client's pilot, as the marts judge it over its window."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import duckdb

from tracking_pipeline.reports.engines.standings import Standing, standings
from tracking_pipeline.reports.period import Period
from tracking_pipeline.reports.query import rows

Status = Literal["met", "not_met", "not_enough_data"]


@dataclass(frozen=True)
class Verdict:
    """One criterion or requirement, of the client or of one engine, over the pilot's window."""

    rule_id: str
    engine_id: str | None
    label: str
    unit: str
    threshold: float
    value: float | None
    n: int
    status: Status
    evidence: str
    window_start: date
    window_end: date | None

    @property
    def words(self) -> str:
        """The status as it reads."""
        return self.status.replace("_", " ")

    @property
    def finding(self) -> str:
        """The evidence without the label before it."""
        return self.evidence.partition(": ")[2] or self.evidence


@dataclass(frozen=True)
class Pilot:
    """A client's verdicts, those of the client before those of its engines."""

    criteria: tuple[Verdict, ...]
    requirements: tuple[Verdict, ...]
    standings: tuple[Standing, ...]

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Every verdict on the client itself."""
        return tuple(v for v in (*self.criteria, *self.requirements) if v.engine_id is None)


_VERDICTS: Final = """
select
    {rule} as rule_id, engine_id, label, unit, threshold::double as threshold,
    value::double as value, n::bigint as n, status, evidence, window_start, window_end
from marts.{table}
where client_id = $1
order by engine_id is not null, engine_id
"""


def pilot(con: duckdb.DuckDBPyConnection, subject: str, period: Period) -> Pilot:
    """Return the client's verdicts as they stand, beside its engines in the period."""
    return Pilot(
        _verdicts(con, "pilot_criteria", "criterion_id", subject),
        _verdicts(con, "pilot_requirements", "requirement_id", subject),
        tuple(each for each in standings(con, period) if each.client_id == subject),
    )


def _verdicts(
    con: duckdb.DuckDBPyConnection, table: str, rule: str, subject: str
) -> tuple[Verdict, ...]:
    found = rows(con, _VERDICTS.format(table=table, rule=rule), [subject])
    return tuple(Verdict(**row) for row in found)
