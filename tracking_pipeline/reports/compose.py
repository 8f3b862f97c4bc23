"""Composes an edition of the weekly report: which parts it shows, and every value as it reads."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate, groupby
from typing import Final

from tracking_pipeline.reports import display
from tracking_pipeline.reports.display import TONES
from tracking_pipeline.reports.document import (
    Block,
    Card,
    Cards,
    Cell,
    Charts,
    Chip,
    Column,
    Item,
    Items,
    Notice,
    Paragraph,
    RowGroup,
    Section,
    Statement,
    Statements,
    Table,
)
from tracking_pipeline.reports.draft import Edition
from tracking_pipeline.reports.model import (
    Alert,
    Chart,
    Claim,
    Figure,
    FigureSection,
    HealthComponent,
    Recommendation,
    ReportModel,
    SourceQuality,
)

FOOTNOTE: Final = (
    "A change is named only where a statistical test supports it; an em dash means no data, never "
    "zero. n counts observations, coverage is the share of the week's days with data."
)
_EXECUTIVE_RECOMMENDATIONS = 3
_EXECUTIVE_ALERTS = 5
_EXECUTIVE_CLAIMS = 5
_EXECUTIVE_SOURCES = 10
_TECHNICAL_ITEMS = 60
_TECHNICAL_CLAIMS = 200
_MOST_FIGURES = 500
"""More rows than that nobody reads as text: whole entities are left to the workbook."""

_ELSEWHERE = "report.xlsx and report.json hold every one."
_STANDING: Final = {"stable", "exceeds", "top_performer"}
"""The kinds of claims that tell how things stand, not that they changed."""

_FIGURE_COLUMNS = (
    Column("Figure", width=1.25),
    *(Column(label, is_number=True) for label in ("This week", "Week before", "Change", "n")),
    Column("Coverage", is_number=True),
    Column("Tested change", width=1.4),
)
_HEALTH_COLUMNS = (Column("Component"), Column("Status", is_number=True))
_FATES = ("accepted", "duplicate", "quarantined", "blank", "pending")
_QUALITY_COLUMNS = (
    Column("Source", width=1.4),
    Column("Files", is_number=True),
    Column("Records", is_number=True),
    *(Column(fate.capitalize(), is_number=True) for fate in _FATES),
    *(Column(label, is_number=True) for label in ("Late", "Findings", "Coverage")),
)
_DEFINITION_COLUMNS = (
    Column("Metric", width=1.2),
    Column("Of", width=0.6),
    Column("Unit", width=0.5),
    Column("Rule"),
    Column("Meaning", width=2),
)


def composed(model: ReportModel, edition: Edition) -> tuple[Section, ...]:
    """Return the edition's sections; the executive one keeps the head of each list, no tables."""
    is_whole = edition == "technical"
    return (
        Section("headline", "At a glance", (_headline(model),)),
        Section("claims", "What changed, and how sure", tuple(_claims(model, is_whole=is_whole))),
        Section("health", "Health", (_health(model),), width="half"),
        Section("alerts", "Alerts", tuple(_alerts(model, is_whole=is_whole)), width="half"),
        Section("advice", "Recommendations", tuple(_advice(model, is_whole=is_whole))),
        *(_details(model) if is_whole else ()),
        Section("quality", "Data quality", tuple(_quality(model, is_whole=is_whole))),
        *((_definitions(model),) if is_whole and model.figures else ()),
    )


def _headline(model: ReportModel) -> Cards:
    led = zip(model.headline, model.headline_charts, strict=True)
    cards = tuple(_card(figure, chart) for figure, chart in led)
    return Cards(cards, empty="No figure of this week or the week before.")


