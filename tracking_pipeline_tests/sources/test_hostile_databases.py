"""SQLite that would run, hang, exhaust or lie is refused in time and memory; what is good loads."""

import gzip
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path
from random import Random

import pytest

from tracking_pipeline_tests.sources.intake_case import cpu_seconds
from tracking_pipeline_tests.sources.telemetry_case import (
    ADA,
    ROWS,
    SCHEMA,
    database,
    landed,
    take,
)

GOOD = {
    "engineer_profile": 1,
    "capability_execution": 2,
    "productivity_day": 1,
    "cost_saving_day": 1,
    "copilot_day": 1,
}
EXECUTIONS = "performance_metrics"
WITHOUT = f"drop table {EXECUTIONS};"
COLUMNS = "id, engineer_email, capability, duration_ms, success, timestamp"
ENDLESS = (
    "with recursive n(i) as (select 1 union all select i + 1 from n) "
    f"select i as id, '{ADA}' as engineer_email, 'x' as capability, 1.0 as duration_ms, "
    "1 as success, '2025-10-06T10:00:00' as timestamp from n"
)


def patched(*places: tuple[int, bytes]) -> bytes:
    """A good database with other bytes at some offsets."""
    content = bytearray(database())
    for offset, value in places:
        content[offset : offset + len(value)] = value
    return bytes(content)


def scrambled() -> bytes:
    """A database whose every page but the first is noise."""
    content = database()
    return content[:4096] + Random(1).randbytes(len(content) - 4096)  # noqa: S311 - a fixed noise


def tampered(table: str, sql: str) -> bytes:
    """A database whose schema claims something else of a table than what made it."""
    return database(
        "pragma writable_schema = on;"
        f"update sqlite_master set sql = '{sql.replace(chr(39), chr(39) * 2)}' "
        f"where name = '{table}'"
    )


def many_rows(number: int, schema: str) -> bytes:
    """A database of as many short rows."""
    series = f"with recursive n(i) as (select 1 union all select i + 1 from n where i < {number}) "
    return database(f"{series} insert into copilot_metrics select 'a' from n", "", schema)


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "endless view": (
        lambda: database(f"{WITHOUT} create view {EXECUTIONS} as {ENDLESS}"),
        "unsafe_database",
    ),
    "view of a view of itself": (
        lambda: database(
            f"{WITHOUT} create view a as select * from {EXECUTIONS};"
            f"create view {EXECUTIONS} as select * from a"
        ),
        "unsafe_database",
    ),
    "view over a good table": (
        lambda: database("drop table cost_savings; create view cost_savings as select * from "
                         "productivity_metrics"),
        "unsafe_database",
    ),
    "trigger": (
        lambda: database(
            f"create trigger t after insert on {EXECUTIONS} begin delete from cost_savings; end"
        ),
        "unsafe_database",
    ),
    "trigger in capitals": (
        lambda: database(
            "create trigger t before update on COST_SAVINGS begin select raise(abort, 'x'); end"
        ),
        "unsafe_database",
    ),
    "full-text table": (
        lambda: database(f"{WITHOUT} create virtual table {EXECUTIONS} using fts5({COLUMNS})"),
        "unsafe_database",
    ),
    "r-tree": (
        lambda: database("drop table copilot_metrics; create virtual table copilot_metrics "
                         "using rtree(id, a, b)"),
        "unsafe_database",
    ),
    "schema of a view in a table's place": (
        lambda: tampered(EXECUTIONS, f"CREATE VIEW {EXECUTIONS} AS {ENDLESS}"),
        "bad_database",
    ),
    "schema that attaches": (
        lambda: tampered(EXECUTIONS, "ATTACH DATABASE '/etc/passwd' AS p"),
        "bad_database",
    ),
    "schema that is no SQL": (lambda: tampered("cost_savings", "CREATE TABLE ((("), "bad_database"),
    "schema of another name": (
        lambda: tampered("cost_savings", "CREATE TABLE other(a, b)"),
        "bad_database",
    ),
    "random bytes behind a header": (
        lambda: b"SQLite format 3\0" + Random(2).randbytes(200_000),  # noqa: S311 - a fixed noise
        "bad_database",
    ),
    "header alone": (lambda: database()[:100], "bad_database"),
    "magic alone": (lambda: b"SQLite format 3\0", "bad_database"),
    "text called a database": (lambda: b"hello, I am a database\n" * 100, "bad_database"),
    "truncated": (lambda: database()[:9000], "bad_database"),
    "noise in the pages": (scrambled, "bad_database"),
    "root pages of noise": (lambda: patched((4096, b"\x05" + b"\xff" * 200)), "bad_database"),
    "huge declared page count": (
        lambda: patched((28, b"\x7f\xff\xff\xff")),
        "bad_database",
    ),
    "page size of one": (lambda: patched((16, b"\x00\x03")), "bad_database"),
    "format of the future": (lambda: patched((18, b"\x09\x09"), (44, b"\x7f\xff\xff\xff")),
                             "bad_database"),
    "a million rows": (
        lambda: many_rows(1_000_000, "create table copilot_metrics (engineer_email)"),
        "too_big",
    ),
    "more bytes than are read": (
        lambda: database(f"insert into cost_savings (engineer_email, metric_date) values "
                         f"(zeroblob({40 * 2**20}), 'x')"),
        "too_long",
    ),
    "packed bomb": (lambda: gzip.compress(b"SQLite format 3\0" + bytes(2**28)), "compression_bomb"),
    "packed and cut off": (lambda: gzip.compress(database())[:-20], "truncated_gzip"),
}  # fmt: skip

