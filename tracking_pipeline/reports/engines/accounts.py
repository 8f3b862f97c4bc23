"""The accounts of a month: the engines' cost against what the same meetings cost without them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import duckdb

from tracking_pipeline.analysis.roi import Account, Amount, Assumption
from tracking_pipeline.reports.engines.economics import Economics
from tracking_pipeline.reports.query import rows

INDUSTRY_MEETING: Final = "industry_cost_per_meeting_usd"
SDR_COST: Final = "sdr_monthly_cost_usd"
SDR_MEETINGS: Final = "sdr_meetings_per_month"
SDR_HOURS: Final = "sdr_hours_per_month"


def assumptions(con: duckdb.DuckDBPyConnection) -> tuple[Assumption, ...]:
    """Return what the economics of the engines assume, as the seed declares it."""
    query = (
        "select * exclude (system) from seeds.assumptions where system = 'engines' order by rowid"
    )
    found = rows(con, query, [])
    return tuple(Assumption(**row) for row in found)


@dataclass(frozen=True)
class PreviousMethod:
    """How a client booked meetings before, and what one cost, as recorded."""

    client_id: str
    method: str | None
    cost_per_meeting_usd: float
    recorded_date: date | None
    source: str | None


def previous_methods(con: duckdb.DuckDBPyConnection) -> tuple[PreviousMethod, ...]:
    """Return the recorded method of each client that has one, by client."""
    return tuple(PreviousMethod(**row) for row in rows(con, _METHODS, []))


_METHODS: Final = """
select
    client_id, method, cost_per_meeting_usd::double as cost_per_meeting_usd, recorded_date, source
from marts.previous_methods
order by client_id
"""


def traditional_account(
    total: Economics, clients: Iterable[Economics], assumed: Sequence[Assumption]
) -> Account | None:
    """Return the same meetings at each client's own earlier cost, else at the industry's.

    Of the days that state every cost and the meetings; None without one.
    """
    cost, meetings = total.compared_operational_cost_usd, total.compared_meetings_booked
    if cost is None or meetings is None:
        return None
    compared = (each for each in clients if each.compared_meetings_booked is not None)
    return Account(tuple(map(_meetings, compared)), (_operation(cost),), tuple(assumed))


def team_account(total: Economics, assumed: Sequence[Assumption]) -> Account | None:
    """Return the same meetings by an SDR team of the size that books as many, likewise."""
    cost, meetings = total.compared_operational_cost_usd, total.compared_meetings_booked
    if cost is None or meetings is None:
        return None
    team = Amount("An SDR team", meetings, "meetings_booked", (SDR_COST,), (SDR_MEETINGS,))
    return Account((team,), (_operation(cost),), tuple(assumed))


def sdr_months(meetings: float) -> Amount:
    """Return how many months an SDR needs for the meetings."""
    return Amount("SDR months", meetings, per=(SDR_MEETINGS,))


def sdr_hours(meetings: float) -> Amount:
    """Return how many hours SDRs work for the meetings."""
    return Amount("SDR hours", meetings, times=(SDR_HOURS,), per=(SDR_MEETINGS,))


def _meetings(client: Economics) -> Amount:
    output = f"meetings_booked of {client.subject}"
    before, meetings = client.compared_traditional_cost_usd, client.compared_meetings_booked
    if client.traditional_basis == "measured" and before is not None:
        return Amount(f"Meetings of {client.subject}", before, output)
    return Amount(f"Meetings of {client.subject}", meetings or 0.0, output, (INDUSTRY_MEETING,))


def _operation(cost_usd: float) -> Amount:
    return Amount("Operation of the engines", cost_usd)
