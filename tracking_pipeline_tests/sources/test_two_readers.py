"""The bulk path and the strict path are one reader: same rows, places, fates and reasons."""

import json
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tracking_pipeline.sources.engine_logs import SOURCE
from tracking_pipeline_tests.sources.intake_case import (
    DESIGN_CAMPAIGN,
    NEVER_BULK,
    Outcome,
    campaign,
    deliver,
    line,
)
from tracking_pipeline_tests.sources.json_cases import INVALID, VALID, record

TABLES = [f"parsed_{kind.name}" for kind in SOURCE.kinds]
TABLES += ["rejected", "file_outcomes", "parsed_findings"]
NAME, EMAIL = "Zebedee Quux", "zebedee@quux.example"
_PERSONAL = re.compile("zebedee|quux", re.IGNORECASE)
_FRAGMENTS = [
    *(b"\xc2\xa0", b"\xe2\x80\xa8", b"\xef\xbb\xbf", b"\v", b"\f", b"\r", b"\0", b"\x1e", b"\xff"),
    *(b" ", b"\t", b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"\\u0000", b"\\ud800"),
    *(b"null", b"NaN", b"1e400", b"99999999999999999999", b"// x", b"web_1  | ", b"{}", b"[]"),
    *(EMAIL.encode(), f'"{EMAIL}": 1, '.encode()),
]
_VALUES = [None, True, 0, 1, -1, 70, 70.5, 2**63, 1e308, "", "x", "70", [], ["a"], {}, {"a": [1]}]
_VALUES += [{"name": NAME}, [EMAIL], "never", "2025-08-01T12:00:00Z", "2999-01-01T00:00:00"]

Mutation = Callable[[bytes, random.Random], bytes]


def _insert(raw: bytes, chance: random.Random) -> bytes:
    at = chance.choice([0, len(raw), chance.randrange(len(raw))])
    return raw[:at] + chance.choice(_FRAGMENTS) + raw[at:]


def _cut_out(raw: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(raw))
    return raw[:start] + raw[start + chance.choice([1, 2, 10, 1000]) :]


def _overwrite(raw: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(raw))
    byte = chance.choice([0, 9, 10, 11, 13, 32, 34, 44, 58, 91, 92, 93, 123, 125, 160, 255])
    return raw[:at] + bytes([byte if byte != ord("\n") else 32]) + raw[at + 1 :]


def _repeat(raw: bytes, chance: random.Random) -> bytes:
    return chance.choice([raw * 2, raw + b" " + raw, b"[" + raw + b", " + raw + b"]", raw[1:]])


def _replace_value(raw: bytes, chance: random.Random) -> bytes:
    found = json.loads(raw)
    section = chance.choice([found, *(each for each in found.values() if isinstance(each, dict))])
    if section:
        section[chance.choice(sorted(section))] = chance.choice(_VALUES)
    return line(found).strip()


def _rename_key(raw: bytes, chance: random.Random) -> bytes:
    found = json.loads(raw)
    section = chance.choice([found, *(each for each in found.values() if isinstance(each, dict))])
    if section:
        key = chance.choice(sorted(section))
        section[chance.choice([key.upper(), EMAIL, f"new_{key}"])] = section.pop(key)
    return line(found).strip()


MUTATIONS: list[Mutation] = [_insert, _cut_out, _overwrite, _repeat, _replace_value, _rename_key]


def _right(number: int, chance: random.Random) -> bytes:
    lead = {"name": NAME, "company": "Quux", "email": EMAIL}
    found = campaign(
        number, lead_identifier=lead, generation_output__generated_message=f"Hi {NAME}"
    )
    if chance.random() < 0.3:
        found = {**DESIGN_CAMPAIGN, "session_id": f"{number:08x}", "lead_identifier": lead}
    return line(found).strip()


