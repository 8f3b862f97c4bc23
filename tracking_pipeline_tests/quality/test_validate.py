"""Every suite on the real landing tables, with rows that break one truth each."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace

import duckdb
import pytest

from tracking_pipeline.errors import ValidationError
from tracking_pipeline.landing.tables import create_tables
from tracking_pipeline.quality.suites import SUITES, Expectation, Suite
from tracking_pipeline.quality.validate import ExpectationResult, check, expect_suites
from tracking_pipeline.quality.validate import validate as validate_by_library
from tracking_pipeline.sources.registry import SOURCES

ADDRESS = "jane.doe@example.com"
HASH = "0123456789abcdef" * 2

GOOD: dict[str, dict[str, object]] = {
    "campaign_generation": {
        "client_id": "acme",
        "observed_at": "2025-07-01 10:00:00",
        "provenance": "measured",
        "file_id": "f1",
        "line_number": 1,
        "batch_id": 1,
        "lead_name_hash": HASH,
        "company": "Acme Ltd.",
        "quality_score": 100,
        "data_quality_score": 0,
        "processing_time_s": 0,
        "confidence_level": "high",
    },
    "engine_observation": {
        "client_id": "acme",
        "observed_at": "2026-11-01 12:15:00",
        "provenance": "simulated",
        "file_id": "f1",
        "line_number": 1,
        "batch_id": 1,
        "engine_id": "N",
        "metrics": '{"meeting_show_up_rate":0.8}',
        "units_of_work": 0,
    },
    "client_goal": {
        "client_id": "acme",
        "observed_at": "2026-11-01 12:15:00",
        "provenance": "measured",
        "file_id": "f1",
        "line_number": 2,
        "batch_id": 1,
        "engine_id": "A",
        "goal_metric": "prospects_per_day",
        "target_value": 100,
        "start_date": "2026-11-01",
        "due_date": "2026-11-01",
    },
    "manifest": {
        "batch_id": 1,
        "source": "engine_logs",
        "relative_path": "a.json",
        "content_hash": HASH * 2,
        "object_hash": HASH * 2,
        "size_bytes": 10,
        "start_offset": 0,
        "end_offset": 10,
        "outcome": "loaded",
        "received_at": "2025-07-01 10:00:00",
        "n_records": 5,
        "n_accepted": 1,
        "n_duplicate": 1,
        "n_quarantined": 1,
        "n_blank": 1,
        "n_pending": 1,
    },
    "quarantine": {
        "file_id": "f1",
        "reason_code": "invalid_json",
        "reason": "is not JSON",
        "status": "quarantined",
        "quarantined_at": "2025-07-01 10:00:00",
        "raw": b"jane.doe@example.com",
    },
}
IDENTITY = {
    "campaign_generation": "record_id",
    "engine_observation": "record_id",
    "client_goal": "record_id",
    "manifest": "file_id",
    "quarantine": "quarantine_id",
}

CASES = [
    ("campaign_generation", {"client_id": None}, "client_id_is_not_null"),
    ("campaign_generation", {"observed_at": None}, "observed_at_is_not_null"),
    ("campaign_generation", {"batch_id": None}, "batch_id_is_not_null"),
    ("campaign_generation", {"record_id": "r2"}, "record_id_is_a_hash"),
    ("campaign_generation", {"record_id": HASH.replace("0", "A")}, "record_id_is_a_hash"),
    ("campaign_generation", {"provenance": "guessed"}, "provenance_is_known"),
    ("campaign_generation", {"line_number": 0}, "line_number_counts_from_1"),
    ("campaign_generation", {"observed_at": "1999-12-31"}, "observed_at_is_in_this_century"),
    ("campaign_generation", {"file_id": "f9"}, "file_id_is_in_the_manifest"),
    ("campaign_generation", {"lead_name_hash": "Jane Doe"}, "lead_name_hash_is_a_hash"),
    ("campaign_generation", {"linkedin_url_hash": HASH + "0"}, "linkedin_url_hash_is_a_hash"),
    ("campaign_generation", {"company": f"Acme {ADDRESS}"}, "company_holds_no_email_address"),
    ("campaign_generation", {"quality_score": 100.5}, "quality_score_is_between_0_and_100"),
    ("campaign_generation", {"message_length": -1}, "message_length_is_not_negative"),
    ("campaign_generation", {"confidence_level": "sure"}, "confidence_level_is_known"),
    ("engine_observation", {"engine_id": "O"}, "engine_id_is_known"),
    ("engine_observation", {"metrics": None}, "metrics_is_not_null"),
    ("engine_observation", {"metrics": "[1]"}, "metrics_is_an_object"),
    ("engine_observation", {"units_of_work": -1}, "units_of_work_is_not_negative"),
    ("client_goal", {"due_date": "2026-10-31"}, "due_date_is_not_before_start_date"),
    ("manifest", {"content_hash": HASH}, "content_hash_is_a_hash"),
    ("manifest", {"outcome": "lost"}, "outcome_is_known"),
    ("manifest", {"n_records": 6}, "every_record_has_one_fate"),
    ("manifest", {"n_pending": None}, "every_record_has_one_fate"),
    ("manifest", {"end_offset": 9, "start_offset": 10}, "end_offset_is_not_before_start_offset"),
    ("quarantine", {"reason_code": None}, "reason_code_is_not_null"),
    ("quarantine", {"status": "lost"}, "status_is_known"),
]


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        create_tables(connection)
        connection.execute("set lock_configuration = true")
        add(connection, "manifest", file_id="f1")
        yield connection


def add(con: duckdb.DuckDBPyConnection, table: str, **values: object) -> None:
    row = {**GOOD[table], **values}
    places = ", ".join("?" * len(row))
    con.execute(
        f"insert into landing.{table} ({', '.join(row)}) values ({places})", [*row.values()]
    )


def validate(con: duckdb.DuckDBPyConnection, suite: Suite) -> list[ExpectationResult]:
    """Check a suite in both ways, which must say the same, row by row; return what they say."""
    found, quick = validate_by_library(con, suite), check(con, suite)
    assert [_in_order(each) for each in quick] == [_in_order(each) for each in found]
    return quick


def _in_order(result: ExpectationResult) -> ExpectationResult:
    # Which five of more are shown is nobody's promise.
    is_whole = len(result.sample) == result.n_unexpected
    sample = sorted(result.sample, key=repr) if is_whole else ()
    return replace(result, sample=tuple(sample))


def failures(results: list[ExpectationResult]) -> dict[str, int]:
    return {result.name: result.n_unexpected for result in results if not result.passed}


@pytest.mark.parametrize("suite", SUITES.values(), ids=lambda suite: suite.table)
def test_a_suite_fits_its_table_and_holds_without_rows(
    con: duckdb.DuckDBPyConnection, suite: Suite
) -> None:
    con.execute(f"delete from landing.{suite.table}")
    results = validate(con, suite)
    assert [result.name for result in results] == [each.name for each in suite.expectations]
    assert failures(results) == {}


@pytest.mark.parametrize(("table", "bad", "name"), CASES)
def test_a_bad_row_breaks_its_own_truth_and_no_other(
    con: duckdb.DuckDBPyConnection, table: str, bad: dict[str, object], name: str
) -> None:
    identity, offender = IDENTITY[table], HASH[::-1]
    add(con, table, **{identity: HASH})
    add(con, table, **{identity: offender, **bad})
    suite = SUITES[table]
    results = validate(con, suite)
    assert failures(results) == {name: 1}
    (broken,) = [result for result in results if not result.passed]
    (rule, column) = next((e.rule, e.column) for e in suite.expectations if e.name == name)
    told = (column,) if rule in {"one_of", "between"} else ()
    shown = tuple(dict.fromkeys((*suite.located_by, *told)))
    rows = con.sql(f"select {', '.join(shown)} from landing.{table}").fetchall()
    assert broken.n_checked == len(rows)
    assert broken.sample == (dict(zip(shown, rows[-1], strict=True)),)


@pytest.mark.parametrize(("table", "bad", "name"), [c for c in CASES if c[0] != "quarantine"])
def test_a_later_row_that_breaks_a_truth_is_told_as_of_the_whole_table(
    con: duckdb.DuckDBPyConnection, table: str, bad: dict[str, object], name: str
) -> None:
    suite, identity = SUITES[table], IDENTITY[table]
    add(con, table, **{identity: HASH})
    assert failures(check(con, suite, "batch_id")) == {}
    add(con, table, **{identity: HASH[::-1], "batch_id": 2, **bad})
    told = check(con, suite, "batch_id")
    assert failures(told) == {name: 1}
    assert told == check(con, suite)


def test_a_later_record_of_an_old_identity_breaks_uniqueness(
    con: duckdb.DuckDBPyConnection,
) -> None:
    suite = SUITES["campaign_generation"]
    add(con, "campaign_generation", record_id=HASH)
    assert failures(check(con, suite, "batch_id")) == {}
    add(con, "campaign_generation", record_id=HASH, batch_id=2)
    assert failures(check(con, suite, "batch_id")) == {"record_id_is_unique": 2}


@pytest.mark.parametrize(
    "change",
    [
        "delete from landing.campaign_generation where record_id = '" + HASH[::-1] + "'",
        "insert into landing.campaign_generation from landing.campaign_generation limit 1",
    ],
    ids=["old rows went", "rows came under an old batch"],
)
def test_rows_are_asked_again_when_those_that_held_are_not_the_same(
    con: duckdb.DuckDBPyConnection, change: str
) -> None:
    suite = SUITES["campaign_generation"]
    for identity in (HASH, HASH[::-1]):
        add(con, "campaign_generation", record_id=identity)
    assert failures(check(con, suite, "batch_id")) == {}
    con.execute("update landing.campaign_generation set line_number = 0")
    assert failures(check(con, suite, "batch_id")) == {}  # it is taken for the same
    con.execute(change)
    assert "line_number_counts_from_1" in failures(check(con, suite, "batch_id"))


def test_another_suite_asks_all_rows(con: duckdb.DuckDBPyConnection) -> None:
    suite = SUITES["campaign_generation"]
    add(con, "campaign_generation", record_id=HASH, company="Acme")
    assert failures(check(con, suite, "batch_id")) == {}
    stricter = Expectation("company_is_globex", "one_of", "company", values=("Globex",))
    grown = replace(suite, expectations=(*suite.expectations, stricter))
    assert failures(check(con, grown, "batch_id")) == {"company_is_globex": 1}


def test_each_of_two_records_of_one_identity_counts(con: duckdb.DuckDBPyConnection) -> None:
    for identity in (HASH, HASH, HASH[::-1]):
        add(con, "campaign_generation", record_id=identity)
    results = validate(con, SUITES["campaign_generation"])
    assert failures(results) == {"record_id_is_unique": 2}


def test_severity_says_whether_a_failure_blocks(con: duckdb.DuckDBPyConnection) -> None:
    add(con, "campaign_generation", record_id=HASH, quality_score=101, provenance="guessed")
    broken = [each for each in validate(con, SUITES["campaign_generation"]) if not each.passed]
    assert {each.name: each.severity for each in broken} == {
        "provenance_is_known": "blocking",
        "quality_score_is_between_0_and_100": "warning",
    }


def test_a_sample_is_a_few_rows_however_many_break(con: duckdb.DuckDBPyConnection) -> None:
    for line in range(1, 30):
        add(con, "campaign_generation", record_id=f"{line:032}", line_number=line, company=ADDRESS,
            confidence_level="sure")  # fmt: skip
    broken = [each for each in validate(con, SUITES["campaign_generation"]) if not each.passed]
    assert {(each.n_unexpected, len(each.sample)) for each in broken} == {(29, 5)}


@pytest.mark.parametrize("suite", SUITES.values(), ids=lambda suite: suite.table)
def test_a_planted_address_appears_in_no_result(
    con: duckdb.DuckDBPyConnection, suite: Suite
) -> None:
    columns = con.execute(
        "select column_name from information_schema.columns "
        "where table_schema = 'landing' and table_name = ? and data_type = 'VARCHAR'",
        [suite.table],
    ).fetchall()
    names = ", ".join(f'"{name}"' for (name,) in columns)
    con.execute(
        f"insert into landing.{suite.table} ({names}) values ({', '.join('?' * len(columns))})",
        [ADDRESS] * len(columns),
    )
    results = validate(con, suite)
    assert failures(results) != {}
    assert "jane" not in repr(results)


@pytest.mark.parametrize("judge", [validate_by_library, check])
def test_what_cannot_be_checked_is_an_error_not_a_failure(
    con: duckdb.DuckDBPyConnection, judge: Callable[..., object]
) -> None:
    suite = Suite("manifest", ("file_id",), (Expectation("x_holds", "not_null", "x"),))
    with pytest.raises(ValidationError, match=r"landing\.manifest.*could not be checked"):
        judge(con, suite)


@pytest.mark.parametrize("judge", [validate_by_library, check])
def test_an_error_quotes_no_value(
    con: duckdb.DuckDBPyConnection, judge: Callable[..., object]
) -> None:
    add(con, "manifest", file_id="f2", relative_path=ADDRESS)
    bad_cast = Expectation("x", "no_row", "x", where="cast(relative_path as bigint) > 1")
    with pytest.raises(ValidationError) as caught:
        judge(con, Suite("manifest", ("file_id",), (bad_cast,)))
    assert "jane" not in str(caught.value)
    assert "could not be checked" in str(caught.value)


def test_the_connection_stays_usable_and_quiet(
    con: duckdb.DuckDBPyConnection, capfd: pytest.CaptureFixture[str]
) -> None:
    validate(con, SUITES["manifest"])
    assert capfd.readouterr() == ("", "")
    assert os.environ["GX_ANALYTICS_ENABLED"] == "false"
    con.begin()
    add(con, "manifest", file_id="f2")
    con.commit()
    assert validate(con, SUITES["manifest"])[0].n_checked == 2


def test_every_kind_of_record_has_a_suite() -> None:
    expect_suites({kind.table for source in SOURCES.values() for kind in source.kinds})


def test_a_kind_of_record_without_a_suite_is_refused_with_what_is_near() -> None:
    told = r"landing\.client_gaol: has no suite\. Did you mean client_goal or"
    with pytest.raises(ValidationError, match=told):
        expect_suites({"client", "client_gaol"})
