"""The tables of an engineer's own report."""

from collections.abc import Iterable
from typing import Final

from tracking_pipeline.analysis.latency_trend import LatencyTrend
from tracking_pipeline.analysis.velocity import Velocity
from tracking_pipeline.reports import display
from tracking_pipeline.reports.document import Cell, Chip, Column, RowGroup, Table, Tone
from tracking_pipeline.reports.telemetry.exported import Mismatch
from tracking_pipeline.reports.telemetry.individual import Individual, Use
from tracking_pipeline.reports.telemetry.names import platform_name
from tracking_pipeline.reports.telemetry.own_exports import OwnExport

SAVINGS: Final = (
    "tokens_saved",
    "api_calls_avoided",
    "cost_saved_usd",
    "hours_saved",
    "daily_average_usd",
    "monthly_projection_usd",
    "annual_projection_usd",
)
PRODUCTIVITY: Final = (
    "commits",
    "commits_per_day",
    "prs_created",
    "prs_merged",
    "lines_added",
    "lines_deleted",
    "avg_test_coverage",
    "coverage_improvement",
    "bugs_fixed",
    "code_reviews",
)
COPILOT: Final = (
    "memory_hits",
    "memory_misses",
    "memory_hit_rate",
    "context_injections",
    "avg_context_tokens",
    "suggestions_accepted",
    "suggestions_rejected",
    "acceptance_rate",
)
_WORDS: Final = {"no_evidence": "no evidence", "insufficient_data": "not enough data"}
_TONES: Final[dict[str, Tone]] = {"improving": "good", "degrading": "bad", "declining": "bad"}
_EXPORTED: Final = (
    ("total_executions", "Executions", "count"),
    ("tokens_saved", "Tokens saved", "count"),
    ("cost_saved_usd", "Cost saved", "usd"),
    ("annual_projection_usd", "Cost saved, projected to a year", "usd"),
    ("time_saved_hours", "Time saved", "h"),
    ("commits", "Commits", "count"),
    ("commits_per_day", "Commits a day", "ratio"),
    ("prs_merged", "Pull requests merged", "count"),
    ("avg_test_coverage", "Test coverage", "percent"),
    ("bugs_fixed", "Bugs fixed", "count"),
    ("memory_hit_rate", "Memory hit rate", "fraction"),
    ("acceptance_rate", "Suggestions accepted, share", "fraction"),
    ("quality_score", "Quality score", "score"),
    ("total_value_usd", "Value delivered", "usd"),
    ("roi_multiplier", "ROI", "multiple"),
)
_MOST_EXPORTS: Final = 3


def profile(told: Individual) -> Table:
    """Return who the engineer is and on what they work."""
    machine = told.profile
    facts = (
        ("Engineer", told.called.name),
        ("E-mail", told.called.address),
        ("Platform", machine.machine_platform and platform_name(machine.machine_platform)),
        ("Processor", machine.cpu_info),
        ("Memory", f"{machine.ram_gb} GB" if machine.ram_gb else None),
        ("CORTEX", machine.cortex_version),
        ("Python", machine.python_version),
    )
    rows = tuple((Cell(name), Cell(fact or display.NO_DATA)) for name, fact in facts)
    return Table("The engineer", (Column("What"), Column("Value", width=3)), (RowGroup(rows),))


def capabilities(uses: Iterable[Use]) -> Table:
    """Return each capability's use and latency, and what is known of its trend."""
    numbers = ("Runs", "Success", "Mean ms", "p50", "p95", "p99", "Tokens saved")
    columns = (
        Column("Capability", width=1.6),
        *(Column(name, is_number=True) for name in numbers),
        Column("Trend", width=2.4),
    )
    return Table(
        "Latency in ms; the trend compares the later half of the executions with the earlier "
        "by the means of their days, its p is adjusted over the capabilities",
        columns,
        (RowGroup(tuple(_capability(use) for use in uses)),),
        empty="No execution is recorded.",
    )


def _capability(use: Use) -> tuple[Cell, ...]:
    figures = use.figures
    latencies = (figures.avg_ms, figures.p50_ms, figures.p95_ms, figures.p99_ms)
    return (
        Cell(use.title),
        Cell(display.number(figures.executions, "count")),
        Cell(display.number(figures.success_rate, "fraction")),
        *(Cell(_milliseconds(each)) for each in latencies),
        Cell(display.number(figures.tokens_saved, "count")),
        Cell("", chip=chip(use.trend), note=rests_on(use.trend)),
    )


def chip(trend: LatencyTrend | Velocity) -> Chip:
    """Return a tested word with its colour."""
    return Chip(_WORDS.get(trend.word, trend.word), _TONES.get(trend.word, "neutral"))


def rests_on(trend: LatencyTrend | Velocity) -> str:
    """Return the change, how sure it is, and how many observations it rests on."""
    n = f"n = {trend.n:,}"
    if isinstance(trend, LatencyTrend):
        n = f"n = {trend.first_days} + {trend.second_days} days"
    if trend.change is None or trend.p_value is None:
        return n
    change = f"{trend.change * 100:+z.0f} %".replace("-", "\N{MINUS SIGN}")
    return f"{change}, {display.evidence(None, trend.p_value, None, None)}, {n}"


def errors(uses: Iterable[Use]) -> Table:
    """Return what ended executions, by capability, the most frequent first."""
    rows = tuple(
        (
            Cell(use.title),
            Cell(", ".join(f"{error.type} ({error.count:,})" for error in use.figures.errors)),
        )
        for use in uses
        if use.figures.errors
    )
    columns = (Column("Capability"), Column("Errors, and how many", width=3))
    return Table("What ended failed executions", columns, (RowGroup(rows),), empty="No error.")


def exported(exports: tuple[OwnExport, ...]) -> Table:
    """Return the newest exports' own totals, a column each."""
    shown = exports[:_MOST_EXPORTS]
    covered = (_covered(each) for each in shown)
    rows = (
        (Cell("Dates covered"), *(Cell(each) for each in covered)),
        *(
            (
                Cell(name),
                *(Cell(display.number(getattr(each, field), unit)) for each in shown),
            )
            for field, name, unit in _EXPORTED
        ),
    )
    heads = (Column(f"{each.exported_at:%Y-%m-%d %H:%M}", is_number=True) for each in shown)
    rest = f"; the newest {len(shown)} of {len(exports)}" if len(exports) > len(shown) else ""
    return Table(
        f"As each export states it, by when it was exported{rest}",
        (Column("Figure", width=1.4), *heads),
        (RowGroup(rows),),
    )


def mismatch(each: Mismatch) -> str:
    """Return what an export claims and what its own figures give."""
    named = {field: (name, unit) for field, name, unit in _EXPORTED}
    name, unit = named.get(each.figure, (display.title(each.figure), ""))
    claimed, computed = (display.number(of, unit) for of in (each.exported, each.recomputed))
    return f"Export of {each.exported_at:%Y-%m-%d}: {name} {claimed}, recomputed {computed}"


def _covered(each: OwnExport) -> str:
    dates = display.NO_DATA if each.dates_covered is None else f"{each.dates_covered} dates"
    return f"{each.first_date} to {each.last_date}, {dates}"


def _milliseconds(value: float | None) -> str:
    return display.NO_DATA if value is None else f"{value:,.0f}"
