"""Jinja as dbt speaks it: macros that see the names of their caller, and ``return``."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import Environment, StrictUndefined, Template, TemplateError, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser

from tracking_pipeline.errors import ProjectError

_MACRO_PREFIX = "macro__"
T = TypeVar("T")


class TestBlock(Extension):
    """``{% test name(…) %}``: a macro called ``test_name``."""

    tags = {"test"}  # noqa: RUF012 - declared so by the base class

    def parse(self, parser: Parser) -> nodes.Node:
        """Return the block as a macro."""
        macro = nodes.Macro(lineno=next(parser.stream).lineno)
        macro.name = "test_" + parser.parse_assign_target(name_only=True).name
        parser.parse_signature(macro)
        macro.body = parser.parse_statements(("name:endtest",), drop_needle=True)
        return macro


class Templates:
    """The project's macros, and every text compiled once."""

    def __init__(self, macro_files: list[Path]) -> None:
        """Read the macros; a macro of a later file replaces an earlier one of the same name."""
        self._environment = Environment(  # noqa: S701 - SQL, not HTML
            extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols", TestBlock],
            undefined=StrictUndefined,
        )
        self._compiled: dict[str, Template] = {}
        self._expressions: dict[str, Callable[..., Any]] = {}
        self._macros: dict[str, tuple[Template, Path]] = {}
        for file in macro_files:
            self._macros.update(self._read_macros(file))

    def has_macro(self, name: str) -> bool:
        """Return whether the project or this package defines the macro."""
        return name in self._macros

    def render(self, text: str, names: Mapping[str, Any], origin: Path) -> str:
        """Return ``text`` with its Jinja evaluated; ProjectError names ``origin``."""
        return _guarded(lambda: self._template(text, origin).render(self._bind(names)), origin)

    def evaluate(self, expression: str, names: Mapping[str, Any], origin: Path) -> Any:  # noqa: ANN401 - whatever the expression is
        """Return the value of one Jinja expression."""
        if expression not in self._expressions:
            self._expressions[expression] = _guarded(
                lambda: self._environment.compile_expression(expression, undefined_to_none=False),
                origin,
            )
        return _guarded(lambda: self._expressions[expression](**self._bind(names)), origin)

    def call(self, macro: str, names: Mapping[str, Any], **arguments: object) -> Any:  # noqa: ANN401 - whatever the macro returns
        """Return what the macro gives for the arguments."""
        _, origin = self._macros[macro]
        return _guarded(lambda: self._bind(names)[macro](**arguments), origin)

    def _bind(self, names: Mapping[str, Any]) -> dict[str, Any]:
        bound: dict[str, Any] = {**self._environment.globals, "return": _return}
        for name, (template, _) in self._macros.items():
            bound[name] = _BoundMacro(name, template, bound)
        bound.update(names)
        return bound

    def _template(self, text: str, origin: Path) -> Template:
        if text not in self._compiled:
            self._compiled[text] = self._environment.from_string(text)
            self._compiled[text].filename = str(origin)
        return self._compiled[text]

    def _read_macros(self, file: Path) -> Iterator[tuple[str, tuple[Template, Path]]]:
        """Compile each macro alone: one that calls another must find it among the bound names."""
        parsed = _guarded(lambda: self._environment.parse(file.read_text("utf-8")), file)
        for macro in parsed.find_all(nodes.Macro):
            name, macro.name = macro.name, _MACRO_PREFIX + macro.name
            alone = nodes.Template([macro], lineno=macro.lineno)
            alone.set_environment(self._environment)
            code = self._environment.compile(alone, filename=str(file))
            yield name, (Template.from_code(self._environment, code, {}), file)


class _ReturnedError(Exception):
    """Carries a value out of a macro, through ``return``."""

    def __init__(self, value: object) -> None:
        super().__init__(value)
        self.value = value


class _BoundMacro:
    """A macro with the names of the text that calls it."""

    def __init__(self, name: str, template: Template, names: dict[str, Any]) -> None:
        self._name, self._template, self._names = name, template, names

    def __call__(self, *positional: object, **named: object) -> Any:  # noqa: ANN401 - whatever the macro returns
        module = self._template.make_module(self._names, shared=True)
        try:
            return getattr(module, _MACRO_PREFIX + self._name)(*positional, **named)
        except _ReturnedError as returned:
            return returned.value


def _return(value: object = None) -> None:
    raise _ReturnedError(value)


def _guarded(evaluate: Callable[[], T], origin: Path) -> T:
    try:
        return evaluate()
    except (TemplateError, TypeError, ValueError, LookupError, ArithmeticError) as error:
        raise ProjectError(
            str(origin), f"its Jinja fails: {error}", "Correct the expression or the macro it calls"
        ) from error
