"""The value of a window, read from the marts or from computed frames."""

from datetime import date

import pytest

from tracking_pipeline.reports.telemetry.value import ErrorCount, window, window_of
from tracking_pipeline_tests.reports.telemetry.own_scenario import (
    EMILY,
    HOSTILE,
    JOHN,
    OCTOBER,
    TEAM,
    warehouse,
)

MARTS = (
    *("engineer_value", "engineer_capability_value", "team_value"),
    *("platform_value", "capability_value"),
)


def test_a_window_holds_its_own_kind_start_and_team() -> None:
    found = window(warehouse(), "month", OCTOBER.start, TEAM)
    assert [each.engineer_hash for each in found.engineers] == [JOHN, EMILY]
    assert {each.start_date for each in found.engineers} == {OCTOBER.start}
    own = found.engineer(JOHN)
    assert own is not None
    assert (own.commits, own.n_days) == (147, 31)


@pytest.mark.parametrize(("start", "team"), [(date(2025, 8, 1), TEAM), (OCTOBER.start, "other")])
def test_a_window_without_data_is_empty(start: date, team: str) -> None:
    found = window(warehouse(), "month", start, team)
    assert (found.team, found.engineers, found.uses) == (None, (), ())
    assert found.engineer(JOHN) is None


def test_frames_of_several_teams_are_parted() -> None:
    con = warehouse()
    con.execute("update marts.engineer_value set client_id = 'other' where platform = 'Darwin'")
    frames = {mart: con.table(f"marts.{mart}").pl() for mart in MARTS}
    of_months = {name: frame.filter(window_kind="month") for name, frame in frames.items()}
    assert {each.engineer_hash for each in window_of(of_months, TEAM).engineers} == {JOHN}
    assert {each.engineer_hash for each in window_of(of_months, "other").engineers} == {EMILY}


def test_errors_are_counted_by_type_and_texts_read_only() -> None:
    uses = window(warehouse(HOSTILE), "month", OCTOBER.start, TEAM).uses_of(JOHN)
    by_name = {use.capability: use.errors for use in uses}
    assert by_name["code_review"] == (ErrorCount("context_overflow", 1), ErrorCount("timeout", 1))
    assert by_name["two lines"] == (ErrorCount("two lines", 1),)
    assert max(map(len, by_name)) == 600
