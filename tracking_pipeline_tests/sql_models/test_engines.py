"""Engines from landed rows to the seed's tables, first and after late data."""

import uuid
from collections.abc import Callable, Sequence
from datetime import date

import duckdb
import pytest

from tracking_pipeline.transform.project import Project
from tracking_pipeline.transform.render import Rendering
from tracking_pipeline_tests.empty_warehouse import build
from tracking_pipeline_tests.sql_models.engine_rows import benchmark, deliver, insert, observe
from tracking_pipeline_tests.sql_models.selection import with_ancestors

NAMESPACE = uuid.UUID("6f1d8c52-0f0b-5a3e-9a55-6d5f2b1f0c01")
GUARDIAN = {
    "domain_health_score": 80,
    "spam_rate_pct": 0.1,
    "blacklist_incidents": 0,
    "deliverability_rate": 0.95,
}
COMPARED_AGAIN = (
    "intermediate.engine_days",
    "intermediate.unmatched_engine_days",
    "marts.metric_daily",
    "marts.metric_weekly",
    "marts.metric_monthly",
    *(
        f"marts.{name}{period}"
        for name in ("benchmark_comparison", "scores")
        for period in ("", "_weekly", "_monthly")
    ),
    "marts.engine_performance",
)
BROKEN_CHECKS = (
    ("engine_performance", "engine_id", "'Z'"),
    ("engine_performance", "engine_id", "null"),
    ("engine_performance", "client_id", "null"),
    ("engine_performance", "performance_score", "150.01"),
    ("engine_benchmarks", "engine_id", "'Z'"),
    ("engine_benchmarks", "benchmark_value", "null"),
    ("client_engine_goals", "engine_id", "'Z'"),
    ("client_engine_goals", "status", "'late'"),
    ("client_engine_goals", "target_value", "null"),
    ("clients", "id", "null"),
)


Built = Callable[..., None]


@pytest.fixture
def built(con: duckdb.DuckDBPyConnection, sql_project: Project) -> Built:
    """Return what builds these marts, and all below them, from what is landed; all when none."""
    tables = {name for name, node in sql_project.models.items() if "engines" in node.path.parts}
    periods = {f"scores_{period}" for period in ("weekly", "monthly")}
    every = tables | periods | {"daily_series"}

    def run(*names: str, full_refresh: bool = False, scored: Sequence[str] = ("measured",)) -> None:
        select = with_ancestors(sql_project, set(names) or every)
        results = build(con, select, full_refresh=full_refresh, scored_provenances=list(scored))
        assert [result.error for result in results if result.error] == []

    return run


def test_a_day_of_the_guardian_scores_by_hand(con: duckdb.DuckDBPyConnection, built: Built) -> None:
    # 80/80 = 1, 0.0005/0.001 = 0.5, 0 incidents against 0 = 1, 0.95/0.95 = 1: 3.5 of 4 metrics.
    deliver(con, "engines.jsonl", 1, "x")
    observe(con, "D", "2026-03-01 12:00:00", 1, GUARDIAN)
    built("engine_performance", "clients")
    row = con.execute(
        "select id, client_id, engine_id, date, performance_score, created_at, client_key "
        "from marts.engine_performance"
    ).fetchone()
    assert row is not None
    assert row[0] == uuid.uuid5(NAMESPACE, "engine_performance|acme|D|2026-03-01")
    assert row[1] == uuid.uuid5(NAMESPACE, "acme")
    assert (row[2], str(row[3]), float(row[4]), str(row[5]), row[6]) == (
        "D",
        "2026-03-01",
        87.5,
        "2026-03-02 00:00:00",
        "acme",
    )
    assert con.execute("select id, client_key, name from marts.clients").fetchall() == [
        (uuid.uuid5(NAMESPACE, "acme"), "acme", "acme")
    ]


def test_a_score_rests_on_60_percent_of_the_weight_at_least(
    con: duckdb.DuckDBPyConnection, built: Built
) -> None:
    deliver(con, "engines.jsonl", 1, "x")
    for n_metrics in (2, 3):
        told = dict(list(GUARDIAN.items())[:n_metrics])
        observe(con, "D", f"2026-03-0{n_metrics} 12:00:00", 1, told)
    built("scores")
    scores = con.execute(
        "select weight_with_data / weight_total, performance_score is not null, status "
        "from marts.scores where entity_id = 'D' order by score_date"
    ).fetchall()
    assert scores == [(0.4, False, "insufficient_coverage"), (0.6, True, "scored")]


