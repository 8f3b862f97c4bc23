import duckdb

from tracking_pipeline.transform.project import Project
from tracking_pipeline.warehouse.digest import digest
from tracking_pipeline_tests.empty_warehouse import build


def contents(con: duckdb.DuckDBPyConnection, project: Project) -> dict[str, str]:
    """Return the content of what is published: sums below it may differ in their last bits."""
    nodes = [node for node in project.nodes.values() if node.schema in {"marts", "seeds"}]
    return {node.name: str(digest(con, str(node.relation))) for node in nodes}


def test_tables_of_two_deliveries_built_as_they_came_are_those_of_a_full_build(
    built: duckdb.DuckDBPyConnection, sql_project: Project
) -> None:
    before = contents(built, sql_project)
    assert [each.error for each in build(built, full_refresh=True) if each.error] == []
    assert contents(built, sql_project) == before


def test_content_kept_up_to_date_by_what_changed_is_that_of_the_whole_table(
    built: duckdb.DuckDBPyConnection, sql_project: Project
) -> None:
    kept = built.execute("select name, columns, n_rows, hashes from meta.nodes").fetchall()
    tables = {
        node.name: digest(built, str(node.relation))
        for node in sql_project.nodes.values()
        if node.materialized in {"table", "incremental", "seed"}
    }
    assert tables
    for name, *content in kept:
        if name in tables:
            found = tables[name]
            assert content == [found.columns, found.n_rows, found.hashes], name
