"""The sample project, the rows its source holds and a warehouse for it."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb

SAMPLE = Path(__file__).parent / "sample_project"

FIRST_EVENTS = """
    (1, 1, 'ann', timestamp '2026-01-01 10:00', 10.0, 1.0, ['new', 'paid']),
    (2, 1, 'bob', timestamp '2026-01-01 23:59', 20.0, null, ['new']),
    (3, 2, 'ann', timestamp '2026-01-02 00:00', 0.1, 0.2, []),
    (4, 3, null, timestamp '2026-01-03 12:00', 7.25, 0.75, ['paid'])
"""
LATER_EVENTS = """
    (5, 1, 'ann', timestamp '2026-01-01 11:00', 5.0, 0.5, ['late']),
    (6, 2, 'cid', timestamp '2026-01-05 08:00', 3.0, 0.0, ['new', 'late'])
"""


def create_source(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("create schema landing")
    con.execute(
        "create table landing.events (event_id bigint, region_id bigint, person varchar, "
        "observed_at timestamp, amount double, tax double, labels varchar[])"
    )
    insert(con, FIRST_EVENTS)


def insert(con: duckdb.DuckDBPyConnection, values: str) -> None:
    con.execute(f"insert into landing.events values {values}")


def dbt(
    command: str, project: Path, database: Path, work: Path, *options: str, profile: str = "sample"
) -> str:
    """Run real dbt on the project, with everything it writes below ``work``."""
    work.mkdir(exist_ok=True)
    (work / "profiles.yml").write_text(
        f"{profile}:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n"
        f"      path: {database}\n      schema: main\n      threads: 1\n"
    )
    program = Path(sys.executable).parent / "dbt"
    folders = ["--project-dir", project, "--profiles-dir", work]
    folders += ["--target-path", work / "target", "--log-path", work / "logs"]
    # Nobody reads what it logs and notes, which is a quarter of what it costs.
    silent = ("--no-version-check", "--no-write-json", "--log-level-file", "none")
    run = subprocess.run(
        [program, *silent, "--log-level", "warn", command, *folders, *options],
        env={**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
    return run.stdout


def write_project(folder: Path, files: dict[str, str]) -> Path:
    """Write a project of these files; ``dbt_project.yml`` names it ``small`` unless given."""
    for name, text in {"dbt_project.yml": "name: small\n", **files}.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder
