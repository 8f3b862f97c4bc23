from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from tracking_pipeline import pipeline
from tracking_pipeline.defs.metadata import OWNERS, WAREHOUSE_POOL, sample, severity
from tracking_pipeline.settings import Settings
from tracking_pipeline.transform.build import NodeResult
from tracking_pipeline.transform.checks import CheckResult
from tracking_pipeline.transform.nodes import DataTest, Node
from tracking_pipeline.transform.project import Project


@dg.definitions
def sql_models() -> dg.Definitions:
    """One asset a model or seed of the SQL project, one asset check a test."""
    project = pipeline.sql_project()
    return dg.Definitions(assets=[sql_asset(project, node) for node in project.nodes.values()])


def asset_key(node: Node) -> dg.AssetKey:
    """Return ``schema/name``."""
    return dg.AssetKey([node.schema, node.name])


def sql_asset(project: Project, node: Node) -> dg.AssetsDefinition:
    """Return the asset that builds ``node``, tests it beside the old rows and swaps it in."""

    @dg.asset(
        key=asset_key(node),
        deps=_parents(project, node),
        description=node.description or f"No description in {node.path.parent}.",
        group_name=_group(project, node),
        kinds={"duckdb", "csv" if node.kind == "seed" else "sql"},
        owners=OWNERS,
        tags={"materialized": node.materialized},
        metadata={"dagster/column_schema": _schema(node), "dagster/table_name": _table(node)},
        check_specs=[_check_spec(node, test) for test in project.tests_of[node.name]],
        pool=WAREHOUSE_POOL,
    )
    def build(
        settings: dg.ResourceParam[Settings],
    ) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult]:
        result = pipeline.build_node(settings, node.name)
        for check in result.checks:
            yield _check_result(check)
        if result.status != "built":
            raise dg.Failure(f"{node.name} keeps its last good rows: {result.error}")
        yield dg.MaterializeResult(metadata=_metadata(result))

    return build


def _parents(project: Project, node: Node) -> list[dg.AssetKey]:
    names = dict.fromkeys((*node.depends_on, *node.tested_with))
    landed = [project.sources[key].relation for key in node.sources]
    return [
        *(asset_key(project.nodes[name]) for name in names),
        *(dg.AssetKey([relation.schema, relation.identifier]) for relation in landed),
    ]


def _group(project: Project, node: Node) -> str:
    """Return the folder of the file below `models/` or `seeds/`, or that folder itself."""
    folders = node.path.relative_to(project.folder).parent.parts
    return "_".join(folders[1:] or folders)


def _schema(node: Node) -> dg.TableSchema:
    columns = node.columns.values()
    return dg.TableSchema(
        [dg.TableColumn(c.name, c.data_type or "", c.description) for c in columns]
    )


def _table(node: Node) -> str:
    return f"{node.schema}.{node.name}"


def _check_spec(node: Node, test: DataTest) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        name=test.name,
        asset=asset_key(node),
        description=test.description or _claim(test),
        blocking=test.severity == "error",
        metadata={"file": str(Path(*test.path.parts[-3:]))},
    )


def _claim(test: DataTest) -> str:
    """Say what a generic test without a description of its own asserts."""
    if test.macro is None:
        return f"The query in {test.path.name} finds nothing."
    words = test.macro.removeprefix("test_").replace("_", " ")
    return f"{test.column or test.tested}: {words}."


def _check_result(check: CheckResult) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name=check.name,
        passed=check.passed,
        severity=severity(check.severity),
        metadata={
            "failing rows": check.n_failures,
            "query": dg.MetadataValue.md(f"```sql\n{check.sql}\n```"),
            **sample(check.sample),
        },
    )


def _metadata(result: NodeResult) -> dict[str, dg.MetadataValue]:
    metadata = {"seconds": dg.MetadataValue.float(round(result.elapsed_s, 3))}
    if result.n_rows is not None:
        metadata["dagster/row_count"] = dg.MetadataValue.int(result.n_rows)
    return metadata
