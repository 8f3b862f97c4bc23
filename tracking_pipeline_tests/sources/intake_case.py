"""Records to deliver, and one call of ``read`` with what came of it."""

import copy
import hashlib
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.engine_logs import SOURCE
from tracking_pipeline.sources.read import BULK_BYTES, read
from tracking_pipeline.sources.record import Source, SourceFile
from tracking_pipeline.warehouse.connection import limit

NOW = datetime(2026, 1, 1, tzinfo=UTC)
RECEIVED = datetime(2025, 12, 31, 6, 30)  # noqa: DTZ001 - as the tables keep it
KEY = b"a key of the tests"
NEVER_BULK = 2**40

CAMPAIGN: dict[str, Any] = {
    "log_type": "campaign_generation",
    "session_id": "33a95c6d",
    "timestamp": "2025-08-01T17:45:36.473189",
    "lead_identifier": {"name": "Ada Lovelace", "company": "Engines", "industry": "technology"},
    "generation_input": {
        "traits_detected": ["saas", "formal"],
        "data_quality_score": 50,
        "company_description": "",
        "website_tone": "unknown",
        "services_available": [],
    },
    "generation_output": {
        "messaging_angle": "professional_intro",
        "campaign_tone": "professional",
        "message_quality_score": 70,
        "message_type": "medium",
        "fallback_used": False,
        "generated_message": "Hi Ada",
    },
    "message_analysis": {},
    "training_labels": {
        "message_approved": True,
        "personalization_level": "medium",
        "tone_appropriateness": "unknown",
        "conversion_potential": "high",
    },
}

DESIGN_CAMPAIGN: dict[str, Any] = {
    "log_type": "campaign_generation",
    "session_id": "33a95c6d",
    "timestamp": "2025-08-01T17:45:36.473189",
    "lead_identifier": {"name": "Ada Lovelace", "company": "Engines", "industry": "technology"},
    "input_data": {"data_quality_score": 50},
    "output_data": {"messaging_angle": "professional_intro", "campaign_tone": "professional"},
    "decision_reasoning": {
        "method_used": "template",
        "confidence_level": "high",
        "processing_time": 12.5,
        "success": True,
    },
    "training_labels": {
        "quality_score": 70,
        "success_indicator": True,
        "improvement_potential": "low",
    },
}


def campaign(number: int = 0, **changes: object) -> dict[str, Any]:
    """A campaign log like no other, with some members (dotted paths) changed."""
    record = copy.deepcopy(CAMPAIGN)
    record["session_id"] = f"{number:08x}"
    for path, value in changes.items():
        *sections, key = path.split("__")
        node = record
        for section in sections:
            node = node[section]
        node[key] = value
    return record


def line(record: object) -> bytes:
    """One compact line of a JSONL file."""
    return json.dumps(record, ensure_ascii=False).encode() + b"\n"


def cpu_seconds() -> float:
    """What this process and its ended children have computed: a busy machine changes it little."""
    return sum(os.times()[:4])


@dataclass(frozen=True)
class Outcome:
    """The temporary tables after one call."""

    con: duckdb.DuckDBPyConnection
    source: Source = SOURCE

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query on the temporary tables."""
        return self.con.execute(query).fetchall()

    def one(self, kind: str = "campaign_generation") -> dict[str, Any]:
        """The only row of a kind."""
        return self.all(kind)[0]

    def all(self, kind: str = "campaign_generation") -> list[dict[str, Any]]:
        """The rows of a kind by line."""
        rows = self.rows(f"select * from parsed_{kind} order by file_id, line_number, record_id")
        names = [column[0] for column in self.con.description or ()]
        return [dict(zip(names, row, strict=True)) for row in rows]

    def rejected(self) -> list[tuple[Any, ...]]:
        """Line, offset and reason code of what was refused."""
        return self.rows(
            "select line_number, byte_offset, reason_code from rejected order by byte_offset, 1"
        )

    def fates(self) -> dict[str, int]:
        """Records by fate, summed over the files."""
        parsed = " + ".join(f"(select count(*) from parsed_{k.name})" for k in self.source.kinds)
        (row,) = self.rows(
            f"select sum(n_records), ({parsed}), sum(n_rejected), sum(n_blank), sum(n_pending) "
            "from file_outcomes"
        )
        names = ("n_records", "parsed", "rejected", "blank", "pending")
        return dict(zip(names, map(int, row), strict=True))


def deliver(  # noqa: PLR0913 - a delivery has as many properties
    folder: Path,
    *contents: bytes,
    bulk_bytes: int = BULK_BYTES,
    start_offset: int = 0,
    name: str = "",
    timezone: str = SOURCE.timezone,
    source: Source = SOURCE,
    is_complete: bool = False,
    **settings: object,
) -> Outcome:
    """Read files of the given contents with a connection limited to ``folder``."""
    files = []
    for number, content in enumerate(contents):
        path = folder / f"delivered_{number}"
        path.write_bytes(content)
        files.append(
            SourceFile(
                file_id=f"f{number}",
                path=path,
                start_offset=start_offset,
                timezone=timezone,
                client_id="acme",
                provenance="measured",
                name=name,
                content_hash=hashlib.sha256(content).hexdigest(),
                received_at=RECEIVED,
                is_complete=is_complete,
            )
        )
    con = duckdb.connect()
    chosen = Settings(home=folder, **settings)  # type: ignore[arg-type]
    limit(con, chosen, [folder], spill=folder)
    read(con, source, files, chosen, key=KEY, now=NOW, bulk_bytes=bulk_bytes)
    return Outcome(con, source)
