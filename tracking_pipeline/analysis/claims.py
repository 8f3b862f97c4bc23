"""The honest-claims gate: every sentence that claims something is made here, or not at all."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tracking_pipeline.analysis.quantity import interval
from tracking_pipeline.errors import ClaimError

Kind = Literal[
    "trend",
    "week_over_week",
    "stable",
    "level_shift",
    "anomaly",
    "drift",
    "winner",
    "impact",
    "best_time",
    "top_performer",
    "exceeds",
]
Better = Literal["higher", "lower", "neutral"]
Direction = Literal["improving", "declining", "stable"]
Reason = Literal["no_evidence", "not_enough_data"]

SIGNIFICANCE_LEVEL = 0.05

_SMALLEST_P = 0.0001
"""Smaller ones are printed as such: the tests' approximations carry no further digits."""


@dataclass(frozen=True)
class Evidence:
    """What a claim rests on.

    ``estimate`` is the effect (or, of an anomaly, the tested point), ``interval`` its 95 % interval
    (of an anomaly, the limits of its baseline), ``bound`` the practical threshold or the reference
    it has to clear, all in one unit. ``p_value`` is already adjusted where many were tested.
    ``coverage`` is the share of expected days with data, ``reference`` what a bound is called that
    was exceeded.
    """

    kind: Kind
    subject: str
    method: str
    n: int
    minimum_n: int
    coverage: float | None
    better: Better = "higher"
    estimate: float | None = None
    p_value: float | None = None
    interval: tuple[float, float] | None = None
    bound: float = 0.0
    reference: str = "its benchmark"


@dataclass(frozen=True)
class Claim:
    """A sentence as it may be printed: a claim when supported, else what is missing."""

    evidence: Evidence
    sentence: str
    reason: Reason | None

    @property
    def is_supported(self) -> bool:
        """Whether the evidence carried the claim."""
        return self.reason is None


def claim(evidence: Evidence, wording: str) -> Claim:
    """Return the one sentence that ``evidence`` allows; ``wording`` states its figures.

    The sentence carries method, n, p or interval, and coverage. Raises ClaimError when the evidence
    names no method or no minimum sample.
    """
    if not evidence.method or evidence.minimum_n < 1:
        raise ClaimError(
            evidence.subject,
            f"a claim of kind {evidence.kind} without a method and a minimum sample",
            "Name the test in `method` and the metric's minimum in `minimum_n`",
        )
    reason = reason_against(evidence)
    template = _refusal(reason, evidence) if reason else _CLAIMS[evidence.kind]
    direction = direction_of(evidence) or "changing"
    exceeds = "stays below" if evidence.better == "lower" else "exceeds"
    said = template.format(
        subject=evidence.subject,
        direction=direction,
        exceeds=exceeds,
        reference=evidence.reference,
    )
    return Claim(evidence, f"{said}: {wording} ({_support(evidence)}).", reason)


def reason_against(evidence: Evidence) -> Reason | None:
    """Return why the claim may not be made, or None when it may (the tests of statistics.md)."""
    if evidence.n < evidence.minimum_n:
        return "not_enough_data"
    return None if _TESTS[evidence.kind](evidence) else "no_evidence"


def direction_of(evidence: Evidence) -> Direction | None:
    """Return where a supported change goes; None when unsupported, or neither good nor bad."""
    if reason_against(evidence):
        return None
    if evidence.kind == "stable":
        return "stable"
    if evidence.better == "neutral":
        return None
    is_rise = (evidence.estimate or 0.0) > 0
    return "improving" if is_rise == (evidence.better == "higher") else "declining"


def _is_significant(evidence: Evidence) -> bool:
    return evidence.p_value is not None and evidence.p_value < SIGNIFICANCE_LEVEL


def _is_beyond(evidence: Evidence) -> bool:
    return evidence.estimate is not None and abs(evidence.estimate) > evidence.bound


def _is_within(evidence: Evidence) -> bool:
    low, high = evidence.interval or (-math.inf, math.inf)
    return -evidence.bound <= low and high <= evidence.bound


def _is_clear(evidence: Evidence) -> bool:
    """Whether the whole interval lies on the better side of the bound."""
    low, high = evidence.interval or (-math.inf, math.inf)
    return low > evidence.bound if evidence.better == "higher" else high < evidence.bound


def _is_outside(evidence: Evidence) -> bool:
    low, high = evidence.interval or (-math.inf, math.inf)
    return evidence.estimate is not None and not low <= evidence.estimate <= high


def _excludes_zero(evidence: Evidence) -> bool:
    low, high = evidence.interval or (-math.inf, math.inf)
    return low > 0 or high < 0


_TESTS: dict[Kind, Callable[[Evidence], bool]] = {
    "trend": lambda evidence: _is_significant(evidence) and _is_beyond(evidence),
    "week_over_week": _is_significant,
    "stable": _is_within,
    "level_shift": lambda evidence: _is_significant(evidence) and _is_beyond(evidence),
    "anomaly": lambda evidence: _is_significant(evidence) and _is_outside(evidence),
    "drift": lambda evidence: _is_significant(evidence) and _is_beyond(evidence),
    "winner": _is_clear,
    "impact": lambda evidence: _is_significant(evidence) and _excludes_zero(evidence),
    "best_time": _is_clear,
    "top_performer": _is_clear,
    "exceeds": lambda evidence: _is_significant(evidence) and _is_clear(evidence),
}

_CLAIMS: dict[Kind, str] = {
    "trend": "{subject} is {direction}",
    "week_over_week": "{subject} is {direction}",
    "stable": "{subject} is stable",
    "level_shift": "{subject} shifted to another level",
    "anomaly": "{subject} is an anomaly",
    "drift": "{subject} shows drift",
    "winner": "{subject} is the winner",
    "impact": "{subject} had an impact",
    "best_time": "{subject} is the best time",
    "top_performer": "{subject} is a top performer",
    "exceeds": "{subject} {exceeds} {reference}",
}


def _refusal(reason: Reason, evidence: Evidence) -> str:
    return _NOTHING if evidence.n == 0 else _REFUSALS[reason]


_NOTHING = "Nothing to compare {subject} with"
_REFUSALS: dict[Reason, str] = {
    "no_evidence": "No evidence on {subject}",
    "not_enough_data": "Not enough data on {subject}",
}


def _support(evidence: Evidence) -> str:
    """Return method, n, p, interval and coverage, as far as there are any."""
    parts = [evidence.method, f"n {evidence.n:,} (minimum {evidence.minimum_n})"]
    if evidence.p_value is not None:
        p = evidence.p_value
        parts.append(f"p {p:.2g}" if p >= _SMALLEST_P else f"p < {_SMALLEST_P}")
    if evidence.interval is not None:
        name = "limits" if evidence.kind == "anomaly" else "95 % interval"
        parts.append(f"{name} {interval(*evidence.interval)}")
    known = evidence.coverage is not None
    parts.append(f"coverage {evidence.coverage:.0%}" if known else "coverage unknown")
    return ", ".join(parts)
