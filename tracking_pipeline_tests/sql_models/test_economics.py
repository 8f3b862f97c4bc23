"""Economics, pilots and proof points over landed engine metrics, against figures by hand.

The reporting zone is America/Toronto: four hours behind UTC until the night of November 1, 2026,
whose day has 25 hours, then five.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tracking_pipeline.landing import ledger
from tracking_pipeline.landing.ingest import ingest
from tracking_pipeline.settings import Settings, load_settings
from tracking_pipeline.state.store import open_store
from tracking_pipeline.transform.project import Project
from tracking_pipeline_tests.empty_warehouse import build, opened
from tracking_pipeline_tests.sql_models.selection import with_ancestors

NOW = datetime(2026, 12, 15, 12, tzinfo=UTC)
ZONE = "America/Toronto"

Row = tuple[Any, ...]


def observation(
    engine_id: str,
    observed_at: str,
    totals: tuple[float | None, float | None, float | None],
    metrics: dict[str, float] | None = None,
    **other: str,
) -> str:
    cost, value, units = totals
    return json.dumps(
        {
            "client_id": "acme",
            "engine_id": engine_id,
            "observed_at": observed_at,
            "metrics": metrics or {},
            "operational_cost_usd": cost,
            "value_generated_usd": value,
            "units_of_work": units,
            **other,
        }
    )


QUALITY = "meeting_qualification_accuracy"
# Totals of a day so far; the last of a day in Toronto stands for it.
MEETINGS = (
    observation("N", "2026-10-31T16:00:00Z", (2, 100, 1), {QUALITY: 1.0}),
    observation("N", "2026-11-01T03:59:00Z", (6, 300, 3), {QUALITY: 0.75}),  # October 31, 23:59
    observation("N", "2026-11-01T04:00:00Z", (1, 0, 0)),
    observation("N", "2026-11-02T04:59:00Z", (8, 400, 4), {QUALITY: 0.5}),  # November 1, 23:59
    observation("N", "2026-11-02T05:00:00Z", (2, 50, 1)),
)
LEADS = (observation("A", "2026-10-31T16:00:00Z", (4, 60, 120)),)


@dataclass
class Home:
    """A home into which files are dropped, and its tables after the next build."""

    settings: Settings
    con: duckdb.DuckDBPyConnection
    project: Project
    now: datetime = NOW

    def land(self, name: str, *lines: str, source: str = "engine_metrics") -> None:
        file = self.settings.landing_dir / source / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(lines) + "\n", "utf-8")

    def build(self, *marts: str, **variables: object) -> None:
        """Take in what was dropped, and build these marts of it."""
        self.now += timedelta(minutes=15)
        with open_store(self.settings) as store:
            due = ledger.scan(self.settings, store, self.now)
        ingest(self.settings, self.con, due, now=self.now, progress=lambda _: None)
        told = {"reporting_timezone": ZONE, **variables}
        select = with_ancestors(self.project, set(marts))
        results = build(self.con, select, run_tests=False, **told)
        failed = [(result.name, result.error) for result in results if result.error]
        assert failed == []

    def rows(self, query: str) -> list[Row]:
        return self.con.execute(query).fetchall()


@pytest.fixture
def home(tmp_path: Path, sql_project: Project) -> Iterator[Home]:
    settings = load_settings(home=tmp_path, stable_seconds=0)
    with opened(settings, run_tests=False, reporting_timezone=ZONE) as con:
        yield Home(settings, con, sql_project)


MONTHS = (
    "select month_start::varchar, operational_cost_usd, value_generated_usd, leads,"
    " meetings_booked, meeting_quality, roi_vs_traditional_pct"
    " from marts.economics_monthly where not is_total order by 1"
)
WEEKS = (
    "select week_start::varchar, operational_cost_usd, meetings_booked, days_with_data"
    " from marts.economics_weekly where not is_total order by 1"
)
BY_HAND = [
    # 3 meetings: (3 * 380 - 10) / 10; 5 meetings: (5 * 380 - 10) / 10.
    ("2026-10-01", 10.0, 360.0, 120.0, 3.0, 0.75, 11300.0),
    ("2026-11-01", 10.0, 450.0, None, 5.0, 0.5, 18900.0),
]


def test_periods_are_those_of_the_reporting_zone_and_the_long_day_counts_once(home: Home) -> None:
    home.land("week.jsonl", *MEETINGS, *LEADS)
    home.build("economics_monthly", "economics_weekly")
    assert home.rows(MONTHS) == BY_HAND
    assert home.rows(WEEKS) == [("2026-10-25", 10.0, 3.0, 1), ("2026-11-01", 10.0, 5.0, 2)]


def test_what_is_delivered_or_collected_again_adds_nothing(home: Home) -> None:
    home.land("week.jsonl", *MEETINGS, *LEADS)
    home.build("economics_monthly")
    home.land("copy.jsonl", *MEETINGS, *LEADS)
    home.land("overlap.jsonl", *MEETINGS[1:4])
    home.land("late.jsonl", observation("N", "2026-10-31T20:00:00Z", (3, 150, 2)))
    home.build("economics_monthly")
    assert home.rows(MONTHS) == BY_HAND


def test_a_later_total_of_a_day_replaces_the_earlier_one(home: Home) -> None:
    home.land("week.jsonl", *MEETINGS, *LEADS)
    home.build("economics_monthly")
    home.land("more.jsonl", observation("A", "2026-11-01T03:30:00Z", (5, 90, 130)))
    home.build("economics_monthly")
    # 60 and 90 are totals of the same day: 90, not 150.
    assert home.rows(MONTHS)[0][1:4] == (11.0, 390.0, 130.0)


def test_only_measured_observations_count(home: Home) -> None:
    home.land("week.jsonl", *MEETINGS, *LEADS)
    for provenance in ("simulated", "placeholder"):
        unreal = observation("B", "2026-10-31T16:00:00Z", (900, 9000, 9), provenance=provenance)
        home.land(f"{provenance}.jsonl", unreal)
    home.build("economics_monthly")
    assert home.rows(MONTHS) == BY_HAND


def halves(days: int) -> Iterator[str]:
    """Yield fourteen engines of 10 usd and 30 usd of value, stated every second day; 4 meetings."""
    for day in range(1, days + 1):
        noon = datetime(2026, 10, day, 16, tzinfo=UTC).isoformat()
        stated = (10, 30) if day % 2 == 0 else (None, None)
        for engine in "ABCDEFGHIJKLMN":
            yield observation(engine, noon, (*stated, 4 if engine == "N" else None))


def test_ratios_are_those_of_the_days_whose_costs_are_known(home: Home) -> None:
    home.land("halves.jsonl", *halves(31))
    home.build("economics_monthly", "pilot_criteria", as_of="2026-11-01")
    # 15 of 31 days state 14 costs: 140 usd for 4 meetings a day, 1520 usd before; 420 usd of value.
    (ratios,) = home.rows(
        "select operational_cost_usd, meetings_booked, cost_per_meeting_usd,"
        " roi_vs_traditional_pct, cost_saved_usd, engine_roi_pct, days_with_data, days_compared,"
        " round(cost_coverage, 4), round(value_coverage, 4)"
        " from marts.economics_monthly where is_total"
    )
    assert ratios == (2100, 124, 35, 985.714285714, 20700, 200, 31, 15, 0.4839, 0.4839)
    (verdict,) = home.rows(
        "select value, n, status, evidence from marts.pilot_criteria"
        " where criterion_id = 'roi_vs_traditional'"
    )
    assert verdict[:3] == (985.714285714, 15, "not_enough_data")
    assert verdict[3].endswith("cost of 2100.00 usd; 210 of 434 daily costs of engines are known")


METHODS = "client_id,method,cost_per_meeting_usd,recorded_date"
TRADITIONAL = (
    "select traditional_cost_per_meeting_usd, traditional_basis, traditional_cost_usd"
    " from marts.economics_monthly where month_start = '2026-10-01' and not is_total"
)


def test_the_newest_delivery_of_previous_methods_is_what_counts(home: Home) -> None:
    home.land("week.jsonl", *MEETINGS)
    home.build("economics_monthly")
    assert home.rows(TRADITIONAL) == [(380.0, "vendor", 1140.0)]

    name = "reference/previous_methods.csv"
    home.land(name, METHODS, "acme,team,500,2026-05-01", "acme,agency,600,2026-06-01")
    home.build("economics_monthly")
    assert home.rows(TRADITIONAL) == [(600.0, "measured", 1800.0)]

    home.land(name, METHODS, "acme,team,500,2026-05-01")
    home.build("economics_monthly")
    assert home.rows(TRADITIONAL) == [(500.0, "measured", 1500.0)]


def test_satisfaction_and_uptime_are_those_of_the_client(home: Home) -> None:
    home.land("week.jsonl", *MEETINGS)
    home.land(
        "reference/satisfaction.csv",
        "client_id,score,recorded_date",
        "acme,9,2026-10-31",
        "acme,8,2026-10-01",
        "acme,2,2026-11-01",
    )
    home.land("reference/probes.csv", "client_id,slug", "acme,site", "other,shop")
    header = "slug,url,status,code,responseTime,lastUpdated"
    home.land(
        "history.csv",
        header,
        "site,https://a.example,up,200,100,2026-10-31T10:00:00Z",
        "site,https://a.example,down,500,100,2026-10-31T11:00:00Z",
        "site,https://a.example,up,200,100,2026-11-01T03:59:00Z",
        "site,https://a.example,up,200,100,2026-11-01T04:00:00Z",
        "shop,https://b.example,down,500,100,2026-10-31T10:00:00Z",
        source="uptime",
    )
    home.build("economics_monthly")
    months = home.rows(
        "select month_start::varchar, satisfaction, n_satisfaction, uptime_rate, n_probes"
        " from marts.economics_monthly where client_id = 'acme' order by 1"
    )
    # October 31 ends at 04:00 in UTC: up for an hour and a minute of the 18 hours from 10:00 on.
    assert months == [
        ("2026-10-01", 8.5, 2, pytest.approx(61 / 1080), 3),
        ("2026-11-01", 2.0, 1, 1.0, 1),
    ]


def pilot_of(days: int) -> Iterator[str]:
    """Yield a day's total of A and N from October 1, 2026: 4 and 6 usd, 10 leads, 1 meeting."""
    for day in range(days):
        noon = datetime(2026, 10, 1, 16, tzinfo=UTC) + timedelta(days=day)
        yield observation("A", noon.isoformat(), (4, 20, 10))
        yield observation("N", noon.isoformat(), (6, 50, 1), {QUALITY: 0.9})


