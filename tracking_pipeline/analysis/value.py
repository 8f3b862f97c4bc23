"""What the assistant was worth between any two dates, by the formulas of the marts."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import duckdb
import polars as pl

from tracking_pipeline.errors import SettingsError
from tracking_pipeline.transform.project import Project
from tracking_pipeline.transform.render import compile_analysis

MARTS: Final = (
    "engineer_value",
    "engineer_capability_value",
    "team_value",
    "platform_value",
    "capability_value",
)


def values(
    con: duckdb.DuckDBPyConnection,
    project: Project,
    first: date,
    last: date,
    *,
    provenances: Sequence[str] = ("measured",),
) -> dict[str, pl.DataFrame]:
    """Return the rows of each mart of ``MARTS`` for the dates ``first`` to ``last``, both in it.

    Their ``window_kind`` is ``custom``; a frame is empty when the window holds no telemetry.
    ``provenances`` are those that the warehouse was built to judge; ``con`` is a warehouse or a
    snapshot. Raises SettingsError for an empty window.
    """
    if first > last:
        raise SettingsError(
            f"{first} to {last}", "the window is empty", "Give a first date up to the last one"
        )
    variables = {
        "first_date": first.isoformat(),
        "last_date": last.isoformat(),
        "scored_provenances": list(provenances),
    }
    return {mart: con.execute(compile_analysis(project, mart, variables)).pl() for mart in MARTS}
