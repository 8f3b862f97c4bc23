"""A client's pilot: what it must reach, what data its verdict needs, and the evidence for each."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Final

import duckdb

from tracking_pipeline.reports.draft import Draft, ReportKind, Stated, Versions
from tracking_pipeline.reports.engines import frame, verdicts
from tracking_pipeline.reports.engines.pilot_sections import sections
from tracking_pipeline.reports.engines.verdicts import Pilot, Verdict
from tracking_pipeline.reports.period import Period

# A pilot is told of the last whole month that it has data of, one that is over of its last, too.
_VERSIONS: Final = """
with
verdicts as (
    select client_id, criterion_id as rule_id, engine_id, status, window_start, window_end
    from marts.pilot_criteria
    union all
    select client_id, requirement_id, engine_id, status, window_start, window_end
    from marts.pilot_requirements
),
pilots as (
    select
        verdicts.client_id, any_value(window_start) as window_start,
        any_value(window_end) as window_end, any_value(pilot_end_date) as pilot_end_date,
        md5(string_agg(concat_ws('|', clients.name, rule_id, engine_id, status), ','
            order by rule_id, engine_id)) as said
    from verdicts
    left join marts.clients on clients.client_key = verdicts.client_id
    where window_end is not null
    group by verdicts.client_id
),
told as (
    select *, date_trunc('month', window_end)::date as start from pilots
    where window_end >= pilot_end_date or window_end = last_day(window_end)
    union all
    select *, (date_trunc('month', window_end) - interval 1 month)::date as start from pilots
    where window_end < last_day(window_end)
)
select client_id as subject, start, said from told
where window_start <= last_day(start) and ($1 is null or client_id = $1)
"""


def versions(con: duckdb.DuckDBPyConnection, subject: str | None) -> Versions:
    """Return what each client's pilot stands on, of the month it is told of."""
    return frame.said_versions(con, _VERSIONS, subject, "verdicts")


def draft(
    _settings: object,
    con: duckdb.DuckDBPyConnection,
    subject: str,
    period: Period,
    as_of: datetime,
) -> Draft:
    """Return the client's pilot as its tables judge it now; told anew when a verdict changes."""
    pilot = verdicts.pilot(con, subject, period)
    label = frame.client_name(con, subject)
    version = versions(con, subject).get((subject, period.start), frame.NOTHING)
    is_demo = any(m.provenance == "simulated" for each in pilot.standings for m in each.metrics)
    desk = frame.Desk(PILOT.name, PILOT.label, subject, label, period, as_of, version, is_demo)
    every = (*pilot.criteria, *pilot.requirements)
    return frame.drafted(
        desk,
        {"client": tuple(sections(pilot))},
        {
            "pilot": {
                "criteria": [asdict(each) for each in pilot.criteria],
                "requirements": [asdict(each) for each in pilot.requirements],
            }
        },
        said=[(each.rule_id, each.engine_id, each.status) for each in every],
        stated=tuple(_stated(each) for each in every),
        summary=[(each.label, each.words) for each in pilot.verdicts],
        reasons=tuple(_reasons(pilot)),
    )


def _reasons(pilot: Pilot) -> Iterator[str]:
    unknown = [each for each in pilot.verdicts if each.status == "not_enough_data"]
    if unknown:
        yield f"{len(unknown)} of {len(pilot.verdicts)} verdicts lack data"


def _stated(each: Verdict) -> Stated:
    of_engine = f", engine {each.engine_id}" if each.engine_id else ""
    return Stated(
        figure=f"{each.rule_id}/{each.engine_id or ''}",
        label=each.label + of_engine,
        value=each.words,
        n=each.n,
        saying="verdict",
        is_leading=each.engine_id is None,
    )


PILOT: Final = ReportKind("pilot", "Pilot report", "month", versions, draft)