def test_uuids_equal_those_of_python(con: duckdb.DuckDBPyConnection, built: Built) -> None:
    keys = ["acme", "Bäckerei Groß & Söhne", "株式会社", "a'b|c", "x" * 300]
    keys += [f"client {number}" for number in range(40)]
    file = deliver(con, "reference/clients.csv", 1, "x")
    for key in keys:
        insert(con, "client", client_id=key, name="n", file_id=file, batch_id=1)
    built("clients")
    found = dict(con.execute("select client_key, id from marts.clients").fetchall())
    assert found == {key: uuid.uuid5(NAMESPACE, key) for key in keys}


def test_late_data_leaves_the_tables_as_if_built_anew(
    con: duckdb.DuckDBPyConnection, built: Built
) -> None:
    deliver(con, "engines.jsonl", 1, "x")
    for day in ("2026-02-27", "2026-02-28", "2026-03-01"):
        observe(con, "D", f"{day} 12:00:00", 1, GUARDIAN)
        observe(con, "A", f"{day} 12:00:00", 1, {"icp_match_accuracy": 0.5, "typo": 1})
    built()
    deliver(con, "late.jsonl", 2, "y")
    # An old day ends otherwise, another gets an observation that is not its last, one is new.
    observe(con, "D", "2026-02-27 18:00:00", 2, {**GUARDIAN, "blacklist_incidents": 3}, units=7)
    observe(con, "A", "2026-02-28 18:00:00", 2, {"icp_match_accuracy": 0.7})
    observe(con, "A", "2026-03-01 06:00:00", 2, {"icp_match_accuracy": 0.1})
    observe(con, "N", "2026-03-02 12:00:00", 2, {"meeting_show_up_rate": 0.9}, client="beta")
    built()
    late = {name: con.sql(f"from {name} order by all").fetchall() for name in COMPARED_AGAIN}
    built(full_refresh=True)
    anew = {name: con.sql(f"from {name} order by all").fetchall() for name in COMPARED_AGAIN}
    assert late == anew
    incidents = con.execute(
        "select metric_date, value from marts.metric_daily where metric = 'blacklist_incidents' "
        "order by 1"
    ).fetchall()
    assert [value for _, value in incidents] == [3, 0, 0]
    unmatched = con.execute(
        "select metric_name, reason, n, example_value from marts.unmatched_engine_metrics"
    ).fetchall()
    assert unmatched == [("typo", "unknown_metric", 2, "1")]


def test_goals_and_benchmarks_that_name_no_metric_of_their_engine_are_listed(
    con: duckdb.DuckDBPyConnection, built: Built
) -> None:
    file = deliver(con, "reference/benchmarks.csv", 1, "b")
    benchmark(con, file, 1, "contact_info_accuracy", 0.8)
    benchmark(con, file, 1, "luck", 2.5)
    goals = deliver(con, "reference/goals.csv", 1, "g")
    # A fraction may be named in percent; the engine B has it, the engine A has not.
    for engine in ("A", "B"):
        goal = {"engine_id": engine, "goal_metric": "contact_info_accuracy_pct"}
        insert(con, "client_goal", **goal, target_value=90.0, file_id=goals, batch_id=1)
    built("unmatched_engine_metrics")
    assert con.execute(
        "select client_id, engine_id, origin, metric_name, reason, n, example_value "
        "from marts.unmatched_engine_metrics order by origin"
    ).fetchall() == [
        ("", "", "benchmark", "luck", "unknown_metric", 1, "2.5"),
        ("acme", "A", "goal", "contact_info_accuracy_pct", "unknown_metric", 1, "90"),
    ]
    deliver(con, "reference/benchmarks.csv", 2, "empty")
    deliver(con, "reference/goals.csv", 2, "empty too")
    built("unmatched_engine_metrics")
    assert con.execute("from marts.unmatched_engine_metrics").fetchall() == []


