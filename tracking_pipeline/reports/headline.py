"""Which figures lead a report: (entity, metric) of each system, the most telling first."""

from typing import Final

LEADING: Final = 4
"""How many figures lead; they are the first of the list that this week or the last one has."""

HEADLINE: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "production_logs": (
        ("campaign_generation", "approval_rate"),
        ("campaign_generation", "average_quality_score"),
        ("enrichment_decision", "success_rate"),
        ("enrichment_decision", "average_processing_time"),
        ("website_analysis", "success_rate"),
        ("airtable_operation", "success_rate"),
        ("email_delivery", "delivery_rate"),
        ("brain_trace", "average_quality_score"),
        ("brain_trace", "average_processing_time"),
        ("database_operation", "success_rate"),
        ("database_operation", "average_duration_ms"),
        ("error_log", "error_share"),
        ("performance_metrics", "slow_operation_share"),
    ),
}
