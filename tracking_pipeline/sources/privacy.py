"""Personal values on their way to the tables: keyed hashes, and masks inside free text."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    # It quotes what it refuses by the functions below.
    from tracking_pipeline.sources.strict import JsonValue, Record

_BLOCK_BYTES = 64
_WHITE = " \t\r\n"
TYPE_OF_ERROR = r"regexp_extract({value}, '^(.*?)(: | ?\(|[\r\n]| \p{Lu}\p{Ll}| [\"“]| ''|$)', 1)"
"""SQL of what an error is, without what it says, which may name people.

Of prose it is what stands before the first name or quotation.
"""

PERSONAL = "[personal]"
"""What stands for a value that describes a person."""

_NETWORKS = "linkedin|github|facebook|twitter|x|instagram"
_NAMES = "password|passwd|secret|token|api[_-]?key"
# Python tries a pattern at every character: where it may begin at all keeps that linear. RE2, the
# engine of the SQL, is linear by itself, finds the same without, and knows no look-behind.
_STARTS_WORD = r"(?<![^\s\"'<>()\[\]:;,=\\])"
_STARTS_HOST = r"(?<![a-z0-9-])(?<![a-z0-9-]\.)"
_WORD, _NO_AT = r"[^\s\"'<>()\[\]:;,=\\]", r"[^\s\"'<>()\[\]:;,=\\@]"
_SUBDOMAINS = rf"(?:{_STARTS_HOST}(?:[a-z0-9-]+\.)+)?"
_MASKS = (
    (rf"{_STARTS_WORD}{_WORD}+@{_NO_AT}+\.[^\s\"'<>()\[\]:;,=\\@.]+", "[e-mail]"),
    (rf"(?i)(?:https?://)?{_SUBDOMAINS}(?:{_NETWORKS})\.com/[^\s\"'<>\\]+", "[profile]"),
    (rf"(?i)\b(?:bearer\s+|(?:{_NAMES})[\"']?\s*[:=]\s*[\"']?)[^\s\"'\\,;]+", "[secret]"),
    (r"[A-Za-z0-9_-]{32,}", "[secret]"),
)
_ADDRESSES = _MASKS[:2]


def hashed(value: str) -> str:
    """Return SQL of the pseudonym of ``value``, given the parameters of ``pads``."""
    plain = f"lower(trim({value}, e' \\t\\r\\n'))"
    inner = f"unhex(sha256($inner_pad || encode({plain})))"
    return f"case when {plain} <> '' then left(sha256($outer_pad || {inner}), 32) end"


def masking(value: str) -> str:
    """Return SQL of the text ``value`` without e-mail addresses, profile addresses and secrets."""
    return _replacing(value, _MASKS)


def without_addresses(value: str) -> str:
    """Return SQL of the text ``value`` without e-mail addresses and profile addresses."""
    # Nearly no text holds any, and to look for a character is a hundred times quicker.
    may_hold = f"contains({value}, '@') or contains({value}, '/')"
    return f"case when {may_hold} then {_replacing(value, _ADDRESSES)} else {value} end"


def _replacing(value: str, masks: tuple[tuple[str, str], ...]) -> str:
    for pattern, name in masks:
        plain = pattern.replace(_STARTS_WORD, "").replace(_STARTS_HOST, "")
        quoted = plain.replace("'", "''")
        value = f"regexp_replace({value}, '{quoted}', '{name}', 'g')"
    return value


def masked(text: str) -> str:
    """Return ``text`` as the SQL of ``masking`` does: what an error quotes may be personal."""
    for pattern, name in _MASKS:
        text = re.sub(pattern, name, text, flags=re.ASCII)
    return text


def quoted(text: str, length: int = 80) -> str:
    """Return the beginning of a text, masked before it is cut: no half of an address is left."""
    return masked(text[: 5 * length])[:length]


def impersonal(fields: Mapping[str, JsonValue], sections: frozenset[str]) -> Record:
    """Return ``fields``, by dotted path, with ``[personal]`` for every value in ``sections``."""
    return {
        path: _impersonal(value, sections) if sections.isdisjoint(path.split(".")) else PERSONAL
        for path, value in fields.items()
    }


def _impersonal(value: JsonValue, sections: frozenset[str]) -> JsonValue:
    if isinstance(value, list):
        return [_impersonal(item, sections) for item in value]
    return impersonal(value, sections) if isinstance(value, dict) else value


def pads(key: bytes) -> dict[str, bytes]:
    """Return the two blocks of ``key`` (HMAC, RFC 2104) that ``hashed`` names as parameters."""
    short = hashlib.sha256(key).digest() if len(key) > _BLOCK_BYTES else key
    block = short.ljust(_BLOCK_BYTES, b"\0")
    return {
        "inner_pad": bytes(byte ^ 0x36 for byte in block),
        "outer_pad": bytes(byte ^ 0x5C for byte in block),
    }


def pseudonym(value: str, key: bytes) -> str | None:
    """Return the 32 hex digits that stand for ``value`` in the tables; None for an empty one."""
    plain = value.strip(_WHITE).lower()
    return hmac.new(key, plain.encode(), hashlib.sha256).hexdigest()[:32] if plain else None