VERDICTS = (
    "select criterion_id, value, n, status from marts.pilot_criteria where engine_id is null"
    " union all select requirement_id, value, n, status from marts.pilot_requirements"
    " where engine_id is null order by 1"
)


def test_a_pilot_of_thirty_days_is_judged_by_its_evidence(home: Home) -> None:
    home.land("pilot.jsonl", *pilot_of(31))
    home.land(
        "reference/clients.csv",
        "client_id,name,pilot_start_date,pilot_end_date",
        "acme,Acme,2026-10-02,2026-10-31",
    )
    home.land("reference/previous_methods.csv", METHODS, "acme,team,50,2026-09-01")
    home.land(
        "reference/satisfaction.csv",
        "client_id,score,recorded_date",
        "acme,9,2026-10-20",
        "acme,2,2026-10-01",
    )
    home.build("pilot_criteria", "pilot_requirements", as_of="2026-11-01")
    assert home.rows(VERDICTS) == [
        ("cost_analysis", 30.0, 30, "met"),
        ("days_of_data", 30.0, 30, "met"),
        ("engine_score", None, 0, "not_enough_data"),  # No engine has a benchmark.
        ("meeting_quality", 0.9, 30, "met"),
        ("previous_method", 1.0, 1, "met"),
        ("reliability", None, 0, "not_enough_data"),
        # 30 meetings of 10 usd each against 50: (1500 - 300) / 300 = 400 %.
        ("roi_vs_traditional", 400.0, 30, "met"),
        ("satisfaction", 9.0, 1, "met"),
        ("units_of_work", None, 0, "not_met"),  # N booked 30 of 100; twelve engines are silent.
    ]


