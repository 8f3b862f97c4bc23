import json
import re
from html import unescape
from importlib.resources import files as resources
from io import BytesIO

import openpyxl
import pytest
from pypdf import PdfReader

from tracking_pipeline.reports.compose import composed
from tracking_pipeline.reports.document import Statement, Statements
from tracking_pipeline.reports.draft import Edition
from tracking_pipeline.reports.model import ReportModel
from tracking_pipeline_tests.reports.scenario import AS_OF, WEEK, refresh, warehouse
from tracking_pipeline_tests.reports.scenario import model as scenario_model

CLAIM_WORDS = re.compile(
    r"improv|declin|anomal|drift|winner|impact|best time|top performer|exceed|stable", re.IGNORECASE
)


def claims(model: ReportModel, edition: Edition) -> tuple[Statement, ...]:
    blocks = [block for section in composed(model, edition) for block in section.blocks]
    (said,) = [block for block in blocks if isinstance(block, Statements)]
    return said.statements


def test_a_report_is_eight_files(files: dict[str, bytes]) -> None:
    assert sorted(files) == [
        *("executive.html", "executive.md", "executive.pdf", "report.json", "report.xlsx"),
        *("technical.html", "technical.md", "technical.pdf"),
    ]


def test_json_has_exactly_the_keys_of_the_seed_and_ours_apart(files: dict[str, bytes]) -> None:
    report = json.loads(files["report.json"])
    assert list(report) == [
        *("report_metadata", "performance_metrics", "trends", "recommendations"),
        *("system_health", "tracking"),
    ]
    assert report["report_metadata"]["analysis_period"] == {
        "start_date": "2025-07-27",
        "end_date": "2025-08-02",
        "days_analyzed": 7,
    }
    assert report["performance_metrics"] == {
        "ai_message_generation": {
            "total_messages": 220,
            "approval_rate": 65.0,
            "average_quality_score": 72.6,
            "template_effectiveness": {
                "fallback": 25.0,
                "industry_insight": 58.1395348837,
                "problem_solving": 72.2222222222,
                "social_proof": 61.3333333333,
            },
        },
        "lead_enrichment": {
            "total_enrichments": 300,
            "success_rate": 38.0,
            "average_processing_time": 12.7,
            "method_effectiveness": {
                "google_search": 44.0,
                "pattern_generation": 35.7894736842,
                "website_scraping": 42.3529411765,
            },
        },
    }
    assert report["system_health"]["overall_status"] == "good"
    assert set(report["recommendations"][0]["estimated_impact"]) == {
        *("metric_improvements", "roi_estimate", "implementation_effort"),
    }


def test_a_trend_without_evidence_has_no_direction(files: dict[str, bytes]) -> None:
    trends = {t["metric_name"]: t for t in json.loads(files["report.json"])["trends"]}
    assert trends["google_search.success_rate"]["trend_direction"] is None
    assert trends["enrichment_decision.success_rate"]["trend_direction"] == "declining"


@pytest.mark.parametrize("name", ["executive.html", "technical.html"])
def test_html_needs_nothing_but_itself(files: dict[str, bytes], name: str) -> None:
    text = files[name].decode()
    assert not re.findall(r"""(?:src|href)\s*=|@import|url\((?!data:|#)|<script|<link""", text)
    assert re.search(r"<svg[^>]+role=\"img\" aria-label=", text)
    assert text.count("<table") == text.count("<caption")


