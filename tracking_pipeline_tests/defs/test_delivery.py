"""The job that sends messages, over a published team and a mail server of our own."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from tracking_pipeline.definitions import definitions
from tracking_pipeline.defs.delivery import half_past
from tracking_pipeline.delivery.outbox import Message, enqueue
from tracking_pipeline.pipeline.messages import send_messages
from tracking_pipeline.settings import Settings
from tracking_pipeline.state.people import Person, remember
from tracking_pipeline.state.store import open_store
from tracking_pipeline.warehouse.connection import writer
from tracking_pipeline.warehouse.snapshot import publish
from tracking_pipeline_tests.delivery.mail_server import MailServer, serving
from tracking_pipeline_tests.reports.telemetry import team_scenario as scenario

SUNDAY = datetime(2025, 10, 12, 9, 30, tzinfo=UTC)
ONE = Person(scenario.engineer(1), "sarah@company.example", "Sarah Chen")


@pytest.fixture
def server() -> Iterator[MailServer]:
    with serving() as found:
        yield found


@pytest.fixture
def settings(tmp_path: Path, server: MailServer) -> Settings:
    made = Settings(
        home=tmp_path / "home",
        smtp_host="127.0.0.1",
        smtp_port=server.port,
        smtp_security="none",
        email_from="tracking@company.example",
        email_engineers=True,
        email_team="cto@company.example",
    )
    with scenario.warehouse() as con, writer(made) as warehouse:
        for schema in ("marts", "seeds"):
            warehouse.execute(f"create schema {schema}")
        tables = "select schema_name, table_name from duckdb_tables()"
        for schema, name in con.execute(tables).fetchall():
            held = con.execute(f"from {schema}.{name}").to_arrow_table()
            warehouse.register("held", held)
            warehouse.execute(f"create table {schema}.{name} as from held")
            warehouse.unregister("held")
        publish(made, warehouse)
    with open_store(made) as store:
        remember(store, [ONE], SUNDAY)
    return made


def test_each_message_arrives_once_however_often_the_hour_comes(
    settings: Settings, server: MailServer
) -> None:
    for hours in range(3):
        send_messages(settings, SUNDAY + timedelta(hours=hours))
    assert sorted(email["To"] for email in server.received) == [
        "cto@company.example",
        "sarah@company.example",
    ]


def test_before_sunday_half_past_nine_the_week_is_not_told(
    settings: Settings, server: MailServer
) -> None:
    send_messages(settings, SUNDAY - timedelta(minutes=1))
    assert server.received == []


def test_the_job_sends_what_is_due(settings: Settings, server: MailServer) -> None:
    waiting = Message("1", "weekly_summary", "Your week", "<p>1</p>", "1", recipient="a@b.example")
    with open_store(settings) as store:
        enqueue(store, [waiting], SUNDAY)
    job = definitions().get_repository_def().get_job("delivery")
    assert job.execute_in_process(resources={"settings": settings}).success
    assert [email["To"] for email in server.received] == ["a@b.example"]


def test_the_schedule_runs_only_where_a_mail_server_is_set(
    settings: Settings, tmp_path: Path
) -> None:
    running, stopped = dg.DefaultScheduleStatus.RUNNING, dg.DefaultScheduleStatus.STOPPED
    assert half_past(settings).default_status is running
    assert half_past(Settings(home=tmp_path)).default_status is stopped
