from collections.abc import Iterator
from dataclasses import asdict

import dagster as dg

from tracking_pipeline.defs.freshness import LANDED
from tracking_pipeline.defs.metadata import OWNERS, WAREHOUSE_POOL, sample
from tracking_pipeline.defs.row_counts import row_counts
from tracking_pipeline.landing.pull import SOURCE as PULLED_SOURCE
from tracking_pipeline.landing.rebuild import rebuild as rebuild_landing
from tracking_pipeline.landing.summary import Failure, IngestSummary
from tracking_pipeline.pipeline import clock, loading
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.record import RecordKind, Source
from tracking_pipeline.sources.registry import SOURCES

STEP = "landed_tables"
PULLED_PAGES = dg.AssetKey(["pulled", "engine_metrics"])
_BOOKS = {
    "manifest": "One row a delivery of a file: its hashes, outcome and the fates of its records.",
    "quarantine": "One row a refused record: where it stood, why it was refused, its raw bytes.",
    "findings": "One row a (file, kind, finding, field): what differed from the known schema.",
}


class IngestionConfig(dg.Config):
    """Which deliveries of the ledger to load: all that are due when none is named."""

    delivery_ids: list[int] = []  # noqa: RUF012 - a field, copied for each instance
    from_archive: bool = False


@dg.definitions
def ingestion() -> dg.Definitions:
    """Define the landed tables of all sources."""
    return dg.Definitions(assets=[landed_tables()])


def landed_key(table: str) -> dg.AssetKey:
    """Return ``landing/table``."""
    return dg.AssetKey(["landing", table])


def landed_tables() -> dg.AssetsDefinition:
    """Return the assets of every landed table: one step, since a file's rows commit together."""
    specs = [_record_spec(source, kind) for source in SOURCES.values() for kind in source.kinds]
    specs += [_spec(name, text, {"duckdb"}) for name, text in _BOOKS.items()]
    every_file_loads = dg.AssetCheckSpec(
        "every_file_loads",
        asset=landed_key("manifest"),
        description="No file failed to load. One that did stops no other and is offered again.",
    )

    @dg.multi_asset(name=STEP, specs=specs, check_specs=[every_file_loads], pool=WAREHOUSE_POOL)
    def load(
        context: dg.AssetExecutionContext,
        config: IngestionConfig,
        settings: dg.ResourceParam[Settings],
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        say = context.log.info
        failures: tuple[Failure, ...] = ()
        if config.from_archive:
            summary = rebuild_landing(settings, now=clock.now_utc(), progress=say)
        else:
            # What an earlier run archived and could not load; its files may be gone since.
            failures = loading.reconcile(settings, progress=say).failures
            summary = loading.ingest(settings, config.delivery_ids or None, progress=say)
        failures = tuple(dict.fromkeys((*failures, *summary.failures)))
        say(summary.sentence())
        counts = row_counts(settings, [spec.key for spec in specs])
        for key, n_rows in counts.items():
            counted = fates(summary) if key == landed_key("manifest") else {}
            metadata = {"dagster/row_count": dg.MetadataValue.int(n_rows), **counted}
            yield dg.MaterializeResult(asset_key=key, metadata=metadata)
        yield dg.AssetCheckResult(
            asset_key=every_file_loads.asset_key,
            check_name=every_file_loads.name,
            passed=not failures,
            severity=dg.AssetCheckSeverity.WARN,
            metadata=sample([asdict(failure) for failure in failures]),
        )

    return load


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
        freshness_policy=LANDED,
    )


def fates(summary: IngestSummary) -> dict[str, dg.MetadataValue]:
    """Return how many files were dealt with, and what became of their records."""
    counted = ("files", "records", "accepted", "duplicate", "quarantined", "blank", "pending")
    return {name: dg.MetadataValue.int(getattr(summary, f"n_{name}")) for name in counted}
