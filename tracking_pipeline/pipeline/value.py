"""The value of any window, an engineer's own or a team's, as the YAML of the reports."""

from datetime import date, timedelta

import duckdb

from tracking_pipeline.analysis.value import values
from tracking_pipeline.errors import ReportError
from tracking_pipeline.pipeline.building import scored_provenances, sql_project
from tracking_pipeline.pipeline.clock import now_utc
from tracking_pipeline.reports.telemetry.exported import exported
from tracking_pipeline.reports.telemetry.individual import individual, team_of
from tracking_pipeline.reports.telemetry.individual_document import individual_document
from tracking_pipeline.reports.telemetry.team import team_report
from tracking_pipeline.reports.telemetry.team_document import team_document
from tracking_pipeline.reports.telemetry.value import Window, window_of
from tracking_pipeline.reports.writers.yaml import yaml
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.privacy import pseudonym
from tracking_pipeline.state.keys import pseudonym_key
from tracking_pipeline.state.people import person
from tracking_pipeline.state.store import open_store
from tracking_pipeline.warehouse.snapshot import open_snapshot, published_version
from tracking_pipeline.zones import zone

Dates = tuple[date, date]
"""The first and the last date, both in the window."""


def last_dates(settings: Settings, days: int, until: date | None = None) -> Dates:
    """Return the ``days`` dates up to ``until``, by default the last day that is over."""
    today = now_utc().astimezone(zone(settings.timezone)).date()
    last = until or today - timedelta(days=1)
    return last - timedelta(days=days - 1), last


def subject_of(settings: Settings, name: str) -> str:
    """Return the pseudonym of an e-mail address; any other name is a subject as it is."""
    hashed = pseudonym(name, pseudonym_key(settings)) if "@" in name else None
    return hashed or name


def value_of_engineer(settings: Settings, engineer: str, dates: Dates) -> bytes:
    """Return the engineer's business-value report of these dates as YAML.

    ``engineer`` is an e-mail address or a pseudonym. Raises ReportError when nothing is known of
    them in the window, SettingsError for an empty window.
    """
    subject = subject_of(settings, engineer)
    with open_snapshot(settings) as con, open_store(settings) as store:
        window = _window(settings, con, dates, _team(con, engineer, subject))
        told = individual(con, window, subject, person(store, subject))
        if told is None:
            raise _nothing(engineer, dates)
        version = published_version(settings) or ""
        tree = individual_document(
            told, exported_at=now_utc(), zone=settings.timezone, data_version=version
        )
    return yaml(tree)


def value_of_team(settings: Settings, team: str, dates: Dates) -> bytes:
    """Return the team's analytics of these dates as YAML; ReportError when they hold nothing."""
    with open_snapshot(settings) as con:
        window = _window(settings, con, dates, team)
        if window.team is None:
            has_exports = bool(exported(con, team, dates).engineers)
            raise _only_exports(team, dates) if has_exports else _nothing(team, dates)
        return yaml(team_document(team_report(settings, con, window, dates), now_utc()))


def _team(con: duckdb.DuckDBPyConnection, engineer: str, subject: str) -> str:
    try:
        return team_of(con, subject)
    except ReportError as error:
        raise ReportError(engineer, error.reason, error.fix) from error


def _window(settings: Settings, con: duckdb.DuckDBPyConnection, dates: Dates, team: str) -> Window:
    provenances = scored_provenances(settings)
    return window_of(values(con, sql_project(), *dates, provenances=provenances), team)


def _nothing(subject: str, dates: Dates) -> ReportError:
    return ReportError(
        subject,
        f"has no telemetry from {dates[0]} to {dates[1]}",
        "Ask for other dates, or deliver the files of that time and run `tracking run`",
    )


def _only_exports(team: str, dates: Dates) -> ReportError:
    """Return why exports have no value here: they state totals of dates that they chose."""
    return ReportError(
        team,
        f"has delivered nothing but exports from {dates[0]} to {dates[1]}",
        f"Read what they state in `tracking report --kind team_value --period {dates[1]}`, or "
        "deliver the engineers' databases of that time and run `tracking run`",
    )
