"""An engineer's value as `business-value-report.yaml`: the seed's keys in their order, then ours.

Figures are rounded as the seed rounds them; what is not known is null, never zero.
"""

from dataclasses import asdict
from datetime import date, datetime, time
from typing import Any

from tracking_pipeline.reports.telemetry.individual import Individual, Use
from tracking_pipeline.reports.telemetry.individual_words import (
    RECOMMENDATIONS,
    improvement,
    talking_points,
)
from tracking_pipeline.reports.telemetry.measures import rounded
from tracking_pipeline.reports.telemetry.value import EngineerValue
from tracking_pipeline.zones import zone as zone_of

FORMULA_VERSION = "1"
"""Of figures.md, Telemetry; moves when a formula does."""

Tree = dict[str, Any]


def individual_document(
    told: Individual, *, exported_at: datetime, zone: str, data_version: str
) -> Tree:
    """Return the report as a tree of plain values, ready for `writers.yaml`.

    ``zone`` is the reporting zone, whose days the window counts; all of ours is below ``tracking``.
    """
    value = told.value
    return {
        "engineer_profile": _profile(told),
        "report_metadata": _metadata(value, exported_at, zone),
        "executive_summary": _summary(value),
        "performance": _performance(told),
        "cost_savings": _savings(value),
        "productivity": _productivity(told),
        "copilot_enhancement": _copilot(value),
        "roi_analysis": _roi(value),
        "executive_talking_points": [point.said for point in talking_points(value)],
        "tracking": _tracking(told, zone, data_version),
    }


def _profile(told: Individual) -> Tree:
    machine = told.profile
    return {
        "name": told.called.name,
        "email": told.called.address,
        "machine": {
            "hostname": machine.machine_hostname,
            "platform": machine.machine_platform,
            "cpu": machine.cpu_info,
            "ram_gb": machine.ram_gb,
        },
        "cortex_version": machine.cortex_version,
        "python_version": machine.python_version,
    }


def _metadata(value: EngineerValue, exported_at: datetime, zone: str) -> Tree:
    start = datetime.combine(value.start_date, time(), zone_of(zone))
    return {
        "export_date": exported_at.astimezone(zone_of(zone)).isoformat(),
        "collection_period_days": value.n_days,
        "collection_start": start.isoformat(),
        "total_executions": value.executions,
    }


def _summary(value: EngineerValue) -> Tree:
    return {
        "cost_savings_usd": rounded(value.cost_saved_usd, 2),
        "time_saved_hours": rounded(value.hours_saved, 1),
        "productivity_gain_percent": rounded(value.productivity_gain_percent, 1),
        "commits_per_day": rounded(value.commits_per_day, 2),
        "quality_score": rounded(value.quality_score, 1),
        "copilot_enhancement": value.memory_hit_rate,
        "roi_multiplier": rounded(value.roi_multiplier, 1),
    }


def _performance(told: Individual) -> Tree:
    return {
        "capabilities": [
            {"name": use.figures.capability, "metrics": _metrics(use)} for use in told.uses
        ],
        "total_capabilities_used": len(told.uses),
        "avg_success_rate": rounded(told.value.success_rate, 3),
    }


def _metrics(use: Use) -> Tree:
    figures = use.figures
    return {
        "total_executions": figures.executions,
        "success_rate": rounded(figures.success_rate, 3),
        "avg_execution_time_ms": rounded(figures.avg_ms, 0),
        "p50_latency_ms": rounded(figures.p50_ms, 0),
        "p95_latency_ms": rounded(figures.p95_ms, 0),
        "p99_latency_ms": rounded(figures.p99_ms, 0),
        "min_latency_ms": rounded(figures.min_ms, 0),
        "max_latency_ms": rounded(figures.max_ms, 0),
        "tokens_saved": figures.tokens_saved,
        "avg_context_tokens": rounded(figures.avg_context_tokens, 0),
        "error_types": [asdict(error) for error in figures.errors],
        "performance_trend": use.trend.word,
    }


def _savings(value: EngineerValue) -> Tree:
    return {
        "total_tokens_saved": value.tokens_saved,
        "total_api_calls_avoided": value.api_calls_avoided,
        "total_cost_saved_usd": rounded(value.cost_saved_usd, 2),
        "total_time_saved_hours": rounded(value.hours_saved, 1),
        "daily_average_savings_usd": rounded(value.daily_average_usd, 2),
        "monthly_projection_usd": rounded(value.monthly_projection_usd, 2),
        "annual_projection_usd": rounded(value.annual_projection_usd, 2),
    }


def _productivity(told: Individual) -> Tree:
    value = told.value
    return {
        "total_commits": value.commits,
        "total_prs_created": value.prs_created,
        "total_prs_merged": value.prs_merged,
        "total_lines_added": value.lines_added,
        "total_lines_deleted": value.lines_deleted,
        "avg_test_coverage": rounded(value.avg_test_coverage, 1),
        "total_bugs_fixed": value.bugs_fixed,
        "total_code_reviews": value.code_reviews,
        "commits_per_day": rounded(value.commits_per_day, 2),
        "velocity_trend": told.velocity.word,
    }


def _copilot(value: EngineerValue) -> Tree:
    return {
        "memory_hits": value.memory_hits,
        "memory_misses": value.memory_misses,
        "memory_hit_rate": rounded(value.memory_hit_rate, 3),
        "context_injections": value.context_injections,
        "avg_context_size_tokens": rounded(value.avg_context_tokens, 0),
        "suggestions_accepted": value.suggestions_accepted,
        "suggestions_rejected": value.suggestions_rejected,
        "acceptance_rate": rounded(value.acceptance_rate, 3),
        "improvement_summary": improvement(value),
    }


def _roi(value: EngineerValue) -> Tree:
    advice = value.recommendation
    return {
        "cortex_cost_period_usd": rounded(value.assistant_cost_usd, 2),
        "total_value_delivered_usd": rounded(value.total_value_usd, 2),
        "roi_multiplier": rounded(value.roi_multiplier, 1),
        "productivity_gain_percent": rounded(value.productivity_gain_percent, 1),
        "commits_per_day": rounded(value.commits_per_day, 2),
        "quality_score": rounded(value.quality_score, 1),
        "recommendation": None if advice is None else RECOMMENDATIONS[advice],
    }


def _tracking(told: Individual, zone: str, data_version: str) -> Tree:
    value = told.value
    return {
        "window": {
            "kind": value.window_kind,
            "first_date": value.start_date.isoformat(),
            "last_date": value.end_date.isoformat(),
            "days": value.n_days,
            "time_zone": zone,
        },
        "dates_covered": value.dates_covered,
        "coverage": _evidence(value.coverage),
        "provenance": value.provenance,
        "assumptions": {
            name: {"label": each.label, "value": each.base, "unit": each.unit, "basis": each.basis}
            for name, each in told.assumed.items()
        },
        "formula_version": FORMULA_VERSION,
        "data_version": data_version,
        "latency_trends": [
            {"name": use.figures.capability, **_plain(asdict(use.trend))} for use in told.uses
        ],
        "velocity": _plain(asdict(told.velocity)),
        "as_exported": [_plain(asdict(each)) for each in told.exports],
        "mismatches": [_plain(asdict(each)) for each in told.mismatches],
    }


def _plain(figures: Tree) -> Tree:
    """Return days and instants as text, and figures to six digits: they are evidence."""
    return {
        name: value.isoformat() if isinstance(value, date) else _evidence(value)
        for name, value in figures.items()
    }


def _evidence(value: object) -> object:
    return float(f"{value:.6g}") if isinstance(value, float) else value
