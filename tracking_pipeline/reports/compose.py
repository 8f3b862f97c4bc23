"""Composes an edition of a report: which parts it shows, and every value as it reads."""

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from tracking_pipeline.reports import display
from tracking_pipeline.reports.model import (
    Alert,
    Change,
    Changed,
    Claim,
    DataQuality,
    Edition,
    Figure,
    HealthComponent,
    Recommendation,
    ReportModel,
)
from tracking_pipeline.reports.page import (
    AdviceLine,
    AlertLine,
    ChangeLine,
    ClaimLine,
    DefinitionLine,
    EntityGroup,
    FigureLine,
    HealthLine,
    Page,
    PageSection,
    QualityLine,
    Tone,
)

_TONES: Final[dict[str, Tone]] = {
    "improving": "good",
    "declining": "bad",
    "excellent": "good",
    "good": "good",
    "needs_attention": "warning",
    "critical": "bad",
    "warning": "warning",
    "HIGH": "bad",
    "MEDIUM": "warning",
}
_CHANGED: Final[dict[Changed, str]] = {
    "value": "",
    "previous_value": ", week before",
    "verdict": ", tested change",
}
_FATES = ("accepted", "duplicate", "quarantined", "blank", "pending")
_EXECUTIVE_RECOMMENDATIONS = 3
_EXECUTIVE_ALERTS = 5
_EXECUTIVE_CLAIMS = 5


def composed(model: ReportModel, edition: Edition) -> Page:
    """Return the edition's text; the executive one keeps the head of each list and no tables."""
    is_whole = edition == "technical"
    return Page(
        title=f"{model.system_label} — weekly report",
        system=model.system_label,
        edition=edition,
        period=display.span(model.period),
        zone=model.period.zone,
        as_of=display.instant(model.as_of),
        revision=model.revision,
        report_id=model.report_id,
        data_version=model.data_version,
        is_demo=model.is_demo,
        mark=model.quality.mark,
        headline=tuple(_figure(figure) for figure in model.headline),
        headline_charts=model.headline_charts,
        daily_charts=model.daily_charts if is_whole else (),
        health=tuple(_health(component, model) for component in model.health),
        claims=_claims(model, None if is_whole else _EXECUTIVE_CLAIMS),
        claims_summary=f"{sum(claim.is_supported for claim in model.claims)} of "
        f"{len(model.claims)} tested changes are supported by the data.",
        recommendations=tuple(
            _advice(item)
            for item in model.recommendations[: None if is_whole else _EXECUTIVE_RECOMMENDATIONS]
        ),
        n_recommendations=len(model.recommendations),
        alerts=tuple(
            _alert(item) for item in model.alerts[: None if is_whole else _EXECUTIVE_ALERTS]
        ),
        n_alerts=len(model.alerts),
        quality=_quality(model.quality),
        quality_reasons=model.quality.reasons,
        changes=_changes(model, is_whole=is_whole),
        n_changes=len(model.changes),
        sections=_sections(model) if is_whole else (),
        definitions=_definitions(model) if is_whole else (),
    )


def _claims(model: ReportModel, most: int | None) -> tuple[ClaimLine, ...]:
    """Return what is supported and, supported or not, what is said of the leading figures.

    What is said of every other figure stands beside it in its table.
    """
    leading = {(f.trace.entity_type, f.entity_id, f.definition.metric) for f in model.headline}
    chosen = [
        (claim, (claim.entity_type, claim.entity_id, claim.metric) in leading)
        for claim in model.claims
    ]
    shown = [(claim, leads) for claim, leads in chosen if claim.is_supported or leads]
    shown.sort(key=lambda pair: (not pair[0].is_supported, not pair[1]))
    return tuple(_claim(claim) for claim, _ in shown[:most])


def _figure(figure: Figure) -> FigureLine:
    unit = figure.definition.unit
    verdict = display.verdict(figure.comparison)
    seen = figure.comparison
    notes = [figure.reason, "" if figure.provenance == "measured" else figure.provenance]
    return FigureLine(
        label=figure.definition.label,
        entity=display.title(figure.entity_id),
        value=display.number(figure.value, unit),
        previous=display.number(figure.previous_value, unit),
        change=display.change(figure),
        n=f"{figure.n:,}",
        coverage=display.share(figure.coverage),
        verdict=verdict,
        tone=_TONES.get(verdict, "neutral"),
        evidence=display.evidence(seen.method, seen.p_value, seen.ci_low, seen.ci_high)
        if seen
        else "",
        note=", ".join(note for note in notes if note),
        metric=figure.definition.metric,
    )


def _claim(claim: Claim) -> ClaimLine:
    """Part the sentence where its last bracket, which holds the evidence, opens."""
    depth = 0
    for place in range(len(claim.sentence) - 1, 0, -1):
        depth += {")": 1, "(": -1}.get(claim.sentence[place], 0)
        if claim.sentence[place] == "(" and depth == 0:
            said, support = claim.sentence[:place], claim.sentence[place + 1 :]
            return ClaimLine(said.rstrip(), support.removesuffix(")."), claim.is_supported)
    return ClaimLine(claim.sentence, "", claim.is_supported)