def test_goals_and_benchmarks_out_of_bounds_are_listed_and_not_in_force(
    con: duckdb.DuckDBPyConnection, built: Built
) -> None:
    deliver(con, "engines.jsonl", 1, "x")
    observe(con, "B", "2026-03-01 12:00:00", 1, {"contact_info_accuracy": 0.6})
    file = deliver(con, "mydata/benchmarks.csv", 1, "b")
    benchmark(con, file, 1, "contact_info_accuracy", 90.0)
    goals = deliver(con, "mydata/goals.csv", 1, "g")
    given = ((1, 90.0, None, ""), (2, 0.9, 0.8, ""), (3, 90.0, 101.0, "_pct"))
    for day, target, start, percent in given:
        insert(
            con,
            "client_goal",
            engine_id="B",
            goal_metric=f"contact_info_accuracy{percent}",
            target_value=target,
            start_value=start,
            due_date=date(2026, 4, day),
            file_id=goals,
            batch_id=1,
            line_number=day,
        )
    built("unmatched_engine_metrics", "goals", "benchmark_comparison")
    assert con.execute(
        "select client_id, engine_id, origin, metric_name, reason, n, example_value "
        "from marts.unmatched_engine_metrics order by origin, metric_name"
    ).fetchall() == [
        ("", "", "benchmark", "contact_info_accuracy", "out_of_bounds", 1, "90"),
        ("acme", "B", "goal", "contact_info_accuracy", "out_of_bounds", 1, "90"),
        ("acme", "B", "goal", "contact_info_accuracy_pct", "out_of_bounds", 1, "90, 101"),
    ]
    assert con.execute("select target_value from marts.goals").fetchall() == [(0.9,)]
    compared = "select benchmark from marts.benchmark_comparison where entity_id = 'B'"
    assert con.execute(compared).fetchall() == []


def test_a_new_delivery_of_benchmarks_judges_old_days_anew_and_a_withdrawal_undoes_it(
    con: duckdb.DuckDBPyConnection, built: Built
) -> None:
    deliver(con, "engines.jsonl", 1, "x")
    observe(con, "B", "2026-03-01 12:00:00", 1, {"contact_info_accuracy": 0.6})
    compared = "select benchmark, attainment from marts.benchmark_comparison where entity_id = 'B'"
    built("benchmark_comparison", "engine_benchmarks")
    assert con.execute(compared).fetchall() == []
    benchmark(
        con, deliver(con, "reference/benchmarks.csv", 2, "b"), 2, "contact_info_accuracy", 0.8
    )
    built("benchmark_comparison", "engine_benchmarks")
    assert con.execute(compared).fetchall() == [(0.8, 0.75)]
    shown = "select benchmark_value, unit, client_key from marts.engine_benchmarks "
    shown += "where engine_id = 'B'"
    assert [(float(row[0]), *row[1:]) for row in con.execute(shown).fetchall()] == [
        (80.0, "percent", "")
    ]
    deliver(con, "reference/benchmarks.csv", 3, "empty")
    built("benchmark_comparison", "engine_benchmarks")
    assert con.execute(compared).fetchall() == [(None, None)]
    assert con.execute(shown).fetchall() == []


def test_a_reference_file_is_the_state_of_its_newest_delivery(
    con: duckdb.DuckDBPyConnection, built: Built
) -> None:
    path = "reference/north/clients-acme.csv"
    names = "select name from marts.clients where name <> client_key order by 1"
    first = deliver(con, path, 1, "one")
    insert(con, "client", client_id="acme", name="Acme", file_id=first, batch_id=1)
    insert(con, "client", client_id="gone", name="Gone", file_id=first, batch_id=1, line_number=2)
    second = deliver(con, path, 2, "two")
    insert(con, "client", client_id="acme", name="Acme II", file_id=second, batch_id=2)
    deliver(con, path, 3, "broken", "rejected")
    built("clients")
    assert con.execute(names).fetchall() == [("Acme II",)]
    deliver(con, path, 4, "one", "duplicate_delivery")
    deliver(con, "reference/clients.csv", 5, "one", "duplicate_delivery")
    built("clients")
    assert con.execute(names).fetchall() == [("Acme",), ("Gone",)]


@pytest.mark.parametrize(
    ("scored", "score"), [(["measured"], None), (["measured", "simulated"], 75)]
)
def test_a_simulated_benchmark_scores_in_a_demo_only(
    con: duckdb.DuckDBPyConnection, built: Built, scored: list[str], score: float | None
) -> None:
    deliver(con, "engines.jsonl", 1, "x")
    accuracies = ("contact_info_accuracy", "phone_number_accuracy", "company_data_completeness")
    observe(con, "B", "2026-03-01 12:00:00", 1, dict.fromkeys(accuracies, 0.6))
    file = deliver(con, "reference/benchmarks.csv", 2, "b")
    for metric in accuracies:
        benchmark(con, file, 2, metric, 0.8)
    con.execute("update landing.engine_benchmark set provenance = 'simulated'")
    built("engine_performance", scored=scored)
    found = con.execute("select performance_score from marts.engine_performance").fetchall()
    assert [value if value is None else float(value) for (value,) in found] == [score]


