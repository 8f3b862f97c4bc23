"""Uptime is the share of time: an observation holds until its probe's next one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tracking_pipeline.analysis.figures import figures
from tracking_pipeline.settings import Settings, load_settings
from tracking_pipeline.transform.project import Project
from tracking_pipeline_tests.empty_warehouse import build, opened
from tracking_pipeline_tests.sql_models.conftest import land
from tracking_pipeline_tests.sql_models.selection import with_ancestors

CHANGES = Path(__file__).parents[1] / "inputs" / "uptime" / "changes_of_status.csv"
HEADER = "slug,url,status,code,responseTime,lastUpdated"
INCREMENTAL = (
    *("intermediate.probe_holds", "intermediate.local_quarter_hours"),
    "intermediate.measure_days",
    *("marts.metric_daily", "marts.metric_weekly", "marts.metric_monthly"),
)
NOW = datetime(2026, 9, 20, 12, tzinfo=UTC)
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)

Row = tuple[Any, ...]


@dataclass
class Probed:
    """A home to which histories are delivered, and its tables after the next build."""

    settings: Settings
    con: duckdb.DuckDBPyConnection
    project: Project
    folder: Path

    def deliver(self, name: str, *observations: tuple[datetime, str]) -> None:
        rows = (
            f"site,https://a.example,{status},200,100,{at:%FT%TZ}" for at, status in observations
        )
        file = self.folder / name
        file.write_text("\n".join((HEADER, *rows)) + "\n", "utf-8")
        self.land(file)

    def land(self, file: Path, now: datetime = NOW) -> None:
        land(self.settings, self.con, [file], "uptime", now)

    def build(self, *names: str, full_refresh: bool = False) -> None:
        """Build the nodes with these names, or `schema.name`, and what windows are computed of."""
        read = {*self.project.analyses["figures"].depends_on}
        read |= {name.rpartition(".")[2] for name in names}
        select = with_ancestors(self.project, read)
        results = build(self.con, select, full_refresh=full_refresh)
        assert {result.name: result.error for result in results if result.error} == {}

    def days(self, metric: str = "uptime_rate") -> list[Row]:
        query = "select metric_date::varchar, value, n from marts.metric_daily where metric = ?"
        return self.con.execute(f"{query} order by 1", [metric]).fetchall()

    def of(self, start: datetime, end: datetime, zone: str = "UTC") -> dict[str, Row]:
        asked = figures(self.con, self.project, system="uptime", start=start, end=end, zone=zone)
        rows = asked.filter(entity_id=asked["entity_id"].max()).iter_rows(named=True)
        return {row["metric"]: (row["value"], row["n"], row["coverage"]) for row in rows}


@pytest.fixture
def probed(tmp_path: Path, sql_project: Project) -> Iterator[Probed]:
    settings = load_settings(home=tmp_path / "home")
    with opened(settings) as con:
        yield Probed(settings, con, sql_project, tmp_path)


def every(step: timedelta, n: int, *down: int) -> Iterable[tuple[datetime, str]]:
    return ((NOON + step * place, "down" if place in down else "up") for place in range(n))


def test_a_history_of_changes_is_up_for_most_of_the_time_and_no_mismatch(probed: Probed) -> None:
    """Down for 92 minutes of 276 hours in six spells, and up in 21 of 27 observations."""
    probed.land(CHANGES)
    summary = probed.folder / "summary.json"
    summary.write_text('[{"slug": "site-a", "status": "up", "uptime": "99.44%", "time": 9}]')
    probed.land(summary)
    probed.build("metric_weekly", "published_uptime_check")
    start, end = datetime(2026, 8, 11, tzinfo=UTC), datetime(2026, 8, 22, tzinfo=UTC)
    value, n, coverage = probed.of(start, end)["uptime_rate"]
    assert (round(value, 4), n, coverage) == (0.9944, 27, 1)
    check = "select recomputed, n, is_mismatch from marts.published_uptime_check"
    assert probed.con.sql(check).fetchall() == [(value, 27, False)]
    weeks = (
        "select week_start::varchar, value from marts.metric_weekly where metric = 'uptime_rate'"
    )
    for week, share in probed.con.sql(weeks).fetchall():
        sunday = datetime.fromisoformat(week).replace(tzinfo=UTC)
        assert probed.of(sunday, sunday + timedelta(days=7))["uptime_rate"][0] == share


@pytest.mark.parametrize("step", [timedelta(minutes=5), HOUR, timedelta(hours=7), 24 * HOUR])
def test_evenly_spaced_probes_give_up_probes_of_all_probes(probed: Probed, step: timedelta) -> None:
    probed.deliver("history.csv", *every(step, 10, 3, 4, 9))
    probed.build()
    assert probed.of(NOON, NOON + 10 * step)["uptime_rate"][:2] == (0.7, 10)


def test_an_observation_holds_into_the_next_day_and_into_a_window(probed: Probed) -> None:
    """Up from noon, down from 22:00 until 06:00 of the second day, then up, last seen at noon."""
    told = [(NOON, "up"), (NOON + 10 * HOUR, "down"), (NOON + 18 * HOUR, "up")]
    probed.deliver("history.csv", *told, (NOON + 24 * HOUR, "up"))
    probed.build("metric_daily")
    # 10 of 12 hours; then 6 down, 6 up, and 6 that the last one weighs.
    assert probed.days() == [("2026-09-01", 0.833333333333, 2), ("2026-09-02", 0.666666666667, 2)]
    four, five = NOON + 16 * HOUR, NOON + 19 * HOUR
    assert probed.of(four, five)["uptime_rate"] == (0.333333333333, 1, 1)
    assert probed.of(NOON + 11 * HOUR, four)["uptime_rate"] == (0, 0, 1)


def test_a_silence_beyond_the_declared_gap_is_no_data(probed: Probed) -> None:
    """Down at noon and not seen for four days: 25 hours are known of it."""
    probed.deliver(
        "history.csv", (NOON, "down"), (NOON + 96 * HOUR, "up"), (NOON + 97 * HOUR, "up")
    )
    probed.build("metric_daily")
    week = probed.of(NOON, NOON + 120 * HOUR)
    assert week["uptime_rate"][:2] == (0.0740740740741, 3)
    assert [day for day, _, _ in probed.days()] == ["2026-09-01", "2026-09-02", "2026-09-05"]


def test_degraded_is_not_up_and_counted_apart(probed: Probed) -> None:
    probed.deliver(
        "history.csv", (NOON, "up"), (NOON + HOUR, "degraded"), (NOON + 2 * HOUR, "down")
    )
    probed.build()
    told = probed.of(NOON, NOON + 3 * HOUR)
    assert {metric: told[metric][0] for metric in ("uptime_rate", "degraded_rate")} == {
        "uptime_rate": 0.333333333333,
        "degraded_rate": 0.333333333333,
    }


def test_what_was_just_seen_weighs_no_longer_than_it_is_known(probed: Probed) -> None:
    """Up for ten hours, down 30 minutes before its delivery."""
    before = NOW - timedelta(minutes=30)
    probed.deliver("history.csv", (before - 10 * HOUR, "up"), (before, "down"))
    probed.build()
    assert probed.of(NOW - 12 * HOUR, NOW)["uptime_rate"][0] == pytest.approx(10 / 10.5, abs=1e-3)


def test_late_observations_change_their_neighbours_days_as_a_full_build_does(
    probed: Probed,
) -> None:
    """In four deliveries: what shortens a hold, an end, a day and a silence comes late."""
    probed.deliver("a.csv", (NOON, "up"), (NOON + 24 * HOUR, "up"), (NOON + 120 * HOUR, "up"))
    probed.build(*INCREMENTAL)
    for number, late in enumerate((11, 25, 100, 150), 1):
        probed.deliver(f"late{number}.csv", (NOON + late * HOUR, "down"))
        probed.build(*INCREMENTAL)
    found = {name: rows(probed.con, name) for name in INCREMENTAL}
    probed.build(*INCREMENTAL, full_refresh=True)
    assert found == {name: rows(probed.con, name) for name in INCREMENTAL}
    # Down from 23:00 to noon.
    assert probed.days()[0] == ("2026-09-01", 0.916666666667, 2)


def test_what_comes_late_before_the_newest_of_a_midnight_changes_its_day_too(
    probed: Probed,
) -> None:
    """It held as long as a gap may be; with one six hours before it, six hours."""
    probed.deliver("a.csv", (NOON, "up"), (NOON + 36 * HOUR, "up"))
    probed.build(*INCREMENTAL)
    probed.deliver("late.csv", (NOON + 30 * HOUR, "down"))
    probed.build(*INCREMENTAL)
    found = {name: rows(probed.con, name) for name in INCREMENTAL}
    probed.build(*INCREMENTAL, full_refresh=True)
    assert found == {name: rows(probed.con, name) for name in INCREMENTAL}
    hours = "select denominator from marts.metric_daily where metric = 'uptime_rate' "
    assert probed.con.execute(f"{hours} order by metric_date desc limit 1").fetchall() == [(6,)]


def rows(con: duckdb.DuckDBPyConnection, relation: str) -> list[Row]:
    return con.execute(f"from {relation} order by all").fetchall()


def test_a_site_that_is_down_for_weeks_is_alerted_of_though_seen_once_a_day(
    probed: Probed,
) -> None:
    """Thirteen days from a Tuesday: five of its week, seven, and one that is too few."""
    probed.deliver("history.csv", *every(24 * HOUR, 13, *range(13)))
    probed.build("alert_candidates")
    query = "select week_start::varchar, severity, value, n from marts.alert_candidates order by 1"
    assert probed.con.sql(query).fetchall() == [
        ("2026-08-30", "critical", 0, 5),
        ("2026-09-06", "critical", 0, 7),
    ]
