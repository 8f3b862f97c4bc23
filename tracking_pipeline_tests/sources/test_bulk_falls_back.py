"""One line takes no other down: the general mechanism, whatever DuckDB stumbles over."""

from pathlib import Path

import pytest

from tracking_pipeline.sources.record import Field, RecordKind, Source
from tracking_pipeline_tests.sources.intake_case import (
    NEVER_BULK,
    Outcome,
    campaign,
    deliver,
    line,
)

GOOD = [line(campaign(number)) for number in range(1000)]
RECORD = line(campaign(5000)).strip()
# Python knows these as white space, JSON does not.
STRANGE_SPACE = ["\xa0", "\v", "\f", "\x1c", "\x1e", "\x85", "\u1680", "\u2003", "\u2028", "\u3000"]
BULK = pytest.mark.parametrize("bulk_bytes", [0, NEVER_BULK], ids=["bulk", "strict"])

# DuckDB cannot cast every text to a number: the query over a block with another one fails.
CASTING = Source(
    name="casting",
    system="casting",
    timezone="UTC",
    kinds=(
        RecordKind(
            name="reading",
            named_by="log_type",
            identity=("timestamp",),
            fields=(
                Field("observed_at", "TIMESTAMP", ("timestamp",), required=True),
                Field(
                    "value", "BIGINT", ("value",), sql="cast({value} as bigint)", reads="VARCHAR"
                ),
            ),
        ),
    ),
)


def _among_good(folder: Path, bad: bytes, bulk_bytes: int) -> Outcome:
    return deliver(folder, b"".join([*GOOD[:500], bad, *GOOD[500:]]), bulk_bytes=bulk_bytes)


@BULK
@pytest.mark.parametrize("space", STRANGE_SPACE, ids=ascii)
def test_what_json_does_not_know_as_space_is_refused_before_and_after_a_record(
    tmp_path: Path, space: str, bulk_bytes: int
) -> None:
    start = len(b"".join(GOOD[:500]))
    before = _among_good(tmp_path, space.encode() + RECORD + b"\n", bulk_bytes)
    assert before.rejected() == [(501, start, "bad_json")]
    assert before.fates()["parsed"] == 1000
    after = _among_good(tmp_path, RECORD + space.encode() + b"\n", bulk_bytes)
    assert after.rejected() == [(501, start + len(RECORD), "bad_json")]
    assert after.fates()["parsed"] == 1001
    alone = _among_good(tmp_path, space.encode() + b"\n", bulk_bytes)
    assert alone.rejected() == [(501, start, "bad_json")]


@BULK
@pytest.mark.parametrize("space", [" ", "\t", "\r", " \t\r"], ids=ascii)
def test_json_white_space_around_a_record_is_nothing(
    tmp_path: Path, space: str, bulk_bytes: int
) -> None:
    padded = RECORD.replace(b": {", b":" + space.encode() + b"{")
    around = space.encode() + padded + space.encode() + b"\n"
    outcome = _among_good(tmp_path, around, bulk_bytes)
    assert outcome.fates()["parsed"] == outcome.fates()["n_records"] == 1001
    where = "select line_number, byte_offset from parsed_campaign_generation where session_id = "
    place = (501, len(b"".join(GOOD[:500])) + len(space))
    assert outcome.rows(f"{where} '00001388'") == [place]


@BULK
def test_a_carriage_return_in_a_text_refuses_its_line_once(tmp_path: Path, bulk_bytes: int) -> None:
    outcome = _among_good(tmp_path, RECORD.replace(b"Hi Ada", b"Hi\rAda") + b"\n", bulk_bytes)
    assert outcome.rejected() == [(501, len(b"".join(GOOD[:500])), "bad_json")]
    assert outcome.fates()["n_records"] == 1001


@BULK
def test_a_value_over_which_the_query_fails_refuses_its_record_alone(
    tmp_path: Path, bulk_bytes: int
) -> None:
    values = ["nine" if number == 700 else str(number) for number in range(1000)]
    content = [
        f'{{"log_type": "reading", "timestamp": "2025-08-01T12:{number // 60:02}:{number % 60:02}",'
        f' "value": "{value}"}}\n'.encode()
        for number, value in enumerate(values)
    ]
    outcome = deliver(tmp_path, b"".join(content), bulk_bytes=bulk_bytes, source=CASTING)
    assert outcome.rejected() == [(701, len(b"".join(content[:700])), "unreadable_value")]
    read = [row["value"] for row in outcome.all("reading")]
    assert read == [number for number in range(1000) if number != 700]
