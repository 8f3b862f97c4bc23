from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import dagster as dg

from tracking_pipeline.defs.jobs import monthly, quarterly, weekly
from tracking_pipeline.pipeline import clock
from tracking_pipeline.settings import Settings, load_settings
from tracking_pipeline.state.alerts import raise_alert, resolve_alert
from tracking_pipeline.state.store import open_store

SUNDAY_MORNING = "0 9 * * 0"
EVERY_MORNING = "30 9 * * *"
AFTER_THE_MONTHS = "45 9 * * *"
MISSED = "weekly_schedule_missed"
_SCHEDULED_AT = "tracking/scheduled_at"
_PUNCTUAL = timedelta(hours=1)
# A week is an hour longer when the clocks go back.
_WEEK = timedelta(days=7, hours=2)


@dg.definitions
def schedules() -> dg.Definitions:
    """Define when reports are written, in the reporting time zone."""
    settings = load_settings()
    return dg.Definitions(schedules=[sundays(settings), mornings(settings), quarters(settings)])


def sundays(
    settings: Settings, clock: Callable[[], datetime] = clock.now_utc
) -> dg.ScheduleDefinition:
    """Return the schedule that starts ``weekly`` every Sunday at 09:00, running by default.

    Which weeks are reported is not its choice: the run writes every report that is owed.
    """

    @dg.schedule(
        job=weekly,
        cron_schedule=SUNDAY_MORNING,
        execution_timezone=settings.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        name="sundays_at_nine",
        description="Everything new, and the report of the week that ended, Sundays at 09:00; "
        "after an outage also every report that is still owed.",
    )
    def tick(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        scheduled_at = context.scheduled_execution_time.astimezone(UTC)
        _note_outage(settings, scheduled_at, _last_scheduled_at(context.instance), clock())
        moment = scheduled_at.isoformat()
        return dg.RunRequest(run_key=moment, tags={_SCHEDULED_AT: moment})

    return tick


def mornings(settings: Settings) -> dg.ScheduleDefinition:
    """Return the schedule that starts ``monthly`` every day at 09:30, running by default."""
    return dg.ScheduleDefinition(
        job=monthly,
        cron_schedule=EVERY_MORNING,
        execution_timezone=settings.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        name="mornings_at_half_past_nine",
        description="The reports of months that are owed; on most days none is.",
    )


def quarters(settings: Settings) -> dg.ScheduleDefinition:
    """Return the schedule that starts ``quarterly`` every day at 09:45, running by default."""
    return dg.ScheduleDefinition(
        job=quarterly,
        cron_schedule=AFTER_THE_MONTHS,
        execution_timezone=settings.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        name="mornings_at_quarter_to_ten",
        description="The reports of quarters that are owed; on most days none is.",
    )


def _note_outage(
    settings: Settings, scheduled_at: datetime, last: datetime | None, now: datetime
) -> None:
    """Alert when this tick is late or follows on missed ones; resolve when it is punctual."""
    is_missing = last is not None and scheduled_at - last > _WEEK
    with open_store(settings) as store:
        if is_missing or now - scheduled_at > _PUNCTUAL:
            since = f"; the last one before was due at {last:%Y-%m-%d %H:%M} UTC" if last else ""
            message = f"the weekly run due at {scheduled_at:%Y-%m-%d %H:%M} UTC came late{since}"
            raise_alert(store, MISSED, message, now)
        else:
            resolve_alert(store, MISSED, now)


def _last_scheduled_at(instance: dg.DagsterInstance) -> datetime | None:
    runs = instance.get_runs(filters=dg.RunsFilter(job_name=weekly.name), limit=20)
    known = [run.tags[_SCHEDULED_AT] for run in runs if _SCHEDULED_AT in run.tags]
    return datetime.fromisoformat(max(known)) if known else None
