"""The weekly summary: each engineer's own seven days, and the team's for its stakeholders."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import duckdb
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from tracking_pipeline.delivery.outbox import Message
from tracking_pipeline.reports import display
from tracking_pipeline.reports.period import Period
from tracking_pipeline.reports.query import plain
from tracking_pipeline.reports.telemetry.arithmetic import Step, steps
from tracking_pipeline.reports.telemetry.assumptions import Assumed, assumed
from tracking_pipeline.reports.telemetry.measures import MEASURES, Measure
from tracking_pipeline.reports.telemetry.value import (
    EngineerValue,
    TeamValue,
    Value,
    Window,
    window,
)
from tracking_pipeline.settings import Settings
from tracking_pipeline.state.people import Person

_LEADING: Final = ("cost_saved_usd", "hours_saved", "commits", "roi_multiplier")
_FURTHER: Final = (
    *("prs_merged", "avg_test_coverage", "bugs_fixed", "code_reviews", "quality_score"),
    *("executions", "success_rate", "memory_hit_rate", "acceptance_rate", "tokens_saved"),
    *("monthly_projection_usd", "annual_projection_usd"),
)
_ROI_STEPS: Final = 5


@dataclass(frozen=True)
class Row:
    """A figure of the week, and of the week before."""

    label: str
    value: str
    before: str


@dataclass(frozen=True)
class Summary:
    """What a message tells: whose week it is, its figures, and what the return rests on."""

    title: str
    greeting: str
    week: str
    leading: tuple[Row, ...]
    further: tuple[Row, ...]
    steps: tuple[Step, ...]
    basis: str
    why: str
    is_demo: bool


def summaries(
    settings: Settings,
    con: duckdb.DuckDBPyConnection,
    people: dict[str, Person],
    week: Period,
) -> Iterator[Message]:
    """Yield the messages of ``week`` that the settings ask for.

    One to each engineer who has data in it and whose address is known, one to each address of the
    stakeholders for each team. Their ids are those of recipient and week.
    """
    query = (
        "select distinct client_id from marts.team_value "
        "where window_kind = 'week' and start_date = $1 order by 1"
    )
    given = assumed(con)
    for (team,) in con.execute(query, [week.start]).fetchall():
        now = window(con, "week", week.start, team)
        before = window(con, "week", week.previous.start, team)
        desk = _Desk(week, now, before, given, settings.is_demo)
        if settings.email_engineers:
            for engineer in now.engineers:
                if engineer.engineer_hash in people:
                    yield _own(desk, engineer, people[engineer.engineer_hash])
        if now.team and now.team.engineers > 1:  # of one, they would be a person's figures
            for address in _addresses(settings):
                yield _of_team(desk, now.team, address)


@dataclass(frozen=True)
class _Desk:
    week: Period
    now: Window
    before: Window
    assumed: Assumed
    is_demo: bool


def _addresses(settings: Settings) -> list[str]:
    named = (address.strip() for address in settings.email_team.split(","))
    return list(dict.fromkeys(address for address in named if address))


def _own(desk: _Desk, value: EngineerValue, person: Person) -> Message:
    told = Summary(
        title="Your CORTEX weekly summary",
        greeting=f"Hello {plain(person.name)}," if person.name else "Hello,",
        why="You get this because your telemetry is collected with your consent. Only you get it.",
        basis=f"{value.dates_covered} of {value.n_days} days have data.",
        **_figures(desk, value, desk.before.engineer(value.engineer_hash)),
    )
    name = f"weekly_summary/{value.client_id}/{value.engineer_hash}/{desk.week.start}"
    return _message(name, "weekly_summary", told, pseudonym=value.engineer_hash)


def _of_team(desk: _Desk, value: TeamValue, address: str) -> Message:
    told = Summary(
        title=f"The week of {value.engineers} engineers with CORTEX",
        greeting=f"The team {value.client_id}",
        why="You get this as a stakeholder of the team. No engineer is named in it.",
        basis=f"{value.active_engineers} of {value.engineers} engineers used CORTEX in the week. "
        f"{_covered(desk.now)}",
        **_figures(desk, value, desk.before.team),
    )
    digest = hashlib.sha256(address.lower().encode()).hexdigest()[:16]
    name = f"team_summary/{value.client_id}/{desk.week.start}/{digest}"
    return _message(name, "team_summary", told, recipient=address)


def _covered(now: Window) -> str:
    known = sum(each.dates_covered for each in now.engineers)
    return f"{known:,} of {sum(each.n_days for each in now.engineers):,} engineer days have data."


def _figures(desk: _Desk, value: Value, before: Value | None) -> dict[str, Any]:
    return {
        "week": display.span(desk.week),
        "leading": tuple(_row(MEASURES[name], value, before) for name in _LEADING),
        "further": tuple(_row(MEASURES[name], value, before) for name in _FURTHER),
        "steps": steps(value, desk.assumed)[:_ROI_STEPS],
        "is_demo": desk.is_demo,
    }


def _row(measure: Measure, value: Value, before: Value | None) -> Row:
    return Row(measure.label, measure.shown(value), measure.shown(before))


def _message(
    message_id: str,
    kind: str,
    told: Summary,
    *,
    pseudonym: str | None = None,
    recipient: str | None = None,
) -> Message:
    environment = _environment()
    demo = "Demo: " if told.is_demo else ""
    return Message(
        message_id=message_id,
        kind=kind,
        subject=f"{demo}{told.title}, {told.week}",
        html=environment.get_template("weekly_summary.html.j2").render(vars(told)),
        text=environment.get_template("weekly_summary.txt.j2").render(vars(told)),
        pseudonym=pseudonym,
        recipient=recipient,
    )


@cache
def _environment() -> Environment:
    """Return Jinja, which escapes what stands in HTML; a text has nothing to escape."""
    return Environment(
        loader=PackageLoader("tracking_pipeline.delivery"),
        autoescape=select_autoescape(("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
