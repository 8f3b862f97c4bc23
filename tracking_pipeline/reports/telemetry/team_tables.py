"""The tables of a team's report."""

from typing import Final

from tracking_pipeline.analysis.engineer_rankings import Place
from tracking_pipeline.analysis.expansion import Case
from tracking_pipeline.analysis.statistics.ranking import SMALLEST_COHORT
from tracking_pipeline.reports import display
from tracking_pipeline.reports.document import Cell, Chip, Column, RowGroup, Table, Tone
from tracking_pipeline.reports.telemetry.exported import ExportedUse, Mismatch
from tracking_pipeline.reports.telemetry.names import platform_name
from tracking_pipeline.reports.telemetry.team import TeamReport
from tracking_pipeline.reports.telemetry.team_advice import TalkingPoint
from tracking_pipeline.reports.telemetry.team_document import LISTED
from tracking_pipeline.reports.telemetry.team_rankings import UNJUDGED, TeamRanking, rank_interval
from tracking_pipeline.reports.telemetry.value import CapabilityValue, EngineerValue, PlatformValue

GRADES: Final[dict[str, Tone]] = {
    "Excellent": "good",
    "Good": "good",
    "Fair": "warning",
    "Needs Optimization": "bad",
    "Too Few Executions": "neutral",
}


def points(found: tuple[TalkingPoint, ...]) -> Table:
    """Return the lines for executives, without symbols, which not every font has."""
    rows = tuple((Cell(each.label), Cell(each.words, is_strong=True)) for each in found)
    columns = (Column("Point"), Column("Words", width=2))
    return Table("For executives", columns, (RowGroup(rows),), is_bare=True)


def ranking(report: TeamReport, found: TeamRanking, *, is_whole: bool) -> Table:
    """Return the engineers by one figure: as it is, drawn towards the mean, and its rank."""
    shown = found.places if is_whole else found.places[:LISTED]
    rows = tuple(_place(report, found, each) for each in shown)
    labels = ("Figure", "Shrunk", "Rank")
    columns = (
        Column("Engineer", width=1.4),
        *(Column(label, is_number=True) for label in labels),
        Column("95 % interval of the rank"),
    )
    rest = "" if is_whole or len(found.places) <= LISTED else f", the first {LISTED}"
    caption = f"{found.label}{rest}: the figure, and drawn towards the team's mean"
    if not found.is_judged:
        caption = f"{found.label}{rest}, by the figure alone: {UNJUDGED}"
    return Table(caption, columns, (RowGroup(rows),), empty="No engineer has this figure.")


def _place(report: TeamReport, found: TeamRanking, each: Place) -> tuple[Cell, ...]:
    return (
        Cell(report.name(each.engineer)),
        Cell(display.number(each.value, found.unit), is_strong=True),
        Cell(display.number(each.shrunk, found.unit)),
        Cell(display.NO_DATA if each.rank is None else str(each.rank)),
        Cell(rank_interval(each)),
    )


def platforms(report: TeamReport) -> Table:
    """Return each platform's latency, return and memory, with its grade."""
    labels = ("Engineers", "Executions", "Success", "Mean latency", "ROI", "Hit rate", "Saved")
    return Table(
        "The engineers of each platform; the grade is of the mean latency of enough executions",
        (
            Column("Platform", width=1.2),
            *(Column(label, is_number=True) for label in labels),
            Column("Grade", width=1.4),
        ),
        (RowGroup(tuple(_platform(each) for each in report.window.platforms)),),
        empty="No platform is known.",
    )


def _platform(each: PlatformValue) -> tuple[Cell, ...]:
    return (
        Cell(platform_name(each.platform)),
        Cell(display.number(each.engineers, "count")),
        Cell(display.number(each.executions, "count")),
        Cell(display.number(each.success_rate, "fraction")),
        Cell(display.number(each.mean_latency_ms, "ms"), is_strong=True),
        Cell(display.number(each.roi_multiplier, "multiple"), note=_of_some(each)),
        Cell(display.number(each.memory_hit_rate, "fraction")),
        Cell(display.number(each.cost_saved_usd, "usd"), note=_of_some(each)),
        _grade(each.grade),
    )


