import pytest

from tracking_pipeline.landing.erasure.whom import Whom
from tracking_pipeline_tests.erasure.scenario import JOHN, JOHN_NAME, WHOM


@pytest.mark.parametrize(
    "text",
    [
        JOHN,
        JOHN.upper(),
        f"<{JOHN}>, and others",
        "JOHN   smith",
        "ask John\nSmith.",
        "john.smith\\u0040company.example",
        "\\nJohn Smith",
    ],
)
def test_a_person_is_found_however_they_are_written(text: str) -> None:
    assert WHOM.is_written_in(text)
    assert WHOM.may_stand_in(text.encode())


@pytest.mark.parametrize(
    "text",
    [f"x{JOHN}", f"{JOHN}.au", "John Smithers", "Elton-John Smithson", "john", "smith, john"],
)
def test_another_is_not_taken_for_them(text: str) -> None:
    assert not WHOM.is_written_in(text)


def test_a_name_with_accents_is_found_in_bytes_of_either_case() -> None:
    whom = Whom(("Zoé Ångström",), frozenset())
    assert all(whom.may_stand_in(text.encode()) for text in ("zoé ångström", "ZOÉ ÅNGSTRÖM"))


def test_tables_and_reports_show_pseudonym_and_label() -> None:
    pseudonym = min(WHOM.pseudonyms)
    shown = f"{JOHN} {JOHN_NAME} {pseudonym} Engineer {pseudonym[:6]} Engineer {pseudonym[:5]}x"
    assert WHOM.traces(shown) == WHOM.traces(shown.encode()) == 4


def test_a_path_loses_the_name_and_keeps_the_rest() -> None:
    path = WHOM.without(f"telemetry/john-smith/{JOHN}.jsonl")
    assert "john" not in path
    assert path.startswith("telemetry/erased-")
    assert path.endswith(".jsonl")
    assert WHOM.without("emily/export.yaml") == "emily/export.yaml"
