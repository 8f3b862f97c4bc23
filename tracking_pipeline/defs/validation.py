from collections.abc import Iterator

import dagster as dg

from tracking_pipeline import pipeline
from tracking_pipeline.defs.ingestion import landed_key
from tracking_pipeline.defs.metadata import WAREHOUSE_POOL, sample, severity
from tracking_pipeline.quality.suites import SUITES
from tracking_pipeline.settings import Settings


@dg.definitions
def validation() -> dg.Definitions:
    """What must hold on the landed tables, as asset checks: one step a table."""
    return dg.Definitions(asset_checks=[table_checks(table) for table in SUITES])


def check_specs(table: str) -> list[dg.AssetCheckSpec]:
    """Return the checks of a landed table, one an expectation of its suite."""
    raise NotImplementedError


def table_checks(table: str) -> dg.AssetChecksDefinition:
    """Return the step that validates a landed table."""
    raise NotImplementedError