@pytest.mark.parametrize("name", ["executive.pdf", "technical.pdf"])
def test_pdf_is_tagged_dated_as_of_and_uses_only_our_fonts(
    files: dict[str, bytes], name: str
) -> None:
    reader = PdfReader(BytesIO(files[name]))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert reader.metadata is not None
    assert reader.metadata.creation_date == AS_OF
    fonts = {
        str(font.get_object()["/BaseFont"]).split("+")[-1]
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert all(font.startswith(("Inter", "DejaVuSans")) for font in fonts)


def test_the_executive_pdf_has_at_most_two_pages(files: dict[str, bytes]) -> None:
    assert len(PdfReader(BytesIO(files["executive.pdf"])).pages) <= 2


def test_excel_holds_typed_numbers_under_a_frozen_header(
    files: dict[str, bytes], model: ReportModel
) -> None:
    book = openpyxl.load_workbook(BytesIO(files["report.xlsx"]))
    assert book.sheetnames == [
        *("Summary", "Figures", "Trends", "Claims", "Recommendations", "Alerts", "Data quality"),
    ]
    sheet = book["Figures"]
    assert sheet.freeze_panes == "A2"
    header = [cell.value for cell in sheet[1]]
    approval = dict(zip(header, sheet[2], strict=True))
    assert approval["Value"].value == pytest.approx(143 / 220, rel=1e-15)
    assert approval["Value"].number_format == "0.0%"
    assert sheet.max_row == len(model.figures) + 1


def test_excel_leaves_a_missing_value_empty(files: dict[str, bytes]) -> None:
    sheet = openpyxl.load_workbook(BytesIO(files["report.xlsx"]))["Figures"]
    header = [cell.value for cell in sheet[1]]
    rows = [dict(zip(header, [c.value for c in row], strict=True)) for row in sheet.iter_rows(2)]
    silent = [row for row in rows if row["Status"] == "no_data"]
    assert [(row["Entity"], row["Value"]) for row in silent] == [("website_analysis", None)]


@pytest.mark.parametrize("name", ["technical.html", "technical.md"])
def test_a_missing_value_is_a_dash_with_its_reason(files: dict[str, bytes], name: str) -> None:
    text = files[name].decode()
    assert "no record this week" in text
    assert "—" in text


@pytest.mark.parametrize("suffix", ["html", "md", "pdf"])
def test_each_edition_shows_n_and_coverage_beside_its_figures(
    files: dict[str, bytes], suffix: str
) -> None:
    content = files[f"executive.{suffix}"]
    pages = PdfReader(BytesIO(content)).pages if suffix == "pdf" else []
    text = "".join(page.extract_text() for page in pages) if pages else content.decode()
    assert "65.0 %" in text
    assert "220" in text
    assert "100 %" in text


def test_what_is_supported_is_printed_whole_and_parted_before_its_evidence(
    files: dict[str, bytes], model: ReportModel
) -> None:
    text = unescape(re.sub(r"<[^>]+>", "", files["technical.html"].decode()))
    lines = [line for line in claims(model, "technical") if line.is_supported]
    supported = {claim.sentence: claim for claim in model.claims if claim.is_supported}
    assert {f"{line.sentence} ({line.evidence})." for line in lines} == set(supported)
    for line in lines:
        method = supported[f"{line.sentence} ({line.evidence})."].method
        assert line.evidence.startswith(str(method))
        assert line.sentence in text
        assert line.evidence in text


def test_an_unsupported_change_of_a_leading_figure_is_said_to_be_so() -> None:
    con = warehouse()
    con.execute(
        "update marts.metric_weekly set n = 12, numerator = 7, denominator = 12, value = 7 / 12 "
        "where metric = 'approval_rate' and entity_id = 'campaign_generation' and week_start = ?",
        [WEEK],
    )
    refresh(con)
    model = scenario_model(con)
    said = [line.sentence for line in claims(model, "executive") if not line.is_supported]
    assert [sentence.split(":")[0] for sentence in said] == [
        "Not enough data on Approval rate of campaign generation"
    ]


@pytest.mark.parametrize("name", ["report.html.j2", "report.md.j2", "report.typ"])
def test_templates_claim_nothing_of_their_own(name: str) -> None:
    source = resources("tracking_pipeline.reports").joinpath("templates", name).read_text()
    assert CLAIM_WORDS.findall(source) == []
