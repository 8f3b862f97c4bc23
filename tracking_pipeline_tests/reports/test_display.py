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
