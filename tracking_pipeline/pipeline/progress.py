"""What a long job tells while it runs."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One of the ``total`` like steps of a job: what is done, and with what, as it begins or ends.

    ``doing`` is the same for all of them, such as "building tables".
    """

    doing: str
    what: str
    number: int
    total: int

    def __str__(self) -> str:
        """Return it as a line of a log."""
        return f"{self.doing} {self.number}/{self.total}: {self.what}"


Progress = Callable[[str | Step], None]
