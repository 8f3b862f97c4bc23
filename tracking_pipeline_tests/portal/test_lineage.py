import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from xml.etree import ElementTree as ET

import httpx
import pytest

from tracking_pipeline.pipeline import building
from tracking_pipeline.settings import Settings
from tracking_pipeline.state.alerts import raise_alert, resolve_alert
from tracking_pipeline.state.store import open_store
from tracking_pipeline_tests.portal.serving import shelf

HOSTILE = "\"><script>alert(1)</script><img src=x onerror='x'>"
NOON = datetime(2025, 8, 3, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with shelf(Settings(home=tmp_path_factory.mktemp("lineage"))) as client:
        yield client


def parents(client: httpx.Client, href: str) -> set[str]:
    """Return the links of the boxes to the left of the chosen column."""
    drawing = re.search(r"<svg.*</svg>", client.get(href).text, re.DOTALL)
    assert drawing
    groups = ET.fromstring(drawing[0]).findall("g")  # noqa: S314 - our own page
    left = [group for group in groups if group.find("rect[@x='0']") is not None]
    found = {link.attrib["href"] for group in left for link in group.findall("a")}
    return {link for link in found if "?column=" in link}


def test_every_model_and_seed_is_listed_with_its_description(client: httpx.Client) -> None:
    page = unescape(client.get("/lineage").text)
    for node in building.sql_project().nodes.values():
        assert f'href="/lineage/{node.schema}.{node.name}"' in page
        assert node.description in page
        assert str(node.meta["grain"]) in page


def test_every_model_has_a_page_with_its_columns(client: httpx.Client) -> None:
    for node in building.sql_project().nodes.values():
        answer = client.get(f"/lineage/{node.schema}.{node.name}")
        assert answer.status_code == 200
        assert all(column.description in unescape(answer.text) for column in node.columns.values())


def test_the_weekly_value_reaches_landed_columns_through_links(client: httpx.Client) -> None:
    waiting, seen = ["/lineage/marts.metric_weekly?column=value"], set()
    while waiting:
        href = waiting.pop()
        if href not in seen:
            seen.add(href)
            waiting += parents(client, href)
    assert "/lineage/landing.campaign_generation?column=quality_score" in seen
    assert "/lineage/landing.performance_metrics?column=duration_ms" in seen


def test_every_column_has_a_type(client: httpx.Client) -> None:
    page = client.get("/lineage/marts.metric_weekly").text
    assert len(re.findall(r"<small>[A-Z]+", page)) == page.count('<th scope="row">') > 0


def test_a_landed_column_names_the_staged_column_made_of_it(client: httpx.Client) -> None:
    page = client.get("/lineage/landing.brain_trace?column=company").text
    assert 'href="/lineage/staging.stg_engine_logs__brain_trace?column=company"' in page


@pytest.mark.parametrize(
    ("query", "found", "missing"),
    [
        ("METRIC_WEEKLY", "marts.metric_weekly", "marts.goals"),
        ("sunday reporting zone", "marts.metric_weekly", "marts.goals"),
        ("target_value", "marts.goals", "marts.metric_weekly"),
    ],
)
def test_the_list_is_searched_by_name_description_and_column(
    client: httpx.Client, query: str, found: str, missing: str
) -> None:
    page = client.get("/lineage", params={"q": query}).text
    assert f'href="/lineage/{found}"' in page
    assert f'href="/lineage/{missing}"' not in page


def test_a_hostile_search_is_shown_as_text(client: httpx.Client) -> None:
    answer = client.get("/lineage", params={"q": HOSTILE})
    assert "Nothing matches" in answer.text
    assert "<script" not in answer.text
    assert "<img" not in answer.text
    assert "script-src" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("relation", "column"),
    [
        ("marts.nothing", ""),
        ("metric_weekly", ""),
        ("marts.metric_weekly", "nothing"),
        ("marts.metric_weekly", HOSTILE),
        ("%3Cscript%3E", ""),
    ],
)
def test_what_the_project_does_not_know_is_not_found(
    client: httpx.Client, relation: str, column: str
) -> None:
    answer = client.get(f"/lineage/{relation}", params={"column": column})
    assert answer.status_code == 404
    assert "<script" not in answer.text
    assert "There is no such page" in answer.text


def test_the_pages_link_to_each_other(client: httpx.Client) -> None:
    assert '<a href="/lineage">Lineage</a>' in client.get("/").text
    assert '<a href="/">Reports</a>' in client.get("/lineage").text


def test_an_open_alert_stands_on_the_shelf_until_it_is_resolved(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    with open_store(settings) as store, shelf(settings) as client:
        assert "since" not in client.get("/").text
        raise_alert(store, "report", "The report <b>failed</b>", NOON)
        page = client.get("/").text
        assert "The report &lt;b&gt;failed&lt;/b&gt;" in page
        assert "since 2025-08-03 12:00 UTC" in page
        resolve_alert(store, "report", NOON)
        assert "since" not in client.get("/").text
