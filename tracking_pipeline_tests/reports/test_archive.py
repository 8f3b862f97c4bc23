import hashlib
import json
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from tracking_pipeline.errors import ReportError
from tracking_pipeline.reports.archive import (
    ArchivedReport,
    archived_reports,
    whole_archive,
)
from tracking_pipeline.reports.kinds import owed
from tracking_pipeline.reports.weekly import WEEKLY
from tracking_pipeline.settings import Settings
from tracking_pipeline_tests.reports.scenario import (
    AS_OF,
    SYSTEM,
    WEEK,
    add_late_records,
    first_report,
    refresh,
    warehouse,
    write,
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


def weeks_owed(
    settings: Settings, con: duckdb.DuckDBPyConnection, as_of: datetime = AS_OF
) -> list[date]:
    found = owed(settings, con, as_of, {WEEKLY.name: WEEKLY})
    assert {(each.kind, each.subject) for each in found} <= {("weekly", SYSTEM)}
    return [each.start for each in found]


def contents(report: ArchivedReport) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in report.folder.iterdir()}


def left_behind(settings: Settings) -> list[Path]:
    return list(settings.reports_dir.rglob("writing-*"))


@contextmanager
def file_size_limit(size_bytes: int) -> Iterator[None]:
    """Let no file grow beyond ``size_bytes``, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_report_lies_where_its_period_says_with_a_true_manifest(settings: Settings) -> None:
    report = write(settings, warehouse())
    place = settings.reports_dir / "weekly" / SYSTEM / "2025-07-27" / "r1"
    assert report.folder == place
    found = contents(report)
    manifest = json.loads(found.pop("manifest.json"))
    assert {file["name"]: file["sha256"] for file in manifest["files"]} == {
        name: hashlib.sha256(content).hexdigest() for name, content in found.items()
    }
    assert manifest["quality"]["mark"] == "warning"
    assert left_behind(settings) == []


def test_the_same_data_later_gives_no_new_revision(settings: Settings) -> None:
    first = first_report(settings)
    later = write(settings, warehouse(), as_of=AS_OF + timedelta(days=30))
    assert later == first
    assert archived_reports(settings) == [first]


def test_late_data_gives_a_revision_that_lists_the_changed_figures(settings: Settings) -> None:
    con = warehouse()
    first = first_report(settings)
    before = contents(first)
    add_late_records(con)
    second = write(settings, con)
    assert (second.revision, contents(first)) == (2, before)
    assert second.changes == (
        {
            "figure": "default/log_type/campaign_generation/approval_rate",
            "what": "value",
            "before": 0.65,
            "after": 150 / 230,
            "n_before": 220,
            "n_after": 230,
        },
    )
    assert "Revised since revision 1" in (second.folder / "executive.html").read_text()
    assert archived_reports(settings) == [second, first]


def test_late_data_for_the_week_before_lists_what_it_changed(settings: Settings) -> None:
    con = warehouse()
    first_report(settings)
    # Before: 51 % of 200 → 65 % of 220. By hand now: 67 % → 65 %, z = 0.43.
    con.execute(
        "update marts.metric_weekly set numerator = 134, sum = 134, value = 0.67 "
        "where metric = 'approval_rate' and entity_id = 'campaign_generation' and week_start = ?",
        [WEEK - timedelta(days=7)],
    )
    refresh(con)
    second = write(settings, con)
    figure = "default/log_type/campaign_generation/approval_rate"
    changed = [
        (c["what"], c["before"], c["after"]) for c in second.changes if c["figure"] == figure
    ]
    assert changed == [
        ("previous_value", 0.51, 0.67),
        ("verdict", "improving", "no evidence"),
    ]
    text = (second.folder / "executive.md").read_text()
    assert "(log type): Approval rate, week before | 51.0 % (n = 200) | 67.0 %" in text
    assert "Approval rate, tested change | improving | no evidence |" in text


def test_a_figure_that_appears_late_is_one_change(settings: Settings) -> None:
    con = warehouse()
    first_report(settings)
    con.execute(
        "insert into marts.metric_weekly select * replace ('new' as entity_id) "
        "from marts.metric_weekly where entity_id = 'fallback' and week_start = ?",
        [WEEK],
    )
    refresh(con)
    (change,) = write(settings, con).changes
    assert (change["what"], change["before"], change["after"]) == ("value", None, 0.25)


def test_a_redelivery_revises_nothing(settings: Settings) -> None:
    con = warehouse()
    first = first_report(settings)
    con.execute("update marts.data_quality_weekly set n_duplicate = 64, n_records = 680")
    assert write(settings, con) == first


def test_weeks_are_owed_until_reported_and_again_when_their_figures_change(
    settings: Settings,
) -> None:
    con = warehouse()
    owed = weeks_owed(settings, con)
    assert owed == [date(2025, 6, 8) + timedelta(days=7 * week) for week in range(8)]
    first_report(settings)
    assert WEEK not in weeks_owed(settings, con)
    add_late_records(con)
    assert WEEK in weeks_owed(settings, con)


@pytest.mark.parametrize(
    ("zone", "as_of", "is_owed"),
    [
        ("UTC", datetime(2025, 8, 2, 23, 59, tzinfo=UTC), False),
        ("UTC", datetime(2025, 8, 3, 0, 0, tzinfo=UTC), True),
        ("America/Toronto", datetime(2025, 8, 3, 3, 59, tzinfo=UTC), False),
        ("America/Toronto", datetime(2025, 8, 3, 4, 0, tzinfo=UTC), True),
    ],
)
def test_a_week_is_owed_from_the_end_of_its_saturday_in_the_reporting_zone(
    tmp_path: Path, zone: str, as_of: datetime, *, is_owed: bool
) -> None:
    settings = Settings(home=tmp_path, timezone=zone)
    found = weeks_owed(settings, warehouse(), as_of)
    assert (WEEK in found) == is_owed


def test_silence_is_owed_a_report_for_four_weeks_and_within_a_gap(settings: Settings) -> None:
    con = warehouse()
    con.execute("delete from marts.metric_weekly where week_start = '2025-07-06'")
    owed = weeks_owed(settings, con, AS_OF + timedelta(days=365))
    assert owed == [date(2025, 6, 8) + timedelta(days=7 * week) for week in range(12)]


@pytest.mark.parametrize("n_weeks", [1, 2])
def test_the_report_of_a_silent_week_says_so(settings: Settings, n_weeks: int) -> None:
    later = timedelta(days=7 * n_weeks)
    report = write(settings, warehouse(), WEEK + later, AS_OF + later)
    said = "no file was received for this week"
    assert (report.mark, report.reasons) == ("warning", (said,))
    text = (report.folder / "executive.md").read_text()
    assert said in text
    assert ("No figure of this week or the week before." in text) == (n_weeks > 1)


@pytest.mark.parametrize(
    ("zone", "as_of"),
    [
        ("UTC", datetime(2025, 8, 2, 23, 59, 59, tzinfo=UTC)),
        ("America/Toronto", datetime(2025, 8, 3, 3, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_week_that_has_not_ended_is_not_archived(
    tmp_path: Path, zone: str, as_of: datetime
) -> None:
    settings = Settings(home=tmp_path, timezone=zone)
    with pytest.raises(ReportError, match="has not ended"):
        write(settings, warehouse(), as_of=as_of)
    assert archived_reports(settings) == []


def test_a_renderer_that_crashes_leaves_the_old_report_intact(settings: Settings) -> None:
    con = warehouse()
    first = first_report(settings)
    before = contents(first)
    con.execute(
        "update marts.metric_weekly set value = 'nan' where week_start = ? and metric = ?",
        [WEEK, "average_quality_score"],
    )
    with pytest.raises(ReportError, match="cannot be rendered"):
        write(settings, con)
    assert archived_reports(settings) == [first]
    assert contents(first) == before


def test_a_full_disk_leaves_the_old_report_intact_and_recovers(settings: Settings) -> None:
    con = warehouse()
    first = first_report(settings)
    add_late_records(con)
    with file_size_limit(20_000), pytest.raises(ReportError, match="cannot be written"):
        write(settings, con)
    assert (archived_reports(settings), left_behind(settings)) == ([first], [])
    assert write(settings, con).revision == 2


def test_an_unwritable_place_is_named(settings: Settings) -> None:
    settings.reports_dir.mkdir()
    (settings.reports_dir / "weekly").write_text("in the way")
    with pytest.raises(ReportError, match="cannot be written"):
        write(settings, warehouse())


def test_a_damaged_manifest_hides_one_report_and_is_reported(settings: Settings) -> None:
    con = warehouse()
    first = first_report(settings)
    add_late_records(con)
    second = write(settings, con)
    manifest = second.folder / "manifest.json"
    manifest.chmod(0o644)
    manifest.write_text("{")
    assert archived_reports(settings) == [first]
    assert [error.culprit for error in whole_archive(settings)[1]] == [str(manifest)]
