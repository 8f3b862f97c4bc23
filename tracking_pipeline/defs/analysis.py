from collections.abc import Iterator

import dagster as dg

from tracking_pipeline.defs.metadata import OWNERS, WAREHOUSE_POOL
from tracking_pipeline.defs.sql_models import asset_key
from tracking_pipeline.pipeline import building, publishing
from tracking_pipeline.settings import Settings

SNAPSHOT = dg.AssetKey(["published", "snapshot"])
_READ = (
    *("metrics", "metric_weekly", "week_over_week", "daily_series", "scores_weekly"),
    *("benchmark_comparison_weekly", "proof_point_candidates", "economics_monthly"),
)
_TABLES = {
    "trends": "One row a metric and week: the test that was made, against the week before or over "
    "four weeks of days, its p-value and interval, and whether the metric improves, declines or "
    "holds.",
    "level_shifts": "One row a daily series and week: its strongest break in eight weeks, and "
    "whether that is one.",
    "anomalies": "One row a daily series and day that lies outside the limits of its baseline.",
    "claims": "One row a sentence that a report may say, with the evidence it stands on and "
    "whether that is enough.",
    "forecasts": "One row a client (or all), total and month: what the days before it foretell, "
    "with intervals.",
    "proof_points": "One row a client, month and candidate for a case study: whether it stands.",
}


@dg.definitions
def analysis() -> dg.Definitions:
    """Define what SQL cannot say, and the published copy that all readers open."""
    return dg.Definitions(assets=[analysis_tables(), snapshot()])


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
        for name, text in _TABLES.items()
    ]

    @dg.multi_asset(name="analysis_tables", specs=specs, pool=WAREHOUSE_POOL)
    def analyse(settings: dg.ResourceParam[Settings]) -> Iterator[dg.MaterializeResult[None]]:
        for name, n_rows in publishing.analyse(settings).items():
            metadata = {"dagster/row_count": n_rows}
            yield dg.MaterializeResult(asset_key=["analysis", name], metadata=metadata)

    return analyse


def snapshot() -> dg.AssetsDefinition:
    """Return the asset that publishes: only when every mart and analysis is up to date."""
    models = building.sql_project().nodes.values()
    marts = [asset_key(node) for node in models if node.schema in {"marts", "seeds"}]

    @dg.asset(
        key=SNAPSHOT,
        deps=[*marts, *(["analysis", name] for name in _TABLES)],
        description="The read-only copy of marts, analysis and typed events that the report shelf, "
        "the reports and `tracking figures` read. Replaced as a whole.",
        group_name="published",
        kinds={"duckdb", "parquet"},
        owners=OWNERS,
        pool=WAREHOUSE_POOL,
    )
    def publish(settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult[None]:
        version = publishing.publish(settings)
        folder = dg.MetadataValue.path(str(settings.snapshots_dir))
        return dg.MaterializeResult(metadata={"version": version, "folder": folder})

    return publish