def _of_some(each: PlatformValue) -> str:
    """Return of how many engineers the savings are, when not of all."""
    n = each.engineers_valued
    return f"of {n:,} with savings" if 0 < n < each.engineers else ""


def capabilities(report: TeamReport) -> Table:
    """Return each capability's adoption, success and latency, the most used first."""
    labels = ("Used by", "Adoption", "Executions", "Success", "Mean latency", "p95", "Tokens saved")
    most_used = sorted(report.window.capabilities, key=lambda each: -each.executions)
    return Table(
        "Adoption is the share of the engineers with any execution that use it",
        (
            Column("Capability", width=1.8),
            *(Column(label, is_number=True) for label in labels),
            Column("Grade", width=1.4),
        ),
        (RowGroup(tuple(_capability(each) for each in most_used)),),
        empty="No execution is recorded.",
    )


def _capability(each: CapabilityValue) -> tuple[Cell, ...]:
    return (
        Cell(display.title(each.capability), code=each.capability),
        Cell(f"{each.engineers_using} of {each.active_engineers}"),
        Cell(display.share(each.adoption_rate), is_strong=True),
        Cell(display.number(each.executions, "count")),
        Cell(display.number(each.success_rate, "fraction"), is_strong=True),
        Cell(display.number(each.mean_latency_ms, "ms")),
        Cell(display.number(each.p95_ms, "ms")),
        Cell(display.number(each.tokens_saved, "count")),
        _grade(each.grade),
    )


def _grade(grade: str | None) -> Cell:
    return Cell("", chip=Chip(grade, GRADES[grade])) if grade else Cell(display.NO_DATA)


def expansion(report: TeamReport) -> Table:
    """Return the arithmetic of an expansion: value and cost of one engineer, times their number."""
    found = report.expansion
    cases = (("Low case", found.low), ("Base case", found.base), ("High case", found.high))
    rows = tuple(_case(report, label, case) for label, case in cases if case)
    labels = ("Value of one", "Cost of one", "Engineers more", "A year")
    return Table(
        f"Mean annual value of the {found.n} engineers, less the assistant's cost, times "
        f"{found.n_more}; low and high are the ends of its 95 % interval",
        (Column("Case"), *(Column(label, is_number=True) for label in labels)),
        (RowGroup(rows),) if rows else (),
        empty=f"Not enough data: a value of {found.n} engineers is known, and it takes "
        f"{SMALLEST_COHORT}.",
    )


def _case(report: TeamReport, label: str, case: Case) -> tuple[Cell, ...]:
    found = report.expansion
    is_strong = case is found.base
    return (
        Cell(label, is_strong=is_strong),
        Cell(display.number(case.value_usd, "usd")),
        Cell(display.number(found.cost_usd, "usd")),
        Cell(f"{found.n_more}"),
        Cell(display.number(case.net_usd, "usd"), is_strong=is_strong),
    )


def engineers(report: TeamReport) -> Table:
    """Return each engineer's figures, by name: no order of merit."""
    labels = ("Saved", "Time saved", "Commits", "PRs merged", "ROI", "Hit rate")
    by_name = sorted(report.window.engineers, key=lambda each: report.name(each.engineer_hash))
    return Table(
        "The engineers by name",
        (
            Column("Engineer", width=1.4),
            Column("Platform"),
            *(Column(label, is_number=True) for label in labels),
        ),
        (RowGroup(tuple(_engineer(report, each) for each in by_name)),),
        empty="No engineer has data.",
    )


def _engineer(report: TeamReport, each: EngineerValue) -> tuple[Cell, ...]:
    return (
        Cell(report.name(each.engineer_hash)),
        Cell(platform_name(each.platform)),
        Cell(display.number(each.cost_saved_usd, "usd")),
        Cell(display.number(each.hours_saved, "h")),
        Cell(display.number(each.commits, "count")),
        Cell(display.number(each.prs_merged, "count")),
        Cell(display.number(each.roi_multiplier, "multiple")),
        Cell(display.number(each.memory_hit_rate, "fraction")),
    )


