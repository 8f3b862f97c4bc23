from pathlib import Path

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from tracking_pipeline.settings import Settings
from tracking_pipeline_tests.portal.engines_scenario import collect_again, publish_engines
from tracking_pipeline_tests.portal.serving import shelf
from tracking_pipeline_tests.reports.browser import dom, ink, screenshot

pytestmark = pytest.mark.ui


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/?edition=executive",
        "/lineage",
        "/lineage/marts.metric_weekly?column=value",
        "/reports/weekly/production_logs/2025-07-27/r2/executive.html",
    ],
)
def test_a_page_of_the_shelf_shows_without_complaint(
    tmp_path: Path, shelf_settings: Settings, path: str
) -> None:
    picture = tmp_path / "shelf.png"
    with shelf(shelf_settings) as client:
        assert screenshot(str(client.base_url.join(path)), picture, 1200, 900) == []
    assert ink(picture) > 0.005


@pytest.mark.parametrize("width", [420, 1200])
@pytest.mark.parametrize("path", ["/engines", "/engines/compare", "/engines/D?client=acme"])
def test_a_page_of_the_engines_shows_without_complaint(
    tmp_path: Path, path: str, width: int
) -> None:
    settings = Settings(home=tmp_path / "home")
    publish_engines(settings)
    picture = tmp_path / "engines.png"
    with shelf(settings) as client:
        assert screenshot(str(client.base_url.join(path)), picture, width, 900) == []
    assert ink(picture) > 0.005


def test_an_open_page_of_the_engines_shows_a_new_collection_by_itself(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    publish_engines(settings)
    asked: list[str] = []

    def collecting(app: ASGIApp) -> ASGIApp:
        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and scope["path"] == "/engines":
                asked.append(scope["path"])
                if len(asked) == 2:
                    collect_again(settings, 99.5)
            await app(scope, receive, send)

        return answer

    with shelf(settings, collecting) as client:
        page = dom(str(client.base_url.join("/engines?client=acme")), seconds=40)
    assert len(asked) == 2
    assert "99.5" in page
    assert "112.5" not in page
