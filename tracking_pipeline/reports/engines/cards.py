"""Leading figures of the economics as cards."""

from collections.abc import Iterator
from typing import Final

from tracking_pipeline.reports import display
from tracking_pipeline.reports.document import Card
from tracking_pipeline.reports.engines import tables
from tracking_pipeline.reports.engines.economics import COMPARED, MEASURES, Economics, reason, shown

_MONEY: Final = {
    "engine_roi_pct": ("cost", "value"),
    "operational_cost_usd": ("cost",),
    "value_generated_usd": ("value",),
}
"""The amounts that a figure sums, though engines may leave some unstated."""


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
    counts = {"uptime_rate": "probes", "satisfaction": "answers"}
    counted = counts.get(name, "days with every cost" if name in COMPARED else "days with data")
    return ", ".join((f"{now.n(name):,} {counted}", *_partly(name, now)))


def _partly(name: str, now: Economics) -> Iterator[str]:
    stated = {"cost": now.cost_coverage, "value": now.value_coverage}
    for part in _MONEY.get(name, ()):
        share = stated[part]
        if share is not None and share < 1:
            yield f"not every {part} stated ({display.share(share)})"
