"""Which figures lead a report: (entity, metric) of each system, in their order."""

from typing import Final

HEADLINE: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "production_logs": (
        ("campaign_generation", "approval_rate"),
        ("campaign_generation", "average_quality_score"),
        ("enrichment_decision", "success_rate"),
        ("enrichment_decision", "average_processing_time"),
    ),
}
