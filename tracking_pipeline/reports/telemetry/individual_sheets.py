"""The workbook of an engineer's own report."""

from collections.abc import Iterator

from tracking_pipeline.reports.draft import Sheet, SheetColumn
from tracking_pipeline.reports.engines.frame import sheet
from tracking_pipeline.reports.telemetry.arithmetic import quality, steps
from tracking_pipeline.reports.telemetry.individual import Individual
from tracking_pipeline.reports.telemetry.measures import MEASURES

_LATENCIES = ("avg_ms", "p50_ms", "p95_ms", "p99_ms", "min_ms", "max_ms")


def sheets(told: Individual) -> Iterator[Sheet]:
    """Yield the sheets: figures, computation, capabilities, errors, days and what is assumed."""
    yield _figures(told)
    yield sheet(
        "Computation",
        ("Figure", "Computed as", "Result"),
        (
            (each.label, each.formula, each.result)
            for each in (*steps(told.value, told.assumed), quality(told.value))
        ),
    )
    yield _capabilities(told)
    yield sheet(
        "Errors",
        ("Capability", "Error", "Executions"),
        (
            (use.figures.capability, error.type, error.count)
            for use in told.uses
            for error in use.figures.errors
        ),
    )
    yield _days(told)
    yield sheet(
        "Assumptions",
        ("Assumption", "Unit", "Low", "Value", "High", "Basis", "Source", "Date"),
        (
            (a.label, a.unit, a.low, a.base, a.high, a.basis, a.source, str(a.source_date or ""))
            for a in told.assumed.values()
        ),
    )
    if told.mismatches:
        yield _mismatches(told)


def _figures(told: Individual) -> Sheet:
    columns = (
        *(SheetColumn(name) for name in ("Figure", "Unit")),
        *(SheetColumn(name, is_in_unit=True) for name in ("Value", "Before")),
    )
    rows = tuple(
        (each.label, each.unit, each.of(told.value), each.of(told.before))
        for each in MEASURES.values()
    )
    return Sheet("Figures", columns, rows)


def _capabilities(told: Individual) -> Sheet:
    columns = (
        SheetColumn("Capability"),
        SheetColumn("Executions", "#,##0"),
        SheetColumn("Success", "0.0%"),
        *(SheetColumn(name.replace("_", " "), "#,##0") for name in _LATENCIES),
        *(SheetColumn(name, "#,##0") for name in ("Tokens saved", "Mean context tokens")),
        *(SheetColumn("Trend"), SheetColumn("Change", "+0.0%;-0.0%"), SheetColumn("p", "0.000")),
    )
    rows = tuple(
        (
            use.figures.capability,
            use.figures.executions,
            use.figures.success_rate,
            *(getattr(use.figures, name) for name in _LATENCIES),
            use.figures.tokens_saved,
            use.figures.avg_context_tokens,
            *(use.trend.word, use.trend.change, use.trend.p_value),
        )
        for use in told.uses
    )
    return Sheet("Capabilities", columns, rows)


def _days(told: Individual) -> Sheet:
    columns = (SheetColumn("Date"), SheetColumn("Cost saved", "$0.00"), SheetColumn("Commits"))
    rows = tuple((str(d.metric_date), d.cost_saved_usd, d.commits) for d in told.days)
    return Sheet("Days", columns, rows)


def _mismatches(told: Individual) -> Sheet:
    return sheet(
        "Mismatches",
        ("Exported at", "Figure", "Exported", "Recomputed", "Difference, share"),
        (
            (f"{m.exported_at:%Y-%m-%d %H:%M}", m.figure, m.exported, m.recomputed, m.difference)
            for m in told.mismatches
        ),
    )
