from collections.abc import Iterator

import dagster as dg

from tracking_pipeline.defs.ingestion import landed_key
from tracking_pipeline.defs.jobs import VALIDATION
from tracking_pipeline.defs.metadata import WAREHOUSE_POOL, sample, severity, shown_by
from tracking_pipeline.pipeline import validating
from tracking_pipeline.quality.suites import SUITES, Expectation, Suite
from tracking_pipeline.quality.validate import ExpectationResult
from tracking_pipeline.settings import Settings


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
            yield _result(suite, result)

    return check


def _spec(suite: Suite, expectation: Expectation) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        expectation.name,
        asset=landed_key(suite.table),
        description=f"{expectation.words[0].upper()}{expectation.words[1:]} (Great Expectations).",
        blocking=expectation.severity == "blocking",
    )


def _result(suite: Suite, result: ExpectationResult) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=landed_key(suite.table),
        check_name=result.name,
        passed=result.passed,
        severity=severity(is_blocking=result.severity == "blocking"),
        metadata={
            "rows checked": result.n_checked,
            "rows against it": result.n_unexpected,
            **shown_by(f"landing.{suite.table}", passed=result.passed),
            **sample(result.sample),
        },
    )
