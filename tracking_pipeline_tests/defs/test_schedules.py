from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._utils.schedules import schedule_execution_time_iterator

from tracking_pipeline.defs.schedules import MISSED, sundays
from tracking_pipeline.settings import Settings
from tracking_pipeline.state.alerts import open_alerts
from tracking_pipeline.state.store import open_store

TORONTO = ZoneInfo("America/Toronto")
SUNDAY = datetime(2026, 3, 1, 9, tzinfo=TORONTO)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, timezone="America/Toronto")


def tick(
    settings: Settings, instance: dg.DagsterInstance, scheduled_at: datetime, seen_at: datetime
) -> dg.RunRequest:
    context = dg.build_schedule_context(
        instance=instance, scheduled_execution_time=scheduled_at.astimezone(UTC)
    )
    [request] = sundays(settings, clock=lambda: seen_at).evaluate_tick(context).run_requests
    return request


def open_alert_ids(settings: Settings) -> list[str]:
    with open_store(settings) as store:
        return [alert.alert_id for alert in open_alerts(store)]


@pytest.mark.parametrize(
    ("start", "hour_in_utc"),
    [
        (date(2026, 3, 1), 14),
        (date(2026, 3, 8), 13),  # clocks go forward this night
        (date(2026, 10, 25), 13),
        (date(2026, 11, 1), 14),  # clocks go back this night
    ],
)
def test_it_ticks_on_sundays_at_nine_whatever_the_clocks_do(
    settings: Settings, start: date, hour_in_utc: int
) -> None:
    day = datetime(start.year, start.month, start.day, tzinfo=TORONTO)
    schedule = sundays(settings)
    first = next(
        schedule_execution_time_iterator(
            day.timestamp(), schedule.cron_schedule, schedule.execution_timezone
        )
    )
    assert first.astimezone(UTC).hour == hour_in_utc
    assert first.astimezone(TORONTO) == day.replace(hour=9)


def test_it_is_running_by_default(settings: Settings) -> None:
    assert sundays(settings).default_status is dg.DefaultScheduleStatus.RUNNING


def test_a_punctual_tick_starts_the_weekly_run_without_an_alert(settings: Settings) -> None:
    with dg.instance_for_test() as instance:
        request = tick(settings, instance, SUNDAY, SUNDAY + timedelta(seconds=5))
    assert request.run_key == "2026-03-01T14:00:00+00:00"
    assert open_alert_ids(settings) == []


def test_a_tick_after_an_outage_alerts_until_one_is_punctual_again(settings: Settings) -> None:
    with dg.instance_for_test() as instance:
        tick(settings, instance, SUNDAY, SUNDAY + timedelta(days=2))
        assert open_alert_ids(settings) == [MISSED]
        later = SUNDAY + timedelta(days=7)
        tick(settings, instance, later, later + timedelta(seconds=5))
    assert open_alert_ids(settings) == []


def test_missed_sundays_alert_even_when_this_tick_is_punctual(settings: Settings) -> None:
    @dg.job(name="weekly")
    def weekly() -> None:
        pass

    with dg.instance_for_test() as instance:
        before = tick(settings, instance, SUNDAY, SUNDAY)
        weekly.execute_in_process(instance=instance, tags=before.tags)
        after = SUNDAY + timedelta(weeks=4)
        tick(settings, instance, after, after + timedelta(seconds=5))
    assert open_alert_ids(settings) == [MISSED]
