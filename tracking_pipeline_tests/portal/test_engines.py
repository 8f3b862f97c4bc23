import json
import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import httpx
import pytest

from tracking_pipeline.portal.engines import display
from tracking_pipeline.settings import Settings
from tracking_pipeline_tests.portal.engines_scenario import (
    COLLECTED,
    HOSTILE,
    collect_again,
    publish_engines,
)
from tracking_pipeline_tests.portal.serving import shelf

PAGES = ["/engines?client=acme", "/engines/compare?client=acme", "/engines/D?client=acme"]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    settings = Settings(home=tmp_path_factory.mktemp("engines"))
    publish_engines(settings)
    with shelf(settings) as client:
        yield client


def text(page: str) -> str:
    """Return what a reader of the page reads."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def card(page: str, engine: str) -> str:
    found = re.search(
        rf'<li class="engine">(?:(?!</li>).)*id="engine-{engine}".*?</li>', page, re.DOTALL
    )
    assert found
    return text(found[0])


def test_a_card_shows_score_comparison_today_and_age(client: httpx.Client) -> None:
    shown = card(client.get("/engines?client=acme").text, "A")
    for part in (
        "The Prospector",
        "112.5",
        "+12.5 %",
        "40.2",
        "9 March 2025",
    ):
        assert part in shown
    assert re.search(r"collected \d+ days ago", shown)


@pytest.mark.parametrize(
    ("who", "engine", "shown"),
    [
        ("acme", "A", "▲ up"),
        ("acme", "D", "▼ down"),
        ("acme", "N", "● stable"),
        ("birch", "A", "no evidence"),
        ("birch", "D", "not enough data"),
        ("birch", "N", "not enough data"),
    ],
)
def test_a_trend_is_what_the_test_supports(
    client: httpx.Client, who: str, engine: str, shown: str
) -> None:
    assert shown in card(client.get(f"/engines?client={who}").text, engine)


def test_an_engine_without_data_says_so_and_shows_no_zero(client: httpx.Client) -> None:
    shown = card(client.get("/engines?client=birch").text, "D")
    assert "Performance —" in shown
    assert "No score: no data" in shown
    assert "Nothing collected yet" in shown
    assert "0 of 5 metrics have data" in shown


def test_the_first_client_by_name_is_shown_when_none_is_chosen(client: httpx.Client) -> None:
    assert "Acme" in text(client.get("/engines").text.split("</h1>")[0])


def test_simulated_figures_are_marked(client: httpx.Client) -> None:
    assert "Demo: the figures of Birch are simulated" in client.get("/engines?client=birch").text
    assert "Demo:" not in client.get("/engines?client=acme").text


def test_in_a_demo_home_every_client_is_marked(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    publish_engines(settings)
    settings.demo_file.write_text("{}")
    with shelf(settings) as client:
        assert all("Demo:" in client.get(path).text for path in PAGES)


def test_the_comparison_sets_the_client_against_benchmark_and_industry(
    client: httpx.Client,
) -> None:
    page = client.get("/engines/compare?client=acme").text
    row = next(row for row in page.split("<tr>") if "Spam rate" in row)
    # (0.003 - 0.0018) / 0.003 = +40 %: lower is better
    assert text(row).startswith("Spam rate 0.18 % 0.12 % −50.0 % 0.30 % +40.0 %")  # noqa: RUF001 - minus
    row = next(row for row in page.split("<tr>") if "The Guardian" in row)
    # the mean of +40 % and (80 - 100) / 100 = -20 %
    assert "66.0 — −34.0 % +10.0 % ▼ down" in text(row)  # noqa: RUF001 - minus


def test_the_running_day_is_not_drawn_and_missing_days_are_gaps(client: httpx.Client) -> None:
    page = client.get("/engines?client=acme").text
    paths = re.findall(r'<path d="(M[^"]+)"/><path class="last"', page)
    assert len(paths) == 3
    assert all(path.count("M") == 2 for path in paths)
    assert all(len(re.findall("[ML]", path)) == 4 for path in paths)


def test_an_engine_shows_its_goals_alerts_claims_and_recommendations(
    client: httpx.Client,
) -> None:
    shown = text(client.get("/engines/D?client=acme").text)
    for part in (
        "at risk Spam rate : 0.2 %, target 0.1 %, due 1 February 2025 (overdue)",
        "critical Score below 70",
        "Clean the lists high Spam rate is high Remove bounced addresses",
        "What the data supports Spam rate of The Guardian is declining.",
        "Tested without evidence: 1 No evidence of a change.",
    ):
        assert part in shown
    assert "An older alert" not in shown


def test_what_changed_stands_before_what_stays(client: httpx.Client) -> None:
    shown = text(client.get("/engines/D?client=acme").text)
    assert shown.index("is declining") < shown.index("exceeds its benchmark")
    assert shown.index("exceeds its benchmark") < shown.index("is stable")


def test_an_engine_with_nothing_to_tell_says_so(client: httpx.Client) -> None:
    shown = text(client.get("/engines/N?client=birch").text)
    for part in (
        "No goal has been set",
        "No claim has been tested",
        "No threshold has been crossed",
        "Nothing to recommend",
    ):
        assert part in shown


@pytest.mark.parametrize(
    "path",
    [
        "/engines?client=nobody",
        "/engines/compare?client=nobody",
        "/engines/A?client=nobody",
        "/engines/Z?client=acme",
        "/engines/B?client=acme",
        "/engines/%3Cscript%3E?client=acme",
        "/api/engines?client=nobody",
    ],
)
def test_an_unknown_client_or_engine_is_not_found(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "<script" not in answer.text


@pytest.mark.parametrize(
    "key", ["a/b", "..", "../..", "100%", "%2e%2e", "a\"b'c", "a&client=acme", "a b+c#d?e", "名前"]
)
def test_a_client_of_any_key_is_reached_by_the_links(tmp_path: Path, key: str) -> None:
    settings = Settings(home=tmp_path)
    publish_engines(settings, acme=key)
    with shelf(settings) as client:
        for path in ("/engines", "/engines/compare"):
            page = client.get(path, params={"client": key}).text
            links = re.findall(r'id="engine-D" href="([^"]+)"', page)
            shown = text(client.get(unescape(links[0])).text)
            assert "The Guardian" in shown
            assert "Acme" in shown


@pytest.mark.parametrize("path", PAGES)
def test_a_hostile_name_is_shown_as_text(client: httpx.Client, path: str) -> None:
    page = client.get(path).text
    assert "<script>alert" not in page
    assert HOSTILE in unescape(page)


@pytest.mark.parametrize("path", PAGES)
def test_a_live_page_runs_the_shelf_s_own_script_and_no_other(
    client: httpx.Client, path: str
) -> None:
    answer = client.get(path)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "script-src 'self'; connect-src 'self'" in policy
    assert "unsafe" not in policy
    assert re.findall(r"<script[^>]*>", answer.text) == ['<script src="/static/live.js" defer>']
    assert " style=" not in answer.text
    assert "http://" not in answer.text
    assert "https://" not in answer.text


def test_the_script_is_served_as_a_script(client: httpx.Client) -> None:
    answer = client.get("/static/live.js")
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"


@pytest.mark.parametrize("path", [*PAGES, "/api/engines?client=acme"])
def test_what_has_not_changed_is_not_sent_again(client: httpx.Client, path: str) -> None:
    tag = client.get(path).headers["etag"]
    again = client.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_a_new_collection_is_shown_without_a_restart(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    publish_engines(settings)
    with shelf(settings) as client:
        before = client.get("/engines?client=acme")
        collect_again(settings, 99.5)
        after = client.get(
            "/engines?client=acme", headers={"If-None-Match": before.headers["etag"]}
        )
    assert after.status_code == 200
    assert "112.5" in card(before.text, "A")
    assert "99.5" in card(after.text, "A")


@pytest.mark.parametrize("path", ["/engines", "/engines/compare", "/engines/A?client=acme"])
def test_before_anything_is_published_the_page_names_the_next_command(
    tmp_path: Path, path: str
) -> None:
    with shelf(Settings(home=tmp_path)) as client:
        answer = client.get(path)
    assert answer.status_code == 200
    assert "No engine has been measured yet" in answer.text
    assert "tracking run" in answer.text


def test_the_api_says_that_nothing_is_published(tmp_path: Path) -> None:
    with shelf(Settings(home=tmp_path)) as client:
        answer = client.get("/api/engines")
    assert answer.status_code == 404
    assert answer.json() == {"error": "nothing is published"}


def test_the_api_gives_the_cards_of_the_seed(client: httpx.Client) -> None:
    answer = client.get("/api/engines?client=acme")
    assert answer.headers["content-type"] == "application/json"
    (found,) = answer.json()["clients"]
    guardian = next(engine for engine in found["engines"] if engine["engine_id"] == "D")
    assert guardian["engine_name"] == "The Guardian"
    assert guardian["current_performance"] == 66
    assert guardian["benchmark_comparison"] == -0.34
    assert guardian["trend"] == "down"
    assert guardian["last_updated"] == f"{COLLECTED.isoformat()}Z"
    assert guardian["key_metrics"][1] == {
        "metric": "spam_rate",
        "label": "Spam rate",
        "value": 0.0018,
        "unit": "fraction",
        "direction": "lower",
        "benchmark": 0.0012,
        "industry_average": 0.003,
        "benchmark_comparison": -0.5,
        "n": 400,
        "metric_date": "2025-03-09",
    }


def test_the_api_gives_every_client_and_no_trend_without_evidence(client: httpx.Client) -> None:
    clients = json.loads(client.get("/api/engines").content)["clients"]
    assert [each["client_id"] for each in clients] == ["acme", "birch"]
    prospector = clients[1]["engines"][0]
    assert (prospector["trend"], prospector["trend_reason"]) == (None, "no evidence")


@pytest.mark.parametrize(
    ("elapsed", "shown"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=7, seconds=30), "7 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(days=1, hours=5), "1 day ago"),
        (timedelta(days=12), "12 days ago"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(elapsed: timedelta, shown: str) -> None:
    assert display.age(COLLECTED, COLLECTED + elapsed) == shown
