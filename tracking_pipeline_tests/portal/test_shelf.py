import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from tracking_pipeline.settings import Settings
from tracking_pipeline_tests.portal.serving import shelf
from tracking_pipeline_tests.reports import scenario

REPORT = "/reports/weekly/production_logs/2025-07-27/r1"


@pytest.fixture(scope="module")
def client(shelf_settings: Settings) -> Iterator[httpx.Client]:
    with shelf(shelf_settings) as client:
        yield client


def test_the_shelf_lists_period_edition_format_size_revision_and_mark(client: httpx.Client) -> None:
    page = client.get("/").text
    for shown in ("27 July – 2 August 2025", "Executive", "Technical", "PDF", "KB", "Revision 2"):  # noqa: RUF001
        assert shown in page
    assert "data quality: warning" in page
    assert "engine_logs: records quarantined: 4" in page
    assert "1 earlier revision" in page


def test_an_edition_can_be_chosen(client: httpx.Client) -> None:
    page = client.get("/", params={"edition": "executive"}).text
    assert "executive.pdf" in page
    assert "technical.pdf" not in page


def test_an_unknown_system_shows_the_way_back(client: httpx.Client) -> None:
    assert "No report matches" in client.get("/", params={"subject": "<b>other"}).text


def test_the_empty_shelf_names_the_next_command(tmp_path: Path) -> None:
    with shelf(Settings(home=tmp_path)) as client:
        page = client.get("/").text
    assert "No report has been written yet" in page
    assert "tracking run" in page


@pytest.mark.parametrize(
    ("name", "media_type", "disposition"),
    [
        ("executive.html", "text/html; charset=utf-8", "inline"),
        ("executive.pdf", "application/pdf", "inline"),
        ("executive.md", "text/plain; charset=utf-8", "inline"),
        ("report.json", "application/json; charset=utf-8", "inline"),
        (
            "report.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "attachment",
        ),
    ],
)
def test_a_file_opens_as_it_was_archived(
    client: httpx.Client, shelf_settings: Settings, name: str, media_type: str, disposition: str
) -> None:
    answer = client.get(f"{REPORT}/{name}")
    folder = shelf_settings.reports_dir / "weekly/production_logs/2025-07-27/r1"
    manifest = json.loads((folder / "manifest.json").read_bytes())
    archived = {file["name"]: file["sha256"] for file in manifest["files"]}
    assert hashlib.sha256(answer.content).hexdigest() == archived[name]
    assert answer.headers["content-type"] == media_type
    assert answer.headers["content-disposition"].startswith(disposition)


def test_a_download_is_named_for_its_report(client: httpx.Client) -> None:
    answer = client.get(f"{REPORT}/executive.pdf?download")
    assert answer.headers["content-disposition"] == (
        'attachment; filename="weekly_production_logs_2025-07-27_r1_executive.pdf"'
    )


@pytest.mark.parametrize("path", ["/", f"{REPORT}/executive.pdf", "/static/shelf.css"])
def test_what_is_known_is_not_sent_again(client: httpx.Client, path: str) -> None:
    tag = client.get(path).headers["etag"]
    again = client.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)


def test_archived_files_never_change_and_the_shelf_is_asked_anew(client: httpx.Client) -> None:
    assert "immutable" in client.get(f"{REPORT}/executive.html").headers["cache-control"]
    assert client.get("/").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/", "/nothing", "/healthz", f"{REPORT}/executive.html"])
def test_every_answer_forbids_scripts_frames_and_sniffing(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"


def test_a_report_opens_in_a_sandbox(client: httpx.Client) -> None:
    policy = client.get(f"{REPORT}/executive.html").headers["content-security-policy"]
    assert policy.endswith("; sandbox")


def test_health_counts_the_reports(client: httpx.Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok", "reports": 2}


def test_a_rebound_host_name_is_refused(client: httpx.Client) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_the_shelf_only_reads(client: httpx.Client, method: str) -> None:
    assert client.request(method, "/").status_code == 405


def test_a_damaged_report_is_named_and_the_others_are_served(tmp_path: Path) -> None:
    folder = tmp_path / "reports/weekly/production_logs/2025-07-27/r1"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{")
    with shelf(Settings(home=tmp_path)) as client:
        answer = client.get("/")
    assert answer.status_code == 200
    assert "cannot be read and is not listed" in answer.text


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The shelf of a demo home: a week with data and the silent one after it."""
    settings = Settings(home=tmp_path_factory.mktemp("demo"))
    (settings.home_dir / "DEMO").touch()
    for days in (0, 7):
        later = timedelta(days=days)
        scenario.write(
            settings, scenario.warehouse(), scenario.WEEK + later, scenario.AS_OF + later
        )
    with shelf(settings) as client:
        yield client


def test_a_report_of_a_demo_says_so(client: httpx.Client, demo: httpx.Client) -> None:
    mark = '<span class="chip warning">demo</span>'
    assert (client.get("/").text.count(mark), demo.get("/").text.count(mark)) == (0, 2)


def test_a_week_without_data_is_folded_below_those_with_data(demo: httpx.Client) -> None:
    told, _, folded = demo.get("/").text.partition('<details class="silent">')
    assert "27 July – 2 August 2025" in told  # noqa: RUF001 - en dash between dates
    assert "1 report of periods without data" in folded
    assert "3 – 9 August 2025" in folded  # noqa: RUF001 - en dash between dates
    assert "3 – 9 August 2025" not in told  # noqa: RUF001 - en dash between dates


@pytest.mark.parametrize(
    ("choice", "is_found"),
    [
        ({"kind": "weekly"}, True),
        ({"kind": "roi_monthly"}, False),
        ({"subject": "production_logs"}, True),
        ({"kind": "weekly", "subject": "acme"}, False),
    ],
)
def test_a_kind_and_a_subject_can_be_chosen(
    client: httpx.Client, choice: dict[str, str], *, is_found: bool
) -> None:
    page = client.get("/", params=choice).text
    assert ("executive.pdf" in page, "No report matches" in page) == (is_found, not is_found)
