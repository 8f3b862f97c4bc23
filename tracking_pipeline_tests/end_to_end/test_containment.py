"""What one client states wrongly harms no other: all else is landed, built and reported."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tracking_pipeline.pipeline import loading, runs
from tracking_pipeline.pipeline.clock import now_utc
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.record import RecordKind
from tracking_pipeline.sources.registry import SOURCES
from tracking_pipeline_tests.sources.intake_case import line
from tracking_pipeline_tests.sources.smallest import (
    file_of,
    highest,
    kinds,
    numeric,
    put,
    smallest,
    typical,
)

DAYS = range(15, 9, -1)


def plant(home: Path) -> None:
    """Deliver of each kind what is right, what is as large as it may be, and one wrong record."""
    for source, kind in kinds(SOURCES):
        path = home / "landing" / source.name / file_of(kind)
        path.parent.mkdir(parents=True, exist_ok=True)
        records = []
        for ago in DAYS[:1] if kind.stated_by else DAYS:
            day = now_utc().date() - timedelta(days=ago)
            records.append(smallest(kind, day, "acme", typical))
            records.append(smallest(kind, day, "giant", highest))
        records.append(smallest(kind, day, "beta", typical))
        spoil(records[-1], kind)
        path.write_bytes(b"".join(map(line, records)))


def spoil(record: dict[str, Any], kind: RecordKind) -> None:
    """Put a number beyond its bounds into a record, or what no kind takes for a time or key."""
    if numbers := numeric(kind):
        put(record, numbers[0].paths[0], 4_000_000_000_000_000)
    elif observed := kind.common_fields.get("observed_at"):
        put(record, observed.paths[0], "0025-11-01T12:00:00Z")
    else:
        put(record, "client_id", "")


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, runs.RunSummary]:
    settings = Settings(home=tmp_path_factory.mktemp("home"), stable_seconds=0, client_id="acme")
    plant(settings.home)
    return settings, runs.run(settings, progress=lambda _: None)


def test_of_each_kind_the_wrong_record_alone_is_refused(
    ran: tuple[Settings, runs.RunSummary],
) -> None:
    settings, _ = ran
    refused = Counter(loading.quarantined(settings)["kind"])
    assert refused == {kind.name: 1 for _, kind in kinds(SOURCES)}


def test_everything_is_built(ran: tuple[Settings, runs.RunSummary]) -> None:
    _, summary = ran
    assert {node.status for node in summary.built.nodes} <= {"built", "unchanged"}


def test_every_client_is_reported(ran: tuple[Settings, runs.RunSummary]) -> None:
    _, summary = ran
    told = {(report.kind, report.subject) for report in summary.reports}
    assert {("weekly", source.system) for source, _ in kinds(SOURCES)} <= told
    assert {("client_update", "acme"), ("client_update", "giant")} <= told