@pytest.mark.parametrize("provenance", ["simulated", "placeholder"])
def test_what_is_not_measured_is_judged_in_a_demo_only(
    con: duckdb.DuckDBPyConnection, built: Built, provenance: str
) -> None:
    deliver(con, "engines.jsonl", 1, "x")
    for day in ("2026-03-01", "2026-03-02"):
        observe(con, "D", f"{day} 12:00:00", 1, GUARDIAN)
    goals = deliver(con, "reference/goals.csv", 1, "g")
    goal = {"engine_id": "D", "goal_metric": "domain_health_score", "target_value": 80.0}
    insert(con, "client_goal", **goal, file_id=goals, batch_id=1)
    con.execute("update landing.engine_observation set provenance = $1", [provenance])
    judged = (
        "select (select count(*) > 0 from marts.daily_series where system = 'engines'),"
        " (select any_value(status) from marts.goals),"
        " (select max(benchmark_comparison) from marts.engine_cards)"
    )
    read = ("daily_series", "goals", "engine_cards")
    built(*read)
    assert con.execute(judged).fetchall() == [(False, None, None)]
    built(*read, scored=("measured", provenance), full_refresh=True)
    # The score of 87.5 is an eighth below its benchmarks.
    assert con.execute(judged).fetchall() == [(True, "exceeded", pytest.approx(-0.125))]


def test_a_card_shows_the_last_complete_day(con: duckdb.DuckDBPyConnection, built: Built) -> None:
    deliver(con, "engines.jsonl", 1, "x")
    observe(con, "D", "2026-03-01 12:00:00", 1, GUARDIAN)
    observe(con, "D", "2026-03-02 01:00:00", 1, {**GUARDIAN, "spam_rate_pct": 0.05})
    built("engine_cards")
    cards = con.execute(
        "select engine_id, score_date::varchar, performance_score::double, score_status, "
        "score_today::double, benchmark_comparison, n_metrics, n_metrics_with_data "
        "from marts.engine_cards where engine_id in ('A', 'D') order by 1"
    ).fetchall()
    # The score of 87.5 is an eighth below its benchmarks.
    assert cards == [
        ("A", None, None, "no_data", None, None, 5, 0),
        ("D", "2026-03-01", 87.5, "scored", 100.0, pytest.approx(-0.125), 5, 4),
    ]
    assert con.execute("select count(*) from marts.engine_cards").fetchall() == [(14,)]


def test_a_goal_is_judged_by_the_last_complete_day(
    con: duckdb.DuckDBPyConnection, built: Built
) -> None:
    goals = deliver(con, "reference/goals.csv", 1, "x")
    goal = {"engine_id": "D", "goal_metric": "domain_health_score", "target_value": 80.0}
    insert(con, "client_goal", **goal, file_id=goals, batch_id=1)
    deliver(con, "engines.jsonl", 1, "y")
    observe(con, "D", "2026-03-01 12:00:00", 1, GUARDIAN)
    observe(con, "D", "2026-03-02 01:00:00", 1, {**GUARDIAN, "domain_health_score": 20})
    built("goals")
    judged = con.execute("select current_value, attainment, status from marts.goals").fetchall()
    assert judged == [(80, 1, "exceeded")]


def test_the_checks_of_the_seed_are_tests(
    con: duckdb.DuckDBPyConnection, built: Built, sql_project: Project
) -> None:
    goals = deliver(con, "reference/goals.csv", 1, "x")
    goal = {"engine_id": "D", "goal_metric": "spam_rate_pct", "target_value": 0.2}
    insert(con, "client_goal", **goal, file_id=goals, batch_id=1)
    deliver(con, "engines.jsonl", 1, "y")
    observe(con, "D", "2026-03-01 12:00:00", 1, GUARDIAN)
    built(*(model for model, _, _ in BROKEN_CHECKS))
    shown = "select goal_metric, target_value::double, unit from marts.client_engine_goals"
    assert con.execute(shown).fetchall() == [("spam_rate", 0.2, "percent")]
    for model, column, value in BROKEN_CHECKS:
        tests = [test for test in sql_project.tests_of[model] if test.column == column]
        queries = [Rendering(sql_project, {}).test(test) for test in tests]
        con.execute("begin")
        con.execute(f"update marts.{model} set {column} = {value}")
        failing = [query for query in queries if con.execute(query).fetchall()]
        con.execute("rollback")
        assert failing, f"{model}.{column} = {value} passes"
