"""The telemetry of engineers' assistants: databases, exported reports, recorded lines."""

from tracking_pipeline.sources.record import Default, Source
from tracking_pipeline.sources.telemetry import database, exports
from tracking_pipeline.sources.telemetry.exported import EXPORTED
from tracking_pipeline.sources.telemetry.kinds import RECORDED

_LINES = r"\.(json|jsonl|ndjson)(\.(gz|zst))?$"

SOURCE = Source(
    name="telemetry",
    system="telemetry",
    timezone="UTC",
    kinds=(*RECORDED, *EXPORTED),
    defaults=(
        Default("telemetry_reading", keys=("name", "value", "timestamp")),
        Default("value_export", r"(?i)\.ya?ml(\.(gz|zst))?$", is_rewritten=True),
        Default("capability_execution", rf"(?i)^(?!.*{_LINES})", is_rewritten=True),
    ),
    readers={"yaml": exports.read, "sqlite": database.read},
    personal_sections=frozenset(
        (
            "engineer",
            "engineer_profile",
            "engineer_name",
            "engineer_email",
            "machine",
            "machine_hostname",
            "hostname",
            "name",
            "email",
            "author",
            "user",
            "username",
            "rankings",
        )
    ),
)
