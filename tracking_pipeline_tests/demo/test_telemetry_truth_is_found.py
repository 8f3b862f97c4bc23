"""The demo team's telemetry through the pipeline: what was planted is reported, and no more."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from tracking_pipeline.demo.company.assistant import Recorded, recorded, workdays
from tracking_pipeline.demo.company.files import Company, write_company
from tracking_pipeline.demo.company.team import Steady, Teammate, team
from tracking_pipeline.demo.home import mark_as_demo
from tracking_pipeline.pipeline import building, inputs, loading, publishing
from tracking_pipeline.reports.archive import ArchivedReport
from tracking_pipeline.reports.telemetry.individual import individual
from tracking_pipeline.reports.telemetry.team import TeamReport, team_report
from tracking_pipeline.reports.telemetry.team_rankings import TeamRanking
from tracking_pipeline.reports.telemetry.value import window
from tracking_pipeline.settings import Settings
from tracking_pipeline.state.people import people
from tracking_pipeline.state.store import open_store
from tracking_pipeline.warehouse.snapshot import open_snapshot

# The 120 days before hold a whole quarter, and the end of summer time in both its zones.
UNTIL = datetime(2026, 1, 2, 14, tzinfo=UTC)
LAST_DAY = date(2026, 1, 1)
QUARTER = (date(2025, 10, 1), date(2025, 12, 31))
PLAN = team()
RECORDING = [mate for mate in PLAN.engineers if mate.delivers != "exports"]


@dataclass(frozen=True)
class Told:
    """What was published of the quarter at last, and both revisions of the month told again."""

    con: duckdb.DuckDBPyConnection
    team: TeamReport
    first: ArchivedReport
    second: ArchivedReport
    keys: dict[str, str]

    def hash(self, key: str) -> str:
        return next(each for each, name in self.keys.items() if name == key)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self.con.execute(query, list(values)).fetchall()

    def ranking(self, key: str) -> TeamRanking:
        return next(each for each in self.team.rankings if each.key == key)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company")
    write_company(Company(UNTIL, "UTC"), folder)
    return folder


@pytest.fixture(scope="module")
def told(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    settings = Settings(home=tmp_path_factory.mktemp("home"), stable_seconds=0)
    mark_as_demo(settings, UNTIL)
    first, second = (_run(settings, folder / part) for part in ("on_time", "late"))
    with open_store(settings) as store:
        keys = {name: each.email.split("@")[0] for name, each in people(store).items()}
    with open_snapshot(settings) as con:
        quarter = window(con, "quarter", QUARTER[0], PLAN.client_id)
        report = team_report(settings, con, quarter, QUARTER)
        yield Told(con, report, first, second, keys)


def _run(settings: Settings, part: Path) -> ArchivedReport:
    """Land and publish a part; return the team's report of the month that is delivered again."""
    inputs.deliver(settings, [part / "telemetry" / "demo"], "telemetry")
    loading.ingest(settings, progress=_say_nothing)
    building.build(settings, progress=_say_nothing)
    publishing.publish(settings)
    day = again_day("corrected")
    wanted = publishing.reports_of(settings, "team_value", PLAN.client_id, day)
    (made,) = publishing.reports(settings, wanted, UNTIL)
    return made


def _say_nothing(_message: str) -> None:
    """Take a progress message without printing it."""


def again_day(what: str) -> date:
    ago: int = getattr(PLAN.again, what)
    return workdays(LAST_DAY)[::-1][ago]


def truth(mate: Teammate) -> Recorded:
    """What the assistant recorded, as the generator has it: by the order of the engineers."""
    rngs = np.random.default_rng(Company(UNTIL, "UTC").seed).spawn(len(PLAN.engineers))
    return recorded(mate, rngs[PLAN.engineers.index(mate)], workdays(LAST_DAY), UNTIL)


def by_key(mate: Teammate) -> str:
    return mate.key


@pytest.fixture(scope="module")
def trends(told: Told) -> dict[tuple[str, str], str]:
    """The tested word of each engineer's capability in the quarter."""
    found = {}
    for mate in RECORDING:
        own = individual(told.con, told.team.window, told.hash(mate.key), None)
        assert own is not None
        found |= {(mate.key, use.figures.capability): use.trend.word for use in own.uses}
    return found


def test_the_planted_capability_degrades_for_its_engineer_and_no_other_changes(
    trends: dict[tuple[str, str], str],
) -> None:
    changed = {where: word for where, word in trends.items() if word in {"degrading", "improving"}}
    assert changed == {(each.engineer, each.capability): "degrading" for each in PLAN.slower}


@pytest.mark.parametrize("steady", PLAN.steady, ids=lambda steady: steady.capability)
def test_the_steady_capability_is_called_stable(
    trends: dict[tuple[str, str], str], steady: Steady
) -> None:
    assert trends[steady.engineer, steady.capability] == "stable"


def test_one_engineer_is_the_cost_champion_and_nobody_is_of_another_kind(told: Told) -> None:
    assert {
        each.key: told.keys[each.engineer] for each in told.team.champions if each.is_clear
    } == {"top_cost_savers": "sarah"}
    first, second = told.ranking("top_cost_savers").places[:2]
    assert (first.rank, first.rank_low, first.rank_high) == (1, 1, 1)
    assert second.rank_low == 2


