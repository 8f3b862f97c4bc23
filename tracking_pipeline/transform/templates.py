"""Jinja as dbt speaks it: macros that see the names of their caller, and ``return``."""

import marshal
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import CodeType
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


class _Compiled:
    """Compiled texts by a key, pickled as what Python runs; a template is made when it is used."""

    def __init__(self, code: dict[str, CodeType]) -> None:
        self.code = code
        self._templates: dict[str, Template] = {}

    def __reduce__(self) -> tuple[Callable[[bytes], "_Compiled"], tuple[bytes]]:
        return _compiled, (marshal.dumps(self.code),)

    def template(self, key: str) -> Template:
        if key not in self._templates:
            self._templates[key] = Template.from_code(_environment(), self.code[key], {})
        return self._templates[key]


def _compiled(code: bytes) -> _Compiled:
    return _Compiled(marshal.loads(code))  # noqa: S302 - written by the class


class Templates:
    """The project's macros, and every text compiled once."""

    def __init__(self, macro_files: list[Path]) -> None:
        """Read the macros; a macro of a later file replaces an earlier one of the same name."""
        self._texts, self._macros = _Compiled({}), _Compiled({})
        self.origins: dict[str, Path] = {}
        for file in macro_files:
            for name, code in self._read_macros(file):
                self._macros.code[name], self.origins[name] = code, file

    def has_macro(self, name: str) -> bool:
        """Return whether the project or this package defines the macro."""
        return name in self.origins

    def render(self, text: str, names: Mapping[str, Any], origin: Path) -> str:
        """Return ``text`` with its Jinja evaluated; ProjectError names ``origin``."""
        return _guarded(lambda: _rendered(self._template(text, origin), self._bind(names)), origin)

    def evaluate(self, expression: str, names: Mapping[str, Any], origin: Path) -> Any:  # noqa: ANN401 - whatever the expression is
        """Return the value of one Jinja expression."""
        text = f"{{% set value = {expression} %}}"
        module = _guarded(
            lambda: self._template(text, origin).make_module(self._bind(names), shared=True), origin
        )
        return vars(module)["value"]

    def call(self, macro: str, names: Mapping[str, Any], **arguments: object) -> Any:  # noqa: ANN401 - whatever the macro returns
        """Return what the macro gives for the arguments."""
        return _guarded(lambda: self._bind(names)[macro](**arguments), self.origins[macro])

    def _bind(self, names: Mapping[str, Any]) -> "_Names":
        return _Names(self, {**_environment().globals, "return": _return}, names)

    def macro(self, name: str, names: dict[str, Any]) -> Callable[..., Any]:
        """Return the macro, which sees ``names``."""
        module = self._macros.template(name).make_module(names, shared=True)
        found: Callable[..., Any] = getattr(module, _MACRO_PREFIX + name)
        return found

    def _template(self, text: str, origin: Path) -> Template:
        if text not in self._texts.code:
            parsed = _environment().parse(text)
            self._texts.code[text] = _environment().compile(parsed, filename=str(origin))
        return self._texts.template(text)

    def _read_macros(self, file: Path) -> Iterator[tuple[str, CodeType]]:
        """Compile each macro alone: one that calls another must find it among the bound names."""
        parsed = _guarded(lambda: _environment().parse(file.read_text("utf-8")), file)
        for macro in parsed.find_all(nodes.Macro):
            name, macro.name = macro.name, _MACRO_PREFIX + macro.name
            alone = nodes.Template([macro], lineno=macro.lineno)
            alone.set_environment(_environment())
            yield name, _environment().compile(alone, filename=str(file))


class _ReturnedError(Exception):
    """Carries a value out of a macro, through ``return``."""

    def __init__(self, value: object) -> None:
        super().__init__(value)
        self.value = value


class _Names(dict[str, Any]):
    """The names that a text sees: its own, macros, Jinja's; a macro is bound when it is called.

    Most of a hundred never are.
    """

    def __init__(
        self, templates: Templates, general: Mapping[str, Any], names: Mapping[str, Any]
    ) -> None:
        super().__init__(general)
        for name in general.keys() & templates.origins:
            del self[name]
        self.update(names)
        self._templates = templates

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in self._templates.origins

    def __missing__(self, name: str) -> "_BoundMacro":
        if name not in self._templates.origins:
            raise KeyError(name)
        bound = self[name] = _BoundMacro(name, self._templates, self)
        return bound


def _rendered(template: Template, names: dict[str, Any]) -> str:
    context = template.new_context(names, shared=True)
    return "".join(template.root_render_func(context))


class _BoundMacro:
    """A macro with the names of the text that calls it."""

    def __init__(self, name: str, templates: Templates, names: dict[str, Any]) -> None:
        self._name, self._templates, self._names = name, templates, names

    def __call__(self, *positional: object, **named: object) -> Any:  # noqa: ANN401 - whatever the macro returns
        try:
            return self._templates.macro(self._name, self._names)(*positional, **named)
        except _ReturnedError as returned:
            return returned.value


@cache
def _environment() -> Environment:
    return Environment(  # noqa: S701 - SQL, not HTML
        extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols", TestBlock],
        undefined=StrictUndefined,
    )


def _return(value: object = None) -> None:
    raise _ReturnedError(value)


def _guarded(evaluate: Callable[[], T], origin: Path) -> T:
    try:
        return evaluate()
    except (TemplateError, TypeError, ValueError, LookupError, ArithmeticError) as error:
        raise ProjectError(
            str(origin), f"its Jinja fails: {error}", "Correct the expression or the macro it calls"
        ) from error
