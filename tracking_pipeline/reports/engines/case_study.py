"""A client's case study: told only of a month in which the gate lets a proof point stand."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Final

import duckdb

from tracking_pipeline.reports import display
from tracking_pipeline.reports.compose import statement
from tracking_pipeline.reports.document import (
    Block,
    Cards,
    Charts,
    Item,
    Items,
    Paragraph,
    Section,
    Statements,
)
from tracking_pipeline.reports.draft import Draft, ReportKind, Stated, Versions
from tracking_pipeline.reports.engines import charts, frame, tables
from tracking_pipeline.reports.engines.cards import total_card
from tracking_pipeline.reports.engines.economics import Economics, economics, latest, of_subject
from tracking_pipeline.reports.engines.standings import Standing, standings
from tracking_pipeline.reports.period import Period
from tracking_pipeline.reports.query import rows

_LEADING: Final = (
    *("meetings_booked", "cost_per_meeting_usd", "roi_vs_traditional_pct", "hours_saved"),
)
_LIMITS: Final = (
    "One client and one month: other clients may fare otherwise.",
    "No group worked without the engines: what else changed in the month is part of the figures.",
)


@dataclass(frozen=True)
class ProofPoint:
    """One candidate as the gate decided it, with the sentence that may be printed."""

    proof_id: str
    engine_id: str | None
    label: str
    unit: str
    value: float | None
    n: int
    is_supported: bool
    sentence: str


@dataclass(frozen=True)
class Quote:
    """What the client said, masked as it landed."""

    statement: str
    engine_id: str | None
    recorded_date: date


@dataclass(frozen=True)
class Case:
    """A month that a case study may tell of."""

    points: tuple[ProofPoint, ...]
    quotes: tuple[Quote, ...]
    economics: tuple[Economics, ...]
    standings: tuple[Standing, ...]
    period: Period

    @property
    def proven(self) -> tuple[ProofPoint, ...]:
        """The points that stand."""
        return tuple(each for each in self.points if each.is_supported)

    @property
    def now(self) -> Economics | None:
        """The month's economics."""
        return latest(self.economics, self.period.start)

    @property
    def engines(self) -> tuple[Standing, ...]:
        """The engines that a standing point is about."""
        named = {each.engine_id for each in self.proven}
        return tuple(each for each in self.standings if each.engine_id in named)


_VERSIONS: Final = """
with
quotes as (
    select client_id, month_start, string_agg(statement, ',' order by statement) as quoted
    from marts.client_statements
    where is_significant_impact
    group by all
)
select
    client_id as subject, month_start as start,
    md5(string_agg(concat_ws('|', clients.name, quoted, proof_id, engine_id, sentence), ','
        order by proof_id, engine_id)) as said
from analysis.proof_points as points
left join quotes using (client_id, month_start)
left join marts.clients on clients.client_key = points.client_id
where is_supported and ($1 is null or client_id = $1)
group by client_id, month_start
"""
_POINTS: Final = """
select
    proof_id, engine_id, label, unit, value::double as value, n::bigint as n, is_supported,
    sentence
from analysis.proof_points
where client_id = $1 and month_start = $2
order by is_supported desc, proof_id, engine_id
"""
_QUOTES: Final = """
select statement, engine_id, recorded_date from marts.client_statements
where client_id = $1 and month_start = $2 and is_significant_impact
order by recorded_date, statement
"""


def versions(con: duckdb.DuckDBPyConnection, subject: str | None) -> Versions:
    """Return what the months with a standing proof point stand on."""
    return frame.said_versions(con, _VERSIONS, subject, "proof points")


def draft(
    _settings: object,
    con: duckdb.DuckDBPyConnection,
    subject: str,
    period: Period,
    as_of: datetime,
) -> Draft | None:
    """Return the client's case study of the month; None when no proof point stands."""
    label = frame.client_name(con, subject)
    case = _case(con, subject, period)
    if not case.proven:
        return None
    version = versions(con, subject).get((subject, period.start), frame.NOTHING)
    is_demo = frame.is_simulated(case.now)
    desk = frame.Desk(CASE.name, CASE.label, subject, label, period, as_of, version, is_demo)
    return frame.drafted(
        desk,
        {"client": tuple(_sections(case))},
        {
            "proof_points": [asdict(each) for each in case.points],
            "statements": [asdict(each) for each in case.quotes],
        },
        said=[*map(asdict, case.points), *map(asdict, case.quotes)],
        stated=tuple(_stated(each) for each in case.points),
        summary=[("Proof point", each.sentence) for each in case.proven],
        reasons=frame.reasons(case.now, period),
    )


