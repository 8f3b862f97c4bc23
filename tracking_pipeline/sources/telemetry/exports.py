"""Exported reports, an engineer's or the team's, as their records. Runs in a child process."""

import hashlib
import json
import re
from collections.abc import Iterator

from tracking_pipeline.sources import yaml_value
from tracking_pipeline.sources.strict import JsonValue, Record, RefusedError

_ENGINEER = ("name", "email", "machine", "cortex_version")
_MACHINE = {
    "hostname": "machine_hostname",
    "platform": "machine_platform",
    "cpu": "cpu_info",
    "ram_gb": "ram_gb",
}
_COUNT = re.compile(r"[0-9]{1,18}")
_OF_ALL = ("client_id", "provenance")
# They repeat the engineers, by name, and what can be computed; `tracking` is ours.
_REPEATED = {
    *("rankings", "platform_analysis", "capability_analysis", "executive_talking_points"),
    "tracking",
}


def read(content: bytes) -> JsonValue:
    """Return ``rows``, each a kind, a place, its JSON and the length of that, and ``findings``.

    Raises RefusedError for what is no YAML, or not that of a report.
    """
    root = yaml_value.read_expanded(content)
    if isinstance(root, dict) and isinstance(root.get("engineer_profile"), dict):
        records = _individual(root)
    elif isinstance(root, dict) and isinstance(root.get("engineers"), list):
        records = _team(root)
    else:
        reason = "is no exported report: has neither engineer_profile nor a list of engineers"
        raise RefusedError("unknown_kind", reason)
    rows: list[JsonValue] = []
    for kind, place, record in records:
        item = {**record, "kind": kind} if isinstance(record, dict) else record
        text = json.dumps(item, ensure_ascii=False)
        rows.append([kind, place, text, len(text)])
    return {"rows": rows, "findings": []}


def _individual(root: Record) -> Iterator[tuple[str, str, JsonValue]]:
    """Yield the report, the engineer in it, and each capability."""
    engineer = _section(root, "engineer_profile")
    machine = _section(engineer, "machine")
    performance = dict(_section(root, "performance"))
    metadata = _section(root, "report_metadata")
    capabilities = performance.get("capabilities")
    if isinstance(capabilities, list):
        del performance["capabilities"]
    whom: Record = {key: engineer[key] for key in _ENGINEER if key in engineer}
    if machine:
        whom["machine"] = {key: machine[key] for key in machine if key == "platform"}
    report = {key: value for key, value in root.items() if key not in _REPEATED}
    yield (
        "value_export",
        "the report",
        report
        | {
            "engineer_profile": whom,
            "performance": performance,
        },
    )
    yield (
        "engineer_profile",
        "engineer_profile",
        _of_all(root) | _profile(engineer, machine) | _stated(metadata, "export_date"),
    )
    stated = _of_all(root) | _stated(metadata, "export_date", "collection_period_days")
    stated["engineer_email"] = engineer.get("email")
    for number, capability in enumerate(capabilities if isinstance(capabilities, list) else (), 1):
        value = capability
        if isinstance(capability, dict):
            value = capability | stated | {"metrics": _counted(_section(capability, "metrics"))}
        yield "value_export_capability", f"performance.capabilities {number}", value


def _profile(engineer: Record, machine: Record) -> Record:
    """Return the profile under the names that the database has for it."""
    renamed = {"name": "engineer_name", "email": "engineer_email"}
    own = {renamed.get(key, key): engineer[key] for key in engineer if key != "machine"}
    return own | {_MACHINE.get(key, f"machine_{key}"): value for key, value in machine.items()}


def _counted(metrics: Record) -> Record:
    """Return the metrics of a capability with errors that are counted in numbers."""
    errors = metrics.get("error_types")
    if not isinstance(errors, list):
        return metrics
    return metrics | {"error_types": [_error(error) for error in errors]}


def _error(error: JsonValue) -> JsonValue:
    if not isinstance(error, dict):
        return error
    number = str(error.get("count"))
    return error | {"count": int(number)} if _COUNT.fullmatch(number) else error


def _team(root: Record) -> Iterator[tuple[str, str, JsonValue]]:
    """Yield the report and each engineer."""
    left = {key: value for key, value in root.items() if key not in _REPEATED | {"engineers"}}
    # Without its engineers: it stays the same when one of them is erased.
    told = hashlib.md5(json.dumps(left, sort_keys=True).encode(), usedforsecurity=False)
    report: Record = {"report_hash": told.hexdigest()}
    yield "team_export", "the report", left | report
    stated = _stated(_section(root, "report_metadata"), "generated_at") | report
    engineers = root["engineers"]
    for number, engineer in enumerate(engineers if isinstance(engineers, list) else (), 1):
        value = engineer
        if isinstance(engineer, dict):
            value = _of_all(root) | engineer | stated
        yield "team_export_engineer", f"engineers {number}", value


def _of_all(root: Record) -> Record:
    """Return what a report says of itself and thereby of all its parts."""
    return {key: root[key] for key in _OF_ALL if key in root}


def _stated(metadata: Record, *keys: str) -> Record:
    """Return what a report says of itself, which its parts are told apart by."""
    return {key: metadata.get(key) for key in keys}


def _section(record: Record, key: str) -> Record:
    value = record.get(key)
    return value if isinstance(value, dict) else {}
