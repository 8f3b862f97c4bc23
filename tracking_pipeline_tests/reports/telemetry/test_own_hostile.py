"""Hostile names of capabilities and errors, and of the engineer, are inert in every format."""

import json
import re
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import yaml as pyyaml
from pypdf import PdfReader

from tracking_pipeline.reports.render import rendered
from tracking_pipeline_tests.reports.telemetry.own_scenario import (
    HOSTILE,
    john,
    settings,
    told,
    warehouse,
)
from tracking_pipeline_tests.reports.test_hostile import ACTING, Page

NAME = "<img src=x onerror=alert(1)> =1+1 {{7*7}}"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    home = settings(tmp_path_factory.mktemp("home"), john(NAME))
    return rendered(told(home, warehouse(HOSTILE)))


def test_html_runs_nothing(files: dict[str, bytes]) -> None:
    page = Page()
    page.feed(files["executive.html"].decode())
    assert not page.tags & {"script", "iframe", "object", "embed", "form", "a", "img", "link"}
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert "<script>alert(1)</script>" in page.text
    assert NAME in page.text


def test_pdf_holds_no_action(files: dict[str, bytes]) -> None:
    reader = PdfReader(BytesIO(files["executive.pdf"]))
    text = "".join(page.extract_text() for page in reader.pages).replace("\u200b", "")
    assert "=cmd|' /C calc'!A0" in text
    assert not {"/OpenAction", "/AA", "/Names"} & set(reader.trailer["/Root"])


def test_excel_keeps_texts_as_texts(files: dict[str, bytes]) -> None:
    book = openpyxl.load_workbook(BytesIO(files["report.xlsx"]))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert {"=cmd|' /C calc'!A0", NAME} <= {cell.value for cell in cells}


def test_markdown_holds_no_html(files: dict[str, bytes]) -> None:
    assert re.findall(r"<(?:script|img)", files["executive.md"].decode()) == []


@pytest.mark.parametrize("name", ["business-value-report.yaml", "report.json"])
def test_data_files_hold_the_texts_as_values(files: dict[str, bytes], name: str) -> None:
    read = pyyaml.safe_load if name.endswith("yaml") else json.loads
    tree = read(files[name])
    tree = tree.get("business_value", tree)
    names = {each["name"] for each in tree["performance"]["capabilities"]}
    assert {"=cmd|' /C calc'!A0", "{{7*7}}", "two lines", "rocket \U0001f680"} <= names
    assert tree["engineer_profile"]["name"] == NAME
    assert max(map(len, names)) == 600


@pytest.mark.parametrize("name", ["executive.html", "executive.md", "business-value-report.yaml"])
def test_no_character_acts(files: dict[str, bytes], name: str) -> None:
    assert ACTING.findall(files[name].decode()) == []


def test_the_layout_prints_no_emoji_of_ours(tmp_path: Path) -> None:
    made = rendered(told(settings(tmp_path, john()), warehouse()))
    assert (
        "\U0001f4b0"
        in pyyaml.safe_load(made["business-value-report.yaml"])["executive_talking_points"][0]
    )
    for name in ("executive.html", "executive.md"):
        assert re.findall("[\U0001f300-\U0001faff\u2705\u23f1]", made[name].decode()) == []
