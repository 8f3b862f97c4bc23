from datetime import timedelta

import dagster as dg
import pytest
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph
from dagster._core.definitions.freshness import TimeWindowFreshnessPolicy

from tracking_pipeline.definitions import definitions
from tracking_pipeline.defs.ingestion import MANIFEST, PULLED_PAGES
from tracking_pipeline.pipeline import building
from tracking_pipeline.quality.suites import SUITES


@pytest.fixture(scope="module")
def loaded() -> dg.Definitions:
    return definitions()


@pytest.fixture(scope="module")
def graph(loaded: dg.Definitions) -> AssetGraph:
    return loaded.resolve_asset_graph()


def test_the_definitions_can_be_loaded(loaded: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(loaded)


def test_every_asset_is_described_owned_grouped_and_has_its_kinds(graph: AssetGraph) -> None:
    nodes = [graph.get(key) for key in graph.get_all_asset_keys()]
    for node in nodes:
        assert (node.description or "").endswith((".", ")")), node.key
        assert node.owners == ["team:tracking"], node.key
        assert node.group_name not in {None, "default"}, node.key
        assert node.kinds, node.key


def test_every_model_and_seed_is_an_asset(graph: AssetGraph) -> None:
    nodes = building.sql_project().nodes.values()
    models = {dg.AssetKey([node.schema, node.name]) for node in nodes}
    assert models <= graph.get_all_asset_keys()


def test_every_test_is_a_check_that_blocks_as_its_severity_says(graph: AssetGraph) -> None:
    project = building.sql_project()
    blocking = {
        dg.AssetCheckKey(
            dg.AssetKey([project.nodes[test.owner].schema, test.owner]), test.name
        ): test.severity == "error"
        for test in project.tests
    }
    specs = {key: graph.get_check_spec(key).blocking for key in blocking}
    assert specs == blocking


def test_every_expectation_is_a_check_on_its_landed_table(graph: AssetGraph) -> None:
    wanted = {
        dg.AssetCheckKey(dg.AssetKey(["landing", suite.table]), each.name)
        for suite in SUITES.values()
        for each in suite.expectations
    }
    assert wanted <= set(graph.asset_check_keys)


def test_every_unit_test_is_a_check_on_its_model_that_stops_nothing(graph: AssetGraph) -> None:
    project = building.sql_project()
    assert project.unit_tests
    for test in project.unit_tests:
        model = dg.AssetKey([project.nodes[test.model].schema, test.model])
        assert not graph.get_check_spec(dg.AssetCheckKey(model, test.name)).blocking


def test_data_is_overdue_after_two_weeks_and_a_report_a_while_after_its_period(
    graph: AssetGraph,
) -> None:
    windows = {
        key: policy.fail_window.to_timedelta()
        for key in graph.get_all_asset_keys()
        if isinstance(policy := graph.get(key).freshness_policy, TimeWindowFreshnessPolicy)
    }
    assert windows == {
        MANIFEST: timedelta(days=14),
        dg.AssetKey(["reports", "weekly_report"]): timedelta(days=8),
        dg.AssetKey(["reports", "monthly_report"]): timedelta(days=38),
        dg.AssetKey(["reports", "quarterly_report"]): timedelta(days=99),
    }


def test_a_model_shows_its_columns_and_where_each_comes_from_before_any_run(
    graph: AssetGraph,
) -> None:
    shown = graph.get(dg.AssetKey(["marts", "message_events"])).metadata
    columns = {column.name: column for column in shown["dagster/column_schema"].columns}
    assert columns["observed_at"].type == "TIMESTAMP"
    assert columns["observed_at"].description
    staged = graph.get(dg.AssetKey(["staging", "stg_engine_logs__campaign_generation"])).metadata
    landed = dg.AssetKey(["landing", "campaign_generation"])
    lineage = staged["dagster/column_lineage"].deps_by_column
    assert list(lineage["record_id"]) == [dg.TableColumnDep(landed, "record_id")]


def test_every_asset_but_the_pulled_pages_is_made_by_any_job(graph: AssetGraph) -> None:
    assert graph.get_all_asset_keys() - graph.executable_asset_keys == {PULLED_PAGES}


def test_what_is_pulled_stands_upstream_of_what_it_lands_as(graph: AssetGraph) -> None:
    observations = dg.AssetKey(["landing", "engine_observation"])
    assert graph.get(observations).parent_keys == {PULLED_PAGES}


def test_a_person_finds_these_jobs_sensors_and_schedules(loaded: dg.Definitions) -> None:
    repository = loaded.get_repository_def()
    jobs = {name for name in repository.job_names if not name.startswith("__")}
    assert jobs == {
        *("ingest_and_build", "weekly", "monthly", "quarterly"),
        *("validation", "rebuild_everything", "collection", "delivery"),
    }
    assert {sensor.name for sensor in repository.sensor_defs} == {
        "new_files",
        "retries",
        "old_runs",
    }
    assert {schedule.name for schedule in repository.schedule_defs} == {
        "sundays_at_nine",
        "mornings_at_half_past_nine",
        "mornings_at_quarter_to_ten",
        "messages_at_half_past",
        "every_15_minutes",
        "nightly_validation",
    }


def test_all_that_writes_the_warehouse_shares_one_pool(loaded: dg.Definitions) -> None:
    job = loaded.resolve_job_def("weekly")
    pools = {node.name: node.definition.pool for node in job.graph.nodes}
    assert {name for name, pool in pools.items() if pool != "warehouse"} == {"report"}


def test_the_collection_writes_the_warehouse_alone(loaded: dg.Definitions) -> None:
    steps = loaded.resolve_job_def("collection").graph.nodes
    pools = {node.name: node.definition.pool for node in steps}
    assert {name for name, pool in pools.items() if pool != "warehouse"} == {"pull"}


def test_a_run_is_one_process(loaded: dg.Definitions) -> None:
    for job in loaded.resolve_all_job_defs():
        assert job.executor_def is dg.in_process_executor
