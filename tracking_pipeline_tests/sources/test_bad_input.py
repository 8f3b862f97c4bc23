import codecs
import gzip
import json
from pathlib import Path

import pytest
import zstandard

from tracking_pipeline_tests.sources.intake_case import (
    NEVER_BULK,
    campaign,
    deliver,
    line,
)

BULK = pytest.mark.parametrize("bulk_bytes", [0, NEVER_BULK], ids=["bulk", "strict"])
GOOD = [line(campaign(number)) for number in range(300)]


def _broken(old: bytes, new: bytes) -> bytes:
    good = line(campaign(999))
    assert old in good
    return good.replace(old, new)


BAD_LINES = {
    "bad_json": _broken(b'"message_analysis": {}', b'"message_analysis": {'),
    "bad_json trailing comma": _broken(b'"high"}', b'"high",}'),
    "bad_json comma in list": _broken(b'"formal"]', b'"formal",]'),
    "bad_json control character": _broken(b"Hi Ada", b"Hi\x01Ada"),
    "bad_json leading zero": _broken(b": 70", b": 070"),
    "bad_json rest": line(campaign(999)).strip() + b" rest\n",
    "duplicate_key": _broken(b'"message_type"', b'"campaign_tone"'),
    "duplicate_key at the top": _broken(b'"message_analysis"', b'"session_id"'),
    "not_a_number": _broken(b": 70", b": NaN"),
    "not_a_number infinity": _broken(b": 70", b": -Infinity"),
    "integer_too_big": _broken(b": 70", b": 99999999999999999999"),
    "integer_too_big by one": _broken(b": 70", b": 9223372036854775808"),
    "number_too_big": _broken(b": 70", b": 1e400"),
    "lone_surrogate": _broken(b"Hi Ada", rb"Hi \ud800 Ada"),
    "nul_character": _broken(b"Hi Ada", rb"Hi \u0000 Ada"),
    "nul_character raw": _broken(b"Hi Ada", b"Hi \0 Ada"),
    "invalid_utf8": _broken(b"Hi Ada", b"Hi \xff Ada"),
    "too_deep": _broken(b'"message_analysis": {}', b'"x": ' + b"[" * 65 + b"]" * 65),
    "not_an_object": b'"text"\n',
    "not_an_object null": b"null\n",
    "not_an_object number": b"17\n",
    "unknown_kind": _broken(b"campaign_generation", b"other"),
    "unknown_kind none": b"{}\n",
    "wrong_type text for number": _broken(b": 70", b': "70"'),
    "wrong_type number for text": _broken(b'"unknown"', b"5"),
    "wrong_type number for boolean": _broken(b": false", b": 0"),
    "wrong_type number in list": _broken(b'"formal"]', b"5]"),
    "wrong_type list for section": _broken(b'"message_analysis": {}', b'"message_analysis": []'),
    "wrong_value too high": _broken(b": 70", b": 1000001"),
    "wrong_value the highest integer": _broken(b": 70", b": 9223372036854775807"),
    "wrong_value the highest double": _broken(b": 70", b": 1.7976931348623157e308"),
    "too_early": _broken(b"2025-08-01T", b"0025-08-01T"),
    "missing_field": _broken(b'"session_id"', b'"old_session_id"'),
    "missing_timestamp": _broken(b'"timestamp"', b'"old_timestamp"'),
    "bad_timestamp": _broken(b"2025-08-01T", b"2025-02-30T"),
    "bad_timestamp date only": _broken(b"2025-08-01T17:45:36.473189", b"2025-08-01"),
    "future_timestamp": _broken(b"2025-08-01T", b"2026-08-01T"),
}


@BULK
@pytest.mark.parametrize("fault", BAD_LINES)
def test_a_bad_line_is_refused_and_the_rest_loads(
    tmp_path: Path, fault: str, bulk_bytes: int
) -> None:
    bad = BAD_LINES[fault]
    content = b"".join([*GOOD[:250], bad, *GOOD[250:]])
    outcome = deliver(tmp_path, content, bulk_bytes=bulk_bytes)
    assert outcome.rejected()[:1] == [
        (251, len(b"".join(GOOD[:250])), fault.partition(" ")[0])
    ] or (fault == "bad_json rest")
    assert outcome.fates()["rejected"] == 1
    assert outcome.fates()["n_records"] == 301 + (fault == "bad_json rest")
    assert outcome.rows("select raw, raw_size from rejected")[0][1] <= len(bad)


