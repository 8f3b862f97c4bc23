"""What the name of a client, probe, capability or the like may be: text that people can see."""

import re
import unicodedata

LONGEST = 200
PLAIN = "[!-~À-ÖØ-öø-ʯ]([ -~À-ÖØ-öø-ʯ]*[!-~À-ÖØ-öø-ʯ])?"
"""A pattern of keys that have no fault but perhaps their length; there are others."""

_PLAIN = re.compile(PLAIN)
_SEEN = frozenset("LMNPS")
# Letters, marks and symbols that show nothing: joiners, fillers, selectors of variants.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
_VARIANTS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


def key_fault(key: str) -> str | None:
    """Return what is wrong with ``key`` and how to mend it; None when it can be a key."""
    if len(key) <= LONGEST and _PLAIN.fullmatch(key):
        return None
    if not key.strip():
        return "is empty"
    if key != key.strip(" "):
        return "has a space around it: remove it"
    if len(key) > LONGEST:
        return f"has {len(key):,} characters: shorten it to {LONGEST}"
    unseen = next((each for each in key if not _is_seen(each)), None)
    if unseen is None:
        return None
    name = unicodedata.name(unseen, "which has no name")
    return f"holds U+{ord(unseen):04X} ({name}), which nobody can tell or see: remove it"


def _is_seen(character: str) -> bool:
    if character in _BLANK or any(ord(character) in each for each in _VARIANTS):
        return False
    return character == " " or unicodedata.category(character)[0] in _SEEN
