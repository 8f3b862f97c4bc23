"""Attainment by the formula of the glossary, worked out by hand for every sign and direction."""

import duckdb
import pytest

from tracking_pipeline.transform.project import Project


def attainment(project: Project, value: float, target: float, direction: str) -> float | None:
    names = {"value": "value", "target": "target", "direction": "direction"}
    formula = project.templates.call("attainment", {}, **names)
    with duckdb.connect() as con:
        given = "values (?::double, ?::double, ?)"
        query = f"select {formula} from ({given}) as given (value, target, direction)"
        found: float | None = con.execute(query, [value, target, direction]).fetchall()[0][0]
    return found


@pytest.mark.parametrize(
    ("value", "target", "higher", "lower"),
    [
        pytest.param(5, 10, 0.5, 1.5, id="below a target"),
        pytest.param(8, 10, 0.8, 1.25, id="a little below a target"),
        pytest.param(10, 10, 1, 1, id="at a target"),
        pytest.param(20, 10, 1.5, 0.5, id="beyond a target"),
        pytest.param(0, 10, 0, 1.5, id="zero"),
        pytest.param(-5, 10, 0, 0, id="a negative value is never less than nothing"),
        pytest.param(5, 0, None, 0, id="above a target of zero"),
        pytest.param(0, 0, None, 1, id="at a target of zero"),
        pytest.param(-5, 0, None, 0, id="below a target of zero"),
        pytest.param(5, -10, 0, 0, id="above a negative target"),
        pytest.param(0, -10, 0, 0, id="zero, with a negative target"),
        pytest.param(-10, -10, 1, 1, id="at a negative target"),
        pytest.param(-5, -10, 0.5, 1.5, id="between a negative target and zero"),
    ],
)
def test_attainment_is_clipped_for_every_sign_of_value_and_target(
    sql_project: Project, value: float, target: float, higher: float | None, lower: float
) -> None:
    assert attainment(sql_project, value, target, "higher") == higher
    assert attainment(sql_project, value, target, "lower") == lower
