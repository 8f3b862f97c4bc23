import json
import re

import duckdb
import pytest

from tracking_pipeline.errors import ReportError
from tracking_pipeline.reports.draft import ReportKind
from tracking_pipeline.reports.engines import case_study, client_update, pilot, roi_monthly
from tracking_pipeline.reports.engines.case_study import CASE
from tracking_pipeline.reports.engines.client_update import UPDATE
from tracking_pipeline.reports.engines.pilot import PILOT
from tracking_pipeline.reports.engines.roi_monthly import ROI
from tracking_pipeline.reports.period import Period
from tracking_pipeline.reports.render import rendered
from tracking_pipeline_tests.reports.engines.scenario import (
    AS_OF,
    HOSTILE,
    MONTH,
    SETTINGS,
    WEEK,
    claim,
    text,
    warehouse,
)


def update(client: str, con: duckdb.DuckDBPyConnection | None = None) -> dict[str, object]:
    draft = client_update.draft(SETTINGS, con or warehouse(), client, WEEK, AS_OF)
    made: dict[str, object] = json.loads(rendered(draft)["report.json"])
    return made


def test_an_update_stands_on_its_week_and_the_one_before() -> None:
    con = warehouse()
    before = client_update.versions(con, "acme")["acme", WEEK.start]
    con.execute(
        "update marts.economics_weekly set last_batch_id = 99 "
        f"where client_id = 'acme' and week_start = '{WEEK.previous.start}'"
    )
    assert client_update.versions(con, "acme")["acme", WEEK.start] != before


def test_an_update_has_the_seeds_keys() -> None:
    made = update("acme")
    assert made["subject"] == "Your AI Engines This Week: 40 meetings booked"
    assert made["highlights"] == [
        "40 meetings booked, at $25.00 each; your earlier way took $310.00 each",
        "Goal reached: Booking rate 44.0 %, target 40.0 %",
        "N · EngineN scores 131.7 (+32 % against its benchmarks): waiting time 3.0 h",
    ]
    assert made["improvements"] == []
    assert made["nextSteps"] == ["Help acme"]


@pytest.mark.parametrize(
    ("meetings", "said"),
    [("1", "1 meeting booked"), ("0", "0 meetings booked"), ("null", "no meetings on record")],
)
def test_the_subject_counts_what_is_known(meetings: str, said: str) -> None:
    con = warehouse()
    con.execute(f"update marts.economics_weekly set meetings_booked = {meetings}")
    assert update("acme", con)["subject"] == f"Your AI Engines This Week: {said}"


def test_missing_meetings_are_a_dash_with_the_reason() -> None:
    said = text(client_update.draft(SETTINGS, warehouse(), "birch", WEEK, AS_OF))
    assert "Engine N recorded no meetings" in said
    assert "—" in said
    assert "Your earlier way" not in said


def test_only_supported_gains_are_improvements() -> None:
    con = warehouse()
    claim(con, "trend", "G", "G is improving: +9 % (theil-sen, n 28).", direction="improving")
    claim(con, "trend", "E", "No evidence on E (m).", is_supported=False)
    claim(con, "trend", "B", "B is declining: by 9 % (m).", direction="declining")
    claim(con, "trend", "A", "A is improving: 1 % (m).", direction="improving", client="birch")
    made = update("acme", con)
    assert made["improvements"] == ["G is improving: +9 % (theil-sen, n 28)"]
    said = text(client_update.draft(SETTINGS, con, "acme", WEEK, AS_OF))
    assert "B is declining" in said[said.index("What we are working on") :]


def test_without_support_the_update_praises_nothing() -> None:
    said = text(client_update.draft(SETTINGS, warehouse(), "acme", WEEK, AS_OF)).lower()
    assert "no change this week is large and sure enough" in said
    for word in ("improving", "improved", "top perform", "exceed", "declin", "impact"):
        assert word not in said


def test_without_advice_the_next_step_is_what_we_do_about_an_engine_below_its_benchmarks() -> None:
    con = warehouse()
    con.execute("delete from marts.recommendations")
    assert update("acme", con)["nextSteps"] == [
        "We find out what held The EngineC back and adjust it; next week's update shows the result"
    ]
    assert update("birch", con)["nextSteps"] == []
    con.execute("update marts.scores_weekly set performance_score = 101 where entity_id = 'C'")
    assert update("acme", con)["nextSteps"] == []


def test_an_update_says_what_its_warning_means() -> None:
    said = text(client_update.draft(SETTINGS, warehouse(), "birch", WEEK, AS_OF))
    assert "“Data quality: warning” means for this week: data on 5 of 7 days" in said
    assert "Data quality: warning" not in text(
        client_update.draft(SETTINGS, warehouse(), "acme", WEEK, AS_OF)
    )


def test_a_client_reads_nothing_of_another() -> None:
    files = rendered(client_update.draft(SETTINGS, warehouse(), "acme", WEEK, AS_OF))
    for name in ("client.html", "client.md", "report.json"):
        assert b"birch" not in files[name].lower()


