import gzip
import json
import sqlite3
import unicodedata
from contextlib import closing
from pathlib import Path

import pytest
import yaml
import zstandard
from hypothesis import given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st

from tracking_pipeline.landing.erasure.csv_text import csv_edits
from tracking_pipeline.landing.erasure.spans import personal
from tracking_pipeline.landing.erasure.whom import Whom
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.csv_rows import split_rows
from tracking_pipeline.sources.registry import SOURCES
from tracking_pipeline.sources.strict import RefusedError
from tracking_pipeline_tests.erasure.scenario import (
    EMILY,
    EMILY_NAME,
    JOHN,
    JOHN_NAME,
    TEAM,
    WHOM,
    cut_out,
    execution,
    lines,
)

ERASED = "[erased]"


def test_lines_of_the_person_are_marked_and_no_other_byte_moves(tmp_path: Path) -> None:
    others = lines(execution(EMILY, 1))
    own = lines(execution(JOHN, 2))
    left = cut_out(tmp_path, "a.jsonl", others + own + others)
    assert left is not None
    assert len(left) == len(others + own + others)
    assert left.startswith(others)
    assert left.endswith(others)
    assert json.loads(left.splitlines()[1]) == ERASED


def test_a_record_of_another_loses_only_the_text_that_names_the_person(tmp_path: Path) -> None:
    about_emily = execution(EMILY, error_type=f"waited for {JOHN_NAME}", tokens_saved=7)
    left = cut_out(tmp_path, "a.jsonl", lines(about_emily))
    assert left is not None
    assert json.loads(left) == {**about_emily, "error_type": ERASED}


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.yaml", "a.csv"])
def test_a_name_in_either_form_of_unicode_is_cut(tmp_path: Path, name: str, form: str) -> None:
    whom = Whom(("Víctor Zéro",), frozenset())
    note = unicodedata.normalize(form, "ask Víctor Zéro")
    told = {**execution(EMILY), "error_type": note}
    content = json.dumps(told, ensure_ascii=False)
    if name == "a.csv":
        content = f"client_id,respondent\nacme,{EMILY}\nacme,{note}\n"
    left = cut_out(tmp_path, name, content.encode(), whom=whom)
    assert left
    assert b"ctor" not in left
    assert EMILY.encode() in left


@pytest.mark.parametrize(
    "own",
    [
        lines(execution(JOHN.replace("@", "\\u0040"))).replace(b"\\\\u", b"\\u"),
        lines(execution("  " + JOHN.upper())),
        lines({"kind": "nobody knows", "engineer_email": JOHN}),
        lines(execution("", lead={"name": JOHN_NAME})),
        lines([execution(JOHN), execution(JOHN, 1)]),
        b'{"engineer_email": "' + JOHN.encode() + b'", broken\n',
        b'{"engineer_email": "' + JOHN.encode() + b'\xff"}\n',
        lines({JOHN: {"commits": 1}}),
        b'{"pending": "' + JOHN.encode() + b'"',
    ],
)
def test_nothing_of_the_person_is_left_however_hostile_the_line(tmp_path: Path, own: bytes) -> None:
    others = lines(execution(EMILY, 1))
    left = cut_out(tmp_path, "a.jsonl", others + own)
    assert left is not None
    assert left.startswith(others)
    assert len(left) == len(others + own)
    assert b"john" not in left.lower()


def test_what_does_not_name_the_person_is_left_alone(tmp_path: Path) -> None:
    hostile = b'{"broken\n\xff\xfe\n[[[[\n{"a": "\\ud800"}\n' + lines(execution(f"x{JOHN}"))
    for name in ("a.jsonl", "a.json", "a.yaml", "a.db", "a.csv", "a.jsonl.gz"):
        assert cut_out(tmp_path, name, hostile) is None
    assert cut_out(tmp_path, "empty.json", b"") is None


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", lines(execution(JOHN), execution(JOHN, 1))),
        ("a.json", json.dumps([execution(JOHN), execution(JOHN, 1)], indent=2).encode()),
        ("a.json", json.dumps(execution(JOHN), indent=2).encode()),
        ("a.json.gz", gzip.compress(json.dumps(execution(JOHN)).encode(), mtime=0)),
        ("a.yaml", f"engineer_profile: {{name: {JOHN_NAME}, email: {JOHN}}}\n".encode()),
    ],
)
def test_a_file_about_the_person_alone_is_nothing(
    tmp_path: Path, name: str, content: bytes
) -> None:
    assert cut_out(tmp_path, name, content) == b""


