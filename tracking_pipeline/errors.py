"""Errors that say the culprit, the reason and the fix."""

import errno
from collections.abc import Iterable
from difflib import get_close_matches

from tracking_pipeline.listing import listed

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# How databases tell it, whose errors have no number.
_TOLD = (
    "No space left on device",
    "Disk quota exceeded",
    "File too large",
    "Could not write all bytes",
    "database or disk is full",
    "disk I/O error",
)
_MOST_NAMED = 3
_MOST_LISTED = 12
_ELSEWHERE = "or name another place"
_FIXES = {
    **dict.fromkeys(
        (errno.EACCES, errno.EPERM, errno.EROFS), f"Correct its owner or mode, {_ELSEWHERE}"
    ),
    **dict.fromkeys(
        (errno.EEXIST, errno.ENOTDIR, errno.EISDIR),
        f"Something else lies in its place: move that away, {_ELSEWHERE}",
    ),
    errno.ENAMETOOLONG: "Name a shorter path",
}


class TrackingError(Exception):
    """The base of every error this package raises on purpose.

    ``culprit`` names the file, table, setting or value at fault, ``reason`` what is wrong with it,
    ``fix`` what the reader can do about it.
    """

    def __init__(self, culprit: str, reason: str, fix: str) -> None:
        super().__init__(f"{culprit}: {reason}. {fix}")
        self.culprit = culprit
        self.reason = reason
        self.fix = fix


class DiskFullError(TrackingError):
    """A disk that takes no more, wherever that showed first."""


def disk_full(error: BaseException | None) -> DiskFullError | None:
    """Return the error to tell when ``error`` comes of a full disk; None when it does not."""
    while error is not None:
        number = error.errno if isinstance(error, OSError) else None
        if number in _FULL or any(told in str(error) for told in _TOLD):
            place = str(getattr(error, "filename", None) or "the disk")
            reason = "takes no more (full, or failing); what was published before is still served"
            return DiskFullError(place, reason, "Make room, then run the command again")
        error = error.__cause__ or error.__context__
    return None


class SettingsError(TrackingError):
    """A setting or argument that cannot be used."""


def unknown(given: str, what: str, known: Iterable[str]) -> SettingsError:
    """Return the error that ``given`` is none of the ``known``, with what was perhaps meant."""
    return SettingsError(given, f"is no {what}", choice(given, known))


def choice(given: str, known: Iterable[str]) -> str:
    """Return which of the ``known`` was perhaps meant by ``given``, and what they are."""
    names = sorted(set(known))
    return f"{perhaps(given, names)}Choose one of: {listed(names, _MOST_LISTED) or 'none yet'}"


def perhaps(given: str, known: Iterable[str]) -> str:
    """Return a question after those of the ``known`` that are like ``given``; '' when none is."""
    near = get_close_matches(given, sorted(set(known)), n=_MOST_NAMED, cutoff=0.5)
    return f"Did you mean {' or '.join(near)}? " if near else ""


class PlaceError(TrackingError):
    """A file or folder that cannot be used as it is."""

    @classmethod
    def told_by(cls, error: OSError) -> "PlaceError":
        """Return what the operating system refused, as an error of ours."""
        fix = _FIXES.get(error.errno or 0, f"Correct that, {_ELSEWHERE}")
        return cls(str(error.filename or "disk"), error.strerror or str(error), fix)


def machine_fault(error: BaseException) -> TrackingError | None:
    """Return the error to tell of what this machine refuses; None for a defect of ours."""
    told = disk_full(error)
    if told is None and isinstance(error, OSError) and error.errno != errno.EPIPE:
        return PlaceError.told_by(error)
    return told


class StateError(TrackingError):
    """The state store, when it is damaged or cannot be reached."""


class WarehouseBusyError(TrackingError):
    """Another process has held the warehouse for longer than the wait allows."""


class WarehouseCorruptError(TrackingError):
    """The warehouse file cannot be opened; it can be rebuilt from the archive."""


class QueryError(TrackingError):
    """What the database engine could not do, without the values that it quotes."""


class SnapshotMissingError(TrackingError):
    """Nothing has been published yet."""


class LandingError(TrackingError):
    """A delivery that cannot be read or archived."""


class EndpointError(TrackingError):
    """An HTTP endpoint that does not give what it should, or may not be asked."""


class ProjectError(TrackingError):
    """A model, seed, macro or test of the SQL project that is wrong."""


class BuildError(TrackingError):
    """A model that failed to build, or whose blocking test failed."""


class ValidationError(TrackingError):
    """A validation suite that could not be evaluated."""


class ClaimError(TrackingError):
    """A sentence that claims something without the evidence its kind demands."""


class ReportError(TrackingError):
    """A report that cannot be written."""


class OfferError(TrackingError):
    """The published tables for other tools, when they cannot be written."""


class DeliveryError(TrackingError):
    """A message that cannot be sent."""


class AssumptionError(TrackingError):
    """An assumption of an ROI that is missing, out of order or out of bounds."""


class DoubleCountError(TrackingError):
    """Two benefits that count the same output."""
