"""The landed tables checked, the SQL models built and tested: as far as they changed."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import duckdb

from tracking_pipeline.errors import BuildError
from tracking_pipeline.landing.tables import create_tables
from tracking_pipeline.listing import counted
from tracking_pipeline.pipeline.clock import now_utc
from tracking_pipeline.pipeline.progress import Progress, Step
from tracking_pipeline.quality.held import fingerprint, forget_held
from tracking_pipeline.quality.suites import SUITES
from tracking_pipeline.quality.validate import ExpectationResult, check
from tracking_pipeline.settings import Settings
from tracking_pipeline.transform.build import NodeResult, try_node
from tracking_pipeline.transform.build import build as build_models
from tracking_pipeline.transform.checks import CheckResult
from tracking_pipeline.transform.kept import checksum_of, kept, once
from tracking_pipeline.transform.project import Project, load_project
from tracking_pipeline.transform.state import Definition, State, definitions
from tracking_pipeline.transform.types import column_types
from tracking_pipeline.warehouse.connection import writer
from tracking_pipeline.warehouse.done import is_done, note_done
from tracking_pipeline.zones import zone

LANDING = "landing"
SQL_PROJECT = Path(__file__).parents[2] / "dbt_like_sql"


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


@dataclass(frozen=True)
class Validated:
    """How a landed table that changed fares against what must hold on it."""

    table: str
    results: tuple[ExpectationResult, ...]

    @property
    def is_blocked(self) -> bool:
        """Return whether what reads the table keeps its last good rows."""
        return bool(self._broken)

    @property
    def error(self) -> str:
        """What blocks it, and the command that shows the rows."""
        told = (f"{each.rule}: {counted(each.n_unexpected, 'row')} not" for each in self._broken)
        return f"{'; '.join(told)} (`tracking validate landing.{self.table}` shows them)"

    @property
    def _broken(self) -> list[ExpectationResult]:
        return [each for each in self.results if not each.passed and each.severity == "blocking"]


@dataclass(frozen=True)
class Built:
    """What became of the landed tables that changed, and of every node."""

    validated: tuple[Validated, ...]
    nodes: tuple[NodeResult, ...]


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


def state_of(con: duckdb.DuckDBPyConnection, settings: Settings) -> State:
    """Return what the nodes of the warehouse were made of, and would be by these settings."""
    return State(con, sql_project(), _defined(json.dumps(variables(settings))))


@cache
def _defined(values: str) -> dict[str, Definition]:
    checksum = sha256(f"{_checksum()}{values}".encode()).hexdigest()
    return kept("definitions", checksum, lambda: definitions(sql_project(), json.loads(values)))


def build(
    settings: Settings,
    select: Collection[str] = (),
    *,
    is_forced: bool = False,
    full_refresh: bool = False,
    progress: Progress = print,
) -> Built:
    """Check what was landed, then build and test what rests on it and changed, in order.

    ``select`` names nodes, all when empty; they are built whatever changed when ``is_forced``, and
    anew with ``full_refresh``. BuildError names what failed after all were tried.
    """
    found = list(
        built(settings, select, is_forced=is_forced, full_refresh=full_refresh, progress=progress)
    )
    whole = Built(
        tuple(each for each in found if isinstance(each, Validated)),
        tuple(each for each in found if isinstance(each, NodeResult)),
    )
    expect_built(whole)
    return whole


def built(
    settings: Settings,
    select: Collection[str] = (),
    *,
    is_forced: bool = False,
    full_refresh: bool = False,
    progress: Progress = print,
) -> Iterator[Validated | NodeResult]:
    """Do the same, and yield what became of each landed table that changed and of each node."""
    project = sql_project()
    with writer(settings) as con:
        create_tables(con)
        state = state_of(con, settings)
        blocked: list[tuple[str, str]] = []
        if full_refresh:
            forget_held(con)
        for validated in _validated(con, state, _read_by(select), is_forced=full_refresh):
            if validated.is_blocked:
                blocked.append((LANDING, validated.table))
            yield validated
        building = build_models(
            con,
            project,
            select=select,
            variables=variables(settings),
            state=state,
            blocked=blocked,
            is_forced=is_forced,
            full_refresh=full_refresh,
        )
        yield from announced(building, len(select or project.nodes), progress)


def _read_by(names: Collection[str]) -> Collection[str]:
    """Return the landed tables that these nodes read, all when none is named."""
    if not names:
        return SUITES.keys()
    nodes = [node for name, node in sql_project().nodes.items() if name in names]
    return {table for node in nodes for _, table in node.sources} & SUITES.keys()


def _validated(
    con: duckdb.DuckDBPyConnection, state: State, tables: Collection[str], *, is_forced: bool
) -> Iterator[Validated]:
    """Check each landed table that is not as it was when it last held what it must, or all."""
    for table in sorted(tables):
        suite, source = SUITES[table], (LANDING, table)
        work, ground = f"validate {table}", f"{fingerprint(suite)}/{state.landed(source)}"
        if is_forced or not is_done(con, work, ground):
            validated = Validated(table, tuple(check(con, suite, state.appended_by(source))))
            if not validated.is_blocked:
                note_done(con, work, ground)
            yield validated


def announced(
    building: Iterable[NodeResult], total: int, progress: Progress
) -> Iterator[NodeResult]:
    """Tell of each result that is new as it comes."""
    for number, result in enumerate(building, start=1):
        if result.status != "unchanged":
            told = f"{result.schema}.{result.name}"
            if result.status != "built":
                told += f" ({result.status})"
            progress(Step("building and testing tables", told, number, total))
        yield result


def expect_built(whole: Built) -> None:
    """BuildError names each landed table and node that failed, after all were tried."""
    failed = {f"landing.{each.table}": each.error for each in whole.validated if each.is_blocked}
    failed |= {f"{n.schema}.{n.name}": str(n.error) for n in whole.nodes if n.status == "failed"}
    if failed:
        raise BuildError(
            ", ".join(failed),
            "; ".join(failed.values()),
            "The last good tables still stand; correct the model or its data and build again",
        )


def tried(settings: Settings, name: str) -> NodeResult:
    """Return how the tests of a node fare on what would be built now; nothing of it is kept."""
    with writer(settings) as con:
        create_tables(con)
        node, checks = sql_project().nodes[name], try_model(con, settings, name)
        return NodeResult(node.kind, name, node.schema, "unchanged", None, 0.0, None, checks)


def try_model(
    con: duckdb.DuckDBPyConnection, settings: Settings, name: str
) -> tuple[CheckResult, ...]:
    """Do the same in a warehouse that is open."""
    values, state = variables(settings), state_of(con, settings)
    return try_node(con, sql_project(), name, variables=values, state=state)


def landed_rows(settings: Settings) -> dict[str, int]:
    """Return the rows of each landed table that must hold something."""
    with writer(settings) as con:
        create_tables(con)
        return {name: con.table(f"{LANDING}.{name}").shape[0] for name in SUITES}
