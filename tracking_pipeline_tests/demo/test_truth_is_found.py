"""The demo company through the whole pipeline: what was planted is reported, and little else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

import duckdb
import polars as pl
import pytest

from tracking_pipeline.demo.company.files import SEED
from tracking_pipeline.demo.company.plan import Change, Client, LateDay, plan
from tracking_pipeline.demo.company.series import series
from tracking_pipeline.pipeline import building, inputs, loading, publishing
from tracking_pipeline.settings import Settings
from tracking_pipeline.warehouse.snapshot import open_snapshot
from tracking_pipeline_tests.portal.serving import shelf

SIGNIFICANCE = 0.05
LATE = (
    "select client_id, week_start, n_accepted, n_late from marts.data_quality_weekly "
    "where source = 'engine_metrics'"
)
BOOKED = ("operational_cost_usd", "value_generated_usd", "units_of_work")


@dataclass(frozen=True)
class Told:
    """What the pipeline published, before and after the late day arrived."""

    settings: Settings
    last_day: date
    before: pl.DataFrame
    con: duckdb.DuckDBPyConnection

    def day(self, ago: int) -> date:
        return self.last_day - timedelta(days=ago)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self.con.execute(query, list(values)).fetchall()


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    settings = Settings(home=tmp_path_factory.mktemp("demo"), stable_seconds=0)
    _run(settings, "on_time")
    with open_snapshot(settings) as con:
        before = con.sql(LATE).pl()
    _run(settings, "late")
    with open_snapshot(settings) as con:
        yield Told(settings, _last_day(con), before, con)


def _run(settings: Settings, part: Literal["on_time", "late"]) -> None:
    inputs.deliver_demo(settings, part)
    loading.let_settle(settings)
    loading.ingest(settings, progress=_say_nothing)
    building.build(settings, progress=_say_nothing)
    publishing.analyse(settings)
    publishing.publish(settings)


def _say_nothing(_message: str) -> None:
    """Take a progress message without printing it."""


def _last_day(con: duckdb.DuckDBPyConnection) -> date:
    (found,) = con.execute("select max(score_date) from marts.engine_cards").fetchall()
    assert isinstance(found[0], date)
    return found[0]


def of_kind(kind: str) -> list[Change]:
    return [change for change in plan().changes if change.kind == kind]


def by_metric(change: Change) -> str:
    return change.metric


def test_the_last_complete_day_is_yesterday(told: Told) -> None:
    assert abs((datetime.now(UTC).date() - told.last_day).days - 1) <= 1


@pytest.mark.parametrize("change", of_kind("trend"), ids=by_metric)
def test_a_planted_trend_is_claimed_in_its_direction(told: Told, change: Change) -> None:
    found = told.rows(
        "select trends.direction, metrics.direction, claims.is_supported "
        "from analysis.trends as trends join seeds.metrics as metrics "
        "using (system, entity_type, metric) join analysis.claims as claims "
        "using (system, client_id, entity_type, entity_id, metric, week_start) "
        "where trends.client_id = ? and trends.entity_id = ? and trends.metric = ? "
        "and claims.kind = 'trend' and claims.is_supported",
        *(change.client_id, change.engine_id, change.metric),
    )
    assert found
    is_better = (change.change > 0) == (found[0][1] == "higher")
    assert {direction for direction, _, _ in found} == {"improving" if is_better else "declining"}


@pytest.mark.parametrize("change", of_kind("level_shift"), ids=by_metric)
def test_a_planted_level_shift_is_claimed_at_its_day(told: Told, change: Change) -> None:
    found = told.rows(
        "select shift_date, change from analysis.level_shifts "
        "where client_id = ? and entity_id = ? and metric = ? and is_supported",
        *(change.client_id, change.engine_id, change.metric),
    )
    assert found
    assert all((step > 0) == (change.change > 0) for _, step in found)
    assert min(abs((day - told.day(change.first)).days) for day, _ in found) <= 1


@pytest.mark.parametrize("change", of_kind("anomaly"), ids=by_metric)
def test_a_planted_anomaly_is_claimed_on_its_day(told: Told, change: Change) -> None:
    found = told.rows(
        "select sentence from analysis.claims where kind = 'anomaly' and is_supported "
        "and client_id = ? and entity_id = ? and metric = ?",
        *(change.client_id, change.engine_id, change.metric),
    )
    assert any(told.day(change.first).isoformat() in sentence for (sentence,) in found)


def test_little_else_is_said_to_improve_or_decline(told: Told) -> None:
    planted = {(change.client_id, change.engine_id) for change in plan().changes}
    tested = [
        (week, claimed)
        for week, client, engine, claimed in told.rows(
            "select week_start, client_id, entity_id, direction in ('improving', 'declining') "
            "from analysis.trends where system = 'engines' and method is not null"
        )
        if (client, engine) not in planted
    ]
    assert len(tested) > 2000
    assert sum(bool(claimed) for _, claimed in tested) <= SIGNIFICANCE * len(tested)


def test_an_outage_lowers_the_coverage_of_its_engine_alone(told: Told) -> None:
    for gap in plan().outages:
        weeks = [told.day(ago) for ago in range(gap.last, gap.first + 1)]
        found = told.rows(
            "select distinct metric_date from marts.metric_daily "
            "where system = 'engines' and client_id = ? and entity_id = ?",
            *(gap.client_id, gap.engine_id),
        )
        assert not {day for (day,) in found} & set(weeks)
        lowest = told.rows(
            "select entity_id, min(coverage) from marts.metric_weekly "
            "where system = 'engines' and client_id = ? and week_start + 6 < ? "
            "and week_start between ? and ? and entity_type = 'engine' group by 1",
            *(gap.client_id, told.last_day, told.day(gap.first + 6), told.day(gap.last)),
        )
        assert {engine for engine, coverage in lowest if coverage < 1} == {gap.engine_id}


def test_an_outage_is_alerted_and_no_other_engine_is_silent(told: Told) -> None:
    found = told.rows(
        "select client_id, entity_id, message from marts.alert_candidates "
        "where rule_id = 'silent_engine'"
    )
    assert {(client, engine) for client, engine, _ in found} == {
        (gap.client_id, gap.engine_id) for gap in plan().outages
    }
    silent = {told.day(ago) for gap in plan().outages for ago in range(gap.last, gap.first + 1)}
    said = " ".join(message for _, _, message in found)
    assert all(day.isoformat() in said for day in silent - _alone_in_their_week(silent))


def _alone_in_their_week(days: set[date]) -> set[date]:
    sundays = {day: day - timedelta(days=day.isoweekday() % 7) for day in days}
    return {day for day in days if list(sundays.values()).count(sundays[day]) == 1}


def test_only_observations_make_weeks(told: Told) -> None:
    assert told.rows(
        "select distinct client_id from marts.data_quality_weekly "
        "where system in ('engines', 'uptime') order by 1"
    ) == [(client.client_id,) for client in plan().clients]


@pytest.mark.parametrize("late", plan().late, ids=lambda late: late.client_id)
def test_a_late_day_is_counted_and_its_figures_arrive(told: Told, late: LateDay) -> None:
    day = told.day(late.day)
    sunday = day - timedelta(days=day.isoweekday() % 7)
    is_its = (pl.col("client_id") == late.client_id) & (pl.col("week_start") == sunday)
    before = told.before.filter(is_its).row(0, named=True)
    after = told.con.sql(LATE).pl().filter(is_its).row(0, named=True)
    assert before["n_late"] == 0
    assert after["n_late"] == 14 * 3
    assert after["n_accepted"] == before["n_accepted"] + 14 * 3
    assert told.con.sql(LATE).pl().filter(~is_its)["n_late"].sum() == 0


def test_unknown_metrics_are_listed_and_nothing_else_is(told: Told) -> None:
    assert told.rows(
        "select client_id, engine_id, metric_name, reason from marts.unmatched_engine_metrics"
    ) == [
        (odd.client_id, odd.engine_id, odd.metric, "unknown_metric")
        for odd in plan().unknown_metrics
    ]


def test_every_figure_is_the_truth_also_when_it_came_in_percent(told: Told) -> None:
    truth = series(SEED, last_day=told.last_day).select(
        "client_id", "metric", day="day", entity_id="engine_id", true="value"
    )
    found = told.con.execute(
        "select client_id, entity_id, metric, metric_date as day, value from marts.metric_daily "
        "where system = 'engines' and entity_type = 'engine' and metric_date <= ? "
        "and metric not in ?",
        [told.last_day, list(BOOKED)],
    ).pl()
    both = truth.join(found, on=["client_id", "entity_id", "metric", "day"], how="full")
    assert both["true"].null_count() == both["value"].null_count() == 0
    assert ((both["value"] / both["true"] - 1).abs().fill_nan(0) < 1e-4).all()


def test_one_client_clears_its_pilot_one_falls_short_and_one_is_too_young(told: Told) -> None:
    found = told.rows(
        "select client_id, criterion_id, status from marts.pilot_criteria where engine_id is null"
    )
    verdicts: dict[object, dict[object, object]] = {}
    for client, criterion, status in found:
        verdicts.setdefault(client, {})[criterion] = status
    assert set(verdicts["acme"].values()) == {"met"}
    assert {name for name, status in verdicts["birch"].items() if status == "not_met"} == {
        "engine_score",
        "roi_vs_traditional",
        "satisfaction",
    }
    assert {name for name, status in verdicts["cobalt"].items() if status == "not_enough_data"} >= {
        "satisfaction",
        "roi_vs_traditional",
    }


def test_goals_of_every_status_are_judged(told: Told) -> None:
    found = told.rows("select distinct status, is_overdue from marts.client_engine_goals")
    assert {status for status, _ in found} == {"exceeded", "on_track", "at_risk"}
    assert ("at_risk", True) in found


def test_the_uptime_that_is_not_true_is_named(told: Told) -> None:
    found = told.rows("select slug from marts.published_uptime_check where is_mismatch")
    assert found == [("cobalt-engines",)]


def test_every_row_of_the_engines_says_that_it_is_simulated(told: Told) -> None:
    for table in ("engine_performance", "engine_benchmarks", "engine_card_metrics"):
        found = told.rows(f"select distinct provenance from marts.{table}")
        assert found == [("simulated",)], table


@pytest.mark.parametrize("client", plan().clients, ids=lambda client: client.client_id)
def test_the_live_pages_show_every_engine_of_the_client(told: Told, client: Client) -> None:
    key = client.client_id
    with shelf(told.settings) as browser:
        cards = browser.get(f"/engines?client={key}")
        compared = browser.get(f"/engines/compare?client={key}")
        engines = browser.get(f"/api/engines?client={key}").json()["clients"][0]["engines"]
        pages = [browser.get(f"/engines/{engine['engine_id']}?client={key}") for engine in engines]
    assert [engine["engine_id"] for engine in engines] == list("ABCDEFGHIJKLMN")
    assert all(len(engine["key_metrics"]) == 5 for engine in engines)
    assert all("Demo:" in page.text for page in (cards, compared, *pages))
    assert cards.text.count('<li class="engine">') == 14
