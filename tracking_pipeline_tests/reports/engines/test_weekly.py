from dataclasses import replace
from datetime import UTC, datetime

import duckdb
import pytest

from tracking_pipeline.reports.document import Charts, Paragraph, Section
from tracking_pipeline.reports.draft import Draft
from tracking_pipeline.reports.engines.charts import over_time
from tracking_pipeline.reports.engines.standings import ClientScore
from tracking_pipeline.reports.engines.tables import goals, returns
from tracking_pipeline.reports.engines.week import EngineWeek, engine_week
from tracking_pipeline.reports.engines.weekly import with_engines
from tracking_pipeline.reports.model import Chart
from tracking_pipeline.reports.render import rendered
from tracking_pipeline_tests.reports.engines.scenario import (
    HOSTILE,
    LETTERS,
    WEEK,
    claim,
    text,
    warehouse,
)

GENERAL = tuple(
    Section(name, f"General {name}", (Paragraph(f"of {name}"),))
    for name in ("headline", "claims", "health", "alerts", "quality")
)
EMPTY = Draft(
    kind="weekly",
    kind_label="Weekly report",
    subject="engines",
    subject_label="AI engines",
    period=WEEK,
    as_of=datetime(2026, 3, 29, 9, 0, tzinfo=UTC),
    data_version="batch 7",
    editions={"executive": GENERAL, "technical": GENERAL},
    said={},
    data={},
    details={},
)


def week(con: duckdb.DuckDBPyConnection) -> EngineWeek:
    return engine_week(con, WEEK)


def made(con: duckdb.DuckDBPyConnection | None = None) -> Draft:
    return with_engines(con or warehouse(), EMPTY)


def chart(draft: Draft, chart_id: str) -> Chart:
    sections = draft.editions["technical"]
    blocks = [block for s in sections for block in s.blocks if isinstance(block, Charts)]
    return next(c for block in blocks for c in block.charts if c.chart_id == chart_id)


@pytest.fixture(scope="module")
def technical() -> str:
    return text(made(), "technical")


@pytest.mark.parametrize(
    "figure",
    [
        *("800", "40", "99.8 %", "$37.50"),  # the totals: leads, meetings, uptime, cost a meeting
        *("$1,500.00", "$3,600.00", "140.0 %", "726.7 %", "$10,900.00"),
        *("$25.00", "1140.0 %", "20.0 %"),  # acme's, and birch's engine ROI
    ],
)
def test_the_totals_and_each_clients_return_reach_the_text(technical: str, figure: str) -> None:
    assert figure in technical


def test_the_traditional_cost_stands_beside_with_its_basis(technical: str) -> None:
    assert (
        "traditional way $310.00 (measured for some clients, assumed for the others)" in technical
    )
    every = week(warehouse()).economics_now
    birch = returns(every, {}).groups[0].rows[-1][-1]
    assert (birch.text, birch.note) == ("$380.00", "not measured")


def test_a_traditional_cost_that_is_the_same_for_all_is_told_once() -> None:
    table = returns(week(warehouse()).economics_now[-1:], {})
    assert "A traditional meeting: $380.00 (not measured: as vendors state it)" in table.caption
    assert "Traditional meeting" not in {column.label for column in table.columns}


def test_a_table_of_many_clients_keeps_the_total_and_the_largest() -> None:
    now = week(warehouse()).economics_now
    total, acme, birch = now
    every = (total, birch, replace(acme, client_id="zenith", operational_cost_usd=9_000.0), acme)
    table = returns(every, {}, 2)
    kept = [row[0].text for row in table.groups[0].rows]
    assert kept == ["All clients", "zenith", "acme"]
    assert "2 of 3 clients with the largest cost" in table.caption


def test_only_so_many_goals_are_kept_and_the_missed_ones_first() -> None:
    found = week(warehouse())
    assert {goal.is_reached for goal in found.goals} == {True, False}
    table = goals(found, 1)
    ((row,),) = (group.rows for group in table.groups)
    assert "not reached" in {cell.chip.text for cell in row if cell.chip}
    assert f"1 of {len(found.goals)}, those not reached first" in table.caption


def test_the_workbook_holds_every_reference() -> None:
    references = {sheet.name: sheet for sheet in made().sheets}["References"]
    found = week(warehouse())
    assert len(references.rows) == sum(len(each.metrics) for each in found.standings)


def test_the_general_sections_follow_once(technical: str) -> None:
    assert technical.count("General claims") == 1
    assert "General headline" not in technical
    assert technical.index("Overall system performance") < technical.index("General claims")


def test_without_the_gate_nobody_is_called_top(technical: str) -> None:
    assert "Highest scores this week" in technical
    assert "There is no evidence of a real order among them." in technical
    assert "top perform" not in technical.lower()


def test_an_unsupported_ranking_is_no_ranking() -> None:
    con = warehouse()
    claim(con, "top_performer", "N", "No evidence on N (bootstrap).", is_supported=False)
    assert "Highest scores this week" in text(made(con), "executive")


def test_the_gate_names_the_top_with_score_metric_and_rank_interval() -> None:
    con = warehouse()
    claim(con, "top_performer", "N", "N is a top performer: rank 1 of 14 (1 to 2) (bootstrap).")
    said = text(made(con), "executive")
    top = said[said.index("Top performing engines") : said.index("Engines needing attention")]
    for part in ("N · EngineN, Acme Robotics", "131.7 (+32 %)", "rank 1 of 14 (1 to 2)"):
        assert part in top
    assert "Waiting time 3.0 h, benchmark 6.0 h (n = 70)" in top
    assert "A · EngineA" not in top


