"""An engineer's exported business-value report, as the CORTEX assistant writes it."""

from datetime import datetime, timedelta
from typing import Any, Final

import polars as pl
import yaml

from tracking_pipeline.demo.company.assistant import USD_PER_1000_TOKENS, Recorded
from tracking_pipeline.demo.company.team import Export

_MONTHLY_COST_USD: Final = 50
_HOURLY_RATE_USD: Final = 100
_BASELINE_COMMITS: Final = 2.0

Part = dict[str, Any]


def business_value(profile: Part, made: Recorded, at: datetime, export: Export) -> bytes:
    """Return the report of what ``made`` holds, exported ``at`` the engineer's time, as YAML."""
    savings = _savings(made.cost_savings, export.days)
    productivity = _productivity(made.productivity_metrics, export.days)
    report = {
        "client_id": profile["client_id"],
        "provenance": profile["provenance"],
        "engineer_profile": _engineer(profile),
        "report_metadata": {
            "export_date": at.isoformat(timespec="microseconds"),
            "collection_period_days": export.days,
            "collection_start": (at - timedelta(days=export.days)).isoformat(),
            "total_executions": made.performance_metrics.height,
        },
        "performance": _performance(made.performance_metrics),
        "cost_savings": savings,
        "productivity": productivity,
        "copilot_enhancement": _copilot(made.copilot_metrics),
        "roi_analysis": _roi(savings, productivity, export.days),
    }
    for total, factor in export.wrong.items():
        savings[total] = round(savings[total] * factor, 2)
    return yaml.safe_dump(report, sort_keys=False).encode()


def _engineer(profile: Part) -> Part:
    machine = {"hostname": "machine_hostname", "platform": "machine_platform", "cpu": "cpu_info"}
    return {
        "name": profile["engineer_name"],
        "email": profile["engineer_email"],
        "machine": {key: profile[column] for key, column in machine.items()},
        "cortex_version": profile["cortex_version"],
        "python_version": profile["python_version"],
    }


def _performance(executions: pl.DataFrame) -> Part:
    duration = pl.col("duration_ms")
    used = (
        executions.group_by("capability")
        .agg(
            total_executions=pl.len(),
            success_rate=pl.col("success").mean().round(3),
            avg_execution_time_ms=duration.mean().round().cast(int),
            **{
                f"p{share}_latency_ms": duration.quantile(share / 100, "linear").round().cast(int)
                for share in (50, 95, 99)
            },
            tokens_saved=pl.col("tokens_saved").sum(),
            avg_context_tokens=pl.col("context_size_tokens").mean().round().cast(int),
        )
        .sort("capability")
    )
    return {
        "capabilities": [
            {"name": row.pop("capability"), "metrics": row} for row in used.to_dicts()
        ],
        "total_capabilities_used": used.height,
        "avg_success_rate": round(float(used["success_rate"].sum()) / used.height, 3),
    }


def _savings(days: pl.DataFrame, n_days: int) -> Part:
    tokens = int(days["tokens_saved_count"].sum())
    usd = tokens / 1000 * USD_PER_1000_TOKENS
    return {
        "total_tokens_saved": tokens,
        "total_api_calls_avoided": int(days["api_calls_avoided"].sum()),
        "total_cost_saved_usd": round(usd, 2),
        "total_time_saved_hours": round(float(days["time_saved_minutes"].sum()) / 60, 1),
        "daily_average_savings_usd": round(usd / n_days, 2),
        "monthly_projection_usd": round(usd / n_days * 30, 2),
        "annual_projection_usd": round(usd / n_days * 365, 2),
    }


def _productivity(days: pl.DataFrame, n_days: int) -> Part:
    commits = int(days["commits_count"].sum())
    return {
        "total_commits": commits,
        "total_prs_created": int(days["prs_created"].sum()),
        "total_prs_merged": int(days["prs_merged"].sum()),
        "total_lines_added": int(days["lines_added"].sum()),
        "total_lines_deleted": int(days["lines_deleted"].sum()),
        "avg_test_coverage": round(float(days["test_coverage_percent"].sum()) / days.height, 1),
        "total_bugs_fixed": int(days["bugs_fixed"].sum()),
        "total_code_reviews": int(days["code_reviews_completed"].sum()),
        "commits_per_day": round(commits / n_days, 2),
    }


def _copilot(days: pl.DataFrame) -> Part:
    summed = ("memory_hits", "memory_misses", "context_injections")
    offered = ("suggestions_accepted", "suggestions_rejected")
    sums = {name: int(days[name].sum()) for name in (*summed, *offered)}
    lookups = sums["memory_hits"] + sums["memory_misses"]
    return {
        **sums,
        "memory_hit_rate": round(sums["memory_hits"] / lookups, 3),
        "avg_context_size_tokens": round(float(days["avg_context_tokens"].sum()) / days.height),
        "acceptance_rate": round(
            sums["suggestions_accepted"] / sum(sums[name] for name in offered), 3
        ),
    }


def _roi(savings: Part, productivity: Part, n_days: int) -> Part:
    cost = n_days / 30 * _MONTHLY_COST_USD
    worth = savings["total_cost_saved_usd"] + savings["total_time_saved_hours"] * _HOURLY_RATE_USD
    per_day = productivity["total_commits"] / n_days
    gain = (per_day - _BASELINE_COMMITS) / _BASELINE_COMMITS
    bugs, reviews = productivity["total_bugs_fixed"], productivity["total_code_reviews"]
    quality = productivity["avg_test_coverage"] * 0.4 + min(bugs, 20) * 2 + min(reviews, 10) * 2
    return {
        "cortex_cost_period_usd": round(cost, 2),
        "total_value_delivered_usd": round(worth, 2),
        "roi_multiplier": round(worth / cost, 1),
        "productivity_gain_percent": round(gain * 100, 1),
        "quality_score": round(min(100, quality), 1),
    }
