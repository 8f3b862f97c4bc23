"""The values that reports are made of, and the weekly report of a system."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from tracking_pipeline.reports.period import Period

FigureStatus = Literal["ok", "small_sample", "no_data"]
ChartKind = Literal["history", "ranking", "lines", "heat", "tornado", "forecast"]


@dataclass(frozen=True)
class Definition:
    """A metric as the catalogue defines it."""

    metric: str
    entity_type: str
    label: str
    unit: str
    direction: str
    aggregation: str
    minimum_sample: int
    description: str


@dataclass(frozen=True)
class Trace:
    """Where a figure comes from: a row of a relation, and the window ``[start, end)``."""

    relation: str
    system: str
    client_id: str
    entity_type: str
    entity_id: str
    metric: str
    window_start: date
    window_end: date


@dataclass(frozen=True)
class Comparison:
    """Week against week, as ``analysis.trends`` judged it; ``p_value`` is the adjusted one."""

    direction: str | None
    significance: str | None
    reason: str | None
    method: str | None
    p_value: float | None
    ci_low: float | None
    ci_high: float | None


@dataclass(frozen=True)
class Figure:
    """One metric of one entity over the period, with the week before beside it.

    ``value`` is None exactly when ``status`` is ``no_data``; ``reason`` then says why. Fractions
    are in [0, 1]; ``change_pct`` is in percent of the previous value.
    """

    definition: Definition
    client_id: str
    entity_id: str
    value: float | None
    previous_value: float | None
    change_pct: float | None
    n: int
    previous_n: int
    coverage: float | None
    status: FigureStatus
    reason: str
    provenance: str
    comparison: Comparison | None
    trace: Trace


@dataclass(frozen=True)
class Claim:
    """A sentence that passed, or was refused by, the honest-claims gate."""

    claim_id: str
    client_id: str
    entity_type: str | None
    entity_id: str | None
    metric: str | None
    kind: str
    subject: str
    sentence: str
    is_supported: bool
    method: str | None
    n: int | None
    p_value: float | None
    ci_low: float | None
    ci_high: float | None
    coverage: float | None
    reason: str | None


@dataclass(frozen=True)
class Point:
    """One mark of a chart; ``value`` None is a gap, never a zero; ``interval`` is of 95 %.

    ``series`` parts marks of one label: the client, the column of a heat map, the end of an
    assumption (``low``, ``high``), the kind of a forecast (``observed``, ``80 %``, ``95 %``).
    ``note`` is printed at the mark in place of its value.
    """

    label: str
    value: float | None
    n: int = 0
    interval: tuple[float, float] | None = None
    series: str = ""
    note: str = ""


@dataclass(frozen=True)
class Chart:
    """A chart as data; ``description`` is its text alternative.

    ``reference`` is a value to compare with (a benchmark, an average, the base case), drawn as a
    line with ``reference_label``.
    """

    chart_id: str
    kind: ChartKind
    title: str
    description: str
    unit: str
    points: tuple[Point, ...]
    reference: float | None = None
    reference_label: str = ""


@dataclass(frozen=True)
class FigureSection:
    """The figures of one kind of entity, and the charts that belong to them."""

    section_id: str
    title: str
    figures: tuple[Figure, ...]
    charts: tuple[Chart, ...]


@dataclass(frozen=True)
class HealthComponent:
    """One component's level (1 to 4) and status; ``overall`` holds the mean of the others."""

    client_id: str
    component: str
    metric: str | None
    value: float | None
    level: float | None
    status: str


@dataclass(frozen=True)
class Alert:
    """A threshold that a figure crossed."""

    alert_id: str
    client_id: str
    entity_type: str
    entity_id: str
    metric: str
    severity: str
    value: float | None
    threshold: float | None
    n: int | None
    message: str


@dataclass(frozen=True)
class Recommendation:
    """What a rule advises, in the order of its score."""

    recommendation_id: str
    client_id: str
    category: str
    priority: str
    title: str
    description: str
    action_items: tuple[str, ...]
    metric: str | None
    value: float | None
    n: int | None
    expected_improvement: float | None
    roi_multiplier: float | None
    roi_pct: float | None
    effort_hours: float | None
    confidence: float | None
    difficulty: str | None
    rank: int


@dataclass(frozen=True)
class SourceQuality:
    """What became of one source's records in the week; counts of records but ``n_files``."""

    client_id: str
    source: str
    n_files: int
    n_records: int
    n_accepted: int
    n_duplicate: int
    n_quarantined: int
    n_blank: int
    n_pending: int
    n_late: int
    coverage: float | None
    n_findings: int


@dataclass(frozen=True)
class DataQuality:
    """The data-quality block: every record's fate, and what a reader has to mind."""

    sources: tuple[SourceQuality, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class ReportModel:
    """The week of one system."""

    system: str
    system_label: str
    period: Period
    as_of: datetime
    data_version: str
    is_demo: bool
    headline: tuple[Figure, ...]
    headline_charts: tuple[Chart, ...]
    daily_charts: tuple[Chart, ...]
    claims: tuple[Claim, ...]
    health: tuple[HealthComponent, ...]
    alerts: tuple[Alert, ...]
    recommendations: tuple[Recommendation, ...]
    sections: tuple[FigureSection, ...]
    quality: DataQuality

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure once: the sections hold them all, the headline repeats some."""
        return tuple(figure for section in self.sections for figure in section.figures)
