"""What is said of the engines in a week: claims of the gate, what needs attention, goals."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, get_args

import duckdb

from tracking_pipeline.reports.compose import statement
from tracking_pipeline.reports.document import Statement
from tracking_pipeline.reports.engines.standings import SYSTEM
from tracking_pipeline.reports.query import Row, rows

Reason = Literal["low_score", "decline", "below_benchmark"]

_URGENCY: Final[tuple[Reason, ...]] = get_args(Reason)


@dataclass(frozen=True)
class EngineClaim:
    """A sentence of the gate on one engine of one client; ``direction`` of a supported change."""

    client_id: str
    engine_id: str
    metric: str | None
    kind: str
    direction: str | None
    said: Statement

    @property
    def is_better(self) -> bool:
        """Whether it says, with support, that something got better."""
        return self.said.is_supported and self.direction == "improving"

    @property
    def is_worse(self) -> bool:
        """Whether it says, with support, that something got worse."""
        return self.said.is_supported and self.direction == "declining"


@dataclass(frozen=True)
class Attention:
    """Why one engine of one client needs attention."""

    client_id: str
    engine_id: str
    reason: Reason
    sentence: str
    evidence: str = ""

    @property
    def finding(self) -> str:
        """The sentence without the engine's name before it."""
        named = self.sentence.startswith(f"Engine {self.engine_id} (")
        return self.sentence.partition("): ")[2] if named else self.sentence


@dataclass(frozen=True)
class Goal:
    """A client's goal beside the period's figure; ``status`` is that of the day of the report."""

    goal_id: str
    client_id: str
    engine_id: str
    label: str
    unit: str
    direction: str
    target_value: float
    value: float | None
    status: str | None
    is_overdue: bool
    due_date: date | None

    @property
    def is_reached(self) -> bool:
        """Whether the period's figure has reached the target."""
        if self.value is None:
            return False
        if self.direction == "lower":
            return self.value <= self.target_value
        return self.value >= self.target_value


_CLAIMS: Final = """
select
    claims.client_id, claims.entity_id as engine_id, claims.metric, claims.kind,
    claims.sentence, claims.is_supported,
    case when claims.kind in ('trend', 'week_over_week') then trends.direction end as direction
from analysis.claims as claims
left join analysis.trends as trends
    on (trends.system, trends.client_id, trends.entity_type, trends.entity_id, trends.metric)
    = (claims.system, claims.client_id, claims.entity_type, claims.entity_id, claims.metric)
    and trends.week_start = claims.week_start
where claims.system = $1 and claims.week_start = $2 and claims.entity_id is not null
order by claims.client_id, claims.entity_id, claims.kind, claims.metric, claims.claim_id
"""
_ATTENTION: Final = """
select client_id, engine_id, reason, sentence
from marts.engines_needing_attention
where week_start = $1
order by client_id, engine_id, reason desc, metric
"""
_GOALS: Final = """
select
    goals.goal_id, goals.client_id, goals.entity_id as engine_id, catalogue.label,
    catalogue.unit, catalogue.direction, goals.target_value::double as target_value,
    figures.value::double as value, goals.status, goals.is_overdue, goals.due_date
from marts.goals as goals
inner join seeds.metrics as catalogue
    on (catalogue.system, catalogue.entity_type, catalogue.metric)
    = (goals.system, goals.entity_type, goals.metric)
left join marts.metric_weekly as figures
    on (figures.system, figures.client_id, figures.entity_type, figures.entity_id, figures.metric)
    = (goals.system, goals.client_id, goals.entity_type, goals.entity_id, goals.metric)
    and figures.week_start = $2
where goals.system = $1 and (goals.start_date is null or goals.start_date < $2 + 7)
order by goals.client_id, goals.entity_id, goals.goal_id
"""


def engine_claims(con: duckdb.DuckDBPyConnection, week: date) -> tuple[EngineClaim, ...]:
    """Return what the gate said of engines in the week, supported or not."""
    return tuple(_claim(row) for row in rows(con, _CLAIMS, [SYSTEM, week]))


def attention(
    con: duckdb.DuckDBPyConnection, week: date, claims: tuple[EngineClaim, ...]
) -> tuple[Attention, ...]:
    """Return why engines need attention: low scores, missed benchmarks, supported declines."""
    found = [Attention(**row) for row in rows(con, _ATTENTION, [week])]
    declines = [
        Attention(each.client_id, each.engine_id, "decline", each.said.sentence, each.said.evidence)
        for each in claims
        if each.is_worse
    ]
    return tuple(sorted((*found, *declines), key=_urgency))


def goals(con: duckdb.DuckDBPyConnection, week: date) -> tuple[Goal, ...]:
    """Return every goal of an engine that had begun by the week's end, beside its figure."""
    return tuple(Goal(**row) for row in rows(con, _GOALS, [SYSTEM, week]))


def _urgency(each: Attention) -> tuple[int, str, str]:
    return _URGENCY.index(each.reason), each.client_id, each.engine_id


def _claim(row: Row) -> EngineClaim:
    said = statement(row.pop("sentence"), is_supported=row.pop("is_supported"))
    return EngineClaim(**row, said=said)