def test_the_day_that_runs_is_no_evidence_yet(home: Home) -> None:
    home.land("pilot.jsonl", *pilot_of(30))
    home.build("pilot_requirements", as_of="2026-10-30")
    window = home.rows(
        "select distinct value, status, window_start::varchar, window_end::varchar"
        " from marts.pilot_requirements where requirement_id = 'days_of_data'"
    )
    assert window == [(29.0, "not_met", "2026-10-01", "2026-10-29")]


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2026-10-31", []),
        (
            "2026-11-01",
            [
                ("client_impact", "N", 1.0, False, "reached"),
                # 31 meetings at the assumed 380 against 310 usd.
                ("roi_excellence", None, 3700.0, True, "reached"),
            ],
        ),
    ],
)
def test_proof_points_are_sought_in_complete_months(
    home: Home, as_of: str, expected: list[Row]
) -> None:
    home.land("pilot.jsonl", *pilot_of(31))
    home.land(
        "reference/statements.csv",
        "client_id,statement,recorded_date,is_significant_impact,engine_id",
        "acme,It doubled our pipeline,2026-10-20,true,N",
        "acme,It is nice,2026-10-21,false,N",
    )
    home.build("proof_point_candidates", as_of=as_of)
    candidates = home.rows(
        "select proof_id, engine_id, value, needs_test, status"
        " from marts.proof_point_candidates order by 1"
    )
    assert candidates == expected
