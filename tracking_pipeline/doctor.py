"""Looks at a home and says what is wrong there, and the fix."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from tracking_pipeline.delivery.mail import check_mail
from tracking_pipeline.errors import TrackingError, machine_fault
from tracking_pipeline.landing.folder import never_read
from tracking_pipeline.listing import listed
from tracking_pipeline.pipeline import clock, loading, publishing
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.registry import SOURCES
from tracking_pipeline.state.alerts import open_alerts
from tracking_pipeline.state.erasing import unfinished
from tracking_pipeline.state.keys import key_file, pseudonym_key
from tracking_pipeline.state.store import open_store
from tracking_pipeline.warehouse.connection import writer
from tracking_pipeline.warehouse.snapshot import open_snapshot, read_whole
from tracking_pipeline.zones import contradiction

_LEAST_FREE_BYTES = 2**30
_ZONE_DAYS = 365
"""How far back and ahead the rules of time zones are compared."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: what it is, how it is, and what to do when it is not well."""

    subject: str
    is_well: bool
    state: str
    fix: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """Yield one finding a thing that was looked at; a look that fails is itself a finding."""
    for subject, look in _LOOKS.items():
        try:
            yield look(settings)
        except Exception as error:
            told = error if isinstance(error, TrackingError) else machine_fault(error)
            if told is None:
                raise
            # The subject says where to look, but not of what lies there.
            state = f"{told.culprit}: {told.reason}" if told is not error else told.reason
            yield Finding(subject, is_well=False, state=state, fix=told.fix)


def _disk(settings: Settings) -> Finding:
    settings.home_dir.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.home_dir).free
    return Finding(
        "disk",
        free >= _LEAST_FREE_BYTES,
        f"{free / 2**30:.1f} GiB free below {settings.home_dir}",
        "Free some space, or move TRACKING_HOME",
    )


def _landing(settings: Settings) -> Finding:
    unread = never_read(settings, clock.now_utc())
    n_due = len(loading.scan(settings))
    state = f"{n_due} files to load in {settings.landing_dir}"
    if unread:
        state += f"; never read: {listed(list(map(str, unread)))}"
    unfinished = loading.unfinished(settings)
    if unfinished:
        state += (
            f"; the last line has no end yet, and is read by `tracking ingest` or after "
            f"{settings.last_line_minutes:g} minutes at rest: {listed(unfinished)}"
        )
    fix = "Move these into a source's folder under plain names, or remove them"
    return Finding("landing", not unread, state, fix)


def _files(settings: Settings) -> Finding:
    """Look at landed files that could not be loaded."""
    failing = loading.failing(settings)
    named = listed([f"{path} ({error})" for path, error in failing.items()])
    state = f"{len(failing)} cannot be loaded: {named}" if failing else "all could be loaded"
    return Finding(
        "files",
        not failing,
        state,
        "Correct what the reason names; they are tried again by themselves, at last once a day",
    )


def _warehouse(settings: Settings) -> Finding:
    if not settings.warehouse_file.exists():
        return Finding("warehouse", is_well=True, state="not made yet: nothing has been ingested")
    with writer(settings.model_copy(update={"writer_wait_seconds": 1.0})):
        size = settings.warehouse_file.stat().st_size
    return Finding("warehouse", is_well=True, state=f"opens, {size / 2**20:.1f} MiB")


def _key(settings: Settings) -> Finding:
    """Look at the key of the pseudonyms, without drawing one."""
    file = key_file(settings)
    if file.exists():
        pseudonym_key(settings)
        return Finding("pseudonym key", is_well=True, state="whole")
    is_lost = settings.warehouse_file.exists() and loading.has_records(settings)
    return Finding(
        "pseudonym key",
        not is_lost,
        f"{file} is missing, and records lie under its pseudonyms" if is_lost else "not drawn yet",
        "Restore it from a backup before anything is loaded: another would be drawn",
    )


def _suites(_: Settings) -> Finding:
    """Look for kinds of records of which nothing says what must hold."""
    loading.expect_suites()
    return Finding("suites", is_well=True, state="every kind of record has one")


