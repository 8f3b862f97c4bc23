from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from tracking_pipeline.errors import ReportError
from tracking_pipeline.reports.kinds import Owed, write_report
from tracking_pipeline.reports.model import Figure, ReportModel
from tracking_pipeline.reports.weekly import drafted
from tracking_pipeline.settings import Settings
from tracking_pipeline_tests.reports.scenario import AS_OF, SYSTEM, WEEK, warehouse
from tracking_pipeline_tests.reports.scenario import model as scenario_model

LATER = AS_OF + timedelta(days=7)


def figure(model: ReportModel, entity_id: str, metric: str) -> Figure:
    return next(
        f for f in model.figures if (f.entity_id, f.definition.metric) == (entity_id, metric)
    )


def test_the_headline_states_value_week_before_n_and_coverage(model: ReportModel) -> None:
    approval = model.headline[0]
    assert approval.value == 143 / 220
    assert approval.previous_value == 102 / 200
    assert (approval.n, approval.previous_n, approval.coverage) == (220, 200, 1.0)


def test_every_figure_can_be_traced_to_one_row(model: ReportModel) -> None:
    con = warehouse()
    for found in model.figures:
        at = found.trace
        rows = con.execute(
            f"select value from {at.relation} where (system, client_id, entity_type, entity_id, "
            "metric, week_start) = (?, ?, ?, ?, ?, ?)",
            [at.system, at.client_id, at.entity_type, at.entity_id, at.metric, at.window_start],
        ).fetchall()
        assert rows == ([] if found.status == "no_data" else [(found.value,)])
        assert at.window_end - at.window_start == timedelta(days=7)


def test_a_figure_that_fell_silent_is_no_data_and_never_zero(model: ReportModel) -> None:
    silent = figure(model, "website_analysis", "success_rate")
    assert (silent.value, silent.status, silent.reason) == (None, "no_data", "no record this week")
    assert silent.previous_value == 0.8


def test_a_figure_below_its_minimum_sample_says_so(model: ReportModel) -> None:
    small = figure(model, "fallback", "approval_rate")
    assert (small.n, small.status) == (12, "small_sample")
    assert small.reason == "fewer than 20 observations"


def test_four_figures_lead_and_one_never_seen_makes_room_for_the_next() -> None:
    con = warehouse()
    con.execute("delete from marts.metric_weekly where metric = 'average_quality_score'")
    model = scenario_model(con)
    assert [(f.entity_id, f.definition.metric, f.status) for f in model.headline] == [
        ("campaign_generation", "approval_rate", "ok"),
        ("enrichment_decision", "success_rate", "ok"),
        ("enrichment_decision", "average_processing_time", "ok"),
        ("website_analysis", "success_rate", "no_data"),
    ]


def test_a_week_without_data_in_the_history_is_a_gap(model: ReportModel) -> None:
    values = [point.value for point in model.headline_charts[0].points]
    assert len(values) == 8
    assert values[4] is None
    assert values[7] == 143 / 220


def test_the_quality_mark_names_what_to_mind(model: ReportModel) -> None:
    assert drafted(model).mark == "warning"
    assert model.quality.reasons == (
        "engine_logs: records quarantined: 4",
        "engine_logs: data-quality findings: 1",
    )


def test_a_clean_week_carries_no_mark() -> None:
    con = warehouse()
    con.execute(
        "update marts.data_quality_weekly set n_quarantined = 0, n_findings = 0, n_records = 636"
    )
    model = scenario_model(con)
    assert (drafted(model).mark, model.quality.reasons) == ("ok", ())


@pytest.mark.parametrize("week", [WEEK, WEEK - timedelta(days=7)])
def test_a_report_that_knows_more_than_its_as_of_time_says_so(week: date) -> None:
    con = warehouse()
    con.execute(
        "insert into marts.data_quality_weekly (system, week_start, client_id, source, n_files, "
        "n_records, n_accepted, n_duplicate, n_quarantined, n_blank, n_pending, n_late, coverage, "
        "n_findings, last_received_at) "
        "values (?, ?, 'default', 'late', 1, 1, 1, 0, 0, 0, 0, 0, 1, 0, '2025-08-05 10:30')",
        [SYSTEM, week],
    )
    model = scenario_model(con)
    assert model.quality.reasons[-1] == (
        "holds records received after its as-of time: as of 2025-08-03 09:00 UTC, "
        "newest record received 2025-08-05 10:30 UTC"
    )


def test_what_came_in_the_second_of_the_as_of_time_was_known() -> None:
    con = warehouse()
    con.execute("update marts.data_quality_weekly set last_received_at = '2025-08-03 09:00:00.9'")
    model = scenario_model(con)
    assert not [reason for reason in model.quality.reasons if "as-of" in reason]


@pytest.mark.parametrize("kind", ["simulated", "placeholder"])
def test_figures_that_were_not_measured_are_marked(kind: str) -> None:
    con = warehouse()
    con.execute(
        "update marts.metric_weekly set provenance = ? where week_start = ? "
        "and metric = 'total_messages'",
        [kind, WEEK],
    )
    model = scenario_model(con)
    assert model.is_demo == (kind == "simulated")
    assert f"1 of 15 figures are {kind}, not measured" in model.quality.reasons


@pytest.mark.parametrize(
    ("system", "day", "reason"),
    [
        (SYSTEM, WEEK + timedelta(days=1), "is not the Sunday of a week"),
        ("unheard_of", WEEK, "is not a system in the catalogue"),
    ],
)
def test_what_cannot_be_reported_is_refused(
    tmp_path: Path, system: str, day: date, reason: str
) -> None:
    with pytest.raises(ReportError, match=reason):
        write_report(Settings(home=tmp_path), warehouse(), Owed("weekly", system, day), LATER)


def test_the_model_is_equal_when_assembled_twice(model: ReportModel) -> None:
    again = scenario_model(warehouse())
    assert again == replace(model)


def test_no_person_stands_in_a_report(model: ReportModel) -> None:
    con = warehouse()
    con.execute(
        "insert into seeds.metrics select * replace ('person' as entity_type) from seeds.metrics"
    )
    con.execute(
        "insert into marts.metric_weekly "
        "select * replace ('person' as entity_type, 'ann' as entity_id) from marts.metric_weekly"
    )
    assert scenario_model(con).figures == model.figures