def test_elements_of_lists_wrappers_and_documents_keep_their_places(tmp_path: Path) -> None:
    three = [execution(EMILY, 1), execution(JOHN), execution(EMILY, 2)]
    marked = [three[0], ERASED, three[2]]
    listed = cut_out(tmp_path, "a.json", json.dumps(three, indent=1).encode())
    assert listed is not None
    assert json.loads(listed) == marked
    of_lead = {
        "log_type": "campaign_generation",
        "lead_identifier": {"name": JOHN_NAME, "company": "ACME"},
    }
    other = {"log_type": "campaign_generation", "lead_identifier": {"name": EMILY_NAME}}
    wrapped = {"dataset_info": {"total_records": 2}, "training_records": [of_lead, other]}
    left = cut_out(tmp_path, "set.json", json.dumps(wrapped).encode(), "engine_logs")
    assert left is not None
    assert json.loads(left) == {**wrapped, "training_records": [ERASED, other]}
    documents = "\n".join(json.dumps(each, indent=2) for each in three).encode()
    left = cut_out(tmp_path, "many.json", documents)
    assert left is not None
    assert len(left) == len(documents)
    assert left.count(b"[erased]") == 1
    assert b"john" not in left


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.yaml"])
def test_a_mapping_in_which_the_person_is_a_key_goes_whole(tmp_path: Path, name: str) -> None:
    # What stands below the key is about them, and what is left would tell it as a difference.
    told = {"n": 1, "by_engineer": {JOHN: {"executions": 5}, EMILY: {"executions": 6}}, "m": 2}
    left = cut_out(tmp_path, name, json.dumps(told).encode() + b"\n")
    assert left is not None
    assert yaml.safe_load(left) == {**told, "by_engineer": ERASED}


def test_whoever_stands_anywhere_in_a_personal_section_is_whom_its_record_is_about(
    tmp_path: Path,
) -> None:
    own = {"log_type": "campaign_generation", "lead_identifier": {"alias": JOHN_NAME}, "score": 7}
    other = {**own, "lead_identifier": {"alias": EMILY_NAME}}
    content = lines(own, other)
    left = cut_out(tmp_path, "a.jsonl", content, "engine_logs")
    assert left is not None
    assert [json.loads(line) for line in left.splitlines()] == [ERASED, other]
    wrapped = json.dumps({"training_records": [own, other]}).encode()
    left = cut_out(tmp_path, "set.json", wrapped, "engine_logs")
    assert left is not None
    assert json.loads(left) == {"training_records": [ERASED, other]}


def test_packed_files_are_packed_again_and_alike_each_time(tmp_path: Path) -> None:
    content = lines(execution(EMILY, 1), execution(JOHN))
    zipped = cut_out(tmp_path, "a.jsonl.gz", gzip.compress(content))
    assert zipped is not None
    assert zipped == cut_out(tmp_path, "a.jsonl.gz", gzip.compress(content))
    packed = cut_out(tmp_path, "a.jsonl.zst", zstandard.compress(content))
    assert packed is not None
    unpacked = zstandard.ZstdDecompressor().decompressobj().decompress(packed)
    assert gzip.decompress(zipped) == unpacked == cut_out(tmp_path, "a.jsonl", content)


def test_a_truncated_archive_that_names_nobody_is_left_alone(tmp_path: Path) -> None:
    assert cut_out(tmp_path, "a.jsonl.gz", gzip.compress(b"x" * 9000)[:20]) is None


def test_the_team_loses_the_person_wherever_they_are_repeated(tmp_path: Path) -> None:
    left = cut_out(tmp_path, "team.yaml", TEAM.encode())
    assert left is not None
    assert b"john" not in left.lower()
    told = yaml.safe_load(left)
    emily = {"name": EMILY_NAME, "email": EMILY, "cost_savings_usd": 40.0}
    assert told["engineers"] == [ERASED, emily]
    assert told["rankings"] == {"top_cost_savers": [ERASED, emily]}
    assert told["platform_analysis"] == {"Windows": {"engineers": [ERASED, EMILY_NAME]}}
    assert told["executive_talking_points"] == [ERASED]
    assert told["executive_summary"] == {"total_cost_savings_usd": 100.0}