def _case(con: duckdb.DuckDBPyConnection, subject: str, period: Period) -> Case:
    key = [subject, period.start]
    return Case(
        points=tuple(ProofPoint(**row) for row in rows(con, _POINTS, key)),
        quotes=tuple(Quote(**row) for row in rows(con, _QUOTES, key)),
        economics=of_subject(economics(con, period, periods=2), subject),
        standings=tuple(each for each in standings(con, period) if each.client_id == subject),
        period=period,
    )


def _sections(case: Case) -> Iterator[Section]:
    before = latest(case.economics, case.period.previous.start)
    cards = Cards(tuple(total_card(name, case.now, before, "month") for name in _LEADING))
    yield Section("headline", "The month in figures", (cards,))
    yield Section("proof", "What the evidence carries", (_evidence(case.proven),))
    if case.quotes:
        yield Section("quote", "In the client's words", tuple(_quotes(case.quotes)))
    yield Section("engines", "Every engine against its benchmarks", tuple(_engines(case)))
    yield Section("figures", "Figures behind it", tuple(_figures(case)))
    yield Section("method", "How it was measured", (Paragraph(_method(case), is_quiet=True),))
    yield Section("limits", "Limits", tuple(_limits(case)))


def _evidence(points: tuple[ProofPoint, ...]) -> Statements:
    said = (statement(each.sentence, is_supported=each.is_supported) for each in points)
    return Statements(tuple(said), empty="")


def _quotes(quotes: tuple[Quote, ...]) -> Iterator[Block]:
    for each in quotes:
        about = f"on Engine {each.engine_id}, " if each.engine_id else ""
        said = about + display.day(each.recorded_date)
        yield Items((Item(text=f"“{each.statement}”", facts=(said,)),))


def _method(case: Case) -> str:
    days = 0 if case.now is None else case.now.days_with_data
    return (
        f"Figures of {days} of {case.period.n_days} days, recorded by the engines themselves. A "
        "performance score of 100 means that every metric meets its benchmark. A figure counts as "
        "evidence only when the lower bound of its 95 % interval clears the line, on at least the "
        "sample that the rule asks for."
    )


def _engines(case: Case) -> Iterator[Block]:
    scored = tuple(each for each in case.standings if each.score is not None)
    if scored:
        said = f"benchmark {charts.BENCHMARK:g}"
        yield Charts((charts.benchmarked(scored, "case-engines", charts.BENCHMARK, said),))
    if n_silent := len(case.standings) - len(scored):
        yield Paragraph(f"{n_silent} more without a score this month.", is_quiet=True)


def _figures(case: Case) -> Iterator[Block]:
    if case.now is not None:
        names = {each.client_id: each.client for each in case.standings}
        yield tables.returns([case.now], names)
    if case.engines:
        yield tables.references(case.engines, case.economics)


def _limits(case: Case) -> Iterator[Block]:
    known = list(_LIMITS)
    if case.now is not None and case.now.traditional_basis != "measured":
        known.append("The traditional cost is not this client's own: nobody recorded it.")
    yield Items((Item(actions=tuple(known)),))
    missed = tuple(each for each in case.points if not each.is_supported)
    if missed:
        yield Paragraph("Looked at, and not carried by the evidence:", is_quiet=True)
        yield _evidence(missed)


def _stated(each: ProofPoint) -> Stated:
    of_engine = f", engine {each.engine_id}" if each.engine_id else ""
    return Stated(
        figure=f"{each.proof_id}/{each.engine_id or ''}",
        label=each.label + of_engine,
        value=each.value,
        n=each.n,
        unit=each.unit,
        is_leading=each.is_supported,
    )


CASE: Final = ReportKind("case_study", "Case study", "month", versions, draft, is_conditional=True)
