"""The seed's weekly client update: subject, highlights, improvements, next steps, on one page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import duckdb

from tracking_pipeline.reports import display, findings
from tracking_pipeline.reports.document import Block, Cards, Item, Items, Paragraph, Section
from tracking_pipeline.reports.draft import Draft, ReportKind, Versions
from tracking_pipeline.reports.engines import charts, frame
from tracking_pipeline.reports.engines.cards import total_card
from tracking_pipeline.reports.engines.economics import Economics, latest, of_subject, shown
from tracking_pipeline.reports.engines.standings import SYSTEM, Standing
from tracking_pipeline.reports.engines.week import EngineWeek, engine_week
from tracking_pipeline.reports.model import Recommendation
from tracking_pipeline.reports.period import Period
from tracking_pipeline.settings import Settings

_LEADING: Final = ("meetings_booked", "leads", "cost_per_meeting_usd", "hours_saved")
_MOST: Final = 3
_WEEK: Final = timedelta(days=7)
_GREETING: Final = "Hello, this is what your AI engines did for you this week."
_NOTHING_KNOWN: Final = "There is no figure to show you for this week."
_NOTHING_PROVEN: Final = "No change this week is large and sure enough to tell you about yet."


@dataclass(frozen=True)
class Update:
    """What one client is told of a week; the sentences on improvements are the gate's."""

    subject: str
    highlights: tuple[str, ...]
    improvements: tuple[str, ...]
    watched: tuple[str, ...]
    next_steps: tuple[Item, ...]


def versions(con: duckdb.DuckDBPyConnection, subject: str | None) -> Versions:
    """Return what each client's week stands on; it shows the week before, too."""
    own = frame.economic_versions(con, "week", subject, with_all=False)
    return {
        (client, start): " after ".join(filter(None, (version, own.get((client, start - _WEEK)))))
        for (client, start), version in own.items()
    }


def draft(
    _settings: Settings,
    con: duckdb.DuckDBPyConnection,
    subject: str,
    period: Period,
    as_of: datetime,
) -> Draft:
    """Return the client's update on the week."""
    week = engine_week(con, period)
    own = of_subject(week.economics, subject)
    now, before = latest(own, period.start), latest(own, period.previous.start)
    advised = [
        each
        for each in findings.recommendations(con, SYSTEM, period.start)
        if each.client_id == subject
    ]
    told = _update(week, subject, now, advised)
    label = frame.client_name(con, subject)
    version = versions(con, subject).get((subject, period.start), frame.NOTHING)
    desk = frame.Desk(
        UPDATE.name,
        UPDATE.label,
        subject,
        label,
        period,
        as_of,
        version,
        frame.is_simulated(now),
    )
    data, care = _data(told), tuple(frame.reasons(now, period))
    return frame.drafted(
        desk,
        {"client": tuple(_sections(told, now, before, care))},
        data,
        said=[data, *(shown(now, name) for name in _LEADING)],
        stated=frame.stated_economics(now, label) if now else (),
        summary=[("Subject", told.subject)],
        reasons=care,
    )


def _update(
    week: EngineWeek, client: str, now: Economics | None, advised: list[Recommendation]
) -> Update:
    claims = [each for each in week.claims if each.client_id == client]
    worse = [each for each in week.attention if each.client_id == client]
    return Update(
        subject=f"Your AI Engines This Week: {_meetings(now)}",
        highlights=tuple(_highlights(week, client, now)),
        improvements=tuple(
            f"{each.said.sentence} ({each.said.evidence})" for each in claims if each.is_better
        )[:_MOST],
        watched=tuple(each.sentence for each in worse)[:_MOST],
        next_steps=tuple(_steps(week, client, advised))[:_MOST],
    )


def _meetings(now: Economics | None) -> str:
    if now is None or now.meetings_booked is None:
        return "no meetings on record"
    is_one = now.meetings_booked == 1
    return f"{shown(now, 'meetings_booked')} meeting{'' if is_one else 's'} booked"


def _highlights(week: EngineWeek, client: str, now: Economics | None) -> Iterator[str]:
    if now and now.cost_per_meeting_usd is not None:
        cost = shown(now, "cost_per_meeting_usd")
        yield f"{_meetings(now)}, at {cost} each{_earlier(now)}"
    for goal in week.goals:
        if goal.client_id == client and goal.is_reached:
            value = display.number(goal.value, goal.unit)
            target = display.number(goal.target_value, goal.unit)
            yield f"Goal reached: {goal.label} {value}, target {target}"
    ranked = [each for each in week.ranked if each.client_id == client]
    good = [each for each in ranked if (each.score or 0.0) >= charts.BENCHMARK]
    for each in good[:_MOST]:
        yield _standing(each)


def _steps(week: EngineWeek, client: str, advised: list[Recommendation]) -> Iterator[Item]:
    """Yield what the rules advise; without advice, what we do about engines below benchmark."""
    for each in advised:
        yield Item(each.title, actions=each.action_items)
    behind = {(client, each.engine_id) for each in week.attention if each.client_id == client}
    for standing in week.standings:
        is_short = standing.score is None or standing.score < charts.BENCHMARK
        if not advised and standing.key in behind and is_short:
            yield Item(
                f"We find out what held {standing.engine} back and adjust it; "
                "next week's update shows the result"
            )


def _earlier(now: Economics) -> str:
    if now.traditional_cost_per_meeting_usd is None:
        return ""
    cost = display.number(now.traditional_cost_per_meeting_usd, "usd")
    if now.traditional_basis == "measured":
        return f"; your earlier way took {cost} each"
    return f"; the industry's figure is {cost} each"


def _standing(each: Standing) -> str:
    score = (
        f"{each.title} scores {display.number(each.score, 'score')} ({charts.signed(each.score)}"
    )
    metric = each.leading
    told = f"{score} against its benchmarks)"
    if metric is None:
        return told
    return f"{told}: {metric.label.lower()} {display.number(metric.value, metric.unit)}"


def _sections(
    told: Update, now: Economics | None, before: Economics | None, care: tuple[str, ...]
) -> Iterator[Section]:
    cards = Cards(tuple(total_card(name, now, before, "week") for name in _LEADING))
    lead = (Paragraph(_GREETING), cards, *_care(care))
    yield Section("week", told.subject, lead)
    yield Section("highlights", "Highlights", (_listed(told.highlights, _NOTHING_KNOWN),))
    yield Section("improvements", "Improvements", tuple(_improvements(told)))
    steps = Items(told.next_steps, is_numbered=True, empty="Nothing to change: we keep watching.")
    yield Section("next-steps", "Next steps", (steps,))


def _care(reasons: tuple[str, ...]) -> Iterator[Block]:
    """Yield what the mark of the data's quality means, where it warns."""
    if reasons:
        said = f"“Data quality: warning” means for this week: {'; '.join(reasons)}."
        yield Paragraph(said, is_quiet=True)


def _improvements(told: Update) -> Iterator[Block]:
    yield _listed(told.improvements, _NOTHING_PROVEN)
    if told.watched:
        yield Paragraph("What we are working on:", is_quiet=True)
        yield _listed(told.watched, "")


def _listed(sentences: tuple[str, ...], empty: str) -> Items:
    """Return the sentences as points of one entry."""
    return Items((Item(actions=sentences),) if sentences else (), empty=empty)


def _data(told: Update) -> dict[str, object]:
    """Return the seed's keys."""
    return {
        "subject": told.subject,
        "highlights": list(told.highlights),
        "improvements": list(told.improvements),
        "nextSteps": [each.title for each in told.next_steps],
    }


UPDATE: Final = ReportKind("client_update", "Your week", "week", versions, draft)
