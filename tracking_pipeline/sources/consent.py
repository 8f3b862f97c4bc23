"""Whether a record states that the person it is about does not consent to be recorded."""

import re

from tracking_pipeline.sources.strict import JsonValue, RefusedError

NO_CONSENT = "no_consent"

_SAYS = re.compile(rb'"(consent|enabled)"\s*:')
_NO = {"false", "0", "no"}


def may_withdraw(raw: bytes) -> bool:
    """Return whether lines of JSON may hold such a statement; False only when they do not."""
    return bool(_SAYS.search(raw))


def check_consent(record: JsonValue) -> None:
    """Raise RefusedError for ``"consent": false`` and ``"telemetry": {"enabled": false}``."""
    if not isinstance(record, dict):
        return
    telemetry = record.get("telemetry")
    enabled = telemetry.get("enabled") if isinstance(telemetry, dict) else None
    if any(str(said).strip().lower() in _NO for said in (record.get("consent"), enabled)):
        reason = "states that the person does not consent to be recorded"
        raise RefusedError(NO_CONSENT, reason)