def _quarantine(settings: Settings) -> Finding:
    if not settings.warehouse_file.exists():
        return Finding("quarantine", is_well=True, state="empty")
    n_refused = loading.quarantined(settings).height
    return Finding(
        "quarantine",
        n_refused == 0,
        f"records waiting: {n_refused}" if n_refused else "empty",
        "See `tracking quarantine list`, then `show`, and `replay` or `dismiss`",
    )


def _snapshot(settings: Settings) -> Finding:
    with open_snapshot(settings) as con:
        read_whole(con)
    return Finding("snapshot", is_well=True, state="published and readable")


def _engine_metrics(settings: Settings) -> Finding:
    """Look at what engines sent, or people wrote of them, that enters no figure."""
    with open_snapshot(settings) as con:
        found = con.execute(
            "select distinct metric_name, reason from marts.unmatched_engine_metrics order by all"
        ).fetchall()
    names = listed([f"{name} ({reason.replace('_', ' ')})" for name, reason in found])
    return Finding(
        "engine metrics",
        not found,
        f"{len(found)} names enter no figure: {names}" if found else "every name is known",
        "Correct the names or values at their sender, or add the metric to seeds/metrics.csv",
    )


def _zones(settings: Settings) -> Finding:
    """Look whether this computer's clock goes by the rules that the warehouse engine goes by."""
    declared = (source.timezone for source in SOURCES.values())
    set_ = (*settings.source_timezones.values(), *settings.engineer_timezones.values())
    used = sorted({settings.timezone, *declared, *set_})
    first = clock.now_utc() - timedelta(days=_ZONE_DAYS)
    found = {name: contradiction(name, first, 2 * _ZONE_DAYS) for name in used}
    differing = [f"{name} from {day:%F} on" for name, day in found.items() if day]
    return Finding(
        "time zones",
        not differing,
        f"this computer's rules are not the warehouse engine's: {listed(differing)}"
        if differing
        else f"one set of rules for {listed(used)}",
        "Days and figures go by DuckDB's, schedules by the computer's: update the older of both, "
        "the system's tzdata (or set PYTHONTZPATH= and update the package tzdata) or duckdb",
    )


def _reports(settings: Settings) -> Finding:
    owed = publishing.owed_reports(settings, clock.now_utc())
    return Finding(
        "reports",
        not owed,
        f"{len(owed)} owed, oldest from {owed[0].start}" if owed else "none owed",
        "Run `tracking report`, or leave it to the weekly schedule",
    )


def _erasure(settings: Settings) -> Finding:
    begun = unfinished(settings)
    return Finding(
        "erasure",
        begun is None,
        "a person is half erased" if begun else "none is unfinished",
        "Run `tracking erase` again for the same person",
    )


def _returned(settings: Settings) -> Finding:
    """Look at files that hold somebody who was erased, delivered again in other bytes."""
    paths = loading.returned(settings) if settings.warehouse_file.exists() else []
    return Finding(
        "erased records",
        not paths,
        f"delivered again in {len(paths)} files: {listed(paths)}" if paths else "none came back",
        "Correct the sender, then run `tracking erase` again for that person",
    )


def _alerts(settings: Settings) -> Finding:
    with open_store(settings) as store:
        alerts = open_alerts(store)
    state = "; ".join(alert.message for alert in alerts) or "none open"
    return Finding("alerts", not alerts, state, "Look at the failed runs in Dagster")


def _mail(settings: Settings) -> Finding:
    if not (settings.smtp_host or settings.email_engineers or settings.email_team):
        return Finding("mail", is_well=True, state="no mail server is set: nothing is sent")
    check_mail(settings)
    return Finding("mail", is_well=True, state=f"by {settings.smtp_host}:{settings.smtp_port}")


_LOOKS: dict[str, Callable[[Settings], Finding]] = {
    "disk": _disk,
    "landing": _landing,
    "files": _files,
    "warehouse": _warehouse,
    "pseudonym key": _key,
    "suites": _suites,
    "quarantine": _quarantine,
    "snapshot": _snapshot,
    "engine metrics": _engine_metrics,
    "time zones": _zones,
    "reports": _reports,
    "alerts": _alerts,
    "mail": _mail,
    "erasure": _erasure,
    "erased records": _returned,
}
