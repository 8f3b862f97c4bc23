"""The report as a tagged PDF, set by Typst with our own fonts."""

import json
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import as_file, files
from pathlib import Path
from typing import Literal

import typst

from tracking_pipeline.errors import ReportError
from tracking_pipeline.reports.document import Document

_NO_GLYPH = "could not be displayed with font"


def pdf(document: Document, charts: Mapping[str, str], as_of: datetime) -> bytes:
    """Return the document as PDF/UA-1, dated ``as_of``; ReportError has the typesetter's message.

    A text in a script that our fonts lack is set with empty boxes and keeps its characters; such a
    PDF is tagged likewise, but does not call itself PDF/UA.
    """
    parts = ("year", "month", "day", "hour", "minute", "second")
    moment = {name: getattr(as_of, name) for name in parts}
    inputs = {"document": document, "charts": dict(charts), "as_of": moment}
    texts = {
        name: json.dumps(value, allow_nan=False, default=vars) for name, value in inputs.items()
    }
    with as_file(files("tracking_pipeline.reports")) as room:
        try:
            return _set(room, texts, as_of, "ua-1")
        except typst.TypstError as error:
            if _NO_GLYPH not in str(error):
                raise ReportError(
                    document.document_id,
                    f"its PDF cannot be set ({error})",
                    "Report this as a defect",
                ) from error
        return _set(room, texts, as_of, None)


def _set(
    room: Path, texts: dict[str, str], as_of: datetime, standard: Literal["ua-1"] | None
) -> bytes:
    made = typst.compile(
        room / "templates" / "report.typ",
        root=room / "templates",
        font_paths=[room / "fonts"],
        ignore_system_fonts=True,
        sys_inputs=texts,
        pdf_standards=standard,
        timestamp=as_of,
        format="pdf",
    )
    return bytes(made)
