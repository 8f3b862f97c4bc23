"""The report as a tagged PDF (PDF/UA-1), set by Typst with our own fonts."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from importlib.resources import as_file, files

import typst

from tracking_pipeline.errors import ReportError
from tracking_pipeline.reports.page import Page


def pdf(page: Page, charts: Mapping[str, str], as_of: datetime) -> bytes:
    """Return the page as PDF, dated ``as_of``; ReportError carries the typesetter's message."""
    moment = {
        name: getattr(as_of, name) for name in ("year", "month", "day", "hour", "minute", "second")
    }
    inputs = {"page": asdict(page), "charts": dict(charts), "as_of": moment}
    with as_file(files("tracking_pipeline.reports")) as room:
        try:
            made = typst.compile(
                room / "templates" / "report.typ",
                root=room / "templates",
                font_paths=[room / "fonts"],
                ignore_system_fonts=True,
                sys_inputs={name: json.dumps(value) for name, value in inputs.items()},
                pdf_standards=["ua-1"],
                timestamp=as_of,
                format="pdf",
            )
        except typst.TypstError as error:
            raise ReportError(
                page.report_id, f"its PDF cannot be set ({error})", "Report this as a defect"
            ) from error
    return bytes(made)
