"""Where records begin and end: lines or documents, what stands before them, and where they are."""

import gzip
import json
from pathlib import Path

import pytest
import zstandard

from tracking_pipeline_tests.sources.intake_case import NEVER_BULK, campaign, deliver, line

BOM = b"\xef\xbb\xbf"
RECORDS = [campaign(number) for number in range(6)]
LINES = [line(record) for record in RECORDS]
BULK = pytest.mark.parametrize("bulk_bytes", [0, NEVER_BULK], ids=["bulk", "strict"])
NAMES = pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.log"])
PREFIXES = [
    b"2025-11-03T10:00:00.000Z 1d2c INFO ",
    b"web_1  | ",
    b"[2025-11-03 10:00:00] ",
    b"[INFO] ",
    b"Nov  3 10:00:00 host app[12]: ",
    b"17 ",
    b'"quoted" ',
    b"data: ",
]


@NAMES
@BULK
@pytest.mark.parametrize("prefix", PREFIXES, ids=ascii)
def test_text_before_json_is_one_refusal_a_line(
    tmp_path: Path, prefix: bytes, name: str, bulk_bytes: int
) -> None:
    prefixed = [prefix + each for each in LINES]
    outcome = deliver(tmp_path, b"".join(prefixed), bulk_bytes=bulk_bytes, name=name)
    starts = [sum(map(len, prefixed[:number])) for number in range(6)]
    assert outcome.rejected() == [
        (number + 1, starts[number], "text_before_json") for number in range(6)
    ]
    assert outcome.fates()["n_records"] == 6
    (reason,) = outcome.rows("select distinct reason from rejected")[0]
    assert f"begins at character {len(prefix) + 1}:" in reason
    assert outcome.rows("select raw from rejected")[0] == (prefixed[0].strip(),)


def test_a_comment_in_front_is_refused_and_the_document_is_read(tmp_path: Path) -> None:
    for comment in (b"// written by hand\n", b"# one\n# two\n"):
        content = comment + json.dumps(RECORDS[0], indent=2).encode()
        outcome = deliver(tmp_path, content, name="a.json")
        assert outcome.fates()["parsed"] == 1
        assert [(row[0], row[1]) for row in outcome.rejected()] == [(1, 0)]


INNER_LINES = {
    "a record a line in a list": b"[\n" + b",\n".join(each.strip() for each in LINES) + b"\n]\n",
    "a record a line in a wrapper": (
        b'{"training_records": [\n' + b",\n".join(each.strip() for each in LINES) + b"\n]}\n"
    ),
    "inner objects on a line": b"".join(
        b"{\n"
        + b",\n".join(f'"{key}": {json.dumps(record[key])}'.encode() for key in record)
        + b"\n}\n"
        for record in RECORDS
    ),
}


@pytest.mark.parametrize("layout", INNER_LINES)
def test_a_document_is_one_however_its_lines_look(tmp_path: Path, layout: str) -> None:
    outcome = deliver(tmp_path, INNER_LINES[layout], name="a.json")
    assert (outcome.fates()["parsed"], outcome.fates()["n_records"]) == (6, 6)


@pytest.mark.parametrize("first", [b'{"log_type": "camp\n', b'{"log_type":\n', b"oops\n", b"{\n"])
def test_a_broken_first_line_hides_no_other(tmp_path: Path, first: bytes) -> None:
    outcome = deliver(tmp_path, first + b"".join(LINES), name="a.log")
    assert outcome.fates()["parsed"] == 6
    assert [(row[0], row[1]) for row in outcome.rejected()] == [(1, 0)]


@NAMES
def test_byte_order_marks_between_files_put_together_are_nothing(tmp_path: Path, name: str) -> None:
    for content in (
        b"".join(BOM + each for each in LINES),
        BOM.join(LINES) + BOM,
        gzip.compress(BOM + LINES[0]) + gzip.compress(BOM + b"".join(LINES[1:])),
        BOM + BOM + b"".join(LINES),
    ):
        outcome = deliver(tmp_path, content, name=name)
        assert (outcome.fates()["parsed"], outcome.rejected()) == (6, [])


@BULK
def test_bare_carriage_returns_end_lines_where_no_line_feed_does(
    tmp_path: Path, bulk_bytes: int
) -> None:
    content = b"".join([*LINES[:3], b"oops\n", *LINES[3:]]).replace(b"\n", b"\r")
    outcome = deliver(tmp_path, content, bulk_bytes=bulk_bytes, name="a.jsonl")
    assert outcome.fates()["parsed"] == 6
    assert outcome.rejected() == [(4, len(b"".join(LINES[:3])), "bad_json")]
    places = outcome.rows("select line_number from parsed_campaign_generation order by 1")
    assert places == [(1,), (2,), (3,), (5,), (6,), (7,)]


