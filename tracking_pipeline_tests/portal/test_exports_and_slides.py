"""What a report hands over beside its editions: YAML exports and slides."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import httpx
import pytest
import yaml
from pptx import Presentation

from tracking_pipeline.reports.archive import store
from tracking_pipeline.reports.document import Section
from tracking_pipeline.reports.render import rendered
from tracking_pipeline.settings import Settings
from tracking_pipeline_tests.portal.serving import shelf
from tracking_pipeline_tests.reports.telemetry import deck_scenario as scenario

REPORT = "/reports/team_value/acme/2025-10-01/r1"
EXPORTS = {
    "team-analytics.yaml": {"engineers": 8},
    "team-analytics-exported.yaml": {"engineers": 2},
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    settings = Settings(home=tmp_path_factory.mktemp("shelf"))
    editions = {"executive": (Section("headline", "Headline", ()),)}
    draft = scenario.draft(scenario.team_report(8))
    told = replace(draft, editions=editions, exports=EXPORTS)
    store(settings, told, "first", rendered(told))
    with shelf(settings) as client:
        yield client


def test_the_shelf_lists_slides_and_each_export_by_its_name(client: httpx.Client) -> None:
    page = client.get("/").text
    for label, name in (
        ("Slides PowerPoint", "slides.pptx"),
        ("Team analytics YAML", "team-analytics.yaml"),
        ("Team analytics exported YAML", "team-analytics-exported.yaml"),
    ):
        assert f'href="{REPORT}/{name}">{label} <small>' in page


def test_slides_are_downloaded_as_what_they_are(client: httpx.Client) -> None:
    answer = client.get(f"{REPORT}/slides.pptx")
    assert answer.headers["content-type"] == (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    )
    assert answer.headers["content-disposition"] == (
        'attachment; filename="team_value_acme_2025-10-01_r1_slides.pptx"'
    )
    assert answer.headers["content-security-policy"].endswith("; sandbox")
    assert len(Presentation(BytesIO(answer.content)).slides) == 10


def test_an_export_opens_as_text_and_is_what_was_exported(client: httpx.Client) -> None:
    for name, tree in EXPORTS.items():
        answer = client.get(f"{REPORT}/{name}")
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert answer.headers["content-disposition"].startswith("inline")
        assert yaml.safe_load(answer.content) == tree


@pytest.mark.parametrize(
    "name", ["slides.PPTX", "team_analytics.yaml", "-x.yaml", "slides.pptx.yaml"]
)
def test_a_name_that_no_report_lists_is_no_page(client: httpx.Client, name: str) -> None:
    assert client.get(f"{REPORT}/{name}").status_code == 404
