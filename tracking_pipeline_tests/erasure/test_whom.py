import unicodedata

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


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
@pytest.mark.parametrize("given", ["NFC", "NFD"])
def test_a_name_is_found_in_every_form_of_unicode_and_either_case(given: str, form: str) -> None:
    whom = Whom((unicodedata.normalize(given, "Víctor Zéro"),), frozenset())
    for name in ("Víctor Zéro", "VÍCTOR ZÉRO", "Víctor\u00a0zéro"):
        text = unicodedata.normalize(form, f"ask {name}.")
        assert whom.is_written_in(text)
        assert whom.traces(text) == whom.traces(text.encode()) == whom.remnants(text.encode()) == 1
        assert whom.is_named_in(text.encode())


def test_a_name_is_found_in_letters_of_full_width() -> None:
    text = "".join(chr(ord(letter) + 0xFEE0) if letter != " " else " " for letter in JOHN_NAME)
    assert WHOM.is_written_in(text)
    assert WHOM.traces(text) == 1
    assert WHOM.may_stand_in(text.encode())


def test_an_accent_more_is_another_person_in_every_form() -> None:
    whom = Whom(("Victor Zero",), frozenset())
    for form in ("NFC", "NFD"):
        assert not whom.is_written_in(unicodedata.normalize(form, "Victor Zeró"))


@pytest.mark.parametrize(
    "path", ["victor-zero.yaml", "VÍCTOR_ZÉRO.yaml", "vi\u0301ctor ze\u0301ro"]
)
def test_a_path_loses_the_name_without_its_accents_too(path: str) -> None:
    left = Whom(("Víctor Zéro",), frozenset()).without(f"telemetry/{path}")
    assert left.startswith("telemetry/erased-")


@pytest.mark.parametrize("shown", [JOHN.upper(), JOHN_NAME, *sorted(WHOM.pseudonyms)])
@pytest.mark.parametrize("n_before", [0, 2**20 - 30, 2**20 - 4, 2**20])
def test_raw_bytes_show_the_person_wherever_they_stand(shown: str, n_before: int) -> None:
    content = b" " * n_before + shown.encode() + b" " * 9
    assert WHOM.traces(content) == WHOM.traces(memoryview(content)) == WHOM.remnants(content) == 1
    label = f"Engineer {max(WHOM.pseudonyms)[:6]} ".encode()
    assert WHOM.traces(b" " * n_before + label) == 1
