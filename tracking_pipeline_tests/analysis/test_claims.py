from dataclasses import replace
from typing import Any

import pytest

from tracking_pipeline.analysis.claims import (
    Better,
    Evidence,
    Kind,
    claim,
    direction_of,
    reason_against,
)
from tracking_pipeline.errors import ClaimError

CHANGE = Evidence(
    kind="week_over_week",
    subject="Approval rate",
    method="two-proportion z test",
    n=100,
    minimum_n=30,
    coverage=0.86,
    estimate=0.2,
    p_value=0.0047,
    interval=(0.061, 0.327),
    bound=0.02,
)

# For each kind: what carries the claim, and what is just short of it.
KINDS: list[tuple[Kind, dict[str, Any], dict[str, Any]]] = [
    ("trend", {"p_value": 0.04, "estimate": 0.03}, {"p_value": 0.04, "estimate": 0.02}),
    ("trend", {"p_value": 0.04, "estimate": -0.03}, {"p_value": 0.05, "estimate": -0.03}),
    ("week_over_week", {"p_value": 0.0499}, {"p_value": 0.05}),
    ("week_over_week", {"p_value": 0.0499}, {"p_value": None}),
    ("stable", {"interval": (-0.02, 0.02)}, {"interval": (-0.021, 0.01)}),
    ("stable", {"interval": (-0.02, 0.02)}, {"interval": None}),
    (
        "anomaly",
        {"estimate": 0.4, "interval": (0.1, 0.3)},
        {"estimate": 0.3, "interval": (0.1, 0.3)},
    ),
    ("drift", {"p_value": 0.04, "estimate": 0.03}, {"p_value": 0.06, "estimate": 0.03}),
    ("winner", {"interval": (0.021, 0.3)}, {"interval": (-0.01, 0.3)}),
    ("winner", {"better": "lower", "interval": (-0.3, 0.0)}, {"better": "lower"}),
    ("impact", {"interval": (0.01, 0.3)}, {"interval": (-0.01, 0.3)}),
    ("impact", {"interval": (0.01, 0.3)}, {"interval": (0.0, 0.3)}),
    ("impact", {"interval": (-0.3, -0.01)}, {"interval": (-0.3, 0.0)}),
    ("best_time", {"interval": (0.021, 0.3)}, {"interval": (0.02, 0.3)}),
    ("top_performer", {"interval": (0.021, 0.3)}, {"interval": (0.02, 0.3)}),
    ("exceeds", {"interval": (0.021, 0.3)}, {"interval": None}),
]


@pytest.mark.parametrize(("kind", "enough", "short"), KINDS)
def test_a_claim_stands_only_on_the_evidence_its_kind_demands(
    kind: Kind, enough: dict[str, Any], short: dict[str, Any]
) -> None:
    evidence = replace(CHANGE, kind=kind)
    assert claim(replace(evidence, **enough), "a → b").is_supported
    refused = claim(replace(evidence, **short), "a → b")
    assert refused.reason == "no_evidence"
    assert refused.sentence.startswith("No evidence on Approval rate: a → b (")


@pytest.mark.parametrize(("kind", "enough", "_short"), KINDS)
def test_below_the_minimum_sample_nothing_is_claimed(
    kind: Kind, enough: dict[str, Any], _short: dict[str, Any]
) -> None:
    assert claim(replace(CHANGE, kind=kind, n=30, **enough), "a → b").is_supported
    made = claim(replace(CHANGE, kind=kind, n=29, **enough), "a → b")
    assert made.reason == "not_enough_data"
    assert made.sentence.startswith("Not enough data on Approval rate: a → b (")


def test_without_anything_before_it_says_so() -> None:
    made = claim(replace(CHANGE, n=0), "no data → b")
    assert made.reason == "not_enough_data"
    assert made.sentence.startswith("Nothing to compare Approval rate with: no data → b (")


def test_a_sentence_carries_method_n_p_interval_and_coverage() -> None:
    assert claim(CHANGE, "40.0% → 60.0%").sentence == (
        "Approval rate is improving: 40.0% → 60.0% (two-proportion z test, n 100 (minimum 30), "
        "p 0.0047, 95 % interval +0.061 to +0.327, coverage 86%)."
    )


def test_a_tiny_p_is_printed_as_a_bound() -> None:
    assert "p < 0.0001, " in claim(replace(CHANGE, p_value=4.7e-226), "a → b").sentence


@pytest.mark.parametrize(
    ("better", "estimate", "direction"),
    [
        ("higher", 0.2, "improving"),
        ("higher", -0.2, "declining"),
        ("lower", 0.2, "declining"),
        ("lower", -0.2, "improving"),
    ],
)
def test_the_direction_of_a_change_respects_what_is_better(
    better: Better, estimate: float, direction: str
) -> None:
    assert direction_of(replace(CHANGE, better=better, estimate=estimate)) == direction


def test_an_unsupported_change_has_no_direction() -> None:
    evidence = replace(CHANGE, p_value=0.3)
    assert reason_against(evidence) == "no_evidence"
    assert direction_of(evidence) is None


@pytest.mark.parametrize("lacking", [{"method": ""}, {"minimum_n": 0}])
def test_evidence_without_method_or_minimum_is_an_error(lacking: dict[str, Any]) -> None:
    with pytest.raises(ClaimError, match="Approval rate"):
        claim(replace(CHANGE, **lacking), "a → b")


def test_a_change_that_is_neither_good_nor_bad_has_no_direction() -> None:
    evidence = replace(CHANGE, better="neutral")
    assert direction_of(evidence) is None
    assert claim(evidence, "a → b").sentence.startswith("Approval rate is changing: a → b (")
