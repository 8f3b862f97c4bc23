from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from tracking_pipeline.reports.archive import ArchivedReport
from tracking_pipeline.reports.kinds import Owed, owed, write_report
from tracking_pipeline.reports.render import rendered
from tracking_pipeline.reports.telemetry.team_value import MONTHLY, QUARTERLY
from tracking_pipeline.reports.writers.yaml import yaml as written_yaml
from tracking_pipeline.settings import Settings
from tracking_pipeline.state.people import Person, remember
from tracking_pipeline.state.store import open_store
from tracking_pipeline_tests.reports.engines.scenario import text
from tracking_pipeline_tests.reports.telemetry.team_scenario import (
    AS_OF,
    OCTOBER,
    QUARTER,
    TEAM,
    drafted,
    engineer,
    exports,
    mismatches,
    settings,
    warehouse,
)

KINDS = {kind.name: kind for kind in (MONTHLY, QUARTERLY)}
COMPUTED, EXPORTED = "team-analytics.yaml", "team-analytics-exported.yaml"
HOSTILE = "<script>alert(1)</script> {{7*7}} =cmd|' /C calc'!A0 \x1b[31m"


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    return warehouse()


def trees(home: Settings, con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    made = drafted(home, con)
    assert made is not None
    return {
        name: yaml.load(written_yaml(tree), yaml.CSafeLoader) for name, tree in made.exports.items()
    }


def written(home: Settings, con: duckdb.DuckDBPyConnection) -> ArchivedReport:
    found = write_report(home, con, Owed("team_value", TEAM, OCTOBER.start), AS_OF)
    assert found is not None
    return found


def test_the_yaml_has_the_seeds_structure_and_additions_below_one_key(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    tree = trees(settings(tmp_path), con)[COMPUTED]
    assert list(tree) == [
        *("report_metadata", "executive_summary", "engineers", "rankings", "platform_analysis"),
        *("capability_analysis", "executive_talking_points", "tracking"),
    ]
    assert tree["report_metadata"]["engineers_analyzed"] == 8
    assert tree["executive_summary"] == {
        "total_cost_savings_usd": 334.83,
        "annual_projection_usd": 3942.35,  # 334.83 / 31 x 365
        "total_time_saved_hours": 248.0,
        "avg_roi_multiplier": 60.8,
        "total_commits": 1116,
        "total_prs_merged": 40,
        "team_copilot_memory_hit_rate": 0.65,
        "recommendation": "🏆 Excellent team ROI - Expand CORTEX usage",
    }
    assert tree["engineers"][7] == {
        "name": "Engineer 888888",
        "email": "8" * 32,
        "platform": "Linux",
        "cost_savings_usd": 74.43,
        "commits": 248,
        "roi_multiplier": 61.4,
    }
    assert tree["rankings"]["top_cost_savers"][0] == {
        "name": "Engineer 888888",
        "cost_savings_usd": 74.43,
        "time_saved_hours": 31.0,
    }
    assert tree["rankings"]["top_producers"][1] == {
        "name": "Engineer 777777",
        "commits": 217,
        "prs_merged": 5,
    }
    assert [len(listed) for listed in tree["rankings"].values()] == [5, 5, 5]
    assert tree["platform_analysis"]["Darwin"] == {
        "engineer_count": 3,
        "engineers": ["Engineer 555555", "Engineer 666666", "Engineer 777777"],
        "avg_latency_ms": 1166,  # (200 + 2,000) / 2 x (1.05 + 1.06 + 1.07) / 3
        "performance_grade": "Fair",
    }
    assert tree["capability_analysis"][-1]["adoption_rate"] == 0.12
    ranked = tree["tracking"]["rankings"]["best_copilot"]["places"][0]
    assert (ranked["name"], ranked["rank_low"], ranked["rank_high"]) == ("Engineer 888888", 1, 1)


def test_a_platform_and_a_rank_may_repeat_engineers_without_anchors(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    made = drafted(settings(tmp_path), con)
    assert made is not None
    content = written_yaml(made.exports[COMPUTED]).decode()
    assert content.count("Engineer 888888") > 5
    assert "&id" not in content
    assert "*id" not in content


def test_without_a_ranking_the_yaml_says_why(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    tree = trees(settings(tmp_path, individual_rankings=False), con)[COMPUTED]
    assert list(tree["rankings"].values()) == [[], [], []]
    assert "policy" in tree["tracking"]["rankings"]["refusal"]
    assert not [point for point in tree["executive_talking_points"] if "Top Cost" in point]


def test_engineers_are_named_only_where_the_settings_say_so(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    unnamed = settings(tmp_path)
    with open_store(unnamed) as store:
        remember(store, [Person(engineer(8), "sarah@company.example", "Sarah Chen")], AS_OF)
    assert "Sarah" not in str(trees(unnamed, con))
    assert "Sarah" not in text(drafted(unnamed, con), "technical")
    named = settings(tmp_path, name_engineers=True)
    (sarah,) = (e for e in trees(named, con)[COMPUTED]["engineers"] if e["name"] == "Sarah Chen")
    assert sarah["email"] == "sarah@company.example"
    said = text(drafted(named, con), "executive")
    assert "Cost champion: Sarah Chen with $74.43" in said
    assert "Engineer 777777" in said


def test_exports_stand_beside_what_is_computed_and_never_in_it(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    before = trees(settings(tmp_path), con)[COMPUTED]
    exports(con, {}, {"engineer_hash": engineer(9), "cost_saved_usd": 18.0, "platform": "Linux"})
    found = trees(settings(tmp_path), con)
    assert found[COMPUTED] == before
    tree = found[EXPORTED]
    assert list(tree) == list(before)
    assert tree["report_metadata"]["reports_processed"] == 2
    assert tree["executive_summary"]["total_cost_savings_usd"] == 32.83
    assert tree["executive_summary"]["avg_roi_multiplier"] == 56.1
    assert [each["name"] for each in tree["engineers"]] == ["Engineer 111111", "Engineer 999999"]
    assert tree["capability_analysis"][0]["success_rate"] == 0.833
    said = text(drafted(settings(tmp_path), con), "executive")
    assert "1 engineer with an export alone: see As exported" in said
    assert "## As exported" in said


def test_two_exports_of_one_engineer_are_one_engineer(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    exports(con, {"period_days": 10}, {"period_days": 20})
    tree = trees(settings(tmp_path), con)[EXPORTED]
    assert tree["report_metadata"]["engineers_analyzed"] == 1
    assert tree["report_metadata"]["reports_processed"] == 2
    assert tree["executive_summary"]["total_cost_savings_usd"] == 29.66
    assert tree["executive_summary"]["annual_projection_usd"] == 180.45
    assert tree["engineers"][0]["commits"] == 294
    # 2 x 2,806.50 of value over 2 x 50 of cost
    assert tree["engineers"][0]["roi_multiplier"] == 56.1


def test_exported_means_are_of_engineers_and_unknown_projections_are_not_zero(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    weeks = ({"total_value_usd": 100.0}, {"total_value_usd": 200.0, "annual_projection_usd": None})
    other = {"engineer_hash": engineer(2), "total_value_usd": 450.0, "roi_multiplier": 9.0}
    exports(con, *weeks, other)
    summary = trees(settings(tmp_path), con)[EXPORTED]["executive_summary"]
    # (100 + 200) / (50 + 50) = 3 of engineer 1, and 9 of engineer 2.
    assert summary["avg_roi_multiplier"] == 6.0
    assert summary["annual_projection_usd"] == 2 * 180.45


# 60 % of October's 31 dates are 18.6.
@pytest.mark.parametrize(
    ("covered", "expected"),
    [
        ((19,), "🏆 Excellent team ROI - Expand CORTEX usage"),
        ((18,), None),
        ((31, 7), "🏆 Excellent team ROI - Expand CORTEX usage"),
        ((31, 6), None),
    ],
)
def test_exports_of_too_few_dates_get_no_verdict(
    tmp_path: Path, con: duckdb.DuckDBPyConnection, covered: tuple[int, ...], expected: str | None
) -> None:
    people = [{"engineer_hash": engineer(k), "dates_covered": n} for k, n in enumerate(covered, 1)]
    exports(con, *people)
    tree = trees(settings(tmp_path), con)[EXPORTED]
    assert tree["executive_summary"]["recommendation"] == expected
    said = text(drafted(settings(tmp_path), con), "executive")
    assert ("needs exports of 60 % of the dates" in said) is (expected is None)


# Those of the second engineer's 5 count where their duration is known.
@pytest.mark.parametrize(
    ("n", "other_ms", "expected"),
    [(20, None, "Fair"), (19, None, "Too Few Executions"), (15, 1594.0, "Fair")],
)
def test_an_exported_latency_of_fewer_than_20_timed_executions_has_no_grade(
    tmp_path: Path,
    con: duckdb.DuckDBPyConnection,
    n: int,
    other_ms: float | None,
    expected: str,
) -> None:
    exports(con, {}, {"engineer_hash": engineer(2)})
    given = "update marts.counted_export_capabilities set (executions, avg_ms) = ($1, $2) where "
    con.execute(f"{given} engineer_hash = '{engineer(1)}'", [n, 1594.0])
    con.execute(f"{given} engineer_hash = '{engineer(2)}'", [5, other_ms])
    tree = trees(settings(tmp_path), con)[EXPORTED]
    assert tree["platform_analysis"]["Windows"]["performance_grade"] == expected
    assert f"| {expected} |" in text(drafted(settings(tmp_path), con), "technical")


@pytest.mark.parametrize(("minimum", "expected"), [(30, "Fair"), (31, "Too Few Executions")])
def test_how_many_executions_a_grade_takes_is_the_catalogues(
    tmp_path: Path, con: duckdb.DuckDBPyConnection, minimum: int, expected: str
) -> None:
    exports(con, {})
    asked = "entity_type = 'platform' and metric = 'mean_latency_ms'"
    con.execute(f"update seeds.metrics set minimum_sample = {minimum} where {asked}")
    tree = trees(settings(tmp_path), con)[EXPORTED]
    assert tree["platform_analysis"]["Windows"]["performance_grade"] == expected


def test_of_exports_alone_the_report_is_of_the_exports(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    exports(con, {})
    for mart in ("team_value", "engineer_value", "platform_value", "capability_value"):
        con.execute(f"delete from marts.{mart}")
    con.execute("delete from marts.engineer_days")
    assert list(trees(settings(tmp_path), con)) == [EXPORTED]
    said = text(drafted(settings(tmp_path), con), "executive")
    assert "the report is of what they state" in said
    assert "$14.83" in said
    assert {each.kind for each in owed(settings(tmp_path), con, AS_OF, KINDS)} == set(KINDS)


def test_a_total_that_its_parts_do_not_give_is_a_finding(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    mismatches(con, {}, {"origin": "team", "engineer_hash": None})
    made = drafted(settings(tmp_path), con)
    assert made is not None
    assert "2 exported totals differ from what the export's own parts give" in made.reasons
    said = text(made, "executive")
    assert "| Engineer 111111 (2025-10-31 14:30) |" in said
    assert "| 847.50 | 14.83 | 5614.3 % |" in said
    assert "Team export" in said


def test_nothing_in_the_period_is_no_report(tmp_path: Path, con: duckdb.DuckDBPyConnection) -> None:
    assert drafted(settings(tmp_path), con, OCTOBER.previous) is None


def test_a_quarter_is_told_like_a_month(tmp_path: Path, con: duckdb.DuckDBPyConnection) -> None:
    made = drafted(settings(tmp_path), con, QUARTER)
    assert made is not None
    assert made.kind == "team_value_quarterly"
    tree: Any = made.exports[COMPUTED]
    # 334.83 over 92 days
    assert tree["executive_summary"]["annual_projection_usd"] == 1328.4
    assert "Q4 2025" in text(made, "executive")


def test_the_same_data_are_no_new_revision_and_the_same_bytes(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    home = settings(tmp_path)
    first, again = written(home, con), written(home, con)
    assert (first.revision, again.revision) == (1, 1)
    one, other = (drafted(home, each) for each in (con, warehouse()))
    assert one is not None
    assert other is not None
    assert rendered(one) == rendered(other)


def test_other_data_are_a_new_revision_that_lists_what_changed(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    home = settings(tmp_path)
    written(home, con)
    con.execute("update marts.team_value set commits = 1117 where window_kind = 'month'")
    second = written(home, con)
    assert second.revision == 2
    assert "Commits" in (second.folder / "technical.md").read_text()
    assert [each.kind for each in owed(home, con, AS_OF, KINDS)] == [QUARTERLY.name]


def test_a_hostile_capability_is_text_in_every_format(tmp_path: Path) -> None:
    made = drafted(settings(tmp_path), warehouse(capability=HOSTILE))
    assert made is not None
    files = rendered(made)
    page = files["technical.html"].decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    names = [each["name"] for each in yaml.safe_load(files[COMPUTED])["capability_analysis"]]
    assert names[0].startswith("<script>alert(1)</script> {{7*7}} =cmd|' /C calc'!A0 ")
    for name in (COMPUTED, "report.json", "technical.md", "technical.html"):
        assert b"\x1b" not in files[name]
