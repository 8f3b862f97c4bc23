"""Errors that say the culprit, the reason and the fix."""


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


class SettingsError(TrackingError):
    """A setting or argument that cannot be used."""


class WarehouseBusyError(TrackingError):
    """Another process has held the warehouse for longer than the wait allows."""


class WarehouseCorruptError(TrackingError):
    """The warehouse file cannot be opened; it can be rebuilt from the archive."""


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
