"""The template environment of the text formats: what is data is escaped, always."""

import re
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path

from jinja2 import Environment, FileSystemBytecodeCache, PackageLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup, escape

_MARKS = re.compile(r"([\\`*_{}\[\]#!|~@$])")
_LINE_START = re.compile(r"^([-+=](?!\d)|\d+[.)](?=\s|$))")


class Compiled(FileSystemBytecodeCache):
    """Compiled templates, beside compiled modules; where nothing can be kept, compiled anew."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled, if that can be written."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


def environment() -> Environment:
    """Return Jinja with autoescape on for every template, and ``md`` for texts in Markdown."""
    made = Environment(
        loader=PackageLoader("tracking_pipeline.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        bytecode_cache=Compiled(str(Path(cache_from_source(__file__)).parent)),
    )
    made.filters["md"] = markdown
    return made


def markdown(text: str) -> Markup:
    """Return ``text`` so that Markdown shows it as it is: no HTML, links, emphasis or structure."""
    marked = _MARKS.sub(r"\\\1", str(escape(text)).replace("&#39;", "'").replace("&#34;", '"'))
    lined = _LINE_START.sub(lambda found: found[0][:-1] + "\\" + found[0][-1], marked)
    return Markup(lined.replace("://", ":\\//").replace("www.", "www\\."))  # noqa: S704 - escaped above
