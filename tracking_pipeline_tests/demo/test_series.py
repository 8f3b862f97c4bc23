import csv
import time
from datetime import date, timedelta

import polars as pl
import pytest

from tracking_pipeline.demo.company.levels import CATALOGUE
from tracking_pipeline.demo.company.plan import Change, plan
from tracking_pipeline.demo.company.series import LAST_DAY, series

SEED = 5
KEY = ["client_id", "engine_id", "metric", "day"]


@pytest.fixture(scope="module")
def catalogue() -> dict[str, dict[str, str]]:
    with CATALOGUE.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["system"] == "engines"]
    return {row["metric"]: row for row in rows if float(row["weight"]) > 0}


def of(frame: pl.DataFrame, change: Change) -> pl.DataFrame:
    return frame.filter(
        pl.col("client_id") == change.client_id, pl.col("metric") == change.metric
    ).sort("day")


def test_every_metric_of_the_catalogue_has_120_days_of_three_clients(
    catalogue: dict[str, dict[str, str]],
) -> None:
    frame = series(SEED, planted=False)
    assert set(frame["metric"]) == set(catalogue)
    assert len(catalogue) == 70
    assert frame.height == 3 * 70 * 120
    assert frame.select(KEY).is_unique().all()
    assert (frame["day"].min(), frame["day"].max()) == (LAST_DAY - timedelta(days=119), LAST_DAY)


def test_every_value_lies_within_the_bounds_of_its_metric(
    catalogue: dict[str, dict[str, str]],
) -> None:
    for row in (
        series(SEED)
        .group_by("metric")
        .agg(low=pl.col("value").min(), high=pl.col("value").max())
        .iter_rows(named=True)
    ):
        bounds = catalogue[row["metric"]]
        assert row["low"] >= float(bounds["lower_bound"] or "-inf")
        assert row["high"] <= float(bounds["upper_bound"] or "inf")


def test_a_seed_gives_the_same_series_and_another_seed_others() -> None:
    assert series(SEED).equals(series(SEED))
    assert not series(SEED)["value"].equals(series(SEED + 1)["value"])


def test_days_that_follow_leave_those_before_as_they_were() -> None:
    longer = series(SEED, days_after=3)
    assert longer["day"].max() == LAST_DAY + timedelta(days=3)
    assert longer.filter(pl.col("day") <= LAST_DAY).equals(series(SEED))


def test_a_seed_takes_less_than_a_fifth_of_a_second() -> None:
    series(0)
    started = time.process_time()
    series(1)
    assert time.process_time() - started < 0.2


def test_only_the_planted_series_and_days_differ_from_the_company_without_changes() -> None:
    both = series(SEED).join(series(SEED, planted=False), on=KEY, suffix="_calm", how="full")
    differing = both.filter(pl.col("value").ne_missing(pl.col("value_calm")))
    changed = {(change.client_id, change.metric) for change in plan().changes}
    out = {(gap.client_id, gap.engine_id) for gap in plan().outages}
    found = differing.filter(pl.col("value").is_not_null())
    assert set(found.select("client_id", "metric").iter_rows()) == changed
    silent = differing.filter(pl.col("value").is_null())
    assert set(silent.select("client_id_calm", "engine_id_calm").iter_rows()) == out


@pytest.mark.parametrize("change", plan().changes, ids=lambda change: change.metric)
def test_a_planted_change_reaches_its_share_of_the_level(change: Change) -> None:
    calm, planted = (of(series(SEED, planted=is_planted), change) for is_planted in (False, True))
    ratio = (planted["value"] / calm["value"]).to_list()
    assert ratio[-1] == pytest.approx(1 + change.change, rel=0.05)
    assert ratio[: -change.first - 1] == [1] * (119 - change.first)


def test_units_of_the_prospector_are_its_prospects() -> None:
    found = series(SEED).filter(pl.col("metric") == "prospects_per_day")
    assert found["value"].equals(found["units_of_work"], check_names=False)


def test_weekends_have_less_work() -> None:
    frame = series(SEED, last_day=date(2025, 12, 31)).unique(["client_id", "engine_id", "day"])
    is_weekend = pl.col("day").dt.weekday() >= 6
    weekend, week = (
        frame.filter(days)["units_of_work"].mean() for days in (is_weekend, ~is_weekend)
    )
    assert isinstance(weekend, float)
    assert isinstance(week, float)
    assert 0.4 < weekend / week < 0.8
