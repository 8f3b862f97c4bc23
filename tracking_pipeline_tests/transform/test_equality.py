"""Whatever is edited, delivered, removed or interrupted: tables are those of a full build."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracking_pipeline.transform import materialize
from tracking_pipeline.transform.build import build
from tracking_pipeline.transform.project import load_project
from tracking_pipeline_tests.transform import scenario

SOURCES = (
    "sources: [{name: raw, tables: [{name: orders, meta: {appended_by: batch}}, {name: people}]}]"
)
DELTA = (
    "where day in (select day from {{ ref('clean') }} "
    "where batch > (select coalesce(max(batch), -1) from {{ this }}))"
)
DAYS = (
    "{{ config(materialized='incremental', unique_key='day') }}"
    "select day, WHAT as amount, max(batch) as batch from {{ ref('clean') }} JOIN "
    "{% if is_incremental() %}" + DELTA + "{% endif %} group by day"
)
COUNTED = DAYS.replace("WHAT", "count(*)").replace("JOIN", "")
PROPERTIES = (
    "models: [{name: days, columns: [{name: day, data_tests: [not_null]}]},"
    "{name: last, columns: [{name: n, data_tests: [TESTS]}]}]"
)
# Per model its texts: an edit takes another one of them. Rates may lose a row that others name.
TEXTS = {
    "seeds/rates.csv": ("id,rate\n1,2\n2,3\n", "id,rate\n1,2\n2,3\n3,5\n", "id,rate\n1,4\n2,3\n"),
    "macros/sized.sql": (
        "{% macro sized(amount) %}{{ amount }} // 10{% endmacro %}",
        "{% macro sized(amount) %}{{ amount }} // {{ var('as_of') }}{% endmacro %}",
        "{% macro sized(amount) %}least({{ amount }}, 20) // 10{% endmacro %}",
    ),
    "models/tests.yml": (
        PROPERTIES.replace("TESTS", "not_null"),
        PROPERTIES.replace("TESTS", "not_null, unique"),
        PROPERTIES.replace("TESTS", ""),
    ),
    "models/clean.sql": (
        "select *, {{ sized('amount') }} as size from {{ source('raw', 'orders') }}",
        "select *, amount // 5 as size from {{ source('raw', 'orders') }}",
        "select amount // 5 as size, * from {{ source('raw', 'orders') }}",
    ),
    "models/sizes.sql": (
        "{{ config(materialized='ephemeral') }}select distinct size from {{ ref('clean') }}",
        (
            "{{ config(materialized='ephemeral') }}"
            "select distinct size from {{ ref('clean') }} where size > 0"
        ),
    ),
    "models/days.sql": (
        DAYS.replace("WHAT", "sum(amount * rate)").replace(
            "JOIN", "left join {{ ref('rates') }} using (id)"
        ),
        COUNTED,
        # The same rows: first of what the deltas take, then of the columns' order and name.
        COUNTED.replace(DELTA, ""),
        COUNTED.replace("select day, count(*) as amount,", "select count(*) as orders, day,"),
    ),
    "models/totals.sql": (
        (
            "{{ config(materialized='table') }}select count(*) as n, sum(size) as size "
            "from {{ ref('clean') }} where size in (from {{ ref('sizes') }})"
        ),
        "{{ config(materialized='view') }}select count(*) as n, 0 as size from {{ ref('clean') }}",
    ),
    "models/told.sql": (
        (
            "{{ config(materialized='table') }}select name, day, '{{ var('as_of') }}' as as_of "
            "from {{ source('raw', 'people') }} left join {{ ref('days') }} on id = day"
        ),
        (
            "{{ config(materialized='table') }}select name, day, '' as as_of "
            "from {{ source('raw', 'people') }} left join {{ ref('days') }} on id = day"
        ),
    ),
    "models/last.sql": (
        (
            "{{ config(materialized='table') }}"
            "select n, size, (select count(*) from {{ ref('told') }}) as told "
            "from {{ ref('totals') }}"
        ),
    ),
}

edit = st.tuples(st.just("edit"), st.sampled_from(sorted(TEXTS)), st.integers(0, 3))
order = st.tuples(st.just("order"), st.integers(1, 3), st.integers(1, 4), st.integers(0, 30))
person = st.tuples(st.just("person"), st.integers(1, 4))
forgotten = st.tuples(st.just("forget"), st.integers(1, 4))
renamed = st.tuples(st.just("rename"), st.integers(1, 4))
day = st.tuples(st.just("as_of"), st.integers(1, 3))
dropped = st.tuples(st.just("drop"), st.sampled_from(["days", "told", "rates"]))
selected = st.tuples(st.just("select"), st.sampled_from(["clean", "days", "told", "last"]))
killed = st.tuples(st.just("kill"), st.integers(1, 40))
built = st.just(("build",))
ACTIONS = st.lists(
    st.one_of(
        edit, order, order, person, forgotten, renamed, day, dropped, selected, killed, built
    ),
    max_size=12,
)


class Interrupted(BaseException):
    """What a kill looks like from within."""


class Warehouse:
    """A project and its warehouse, as people and machines treat them."""

    def __init__(self, folder: Path, con: duckdb.DuckDBPyConnection) -> None:
        self.folder, self.con = folder, con
        self.files = {"models/s.yml": SOURCES, **{name: t[0] for name, t in TEXTS.items()}}
        self.as_of, self.batch = 1, 0
        con.execute("create schema raw")
        con.execute("create table raw.orders (id int, day int, amount int, batch int)")
        con.execute("create table raw.people (id int, name varchar)")

    def do(self, action: str, *how: int | str) -> None:
        match action, *how:
            case "edit", str(file), int(number):
                self.files[file] = TEXTS[file][number % len(TEXTS[file])]
            case "order", id_, of_day, amount:
                self.batch += 1
                row = [id_, of_day, amount, self.batch]
                self.con.execute("insert into raw.orders values (?, ?, ?, ?)", row)
            case "person", id_:
                self.con.execute("insert into raw.people values (?, 'Ann')", [id_])
            case "forget", id_:
                self.con.execute("delete from raw.people where id = ?", [id_])
            case "rename", id_:
                self.con.execute("update raw.people set name = 'Bob' where id = ?", [id_])
            case "as_of", int(number):
                self.as_of = number
            case "drop", name:
                self.con.execute(f"drop table if exists main.{name}")
            case "select", str(name):
                self.build(self.con, select=[name])
            case "kill", int(number):
                with killed_at(number):
                    self.build(self.con)
            case _:
                self.build(self.con)

    def build(self, con: duckdb.DuckDBPyConnection, **how: object) -> None:
        project = load_project(scenario.write_project(self.folder, self.files))
        values = {"as_of": self.as_of}
        list(build(con, project, variables=values, **how))  # type: ignore[arg-type]

    def tables(self, con: duckdb.DuckDBPyConnection) -> dict[str, list[object]]:
        found = con.execute(
            "select table_name from information_schema.tables where table_schema = 'main'"
        ).fetchall()
        return {
            name: sorted(con.execute(f"from main.{name}").fetchall(), key=repr) for (name,) in found
        }


@contextmanager
def killed_at(number: int) -> Iterator[None]:
    """Interrupt at the passage of this number through any failpoint of a build."""
    passages = iter(range(1, 10**6))

    def pass_by(_: str) -> None:
        if next(passages) == number:
            raise Interrupted

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(materialize, "failpoint", pass_by)
        with suppress(Interrupted):
            yield


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(actions=ACTIONS)
def test_tables_are_those_of_a_full_build(actions: list[tuple[str, int]]) -> None:
    with TemporaryDirectory() as folder, duckdb.connect() as con, duckdb.connect() as fresh:
        warehouse = Warehouse(Path(folder), con)
        for action in [*actions, ("build",)]:
            warehouse.do(*action)
        fresh.execute("create schema raw")
        for table in ("orders", "people"):
            fresh.register("rows", con.execute(f"from raw.{table}").pl())
            fresh.execute(f"create table raw.{table} as from rows")
            fresh.unregister("rows")
        warehouse.build(fresh)
        assert warehouse.tables(con) == warehouse.tables(fresh)
        told = list(build(con, load_project(Path(folder)), variables={"as_of": warehouse.as_of}))
        assert {result.status for result in told} == {"unchanged"}
