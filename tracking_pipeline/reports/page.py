"""One edition of a report as display text: what the HTML, PDF and Markdown templates lay out."""

from dataclasses import dataclass
from typing import Literal

from tracking_pipeline.reports.model import Chart, Edition

Tone = Literal["good", "bad", "neutral", "warning"]


@dataclass(frozen=True)
class FigureLine:
    """One figure, ready to print."""

    label: str
    entity: str
    value: str
    previous: str
    change: str
    n: str
    coverage: str
    verdict: str
    tone: Tone
    evidence: str
    note: str
    metric: str


@dataclass(frozen=True)
class ClaimLine:
    """One sentence of the claims gate, parted before the brackets that hold what it rests on."""

    sentence: str
    evidence: str
    is_supported: bool


@dataclass(frozen=True)
class HealthLine:
    """One component's health."""

    component: str
    status: str
    tone: Tone
    detail: str


@dataclass(frozen=True)
class AlertLine:
    """One alert."""

    severity: str
    tone: Tone
    message: str
    detail: str


@dataclass(frozen=True)
class AdviceLine:
    """One recommendation."""

    rank: int
    priority: str
    tone: Tone
    title: str
    description: str
    actions: tuple[str, ...]
    facts: tuple[str, ...]


@dataclass(frozen=True)
class QualityLine:
    """One source's records by fate, formatted counts."""

    source: str
    files: str
    records: str
    fates: tuple[tuple[str, str], ...]
    late: str
    coverage: str
    findings: str


@dataclass(frozen=True)
class ChangeLine:
    """One figure that an earlier revision stated otherwise."""

    figure: str
    before: str
    after: str


@dataclass(frozen=True)
class DefinitionLine:
    """What a metric means."""

    metric: str
    label: str
    entity_type: str
    unit: str
    rule: str
    description: str


@dataclass(frozen=True)
class EntityGroup:
    """The figures of one entity; ``key`` is how the tables name it."""

    entity: str
    key: str
    lines: tuple[FigureLine, ...]


@dataclass(frozen=True)
class PageSection:
    """A table of figures by entity, its charts, and the rows that the figures stand in."""

    title: str
    source: str
    groups: tuple[EntityGroup, ...]
    charts: tuple[Chart, ...]


@dataclass(frozen=True)
class Page:
    """An edition of the report; its charts are drawn by the format."""

    title: str
    system: str
    edition: Edition
    period: str
    zone: str
    as_of: str
    revision: int
    report_id: str
    data_version: str
    is_demo: bool
    mark: str
    headline: tuple[FigureLine, ...]
    headline_charts: tuple[Chart, ...]
    daily_charts: tuple[Chart, ...]
    health: tuple[HealthLine, ...]
    claims: tuple[ClaimLine, ...]
    claims_summary: str
    recommendations: tuple[AdviceLine, ...]
    n_recommendations: int
    alerts: tuple[AlertLine, ...]
    n_alerts: int
    quality: tuple[QualityLine, ...]
    quality_reasons: tuple[str, ...]
    changes: tuple[ChangeLine, ...]
    n_changes: int
    sections: tuple[PageSection, ...]
    definitions: tuple[DefinitionLine, ...]

    @property
    def charts(self) -> tuple[Chart, ...]:
        """The charts that this edition shows."""
        of_sections = (chart for section in self.sections for chart in section.charts)
        return (*self.headline_charts, *self.daily_charts, *of_sections)
