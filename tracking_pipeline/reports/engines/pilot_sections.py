"""The sections of the pilot report."""

from collections.abc import Iterator
from typing import Final

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
from tracking_pipeline.reports.engines import charts
from tracking_pipeline.reports.engines.verdicts import Pilot, Status, Verdict

_TONES: Final[dict[Status, Tone]] = {"met": "good", "not_met": "bad", "not_enough_data": "neutral"}
_EVERY_ENGINE: Final = "engine_score"


def sections(pilot: Pilot) -> Iterator[Section]:
    """Yield where the pilot stands, each verdict with its evidence, and its engines."""
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
            Cell("", chip=Chip(each.words, _TONES[each.status])),
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
                    Cell("", chip=Chip(each.words, _TONES[each.status])),
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
