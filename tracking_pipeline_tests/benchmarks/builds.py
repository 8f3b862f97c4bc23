"""A build of all models from nothing against ``dbt build`` on the same warehouse and models."""

import shutil
import sys
from pathlib import Path

from tracking_pipeline.pipeline import building, inputs, runs
from tracking_pipeline.settings import Settings
from tracking_pipeline_tests.benchmarks.ratio import Ratio, least, python

_BUILD = """
from tracking_pipeline.pipeline import building
from tracking_pipeline.settings import load_settings
building.build(load_settings(), full_refresh=True, progress=lambda _: None)
"""
_PROFILE = """tracking:
  target: warm
  outputs: {{warm: {{type: duckdb, path: '{path}', schema: main, threads: 1}}}}
"""


def measure(room: Path) -> list[Ratio]:
    """Return the CPU of dbt-duckdb's process over that of ours."""
    settings = Settings(home=room, stable_seconds=0)
    inputs.deliver(settings, sorted(inputs.SHIPPED_LOGS.iterdir()), "engine_logs")
    runs.run(settings, progress=lambda _: None)
    ours = least(python(_BUILD), {"TRACKING_HOME": str(room)}, room)
    theirs = least(*_dbt(settings, room), room)
    shutil.rmtree(room)
    return [
        Ratio(
            "dbt build of all models, as a fresh process",
            theirs,
            ours,
            "our build of the same models likewise",
            goal=5,
            better="at least",
        )
    ]


def _dbt(settings: Settings, room: Path) -> tuple[list[str], dict[str, str]]:
    copy = room / "dbt.duckdb"
    shutil.copy(settings.warehouse_file, copy)
    (room / "profiles.yml").write_text(_PROFILE.format(path=copy), encoding="utf-8")
    command = [str(Path(sys.executable).parent / "dbt"), "build", "--full-refresh"]
    command += ["--project-dir", str(building.SQL_PROJECT), "--profiles-dir", str(room)]
    command += ["--exclude-resource-type", "unit_test"]  # our build runs the data tests alone
    command += ["--target-path", str(room / "target"), "--log-path", str(room / "logs")]
    return command, {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