def test_engines_need_attention_for_low_scores_shortfalls_and_supported_declines() -> None:
    con = warehouse()
    claim(con, "trend", "B", "B is declining: by 9 % (m).", direction="declining")
    claim(con, "trend", "D", "No evidence on D (m).", is_supported=False)
    claim(con, "trend", "F", "F is improving: 9 % (m).", direction="improving")
    said = text(made(con), "executive")
    part = said[said.index("Engines needing attention") : said.index("What the week cost")]
    assert "Performance score 64.2, below 70" in part
    assert "50 % worse than the benchmark of 40.0 %" in part
    assert "B is declining" in part
    assert "on D" not in part
    assert "F is improving" not in part
    # One entry an engine, the low score first.
    assert part.count("C · EngineC") == 1
    assert part.index("C · EngineC") < part.index("B · EngineB")


def test_every_engine_of_every_client_stands_side_by_side() -> None:
    heat = chart(made(), "engines-scores")
    assert len(heat.points) == 2 * len(LETTERS)
    cells = {(point.series, point.label[0]): point for point in heat.points}
    assert cells["Acme Robotics", "N"].value == pytest.approx(0.317)
    assert cells["Acme Robotics", "N"].note == "131.7  (+32 %)"
    assert cells["Acme Robotics", "C"].note == "64.2  (\N{MINUS SIGN}36 %)"
    assert (cells["Birch Logistics", "N"].value, cells["Birch Logistics", "N"].note) == (None, "—")


def test_the_comparison_with_benchmarks_is_that_of_the_score() -> None:
    heat = chart(made(), "engines-against-industry")
    cell = next(p for p in heat.points if p.series == "Acme Robotics" and p.label[0] == "N")
    # (0.44 - 0.22) / 0.22 = 1 of weight 1; (4 - 3) / 4 = 0.25 of weight 3, lower being better
    assert cell.value == pytest.approx((1 + 3 * 0.25) / 4)
    said = text(made(), "technical")
    # The score of 131.7 against 100, not the mean of the metrics' (0.1 + 3 · 0.5) / 4 = 40 %
    assert "+32 %" in said
    assert "+40 %" not in said


def test_clients_of_one_name_keep_a_column_each() -> None:
    heat = chart(made(warehouse("Birch Logistics")), "engines-scores")
    assert {p.series for p in heat.points} == {"Birch Logistics (acme)", "Birch Logistics (birch)"}


def test_a_line_over_time_has_the_benchmark_beside_it() -> None:
    lines = chart(made(), "engines-over-time")
    assert lines.reference == 100
    acme = [point.value for point in lines.points if point.series == "Acme Robotics"]
    assert acme == pytest.approx([120.0, (131.7 + 64.2) / 2])
    birch = [point.value for point in lines.points if point.series == "Birch Logistics"]
    assert birch == [None, 99.0]


def test_without_any_score_there_is_no_chart_over_time() -> None:
    found = (ClientScore("acme", WEEK.start, None, 0), ClientScore("birch", WEEK.start, None, 0))
    assert over_time(found, {}, "week") is None
    assert over_time((*found, ClientScore("acme", WEEK.start, 90.0, 1)), {}, "week") is not None


def test_missing_scores_say_why(technical: str) -> None:
    assert "less than 60 % of the weight has data and a benchmark" in technical
    assert technical.count("no data") >= 2 * len(LETTERS) - 4


def test_goals_stand_beside_the_week(technical: str) -> None:
    part = technical[technical.index("## Goals") : technical.index("General claims")]
    for words in ("44.0 %", "reached", "not reached", "at risk, overdue", "no data", "2026-03-01"):
        assert words in part


def test_gaps_unknown_metrics_and_wrong_uptimes_warn() -> None:
    draft = made()
    assert draft.mark == "warning"
    assert draft.reasons == (
        "acme: engine F has data on 0 of 7 days",
        "birch: engine A has data on 5 of 7 days",
        (
            "every client: a benchmark of any engine names 'fortune', which judges no figure "
            "(unknown metric, n = 1)"
        ),
        "birch: a goal of engine E names 'luck', which judges no figure (unknown metric, n = 1)",
        "birch: engine E sent 'send_time_luck', which enters no figure (unknown metric, n = 9)",
        (
            "shop: the published uptime is 100.00%, the probes give 98.50% "
            "(each holds until the next one, at most 25 hours)"
        ),
    )
    assert "birch: engine A has data on 5 of 7 days" in text(draft, "executive")


def test_only_the_technical_edition_has_the_long_tables() -> None:
    draft = made()
    ids = {edition: {s.section_id for s in draft.editions[edition]} for edition in draft.editions}
    assert ids["technical"] - ids["executive"] == {"engine-cards", "references"}


def test_another_history_is_not_another_report() -> None:
    con = warehouse()
    older = "select * replace (week_start - 70 as week_start) from marts.scores_weekly"
    con.execute(f"insert into marts.scores_weekly {older}")
    assert made(con).said == made().said
    assert chart(made(con), "engines-over-time") != chart(made(), "engines-over-time")


def test_the_same_week_is_the_same_bytes() -> None:
    assert rendered(made()) == rendered(made())


def test_a_hostile_name_is_text() -> None:
    files = rendered(made(warehouse(HOSTILE)))
    html = files["technical.html"].decode()
    assert "<script" not in html
    assert "{{7*7}}" in html
    assert b"=cmd" not in files["executive.md"].split(b"\n", 1)[0]


def test_an_empty_week_is_told_without_a_zero() -> None:
    con = warehouse()
    for table in ("metric_weekly", "economics_weekly", "scores_weekly"):
        con.execute(f"delete from marts.{table}")
    said = text(with_engines(con, replace(EMPTY)), "executive")
    assert "No engine has data this week." in said
    assert "No engine has a score this week." in said
    assert "$0.00" not in said
