from pathlib import Path

import dagster as dg
import pytest

from tracking_pipeline.defs.sql_models import (
    Event,
    asset_key,
    built,
    failure_text,
    sql_project_assets,
)
from tracking_pipeline.pipeline import building, inputs, loading, runs
from tracking_pipeline.settings import Settings
from tracking_pipeline.transform.build import NodeResult
from tracking_pipeline.transform.checks import CheckResult
from tracking_pipeline.warehouse.connection import writer
from tracking_pipeline.warehouse.snapshot import published_version
from tracking_pipeline.warehouse.swap import relation_kind

LOGS = inputs.SHIPPED_LOGS / "production_logs/campaign_generation"
A_LONG_NAME = "purpose_is_known_whatever_the_length_of_the_name_of_a_test_may_be"


def failed(error: str, *checks: CheckResult) -> NodeResult:
    return NodeResult("model", "scores", "marts", "failed", None, 0.0, error, checks)


def test_a_blocking_test_is_named_in_full() -> None:
    test = CheckResult(A_LONG_NAME, None, "error", 1, (), passed=False, sql="select 1")
    shown = failure_text(failed(f"{A_LONG_NAME} failed", test))
    assert shown == f"scores keeps its last good rows: {A_LONG_NAME} failed"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path, stable_seconds=0)
    inputs.deliver(settings, [next(LOGS.glob("*.json"))], "engine_logs")
    loading.ingest(settings)
    return settings


def asked_for(settings: Settings, selection: dg.AssetSelection) -> dg.ExecuteInProcessResult:
    job = dg.define_asset_job("asked", selection)
    loaded = dg.Definitions(
        assets=[sql_project_assets()], jobs=[job], resources={"settings": settings}
    )
    return loaded.resolve_job_def("asked").execute_in_process(raise_on_error=False)


def made(ran: dg.ExecuteInProcessResult) -> set[str]:
    keys = (each.asset_key.path for each in ran.get_asset_materialization_events())
    return {path[-1] for path in keys if path[0] != "landing"}


def test_whoever_asks_for_some_models_gets_them_whatever_they_rest_on(settings: Settings) -> None:
    wanted = ["stg_engine_logs__campaign_generation", "engines"]
    nodes = [building.sql_project().nodes[name] for name in wanted]
    selection = dg.AssetSelection.assets(*(asset_key(node) for node in nodes))
    for _ in range(2):
        ran = asked_for(settings, selection)
        assert ran.success
        assert made(ran) == set(wanted)
    tests = {test.name for name in wanted for test in building.sql_project().tests_of[name]}
    assert {each.check_name for each in ran.get_asset_check_evaluations()} >= tests


def test_checks_alone_test_what_would_be_built_and_keep_nothing(settings: Settings) -> None:
    node = building.sql_project().nodes["stg_engine_logs__campaign_generation"]
    names = {test.name for test in building.sql_project().tests_of[node.name]}
    keys = [dg.AssetCheckKey(asset_key(node), name) for name in names]
    ran = asked_for(settings, dg.AssetSelection.checks(*keys))
    assert ran.success
    assert made(ran) == set()
    assert {each.check_name for each in ran.get_asset_check_evaluations()} == names
    with writer(settings) as con:
        assert relation_kind(con, node.schema, node.name) is None


def test_checks_of_another_model_are_made_beside_a_model(settings: Settings) -> None:
    staged, engines = (
        building.sql_project().nodes[name]
        for name in ("stg_engine_logs__campaign_generation", "engines")
    )
    (test, *_) = building.sql_project().tests_of[engines.name]
    check = dg.AssetCheckKey(asset_key(engines), test.name)
    alone = dg.AssetSelection.assets(asset_key(staged)).without_checks()
    ran = asked_for(settings, alone | dg.AssetSelection.checks(check))
    assert ran.success
    assert made(ran) == {staged.name}
    assert test.name in {each.check_name for each in ran.get_asset_check_evaluations()}


def test_a_full_refresh_asks_landed_rows_again_and_analyses_and_publishes(
    settings: Settings,
) -> None:
    assert runs.run(settings, progress=lambda _: None).built
    published = published_version(settings)
    with writer(settings) as con:
        con.execute("create or replace table analysis.trends as select 1 as broken")
        con.execute("update landing.campaign_generation set quality_score = 101")
    refreshed = runs.run(settings, full_refresh=True, progress=lambda _: None)
    (landed,) = [e for e in refreshed.built.validated if e.table == "campaign_generation"]
    assert [e.name for e in landed.results if not e.passed] == [
        "quality_score_is_between_0_and_100"
    ]
    assert published_version(settings) != published
    with writer(settings) as con:
        columns = [row[0] for row in con.execute("describe analysis.trends").fetchall()]
    assert columns != ["broken"]


def test_a_landed_table_that_breaks_what_must_hold_stops_what_reads_it_and_shows_the_rows(
    settings: Settings,
) -> None:
    with writer(settings) as con:
        con.execute("update landing.campaign_generation set provenance = 'guessed'")
    events = list[Event]()
    with pytest.raises(dg.Failure, match=r"landing\.campaign_generation: provenance is one of"):
        events.extend(built(building.built(settings, progress=lambda _: None)))
    (against,) = [
        each for each in events if isinstance(each, dg.AssetCheckEvaluation) and not each.passed
    ]
    assert (against.check_name, against.blocking) == ("provenance_is_known", True)
    assert min(against.metadata) == "a few of the rows"
    rows = {e.asset_key.path[-1] for e in events if isinstance(e, dg.AssetMaterialization)}
    assert "stg_engine_logs__campaign_generation" not in rows
    assert "stg_engine_logs__enrichment_decision" in rows