@pytest.mark.parametrize("kind", [UPDATE, ROI, PILOT, CASE], ids=lambda kind: kind.name)
def test_no_line_of_a_list_is_empty(kind: ReportKind) -> None:
    con = warehouse()
    claim(con, "stable", "B", "B is stable (m).", direction="stable")
    made = [
        kind.draft(SETTINGS, con, subject, Period(start, "UTC", kind.rhythm), AS_OF)
        for subject, start in kind.versions(con, None)
    ]
    said = [text(draft, edition) for draft in made if draft for edition in draft.editions]
    assert said
    for words in said:
        assert re.findall(r"^ *(?:-|\d+\.) *$", words, re.MULTILINE) == []


def test_updates_are_for_clients_not_for_all() -> None:
    assert {subject for subject, _ in client_update.versions(warehouse(), None)} == {
        *("acme", "birch")
    }


def test_a_running_pilot_is_told_of_the_last_whole_month() -> None:
    found = pilot.versions(warehouse(), None)
    # Acme's window ends with March; Birch's on 3 April began on 20 March.
    assert set(found) == {("acme", MONTH.start), ("birch", MONTH.start)}


def test_a_pilot_that_is_over_is_told_of_its_last_month() -> None:
    con = warehouse()
    con.execute("update marts.clients set pilot_end_date = '2026-04-03'")
    con.execute("update marts.pilot_criteria set window_end = '2026-04-03'")
    con.execute("delete from marts.pilot_requirements")
    starts = {start for subject, start in pilot.versions(con, "acme")}
    assert starts == {MONTH.start, MONTH.next_start}


def test_a_pilot_that_began_after_the_month_is_not_told_of() -> None:
    con = warehouse()
    con.execute(
        "update marts.pilot_criteria set window_start = '2026-04-01' where client_id = 'birch'"
    )
    assert pilot.versions(con, "birch") == {}


def test_each_criterion_has_its_verdict_and_evidence() -> None:
    said = text(pilot.draft(SETTINGS, warehouse(), "acme", MONTH, AS_OF))
    for part in ("1 of 2", "1 of 1", "met", "not met", "1140 %, needed more than 300 %"):
        assert part in said
    assert "10 January 2026 to 31 March 2026" in said
    assert "64.2, needed at least 70" in said


def test_what_cannot_be_judged_is_neither_met_nor_missed() -> None:
    draft = pilot.draft(SETTINGS, warehouse(), "birch", MONTH, AS_OF)
    said = text(draft)
    assert "not enough data" in said
    assert "1 cannot be judged yet" in said
    assert draft.reasons == ("1 of 1 verdicts lack data",)


def test_a_pilot_is_told_anew_only_when_a_verdict_changes() -> None:
    con = warehouse()
    first = pilot.draft(SETTINGS, con, "acme", MONTH, AS_OF)
    con.execute("update marts.pilot_criteria set value = value + 1, n = n + 1")
    assert pilot.draft(SETTINGS, con, "acme", MONTH, AS_OF).said == first.said
    con.execute("update marts.pilot_criteria set status = 'met'")
    assert pilot.draft(SETTINGS, con, "acme", MONTH, AS_OF).said != first.said


def test_a_case_study_needs_a_standing_proof_point() -> None:
    con = warehouse()
    assert set(case_study.versions(con, None)) == {("acme", MONTH.start)}
    assert case_study.draft(SETTINGS, con, "birch", MONTH, AS_OF) is None
    assert case_study.CASE.is_conditional


def test_a_month_before_the_proof_is_no_case() -> None:
    assert case_study.draft(SETTINGS, warehouse(), "acme", MONTH.previous, AS_OF) is None


def test_a_case_study_tells_evidence_quote_and_limits() -> None:
    said = text(case_study.draft(SETTINGS, warehouse(), "acme", MONTH, AS_OF))
    carried = said[said.index("What the evidence carries") : said.index("In the client's words")]
    assert "Score of the month (N) exceeds the line of the proof point: 131.7" in carried
    assert "1140" not in carried
    assert "“It changed how we sell.”" in said
    limits = said[said.index("## Limits") :]
    assert "No group worked without the engines" in limits
    assert "No evidence on ROI" in limits


def test_a_statement_without_significance_is_not_quoted() -> None:
    con = warehouse()
    con.execute("update marts.client_statements set is_significant_impact = false")
    said = text(case_study.draft(SETTINGS, con, "acme", MONTH, AS_OF))
    assert "In the client's words" not in said


@pytest.mark.parametrize("kind", [client_update, pilot, case_study])
def test_hostile_names_are_text_and_bytes_are_the_same(kind: object) -> None:
    period = WEEK if kind is client_update else MONTH
    draft = kind.draft  # type: ignore[attr-defined]
    first, second = (
        rendered(draft(SETTINGS, warehouse(HOSTILE), "acme", period, AS_OF)) for _ in range(2)
    )
    assert first == second
    assert b"<script" not in first["client.html"]
    assert b"{{7*7}}" in first["client.html"]


@pytest.mark.parametrize("kind", [client_update, pilot, case_study, roi_monthly])
def test_a_client_that_does_not_exist_has_no_document(kind: object) -> None:
    draft = kind.draft  # type: ignore[attr-defined]
    with pytest.raises(ReportError, match="The clients are: acme, birch"):
        draft(SETTINGS, warehouse(), "nobody", MONTH, AS_OF)
