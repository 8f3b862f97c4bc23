"""Claim words are printed by `analysis/claims.py` alone; this reads whatever else prints."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "tracking_pipeline"
PRINTING = ("analysis", "reports", "delivery", "portal", "defs", "pipeline", "cli")
GATE = PACKAGE / "analysis" / "claims.py"
WORDS = re.compile(
    r"\b(improv(ing|ed)|declin(ing|ed)|stable|anomal(y|ies|ous)|drift(s|ing|ed)?|winners?"
    r"|impact(s|ed)?|best times?|top performers?|exceed(s|ed|ing))\b",
    re.IGNORECASE,
)
TEMPLATE_CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|<style.*?</style>", re.DOTALL)


def prose(source: str) -> Iterator[str]:
    """Yield the literals of a module that read as wording: those with a space in them."""
    tree = ast.parse(source)
    quiet = {
        id(child)
        for node in ast.walk(tree)
        if (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant | ast.JoinedStr))
        or (isinstance(node, ast.Call) and _raises_or_describes(node))
        for child in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from [node.value] if " " in node.value and id(node) not in quiet else []


def _raises_or_describes(call: ast.Call) -> bool:
    """Whether a call makes an error or a setting: they describe the program, not the data."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    return name == "Field" or name.endswith("Error")


def modules() -> list[Path]:
    rooms = [PACKAGE / name for name in PRINTING]
    found = [path for room in rooms for path in (room, *room.rglob("*.py"))]
    return sorted(path for path in found if path.is_file() and path != GATE)


def templates() -> list[Path]:
    kinds = {".html", ".j2", ".typ", ".md"}
    rooms = (PACKAGE / "reports", PACKAGE / "portal")
    return sorted(path for room in rooms for path in room.rglob("*") if path.suffix in kinds)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_but_the_gate_words_a_claim(path: Path) -> None:
    offenders = [text for text in prose(path.read_text()) if WORDS.search(text)]
    assert offenders == []


def test_no_template_words_a_claim() -> None:
    offenders = {
        str(path.relative_to(PACKAGE)): found.group()
        for path in templates()
        if (found := WORDS.search(TEMPLATE_CODE.sub(" ", path.read_text())))
    }
    assert offenders == {}


@pytest.mark.parametrize(
    "source",
    ['x = "Approval is improving"', 'x = f"{metric} exceeds its goal"', 'x = a + " is stable"'],
)
def test_a_worded_claim_is_found(source: str) -> None:
    assert any(WORDS.search(text) for text in prose(source))


@pytest.mark.parametrize(
    "source",
    ['x = "improving"', '"""What is improving."""', 'raise E("a", SomeError("no stable file"))'],
)
def test_values_docstrings_and_errors_are_not_claims(source: str) -> None:
    assert not any(WORDS.search(text) for text in prose(source))