@BULK
def test_a_refused_line_is_kept_byte_by_byte_up_to_the_cap(tmp_path: Path, bulk_bytes: int) -> None:
    bad = BAD_LINES["invalid_utf8"].strip()
    content = b"".join([*GOOD, bad, b"\n"])
    outcome = deliver(tmp_path, content, bulk_bytes=bulk_bytes, quarantine_raw_bytes=20)
    assert outcome.rows("select raw, raw_size from rejected") == [(bad[:20], len(bad))]


def test_a_wrong_type_names_field_value_and_expected_type(tmp_path: Path) -> None:
    outcome = deliver(tmp_path, BAD_LINES["wrong_type text for number"])
    (reason,) = outcome.rows("select kind, reason from rejected")
    expected = "generation_output.message_quality_score is '70', expected a number"
    assert reason == ("campaign_generation", expected)


def test_the_reason_of_a_refused_personal_field_does_not_show_it(tmp_path: Path) -> None:
    outcome = deliver(tmp_path, line(campaign(lead_identifier__name=["Ada Lovelace"])))
    assert outcome.rows("select reason_code, contains(reason, 'Ada') from rejected") == [
        ("wrong_type", False)
    ]


@pytest.mark.parametrize("value", [70, 70.5, 0, -1, 1_000_000])
@BULK
def test_a_whole_or_broken_number_is_a_score(tmp_path: Path, value: float, bulk_bytes: int) -> None:
    record = campaign(generation_output__message_quality_score=value)
    outcome = deliver(tmp_path, b"".join([*GOOD, line(record)]), bulk_bytes=bulk_bytes)
    assert outcome.all()[-1]["quality_score"] == float(value)


@BULK
def test_blank_lines_are_counted(tmp_path: Path, bulk_bytes: int) -> None:
    content = b"".join([*GOOD, b"\n", b"  \r\n", GOOD[0].strip(), b"\r\n"])
    outcome = deliver(tmp_path, content, bulk_bytes=bulk_bytes)
    assert outcome.fates()["blank"] == 2
    assert outcome.fates()["parsed"] == 301
    assert outcome.rows("select max(line_number) from parsed_campaign_generation") == [(303,)]


@BULK
def test_an_unterminated_last_line_is_pending(tmp_path: Path, bulk_bytes: int) -> None:
    whole = b"".join(GOOD)
    outcome = deliver(tmp_path, whole + GOOD[0].strip(), bulk_bytes=bulk_bytes)
    assert outcome.fates()["pending"] == 1
    assert outcome.rows("select end_offset from file_outcomes") == [(len(whole),)]


def test_what_was_read_before_is_not_read_again(tmp_path: Path) -> None:
    start = len(GOOD[0])
    outcome = deliver(
        tmp_path, b"".join([*GOOD[:2], b"oops\n"]), start_offset=start, name="a.jsonl"
    )
    assert [row["session_id"] for row in outcome.all()] == ["00000001"]
    assert outcome.rejected() == [(2, len(GOOD[0] + GOOD[1]), "bad_json")]