def _card(figure: Figure, chart: Chart) -> Card:
    unit, note = figure.definition.unit, _note(figure)
    before = "no data" if figure.previous_value is None else _number(figure.previous_value, unit)
    counted = f"n = {figure.n:,} · coverage {display.share(figure.coverage)}"
    change = display.change(figure)
    return Card(
        label=figure.definition.label,
        entity=display.title(figure.entity_id),
        value=_number(figure.value, unit),
        before=note if figure.value is None else f"{before} the week before",
        change="" if change == display.NO_DATA else change,
        chip=_verdict(figure),
        support=f"{counted} · {note}" if note and figure.value is not None else counted,
        chart=chart,
    )


def _number(value: float | None, unit: str) -> str:
    return display.number(value, unit)


def _note(figure: Figure) -> str:
    provenance = "" if figure.provenance == "measured" else figure.provenance
    return ", ".join(note for note in (figure.reason, provenance) if note)


def _verdict(figure: Figure) -> Chip:
    verdict = display.verdict(figure.comparison)
    return Chip(verdict, TONES.get(verdict, "neutral"))


def _claims(model: ReportModel, *, is_whole: bool) -> Iterator[Block]:
    """Yield what is supported and, supported or not, what is said of the leading figures.

    What changed comes before how things stand. What is said of every other figure stands beside it
    in its table.
    """
    leading = {(f.trace.entity_type, f.entity_id, f.definition.metric) for f in model.headline}
    chosen = [
        (claim, (claim.entity_type, claim.entity_id, claim.metric) in leading)
        for claim in model.claims
    ]
    shown = [(claim, leads) for claim, leads in chosen if claim.is_supported or leads]
    shown.sort(key=lambda pair: (not pair[0].is_supported, pair[0].kind in _STANDING, not pair[1]))
    n_supported = sum(claim.is_supported for claim in model.claims)
    if shown:
        told = f"{n_supported} of {len(model.claims)} tested statements are supported by the data."
        yield Paragraph(told, is_quiet=True)
    most = _TECHNICAL_CLAIMS if is_whole else _EXECUTIVE_CLAIMS
    yield Statements(
        tuple(_said(claim, model) for claim, _ in shown[:most]),
        empty="No comparison was made for this week.",
    )
    yield from _more(len(shown) - most, is_whole=is_whole)


def _said(claim: Claim, model: ReportModel) -> Statement:
    """Return the claim, with its client where the report is on several."""
    said = statement(claim.sentence, is_supported=claim.is_supported)
    whose = _whose(claim.client_id, model)
    return replace(said, sentence=f"{whose}: {said.sentence}") if whose else said


def _whose(client_id: str, model: ReportModel) -> str:
    """Return the client where the report is on several; empty where it is on one."""
    is_one = len({figure.client_id for figure in model.figures}) <= 1
    return "" if is_one else display.title(client_id)


def statement(sentence: str, *, is_supported: bool) -> Statement:
    """Return a claim's sentence parted where its last bracket, which holds the evidence, opens."""
    depth = 0
    for place in range(len(sentence) - 1, 0, -1):
        depth += {")": 1, "(": -1}.get(sentence[place], 0)
        if sentence[place] == "(" and depth == 0:
            said, support = sentence[:place], sentence[place + 1 :]
            return Statement(said.rstrip(), support.removesuffix(")."), is_supported)
    return Statement(sentence, "", is_supported)


def _health(model: ReportModel) -> Table:
    units = {figure.definition.metric: figure.definition.unit for figure in model.figures}
    rows = tuple(
        (
            Cell(display.title(each.component), note=_rests_on(each, units), is_strong=True),
            Cell("", chip=_status(each.status)),
        )
        for each in model.health
    )
    return Table(
        "Health by component",
        _HEALTH_COLUMNS,
        (RowGroup(rows),),
        is_bare=True,
        empty="No rule says what is healthy here.",
    )


def _status(status: str) -> Chip:
    return Chip(display.title(status).lower(), TONES.get(status, "neutral"))


def _rests_on(component: HealthComponent, units: dict[str, str]) -> str:
    level = "" if component.level is None else f"level {component.level:g} of 4"
    value = (
        ""
        if component.metric is None or component.value is None
        else f"{display.title(component.metric).lower()} "
        + display.number(component.value, units.get(component.metric, ""))
    )
    return ", ".join(part for part in (value, level) if part) or display.NO_DATA


