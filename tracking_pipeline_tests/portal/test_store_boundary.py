import json
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tracking_pipeline.settings import Settings
from tracking_pipeline_tests.portal.serving import shelf

WEEK = "/reports/weekly/production_logs/2025-07-27"
OUTSIDE = [
    "/reports/../../secret.html",
    "/reports/weekly/production_logs/2025-07-27/r1/../../../../../secret.html",
    "/reports/weekly/production_logs/2025-07-27/r1/..%2f..%2f..%2f..%2f..%2fsecret.html",
    "/reports/weekly/production_logs/2025-07-27/r1/%2e%2e%2f%2e%2e%2fsecret.html",
    "/reports/weekly/production_logs/2025-07-27/r1/%252e%252e%252fsecret.html",
    "/reports/%2e%2e/%2e%2e/r1/secret.html",
    "/reports/%2e%2e/%2e%2e/2025-07-27/r1/secret.html",
    "/reports/weekly/%2e%2e%2fproduction_logs/2025-07-27/r1/executive.html",
    "/reports/weekly/production_logs/2025-07-27/r1/executive.html%00.pdf",
    "/reports/weekly/production_logs/2025-07-27/r1/..%5c..%5csecret.html",
    "/reports/weekly/production_logs/2025-07-27/r1/manifest.json",
    "/reports/weekly/production_logs/2025-07-27/r1//etc/passwd",
    "/reports/weekly/production_logs/2025-07-27/r3/executive.html",
    "/reports/weekly/production_logs/2025-07-27/r-1/executive.html",
    "/reports/weekly/production_logs/2025-13-41/r1/executive.html",
    "/reports/weekly/other/2025-07-27/r1/executive.html",
    "/static/../files.py",
    "/static/%2e%2e%2ffiles.py",
]


@pytest.fixture(scope="module")
def port(shelf_settings: Settings) -> Iterator[int]:
    with shelf(shelf_settings) as client:
        yield client.base_url.port or 0


def ask(port: int, path: str) -> tuple[int, bytes]:
    """Ask by raw bytes: any client would tidy the path first."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
        )
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    return int(answer.split(b" ", 2)[1]), answer.partition(b"\r\n\r\n")[2]


def test_the_server_serves_what_is_archived(port: int) -> None:
    status, body = ask(port, f"{WEEK}/r1/executive.html")
    assert status == 200
    assert b"Production logs" in body


@pytest.mark.parametrize("path", OUTSIDE)
def test_nothing_outside_the_store_is_served(port: int, path: str) -> None:
    status, body = ask(port, path)
    assert status == 404
    assert b"SECRET" not in body
    assert b"There is no such page" in body


@pytest.fixture
def altered(tmp_path: Path, shelf_settings: Settings) -> Iterator[tuple[Path, httpx.Client]]:
    """A copy of the archive to tamper with, and a shelf over it."""
    settings = Settings(home=tmp_path)
    shutil.copytree(shelf_settings.reports_dir, settings.reports_dir)
    with shelf(settings) as client:
        yield settings.reports_dir / "weekly/production_logs/2025-07-27", client


def test_a_file_that_became_a_link_is_not_followed(altered: tuple[Path, httpx.Client]) -> None:
    week, client = altered
    target = week / "r1" / "executive.html"
    copy = shutil.copy(target, week.parents[2] / "copy.html")
    target.unlink()
    target.symlink_to(copy)
    assert client.get(f"{WEEK}/r1/executive.html").status_code == 404


def test_a_folder_that_became_a_link_is_not_followed(altered: tuple[Path, httpx.Client]) -> None:
    week, client = altered
    (week / "r9").symlink_to(week / "r1")
    assert client.get(f"{WEEK}/r9/executive.html").status_code == 404


def test_a_pipe_in_the_store_does_not_hang_the_shelf(altered: tuple[Path, httpx.Client]) -> None:
    week, client = altered
    (week / "r1" / "executive.md").unlink()
    os.mkfifo(week / "r1" / "executive.md")
    assert client.get(f"{WEEK}/r1/executive.md").status_code == 404


def test_bytes_that_were_not_archived_are_not_served(altered: tuple[Path, httpx.Client]) -> None:
    week, client = altered
    target = week / "r1" / "executive.html"
    target.chmod(0o644)
    target.write_text("SECRET")
    assert client.get(f"{WEEK}/r1/executive.html").status_code == 404


def test_a_manifest_that_lists_a_path_opens_nothing(altered: tuple[Path, httpx.Client]) -> None:
    week, client = altered
    manifest = week / "r1" / "manifest.json"
    content = json.loads(manifest.read_text())
    content["files"][0]["name"] = "../../../../secret.html"
    manifest.chmod(0o644)
    manifest.write_text(json.dumps(content))
    answer = client.get(f"{WEEK}/r1/..%2F..%2F..%2F..%2Fsecret.html")
    assert answer.status_code == 404
