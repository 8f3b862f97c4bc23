"""What the original stated of an engineer of the example databases, and our figures."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import yaml

from tracking_pipeline.analysis.value import values
from tracking_pipeline.transform.project import Project
from tracking_pipeline.transform.render import Rendering

EXPECTED = Path(__file__).parents[1] / "inputs" / "telemetry" / "expected"
FIRST, LAST = date(2025, 10, 13), date(2025, 11, 12)
STARTED = "2025-10-13 14:30:00.417"
DURATIONS = """
select capability, list(duration_ms order by duration_ms) from marts.performance_metrics
where engineer_email = ? and local_at >= ? group by capability
"""
CONTEXT_TOKENS = """
select avg_context_tokens from marts.copilot_metrics
where engineer_email = ? and metric_date between ? and ?
"""
FIRST_MORNING = """
select count(*) from marts.performance_metrics
where engineer_email = ? and metric_date = ? and local_at < ?
"""

Row = dict[str, Any]


@dataclass(frozen=True)
class Original:
    """One engineer: what the original stated, and our figures."""

    stated: Row
    value: Row
    same_instants: dict[str, Row]
    """Our capabilities over the original's exact 30 times 24 hours."""
    durations: dict[str, list[float]]
    """Theirs, the shortest first."""
    daily_context_tokens: list[float]
    first_morning: int
    """Executions of the first date before the original's window began."""

    @property
    def capabilities(self) -> dict[str, Row]:
        """What the original stated of each capability."""
        return {
            each["name"]: each["metrics"] for each in self.stated["performance"]["capabilities"]
        }


def original_of(con: duckdb.DuckDBPyConnection, project: Project, name: str) -> Original:
    """Return the engineer's, of a warehouse built from the example databases."""
    stated = yaml.safe_load((EXPECTED / f"{name}-business-value-report.yaml").read_text("utf-8"))
    platform = stated["engineer_profile"]["machine"]["platform"]
    value = values(con, project, FIRST, LAST)["engineer_value"]
    (own,) = value.filter(platform=platform).rows(named=True)
    engineer = own["engineer_hash"]
    same = _same_instants(con, project).filter(engineer_hash=engineer).rows(named=True)
    return Original(
        stated=stated,
        value=own,
        same_instants={row["capability"]: row for row in same},
        durations=dict(con.execute(DURATIONS, [engineer, STARTED]).fetchall()),
        daily_context_tokens=[
            row[0] for row in con.execute(CONTEXT_TOKENS, [engineer, FIRST, LAST]).fetchall()
        ],
        first_morning=con.execute(FIRST_MORNING, [engineer, FIRST, STARTED]).fetchall()[0][0],
    )


def _same_instants(con: duckdb.DuckDBPyConnection, project: Project) -> pl.DataFrame:
    """Return the capabilities by our formulas, over the executions of the original's window."""
    executions = f"(select * from marts.performance_metrics where local_at >= '{STARTED}')"
    window = {"first_date": f"{FIRST}", "last_date": f"{LAST}"}
    rendering = Rendering(project, window, {"performance_metrics": executions})
    analysis = project.analyses["engineer_capability_value"]
    return con.sql(rendering.node(analysis, incremental=False)).pl()