PRETTY = json.dumps(campaign(1), indent=2).encode()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (PRETTY, 1),
        (codecs.BOM_UTF8 + PRETTY, 1),
        (PRETTY.replace(b"\n", b"\r\n"), 1),
        (PRETTY + b"\n" + json.dumps(campaign(2), indent=2).encode(), 2),
        (PRETTY + PRETTY.replace(b"00000001", b"00000002"), 2),
        (json.dumps([campaign(n) for n in range(5)], indent=2).encode(), 5),
        (json.dumps([campaign(n) for n in range(5)]).encode(), 5),
        (json.dumps({"dataset_info": {}, "training_records": [campaign(1)]}).encode(), 1),
        (line(campaign(1)).strip(), 1),
        (GOOD[0] + GOOD[1], 2),
        (GOOD[0].strip() + GOOD[1], 2),
        (codecs.BOM_UTF8 + GOOD[0] + GOOD[1], 2),
        (gzip.compress(b"".join(GOOD)), 300),
        (gzip.compress(b"".join(GOOD).strip()), 300),
        (gzip.compress(GOOD[0]) + gzip.compress(GOOD[1]), 2),
        (zstandard.compress(b"".join(GOOD)), 300),
        (gzip.compress(PRETTY), 1),
        (b"", 0),
        (b"\n \n", 0),
    ],
)
def test_every_framing_is_read(tmp_path: Path, content: bytes, expected: int) -> None:
    outcome = deliver(tmp_path, content)
    assert outcome.fates()["parsed"] == outcome.fates()["n_records"] - outcome.fates()["blank"]
    assert outcome.fates()["parsed"] == expected
    assert outcome.rejected() == []
    sessions = outcome.rows("select count(distinct session_id) from parsed_campaign_generation")
    assert sessions == [(expected,)]


def test_a_broken_document_among_others_is_refused_alone(tmp_path: Path) -> None:
    broken = PRETTY.replace(b'"training_labels"', b'"training_labels')
    outcome = deliver(tmp_path, PRETTY + b"\n" + broken + b"\n" + PRETTY)
    assert outcome.fates()["parsed"] == 2
    assert outcome.rejected() == [(PRETTY.count(b"\n") + 2, len(PRETTY) + 1, "bad_json")]
    assert outcome.rows("select raw from rejected") == [(broken,)]


def test_a_broken_element_of_a_list_is_refused_alone(tmp_path: Path) -> None:
    records = [campaign(number) for number in range(3)]
    content = json.dumps(records, indent=2).encode().replace(b": 70", b": NaN", 1)
    outcome = deliver(tmp_path, content)
    assert outcome.fates()["parsed"] == 2
    assert outcome.rejected() == [(2, len(b"[\n  "), "not_a_number")]


BOMB = gzip.compress(b"\n" * 8 * 2**20)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (PRETTY.decode().encode("utf-16"), "utf16"),
        (b"".join(GOOD).decode().encode("utf-16-le"), "utf16"),
        (gzip.compress(b"".join(GOOD))[:-20], "truncated_gzip"),
        (zstandard.compress(b"".join(GOOD))[:-20], "truncated_zstd"),
        (gzip.compress(b"".join(GOOD))[:-8] + b"rubbish!", "bad_gzip"),
        (BOMB, "compression_bomb"),
    ],
    ids=["utf-16", "utf-16-le", "gzip cut", "zstd cut", "gzip broken", "bomb"],
)
def test_a_file_that_cannot_be_read_is_refused_whole(
    tmp_path: Path, content: bytes, code: str
) -> None:
    outcome = deliver(tmp_path, content, GOOD[0])
    assert outcome.rejected() == [(None, 0, code)]
    assert outcome.rows("select file_id, file_reason_code from file_outcomes order by 1") == [
        ("f0", code),
        ("f1", None),
    ]
    assert outcome.fates() == {
        "n_records": 2,
        "parsed": 1,
        "rejected": 1,
        "blank": 0,
        "pending": 0,
    }


def test_the_absolute_limit_of_expansion_holds(tmp_path: Path) -> None:
    outcome = deliver(tmp_path, gzip.compress(b"".join(GOOD)), max_expanded_bytes=10_000)
    assert outcome.rejected() == [(None, 0, "compression_bomb")]


@BULK
def test_hostile_text_is_only_text(tmp_path: Path, bulk_bytes: int) -> None:
    hostile = "<script>alert(1)</script>=cmd|' /C calc'!A0'; drop table x; --\x1b[31m{{7*7}}"
    record = campaign(generation_output__messaging_angle=hostile)
    outcome = deliver(tmp_path, b"".join([*GOOD, line(record)]), bulk_bytes=bulk_bytes)
    assert outcome.all()[-1]["messaging_angle"] == hostile
