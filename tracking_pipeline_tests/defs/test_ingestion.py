import shutil
from pathlib import Path

import dagster as dg

from tracking_pipeline.defs.ingestion import landed_key, landed_tables
from tracking_pipeline.landing import journal
from tracking_pipeline.pipeline import inputs, loading
from tracking_pipeline.settings import Settings

LOGS = inputs.SHIPPED_LOGS / "production_logs/enrichment_decisions"


def test_what_an_earlier_run_could_only_archive_is_loaded_by_the_next_one(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, stable_seconds=0)
    inputs.deliver(settings, [next(LOGS.glob("*.json"))], "engine_logs")
    [file] = settings.landing_dir.rglob("*.json")
    loading.ingest(settings)
    [entry] = journal.read_batch(settings.archive_dir, 1)
    journal.set_aside(settings.archive_dir, [entry])
    journal.write_batch(settings.archive_dir, 1, [])
    shutil.rmtree(settings.warehouse_file.parent)
    file.unlink()
    with dg.DagsterInstance.ephemeral() as instance:
        loaded = dg.materialize(
            [landed_tables()], instance=instance, resources={"settings": settings}
        )
    shown = loaded.asset_materializations_for_node("landed_tables")
    rows = {each.asset_key: each.metadata["dagster/row_count"].value for each in shown}
    assert rows[landed_key("enrichment_decision")] == 1
