"""The texts of delivered bytes are found in work that grows with them and no faster."""

import time

import pytest

from tracking_pipeline.landing.erasure.archived import TEXT


def work(unit: str, length: int) -> float:
    """The least CPU time of three searches of that much text in a quotation that stays open."""
    text = ('"' + unit * length)[:length]
    took = []
    for _ in range(3):
        start = time.process_time()
        TEXT.findall(text)
        took.append(time.process_time() - start)
    return min(took)


@pytest.mark.parametrize("unit", ['\\"', "a", '"a', ":a", "\\"])
def test_the_work_of_finding_texts_grows_with_them_and_no_faster(unit: str) -> None:
    # Of eight times the text a quadratic pattern makes sixty-four times the work.
    assert work(unit, 8 * 1_500) < 30 * work(unit, 1_500)


def test_texts_are_found_with_their_escapes() -> None:
    found = [first or second for first, second in TEXT.findall('{"a\\"b": "Ada L", x: ada@b.c}')]
    assert {each.strip() for each in found} >= {'a\\"b', "Ada L", "ada@b.c"}
