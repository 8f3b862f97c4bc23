"""Leading figures of the economics as cards."""

from tracking_pipeline.reports import display
from tracking_pipeline.reports.document import Card
from tracking_pipeline.reports.engines import tables
from tracking_pipeline.reports.engines.economics import MEASURES, Economics, reason, shown


def total_card(name: str, now: Economics | None, before: Economics | None, rhythm: str) -> Card:
    """Return one figure of the economics, with the period before or why it is missing."""
    why = reason(now, name)
    previous = "no data" if reason(before, name) else shown(before, name)
    return Card(
        label=MEASURES[name].label,
        entity="All clients" if now is None or now.client_id is None else "",
        value=shown(now, name),
        before=why or f"{previous} the {rhythm} before",
        support=_support(name, now),
    )


def _support(name: str, now: Economics | None) -> str:
    if now is None:
        return ""
    if name == "cost_per_meeting_usd" and now.traditional_cost_per_meeting_usd is not None:
        other = display.number(now.traditional_cost_per_meeting_usd, "usd")
        return f"traditional way {other} ({tables.basis(now.traditional_basis)})"
    counted = {"uptime_rate": "probes", "satisfaction": "answers"}.get(name, "days with data")
    return f"{now.n(name):,} {counted}"
