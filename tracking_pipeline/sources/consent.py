"""Whether a record leaves open that the person it is about consents to be recorded."""

import re
from collections.abc import Iterator

from tracking_pipeline.sources.strict import JsonValue, Record, RefusedError

NO_CONSENT = "no_consent"

_ASKED = {"consent"}
_SECTIONS = {"engineer_profile": _ASKED, "telemetry": {"consent", "enabled"}}
_YES = ("true", "t", "yes", "y", "on", "1", "1.0")
_GIVEN = "|".join(map(re.escape, _YES))
_MAY_WITHDRAW = re.compile(
    rf"(?i)\"\s*(consent|enabled)\s*\"\s*:"
    rf"(?!\s*({_GIVEN}|\"\s*({_GIVEN})\s*\")\s*[,}}\]])".encode()
)


def may_withdraw(raw: bytes) -> bool:
    """Return whether JSON, broken or cut off, may hold an answer that ``check_consent`` refuses."""
    return bool(_MAY_WITHDRAW.search(raw))


def check_consent(record: JsonValue) -> None:
    """Raise RefusedError for a record that was asked for consent and does not say yes.

    It is asked by a key ``consent``, of its own or in its ``engineer_profile``, and by ``telemetry:
    {enabled: …}``. Yes is yes, true, on or 1; an empty answer is none.
    """
    if isinstance(record, dict):
        for said in _answers(record):
            if str(said).strip().lower() not in _YES:
                raise no_consent()


def no_consent() -> RefusedError:
    """Return why a file is refused as a whole."""
    reason = "a record does not say yes to consent: whom it is about may not be recorded"
    return RefusedError(NO_CONSENT, reason)


def _answers(record: Record) -> Iterator[JsonValue]:
    """Yield what stands in the places, whatever the case of their keys."""
    for key, value in record.items():
        name = key.strip().lower()
        if name in _ASKED:
            yield value
        elif name in _SECTIONS and isinstance(value, dict):
            asked = _SECTIONS[name]
            yield from (inner for key, inner in value.items() if key.strip().lower() in asked)
