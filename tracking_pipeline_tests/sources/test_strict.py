import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking_pipeline.sources.strict import JsonValue, RefusedError, parse

REASONS = {
    "bad_json",
    "duplicate_key",
    "integer_too_big",
    "invalid_utf8",
    "lone_surrogate",
    "not_a_number",
    "nul_character",
    "number_too_big",
    "too_deep",
}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner),
)


def _strict(text: str) -> JsonValue:
    value, end = parse(text, 0, 64)
    if text[end:].strip(" \t\r\n"):
        raise RefusedError("bad_json", "more follows")
    return value


def _fate(text: str) -> str:
    """The value that the strict parser reads, as JSON, or the code of its refusal."""
    try:
        return json.dumps(_strict(text))
    except RefusedError as error:
        return error.code


@pytest.mark.parametrize("limit", [-(2**63), 2**63 - 1])
def test_integers_are_read_up_to_64_bits_and_not_one_beyond(limit: int) -> None:
    beyond = limit - 1 if limit < 0 else limit + 1
    assert _strict(f"[{limit}]") == [limit]
    assert _fate(f"[{beyond}]") == "integer_too_big"


@pytest.mark.parametrize("number", ["1e309", "-1e309", "-17e308"])
def test_a_number_beyond_a_double_of_either_sign_is_refused(number: str) -> None:
    assert _fate(f"[{number}]") == "number_too_big"


@given(VALUES, st.sampled_from([{}, {"ensure_ascii": False}, {"indent": 2}]))
def test_any_json_value_is_what_json_says_or_refused_by_name(
    value: object, style: dict[str, bool | int]
) -> None:
    text = json.dumps(value, **style)  # type: ignore[arg-type]
    named = REASONS - {"bad_json", "duplicate_key", "number_too_big"}
    assert _fate(text) in {json.dumps(json.loads(text)), *named}


@given(st.text(st.sampled_from('{}[]",:0123eE+-.\\u/dntfalsrNI \n\x00\ud800')))
def test_any_text_is_what_json_says_or_refused_by_name(text: str) -> None:
    fate = _fate(text)
    assert fate in REASONS or fate == json.dumps(json.loads(text))
