"""The telemetry of engineers' assistants: databases, exported reports, recorded lines."""

from tracking_pipeline.sources.record import Default, Source
from tracking_pipeline.sources.telemetry import database, exports
from tracking_pipeline.sources.telemetry.exported import EXPORTED
from tracking_pipeline.sources.telemetry.kinds import RECORDED

MAX_PEOPLE, MAX_TEAMS = 1_000, 50
"""Of how many engineers and teams one file may tell: each gets pages and reports of their own."""

_LINES = r"\.(json|jsonl|ndjson)(\.(gz|zst))?$"
# The recorder writes a window anew each time that it is asked for it.
_EXPORTS = r"-telemetry-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.jsonl(\.(gz|zst))?$"
_LOGS = r"-(wal|shm|journal)(\.(gz|zst))?$"
# Under what people may be described, whoever they are.
_PERSONAL = (
    "account address assignee author committer contact display_name email engineer engineer_email "
    "engineer_name engineer_profile first_name full_name hostname last_name login machine "
    "machine_hostname manager name nickname owner phone reviewer reviewers user username"
)

SOURCE = Source(
    name="telemetry",
    system="telemetry",
    timezone="UTC",
    kinds=(*RECORDED, *EXPORTED),
    defaults=(
        Default("telemetry_reading", keys=("name", "value", "timestamp")),
        Default("telemetry_reading", _EXPORTS, is_rewritten=True),
        Default("value_export", r"\.ya?ml(\.(gz|zst))?$", is_rewritten=True),
        Default("capability_execution", rf"^(?!.*({_LINES}|{_LOGS}))", is_rewritten=True),
    ),
    refusals=(
        (
            _LOGS,
            "is the log of a database: close the database, which is then whole, and deliver that",
        ),
    ),
    is_by_consent=True,
    most=(MAX_PEOPLE, MAX_TEAMS),
    readers={"yaml": exports.read, "sqlite": database.read},
    personal_sections=frozenset(_PERSONAL.split()),
)