READ_ALL = """
import resource, sys
from contextlib import suppress
from pathlib import Path
from tracking_pipeline.sources.isolated import isolated
from tracking_pipeline.sources.strict import RefusedError
from tracking_pipeline.sources.telemetry.database import read

for file in Path(sys.argv[1]).iterdir():
    with suppress(RefusedError):
        isolated(read, file.read_bytes())
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@cache
def made(name: str) -> bytes:
    """The content of a file that is refused, made once."""
    return REFUSED[name][0]()


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_database_is_refused_whole_in_time_and_a_good_one_beside_it_loads(
    tmp_path: Path, name: str
) -> None:
    content, good = made(name), database()
    begun = cpu_seconds()
    outcome = take(tmp_path, content, name="t.db")
    assert cpu_seconds() - begun < 5
    assert outcome.rows("select file_reason_code, n_records, n_rejected from file_outcomes") == [
        (REFUSED[name][1], 1, 1)
    ]
    both = take(tmp_path, content, good, name="t.db")
    assert landed(both) == GOOD


def test_no_hostile_database_takes_more_than_its_memory(tmp_path: Path) -> None:
    for number, name in enumerate(REFUSED):
        (tmp_path / f"{number}.db").write_bytes(made(name))
    # A process of its own: a fork inherits the peak of the process that runs the tests.
    done = subprocess.run(
        [sys.executable, "-c", READ_ALL, tmp_path], check=True, capture_output=True, text=True
    )
    assert int(done.stdout) < 512 * 1024


def row(**changes: str) -> str:
    """SQL that adds an execution some of whose values are other SQL."""
    values = {
        "engineer_email": f"'{ADA}'",
        "capability": "'c'",
        "duration_ms": "1.5",
        "success": "1",
        "timestamp": "'2025-10-06T12:00:00'",
    }
    chosen = values | changes
    return (
        f"insert into {EXECUTIONS} ({', '.join(chosen)}, id) values "
        f"({', '.join(chosen.values())}, 77)"
    )


BAD_ROWS = {
    "text in a number's place": (row(duration_ms="'fast'"), "wrong_type"),
    "infinity": (row(duration_ms="9e999"), "not_a_number"),
    "beyond 64 bits": (row(tokens_saved="9223372036854775808"), "wrong_type"),
    "a fraction of a token": (row(tokens_saved="1.5"), "wrong_type"),
    "blob for an address": (row(engineer_email="x'616461'"), "wrong_type"),
    "blob for a capability": (row(capability="x'00ff'"), "wrong_type"),
    "empty address": (row(engineer_email="' '"), "missing_field"),
    "success of two": (row(success="2"), "wrong_type"),
    "negative duration": (row(duration_ms="-1"), "wrong_value"),
    "no date": (row(timestamp="'yesterday'"), "bad_timestamp"),
    "epoch": (row(timestamp="1759752000.5"), "bad_timestamp"),
    "in the future": (row(timestamp="'2999-01-01T00:00:00'"), "future_timestamp"),
    "bytes that are no UTF-8": (row(capability="cast(x'61ff62' as text)"), "invalid_utf8"),
    "half a surrogate pair": (row(capability="cast(x'61eda080' as text)"), "invalid_utf8"),
    "NUL": (row(capability="'a' || char(0) || 'b'"), "nul_character"),
    "a text too long": (row(capability=f"printf('%.*c', {3 * 2**20}, 'x')"), "too_long"),
}


@pytest.mark.parametrize(("statement", "code"), BAD_ROWS.values(), ids=BAD_ROWS)
def test_a_bad_row_is_refused_alone_with_table_and_id(
    tmp_path: Path, statement: str, code: str
) -> None:
    outcome = take(tmp_path, database(statement), name="t.db")
    assert landed(outcome) == GOOD
    [(kind, reason_code, reason, size)] = outcome.rows(
        "select kind, reason_code, reason, raw_size from rejected"
    )
    assert (kind, reason_code) == ("capability_execution", code)
    assert reason.startswith("performance_metrics row 77: ")
    assert ADA not in reason
    assert outcome.fates() == {
        "n_records": 7, "parsed": 6, "rejected": 1, "blank": 0, "pending": 0
    }  # fmt: skip
    assert size > 100


def test_code_in_a_database_does_not_run(tmp_path: Path) -> None:
    outcome = take(
        tmp_path,
        database(
            f"create index expensive on {EXECUTIONS} (abs(duration_ms));"
            "alter table cost_savings add column doubled real as (tokens_saved_count * 2) virtual;"
            f"create view endless as {ENDLESS};"
        ),
        name="t.db",
    )
    assert landed(outcome) == GOOD
    assert sorted(outcome.rows("select finding, field from parsed_findings")) == [
        ("generated_column", "cost_savings.doubled"),
        ("unknown_table", "endless"),
    ]
    assert {each["extras"] for each in outcome.all("cost_saving_day")} == {None}


@pytest.mark.parametrize("column", ["type", "name", "tbl_name"])
@pytest.mark.parametrize("value", ["null", "x'00ff'", "7"])
def test_a_schema_without_texts_is_no_defect_of_the_reader(
    tmp_path: Path, column: str, value: str
) -> None:
    statement = (
        "create table strange (a); pragma writable_schema = on;"
        f"update sqlite_master set {column} = {value} where name = 'strange'"
    )
    outcome = take(tmp_path, database(statement), name="t.db")
    assert outcome.rows("select file_reason_code from file_outcomes")[0][0] in {
        None, "bad_database"
    }  # fmt: skip


def test_names_that_are_no_text_are_shown_as_far_as_they_are(tmp_path: Path) -> None:
    name = "cast(x'61ff62' as text)"
    statement = (
        "create table strange (a);"
        "pragma writable_schema = on;"
        f"update sqlite_master set name = {name}, tbl_name = {name}, "
        f"sql = 'create table \"' || {name} || '\" (a)' where name = 'strange'"
    )
    outcome = take(tmp_path, database(statement), name="t.db")
    assert landed(outcome) == GOOD
    assert outcome.rows("select finding, field from parsed_findings") == [("unknown_table", "a?b")]


@pytest.mark.parametrize("id_", ["'ada@company.example'", "x'00'", "null", "1.5"])
def test_a_row_without_a_number_for_an_id_is_counted(tmp_path: Path, id_: str) -> None:
    schema = "create table performance_metrics (id, engineer_email, capability, timestamp)"
    rows = f"insert into performance_metrics values ({id_}, '{ADA}', 'c', 'noon')"
    outcome = take(tmp_path, database(rows=rows, schema=schema), name="t.db")
    [(reason,)] = outcome.rows("select reason from rejected")
    assert reason.startswith("performance_metrics row 1: ")
    assert ADA not in reason


def test_a_generated_column_in_a_required_place_is_missing(tmp_path: Path) -> None:
    schema = SCHEMA.replace("capability text not null", "capability text as ('c') virtual")
    rows = ROWS.replace("'code_review', ", "").replace(
        "into performance_metrics values",
        "into performance_metrics (id, engineer_email, duration_ms, success, error_type, "
        "tokens_saved, context_size_tokens, timestamp) values",
    )
    outcome = take(tmp_path, database(rows=rows, schema=schema), name="t.db")
    assert outcome.rows("select distinct reason_code from rejected") == [("missing_field",)]
    assert landed(outcome) == {k: n for k, n in GOOD.items() if k != "capability_execution"}


def test_the_fattest_database_that_is_read_is_read_in_time(tmp_path: Path) -> None:
    series = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 50000) "
    statement = (
        f"{series} insert into {EXECUTIONS} select i + 10, '{ADA}', 'code_review', i, 1, null, 1, "
        "1, strftime('%Y-%m-%dT%H:%M:%S', 1704067200 + i, 'unixepoch') from n"
    )
    content = database(statement)
    assert landed(take(tmp_path, content, name="t.db")) == GOOD | {"capability_execution": 50_002}


def test_a_database_in_wal_mode_without_its_log_is_read_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "wal.db"
    with closing(sqlite3.connect(path)) as con:
        con.executescript(f"pragma journal_mode = wal; {SCHEMA}; {ROWS}")
        con.execute("pragma wal_checkpoint(truncate)")
        con.execute(f"delete from {EXECUTIONS} where id = 2")
        con.commit()
        content = path.read_bytes()
    assert content[18:20] == b"\2\2"
    assert landed(take(tmp_path, content, name="t.db")) == GOOD
