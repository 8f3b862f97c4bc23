"""What the value of the telemetry assumes, as the seed declares it."""

from collections.abc import Mapping
from typing import Final

import duckdb

from tracking_pipeline.analysis.roi import Assumption
from tracking_pipeline.reports.query import rows

TOKEN_PRICE: Final = "token_price_per_1000_usd"  # noqa: S105 - the name of a price
HOURLY_RATE: Final = "engineer_hourly_rate_usd"
EFFICIENCY: Final = "time_efficiency"
MONTHLY_COST: Final = "assistant_monthly_cost_usd"
BASELINE: Final = "baseline_commits_per_day"
CALL_PRICE: Final = "api_call_price_usd"
EXPANSION: Final = "expansion_engineers"

Assumed = Mapping[str, Assumption]

OF_VALUE: Final = (TOKEN_PRICE, HOURLY_RATE, EFFICIENCY, MONTHLY_COST, BASELINE, CALL_PRICE)
"""What the value of a window rests on; the others are of a team's outlook."""

_STATED: Final = """
select * exclude (system) from seeds.assumptions
where system = 'telemetry' and base is not null
order by rowid
"""


def assumed(con: duckdb.DuckDBPyConnection) -> Assumed:
    """Return every assumption that somebody has stated, by its id."""
    return {row["assumption_id"]: Assumption(**row) for row in rows(con, _STATED, [])}