def _both(folder: Path, *contents: bytes) -> Outcome:
    """What both paths make of files that are complete, when they make the same of them."""
    outcomes = []
    for name, bulk_bytes in (("bulk", 0), ("strict", NEVER_BULK)):
        room = folder / name
        shutil.rmtree(room, ignore_errors=True)
        room.mkdir()
        outcomes.append(
            deliver(room, *contents, bulk_bytes=bulk_bytes, name="a.jsonl", is_complete=True)
        )
    bulk, strict = outcomes
    for table in TABLES:
        query = f"select * from {table} order by all"
        assert bulk.rows(query) == strict.rows(query), table
    return bulk


@given(seed=st.integers(0, 2**32))
@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_both_read_6000_mutated_records_alike_and_lose_no_neighbour(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - a repeatable mixture
    lines, right = [], []
    for number in range(600):
        mutated = chance.choice(MUTATIONS)(_right(number, chance), chance)
        lines.append(mutated)
        right.append(f"{10_000 + number:08x}")
        lines.append(_right(10_000 + number, chance))
    bulk = _both(tmp_path, b"\n".join(lines))
    n_records, *fates = bulk.fates().values()
    assert n_records == sum(fates)
    assert bulk.fates()["rejected"] > 100
    kept = bulk.rows("select session_id from parsed_campaign_generation")
    assert {(session,) for session in right} <= set(kept)
    told = bulk.rows("select concat_ws(' ', kind, reason) from rejected")
    told += bulk.rows("select concat_ws(' ', kind, field) from parsed_findings")
    assert [words for (words,) in told if _PERSONAL.search(words)] == []


GOOD = [line(campaign(10_000 + number)).strip() for number in range(240)]
CASES = [
    (record(sort, value, number), is_right)
    for is_right, values in ((True, VALID), (False, INVALID))
    for sort in values
    for number, value in enumerate(values[sort])
]
PLACES: dict[str, tuple[Callable[[bytes], bytes], int]] = {
    "alone": (lambda case: case + b"\n", 0),
    "first": (lambda case: b"\n".join([case, *GOOD]) + b"\n", 240),
    "last, without an end": (lambda case: b"\n".join([*GOOD, case]), 240),
}


def _fates(outcome: Outcome) -> list[tuple[int, int]]:
    return outcome.rows(
        "select n_records - n_rejected - n_blank - n_pending, n_rejected from file_outcomes "
        "order by cast(file_id[2:] as integer)"
    )


@pytest.mark.parametrize("place", PLACES)
def test_what_is_json_is_accepted_and_nothing_else(tmp_path: Path, place: str) -> None:
    put, n_good = PLACES[place]
    bulk = _both(tmp_path, *(put(case) for case, _ in CASES))
    expected = [(n_good + is_right, int(not is_right)) for _, is_right in CASES]
    wrong = [
        (case, found, right)
        for (case, _), found, right in zip(CASES, _fates(bulk), expected, strict=True)
        if found != right
    ]
    assert wrong == []


def test_what_is_json_is_accepted_and_nothing_else_among_many_lines(tmp_path: Path) -> None:
    lines = [each for (case, _), good in zip(CASES, GOOD, strict=False) for each in (good, case)]
    bulk = _both(tmp_path, b"\n".join([*GOOD[len(CASES) :], *lines]) + b"\n")
    first = len(GOOD) - len(CASES) + 2
    wrong = [first + 2 * n for n, (_, is_right) in enumerate(CASES) if not is_right]
    assert bulk.rows("select line_number from rejected order by 1") == [(n,) for n in wrong]
    assert bulk.fates()["parsed"] == len(GOOD) + len(CASES) - len(wrong)


def test_what_is_json_is_accepted_and_nothing_else_in_a_list(tmp_path: Path) -> None:
    contents = [b"[\n  " + b",\n  ".join([GOOD[0], case, GOOD[1]]) + b"\n]\n" for case, _ in CASES]
    outcome = deliver(tmp_path, *contents, name="a.json")
    expected = [(2 + is_right, int(not is_right)) for _, is_right in CASES]
    wrong = [
        (case, found, right)
        for (case, _), found, right in zip(CASES, _fates(outcome), expected, strict=True)
        if found != right
    ]
    assert wrong == []
