"""A client's pilot: what it must reach, what data its verdict needs, and the evidence for each."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Final, Literal

import duckdb

from tracking_pipeline.reports import display
from tracking_pipeline.reports.document import (
    Block,
    Card,
    Cards,
    Cell,
    Charts,
    Chip,
    Column,
    Paragraph,
    RowGroup,
    Section,
    Table,
    Tone,
)
from tracking_pipeline.reports.draft import Draft, ReportKind, Stated, Versions
from tracking_pipeline.reports.engines import charts, frame
from tracking_pipeline.reports.engines.standings import Standing, standings
from tracking_pipeline.reports.period import Period
from tracking_pipeline.reports.query import rows

Status = Literal["met", "not_met", "not_enough_data"]
_TONES: Final[dict[Status, Tone]] = {"met": "good", "not_met": "bad", "not_enough_data": "neutral"}
_EVERY_ENGINE: Final = "engine_score"


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


# A pilot is told of the last whole month that it has data of, one that is over of its last, too.
_VERSIONS: Final = """
with
verdicts as (
    select client_id, criterion_id as rule_id, engine_id, status, window_start, window_end
    from marts.pilot_criteria
    union all
    select client_id, requirement_id, engine_id, status, window_start, window_end
    from marts.pilot_requirements
),
pilots as (
    select
        verdicts.client_id, any_value(window_start) as window_start,
        any_value(window_end) as window_end, any_value(pilot_end_date) as pilot_end_date,
        md5(string_agg(concat_ws('|', rule_id, engine_id, status), ','
            order by rule_id, engine_id)) as said
    from verdicts
    left join marts.clients on clients.client_key = verdicts.client_id
    where window_end is not null
    group by verdicts.client_id
),
told as (
    select *, date_trunc('month', window_end)::date as start from pilots
    where window_end >= pilot_end_date or window_end = last_day(window_end)
    union all
    select *, (date_trunc('month', window_end) - interval 1 month)::date as start from pilots
    where window_end < last_day(window_end)
)
select client_id as subject, start, said from told
where window_start <= last_day(start) and ($1 is null or client_id = $1)
"""
_VERDICTS: Final = """
select
    {rule} as rule_id, engine_id, label, unit, threshold::double as threshold,
    value::double as value, n::bigint as n, status, evidence, window_start, window_end
from marts.{table}
where client_id = $1
order by engine_id is not null, engine_id
"""


def versions(con: duckdb.DuckDBPyConnection, subject: str | None) -> Versions:
    """Return what each client's pilot stands on, of the month it is told of."""
    found = rows(con, _VERSIONS, [subject])
    return {(row["subject"], row["start"]): f"verdicts {row['said'][:8]}" for row in found}


def draft(
    _settings: object,
    con: duckdb.DuckDBPyConnection,
    subject: str,
    period: Period,
    as_of: datetime,
) -> Draft:
    """Return the client's pilot as its tables judge it now; told anew when a verdict changes."""
    pilot = _pilot(con, subject, period)
    label = frame.client_name(con, subject)
    version = versions(con, subject).get((subject, period.start), frame.NOTHING)
    is_demo = any(m.provenance == "simulated" for each in pilot.standings for m in each.metrics)
    desk = frame.Desk(PILOT.name, PILOT.label, subject, label, period, as_of, version, is_demo)
    verdicts = (*pilot.criteria, *pilot.requirements)
    return frame.drafted(
        desk,
        {"client": tuple(_sections(pilot))},
        {
            "pilot": {
                "criteria": [asdict(each) for each in pilot.criteria],
                "requirements": [asdict(each) for each in pilot.requirements],
            }
        },
        said=[(each.rule_id, each.engine_id, each.status) for each in verdicts],
        stated=tuple(_stated(each) for each in verdicts),
        summary=[(each.label, _words(each.status)) for each in pilot.verdicts],
        reasons=tuple(_reasons(pilot)),
    )


def _pilot(con: duckdb.DuckDBPyConnection, subject: str, period: Period) -> Pilot:
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


