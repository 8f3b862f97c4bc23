import gzip
import json
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from tracking_pipeline.demo.company.files import Company, write_company
from tracking_pipeline.demo.company.plan import plan
from tracking_pipeline.demo.company.reference import reference
from tracking_pipeline.demo.company.series import series

UNTIL = datetime(2026, 3, 10, 14, tzinfo=UTC)
LAST_DAY = date(2026, 3, 9)
COMPANY = Company(UNTIL, "UTC", 3)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company")
    write_company(COMPANY, folder)
    return folder


def lines(folder: Path) -> list[str]:
    found = []
    for file in sorted(folder.rglob("engine_metrics/**/*.jsonl*")):
        content = file.read_bytes()
        text = gzip.decompress(content) if file.suffix == ".gz" else content
        found += text.decode().splitlines()
    return found


@pytest.fixture(scope="module")
def observed(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in lines(folder)]


def test_the_same_company_is_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_company(COMPANY, tmp_path)
    files = [file.relative_to(folder) for file in folder.rglob("*") if file.is_file()]
    assert len(files) > 60
    assert all((folder / name).read_bytes() == (tmp_path / name).read_bytes() for name in files)


def test_everything_says_that_it_is_simulated(
    folder: Path, observed: list[dict[str, object]]
) -> None:
    assert {record["provenance"] for record in observed} == {"simulated"}
    assert all(
        row["provenance"] == "simulated" for rows in reference(LAST_DAY).values() for row in rows
    )
    history = pl.read_csv(folder / "on_time/uptime/demo/history.csv")
    assert set(history["provenance"]) == {"simulated"}


def test_a_day_is_observed_three_times_and_its_sums_grow(
    observed: list[dict[str, object]],
) -> None:
    day = [
        record
        for record in observed
        if (record["client_id"], record["engine_id"]) == ("acme", "N")
        and str(record["observed_at"]).startswith("2026-03-02")
    ]
    day.sort(key=lambda record: str(record["observed_at"]))
    units = [record["units_of_work"] for record in day]
    assert len(units) == 3
    assert units == sorted(units, key=float)
    assert units[0] < units[2]


def test_the_last_observation_of_a_day_holds_its_truth(
    observed: list[dict[str, object]],
) -> None:
    truth = series(3, last_day=LAST_DAY).filter(
        pl.col("client_id") == "birch",
        pl.col("metric") == "meeting_show_up_rate",
        pl.col("day") == LAST_DAY,
    )
    last = next(
        record
        for record in observed
        if (record["client_id"], record["engine_id"]) == ("birch", "N")
        and str(record["observed_at"]).startswith("2026-03-09T20")
    )
    assert last["metrics"]["meeting_show_up_rate"] == truth["value"][0]
    assert last["operational_cost_usd"] == truth["cost"][0]


def test_of_the_day_that_runs_only_what_was_observed_so_far_is_there(
    observed: list[dict[str, object]],
) -> None:
    today = {str(r["observed_at"]) for r in observed if str(r["observed_at"]) > "2026-03-10"}
    assert today == {"2026-03-10T08:05:00+00:00", "2026-03-10T13:05:00+00:00"}


def test_the_last_day_is_that_of_the_zone(tmp_path: Path) -> None:
    write_company(Company(datetime(2026, 3, 10, 3, tzinfo=UTC), "America/Toronto", 3), tmp_path)
    stamps = [json.loads(line)["observed_at"] for line in lines(tmp_path)]
    assert max(stamps) == "2026-03-09T20:05:00-04:00"


def test_only_the_late_day_is_delivered_late(folder: Path) -> None:
    late = [json.loads(line) for line in lines(folder / "late")]
    assert {(r["client_id"], r["observed_at"][:10]) for r in late} == {("acme", "2026-02-13")}
    assert len(late) == 14 * 3
    on_time = [json.loads(line) for line in lines(folder / "on_time")]
    assert not any(
        (r["client_id"], r["observed_at"][:10]) == ("acme", "2026-02-13") for r in on_time
    )


def test_the_silent_engine_has_no_observation_on_the_days_of_its_outage(
    observed: list[dict[str, object]],
) -> None:
    days = {
        str(record["observed_at"])[:10]
        for record in observed
        if (record["client_id"], record["engine_id"]) == ("birch", "F")
    }
    assert not days & {"2026-02-25", "2026-02-26", "2026-02-27"}
    assert {"2026-02-24", "2026-02-28"} <= days


def test_odd_metrics_arrive_unknown_and_in_percent(observed: list[dict[str, object]]) -> None:
    by_engine = {
        (record["client_id"], record["engine_id"]): record["metrics"] for record in observed
    }
    assert by_engine["birch", "E"]["send_time_luck"] == 0.5
    assert "contact_info_accuracy" not in by_engine["cobalt", "B"]
    assert 50 < by_engine["cobalt", "B"]["contact_info_accuracy_pct"] <= 100


def test_every_metric_has_a_dated_benchmark_that_names_its_source() -> None:
    rows = reference(LAST_DAY)["benchmarks"]
    assert {row["metric_name"] for row in rows} == set(series(0)["metric"])
    assert {row["source"] for row in rows} == {"demo company (simulated)"}
    assert all(row["source_date"] < LAST_DAY for row in rows)


def test_probes_are_hourly_and_down_about_as_often_as_planned(folder: Path) -> None:
    history = pl.read_csv(folder / "on_time/uptime/demo/history.csv")
    for client in plan().clients:
        probes = history.filter(pl.col("slug") == f"{client.client_id}-engines")
        assert probes.height == 120 * 24 + 15
        assert (probes["status"] == "up").mean() == pytest.approx(client.uptime, abs=0.006)