@pytest.mark.parametrize(
    "own",
    [
        '- {speaker: "John\n  Smith", statement: well done}',
        '- speaker: >-\n    John\n    Smith\n  statement: "two\\\n  lines"',
        '- speaker: "Jo\\x68n Smith"\n  statement: é',
        "- ? speaker\n  : John Smith",
        f"- {{{JOHN}: 1}}",
        f"- &{JOHN_NAME.replace(' ', '')} [{JOHN}]",
    ],
)
def test_yaml_hides_the_person_in_no_style(tmp_path: Path, own: str) -> None:
    other = "- {speaker: Emily, statement: fine, n: 1}\n"
    left = cut_out(tmp_path, "statements.yaml", f"{own}\n{other}".encode(), "engine_metrics")
    assert left is not None
    rows = yaml.safe_load(left)
    assert len(rows) == 2
    assert rows[1] == {"speaker": "Emily", "statement": "fine", "n": 1}
    assert "john" not in str(rows).lower().replace("johnsmith", "")


def test_yaml_that_cannot_be_read_and_names_the_person_goes_whole(tmp_path: Path) -> None:
    assert cut_out(tmp_path, "a.yaml", f"a: [{JOHN}".encode()) == b""


@pytest.mark.parametrize(
    "own",
    [
        pytest.param(f"a: {{email: {EMILY}}}\n---\na: {{email: {JOHN}}}\n", id="documents"),
        pytest.param(f"a: {{email: {JOHN}}}\na: {{email: {EMILY}}}\n", id="one key twice"),
        pytest.param(f'a: [\n"{JOHN_NAME[0]}\\x6fhn Smith"', id="broken, with escapes"),
    ],
)
def test_yaml_that_is_refused_as_a_whole_goes_whole(tmp_path: Path, own: str) -> None:
    assert cut_out(tmp_path, "a.yaml", own.encode()) == b""
    assert cut_out(tmp_path, "a.yaml", own.replace(JOHN, EMILY).encode()) in (None, b"")


def test_rows_of_csv_become_blank_and_keep_their_lines(tmp_path: Path) -> None:
    content = (
        "client_id,score,recorded_date,respondent\n"
        "acme,9,2025-11-01,Emily Davis\n"
        'acme,8,2025-11-01,"John\nSmith"\n'
        f"acme,7,2025-11-01,{JOHN}\n"
        'acme,"6,2025-11-01,left open\n'
        "John Smith,5,2025-11-01,Emily Davis\n"
    ).encode()
    left = cut_out(tmp_path, "satisfaction.csv", content, "engine_metrics")
    assert left is not None
    rows = left.decode().split("\n")
    assert len(left) == len(content)
    assert [row.strip() for row in rows[2:5]] == ["", "", ""]
    assert rows[1] == "acme,9,2025-11-01,Emily Davis"
    assert rows[6] == "*[erased]*,5,2025-11-01,Emily Davis"


def test_a_bare_quote_in_a_cell_joins_no_rows(tmp_path: Path) -> None:
    rows = [
        "client_id,statement,speaker\n",
        'acme,5" screens help,ann@company.example\n',
        f"acme,they do,{JOHN}\n",
    ]
    left = cut_out(tmp_path, "statements.csv", "".join(rows).encode(), "engine_metrics")
    assert left == "".join([*rows[:2], " " * (len(rows[2]) - 1) + "\n"]).encode()


def test_a_byte_order_mark_hides_no_column(tmp_path: Path) -> None:
    content = f"speaker,statement\n{EMILY},ask {JOHN_NAME}\n{JOHN},yes\n"
    marked = content.encode("utf-8-sig")
    left = cut_out(tmp_path, "statements.csv", marked, "engine_metrics")
    assert left is not None
    assert len(left) == len(marked)
    assert EMILY.encode() in left
    assert b"ohn" not in left


CELLS = st.sampled_from(
    ["acme", '5" screens', '"a, b"', '"two\nlines"', '"open', 'mid"dle', '""', "", JOHN, JOHN_NAME]
)


@settings_of_hypothesis(deadline=None)
@given(
    st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=8),
    st.sampled_from(["\n", "\r\n"]),
)
def test_the_rows_of_others_are_read_after_a_cut_as_before(rows: list[list[str]], end: str) -> None:
    table = [["speaker", "statement"], *rows]
    content = "".join(",".join(row) + end for row in table).encode()
    edits = csv_edits(content, WHOM, personal(SOURCES["engine_metrics"]), Settings())
    left = bytearray(content)
    for start, stop, text in edits or ():
        left[start:stop] = text
    gone = {start for start, _, _ in edits or ()}
    before = [(at, cells) for at, cells in readable(content) if at not in gone]
    assert edits is None or readable(bytes(left)) == before
    assert len(left) == len(content)


