import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from tracking_pipeline.definitions import definitions
from tracking_pipeline.pipeline import building
from tracking_pipeline.pipeline.inputs import SHIPPED_LOGS
from tracking_pipeline_tests.defs.instance import instance_in

WEEKLY_REPORT = dg.AssetKey(["reports", "weekly_report"])
MONTHLY_REPORT = dg.AssetKey(["reports", "monthly_report"])
_WITH_LOGS = ["2025-07-27", "2025-08-03", "2025-08-10", "2025-08-17"]
WEEKS = [*_WITH_LOGS, "2025-08-24", "2025-08-31", "2025-09-07", "2025-09-14"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def ran(home: Path) -> Iterator[tuple[dg.ExecuteInProcessResult, dg.DagsterInstance]]:
    """Run the whole job once on the real production logs, and one log in each of 3 weeks after."""
    logs = SHIPPED_LOGS / "production_logs"
    room = home / "landing/engine_logs"
    shutil.copytree(logs, room / "production_logs")
    real = json.loads(next((logs / "campaign_generation").glob("*.json")).read_text())
    for day in ("2025-08-08", "2025-08-15", "2025-08-22"):
        later = {**real, "timestamp": f"{day}T12:00:00", "session_id": "abcd1234"}
        (room / f"{day}.json").write_text(json.dumps(later))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TRACKING_HOME", str(home))
        environment.setenv("TRACKING_STABLE_SECONDS", "0")
        environment.setenv("TRACKING_TIMEZONE", "America/Toronto")
        job = definitions().resolve_job_def("ingest_and_build")
        with instance_in(home / "dagster") as instance:
            yield job.execute_in_process(instance=instance), instance


def metadata(
    ran: tuple[dg.ExecuteInProcessResult, dg.DagsterInstance], key: str
) -> dict[str, object]:
    _, instance = ran
    event = instance.get_latest_materialization_event(dg.AssetKey(key.split("/")))
    assert event is not None
    materialization = event.asset_materialization
    assert materialization is not None
    return {name: value.value for name, value in materialization.metadata.items()}


def test_the_whole_job_succeeds(
    ran: tuple[dg.ExecuteInProcessResult, dg.DagsterInstance],
) -> None:
    assert ran[0].success


@pytest.mark.parametrize(
    ("asset", "n_rows"),
    [
        ("landing/campaign_generation", 6),
        ("landing/enrichment_decision", 4),
        ("landing/manifest", 17),
        ("marts/message_events", 6),
        ("marts/enrichment_events", 4),
    ],
)
def test_an_asset_shows_its_rows(
    ran: tuple[dg.ExecuteInProcessResult, dg.DagsterInstance], asset: str, n_rows: int
) -> None:
    assert metadata(ran, asset)["dagster/row_count"] == n_rows


def test_the_manifest_shows_the_fate_of_every_record(
    ran: tuple[dg.ExecuteInProcessResult, dg.DagsterInstance],
) -> None:
    shown = metadata(ran, "landing/manifest")
    # 7 + 3 logs, and 7 training sets that repeat some of them, 27 records in all.
    assert (shown["files"], shown["records"], shown["accepted"]) == (17, 37, 10)
    assert (shown["duplicate"], shown["quarantined"], shown["pending"]) == (27, 0, 0)


def test_every_check_of_what_holds_rows_was_evaluated(
    ran: tuple[dg.ExecuteInProcessResult, dg.DagsterInstance],
) -> None:
    evaluated = {each.asset_check_key for each in ran[0].get_asset_check_evaluations()}
    graph = definitions().resolve_asset_graph()
    unit_tests = {test.name for test in building.sql_project().unit_tests}
    wanted = {key for key in graph.asset_check_keys if key.name not in unit_tests}
    assert evaluated == wanted


def test_of_what_rests_on_nothing_new_a_run_says_nothing(
    ran: tuple[dg.ExecuteInProcessResult, dg.DagsterInstance],
) -> None:
    assert ran[0].success
    again = definitions().resolve_job_def("ingest_and_build").execute_in_process(instance=ran[1])
    made = {each.asset_key.to_user_string() for each in again.get_asset_materialization_events()}
    assert made == {"landing/manifest"}
    assert [each.check_name for each in again.get_asset_check_evaluations()] == ["every_file_loads"]


def test_the_weeks_with_logs_and_four_of_silence_are_each_reported_once(
    ran: tuple[dg.ExecuteInProcessResult, dg.DagsterInstance], home: Path
) -> None:
    records = ran[1].fetch_materializations(WEEKLY_REPORT, limit=100).records
    assert sorted(str(record.partition_key) for record in records) == WEEKS
    weeks = home / "reports/weekly/production_logs"
    assert sorted(str(each.relative_to(weeks)) for each in weeks.glob("*/*")) == [
        f"{week}/r1" for week in WEEKS
    ]


def test_a_report_is_linked_from_its_week(
    ran: tuple[dg.ExecuteInProcessResult, dg.DagsterInstance],
) -> None:
    shown = metadata(ran, "reports/weekly_report")
    assert (Path(str(shown["production_logs: folder"])) / "executive.html").stat().st_size > 0
    assert str(shown["production_logs: report"]).endswith(
        f"/reports/weekly/production_logs/{WEEKS[-1]}/r1/executive.html"
    )


@pytest.mark.parametrize("key", [WEEKLY_REPORT, MONTHLY_REPORT])
def test_nothing_more_is_owed_after_that(
    ran: tuple[dg.ExecuteInProcessResult, dg.DagsterInstance], key: dg.AssetKey
) -> None:
    job = definitions().resolve_implicit_global_asset_job_def()
    again = job.execute_in_process(instance=ran[1], asset_selection=[key])
    assert again.success
    assert again.get_asset_materialization_events() == []


def test_no_lead_is_named_in_what_dagster_keeps(
    ran: tuple[dg.ExecuteInProcessResult, dg.DagsterInstance], home: Path
) -> None:
    assert ran[0].success
    kept = b"".join(file.read_bytes() for file in (home / "dagster").rglob("*") if file.is_file())
    assert kept
    for log in (home / "landing").rglob("campaign_*.json"):
        name = json.loads(log.read_text())["lead_identifier"]["name"]
        assert name.encode() not in kept
