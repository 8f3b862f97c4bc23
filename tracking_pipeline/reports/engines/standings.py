"""How each engine stands for each client over a period: score, metrics, benchmarks, trend."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Final

import duckdb

from tracking_pipeline.reports.model import Comparison
from tracking_pipeline.reports.period import Period, period_of
from tracking_pipeline.reports.query import Row, rows

SYSTEM: Final = "engines"
"""The system that the standings, and the reports of this folder, are about."""

_NO_SCORE: Final = {
    None: "no data",
    "insufficient_coverage": "less than 60 % of the weight has data and a benchmark",
}


@dataclass(frozen=True)
class EngineMetric:
    """One metric over the period; comparisons are shares of the reference, positive is better."""

    metric: str
    label: str
    unit: str
    weight: float
    value: float | None
    n: int
    coverage: float | None
    benchmark: float | None
    industry_average: float | None
    comparison: float | None
    against_industry: float | None
    provenance: str


@dataclass(frozen=True)
class Standing:
    """One engine of one client over the period; ``score`` is 100 at the benchmark."""

    client_id: str
    client: str
    engine_id: str
    engine: str
    purpose: str
    score: float | None
    status: str | None
    previous_score: float | None
    trend: Comparison | None
    last_observed_at: datetime | None
    metrics: tuple[EngineMetric, ...]

    @property
    def key(self) -> tuple[str, str]:
        """Client and engine."""
        return self.client_id, self.engine_id

    @property
    def title(self) -> str:
        """Letter and name without the article: A · Prospector."""
        return f"{self.engine_id} · {self.engine.removeprefix('The ')}"

    @property
    def reason(self) -> str:
        """Why there is no score; empty when there is."""
        return "" if self.score is not None else _NO_SCORE.get(self.status, "no data")

    @property
    def comparison(self) -> float | None:
        """How far the score stands from the benchmarks, as a share; capped as the score is."""
        return None if self.score is None else self.score / 100 - 1

    @property
    def against_industry(self) -> float | None:
        """The weighted mean of the metrics' comparisons with the industry's averages."""
        return _mean(self.metrics, lambda metric: metric.against_industry)

    @property
    def leading(self) -> EngineMetric | None:
        """The metric that stands best against its benchmark."""
        compared = [metric for metric in self.metrics if metric.comparison is not None]
        return max(compared, key=lambda metric: metric.comparison or 0.0, default=None)


@dataclass(frozen=True)
class ClientScore:
    """The mean score of one client's engines in one period; ``n`` engines have one."""

    client_id: str
    start: date
    score: float | None
    n: int


def standings(con: duckdb.DuckDBPyConnection, period: Period) -> tuple[Standing, ...]:
    """Return every engine of every client with data in the period, by client and letter.

    An engine without data stands among them: missing is not zero. The trend is that of the
    period's last whole week.
    """
    values = [SYSTEM, period.start, period.previous.start, last_week(period).start]
    found = rows(con, _ENGINES.format(rhythm=period.rhythm), values)
    metrics = _metrics(con, period)
    return tuple(
        _standing(row, metrics.get((row["client_id"], row["engine_id"]), ())) for row in found
    )


def last_week(period: Period) -> Period:
    """Return the week that the period is, or the last one that lies wholly in the month."""
    week = period_of(period.end, period.zone, "week")
    return week if week.end <= period.end else week.previous


def histories(
    con: duckdb.DuckDBPyConnection, period: Period, periods: int
) -> tuple[ClientScore, ...]:
    """Return each client's mean score in each of the last periods, by client and period."""
    first = period
    for _ in range(periods - 1):
        first = first.previous
    query = _SCORES.format(rhythm=period.rhythm)
    found = rows(con, query, [SYSTEM, first.start, period.start])
    return tuple(ClientScore(**row) for row in found)


