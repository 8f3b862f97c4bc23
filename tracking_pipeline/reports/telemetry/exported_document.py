"""The counted exports of a team as the YAML of seed 003: what engineers stated, as they did."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from tracking_pipeline.reports.telemetry.exported import ExportedEngineer as Engineer
from tracking_pipeline.reports.telemetry.measures import rounded
from tracking_pipeline.reports.telemetry.names import NO_PLATFORM
from tracking_pipeline.reports.telemetry.team import TeamReport
from tracking_pipeline.reports.telemetry.team_advice import TalkingPoint, talking_points
from tracking_pipeline.reports.telemetry.team_document import (
    LISTED,
    Tree,
    data_quality,
    metadata,
    plain,
    summary,
)

_UNTESTED: Final = "exports hold no days, so ranks are not tested: the figures alone decide"


def exported_document(report: TeamReport, as_of: datetime) -> Tree:
    """Return the counted exports of the window in the seed's structure, plain values alone.

    Nobody is called a champion: exports hold no days to test ranks with.
    """
    engineers, totals = report.exported.engineers, report.exported.totals
    n_exports = sum(each.n_exports for each in engineers)
    return {
        "report_metadata": metadata(as_of, len(engineers), n_exports),
        "executive_summary": None if totals is None else summary(totals),
        "engineers": [_engineer(report, each) for each in engineers],
        "rankings": _rankings(report, engineers),
        "platform_analysis": _platforms(report, engineers),
        "capability_analysis": _capabilities(report, len(engineers)),
        "executive_talking_points": [each.said for each in exported_points(report)],
        "tracking": {
            "origin": "exported",
            "totals": None if totals is None else plain(totals),
            "engineers": [_beyond(report, each) for each in engineers],
            "rankings": {"note": report.policy.refusal(len(engineers)) or _UNTESTED},
            "data_quality": data_quality(report),
        },
    }


def exported_points(report: TeamReport) -> tuple[TalkingPoint, ...]:
    """Return the seed's lines of the exports' totals."""
    totals = report.exported.totals
    return () if totals is None else tuple(talking_points(totals))


def _engineer(report: TeamReport, each: Engineer) -> Tree:
    called = report.called[each.engineer_hash]
    return {
        "name": called.name,
        "email": called.address,
        "platform": each.platform,
        "cost_savings_usd": rounded(each.cost_saved_usd, 2),
        "commits": each.commits,
        "roi_multiplier": rounded(each.roi_multiplier, 1),
    }


def _rankings(report: TeamReport, engineers: Sequence[Engineer]) -> Tree:
    ranked = () if report.policy.refusal(len(engineers)) else engineers

    def best(
        value: Callable[[Engineer], float | None], figures: Callable[[Engineer], Tree]
    ) -> object:
        known = [each for each in ranked if value(each) is not None]
        first = sorted(known, key=lambda each: -(value(each) or 0.0))[:LISTED]
        return [{"name": report.name(each.engineer_hash), **figures(each)} for each in first]

    return {
        "top_cost_savers": best(
            lambda each: each.cost_saved_usd,
            lambda each: {
                "cost_savings_usd": rounded(each.cost_saved_usd, 2),
                "time_saved_hours": rounded(each.hours_saved, 1),
            },
        ),
        "top_producers": best(
            lambda each: each.commits,
            lambda each: {"commits": each.commits, "prs_merged": each.prs_merged},
        ),
        "highest_roi": best(
            lambda each: each.roi_multiplier,
            lambda each: {"roi_multiplier": rounded(each.roi_multiplier, 1)},
        ),
    }


def _platforms(report: TeamReport, engineers: Sequence[Engineer]) -> Tree:
    latencies = {each.name: each for each in report.exported.platforms}
    names: dict[str | None, list[str]] = {}
    for each in engineers:
        names.setdefault(each.platform, []).append(report.name(each.engineer_hash))
    return {
        platform or NO_PLATFORM: {
            "engineer_count": len(on),
            "engineers": sorted(on),
            "avg_latency_ms": used and rounded(used.mean_latency_ms, 0),
            "performance_grade": used and used.grade,
        }
        for platform, on in sorted(names.items(), key=lambda named: named[0] or "")
        for used in [latencies.get(platform)]
    }


def _capabilities(report: TeamReport, n_engineers: int) -> list[Tree]:
    return [
        {
            "name": each.name,
            "total_executions": each.executions,
            "success_rate": rounded(each.success_rate, 3),
            "avg_duration_ms": rounded(each.mean_latency_ms, 0),
            "engineers_using": each.engineers,
            "adoption_rate": rounded(each.engineers / n_engineers, 2),
        }
        for each in sorted(report.exported.capabilities, key=lambda each: -each.executions)
    ]


def _beyond(report: TeamReport, each: Engineer) -> Tree:
    return {"name": report.name(each.engineer_hash), **plain(each)}
