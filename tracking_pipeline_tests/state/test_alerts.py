from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tracking_pipeline.settings import Settings
from tracking_pipeline.state.alerts import keep_alerts, open_alerts, raise_alert, resolve_alert
from tracking_pipeline.state.store import alerts, open_store

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_fault_that_comes_back_leaves_the_end_of_the_one_before_as_it_was(tmp_path: Path) -> None:
    with open_store(Settings(home=tmp_path)) as store:
        for day in (0, 1):
            began = NOON + timedelta(days=day)
            assert raise_alert(store, "report", "It failed", began)
            assert not raise_alert(store, "report", "It failed again", began + HOUR / 2)
            resolve_alert(store, "report", began + HOUR)
        resolve_alert(store, "report", NOON + timedelta(days=9))
        with store.begin() as connection:
            rows = connection.execute(alerts.select().order_by(alerts.c.raised_at)).all()
    kept = [(row.message, row.raised_at, row.resolved_at) for row in rows]
    first, second = (NOON.replace(tzinfo=None) + timedelta(days=day) for day in (0, 1))
    assert kept == [("It failed", first, first + HOUR), ("It failed", second, second + HOUR)]


def test_the_oldest_alert_is_told_first_whenever_it_was_written(tmp_path: Path) -> None:
    with open_store(Settings(home=tmp_path)) as store:
        for name, age in (("b", 1), ("a", 3), ("c", 2)):
            raise_alert(store, name, "It failed", NOON - age * HOUR)
        assert [alert.alert_id for alert in open_alerts(store)] == ["a", "c", "b"]


@pytest.mark.parametrize("left", [{"x": "broken"}, {}])
def test_an_alert_stands_as_long_as_its_fault_and_others_are_left_alone(
    tmp_path: Path, left: dict[str, str]
) -> None:
    with open_store(Settings(home=tmp_path)) as store:
        raise_alert(store, "report", "It failed", NOON)
        keep_alerts(store, "pull: ", {"x": "broken", "y": "gone"}, NOON + HOUR)
        keep_alerts(store, "pull: ", left, NOON + 2 * HOUR)
        names = [alert.alert_id for alert in open_alerts(store)]
    assert names == ["report", *(f"pull: {name}" for name in left)]
