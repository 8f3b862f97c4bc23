"""The template environment of the text formats: what is data is escaped, always."""

import re

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

_MARKS = re.compile(r"([\\`*_{}\[\]#!|~@$])")
_LINE_START = re.compile(r"^([-+=](?!\d)|\d+[.)](?=\s|$))")


def environment() -> Environment:
    """Return Jinja with autoescape on for every template, and ``md`` for texts in Markdown."""
    made = Environment(
        loader=PackageLoader("tracking_pipeline.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    made.filters["md"] = markdown
    return made


def markdown(text: str) -> Markup:
    """Return ``text`` so that Markdown shows it as it is: no HTML, links, emphasis or structure."""
    marked = _MARKS.sub(r"\\\1", str(escape(text)).replace("&#39;", "'").replace("&#34;", '"'))
    lined = _LINE_START.sub(lambda found: found[0][:-1] + "\\" + found[0][-1], marked)
    return Markup(lined.replace("://", ":\\//").replace("www.", "www\\."))  # noqa: S704 - escaped above
