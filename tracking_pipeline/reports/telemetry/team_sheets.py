"""The sheets of a team's workbook: one row a figure, an engineer, a rank, a platform."""

from collections.abc import Iterator, Sequence

from tracking_pipeline.reports.draft import CellValue, Sheet, SheetColumn
from tracking_pipeline.reports.telemetry.measures import MEASURES
from tracking_pipeline.reports.telemetry.names import platform_name
from tracking_pipeline.reports.telemetry.team import TeamReport
from tracking_pipeline.reports.telemetry.value import TeamValue

Row = tuple[CellValue, ...]

_USD, _COUNT, _SHARE, _ONE = "$#,##0.00", "#,##0", "0.0%", "#,##0.0"
_X = '#,##0.0"\N{MULTIPLICATION SIGN}"'


def sheets(report: TeamReport) -> Iterator[Sheet]:
    """Yield every sheet that has a row."""
    every = (
        _figures(report),
        _engineers(report),
        _rankings(report),
        _platforms(report),
        _capabilities(report),
        _exports(report),
        _assumptions(report),
    )
    yield from (each for each in every if each.rows)


def _sheet(name: str, columns: Sequence[tuple[str, str]], rows: Iterator[Row]) -> Sheet:
    return Sheet(name, tuple(SheetColumn(label, form) for label, form in columns), tuple(rows))


def _figures(report: TeamReport) -> Sheet:
    now, before = report.window.team, report.previous.team
    columns = (
        SheetColumn("Figure"),
        SheetColumn("Unit"),
        SheetColumn("Value", is_in_unit=True),
        SheetColumn("Before", is_in_unit=True),
    )
    rows = tuple(
        (each.label, each.unit, each.of(now), each.of(before)) for each in MEASURES.values() if now
    )
    return Sheet("Figures", columns, (*rows, *_valued(now, before)))


def _valued(now: TeamValue | None, before: TeamValue | None) -> Iterator[Row]:
    """Yield whom the savings, their value and the ROI are of, and their cost."""
    if now is not None:
        n, cost = (before.engineers_valued, before.valued_cost_usd) if before else (None, None)
        yield "Engineers with savings", "count", now.engineers_valued, n
        yield "Cost of CORTEX for them", "usd", now.valued_cost_usd, cost


def _engineers(report: TeamReport) -> Sheet:
    columns = (
        *(("Engineer", ""), ("Platform", ""), ("Dates covered", _COUNT), ("Coverage", _SHARE)),
        *(("Executions", _COUNT), ("Success", _SHARE), ("Tokens saved", _COUNT)),
        *(("Cost saved", _USD), ("Hours saved", _ONE), ("Commits", _COUNT), ("PRs merged", _COUNT)),
        *(("Test coverage %", _ONE), ("Quality score", _ONE), ("Hit rate", _SHARE)),
        *(("Acceptance", _SHARE), ("Value delivered", _USD), ("ROI", _X)),
    )
    by_name = sorted(report.window.engineers, key=lambda each: report.name(each.engineer_hash))
    rows = (
        (
            *(report.name(each.engineer_hash), platform_name(each.platform)),
            *(each.dates_covered, each.coverage, each.executions, each.success_rate),
            *(each.tokens_saved, each.cost_saved_usd, each.hours_saved, each.commits),
            *(each.prs_merged, each.avg_test_coverage, each.quality_score),
            *(each.memory_hit_rate, each.acceptance_rate, each.total_value_usd),
            each.roi_multiplier,
        )
        for each in by_name
    )
    return _sheet("Engineers", columns, rows)


def _rankings(report: TeamReport) -> Sheet:
    columns = (
        SheetColumn("Ranking"),
        SheetColumn("Engineer"),
        SheetColumn("Unit"),
        SheetColumn("Figure", is_in_unit=True),
        SheetColumn("Shrunk", is_in_unit=True),
        *(SheetColumn(label, _COUNT) for label in ("Rank", "Rank from", "Rank to")),
    )
    rows = tuple(
        (
            *(found.label, report.name(each.engineer), found.unit, each.value, each.shrunk),
            *(each.rank, each.rank_low, each.rank_high),
        )
        for found in report.rankings
        for each in found.places
    )
    return Sheet("Rankings", columns, rows)


def _platforms(report: TeamReport) -> Sheet:
    columns = (
        *(("Platform", ""), ("Engineers", _COUNT), ("Executions", _COUNT), ("Success", _SHARE)),
        *(("Grade", ""), ("Mean latency ms", _COUNT), ("ROI", _X), ("Hit rate", _SHARE)),
        ("Cost saved", _USD),
    )
    rows = (
        (
            *(platform_name(each.platform), each.engineers, each.executions, each.success_rate),
            *(each.grade, each.mean_latency_ms, each.roi_multiplier, each.memory_hit_rate),
            each.cost_saved_usd,
        )
        for each in report.window.platforms
    )
    return _sheet("Platforms", columns, rows)


def _capabilities(report: TeamReport) -> Sheet:
    columns = (
        *(("Capability", ""), ("Engineers using", _COUNT), ("Active engineers", _COUNT)),
        *(("Adoption", _SHARE), ("Executions", _COUNT), ("Success", _SHARE)),
        *(("Grade", ""), ("Mean latency ms", _COUNT), ("p95 ms", _COUNT), ("Tokens saved", _COUNT)),
    )
    rows = (
        (
            *(each.capability, each.engineers_using, each.active_engineers, each.adoption_rate),
            *(each.executions, each.success_rate, each.grade),
            *(each.mean_latency_ms, each.p95_ms, each.tokens_saved),
        )
        for each in report.window.capabilities
    )
    return _sheet("Capabilities", columns, rows)


def _exports(report: TeamReport) -> Sheet:
    columns = (
        *(("Engineer", ""), ("Exports", _COUNT), ("From", ""), ("To", ""), ("Dates", _COUNT)),
        *(("Cost saved", _USD), ("Hours saved", _ONE), ("Commits", _COUNT), ("PRs merged", _COUNT)),
        *(("ROI", _X), ("Hit rate", _SHARE)),
    )
    rows = (
        (
            *(report.name(each.engineer_hash), each.n_exports),
            *(str(each.first_date or ""), str(each.last_date or ""), each.dates_covered),
            *(each.cost_saved_usd, each.hours_saved, each.commits, each.prs_merged),
            *(each.roi_multiplier, each.memory_hit_rate),
        )
        for each in report.exported.engineers
    )
    return _sheet("As exported", columns, rows)


def _assumptions(report: TeamReport) -> Sheet:
    columns = (
        *(SheetColumn(name) for name in ("Assumption", "Unit")),
        *(SheetColumn(name, is_in_unit=True) for name in ("Low", "Value", "High")),
        *(SheetColumn(name) for name in ("Basis", "Source", "Date")),
    )
    rows = tuple(
        (a.label, a.unit, a.low, a.base, a.high, a.basis, a.source, str(a.source_date or ""))
        for a in report.assumed.values()
    )
    return Sheet("Assumptions", columns, rows)