def _reasons(pilot: Pilot) -> Iterator[str]:
    unknown = [each for each in pilot.verdicts if each.status == "not_enough_data"]
    if unknown:
        yield f"{len(unknown)} of {len(pilot.verdicts)} verdicts lack data"


def _sections(pilot: Pilot) -> Iterator[Section]:
    yield Section("verdict", "Where the pilot stands", tuple(_overview(pilot)))
    criteria = _table("Every criterion, and what it rests on", pilot.criteria)
    yield Section("criteria", "Success criteria", (criteria,))
    requirements = _table("Every requirement, and what it rests on", pilot.requirements)
    yield Section("requirements", "Data requirements", (requirements,))
    if pilot.standings:
        yield Section("engines", "Engine by engine", tuple(_engines(pilot)))


def _overview(pilot: Pilot) -> Iterator[Block]:
    cards = [
        _card(name, verdicts)
        for name, verdicts in (
            ("Success criteria met", pilot.criteria),
            ("Data requirements met", pilot.requirements),
        )
    ]
    yield Cards(tuple(cards))
    window = next(iter(pilot.verdicts), None)
    if window is None:
        yield Paragraph("No pilot of this client is on record.", is_quiet=True)
    elif window.window_end is None:
        yield Paragraph(f"It begins on {display.day(window.window_start)}.", is_quiet=True)
    else:
        first, last = display.day(window.window_start), display.day(window.window_end)
        judged = f"Judged over {first} to {last}, as the records stand on the day of this report."
        yield Paragraph(judged, is_quiet=True)


def _card(label: str, verdicts: tuple[Verdict, ...]) -> Card:
    of_client = [each for each in verdicts if each.engine_id is None]
    met = sum(each.status == "met" for each in of_client)
    unknown = sum(each.status == "not_enough_data" for each in of_client)
    return Card(
        label=label,
        entity="",
        value=f"{met} of {len(of_client)}",
        before=f"{unknown} cannot be judged yet" if unknown else "every one can be judged",
        support=f"{len(of_client) - met - unknown} not met",
    )


def _table(caption: str, verdicts: tuple[Verdict, ...]) -> Table:
    rows_of = tuple(
        (
            Cell(each.label, code=each.rule_id),
            Cell("", chip=Chip(_words(each.status), _TONES[each.status])),
            Cell(each.finding),
        )
        for each in verdicts
        if each.engine_id is None
    )
    columns = (Column("What"), Column("Verdict", width=0.7), Column("Evidence", width=2.6))
    return Table(caption, columns, (RowGroup(rows_of),), empty="Nothing is on record.")


def _engines(pilot: Pilot) -> Iterator[Block]:
    lines = {each.threshold for each in pilot.criteria if each.rule_id == _EVERY_ENGINE}
    for line in sorted(lines)[:1]:
        said = f"minimum {line:g}"
        yield Charts((charts.benchmarked(pilot.standings, "pilot-engines", line, said),))
    judged = [v for v in (*pilot.criteria, *pilot.requirements) if v.engine_id is not None]
    names = {each.engine_id: each.title for each in pilot.standings}
    groups = tuple(
        RowGroup(
            tuple(
                (
                    Cell(each.label),
                    Cell("", chip=Chip(_words(each.status), _TONES[each.status])),
                    Cell(each.finding),
                )
                for each in judged
                if each.engine_id == engine
            ),
            title,
        )
        for engine, title in names.items()
        if any(each.engine_id == engine for each in judged)
    )
    columns = (Column("What"), Column("Verdict", width=0.7), Column("Evidence", width=2.6))
    yield Table("Each engine's own verdicts", columns, groups)


def _stated(each: Verdict) -> Stated:
    of_engine = f", engine {each.engine_id}" if each.engine_id else ""
    return Stated(
        figure=f"{each.rule_id}/{each.engine_id or ''}",
        label=each.label + of_engine,
        value=_words(each.status),
        n=each.n,
        saying="verdict",
        is_leading=each.engine_id is None,
    )


def _words(status: Status) -> str:
    return status.replace("_", " ")


PILOT: Final = ReportKind("pilot", "Pilot report", "month", versions, draft)
