"""Trees as YAML: what is read again is what was written."""

import pytest
import yaml as pyyaml

from tracking_pipeline.reports.writers.yaml import yaml

TEXTS = [
    *("yes", "12:30:45", "010", "1e3", "null", "~", "2025-11-12", "", " padded ", "# no comment"),
    *("=cmd|' /C calc'!A0", "<script>alert(1)</script>", "{{7*7}}", "two\nlines", "&id001 *id001"),
    *("!!python/object:os.system", "\U0001f4b0 emoji", "é Ελένη", "a: b", "- item", "x" * 10_000),
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_read_as_that_text(text: str) -> None:
    assert pyyaml.safe_load(yaml({text: [text]})) == {text: [text]}


def test_a_sign_is_written_as_itself() -> None:
    assert yaml({"said": "\U0001f3c6 good"}) == "said: \U0001f3c6 good\n".encode()


def test_keys_keep_their_order_and_none_is_null() -> None:
    assert yaml({"b": None, "a": 0.1, "c": True}) == b"b: null\na: 0.1\nc: true\n"


def test_what_stands_in_two_places_is_written_twice() -> None:
    same = {"name": "Sarah"}
    assert yaml({"engineers": [same], "top": [same]}) == (
        b"engineers:\n- name: Sarah\ntop:\n- name: Sarah\n"
    )
