from collections.abc import Iterator
from typing import TYPE_CHECKING

import dagster as dg

from tracking_pipeline.defs.ingestion import landed_key
from tracking_pipeline.defs.metadata import (
    VALIDATION,
    WAREHOUSE_POOL,
    evaluation,
    result_of,
    sample,
    shown_by,
)
from tracking_pipeline.pipeline import validating
from tracking_pipeline.quality.suites import SUITES, Expectation, Suite
from tracking_pipeline.quality.validate import ExpectationResult
from tracking_pipeline.settings import Settings

if TYPE_CHECKING:
    from dagster._core.definitions.metadata import RawMetadataValue


@dg.definitions
def validation() -> dg.Definitions:
    """Define what must hold on the landed tables, as asset checks, and the job that checks it."""
    checks = [suite_checks(suite) for suite in SUITES.values()]
    job = dg.define_asset_job(
        VALIDATION,
        dg.AssetSelection.checks(*checks),
        description="Checks what must hold on the landed tables, and changes nothing.",
    )
    return dg.Definitions(asset_checks=checks, jobs=[job])


def suite_checks(suite: Suite) -> dg.AssetChecksDefinition:
    """Return the checks of one landed table, made in one step; blocking ones stop its models."""
    specs = [_spec(suite, expectation) for expectation in suite.expectations]

    @dg.multi_asset_check(name=f"validate_{suite.table}", specs=specs, pool=WAREHOUSE_POOL)
    def check(settings: dg.ResourceParam[Settings]) -> Iterator[dg.AssetCheckResult]:
        for result in validating.validate(settings, suite.table):
            yield result_of(expectation(suite.table, result))

    return check


def expectation(table: str, result: ExpectationResult) -> dg.AssetCheckEvaluation:
    """Return how a landed table fares against one expectation: the rows against it first."""
    metadata: dict[str, RawMetadataValue] = {
        **sample(result.sample),
        "rows against it": result.n_unexpected,
        "rows checked": result.n_checked,
        **shown_by(f"landing.{table}", passed=result.passed),
    }
    is_blocking = result.severity == "blocking"
    return evaluation(
        landed_key(table), result.name, metadata, passed=result.passed, is_blocking=is_blocking
    )


def _spec(suite: Suite, expectation: Expectation) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        expectation.name,
        asset=landed_key(suite.table),
        description=f"{expectation.words[0].upper()}{expectation.words[1:]} (Great Expectations).",
        blocking=expectation.severity == "blocking",
    )
