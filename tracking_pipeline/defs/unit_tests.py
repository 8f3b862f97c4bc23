from collections.abc import Iterator

import dagster as dg

from tracking_pipeline.defs.metadata import WAREHOUSE_POOL
from tracking_pipeline.defs.sql_models import asset_key, check_metadata
from tracking_pipeline.pipeline import building
from tracking_pipeline.settings import Settings
from tracking_pipeline.transform.nodes import UnitTest
from tracking_pipeline.transform.unit_tests import run_unit_tests
from tracking_pipeline.warehouse.connection import writer


@dg.definitions
def unit_tests() -> dg.Definitions:
    """Define the unit tests of the SQL project as asset checks on their models."""
    return dg.Definitions(asset_checks=[model_unit_tests()])


def model_unit_tests() -> dg.AssetChecksDefinition:
    """Return all of them in one step of a second, for whoever asks: no job runs them.

    It is a model's SQL that is wrong when one fails, and what its data tests let through stands.
    """
    specs = {test.name: _spec(test) for test in building.sql_project().unit_tests}

    @dg.multi_asset_check(name="unit_tests", specs=list(specs.values()), pool=WAREHOUSE_POOL)
    def check(settings: dg.ResourceParam[Settings]) -> Iterator[dg.AssetCheckResult]:
        with writer(settings) as con:
            results = list(run_unit_tests(con, building.sql_project()))
        for result in results:
            yield dg.AssetCheckResult(
                asset_key=specs[result.name].asset_key,
                check_name=result.name,
                passed=result.passed,
                severity=dg.AssetCheckSeverity.ERROR,
                metadata=check_metadata(result),
            )

    return check


def _spec(test: UnitTest) -> dg.AssetCheckSpec:
    claim = test.description or f"`{test.model}` makes the expected rows of the given ones."
    return dg.AssetCheckSpec(
        test.name,
        asset=asset_key(building.sql_project().nodes[test.model]),
        description=f"{claim} (Unit test on given rows, run when asked for: it stops nothing.)",
    )
