"""Two engineers and a lead: whom the tests erase, and what tells of them."""

import gzip
import json
import shutil
from pathlib import Path

import tracking_pipeline
from tracking_pipeline.landing.erasure.content import Cut, cut
from tracking_pipeline.landing.erasure.whom import Whom
from tracking_pipeline.landing.ingest import Progress
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.privacy import pseudonym
from tracking_pipeline.sources.registry import SOURCES
from tracking_pipeline.warehouse.connection import writer
from tracking_pipeline.warehouse.snapshot import publish

KEY = b"k" * 32
JOHN, JOHN_NAME = "john.smith@company.example", "John Smith"
EMILY, EMILY_NAME = "emily.davis@company.example", "Emily Davis"
LEAD = "Ibrahim Al-Sayed"

WHOM = Whom((JOHN, JOHN_NAME), frozenset(str(pseudonym(text, KEY)) for text in (JOHN, JOHN_NAME)))

TEAM = f"""\
report_metadata:
  generated_at: "2025-11-12T14:30:00"
  engineers_analyzed: 2
executive_summary:
  total_cost_savings_usd: 100.0
engineers:
- &id001
  name: {JOHN_NAME}
  email: {JOHN}
  cost_savings_usd: 60.0
- &id002
  name: "{EMILY_NAME}"
  email: {EMILY}
  cost_savings_usd: 40.0
rankings:
  top_cost_savers:
  - *id001
  - *id002
platform_analysis:
  Windows: {{engineers: ["{JOHN_NAME}", {EMILY_NAME}]}}
# ask {JOHN_NAME}
executive_talking_points:
- "Top: {JOHN_NAME} ($60)"
"""


def execution(email: str, number: int = 0, **more: object) -> dict[str, object]:
    """Return a record of the recorder's lines."""
    return {
        "kind": "capability_execution",
        "engineer_email": email,
        "capability": "code_review",
        "duration_ms": 100 + number,
        "success": 1,
        "timestamp": f"2025-11-01T10:00:{number:02}Z",
        **more,
    }


def lines(*records: object) -> bytes:
    """Return records as JSONL."""
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def cut_out(
    folder: Path, name: str, content: bytes, source: str = "telemetry", whom: Whom = WHOM
) -> bytes | None:
    """Return ``content`` without the person; b'' when nothing is left, None when not in it."""
    settings = Settings(home=folder / "home")
    file = folder / "delivered"
    file.write_bytes(content)
    found: Cut | None = cut(settings, file, name, SOURCES[source], whom)
    if found is None:
        return None
    return b"" if found.is_alone else found.temporary.read_bytes()


def lead_log(name: str, session: str) -> dict[str, object]:
    """Return a record of an engine about a lead."""
    return {
        "log_type": "campaign_generation",
        "session_id": session,
        "timestamp": "2025-08-01T10:00:00",
        "lead_identifier": {"name": name, "company": "ACME", "industry": "AI"},
        "generation_output": {"message_quality_score": 80},
    }


def deliver_everything(settings: Settings) -> None:
    """Drop databases, exports, lines, a team's YAML and training sets into the landing folder."""
    given = Path(tracking_pipeline.__file__).parent / "demo" / "telemetry"
    shutil.copytree(given, settings.landing_dir / "telemetry")
    deliver_few(settings)
    logs = settings.landing_dir / "engine_logs"
    logs.mkdir()
    records = [lead_log(LEAD, "aaaaaaaa"), lead_log("Another Lead", "bbbbbbbb")]
    for n in (1, 2):
        told = {"dataset_info": {"total_records": n}, "training_records": records[:n]}
        (logs / f"training_dataset_{n}.json").write_text(json.dumps(told, indent=2))


def deliver_few(settings: Settings) -> None:
    """Drop lines, packed and broken ones, and a team's YAML into the landing folder."""
    room = settings.landing_dir / "telemetry"
    room.mkdir(parents=True, exist_ok=True)
    mention = execution(EMILY, 5, error_type=f"waited for {JOHN_NAME}")
    (room / "both.jsonl").write_bytes(lines(execution(JOHN, 1), execution(EMILY, 2), mention))
    (room / f"{JOHN}.jsonl.gz").write_bytes(
        gzip.compress(lines(execution(JOHN, 3), execution(EMILY, 4)))
    )
    (room / "broken.jsonl").write_bytes(lines({"kind": "no kind", "engineer_email": JOHN}))
    (room / "team.yaml").write_text(TEAM)


def one_table(settings: Settings, _progress: Progress) -> None:
    """Publish one table of all executions: what a build of every model takes is no point here."""
    with writer(settings) as con:
        con.execute("create schema if not exists marts")
        con.execute(
            "create or replace table marts.executions as "
            "select engineer_hash, observed_at, duration_ms from landing.capability_execution"
        )
        publish(settings, con, is_new=True)
