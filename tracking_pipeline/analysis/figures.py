"""The figures of any window, from the events where a figure needs them."""

from datetime import UTC, datetime

import duckdb
import polars as pl

from tracking_pipeline.errors import SettingsError, unknown
from tracking_pipeline.transform.project import Project
from tracking_pipeline.transform.render import compile_analysis
from tracking_pipeline.zones import zone as zone_of


def figures(  # noqa: PLR0913 - a window has two ends and a zone
    con: duckdb.DuckDBPyConnection,
    project: Project,
    *,
    system: str,
    start: datetime,
    end: datetime,
    zone: str,
) -> pl.DataFrame:
    """Return one row per client, entity and metric of ``system`` over the window [start, end).

    The columns are system, client_id, entity_type, entity_id, metric, unit, value, n, coverage and
    status. Naive bounds are read in ``zone``, whose days coverage counts. ``con`` is a warehouse or
    a snapshot. Raises SettingsError for an unknown system or zone, or an empty window.
    """
    _require_known(con, system)
    window_start, window_end = _instant(start, zone), _instant(end, zone)
    if window_start >= window_end:
        window = f"{start.isoformat()} to {end.isoformat()}"
        raise SettingsError(
            window,
            "the window is empty",
            "Give a start before the end; the end itself is not in the window",
        )
    variables = {
        "system": system,
        "window_start": f"{window_start:%Y-%m-%d %H:%M:%S.%f}",
        "window_end": f"{window_end:%Y-%m-%d %H:%M:%S.%f}",
        "zone": zone,
    }
    return con.execute(compile_analysis(project, "figures", variables)).pl()


def _require_known(con: duckdb.DuckDBPyConnection, system: str) -> None:
    known = [
        row[0] for row in con.execute("select system from seeds.systems order by 1").fetchall()
    ]
    if system not in known:
        raise unknown(system, "system", known)


def _instant(moment: datetime, zone: str) -> datetime:
    """Return ``moment`` in UTC; without an offset it is read in ``zone``."""
    local = zone_of(zone)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=local)
    return aware.astimezone(UTC)
