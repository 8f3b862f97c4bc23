"""The executive slides of a team's window: what its report says, a finding a slide."""

from datetime import date

from tracking_pipeline.reports import display
from tracking_pipeline.reports.slides import BigNumber, Slide
from tracking_pipeline.reports.telemetry.deck_people import capabilities, champions, platforms
from tracking_pipeline.reports.telemetry.deck_value import returned, savings, summary
from tracking_pipeline.reports.telemetry.deck_words import figure, listed, usd
from tracking_pipeline.reports.telemetry.deck_work import copilot, productivity, recommendations
from tracking_pipeline.reports.telemetry.exported import Exported, ExportedTotals
from tracking_pipeline.reports.telemetry.team import TeamReport
from tracking_pipeline.reports.telemetry.team_advice import talking_points


def deck(team: TeamReport) -> tuple[Slide, ...]:
    """Return the slides in the order in which they are shown.

    A figure that is not there reads "no data". Of a window without measurements there are a cover
    and, where engineers delivered exports, their totals as they state them.
    """
    value, totals = team.window.team, team.exported.totals
    if value is not None:
        cover = _cover(value.engineers, (value.start_date, value.end_date))
        slides = (summary, savings, returned, champions, platforms, capabilities)
        return (
            cover,
            *(slide(team, value) for slide in slides),
            productivity(team, value),
            copilot(team, value),
            recommendations(team, value),
        )
    if totals is not None:
        return _cover(totals.engineers, _dates(team.exported)), _exported(totals)
    return (_cover(0, None),)


def _cover(n_engineers: int, dates: tuple[date, date] | None) -> Slide:
    of = display.counted(n_engineers, "engineer") if n_engineers else "No data"
    when = f" · {display.dates(*dates)}" if dates else ""
    return Slide(
        title="What CORTEX saved and returned",
        kicker="Engineers' telemetry",
        layout="title",
        text=f"{of}{when}",
    )


def _dates(exported: Exported) -> tuple[date, date] | None:
    first = [each.first_date for each in exported.engineers if each.first_date]
    last = [each.last_date for each in exported.engineers if each.last_date]
    return (min(first), max(last)) if first and last else None


def _exported(totals: ExportedTotals) -> Slide:
    n = display.counted(totals.engineers, "engineer")
    yearly = usd(totals.annual_projection_usd)
    merged = f"{figure(totals.prs_merged, 'count')} pull requests merged"
    numbers = (
        BigNumber("Cost saved", usd(totals.cost_saved_usd), f"{yearly} projected a year"),
        BigNumber("Time saved", figure(totals.hours_saved, "h"), f"of {n}"),
        BigNumber(
            "ROI",
            figure(totals.roi_multiplier, "multiple"),
            f"{usd(totals.total_value_usd)} / {usd(totals.assistant_cost_usd)}",
        ),
        BigNumber("Commits", figure(totals.commits, "count"), merged),
    )
    return Slide(
        title=f"The exports of {n} state {usd(totals.total_value_usd)} of value delivered",
        kicker="As exported",
        numbers=numbers,
        panels=(listed("In short", (point.plain for point in talking_points(totals))),),
        footnote="Totals as the exports state them; of overlapping ones the one that counts. "
        "Nothing was measured in this window, so nothing is recomputed.",
    )