def coverage(report: TeamReport) -> Table:
    """Return on how many dates of the window each engineer sent data; the silent ones on none."""
    n_days = report.window.team.n_days if report.window.team else 0
    known = [
        (report.name(each.engineer_hash), each.dates_covered) for each in report.window.engineers
    ]
    silent = [(report.name(each), 0) for each in report.silent]
    rows = tuple(
        (
            Cell(name),
            Cell(f"{covered} of {n_days}"),
            Cell(display.share(covered / n_days if n_days else None)),
        )
        for name, covered in sorted([*known, *silent])
    )
    columns = (
        Column("Engineer", width=2),
        *(Column(label, is_number=True) for label in ("Dates", "Coverage")),
    )
    return Table(
        "Dates with any daily row: of work, savings or copilot",
        columns,
        (RowGroup(rows),),
        empty="No engineer is known.",
    )


def exported(report: TeamReport) -> Table:
    """Return what each engineer's exports state."""
    labels = ("Exports", "Dates", "Saved", "Time saved", "Commits", "PRs merged", "ROI", "Hit rate")
    rows = tuple(
        (
            Cell(report.name(each.engineer_hash), note=f"{each.first_date} to {each.last_date}"),
            Cell(f"{each.n_exports}"),
            Cell(display.number(each.dates_covered, "count")),
            Cell(display.number(each.cost_saved_usd, "usd")),
            Cell(display.number(each.hours_saved, "h")),
            Cell(display.number(each.commits, "count")),
            Cell(display.number(each.prs_merged, "count")),
            Cell(display.number(each.roi_multiplier, "multiple")),
            Cell(display.number(each.memory_hit_rate, "fraction")),
        )
        for each in report.exported.engineers
    )
    columns = (
        Column("Engineer", width=1.8),
        *(Column(label, is_number=True) for label in labels),
    )
    return Table(
        "As the exports state it; of overlapping exports of one engineer one counts",
        columns,
        (RowGroup(rows),),
    )


def exported_uses(found: tuple[ExportedUse, ...], label: str) -> Table:
    """Return what the exports state of the executions of each platform, or each capability."""
    labels = ("Engineers", "Executions", "Success", "Mean latency")
    rows = tuple(
        (
            Cell(
                platform_name(each.name) if label == "Platform" else display.title(each.name or "")
            ),
            Cell(display.number(each.engineers, "count")),
            Cell(display.number(each.executions, "count")),
            Cell(display.number(each.success_rate, "fraction")),
            Cell(display.number(each.mean_latency_ms, "ms"), is_strong=True),
            _grade(each.grade),
        )
        for each in found
    )
    numbers = (Column(each, is_number=True) for each in labels)
    columns = (Column(label, width=1.6), *numbers, Column("Grade", width=1.4))
    return Table(f"Executions by {label.lower()}, as exported", columns, (RowGroup(rows),))


def mismatches(report: TeamReport) -> Table:
    """Return the derived totals of exports that their own parts do not give."""
    labels = ("Exported", "Recomputed", "Difference")
    return Table(
        "Totals that differ by more than 0.5 % from what their own parts give",
        (
            Column("Export", width=1.6),
            Column("Figure", width=1.4),
            *(Column(label, is_number=True) for label in labels),
        ),
        (RowGroup(tuple(_mismatch(report, each) for each in report.exported.mismatches)),),
        empty="Every total that was exported is what its parts give.",
    )


def _mismatch(report: TeamReport, each: Mismatch) -> tuple[Cell, ...]:
    of = report.name(each.engineer_hash) if each.engineer_hash else "Team export"
    difference = None if each.difference is None else each.difference * 100
    return (
        Cell(of, note=f"{each.exported_at:%Y-%m-%d %H:%M}"),
        Cell(display.title(each.figure), code=each.figure),
        Cell(display.number(each.exported, "ratio")),
        Cell(display.number(each.recomputed, "ratio"), is_strong=True),
        Cell(display.number(difference, "percent")),
    )
