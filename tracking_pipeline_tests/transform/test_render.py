from pathlib import Path

import duckdb
import pytest

from tracking_pipeline.errors import ProjectError
from tracking_pipeline.transform.project import load_project
from tracking_pipeline.transform.render import compile_analysis, render
from tracking_pipeline_tests.transform import scenario


def rendered(
    tmp_path: Path, sql: str, macros: str = "", *, incremental: bool = False, **variables: object
) -> str:
    files = {"models/a.sql": sql, "macros/m.sql": macros}
    project = load_project(scenario.write_project(tmp_path, files))
    text = render(project, project.models["a"], variables=variables, incremental=incremental)
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("{{ this }}", '"main"."a"'),
        ("{{ this.schema }} {{ this.identifier }} {{ this.database }}", "main a warehouse"),
        ("{{ target.type }} {{ target.schema }}", "duckdb main"),
        ("{% if execute %}1{% endif %}{{ log('x', info=true) }}", "1"),
        ("{{ config(grain='x') }}{{ config.get('grain') }}", "x"),
        ("{{ env_var('NOT_SET_ANYWHERE', 'd') }}", "d"),
        ("{{ var('n', 3) + 1 }}", "4"),
        ("{% set x %}b{% endset %}{% do [].append(1) %}{{ x }}", "b"),
    ],
)
def test_jinja_speaks_dbt(tmp_path: Path, sql: str, expected: str) -> None:
    assert rendered(tmp_path, sql) == expected


def test_macros_call_macros_and_return_values(tmp_path: Path) -> None:
    macros = """
        {% macro outer(n) %}{% for x in inner(n) %}{{ x }},{% endfor %}{% endmacro %}
        {% macro inner(n) %}{{ return(range(n) | list) }} never seen{% endmacro %}
        {% macro down(n) %}{{ n }}{% if n %}{{ down(n - 1) }}{% endif %}{% endmacro %}
        {% macro wrapped() %}<{{ caller() }}>{% endmacro %}
    """
    sql = "{{ outer(3) }} {{ down(2) }} {% call wrapped() %}{{ this.identifier }}{% endcall %}"
    assert rendered(tmp_path, sql, macros) == "0,1,2, 210 <a>"


def test_macros_see_the_model_that_calls_them(tmp_path: Path) -> None:
    macros = "{% macro since() %}{% if is_incremental() %}{{ this }}{% endif %}{% endmacro %}"
    assert rendered(tmp_path / "full", "{{ since() }}", macros) == ""
    assert rendered(tmp_path / "delta", "{{ since() }}", macros, incremental=True) == '"main"."a"'


def test_given_variables_go_over_the_project_and_an_unknown_one_is_refused(tmp_path: Path) -> None:
    assert rendered(tmp_path, "{{ var('n') }}", n=7) == "7"
    with pytest.raises(ProjectError, match="variable 'n' has no value") as caught:
        rendered(tmp_path, "{{ var('n') }}")
    assert caught.value.culprit.endswith("a.sql")


def test_a_name_that_nothing_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="'limitt' is undefined"):
        rendered(tmp_path, "select 1 where 1 < {{ limitt }}")


def test_an_analysis_is_compiled_with_its_variables() -> None:
    project = load_project(scenario.SAMPLE)
    sql = compile_analysis(
        project, "amount_between", {"start_date": "2026-01-01", "end_date": "2026-01-02"}
    )
    con = duckdb.connect()
    con.execute("create schema staging")
    con.execute(
        "create table staging.stg_events as select * from (values (date '2026-01-01', 1.0),"
        " (date '2026-01-02', 2.0), (date '2026-01-03', 4.0)) as t(event_date, amount)"
    )
    assert con.execute(sql).fetchall() == [(3.0,)]
    with pytest.raises(ProjectError, match="amount_between"):
        compile_analysis(project, "none", {})


def test_nested_ephemeral_models_become_ctes_once(tmp_path: Path) -> None:
    ephemeral = "{{ config(materialized='ephemeral') }}"
    files = {
        "models/one.sql": f"{ephemeral}with x as (select 1 as n) select * from x",
        "models/two.sql": f"{ephemeral}select n + 1 as n from {{{{ ref('one') }}}}",
        "models/all.sql": "with y as (from {{ ref('two') }} union all from {{ ref('one') }})\n"
        "select * from y order by n -- done",
    }
    project = load_project(scenario.write_project(tmp_path, files))
    sql = render(project, project.models["all"], variables={}, incremental=False)
    assert duckdb.sql(sql).fetchall() == [(1,), (2,)]
    assert sql.count("__dbt__cte__one as") == 1
