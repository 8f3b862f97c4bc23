from collections.abc import Iterator
from dataclasses import asdict, replace

import dagster as dg
from dagster._core.definitions.metadata import RawMetadataValue

from tracking_pipeline.defs.freshness import LANDED
from tracking_pipeline.defs.metadata import OWNERS, WAREHOUSE_POOL, evaluation, result_of, sample
from tracking_pipeline.landing.pull import SOURCE as PULLED_SOURCE
from tracking_pipeline.landing.rebuild import rebuild as rebuild_landing
from tracking_pipeline.landing.summary import Failure, IngestSummary
from tracking_pipeline.pipeline import building, clock, loading
from tracking_pipeline.pipeline.progress import Progress
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.record import RecordKind, Source
from tracking_pipeline.sources.registry import SOURCES

STEP = "landed_tables"
EVERY_FILE_LOADS = "every_file_loads"
PULLED_PAGES = dg.AssetKey(["pulled", "engine_metrics"])
_BOOKS = {
    "manifest": "One row a delivery of a file: its hashes, outcome and the fates of its records.",
    "quarantine": "One row a refused record: where it stood, why it was refused, its raw bytes.",
    "findings": "One row a (file, kind, finding, field): what differed from the known schema.",
}


class LoadConfig(dg.Config):
    """Which deliveries of the ledger to load: all that are due when none is named."""

    delivery_ids: list[int] = []  # noqa: RUF012 - a field, copied for each instance
    source: str = ""  # of one source alone, when it is named
    from_archive: bool = False


def landed_key(table: str) -> dg.AssetKey:
    """Return ``landing/table``."""
    return dg.AssetKey([building.LANDING, table])


MANIFEST = landed_key("manifest")


@dg.definitions
def ingestion() -> dg.Definitions:
    """Define the landed tables of all sources."""
    return dg.Definitions(assets=[landed_tables()])


def landed_tables() -> dg.AssetsDefinition:
    """Return the assets of every landed table: one step, since a file's rows commit together."""
    specs = [_record_spec(source, kind) for source in SOURCES.values() for kind in source.kinds]
    specs += [_spec(name, text, {"duckdb"}) for name, text in _BOOKS.items()]
    every_file_loads = dg.AssetCheckSpec(
        EVERY_FILE_LOADS,
        asset=MANIFEST,
        description="No file failed to load. One that did stops no other and is offered again.",
    )

    @dg.multi_asset(name=STEP, specs=specs, check_specs=[every_file_loads], pool=WAREHOUSE_POOL)
    def load(
        context: dg.AssetExecutionContext,
        config: LoadConfig,
        settings: dg.ResourceParam[Settings],
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        summary = loaded(settings, config, context.log.info)
        for key, metadata in landed(settings, summary).items():
            yield dg.MaterializeResult(asset_key=key, metadata=metadata)
        yield result_of(files_loaded(summary))

    return load


def loaded(settings: Settings, config: LoadConfig, say: Progress) -> IngestSummary:
    """Load what is due, and what an earlier run archived and could not load; tell the sum of it."""
    failures: tuple[Failure, ...] = ()
    if config.from_archive:
        summary = rebuild_landing(settings, now=clock.now_utc(), progress=say)
    elif config.source:
        summary = loading.ingest_source(settings, config.source, progress=say)
    else:
        # Its files may be gone since.
        failures = loading.reconcile(settings, progress=say).failures
        summary = loading.ingest(settings, config.delivery_ids or None, progress=say)
    say(summary.sentence())
    return replace(summary, failures=tuple(dict.fromkeys((*failures, *summary.failures))))


def files_loaded(summary: IngestSummary) -> dg.AssetCheckEvaluation:
    """Return the check that no file failed to load: a warning, with those that did."""
    failures = [asdict(failure) for failure in summary.failures]
    passed, metadata = not failures, sample(failures)
    return evaluation(MANIFEST, EVERY_FILE_LOADS, metadata, passed=passed, is_blocking=False)


def landed(
    settings: Settings, summary: IngestSummary
) -> dict[dg.AssetKey, dict[str, RawMetadataValue]]:
    """Return the rows of every landed table, and beside the manifest's the fates of the records."""
    counts = building.landed_rows(settings)
    found: dict[dg.AssetKey, dict[str, RawMetadataValue]] = {
        landed_key(name): {"dagster/row_count": n_rows} for name, n_rows in counts.items()
    }
    found[MANIFEST] |= fates(summary)
    return found


def _record_spec(source: Source, kind: RecordKind) -> dg.AssetSpec:
    text = f"One row an accepted `{kind.name}` record of the source `{source.name}`."
    columns = [dg.TableColumn(field.column, field.type) for field in kind.fields]
    schema = {"dagster/column_schema": dg.TableSchema(columns)}
    spec = _spec(kind.table, text, {"duckdb", "json"}).merge_attributes(metadata=schema)
    return spec.merge_attributes(deps=[PULLED_PAGES]) if source.name == PULLED_SOURCE else spec


def _spec(table: str, description: str, kinds: set[str]) -> dg.AssetSpec:
    return dg.AssetSpec(
        landed_key(table),
        description=description,
        group_name="landing",
        kinds=kinds,
        owners=OWNERS,
        metadata={"dagster/table_name": f"landing.{table}"},
        freshness_policy=LANDED if table == MANIFEST.path[-1] else None,
    )


def fates(summary: IngestSummary) -> dict[str, dg.MetadataValue]:
    """Return how many files were dealt with, and what became of their records."""
    counted = ("files", "records", "accepted", "duplicate", "quarantined", "blank", "pending")
    return {name: dg.MetadataValue.int(getattr(summary, f"n_{name}")) for name in counted}