def _alerts(model: ReportModel, *, is_whole: bool) -> Iterator[Block]:
    shown = model.alerts[: _TECHNICAL_ITEMS if is_whole else _EXECUTIVE_ALERTS]
    yield Items(tuple(_alert(alert, model) for alert in shown), empty="No threshold was crossed.")
    yield from _more(len(model.alerts) - len(shown), is_whole=is_whole)


def _alert(alert: Alert, model: ReportModel) -> Item:
    parts = _whose(alert.client_id, model), display.title(alert.entity_id)
    entity = ", ".join(part for part in parts if part)
    return Item(
        text=alert.message,
        chip=Chip(alert.severity, TONES.get(alert.severity, "neutral")),
        facts=(entity if alert.n is None else f"{entity}, n = {alert.n:,}",),
    )


def _advice(model: ReportModel, *, is_whole: bool) -> Iterator[Block]:
    most = _TECHNICAL_ITEMS if is_whole else _EXECUTIVE_RECOMMENDATIONS
    shown = model.recommendations[:most]
    yield Items(
        tuple(advice(item, _whose(item.client_id, model)) for item in shown),
        is_numbered=True,
        empty="No rule applies to this week's figures.",
    )
    yield from _more(len(model.recommendations) - len(shown), is_whole=is_whole)


def advice(item: Recommendation, whose: str = "") -> Item:
    """Return the recommendation with what it costs and may bring, and whose it is."""
    facts = (
        ("effort", item.effort_hours, "{:g} h"),
        ("expected improvement", item.expected_improvement, "{:g} %"),
        ("estimated return", item.roi_pct, "{:g} %"),
        ("confidence", None if item.confidence is None else item.confidence * 100, "{:.0f} %"),
    )
    shown = tuple(
        f"{name} {pattern.format(value)}" for name, value, pattern in facts if value is not None
    )
    return Item(
        title=f"{item.title}, {whose}" if whose else item.title,
        text=item.description,
        chip=Chip(item.priority.lower(), TONES.get(item.priority, "neutral")),
        actions=item.action_items,
        facts=(*shown, f"difficulty {item.difficulty}") if item.difficulty else shown,
    )


def _more(n_left_out: int, *, is_whole: bool) -> Iterator[Block]:
    if n_left_out > 0:
        where = f"; {_ELSEWHERE}" if is_whole else " in the technical edition."
        yield Paragraph(f"{n_left_out:,} more{where}", is_quiet=True)


def _details(model: ReportModel) -> Iterator[Section]:
    led = zip(model.headline, model.daily_charts, strict=True)
    days = tuple(_titled(chart, figure) for figure, chart in led)
    if days:
        yield Section("days", "Day by day", (Charts(days, is_small=True),))
    kept = _kept(model.figures)
    for section in model.sections:
        charts = (Charts(section.charts),) if section.charts else ()
        figures = _figures(section, model, kept)
        yield Section(f"figures-{section.section_id}", section.title, (*charts, figures))


def _entity(figure: Figure) -> tuple[str, str, str]:
    return figure.client_id, figure.definition.entity_type, figure.entity_id


def _kept(figures: tuple[Figure, ...]) -> set[tuple[str, str, str]]:
    """Return the entities whose figures the tables have room for, those with the most data first.

    A client's entities stay together, so that one reads of some clients everything.
    """
    by_client = Counter(figure.client_id for figure in figures if figure.value is not None)
    by_entity = Counter(_entity(figure) for figure in figures if figure.value is not None)
    rows = Counter(map(_entity, figures))
    ranked = sorted(rows, key=lambda of: (-by_client[of[0]], of[0], -by_entity[of]))
    room = accumulate(rows[of] for of in ranked)
    return {of for of, n_rows in zip(ranked, room, strict=True) if n_rows <= _MOST_FIGURES}