# A client without a row of its own in the clients is shown by its key.
_ENGINES: Final = """
with
present as (
    select distinct client_id from marts.metric_{rhythm}ly
    where system = $1 and {rhythm}_start = $2
),
seen as (
    select client_id, entity_id, max(last_observed_at) as last_observed_at
    from marts.metric_{rhythm}ly
    where system = $1 and {rhythm}_start = $2
    group by all
),
scored as (
    select * from marts.scores_{rhythm}ly
    where system = $1 and {rhythm}_start in ($2, $3)
),
judged as (
    select * from analysis.trends
    where system = $1 and week_start = $4 and metric = 'performance_score'
)
select
    present.client_id, coalesce(clients.name, present.client_id) as client,
    engines.engine_id, engines.name as engine, engines.purpose,
    scored.performance_score::double as score, scored.status,
    before.performance_score::double as previous_score, seen.last_observed_at,
    judged.entity_id is not null as is_judged, judged.direction, judged.significance,
    judged.reason, judged.method, judged.adjusted_p_value::double as p_value,
    judged.ci_low::double as ci_low, judged.ci_high::double as ci_high
from present
cross join seeds.engines as engines
left join marts.clients as clients on clients.client_key = present.client_id
left join seen on (seen.client_id, seen.entity_id) = (present.client_id, engines.engine_id)
left join scored
    on (scored.client_id, scored.entity_id) = (present.client_id, engines.engine_id)
    and scored.{rhythm}_start = $2
left join scored as before
    on (before.client_id, before.entity_id) = (present.client_id, engines.engine_id)
    and before.{rhythm}_start = $3
left join judged on (judged.client_id, judged.entity_id) = (present.client_id, engines.engine_id)
order by present.client_id, engines.engine_id
"""
_METRICS: Final = """
select
    figures.client_id, figures.entity_id as engine_id, figures.metric, catalogue.label,
    catalogue.unit, catalogue.weight::double as weight, figures.value::double as value,
    figures.n::bigint as n, figures.coverage::double as coverage,
    compared.benchmark::double as benchmark,
    compared.industry_average::double as industry_average,
    compared.comparison::double as comparison,
    (figures.value - compared.industry_average) / nullif(abs(compared.industry_average), 0)
        * case catalogue.direction when 'lower' then -1 else 1 end as against_industry,
    figures.provenance
from marts.metric_{rhythm}ly as figures
inner join seeds.metrics as catalogue
    on (catalogue.system, catalogue.entity_type, catalogue.metric)
    = (figures.system, figures.entity_type, figures.metric)
left join marts.benchmark_comparison_{rhythm}ly as compared
    on (compared.system, compared.client_id, compared.entity_id, compared.metric)
    = (figures.system, figures.client_id, figures.entity_id, figures.metric)
    and compared.{rhythm}_start = figures.{rhythm}_start
where figures.system = $1 and figures.{rhythm}_start = $2 and catalogue.weight > 0
order by figures.client_id, figures.entity_id, catalogue.rowid
"""
_SCORES: Final = """
select
    client_id, {rhythm}_start as start, avg(performance_score)::double as score,
    count(performance_score) as n
from marts.scores_{rhythm}ly
where system = $1 and {rhythm}_start between $2 and $3
group by client_id, {rhythm}_start
order by client_id, start
"""


def _metrics(
    con: duckdb.DuckDBPyConnection, period: Period
) -> dict[tuple[str, str], tuple[EngineMetric, ...]]:
    found = rows(con, _METRICS.format(rhythm=period.rhythm), [SYSTEM, period.start])
    by_engine = groupby(found, key=lambda row: (row["client_id"], row["engine_id"]))
    return {engine: tuple(_metric(row) for row in group) for engine, group in by_engine}


def _metric(row: Row) -> EngineMetric:
    return EngineMetric(**{name: row[name] for name in EngineMetric.__dataclass_fields__})


def _standing(row: Row, metrics: tuple[EngineMetric, ...]) -> Standing:
    judged = {name: row[name] for name in Comparison.__dataclass_fields__}
    own = set(Standing.__dataclass_fields__) - {"trend", "metrics"}
    return Standing(
        **{name: row[name] for name in own},
        trend=Comparison(**judged) if row["is_judged"] else None,
        metrics=metrics,
    )


def _mean(
    metrics: tuple[EngineMetric, ...], take: Callable[[EngineMetric], float | None]
) -> float | None:
    """Return the mean of what the metrics have, by their weights."""
    pairs = list(_weighed(metrics, take))
    total = sum(weight for weight, _ in pairs)
    return sum(weight * value for weight, value in pairs) / total if total else None


def _weighed(
    metrics: tuple[EngineMetric, ...], take: Callable[[EngineMetric], float | None]
) -> Iterator[tuple[float, float]]:
    for metric in metrics:
        value = take(metric)
        if value is not None:
            yield metric.weight, value
