from collections.abc import Iterator

import dagster as dg

from tracking_pipeline.analysis.tables import TABLES
from tracking_pipeline.defs.metadata import OWNERS, WAREHOUSE_POOL
from tracking_pipeline.defs.sql_models import asset_key
from tracking_pipeline.pipeline import building, publishing
from tracking_pipeline.settings import Settings

SNAPSHOT = dg.AssetKey(["published", "snapshot"])
TABLES_FOR_TOOLS = dg.AssetKey(["published", "tables"])
_READ = (
    *("metrics", "metric_weekly", "week_over_week", "daily_series", "scores_weekly"),
    *("benchmark_comparison_weekly", "proof_point_candidates", "economics_monthly"),
)


@dg.definitions
def analysis() -> dg.Definitions:
    """Define what SQL cannot say, the published copy that all readers open, and its files."""
    return dg.Definitions(assets=[analysis_tables(), snapshot(), tables_for_tools()])


def analysis_tables() -> dg.AssetsDefinition:
    """Return the assets of the schema ``analysis``, which are replaced together."""
    nodes = building.sql_project().nodes
    specs = [
        dg.AssetSpec(
            ["analysis", name],
            deps=[asset_key(nodes[read]) for read in _READ],
            description=text,
            group_name="analysis",
            kinds={"duckdb", "python"},
            owners=OWNERS,
            metadata={"dagster/table_name": f"analysis.{name}"},
        )
        for name, text in TABLES.items()
    ]

    @dg.multi_asset(name="analysis_tables", specs=specs, pool=WAREHOUSE_POOL)
    def analyse(settings: dg.ResourceParam[Settings]) -> Iterator[dg.MaterializeResult[None]]:
        for name, n_rows in publishing.analyse(settings, is_forced=True).items():
            metadata = {"dagster/row_count": n_rows}
            yield dg.MaterializeResult(asset_key=["analysis", name], metadata=metadata)

    return analyse


def snapshot() -> dg.AssetsDefinition:
    """Return the asset that publishes: only when every mart and analysis is up to date."""
    models = building.sql_project().nodes.values()
    marts = [asset_key(node) for node in models if node.schema in {"marts", "seeds"}]

    @dg.asset(
        key=SNAPSHOT,
        deps=[*marts, *(["analysis", name] for name in TABLES)],
        description="The read-only copy of marts, analysis and typed events that the report shelf, "
        "the reports and `tracking figures` read. Replaced as a whole.",
        group_name="published",
        kinds={"duckdb", "parquet"},
        owners=OWNERS,
        pool=WAREHOUSE_POOL,
    )
    def publish(settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult[None]:
        version = publishing.publish(settings, is_forced=True)
        folder = dg.MetadataValue.path(str(settings.snapshots_dir))
        return dg.MaterializeResult(metadata={"version": version, "folder": folder})

    return publish


def tables_for_tools() -> dg.AssetsDefinition:
    """Return the asset that writes the published tables for other tools."""

    @dg.asset(
        key=TABLES_FOR_TOOLS,
        deps=[SNAPSHOT],
        description="The published tables as Parquet files and as one read-only DuckDB file, for "
        "Grafana, Tableau and notebooks. `tracking tables` writes them at once.",
        group_name="published",
        kinds={"duckdb", "parquet"},
        owners=OWNERS,
    )
    def offer(settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult[None]:
        offered = publishing.offer_tables(settings)
        folder = dg.MetadataValue.path(str(offered.folder))
        return dg.MaterializeResult(metadata={"tables": offered.n_tables, "folder": folder})

    return offer
