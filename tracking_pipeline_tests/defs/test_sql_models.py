from tracking_pipeline.defs.sql_models import failure_text
from tracking_pipeline.transform.build import NodeResult
from tracking_pipeline.transform.checks import CheckResult

A_LONG_NAME = "accepted_values_thresholds_purpose_health_alert"


def failed(error: str, *checks: CheckResult) -> NodeResult:
    return NodeResult("model", "scores", "marts", "failed", None, 0.0, error, checks)


def test_a_blocking_test_is_named_in_full() -> None:
    test = CheckResult(A_LONG_NAME, None, "error", 1, (), passed=False, sql="select 1")
    shown = failure_text(failed(f"{A_LONG_NAME} failed", test))
    assert shown == f"scores keeps its last good rows: {A_LONG_NAME} failed"
