"""The weekly report's keys of the JSON file: seed 001's Analysis Report Schema, and the details."""

from dataclasses import asdict
from itertools import chain
from typing import Any, Final

from tracking_pipeline.reports.compact import of_columns, table
from tracking_pipeline.reports.model import Figure, Recommendation, ReportModel

# Seed's group and key: (entity type, entity or None for one entry an entity, metric).
_SEED_METRICS: Final = {
    "ai_message_generation": {
        "total_messages": ("log_type", "campaign_generation", "total_messages"),
        "approval_rate": ("log_type", "campaign_generation", "approval_rate"),
        "average_quality_score": ("log_type", "campaign_generation", "average_quality_score"),
        "template_effectiveness": ("template", None, "approval_rate"),
    },
    "lead_enrichment": {
        "total_enrichments": ("log_type", "enrichment_decision", "total_enrichments"),
        "success_rate": ("log_type", "enrichment_decision", "success_rate"),
        "average_processing_time": ("log_type", "enrichment_decision", "average_processing_time"),
        "method_effectiveness": ("method", None, "success_rate"),
    },
}


def seed_data(model: ReportModel) -> dict[str, object]:
    """Return the seed's keys; its percentages are in %."""
    return {
        "performance_metrics": {
            group: {key: _seed_value(model, *place) for key, place in keys.items()}
            for group, keys in _SEED_METRICS.items()
        },
        "trends": [_trend(figure) for figure in model.figures if figure.comparison is not None],
        "recommendations": [_recommendation(item) for item in model.recommendations],
        "system_health": _health(model),
    }


def details(model: ReportModel) -> dict[str, object]:
    """Return the whole model; each definition stands once, and figures and claims as tables."""
    definitions = {(f.trace.entity_type, f.trace.metric): f.definition for f in model.figures}
    return {
        "system": model.system,
        "system_label": model.system_label,
        "definitions": list(definitions.values()),
        "figures": _figures(model),
        "headline": [_place(figure) for figure in model.headline],
        "headline_charts": model.headline_charts,
        "daily_charts": model.daily_charts,
        "charts": list(chain.from_iterable(section.charts for section in model.sections)),
        "claims": table(model.claims, without=("subject", "method")),
        "health": model.health,
        "alerts": model.alerts,
        "recommendations": model.recommendations,
        "quality": model.quality,
    }


_PLACE: Final = ("client_id", "entity_type", "entity_id", "metric")
_VALUES: Final = (
    *("value", "previous_value", "change_pct", "n", "previous_n", "coverage", "status", "reason"),
    "provenance",
)
_TESTED: Final = (
    *("direction", "significance", "reason", "method", "p_value", "ci_low", "ci_high"),
)


def _figures(model: ReportModel) -> dict[str, object]:
    """Return every figure: where it stands, its values, its test (null without one)."""
    start, end = model.period.start, model.period.next_start
    names = (*_PLACE, *_VALUES, *(f"tested_{name}" for name in _TESTED))
    rows = (
        [
            *_place(figure),
            *(getattr(figure, name) for name in _VALUES),
            *(getattr(figure.comparison, name, None) for name in _TESTED),
        ]
        for figure in model.figures
    )
    return {
        "relation": "marts.metric_weekly",
        "window_start": start,
        "window_end": end,
        **of_columns(names, rows),
    }


def _place(figure: Figure) -> list[object]:
    return [getattr(figure.trace, name) for name in _PLACE]


def _seed_value(model: ReportModel, kind: str, entity: str | None, metric: str) -> object:
    found = {
        figure.entity_id: _percentage(figure)
        for figure in model.figures
        if (figure.definition.entity_type, figure.definition.metric) == (kind, metric)
    }
    return found if entity is None else found.get(entity)


def _percentage(figure: Figure) -> float | int | None:
    if figure.value is None:
        return None
    if figure.definition.unit == "fraction":
        return float(f"{figure.value * 100:.12g}")
    return int(figure.value) if figure.definition.unit == "count" else figure.value


def _trend(figure: Figure) -> dict[str, Any]:
    tested = figure.comparison
    return {
        "metric_name": f"{figure.entity_id}.{figure.definition.metric}",
        "trend_direction": tested and tested.direction,
        "change_percentage": figure.change_pct,
        "significance": tested and tested.significance,
    }


def _recommendation(item: Recommendation) -> dict[str, Any]:
    return {
        "id": item.recommendation_id,
        "priority": item.priority,
        "category": item.category,
        "title": item.title,
        "description": item.description,
        "action_items": list(item.action_items),
        "estimated_impact": {
            "metric_improvements": {item.metric: item.expected_improvement} if item.metric else {},
            "roi_estimate": item.roi_multiplier,
            "implementation_effort": item.effort_hours,
        },
    }


def _health(model: ReportModel) -> dict[str, Any]:
    statuses = {component.component: component.status for component in model.health}
    return {
        "overall_status": statuses.get("overall", "no_data"),
        "component_health": {name: s for name, s in statuses.items() if name != "overall"},
        "alerts": [asdict(alert) for alert in model.alerts],
    }
