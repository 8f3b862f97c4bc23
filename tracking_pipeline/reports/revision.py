"""Whether a report says anything new, and what."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from typing import Any, Final

from tracking_pipeline.reports.draft import Change, Draft, Stated

Key = tuple[str, str]
Kept = list[Any] | Mapping[str, Any]

_ABOUT: Final = ("figure", "label", "unit", "is_leading")


def fingerprint(draft: Draft) -> str:
    """Return the SHA-256 of what the report says."""
    return hashlib.sha256(
        json.dumps(draft.said, sort_keys=True, default=_plain).encode()
    ).hexdigest()


def changes(before: Sequence[Kept], draft: Draft) -> tuple[Change, ...]:
    """Return what ``before``, the statements of an earlier ``report.json``, said otherwise.

    A value is another also when only the n behind it differs. A figure that one of the two does
    not know is told by its values alone.
    """
    old = {_key(said): said for said in _recalled(before)}
    new = {_key(said): said for said in map(asdict, draft.stated)}
    known = {key[0] for key in old} & {key[0] for key in new}
    return tuple(
        change
        for key in sorted(old.keys() | new.keys())
        if key[0] in known or key[1] != "verdict"
        for change in _change(old.get(key), new.get(key))
    )


def statements(draft: Draft) -> list[Kept]:
    """Return what the report says of its figures, as ``report.json`` keeps it: a list a figure.

    It begins with figure, label, unit and whether it leads; then saying, value and n of each.
    """
    kept: dict[tuple[object, ...], list[Any]] = {}
    for each in draft.stated:
        about = tuple(getattr(each, name) for name in _ABOUT)
        kept.setdefault(about, [*about]).append([each.saying, each.value, each.n])
    return list(kept.values())


def _recalled(before: Sequence[Kept]) -> Iterator[Mapping[str, Any]]:
    for kept in before:
        if isinstance(kept, Mapping):  # reports of the second layout kept each saying by itself
            yield kept
            continue
        about = dict(zip(_ABOUT, kept, strict=False))
        for saying, value, n in kept[len(_ABOUT) :]:
            yield {**about, "saying": saying, "value": value, "n": n}


def _plain(value: object) -> object:
    return vars(value) if is_dataclass(value) else str(value)


def _key(said: Mapping[str, Any]) -> Key:
    return said["figure"], said["saying"]


def _change(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Iterator[Change]:
    before, after = _said(old), _said(new)
    if before != after:
        about = Stated(**(new or old or {}))
        yield Change(
            about.figure,
            about.label,
            about.unit,
            about.saying,
            before=before[0],
            after=after[0],
            n_before=before[1],
            n_after=after[1],
            is_leading=about.is_leading,
        )


def _said(said: Mapping[str, Any] | None) -> tuple[float | str | None, int]:
    return (said["value"], said["n"]) if said else (None, 0)