def _unit(model: ReportModel, metric: str | None) -> str:
    units = {figure.definition.metric: figure.definition.unit for figure in model.figures}
    return units.get(metric or "", "")


def _health(component: HealthComponent, model: ReportModel) -> HealthLine:
    level = "" if component.level is None else f"level {component.level:g} of 4"
    value = (
        ""
        if component.metric is None or component.value is None
        else f"{display.title(component.metric).lower()} "
        + display.number(component.value, _unit(model, component.metric))
    )
    return HealthLine(
        component=display.title(component.component),
        status=display.title(component.status).lower(),
        tone=_TONES.get(component.status, "neutral"),
        detail=", ".join(part for part in (value, level) if part) or display.NO_DATA,
    )


def _alert(alert: Alert) -> AlertLine:
    entity = display.title(alert.entity_id)
    return AlertLine(
        severity=alert.severity,
        tone=_TONES.get(alert.severity, "neutral"),
        message=alert.message,
        detail=entity if alert.n is None else f"{entity}, n = {alert.n:,}",
    )


def _advice(item: Recommendation) -> AdviceLine:
    facts = (
        ("effort", item.effort_hours, "{:g} h"),
        ("expected improvement", item.expected_improvement, "{:g} %"),
        ("estimated return", item.roi_pct, "{:g} %"),
        ("confidence", None if item.confidence is None else item.confidence * 100, "{:.0f} %"),
    )
    shown = tuple(
        f"{name} {pattern.format(value)}" for name, value, pattern in facts if value is not None
    )
    return AdviceLine(
        rank=item.rank,
        priority=item.priority,
        tone=_TONES.get(item.priority, "neutral"),
        title=item.title,
        description=item.description,
        actions=item.action_items,
        facts=(*shown, f"difficulty {item.difficulty}") if item.difficulty else shown,
    )


def _quality(quality: DataQuality) -> tuple[QualityLine, ...]:
    return tuple(
        QualityLine(
            source=source.source,
            files=f"{source.n_files:,}",
            records=f"{source.n_records:,}",
            fates=tuple((fate, f"{getattr(source, f'n_{fate}'):,}") for fate in _FATES),
            late=f"{source.n_late:,}",
            coverage=display.share(source.coverage),
            findings=f"{source.n_findings:,}",
        )
        for source in quality.sources
    )


def _changes(model: ReportModel, *, is_whole: bool) -> tuple[ChangeLine, ...]:
    """Return what an earlier revision said otherwise: all of it, or of the leading figures."""
    leading = {(f.trace.entity_type, f.entity_id, f.definition.metric) for f in model.headline}
    labels = {(f.trace.entity_type, f.definition.metric): f.definition.label for f in model.figures}
    return tuple(
        _change(change, labels.get((change.entity_type, change.metric), change.metric))
        for change in model.changes
        if is_whole or (change.entity_type, change.entity_id, change.metric) in leading
    )


def _change(change: Change, label: str) -> ChangeLine:
    entity = f"{display.title(change.entity_id)} ({display.title(change.entity_type).lower()})"
    return ChangeLine(
        figure=f"{entity}: {label}{_CHANGED[change.what]}",
        before=_said(change.before, change.unit, change.n_before),
        after=_said(change.after, change.unit, change.n_after),
    )


def _said(value: float | str | None, unit: str, n: int) -> str:
    return value if isinstance(value, str) else f"{display.number(value, unit)} (n = {n:,})"


def _sections(model: ReportModel) -> tuple[PageSection, ...]:
    return tuple(
        PageSection(
            section.title,
            f"marts.metric_weekly, entity_type = {section.section_id}, "
            f"week_start = {model.period.start}",
            tuple(_groups(section.figures)),
            section.charts,
        )
        for section in model.sections
    )


def _groups(figures: tuple[Figure, ...]) -> Iterator[EntityGroup]:
    by_entity = groupby(figures, key=lambda figure: (figure.client_id, figure.entity_id))
    for (client_id, entity_id), group in by_entity:
        lines = tuple(_figure(figure) for figure in group)
        yield EntityGroup(display.title(entity_id), f"{client_id} / {entity_id}", lines)


def _definitions(model: ReportModel) -> tuple[DefinitionLine, ...]:
    unique = {(f.definition.metric, f.definition.entity_type): f.definition for f in model.figures}
    return tuple(
        DefinitionLine(
            metric=item.metric,
            label=item.label,
            entity_type=display.title(item.entity_type).lower(),
            unit=item.unit,
            rule=", ".join(
                part for part in (item.aggregation, f"minimum sample {item.minimum_sample}") if part
            ),
            description=item.description,
        )
        for _, item in sorted(unique.items())
    )
