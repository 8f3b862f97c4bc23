from pathlib import Path

import pytest

from tracking_pipeline.transform.lineage import column_lineage
from tracking_pipeline.transform.project import load_project
from tracking_pipeline_tests.transform import scenario

SCHEMAS = {
    "raw.orders": {
        "id": "BIGINT",
        "customer_id": "BIGINT",
        "amount": "DOUBLE",
        "tags": "VARCHAR[]",
    },
    "raw.customers": {"id": "BIGINT", "name": "VARCHAR"},
}
SOURCES = "sources: [{name: raw, tables: [{name: orders}, {name: customers}]}]"
ORDERS, CUSTOMERS = "{{ source('raw', 'orders') }}", "{{ source('raw', 'customers') }}"


@pytest.mark.parametrize(
    ("sql", "column", "parents"),
    [
        (
            f"select c.name as who from {ORDERS} o join {CUSTOMERS} c on o.customer_id = c.id",
            "who",
            [("raw.customers", "name")],
        ),
        (
            f"with a as (from {ORDERS}), b as (select amount * id as x from a) select x from b",
            "x",
            [("raw.orders", "amount"), ("raw.orders", "id")],
        ),
        (
            f"select id, 'o' as kind from {ORDERS} union all select id, name from {CUSTOMERS}",
            "kind",
            [("raw.customers", "name")],
        ),
        (
            f"select id, 'o' as a from {ORDERS} union by name select name as a from {CUSTOMERS}",
            "a",
            [("raw.customers", "name")],
        ),
        (f"select id, unnest(tags) as tag from {ORDERS}", "tag", [("raw.orders", "tags")]),
        (
            f"select {{{{ share('amount', 'id') }}}} as share from {ORDERS}",
            "share",
            [("raw.orders", "amount"), ("raw.orders", "id")],
        ),
        (f"select * from {CUSTOMERS}", "name", [("raw.customers", "name")]),
        (f"select count(*) as n from {ORDERS}", "n", []),
    ],
)
def test_each_column_knows_its_parents(
    tmp_path: Path, sql: str, column: str, parents: list[tuple[str, str]]
) -> None:
    files = {
        "models/a.sql": sql,
        "models/m.yml": SOURCES,
        "macros/m.sql": "{% macro share(part, whole) %}{{ part }} / {{ whole }}{% endmacro %}",
    }
    project = load_project(scenario.write_project(tmp_path, files))
    assert column_lineage(project, SCHEMAS)["a"][column] == parents


def test_a_model_that_cannot_be_resolved_has_no_lineage_and_spoils_no_other(tmp_path: Path) -> None:
    files = {
        "models/broken.sql": "select from where (",
        "models/good.sql": f"select name from {CUSTOMERS}",
        "models/m.yml": SOURCES,
    }
    found = column_lineage(load_project(scenario.write_project(tmp_path, files)), SCHEMAS)
    assert found == {"broken": {}, "good": {"name": [("raw.customers", "name")]}}


def test_lineage_needs_no_warehouse() -> None:
    found = column_lineage(load_project(scenario.SAMPLE), {})
    assert found["region_summary"]["region"] == [("seeds.regions", "region")]
    assert found["region_summary"]["doubled_total"] == [
        ("staging.stg_events", "amount"),
        ("staging.stg_events", "tax"),
    ]
    assert found["stg_events"]["event_date"] == [("landing.events", "observed_at")]
