"""The charts of a team's report as data."""

from collections.abc import Sequence
from datetime import date, timedelta

from tracking_pipeline.analysis.engineer_rankings import Place
from tracking_pipeline.reports import display
from tracking_pipeline.reports.model import Chart, Point
from tracking_pipeline.reports.telemetry.names import platform_name
from tracking_pipeline.reports.telemetry.team import TeamReport, WholeWeek
from tracking_pipeline.reports.telemetry.team_rankings import TeamRanking, rank_interval


def weeks(report: TeamReport) -> tuple[Chart, ...]:
    """Return what the team saved in each whole week; none without a whole week."""
    if not report.weeks:
        return ()
    return (
        _weekly("cost_saved_usd", "Cost saved, week by week", "usd", report.weeks),
        _weekly("hours_saved", "Time saved, week by week", "h", report.weeks),
    )


def latencies(report: TeamReport) -> Chart | None:
    """Return the mean latency of each platform; None when none has an execution."""
    return _bars(
        "platform-latency",
        "Mean latency by platform",
        "ms",
        [
            Point(platform_name(each.platform), each.mean_latency_ms, each.executions)
            for each in report.window.platforms
            if each.mean_latency_ms is not None
        ],
    )


def hit_rates(report: TeamReport) -> Chart | None:
    """Return the share of memory look-ups that hit on each platform; None without look-ups."""
    return _bars(
        "platform-hit-rate",
        "Memory hit rate by platform",
        "fraction",
        [
            Point(
                platform_name(each.platform),
                each.memory_hit_rate,
                note=display.number(each.memory_hit_rate, "fraction"),
            )
            for each in report.window.platforms
            if each.memory_hit_rate is not None
        ],
    )


def adoption(report: TeamReport) -> Chart | None:
    """Return the share of active engineers that use each capability, the most used first."""
    known = [each for each in report.window.capabilities if each.adoption_rate is not None]
    return _bars(
        "capability-adoption",
        "Adoption by capability",
        "fraction",
        [
            Point(
                display.title(each.capability),
                each.adoption_rate,
                each.active_engineers,
                note=f"{display.share(each.adoption_rate)}  ({each.engineers_using} of "
                f"{each.active_engineers})",
            )
            for each in sorted(
                known, key=lambda each: (-(each.adoption_rate or 0), each.capability)
            )
        ],
    )


def success(report: TeamReport) -> Chart | None:
    """Return the share of each capability's executions that succeeded, the highest first."""
    known = [each for each in report.window.capabilities if each.success_rate is not None]
    return _bars(
        "capability-success",
        "Successful executions by capability",
        "fraction",
        [
            Point(display.title(each.capability), each.success_rate, each.executions)
            for each in sorted(known, key=lambda each: (-(each.success_rate or 0), each.capability))
        ],
    )


def ranked(report: TeamReport, found: TeamRanking, most: int) -> Chart | None:
    """Return the highest figures of a ranking as bars, with the intervals of their ranks."""
    return _bars(
        f"ranking-{found.key}",
        found.label,
        found.unit,
        [
            Point(
                report.name(each.engineer),
                each.value,
                note=f"{display.number(each.value, found.unit)}  ({_rank(each)})",
            )
            for each in found.places[:most]
        ],
    )


def _rank(place: Place) -> str:
    interval = rank_interval(place)
    return interval if place.rank is None else f"rank {interval}"


def _bars(chart_id: str, title: str, unit: str, points: Sequence[Point]) -> Chart | None:
    if not points:
        return None
    told = ", ".join(f"{each.label} {display.number(each.value, unit)}" for each in points)
    return Chart(chart_id, "ranking", title, f"{title}: {told}", unit, tuple(points))


def _weekly(name: str, title: str, unit: str, found: Sequence[WholeWeek]) -> Chart:
    points = tuple(
        Point(_span(each.start), value, note=display.number(value, unit))
        for each in found
        for value in [getattr(each, name)]
    )
    told = ", ".join(f"{each.label} {each.note}" for each in points)
    return Chart(f"weeks-{name}", "ranking", title, f"{title}: {told}", unit, points)


def _span(start: date) -> str:
    end = start + timedelta(days=6)
    first = f"{start.day}" if start.month == end.month else f"{start.day} {start:%b}"
    return f"{first}–{end.day} {end:%b}"  # noqa: RUF001 - en dash between dates
