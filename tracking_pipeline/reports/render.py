"""Every file of a report, rendered from its one draft."""

from tracking_pipeline.failpoints import failpoint
from tracking_pipeline.reports.charts import drawn
from tracking_pipeline.reports.draft import Draft
from tracking_pipeline.reports.frame import framed
from tracking_pipeline.reports.writers.html import html
from tracking_pipeline.reports.writers.markdown import markdown
from tracking_pipeline.reports.writers.pdf import pdf
from tracking_pipeline.reports.writers.slides import slides
from tracking_pipeline.reports.writers.structured import structured
from tracking_pipeline.reports.writers.workbook import workbook
from tracking_pipeline.reports.writers.yaml import yaml


def rendered(draft: Draft) -> dict[str, bytes]:
    """Return the bytes of each file by name; equal drafts give equal bytes."""
    every = [section for sections in draft.editions.values() for section in sections]
    charts = drawn(chart for section in every for chart in section.charts)
    files = {name: yaml(tree) for name, tree in draft.exports.items()}
    for edition, sections in draft.editions.items():
        document = framed(draft, edition)
        shown = {chart.chart_id: charts[chart.chart_id] for s in sections for chart in s.charts}
        files[f"{edition}.html"] = html(document, shown)
        files[f"{edition}.pdf"] = pdf(document, shown, draft.as_of)
        files[f"{edition}.md"] = markdown(document)
        failpoint(f"report.{edition}_rendered")
    if draft.slides:
        files["slides.pptx"] = slides(draft)
    return files | {"report.json": structured(draft), "report.xlsx": workbook(draft)}
