import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tracking_pipeline.sources.strict import RefusedError, parse

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


def _strict(text: str) -> Any:
    value, end = parse(text, 0, 64)
    if text[end:].strip(" \t\r\n"):
        raise RefusedError("bad_json", "more follows")
    return value


@given(VALUES, st.booleans(), st.sampled_from([None, 2]))
def test_any_json_value_is_what_json_says_or_refused_by_name(
    value: object, is_ascii: bool, indent: int | None  # noqa: FBT001 - drawn by hypothesis
) -> None:
    text = json.dumps(value, ensure_ascii=is_ascii, indent=indent)
    try:
        assert json.dumps(_strict(text)) == json.dumps(json.loads(text))
    except RefusedError as error:
        assert error.code in REASONS - {"bad_json", "duplicate_key", "number_too_big"}


@given(st.text(st.sampled_from('{}[]",:0123eE+-.\\u/dntfalsrNI \n\x00\ud800')))
def test_any_text_is_what_json_says_or_refused_by_name(text: str) -> None:
    try:
        mine = _strict(text)
    except RefusedError as error:
        assert error.code in REASONS
    else:
        assert json.dumps(mine) == json.dumps(json.loads(text))
