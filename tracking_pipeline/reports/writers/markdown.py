"""The report as Markdown."""

from tracking_pipeline.reports.document import Document
from tracking_pipeline.reports.writers.templates import environment


def markdown(document: Document) -> bytes:
    """Return the document as UTF-8 Markdown without charts."""
    return environment().get_template("report.md.j2").render(document=document).encode()
