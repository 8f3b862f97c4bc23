"""Every file of a report, rendered from its one model."""

from tracking_pipeline.failpoints import failpoint
from tracking_pipeline.reports.charts import drawn
from tracking_pipeline.reports.compose import composed
from tracking_pipeline.reports.model import Edition, ReportModel
from tracking_pipeline.reports.writers.html import html
from tracking_pipeline.reports.writers.markdown import markdown
from tracking_pipeline.reports.writers.pdf import pdf
from tracking_pipeline.reports.writers.structured import structured
from tracking_pipeline.reports.writers.workbook import workbook

_EDITIONS: tuple[Edition, ...] = ("executive", "technical")


def rendered(model: ReportModel) -> dict[str, bytes]:
    """Return the bytes of each file by name; equal models give equal bytes."""
    charts = drawn(model)
    files = {}
    for edition in _EDITIONS:
        text = composed(model, edition)
        shown = {chart.chart_id: charts[chart.chart_id] for chart in text.charts}
        files[f"{edition}.html"] = html(text, shown)
        files[f"{edition}.pdf"] = pdf(text, shown, model.as_of)
        files[f"{edition}.md"] = markdown(text)
        failpoint(f"report.{edition}_rendered")
    return files | {"report.json": structured(model), "report.xlsx": workbook(model)}
