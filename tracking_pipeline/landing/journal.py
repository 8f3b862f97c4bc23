"""The journal: what went into the warehouse in which order, written before it goes in.

One file a batch, one JSON line a delivery. Together with the archived objects it is enough to build
the landing tables anew, and a batch that the warehouse has not seen is one that was interrupted.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tracking_pipeline.failpoints import failpoint
from tracking_pipeline.landing.archive import private_folder, sync_all
from tracking_pipeline.landing.ledger import Delivery


@dataclass(frozen=True)
class Entry:
    """One delivery as archived: everything that decides which rows come of it.

    ``object_hash`` names the archived bytes, which begin at ``start_offset`` of the file;
    ``content_hash`` is of the whole file. ``replays`` are the quarantined records it mends. To an
    ``is_complete`` one nothing more is written: its last line is read, ended or not.
    """

    file_id: str
    delivery: Delivery
    content_hash: str
    object_hash: str
    start_offset: int
    received_at: datetime
    client_id: str
    timezone: str
    replays: tuple[str, ...] = ()
    is_complete: bool = False


def write_batch(archive: Path, batch_id: int, entries: Sequence[Entry]) -> None:
    """Write the batch durably in the place of an older one; an empty one is removed."""
    file = _folder(archive) / f"{batch_id:012}.jsonl"
    if entries:
        _write(file, entries)
    else:
        file.unlink()
    failpoint("ingest.journal_written")


def batches_after(archive: Path, batch_id: int) -> list[int]:
    """Return the numbers of the batches beyond ``batch_id``, in order."""
    numbers = [int(file.stem) for file in _folder(archive).glob("*.jsonl")]
    return sorted(number for number in numbers if number > batch_id)


def read_batch(archive: Path, batch_id: int) -> list[Entry]:
    """Return the deliveries of a batch in their order."""
    return _read(_folder(archive) / f"{batch_id:012}.jsonl")


def set_aside(archive: Path, culprits: Sequence[Entry]) -> None:
    """Note deliveries that cannot be loaded; their bytes stay in the archive."""
    for culprit in culprits:
        _write(_failed(archive) / f"{culprit.file_id}.jsonl", [culprit])
        failpoint("ingest.culprit_noted")


def unloaded(archive: Path) -> list[Entry]:
    """Return the deliveries that were set aside and have not been loaded since."""
    return [entry for file in sorted(_failed(archive).glob("*.jsonl")) for entry in _read(file)]


def forget(archive: Path, loaded: Sequence[Entry]) -> None:
    """Drop the notes of deliveries that could not be loaded and now are."""
    for entry in loaded:
        (_failed(archive) / f"{entry.file_id}.jsonl").unlink(missing_ok=True)


def _folder(archive: Path) -> Path:
    return private_folder(private_folder(archive) / "journal")


def _failed(archive: Path) -> Path:
    return private_folder(_folder(archive) / "failed")


def _write(file: Path, entries: Sequence[Entry]) -> None:
    temporary = file.with_suffix(".tmp")
    lines = (json.dumps(asdict(entry), default=datetime.isoformat) + "\n" for entry in entries)
    temporary.write_text("".join(lines))
    sync_all([temporary])
    failpoint("ingest.journal_synced")
    temporary.replace(file)
    sync_all([file.parent])


def _read(file: Path) -> list[Entry]:
    return [_entry(json.loads(line)) for line in file.read_text().splitlines()]


def _entry(fields: dict[str, Any]) -> Entry:
    return Entry(
        **{
            **fields,
            "delivery": Delivery(**fields["delivery"]),
            "received_at": datetime.fromisoformat(fields["received_at"]),
            "replays": tuple(fields["replays"]),
        }
    )
