"""The report as one HTML file that needs nothing else."""

import base64
from collections.abc import Mapping
from importlib.resources import files

from markupsafe import Markup

from tracking_pipeline.reports.document import Document
from tracking_pipeline.reports.writers.templates import environment


def html(document: Document, charts: Mapping[str, str]) -> bytes:
    """Return the document as UTF-8 HTML with its style, font and ``charts`` (SVG by id) inside."""
    drawn = {name: Markup(drawing) for name, drawing in charts.items()}  # noqa: S704 - our own SVG
    text = (
        environment()
        .get_template("report.html.j2")
        .render(
            document=document,
            charts=drawn,
            style=Markup(_style()),  # noqa: S704 - our own stylesheet
        )
    )
    return text.encode()


def _style() -> str:
    room = files("tracking_pipeline.reports")
    font = base64.b64encode((room / "fonts" / "Inter-latin.woff2").read_bytes()).decode()
    face = (
        "@font-face { font-family: Inter; font-weight: 100 900; "
        f"src: url(data:font/woff2;base64,{font}) format('woff2'); }}\n"
    )
    return face + (room / "templates" / "report.css").read_text(encoding="utf-8")
