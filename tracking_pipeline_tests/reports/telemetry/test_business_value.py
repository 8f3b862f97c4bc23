"""An engineer's own report: of whom it speaks, when it is owed, what makes it new."""

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from tracking_pipeline.errors import ReportError
from tracking_pipeline.reports.archive import ArchivedReport
from tracking_pipeline.reports.frame import framed
from tracking_pipeline.reports.kinds import Owed, owed, write_report
from tracking_pipeline.reports.render import rendered
from tracking_pipeline.reports.telemetry.business_value import MONTHLY, QUARTERLY, draft
from tracking_pipeline.reports.writers.markdown import markdown
from tracking_pipeline.settings import Settings
from tracking_pipeline.state.people import forget
from tracking_pipeline.state.store import open_store
from tracking_pipeline_tests.reports.telemetry.own_scenario import (
    AS_OF,
    EMILY,
    JOHN,
    OCTOBER,
    QUARTER,
    john,
    settings,
    told,
    warehouse,
)

KINDS = {kind.name: kind for kind in (MONTHLY, QUARTERLY)}
OF_OCTOBER = Owed("business_value", JOHN, OCTOBER.start)
LATER = datetime(2026, 2, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return settings(tmp_path, john())


def words(made: dict[str, bytes]) -> str:
    return made["executive.md"].decode().replace("\\", "")


def written(home: Settings, con: duckdb.DuckDBPyConnection, at: datetime = AS_OF) -> ArchivedReport:
    made = write_report(home, con, OF_OCTOBER, at, KINDS)
    assert made is not None
    return made


def test_every_engineer_is_owed_each_month_and_quarter_that_ended(home: Settings) -> None:
    every = owed(home, warehouse(), AS_OF, KINDS)
    found = {(each.kind, each.subject, each.start) for each in every}
    assert found == {
        ("business_value", JOHN, date(2025, 9, 1)),
        ("business_value", JOHN, OCTOBER.start),
        ("business_value", EMILY, OCTOBER.start),
        ("business_value_quarterly", JOHN, QUARTER.start),
    }
    early = datetime(2025, 12, 31, 23, 0, tzinfo=UTC)
    kinds = {each.kind for each in owed(home, warehouse(), early, KINDS)}
    assert kinds == {"business_value"}


def test_the_name_stands_in_the_report_and_not_on_lists(home: Settings) -> None:
    report = written(home, warehouse())
    assert report.subject_label == "Engineer 3f2a9c"
    assert "John" not in (report.folder / "manifest.json").read_text()
    page = (report.folder / "executive.html").read_text()
    assert "<h1>John Smith</h1>" in page
    assert "john.smith@company.example" in page


def test_an_unknown_or_erased_engineer_stays_pseudonymous(home: Settings) -> None:
    con = warehouse()
    before = written(home, con)
    with open_store(home) as store:
        forget(store, JOHN)
    after = written(home, con)
    assert after.revision == before.revision + 1
    for file in after.folder.iterdir():
        assert b"John Smith" not in file.read_bytes()
        assert b"john.smith" not in file.read_bytes()
    made = json.loads((after.folder / "report.json").read_text())
    profile = made["business_value"]["engineer_profile"]
    assert (profile["name"], profile["email"]) == ("Engineer 3f2a9c", JOHN)


def test_an_engineer_without_a_name_keeps_the_address(tmp_path: Path) -> None:
    made = told(settings(tmp_path, john(name=None)), warehouse())
    assert made.title == "Engineer 3f2a9c"
    assert "john.smith@company.example" in words(rendered(made))


def test_nobody_reads_of_a_colleague(home: Settings) -> None:
    for content in rendered(told(home, warehouse())).values():
        assert EMILY[:6].encode() not in content


def test_a_second_writing_says_nothing_new(home: Settings) -> None:
    con = warehouse()
    first = written(home, con)
    con.execute("update marts.engineer_value set last_batch_id = 99")
    assert written(home, con, LATER).revision == first.revision == 1
    assert OF_OCTOBER not in owed(home, con, LATER, KINDS)


def test_late_data_is_a_new_revision_that_names_the_figure(home: Settings) -> None:
    con = warehouse()
    written(home, con)
    is_month = f"window_kind = 'month' and start_date = '{OCTOBER.start}'"
    con.execute(f"update marts.engineer_value set commits = 150 where {is_month}")
    assert OF_OCTOBER in owed(home, con, LATER, KINDS)
    report = written(home, con, LATER)
    assert report.revision == 2
    changed = [(c["figure"], c["before"], c["after"]) for c in report.changes]
    assert changed == [("value/commits", 147, 150)]


def test_a_revision_lists_no_figure_that_reads_as_it_did(home: Settings) -> None:
    con = warehouse()
    written(home, con)
    is_month = f"window_kind = 'month' and start_date = '{OCTOBER.start}'"
    con.execute(
        "update marts.engineer_value set commits_per_day = commits_per_day + 1, "
        f"memory_hit_rate = memory_hit_rate + 0.00001 where {is_month}"
    )
    said = (written(home, con, LATER).folder / "executive.md").read_text()
    revised = said.partition("## Revised since")[2].partition("\n## ")[0]
    assert "Commits a day" in revised
    assert "Memory hit rate" not in revised
    assert "1 figure changed by less than the digits shown." in revised


def test_a_platform_is_called_as_people_call_it(home: Settings) -> None:
    con = warehouse()
    con.execute("update marts.engineer_profile set machine_platform = 'Darwin'")
    said = words(rendered(told(home, con)))
    assert "macOS" in said
    assert "Darwin" not in said


def test_tokens_saved_are_not_put_down_to_one_cause(home: Settings) -> None:
    said = words(rendered(told(home, warehouse()))).replace("\\", "")
    assert "Tokens saved: ~494,373." in said
    assert "reduced" not in said


@pytest.mark.parametrize(
    "change",
    [
        "update seeds.assumptions set base = 0.06 where assumption_id = 'token_price_per_1000_usd'",
        "update marts.engineer_days set commits = 1 where metric_date = '2025-10-02'",
        "update marts.engineer_value set commits = 1 where start_date = '2025-09-01'",
        "update marts.engineer_capability_value set p95_ms = 1 where capability = 'code_review'",
        "update marts.engineer_profile set cortex_version = '3.0.0'",
        "update marts.counted_exports set total_value_usd = 1",
    ],
)
def test_all_that_is_shown_moves_the_version(change: str) -> None:
    con = warehouse()
    before = MONTHLY.versions(con, JOHN)[JOHN, OCTOBER.start]
    con.execute(change)
    assert MONTHLY.versions(con, JOHN)[JOHN, OCTOBER.start] != before


def test_equal_drafts_give_equal_bytes(home: Settings) -> None:
    assert rendered(told(home, warehouse())) == rendered(told(home, warehouse()))


def test_a_report_has_every_format(home: Settings) -> None:
    assert set(rendered(told(home, warehouse()))) == {
        *("executive.html", "executive.pdf", "executive.md"),
        *("report.json", "report.xlsx", "business-value-report.yaml"),
    }


def test_the_arithmetic_shows_its_numbers(home: Settings) -> None:
    said = markdown(framed(told(home, warehouse()), "executive")).decode().replace("\\", "")
    assert "494,373 tokens / 1,000 × $0.03" in said  # noqa: RUF001 - multiplication sign
    assert "27.9 h × $100.00 × 1 efficiency" in said  # noqa: RUF001 - multiplication sign
    assert "$2,806.50 / $51.67" in said
    assert "31 / 30 × $50.00" in said  # noqa: RUF001 - multiplication sign


def test_the_month_before_stands_beside_where_it_is_known(home: Settings) -> None:
    said = words(rendered(told(home, warehouse())))
    assert "## Against the month before" in said
    assert re.search(r"\| Commits +\|[ *]*147[ *]*\| 120 +\| \+27", said)
    without = words(rendered(told(home, warehouse(), QUARTER)))
    assert "## Every figure" in without
    assert "The quarter before" not in without


def test_exports_are_told_apart_and_their_mismatches_found(home: Settings) -> None:
    made = told(home, warehouse())
    assert "Export of 2025-10-31: Cost saved $847.50, recomputed $14.83" in words(rendered(made))
    assert made.mark == "warning"
    con = warehouse()
    con.execute("update marts.counted_exports set is_counted = false")
    without = told(home, con)
    assert "As exported" not in words(rendered(without))
    assert without.mark == "ok"


def test_an_export_that_states_no_period_has_its_mismatches(home: Settings) -> None:
    con = warehouse()
    for mart in ("counted_exports", "value_export_checks"):
        con.execute(f"update marts.{mart} set period_days = null")
    said = words(rendered(told(home, con)))
    assert "Export of 2025-10-31: Cost saved $847.50, recomputed $14.83" in said


def test_a_missing_weekday_is_a_warning_and_a_weekend_is_none(home: Settings) -> None:
    assert not [each for each in told(home, warehouse()).reasons if "weekdays" in each]
    few = told(home, warehouse(value={"dates_covered": 20}))
    assert "daily figures on 20 dates, of 23 weekdays" in few.reasons


def test_the_quarter_is_a_report_of_its_own(home: Settings) -> None:
    made = told(home, warehouse(), QUARTER)
    assert made.kind == QUARTERLY.name
    assert "Q4 2025" in words(rendered(made))


def test_a_month_without_the_engineer_says_nothing(home: Settings) -> None:
    assert draft(home, warehouse(), EMILY, OCTOBER.previous, AS_OF) is None
    with pytest.raises(ReportError, match="Engineer 000000"):
        draft(home, warehouse(), "0" * 32, OCTOBER, AS_OF)
