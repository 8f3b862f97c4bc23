from collections.abc import Collection, Iterable, Iterator
from typing import Any

import dagster as dg
from dagster._core.definitions.metadata import RawMetadataValue

from tracking_pipeline.defs.ingestion import MANIFEST, landed_key
from tracking_pipeline.defs.metadata import (
    OWNERS,
    WAREHOUSE_POOL,
    evaluation,
    result_of,
    sample,
    shown_by,
)
from tracking_pipeline.defs.shapes import shapes
from tracking_pipeline.defs.validation import expectation
from tracking_pipeline.pipeline import building
from tracking_pipeline.pipeline.building import LANDING
from tracking_pipeline.quality.suites import SUITES
from tracking_pipeline.settings import Settings
from tracking_pipeline.transform.build import NodeResult
from tracking_pipeline.transform.checks import CheckResult
from tracking_pipeline.transform.nodes import DataTest, Node
from tracking_pipeline.transform.project import Project

Event = dg.AssetMaterialization | dg.AssetCheckEvaluation


@dg.definitions
def sql_models() -> dg.Definitions:
    """Define one asset a model or seed of the SQL project, one asset check a test."""
    return dg.Definitions(assets=[sql_project_assets()])


def asset_key(node: Node) -> dg.AssetKey:
    """Return ``schema/name``."""
    return dg.AssetKey([node.schema, node.name])


def sql_project_assets() -> dg.AssetsDefinition:
    """Return the assets of all models and seeds: one step, for any choice of them.

    A person who asks for some gets them built and tested, whatever they rest on, and of checks
    alone the tests of what would be built.
    """
    project = building.sql_project()
    nodes = {asset_key(node): node for node in project.nodes.values()}
    specs = [_spec(project, node) for node in nodes.values()]
    checks = [
        _check_spec(node, test) for node in nodes.values() for test in project.tests_of[node.name]
    ]

    @dg.multi_asset(
        name="sql_project",
        specs=specs,
        check_specs=checks,
        can_subset=True,
        pool=WAREHOUSE_POOL,
    )
    def build(
        context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]
    ) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
        wanted = {nodes[key].name for key in context.selected_asset_keys}
        checked = context.selected_asset_check_keys
        for event in built(_chosen(settings, wanted, checked)):
            if isinstance(event, dg.AssetMaterialization) and event.asset_key.path[0] != LANDING:
                yield dg.MaterializeResult(asset_key=event.asset_key, metadata=event.metadata)
            elif isinstance(event, dg.AssetCheckEvaluation) and event.asset_check_key in checked:
                yield result_of(event)
            else:
                context.log_event(event)

    return build


def _chosen(
    settings: Settings, wanted: Collection[str], checked: Iterable[dg.AssetCheckKey]
) -> Iterator[building.Validated | NodeResult]:
    """Yield what becomes of the nodes that are wanted, and how others that are checked fare."""
    if wanted:
        yield from building.built(settings, wanted, is_forced=True)
    for name in sorted({key.asset_key.path[-1] for key in checked} - set(wanted)):
        yield building.tried(settings, name)


def built(building_: Iterable[building.Validated | NodeResult]) -> Iterator[Event]:
    """Yield what became of landed tables and nodes, and at the end fail for those that did."""
    project, failed = building.sql_project(), list[str]()
    for each in building_:
        if isinstance(each, building.Validated):
            yield from _of_landed(each)
            failed += [f"landing.{each.table}: {each.error}"] if each.is_blocked else []
            continue
        node = project.nodes[each.name]
        for check in each.checks:
            yield _evaluation(node, check)
        if each.status == "built":
            yield dg.AssetMaterialization(asset_key(node), metadata=_made(each))
        failed += [failure_text(each)] if each.status == "failed" else []
    if failed:
        raise dg.Failure("\n".join(failed), allow_retries=False)


def _of_landed(validated: building.Validated) -> Iterator[Event]:
    """Yield the new rows of a landed table, and how they fare."""
    key = landed_key(validated.table)
    if key != MANIFEST:  # of which the step before told
        n_rows = validated.results[0].n_checked
        yield dg.AssetMaterialization(key, metadata={"dagster/row_count": n_rows})
    for result in validated.results:
        yield expectation(validated.table, result)


def check_keys() -> list[dg.AssetCheckKey]:
    """Return the checks of all landed tables, models and seeds that a run makes."""
    nodes, tests = building.sql_project().nodes, building.sql_project().tests_of
    landed_ = [
        dg.AssetCheckKey(landed_key(table), each.name)
        for table, suite in SUITES.items()
        for each in suite.expectations
    ]
    made = [
        dg.AssetCheckKey(asset_key(nodes[name]), test.name)
        for name in nodes
        for test in tests[name]
    ]
    return landed_ + made


def failure_text(result: NodeResult) -> str:
    """Return why the node was not built."""
    return f"{result.name} keeps its last good rows: {result.error}"


def _spec(project: Project, node: Node) -> dg.AssetSpec:
    shape = shapes().get(_table(node))
    metadata: dict[str, Any] = {"dagster/table_name": _table(node), "file": _file(project, node)}
    if shape is not None:
        metadata["dagster/column_schema"] = shape.schema(node.columns)
        metadata["dagster/column_lineage"] = shape.lineage()
    return dg.AssetSpec(
        asset_key(node),
        deps=_parents(project, node),
        description=node.description or f"No description in {node.path.parent}.",
        group_name=_group(project, node),
        kinds={"duckdb", "csv" if node.kind == "seed" else "sql"},
        owners=OWNERS,
        tags={"materialized": node.materialized},
        metadata=metadata,
    )


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


def _evaluation(node: Node, check: CheckResult) -> dg.AssetCheckEvaluation:
    metadata = {**check_metadata(check), **shown_by(node.name, passed=check.passed)}
    is_blocking = check.severity == "error"
    return evaluation(
        asset_key(node), check.name, metadata, passed=check.passed, is_blocking=is_blocking
    )


def check_metadata(check: CheckResult) -> dict[str, RawMetadataValue]:
    """Return at most five of the failing rows first, how many there are, and their query."""
    if check.passed:
        return {}
    return {
        **sample(check.sample),
        "failing rows": check.n_failures,
        "query": dg.MetadataValue.md(f"```sql\n{check.sql}\n```"),
    }


def _made(result: NodeResult) -> dict[str, RawMetadataValue]:
    metadata: dict[str, RawMetadataValue] = {"seconds": round(result.elapsed_s, 3)}
    if result.n_rows is not None:
        metadata["dagster/row_count"] = result.n_rows
    return metadata
