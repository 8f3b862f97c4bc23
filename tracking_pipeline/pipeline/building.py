"""The SQL models, built and tested."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from tracking_pipeline.errors import BuildError
from tracking_pipeline.landing.tables import create_tables
from tracking_pipeline.pipeline.clock import now_utc
from tracking_pipeline.pipeline.progress import Progress, Step
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.registry import SOURCES
from tracking_pipeline.transform.build import NodeResult
from tracking_pipeline.transform.build import build as build_models
from tracking_pipeline.transform.build import build_node as build_model
from tracking_pipeline.transform.kept import checksum_of, kept, once
from tracking_pipeline.transform.project import Project, load_project
from tracking_pipeline.transform.selection import changed_by
from tracking_pipeline.transform.types import column_types
from tracking_pipeline.warehouse.connection import writer
from tracking_pipeline.zones import zone

SQL_PROJECT = Path(__file__).parents[2] / "dbt_like_sql"
# What every delivery of any source writes.
_BOOKS = {"manifest", "quarantine", "findings", "current_files"}


@dataclass(frozen=True)
class Columns:
    """The columns of all relations: ``types`` by ``schema.table``, and what each is made of.

    ``made_of`` holds for each model and column the (relation, column) pairs.
    """

    types: Mapping[str, Mapping[str, str]]
    made_of: Mapping[str, Mapping[str, list[tuple[str, str]]]]


@once
def sql_project() -> Project:
    """Return the SQL project beside the package."""
    return kept("sql_project", _checksum(), lambda: load_project(SQL_PROJECT))


@once
def columns() -> Columns:
    """Return the columns of the SQL project: they follow from it, before the first run, too."""
    return kept("columns", _checksum(), _columns)


@cache
def _checksum() -> str:
    return checksum_of(SQL_PROJECT)


def _columns() -> Columns:
    from tracking_pipeline.transform.lineage import column_lineage  # noqa: PLC0415 - kept, its parser is seldom asked

    project = sql_project()
    with duckdb.connect() as con:
        create_tables(con)
        types = column_types(con, project)
    return Columns(types, column_lineage(project, types))


def scored_provenances(settings: Settings) -> list[str]:
    """Return which provenances may be judged: in a demo those of simulated figures, too."""
    return ["measured", "simulated"] if settings.is_demo else ["measured"]


def variables(settings: Settings) -> dict[str, object]:
    """Return what the SQL project is told of the settings."""
    today = now_utc().astimezone(zone(settings.timezone)).date()
    return {
        "scored_provenances": scored_provenances(settings),
        "reporting_timezone": settings.timezone,
        "client_id": settings.client_id,
        "as_of": today.isoformat(),
    }


def build(
    settings: Settings,
    select: Collection[str] = (),
    *,
    full_refresh: bool = False,
    progress: Progress = print,
) -> tuple[NodeResult, ...]:
    """Build and test the SQL models in order; BuildError names what failed after all were tried."""
    with writer(settings) as con:
        create_tables(con)
        building = build_models(
            con,
            sql_project(),
            select=select,
            variables=variables(settings),
            full_refresh=full_refresh,
        )
        return expect_built(announced(building, len(select or sql_project().nodes), progress))


def announced(
    building: Iterable[NodeResult], total: int, progress: Progress
) -> Iterator[NodeResult]:
    """Tell of each result as it comes."""
    for number, result in enumerate(building, start=1):
        told = f"{result.schema}.{result.name}"
        if result.status != "built":
            told += f" ({result.status})"
        progress(Step("building and testing tables", told, number, total))
        yield result


def build_after(settings: Settings, source: str) -> Iterator[NodeResult]:
    """Build what deliveries of ``source`` change, and what is outdated; yield each node's result.

    What other sources alone decide is left as it is: their own deliveries bring it up to date.
    """
    project = sql_project()
    tables = {kind.table for kind in SOURCES[source].kinds} | _BOOKS
    with writer(settings) as con:
        create_tables(con)
        values = variables(settings)
        changed = changed_by(con, project, tables, values)
        yield from build_models(con, project, select=changed, variables=values)


def expect_built(building: Iterable[NodeResult]) -> tuple[NodeResult, ...]:
    """Return the results; BuildError names each node that failed, after all were tried."""
    results = tuple(building)
    failed = [result for result in results if result.status == "failed"]
    if failed:
        raise BuildError(
            ", ".join(f"{result.schema}.{result.name}" for result in failed),
            "; ".join(str(result.error) for result in failed),
            "The last good tables still stand; correct the model or its data and build again",
        )
    return results


def build_node(settings: Settings, name: str) -> NodeResult:
    """Build and test one SQL model or seed."""
    with writer(settings) as con:
        create_tables(con)
        return build_model(con, sql_project(), name, variables=variables(settings))


def row_counts(settings: Settings, schema: str) -> dict[str, int]:
    """Return the rows of each table of ``schema``."""
    with writer(settings) as con:
        create_tables(con)
        rows = con.execute(
            "select table_name from information_schema.tables "
            "where table_schema = ? and table_type = 'BASE TABLE' order by 1",
            [schema],
        ).fetchall()
        return {name: con.table(f"{schema}.{name}").shape[0] for (name,) in rows}
