"""An erasure that is under way: whom it is of, kept until nothing of them is left."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from tracking_pipeline.settings import Settings


@dataclass(frozen=True)
class Erasing:
    """The texts and pseudonyms of the person, and how many records were found at first.

    ``record_ids`` are those of every record in the files that were cut, others' records too.
    """

    texts: tuple[str, ...]
    pseudonyms: tuple[str, ...]
    n_records: int
    record_ids: tuple[str, ...]


def unfinished(settings: Settings) -> Erasing | None:
    """Return the erasure that was begun and has not ended; None when there is none."""
    file = place(settings)
    if not file.exists():
        return None
    told = json.loads(file.read_text(encoding="utf-8"))
    lists = (tuple(told[name]) for name in ("texts", "pseudonyms", "record_ids"))
    texts, pseudonyms, record_ids = lists
    return Erasing(texts, pseudonyms, told["n_records"], record_ids)


def begin(settings: Settings, erasing: Erasing) -> None:
    """Note what an erasure is of, so that it can be finished after a fault."""
    file = place(settings)
    fresh = file.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(json.dumps(asdict(erasing)))
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(file)


def end(settings: Settings) -> None:
    """Forget whom it was of."""
    place(settings).unlink(missing_ok=True)


def place(settings: Settings) -> Path:
    """Return the file that is there as long as an erasure is unfinished."""
    return settings.state_dir / "erasing.json"