def readable(content: bytes) -> list[tuple[int, list[str]]]:
    """Return first byte and cells of the rows that are read and not blank."""
    rows = [row for row, _ in split_rows(iter([content]), 0, Settings())]
    read = [(row.offset, row.cells) for row in rows if not isinstance(row.cells, RefusedError)]
    return [(at, cells) for at, cells in read if any(cell.strip() for cell in cells)]


def test_csv_with_no_other_row_is_nothing(tmp_path: Path) -> None:
    content = f"client_id,score,recorded_date,respondent\nacme,9,2025-11-01,{JOHN}\n".encode()
    assert cut_out(tmp_path, "satisfaction.csv", content, "engine_metrics") == b""


def database(*statements: str) -> bytes:
    with closing(sqlite3.connect(":memory:")) as con:
        for statement in statements:
            con.execute(statement)
        con.commit()
        return con.serialize()


PROFILES = "create table engineer_profile (id integer primary key, engineer_email, engineer_name)"
JOHN_ROW = f"insert into engineer_profile values (1, '{JOHN}', '{JOHN_NAME}')"
EMILY_ROW = f"insert into engineer_profile values (2, '{EMILY}', '{EMILY_NAME}')"


def rows_of(content: bytes | None, table: str) -> list[tuple[object, ...]]:
    assert content is not None
    with closing(sqlite3.connect(":memory:")) as con:
        con.deserialize(content)
        return con.execute(f"select * from {table} order by 1").fetchall()


def test_rows_of_databases_go_and_their_pages_hold_nothing(tmp_path: Path) -> None:
    free = [JOHN_ROW.replace("(1,", f"({n},") for n in range(3, 3000)]
    deleted = "delete from engineer_profile where id between 3 and 2900"
    left = cut_out(tmp_path, "a.db", database(PROFILES, JOHN_ROW, EMILY_ROW, *free, deleted))
    assert left is not None
    assert rows_of(left, "engineer_profile") == [(2, EMILY, EMILY_NAME)]
    assert b"john" not in left.lower()
    assert cut_out(tmp_path, "a.db", left) is None


def test_a_database_of_the_person_alone_is_nothing(tmp_path: Path) -> None:
    assert cut_out(tmp_path, "a.db", database(PROFILES, JOHN_ROW)) == b""


@pytest.mark.parametrize(
    "hostile",
    [
        f"create trigger t after delete on engineer_profile begin {JOHN_ROW}; end",
        'create view "v" as with recursive x(n) as (select 1 union all select n from x) select 1',
        "create index i on engineer_profile (upper(engineer_name))",
        'create table "a""b" ("c""d" text)',
    ],
)
def test_hostile_databases_lose_the_person_too(tmp_path: Path, hostile: str) -> None:
    left = cut_out(tmp_path, "a.db", database(PROFILES, JOHN_ROW, EMILY_ROW, hostile))
    assert rows_of(left, "engineer_profile") == [(2, EMILY, EMILY_NAME)]


def test_a_text_in_another_row_is_marked_and_so_are_blobs_and_keys(tmp_path: Path) -> None:
    notes = "create table notes (a text, b blob, primary key (a)) without rowid"
    named = f"insert into notes values ('x', cast('{JOHN}' as blob)), ('{JOHN_NAME}', null)"
    left = cut_out(tmp_path, "a.db", database(PROFILES, EMILY_ROW, notes, named))
    assert rows_of(left, "engineer_profile") == [(2, EMILY, EMILY_NAME)]
    assert rows_of(left, "notes") == [(ERASED, None), ("x", ERASED)]


def test_free_pages_that_hold_the_person_are_emptied(tmp_path: Path) -> None:
    rows = [JOHN_ROW.replace("(1,", f"({n},") for n in range(3, 900)]
    deleted = "delete from engineer_profile where id <> 2"
    content = database("pragma secure_delete = off", PROFILES, EMILY_ROW, *rows, deleted)
    assert JOHN.encode() in content
    left = cut_out(tmp_path, "a.db", content)
    assert rows_of(left, "engineer_profile") == [(2, EMILY, EMILY_NAME)]
    assert left is not None
    assert JOHN.encode() not in left
    assert cut_out(tmp_path, "a.db", left) is None


def test_another_with_a_longer_address_is_left_alone(tmp_path: Path) -> None:
    longer = EMILY_ROW.replace(EMILY, f"x{JOHN}")
    assert cut_out(tmp_path, "a.db", database(PROFILES, longer)) is None
    content = database(PROFILES, longer, JOHN_ROW)
    left = cut_out(tmp_path, "a.db", content)
    assert rows_of(left, "engineer_profile") == [(2, f"x{JOHN}", EMILY_NAME)]
