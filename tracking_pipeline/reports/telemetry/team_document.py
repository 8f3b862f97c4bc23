"""A team's report as the YAML of seed 003; what is not the seed's stands below `tracking`."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Final

from tracking_pipeline.analysis import expansion, platforms
from tracking_pipeline.analysis.engineer_rankings import Place
from tracking_pipeline.analysis.statistics.ranking import METHOD
from tracking_pipeline.reports.telemetry.exported import ExportedTotals
from tracking_pipeline.reports.telemetry.measures import rounded
from tracking_pipeline.reports.telemetry.names import NO_PLATFORM
from tracking_pipeline.reports.telemetry.team import TeamReport
from tracking_pipeline.reports.telemetry.team_advice import recommendation
from tracking_pipeline.reports.telemetry.team_rankings import UNJUDGED, RankingKey, TeamRanking
from tracking_pipeline.reports.telemetry.value import EngineerValue, TeamValue

Tree = dict[str, object]

LISTED: Final = 5
"""So many engineers a ranking of the seed lists."""

# The seed's rankings, and by its own keys which columns each shows.
_RANKINGS: Final[Mapping[RankingKey, Mapping[str, str]]] = {
    "top_cost_savers": {"cost_savings_usd": "cost_saved_usd", "time_saved_hours": "hours_saved"},
    "top_producers": {"commits": "commits", "prs_merged": "prs_merged"},
    "highest_roi": {"roi_multiplier": "roi_multiplier"},
}
_DIGITS: Final = {"cost_savings_usd": 2, "time_saved_hours": 1, "roi_multiplier": 1}


def team_document(report: TeamReport, as_of: datetime) -> Tree:
    """Return the report of what is computed here, plain values alone, in the seed's structure.

    Figures are rounded as the seed rounds them; below `tracking` they are not.
    """
    team = report.window.team
    n_engineers = 0 if team is None else team.engineers
    return {
        "report_metadata": metadata(as_of, n_engineers, n_engineers),
        "executive_summary": None if team is None else summary(team),
        "engineers": [_engineer(report, each) for each in _by_name(report)],
        "rankings": {key: _ranking(report, key) for key in _RANKINGS},
        "platform_analysis": _platforms(report),
        "capability_analysis": _capabilities(report),
        "executive_talking_points": [each.said for each in report.talking_points],
        "tracking": _tracking(report),
    }


def metadata(as_of: datetime, n_engineers: int, n_reports: int) -> Tree:
    """Return what the file is of."""
    return {
        "generated_at": as_of.replace(tzinfo=None, microsecond=0).isoformat(),
        "engineers_analyzed": n_engineers,
        "reports_processed": n_reports,
    }


def summary(team: TeamValue | ExportedTotals) -> Tree:
    """Return the team's leading figures."""
    return {
        "total_cost_savings_usd": rounded(team.cost_saved_usd, 2),
        "annual_projection_usd": rounded(team.annual_projection_usd, 2),
        "total_time_saved_hours": rounded(team.hours_saved, 1),
        "avg_roi_multiplier": rounded(team.mean_roi_multiplier, 1),
        "total_commits": team.commits,
        "total_prs_merged": team.prs_merged,
        "team_copilot_memory_hit_rate": rounded(team.memory_hit_rate, 3),
        "recommendation": recommendation(team.recommendation),
    }


def _by_name(report: TeamReport) -> list[EngineerValue]:
    return sorted(report.window.engineers, key=lambda each: report.name(each.engineer_hash))


def _engineer(report: TeamReport, each: EngineerValue) -> Tree:
    called = report.called[each.engineer_hash]
    return {
        "name": called.name,
        "email": called.address,
        "platform": each.platform,
        "cost_savings_usd": rounded(each.cost_saved_usd, 2),
        "commits": each.commits,
        "roi_multiplier": rounded(each.roi_multiplier, 1),
    }


def _ranking(report: TeamReport, key: RankingKey) -> list[Tree]:
    found = [place for each in report.rankings if each.key == key for place in each.places]
    return [_ranked(report, key, place) for place in found[:LISTED]]


def _ranked(report: TeamReport, key: RankingKey, place: Place) -> Tree:
    engineer = report.window.engineer(place.engineer)
    figures = {
        name: rounded(getattr(engineer, column), _DIGITS.get(name, 0))
        for name, column in _RANKINGS[key].items()
    }
    return {"name": report.name(place.engineer), **figures}


def _platforms(report: TeamReport) -> Tree:
    return {
        each.platform or NO_PLATFORM: {
            "engineer_count": each.engineers,
            "engineers": _on(report, each.platform),
            "avg_latency_ms": rounded(each.mean_latency_ms, 0),
            "performance_grade": each.grade,
        }
        for each in report.window.platforms
    }


def _on(report: TeamReport, platform: str | None) -> list[str]:
    return [
        report.name(each.engineer_hash) for each in _by_name(report) if each.platform == platform
    ]


def _capabilities(report: TeamReport) -> list[Tree]:
    most_used = sorted(report.window.capabilities, key=lambda each: -each.executions)
    return [
        {
            "name": each.capability,
            "total_executions": each.executions,
            "success_rate": rounded(each.success_rate, 3),
            "avg_duration_ms": rounded(each.mean_latency_ms, 0),
            "engineers_using": each.engineers_using,
            "adoption_rate": rounded(each.adoption_rate, 2),
        }
        for each in most_used
    ]


def _tracking(report: TeamReport) -> Tree:
    team = report.window.team
    return {
        "team": None if team is None else plain(team),
        "engineers": [_beyond(report, each) for each in _by_name(report)],
        "rankings": _intervals(report),
        "champions": [asdict(each) for each in report.champions],
        "platforms": [plain(each) for each in report.window.platforms],
        "platform_differences": [asdict(each) for each in report.differences],
        "platform_method": platforms.METHOD,
        "capabilities": [plain(each) for each in report.window.capabilities],
        "expansion": {**asdict(report.expansion), "method": expansion.METHOD},
        "recommendations": [asdict(each) for each in report.advice],
        "assumptions": [plain(each) for each in report.assumed.values()],
        "data_quality": data_quality(report),
    }


def _beyond(report: TeamReport, each: EngineerValue) -> Tree:
    return {"name": report.name(each.engineer_hash), **plain(each)}


def _intervals(report: TeamReport) -> Tree:
    if report.refusal:
        return {"refusal": report.refusal}
    intervals: Tree = {each.key: _interval(report, each) for each in report.rankings}
    return {"method": METHOD, **intervals}


def _interval(report: TeamReport, ranking: TeamRanking) -> Tree:
    places = [{"name": report.name(each.engineer), **asdict(each)} for each in ranking.places]
    return {
        "unit": ranking.unit,
        "note": None if ranking.is_judged else UNJUDGED,
        "places": places,
    }


def data_quality(report: TeamReport) -> Tree:
    """Return what a reader of the figures has to mind."""
    return {
        "engineers_without_data": [report.name(each) for each in report.silent],
        "mismatches": [
            {
                **plain(each),
                "engineer": each.engineer_hash and report.name(each.engineer_hash),
            }
            for each in report.exported.mismatches
        ],
    }


def plain(row: object) -> Tree:
    """Return a row as plain values: dates as text, tuples as lists, without its batch."""
    told = {name: value for name, value in vars(row).items() if name != "last_batch_id"}
    return {name: _scalar(value) for name, value in told.items()}


def _scalar(value: object) -> object:
    return value.isoformat() if hasattr(value, "isoformat") else value
