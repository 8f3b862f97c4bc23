"""The smallest right record of each kind of each source, made of what its fields declare."""

from collections.abc import Callable
from datetime import date
from typing import Any

from tracking_pipeline.sources.record import Field, RecordKind, Source

_NUMBERS = {"DOUBLE", "BIGINT"}
_TEXTS = {
    "engine_id": "N",
    "status": "up",
    "uptime": "99.5%",
    "engineer_email": "ada@company.example",
    "engineer_profile.email": "ada@company.example",
    "email": "ada@company.example",
    "goal_metric": "meeting_booking_rate",
    "metric_name": "meeting_booking_rate",
}
_FILES = {
    "client": "reference/clients.json",
    "client_goal": "reference/goals.json",
    "previous_method": "reference/previous_methods.json",
    "client_satisfaction": "reference/satisfaction.json",
    "client_statement": "reference/statements.json",
    "engine_benchmark": "reference/benchmarks.json",
    "client_probe": "reference/probes.json",
    "published_uptime": "summary.json",
}


def numeric(kind: RecordKind) -> list[Field]:
    """The fields of a kind that hold a number."""
    return [field for field in kind.own_fields if field.json_type in _NUMBERS]


def smallest(
    kind: RecordKind,
    day: date,
    name: str = "acme",
    number: Callable[[Field], float] | None = None,
) -> dict[str, Any]:
    """A record of one client or session; with all its numbers, when it is said which."""
    record: dict[str, Any] = {kind.named_by: kind.name} if kind.named_by else {}
    for field in kind.fields:
        if field.json_type in _NUMBERS and (number or field.required):
            put(record, field.paths[0], (number or typical)(field))
        elif field.required or field.column in {"client_id", "observed_at"}:
            put(record, field.paths[0], _plain(field, day, name))
    return record


def typical(field: Field) -> float:
    """A number that the field may well hold."""
    return max(1, int(field.bounds[0]))


def highest(field: Field) -> float:
    """The greatest number that the field may hold."""
    return int(field.bounds[1]) if field.type == "BIGINT" else field.bounds[1]


def put(record: dict[str, Any], path: str, value: object) -> None:
    """Set a member by its dotted path."""
    *sections, key = path.split(".")
    for section in sections:
        record = record.setdefault(section, {})
    record[key] = value


def file_of(kind: RecordKind) -> str:
    """The name of a file that holds records of the kind."""
    return _FILES.get(kind.name, f"{kind.name}.jsonl")


def _plain(field: Field, day: date, name: str) -> object:
    path = field.paths[0]
    if field.reads == "OBJECT":
        return {"meeting_booking_rate": 0.2}
    if field.type == "DATE":
        return day.isoformat()
    if field.type == "TIMESTAMP":
        return f"{day}T12:00:00Z"
    return _TEXTS.get(path, name)


def kinds(sources: dict[str, Source]) -> list[tuple[Source, RecordKind]]:
    """Each source with each of its kinds."""
    return [(source, kind) for source in sources.values() for kind in source.kinds]
