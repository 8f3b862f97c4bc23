import pytest

from tracking_pipeline.reports import display
from tracking_pipeline.reports.model import Comparison


@pytest.mark.parametrize(
    ("direction", "reason", "method", "said"),
    [
        ("improving", None, "Welch t test", "improving"),
        (None, None, "Welch t test", "changing"),
        (None, "no_evidence", "Welch t test", "no evidence"),
        (None, "not_enough_data", "Welch t test", "not enough data"),
        (None, "no_evidence", None, "not tested"),
    ],
)
def test_a_verdict_is_what_the_gate_allows(
    direction: str | None, reason: str | None, method: str | None, said: str
) -> None:
    compared = Comparison(direction, None, reason, method, 0.01, 0.1, 0.2)
    assert display.verdict(compared) == said


@pytest.mark.parametrize(
    ("low", "high", "unit", "said"),
    [
        (1083.4, 1251.0, "count", "+1,083 to +1,251"),
        (-0.0213, 0.105, "fraction", "−2.1 to +10.5 points"),  # noqa: RUF001 - minus
        (0.061, 0.327, "", "+0.061 to +0.327"),
        (0.0, 0.0, "h", "+0 to +0"),
        (-0.0001, 0.5, "h", "+0.000 to +0.500"),
    ],
)
def test_an_interval_reads_in_plain_digits(low: float, high: float, unit: str, said: str) -> None:
    assert display.evidence(None, None, low, high, unit) == f"95 % interval {said}"