def test_a_record_in_a_list_has_the_line_on_which_it_begins(tmp_path: Path) -> None:
    content = json.dumps(RECORDS[:2], indent=2).encode()
    second = content.index(b"{", content.index(b"},\n  {"))
    outcome = deliver(tmp_path, content, name="a.json")
    query = "select line_number, byte_offset from parsed_campaign_generation order by 1"
    assert outcome.rows(query) == [
        (2, len(b"[\n  ")),
        (content[:second].count(b"\n") + 1, second),
    ]


def test_records_on_one_line_are_told_apart_by_their_offset(tmp_path: Path) -> None:
    content = LINES[0] + b"[" + LINES[1].strip() + b", " + LINES[2].strip() + b"]\n"
    outcome = deliver(tmp_path, content, name="a.jsonl")
    query = "select line_number, byte_offset from parsed_campaign_generation order by 2"
    start = len(LINES[0])
    assert outcome.rows(query) == [(1, 0), (2, start + 1), (2, start + len(LINES[1]) + 2)]


@BULK
@pytest.mark.parametrize("bad", [b'{"a": }', b"[x, 2", b"{} x"])
def test_spaces_before_a_refused_record_are_not_part_of_it(
    tmp_path: Path, bad: bytes, bulk_bytes: int
) -> None:
    content = LINES[0] + b"  " + bad + b"\n" + LINES[1]
    outcome = deliver(tmp_path, content, bulk_bytes=bulk_bytes, name="a.jsonl")
    assert outcome.rejected()[0][:2] == (2, len(LINES[0]) + 2)
    assert outcome.fates()["parsed"] == 2


@pytest.mark.parametrize("padding", [1, 512, 200_000])
def test_zeros_after_a_gzip_member_are_nothing(tmp_path: Path, padding: int) -> None:
    packed = gzip.compress(b"".join(LINES)) + b"\0" * padding
    outcome = deliver(tmp_path, packed + gzip.compress(line(campaign(9))) + b"\0" * padding)
    assert (outcome.fates()["parsed"], outcome.rejected()) == (7, [])


@pytest.mark.parametrize(
    "content", [b"[]", b" [ ]\n", b"[[]]", b'{"training_records": []}', b" \n"]
)
@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_a_file_without_a_record_counts_as_one_blank(
    tmp_path: Path, content: bytes, name: str
) -> None:
    outcome = deliver(tmp_path, content + (b"\n" if name == "a.jsonl" else b""), name=name)
    assert outcome.fates()["blank"] == outcome.fates()["n_records"] >= 1
    assert outcome.rejected() == []


@pytest.mark.parametrize(
    ("name", "whole"),
    [("a.jsonl.gz", gzip.compress(b"x", mtime=0)), ("a.ZST", zstandard.compress(b"x"))],
)
@pytest.mark.parametrize("kept", [0, 1])
def test_a_packed_file_that_ends_before_it_begins_is_truncated(
    tmp_path: Path, name: str, whole: bytes, kept: int
) -> None:
    outcome = deliver(tmp_path, whole[:kept], name=name)
    (code,) = outcome.rows("select file_reason_code from file_outcomes")[0]
    assert code in {"truncated_gzip", "truncated_zstd"}
    assert outcome.fates()["rejected"] == 1


def test_an_empty_file_that_is_not_packed_has_no_records(tmp_path: Path) -> None:
    assert deliver(tmp_path, b"", name="a.json").fates()["n_records"] == 0


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (
            "\xa0{}",
            "is no JSON: expected a value at character 1, found U+00A0 NO-BREAK SPACE; remove it",
        ),
        (
            "\0\0\0" + '{"a": 1}',
            "a NUL stands at character 1: its writer was interrupted, remove the NULs",
        ),
        (
            '{"a": "1',
            (
                "is no JSON: expected a closing quote for the text that begins at character 7, "
                "found its end; it was cut off, deliver it whole"
            ),
        ),
        (
            '{"a": x}',
            "is no JSON: expected a value at character 7, found x; correct what writes it",
        ),
        ('[{"a": 1}', "is no JSON: the list is never closed; deliver it whole"),
    ],
)
def test_a_refusal_names_culprit_reason_and_fix(tmp_path: Path, bad: str, reason: str) -> None:
    outcome = deliver(tmp_path, bad.encode() + b"\n", name="a.jsonl")
    assert outcome.rows("select reason from rejected order by byte_offset")[-1] == (reason,)
