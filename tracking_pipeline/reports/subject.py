"""How a subject of reports, whose key may hold any character, is named in paths and addresses."""

import hashlib
import re

_PLAIN = re.compile(r"[a-z0-9_-]{1,64}")
_UNSAFE = re.compile(r"[^a-z0-9_-]+")
_HASHED = re.compile(r"[a-z0-9_-]{1,40}\.[0-9a-f]{20}")


def folder_name(subject: str) -> str:
    """Return a name for the subject's folder that no other subject has.

    A subject that is no plain name keeps what is plain of it and gets its hash behind a dot, which
    no plain name holds.
    """
    if _PLAIN.fullmatch(subject):
        return subject
    plain = _UNSAFE.sub("-", subject.lower())[:40]
    return f"{plain or '-'}.{hashlib.sha256(subject.encode()).hexdigest()[:20]}"


def is_folder_name(name: str) -> bool:
    """Return whether ``name`` can be a folder's name: of one step, downwards."""
    return bool(_PLAIN.fullmatch(name) or _HASHED.fullmatch(name))
