"""A corrected file of people decides what is computed."""

import os
from datetime import timedelta
from pathlib import Path

import duckdb

from tracking_pipeline.settings import Settings
from tracking_pipeline.transform.build import build
from tracking_pipeline.transform.project import Project
from tracking_pipeline_tests.sql_models.conftest import NOW, land
from tracking_pipeline_tests.sql_models.selection import with_ancestors

GOAL = "client_id,engine_id,goal_metric,target_value\nacme,N,meeting_booking_rate,{}\n"
TARGETS = "select entity_id, metric, target_value::double from marts.goals where client_id = 'acme'"


def test_a_corrected_goal_of_the_same_size_and_time_is_the_goal(
    tmp_path: Path, con: duckdb.DuckDBPyConnection, sql_project: Project
) -> None:
    goals = with_ancestors(sql_project, {"goals"})
    settings, file = Settings(home=tmp_path / "home"), tmp_path / "goals.csv"
    for minute, target in enumerate((0.25, 0.35)):
        file.write_text(GOAL.format(target), "utf-8")
        os.utime(file, (1, 1))
        land(settings, con, [file], "engine_metrics", NOW + timedelta(minutes=minute))
        results = build(con, sql_project, select=goals, run_tests=False)
        assert [each.error for each in results if each.error] == []
        assert con.execute(TARGETS).fetchall() == [("N", "meeting_booking_rate", target)]