def _titled(chart: Chart, figure: Figure) -> Chart:
    """Return the chart named by its entity; in a first week it stands at a glance, too."""
    entity = display.title(figure.entity_id).lower()
    title = f"{figure.definition.label}, {entity}"
    return replace(chart, chart_id=f"titled-{chart.chart_id}", title=title)


def _figures(section: FigureSection, model: ReportModel, kept: set[tuple[str, str, str]]) -> Table:
    figures = [figure for figure in section.figures if _entity(figure) in kept]
    by_entity = groupby(figures, key=lambda figure: (figure.client_id, figure.entity_id))
    caption = "Every figure of the week"
    if len(figures) < len(section.figures):
        caption = (
            f"{len(figures):,} of the week's {len(section.figures):,} figures, the entities with "
            f"the most data; {_ELSEWHERE.removesuffix('.')}"
        )
    groups = tuple(
        RowGroup(
            tuple(_row(figure) for figure in group),
            display.title(entity_id),
            f"{client_id} / {entity_id}",
        )
        for (client_id, entity_id), group in by_entity
    )
    source = f"marts.metric_weekly, entity_type = {section.section_id}"
    return Table(
        caption,
        _FIGURE_COLUMNS,
        groups,
        code=f"{source}, week_start = {model.period.start}",
    )


def _row(figure: Figure) -> tuple[Cell, ...]:
    unit, seen = figure.definition.unit, figure.comparison
    evidence = seen and display.evidence(seen.method, seen.p_value, seen.ci_low, seen.ci_high, unit)
    return (
        Cell(figure.definition.label, code=figure.definition.metric, note=_note(figure)),
        Cell(_number(figure.value, unit), is_strong=True),
        Cell(_number(figure.previous_value, unit)),
        Cell(display.change(figure)),
        Cell(f"{figure.n:,}"),
        Cell(display.share(figure.coverage)),
        Cell("", chip=_verdict(figure), note=evidence or ""),
    )


def _quality(model: ReportModel, *, is_whole: bool) -> Iterator[Block]:
    if model.quality.reasons:
        yield Notice(model.quality.reasons)
    sources = model.quality.sources
    most = _TECHNICAL_ITEMS if is_whole else _EXECUTIVE_SOURCES
    kept = set(sorted(sources, key=_soundness)[:most])
    if sources:
        yield Table(
            "Every record that arrived for the week, by what became of it",
            _QUALITY_COLUMNS,
            (RowGroup(tuple(_source(each, model) for each in sources if each in kept)),),
        )
    yield from _more(len(sources) - most, is_whole=is_whole)


def _soundness(source: SourceQuality) -> tuple[int, float]:
    """Return a key that puts the sources first that a reader has to mind."""
    return -(source.n_quarantined + source.n_late + source.n_findings), source.coverage or 0.0


def _source(source: SourceQuality, model: ReportModel) -> tuple[Cell, ...]:
    return (
        Cell(source.source, note=_whose(source.client_id, model), is_strong=True),
        Cell(f"{source.n_files:,}"),
        Cell(f"{source.n_records:,}", is_strong=True),
        *(Cell(f"{getattr(source, f'n_{fate}'):,}") for fate in _FATES),
        Cell(f"{source.n_late:,}"),
        Cell(f"{source.n_findings:,}"),
        Cell(display.share(source.coverage)),
    )


def _definitions(model: ReportModel) -> Section:
    unique = {(f.definition.metric, f.definition.entity_type): f.definition for f in model.figures}
    rows = tuple(
        (
            Cell(item.label, code=item.metric, is_strong=True),
            Cell(display.title(item.entity_type).lower()),
            Cell(item.unit),
            Cell(
                ", ".join(
                    part
                    for part in (item.aggregation, f"minimum sample {item.minimum_sample}")
                    if part
                )
            ),
            Cell(item.description),
        )
        for _, item in sorted(unique.items())
    )
    caption = "The metric catalogue, as far as this report uses it"
    table = Table(caption, _DEFINITION_COLUMNS, (RowGroup(rows),))
    return Section("definitions", "What the figures mean", (table,))
