from collections.abc import Iterator

import dagster as dg
from dagster._core.definitions.metadata import RawMetadataValue

from tracking_pipeline.defs.metadata import OWNERS, WAREHOUSE_POOL, sample, severity, shown_by
from tracking_pipeline.defs.row_counts import row_counts
from tracking_pipeline.defs.shapes import shapes
from tracking_pipeline.pipeline import building
from tracking_pipeline.settings import Settings
from tracking_pipeline.transform.build import NodeResult
from tracking_pipeline.transform.checks import CheckResult
from tracking_pipeline.transform.nodes import DataTest, Node
from tracking_pipeline.transform.project import Project


@dg.definitions
def sql_models() -> dg.Definitions:
    """Define one asset a model or seed of the SQL project, one asset check a test."""
    project = building.sql_project()
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
        metadata={"dagster/table_name": _table(node), "file": _file(project, node)},
        check_specs=[_check_spec(node, test) for test in project.tests_of[node.name]],
        pool=WAREHOUSE_POOL,
    )
    def build(
        settings: dg.ResourceParam[Settings],
    ) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
        result = building.build_node(settings, node.name)
        for check in result.checks:
            yield _check_result(node, check)
        if result.status != "built":
            raise dg.Failure(failure_text(result), allow_retries=False)
        yield dg.MaterializeResult(metadata=_metadata(settings, node, result))

    return build


def failure_text(result: NodeResult) -> str:
    """Return why the node was not built."""
    return f"{result.name} keeps its last good rows: {result.error}"


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


def _table(node: Node) -> str:
    return f"{node.schema}.{node.name}"


def _file(project: Project, node: Node) -> str:
    return str(node.path.relative_to(project.folder.parent))


def _check_spec(node: Node, test: DataTest) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        name=test.name,
        asset=asset_key(node),
        description=test.description or _claim(test),
        blocking=test.severity == "error",
    )


def _claim(test: DataTest) -> str:
    """Say what a generic test without a description of its own asserts."""
    if test.macro is None:
        return f"The query in {test.path.name} finds nothing."
    words = test.macro.removeprefix("test_").replace("_", " ")
    return f"{test.column or test.tested}: {words}."


def _check_result(node: Node, check: CheckResult) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name=check.name,
        passed=check.passed,
        severity=severity(is_blocking=check.severity == "error"),
        metadata={**check_metadata(check), **shown_by(node.name, passed=check.passed)},
    )


def check_metadata(check: CheckResult) -> dict[str, RawMetadataValue]:
    """Return how many rows failed, at most five of them, and the query that found them."""
    return {
        "failing rows": check.n_failures,
        "query": dg.MetadataValue.md(f"```sql\n{check.sql}\n```"),
        **sample(check.sample),
    }


def _metadata(settings: Settings, node: Node, result: NodeResult) -> dict[str, RawMetadataValue]:
    metadata: dict[str, RawMetadataValue] = {"seconds": round(result.elapsed_s, 3)}
    if node.materialized != "ephemeral":
        shape, key = shapes()[_table(node)], asset_key(node)
        n_rows = row_counts(settings, [key])[key] if result.n_rows is None else result.n_rows
        metadata["dagster/row_count"] = n_rows
        metadata["dagster/column_schema"] = shape.schema(node.columns)
        metadata["dagster/column_lineage"] = shape.lineage()
    return metadata
