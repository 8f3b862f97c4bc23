"""The business-value report of one engineer: a month, or a quarter, for their own eyes."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Final

import duckdb

from tracking_pipeline.reports import display
from tracking_pipeline.reports.draft import Draft, ReportKind, Stated, Versions
from tracking_pipeline.reports.engines.frame import FOOTNOTE, NOTHING, said_versions
from tracking_pipeline.reports.period import Period, Rhythm
from tracking_pipeline.reports.telemetry.individual import Individual, individual, team_of
from tracking_pipeline.reports.telemetry.individual_document import individual_document
from tracking_pipeline.reports.telemetry.individual_sections import sections
from tracking_pipeline.reports.telemetry.individual_sheets import sheets
from tracking_pipeline.reports.telemetry.measures import LEADING, MEASURES
from tracking_pipeline.reports.telemetry.names import pseudonym
from tracking_pipeline.reports.telemetry.value import WindowKind, window
from tracking_pipeline.settings import Settings
from tracking_pipeline.state.people import Person, person
from tracking_pipeline.state.store import open_store

_SATURDAY: Final = 6
_FILE: Final = "business-value-report.yaml"

# Contents, not batches: a file that says the same again moves nothing.
_SHOWN: Final = """
with
periods as (
    select engineer_hash as subject, start_date as start, client_id, end_date
    from marts.engineer_value
    where window_kind = '{rhythm}'
),
own as (
    select engineer_hash as subject, start_date as start, hash(told) as said
    from (select * exclude (last_batch_id) from marts.engineer_value) as told
    where window_kind = '{rhythm}'
    union all
    select engineer_hash, start_date, hash(told)
    from (select * exclude (last_batch_id) from marts.engineer_capability_value) as told
    where window_kind = '{rhythm}'
),
shown as (
    select subject, start, said from own
    union all
    select subject, (start + interval 1 {rhythm})::date, hash((said, 'before')) from own
    union all
    select subject, start, hash((days.metric_date, days.commits, days.tokens_saved))
    from periods
    inner join marts.engineer_days as days
        on days.client_id = periods.client_id
        and days.engineer_hash = periods.subject
        and days.metric_date between periods.start and periods.end_date
    union all
    select subject, start, hash(profile)
    from periods
    inner join (select * exclude (id, last_batch_id) from marts.engineer_profile) as profile
        on profile.client_id = periods.client_id and profile.engineer_email = periods.subject
    union all
    select subject, start, hash((assumed.assumption_id, assumed.base, assumed.source))
    from periods
    cross join seeds.assumptions as assumed
    where assumed.system = 'telemetry'
    union all
    select subject, start, hash((exports.exported_at, exports.total_value_usd, exports.is_counted))
    from periods
    inner join marts.counted_exports as exports
        on exports.client_id = periods.client_id
        and exports.engineer_hash = periods.subject
        and exports.first_date <= periods.end_date and exports.last_date >= periods.start
)
select subject, start, printf('%x', bit_xor(said)) as said
from shown
semi join periods using (subject, start)
where $1 is null or subject = $1
group by subject, start
"""


def versions(
    con: duckdb.DuckDBPyConnection, subject: str | None, rhythm: Rhythm = "month"
) -> Versions:
    """Return what each engineer's months, or quarters, stand on."""
    return said_versions(con, _SHOWN.format(rhythm=rhythm), subject, "telemetry")


def draft(
    settings: Settings,
    con: duckdb.DuckDBPyConnection,
    subject: str,
    period: Period,
    as_of: datetime,
) -> Draft | None:
    """Return the engineer's report of the period; None when it holds nothing of them.

    Raises ReportError when nothing is known of such an engineer at all.
    """
    told = _told(con, subject, period, _person(settings, subject))
    if told is None:
        return None
    kind = QUARTERLY if period.rhythm == "quarter" else MONTHLY
    version = kind.versions(con, subject).get((subject, period.start), NOTHING)
    tree = individual_document(told, exported_at=as_of, zone=period.zone, data_version=version)
    reasons = tuple(_reasons(told))
    return Draft(
        kind=kind.name,
        kind_label=kind.label,
        subject=subject,
        subject_label=pseudonym(subject),
        title=told.called.name,
        period=period,
        as_of=as_of,
        data_version=version,
        editions={"executive": tuple(sections(told, period, reasons))},
        said=told.said(),
        data={"business_value": tree},
        stated=tuple(_stated(told)),
        sheets=tuple(sheets(told)),
        summary=tuple((MEASURES[name].label, MEASURES[name].shown(told.value)) for name in LEADING),
        details={},
        exports={_FILE: tree},
        reasons=reasons,
        footer=(FOOTNOTE,),
        is_demo=told.value.provenance == "simulated",
    )


def _person(settings: Settings, subject: str) -> Person | None:
    with open_store(settings) as store:
        return person(store, subject)


def _told(
    con: duckdb.DuckDBPyConnection, subject: str, period: Period, who: Person | None
) -> Individual | None:
    kind: WindowKind = "quarter" if period.rhythm == "quarter" else "month"
    team = team_of(con, subject)
    before = window(con, kind, period.previous.start, team).engineer(subject)
    return individual(con, window(con, kind, period.start, team), subject, who, before)


def _stated(told: Individual) -> Iterator[Stated]:
    n = told.value.dates_covered
    for each in MEASURES.values():
        about = (f"value/{each.name}", each.label)
        is_leading = each.name in LEADING
        yield Stated(*about, each.of(told.value), n, each.unit, is_leading=is_leading)
        if told.before is not None:
            earlier, days = each.of(told.before), told.before.dates_covered
            yield Stated(*about, earlier, days, each.unit, "previous_value", is_leading)


def _reasons(told: Individual) -> Iterator[str]:
    """Yield what the engineer has to mind."""
    value = told.value
    weekdays = sum(day.metric_date.isoweekday() < _SATURDAY for day in told.days)
    if value.dates_covered < weekdays:
        yield f"daily figures on {value.dates_covered} dates, of {weekdays} weekdays"
    if value.roi_multiplier is None:
        yield "the return on cost is not known: no saved cost or time is recorded"
    if value.provenance != "measured":
        yield f"the figures are {value.provenance or 'of unknown provenance'}, not measured"
    if told.mismatches:
        count = display.counted(len(told.mismatches), "total")
        yield f"not what the export's own figures give: {count} of exports"


MONTHLY: Final = ReportKind(
    "business_value",
    "Business value",
    "month",
    versions,
    draft,
    is_conditional=True,
)
QUARTERLY: Final = ReportKind(
    "business_value_quarterly",
    "Business value of a quarter",
    "quarter",
    partial(versions, rhythm="quarter"),
    draft,
    is_conditional=True,
)