def test_two_engineers_who_save_the_same_are_not_told_apart(told: Told) -> None:
    places = {told.keys[each.engineer]: each for each in told.ranking("top_cost_savers").places}
    olivia, daniel = places["olivia"], places["daniel"]
    assert max(olivia.rank_low, daniel.rank_low) < min(olivia.rank_high, daniel.rank_high)


def test_one_capability_is_singled_out_for_training_for_its_low_adoption(told: Told) -> None:
    seldom = [each for each in PLAN.capabilities if each.used_by]
    assert [
        (each.capability, each.engineers_using, each.active_engineers)
        for each in told.team.training
    ] == [(each.name, len(each.used_by), len(RECORDING)) for each in seldom]


def test_only_the_slow_platform_is_shown_to_be_slower(told: Told) -> None:
    shown = [each for each in told.team.differences if each.is_supported]
    assert {each.slow for each in shown} == set(PLAN.slow_platforms)
    darwin = next(each for each in shown if each.fast == "Darwin")
    assert darwin.low < PLAN.slow_platforms["Windows"] - 1 < darwin.high


@pytest.mark.parametrize(
    ("key", "level"),
    [("sarah", "excellent"), ("ana", "strong"), ("mike", "positive"), ("priya", "low")],
)
def test_every_level_of_return_is_reported(told: Told, key: str, level: str) -> None:
    own = told.team.window.engineer(told.hash(key))
    assert own is not None
    assert own.recommendation == level


@pytest.mark.parametrize("mate", RECORDING, ids=by_key)
def test_the_sums_of_an_engineer_are_the_truth_whichever_way_it_came(
    told: Told, mate: Teammate
) -> None:
    own, true = told.team.window.engineer(told.hash(mate.key)), truth(mate)
    assert own is not None
    days = [
        getattr(true, table).filter(
            getattr(true, table)["metric_date"].is_between(*map(str, QUARTER))
        )
        for table in ("productivity_metrics", "cost_savings", "copilot_metrics")
    ]
    runs = true.performance_metrics
    of_quarter = runs.filter(runs["timestamp"].str.head(10).is_between(*map(str, QUARTER)))
    assert (own.executions, own.successes) == (of_quarter.height, of_quarter["success"].sum())
    assert (own.commits, own.tokens_saved, own.memory_hits) == (
        days[0]["commits_count"].sum(),
        days[1]["tokens_saved_count"].sum(),
        days[2]["memory_hits"].sum(),
    )
    assert own.dates_covered == days[0].height == 66


def test_clocks_of_three_zones_are_read_right_through_the_end_of_summer_time(told: Told) -> None:
    found = told.rows(
        "select engineer_email, "
        "list_sort(list(distinct datediff('minute', timestamp, local_at))) "
        "from marts.performance_metrics group by 1"
    )
    offsets = {"America/Toronto": [-300, -240], "Europe/Berlin": [60, 120], "Asia/Kolkata": [330]}
    assert {told.keys[engineer]: seen for engineer, seen in found} == {
        mate.key: offsets[mate.timezone] for mate in RECORDING
    }


def test_nothing_of_the_files_is_refused_or_unknown(told: Told) -> None:
    found = told.rows(
        "select sum(n_accepted) > 10000, sum(n_quarantined), sum(n_findings) "
        "from marts.data_quality_weekly where source = 'telemetry'"
    )
    assert found == [(True, 0, 0)]


def test_of_overlapping_exports_the_longer_one_counts(told: Told) -> None:
    found = told.rows(
        "select engineer_hash, period_days, is_counted from marts.counted_exports order by 1, 2"
    )
    assert sorted((told.keys[who], days, is_counted) for who, days, is_counted in found) == [
        ("jack", 30, True),
        ("nora", 14, False),
        ("nora", 30, True),
    ]


def test_only_the_wrong_total_of_an_export_is_a_mismatch(told: Told) -> None:
    found = told.rows(
        "select engineer_hash, figure, difference from marts.value_export_checks where is_mismatch"
    )
    wrong = [(each, figure) for each in PLAN.exports for figure in each.wrong]
    assert [(told.keys[who], figure) for who, figure, _ in found] == [
        (export.engineer, figure) for export, figure in wrong
    ]
    assert found[0][2] == pytest.approx(0.1, abs=0.001)


def test_a_database_that_comes_again_makes_a_second_revision_that_says_what_changed(
    told: Told,
) -> None:
    assert (told.first.revision, told.second.revision) == (1, 2)
    assert again_day("missing").replace(day=1) == again_day("corrected").replace(day=1)
    changed = {each["figure"] for each in told.second.changes}
    assert {"team/cost_saved_usd", "team/commits"} <= changed


def test_everything_says_that_it_is_simulated(told: Told) -> None:
    assert told.team.window.team is not None
    assert told.team.window.team.provenance == "simulated"
    profiles = told.rows("select distinct client_id, provenance from marts.engineer_profile")
    assert profiles == [(PLAN.client_id, "simulated")]


def test_in_a_home_that_is_no_demo_the_same_files_count_for_nothing(
    folder: Path, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path, stable_seconds=0)
    inputs.deliver(settings, [folder / "on_time" / "telemetry" / "demo"], "telemetry")
    loading.ingest(settings, progress=_say_nothing)
    building.build(settings, progress=_say_nothing)
    publishing.publish(settings)
    with open_snapshot(settings) as con:
        assert con.sql("from marts.performance_metrics").shape[0] > 10_000
        for table in ("engineer_value", "team_value", "capability_value", "counted_exports"):
            assert con.sql(f"from marts.{table}").shape[0] == 0, table
