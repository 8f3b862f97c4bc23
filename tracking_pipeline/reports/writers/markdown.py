"""The report as Markdown."""

from tracking_pipeline.reports.page import Page
from tracking_pipeline.reports.writers.templates import environment


def markdown(page: Page) -> bytes:
    """Return the page as UTF-8 Markdown without charts."""
    return environment().get_template("report.md.j2").render(page=page).encode()
