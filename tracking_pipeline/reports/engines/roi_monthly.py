"""The seed's Monthly ROI Analysis, of one client or of all."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import datetime
from typing import Final

import duckdb

from tracking_pipeline.reports.draft import Draft, ReportKind, Sheet, Versions
from tracking_pipeline.reports.engines import frame
from tracking_pipeline.reports.engines.economics import ALL, MEASURES, shown
from tracking_pipeline.reports.engines.month import Month, month
from tracking_pipeline.reports.engines.pricing import Priced, priced
from tracking_pipeline.reports.engines.roi_sections import LEADING, sections
from tracking_pipeline.reports.period import Period
from tracking_pipeline.settings import Settings


def versions(con: duckdb.DuckDBPyConnection, subject: str | None) -> Versions:
    """Return what each client's month, and that of all, stands on."""
    return frame.economic_versions(con, "month", subject, with_all=True)


def draft(
    _settings: Settings,
    con: duckdb.DuckDBPyConnection,
    subject: str,
    period: Period,
    as_of: datetime,
) -> Draft:
    """Return the subject's ROI analysis of the month."""
    found = month(con, period, subject)
    version = versions(con, subject).get((subject, period.start), frame.NOTHING)
    label = "All clients" if subject == ALL else frame.client_name(con, subject)
    is_demo = frame.is_simulated(found.now)
    desk = frame.Desk(ROI.name, ROI.label, subject, label, period, as_of, version, is_demo)
    prices = priced(found)
    return frame.drafted(
        desk,
        {
            "executive": tuple(sections(found, prices, is_whole=False)),
            "technical": tuple(sections(found, prices, is_whole=True)),
        },
        {"roi": _data(found, prices)},
        said=_said(found),
        stated=frame.stated_economics(found.now, label) if found.now else (),
        sheets=tuple(_sheets(found)),
        summary=[(MEASURES[name].label, shown(found.now, name)) for name in LEADING],
        reasons=frame.reasons(found.now, period),
    )


def _said(found: Month) -> object:
    """Return what the analysis tells of the month and the one before; no older history."""
    told = asdict(replace(found, every=(), history=()))
    return {**told, "economics": [asdict(e) for e in (found.now, found.before, *found.paying) if e]}


def _data(found: Month, prices: tuple[Priced, ...]) -> dict[str, object]:
    now = found.now
    return {
        "figures": {name: None if now is None else now.value(name) for name in MEASURES},
        "cases": [
            {
                "against": each.label,
                "case": case.name,
                "benefit_usd": case.benefit_usd,
                "cost_usd": case.cost_usd,
                "net_usd": case.net_usd,
                "roi_pct": case.roi_pct,
            }
            for each in prices
            for case in each.cases
        ],
        "sensitivity": [
            {
                "against": each.label,
                "assumption_id": swing.assumption.assumption_id,
                "roi_pct_at_low": swing.at_low,
                "roi_pct_at_high": swing.at_high,
            }
            for each in prices
            for swing in each.swings
        ],
        "assumptions": [asdict(each) for each in found.assumed],
        "forecasts": [asdict(each) for each in found.forecasts],
    }


def _sheets(found: Month) -> Iterator[Sheet]:
    yield frame.sheet(
        "Months",
        ("Client", "Month", *(measure.label for measure in MEASURES.values()), "Provenance"),
        (
            (
                each.subject,
                each.start.isoformat(),
                *(each.value(name) for name in MEASURES),
                each.provenance,
            )
            for each in (*found.months, *found.paying)
        ),
    )
    yield frame.sheet(
        "Assumptions",
        ("Assumption", "Unit", "Low", "Base", "High", "Basis", "Source", "Date"),
        (
            (
                each.label,
                each.unit,
                each.low,
                each.base,
                each.high,
                each.basis,
                each.source,
                str(each.source_date),
            )
            for each in found.assumed
        ),
    )


ROI: Final = ReportKind("roi_monthly", "Monthly ROI analysis", "month", versions, draft)
