"""A headless browser as a program: pictures, complaints and widths of a page."""

import re
import struct
import subprocess
import tempfile
import zlib
from pathlib import Path

_COMMAND = [
    *("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--enable-logging=stderr"),
]
_POLICY = re.compile(r"<meta http-equiv=\"Content-Security-Policy\"[^>]*>")
_WIDTHS = "document.documentElement.scrollWidth, document.documentElement.clientWidth"
_HEADS = "Math.max(0, ...Array.from(document.querySelectorAll('thead'), head => head.clientHeight))"

_VALUES = _HEADS.replace("thead", ".value")
_ENLARGED = (
    "Math.round(Math.max(0, ...Array.from(document.querySelectorAll('figure svg'),"
    " drawn => 100 * drawn.clientWidth / drawn.width.baseVal.value - 100)))"
)


def screenshot(address: str, target: Path, width: int, height: int) -> list[str]:
    """Save a picture of the page as ``target``; return what the console complained of."""
    complaints = _browse(f"--screenshot={target}", f"--window-size={width},{height}", address)
    return [line for line in complaints.stderr.splitlines() if "CONSOLE" in line]


def widths(page: Path, width: int) -> tuple[int, int]:
    """Return how wide a report's content is and how wide its window, in CSS pixels."""
    content, window = _measured(page, width, _WIDTHS)
    return content, window


def tallest_head(page: Path, width: int) -> int:
    """Return the height of the report's tallest visible head of a table, in CSS pixels."""
    return _measured(page, width, _HEADS)[0]


def enlarged(page: Path, width: int) -> int:
    """Return by how many percent the report's most enlarged chart is larger than it was drawn."""
    return _measured(page, width, _ENLARGED)[0]


def tallest_value(page: Path, width: int) -> int:
    """Return the height of the tallest number of the report's cards, in CSS pixels."""
    return _measured(page, width, _VALUES)[0]


def _measured(page: Path, width: int, numbers: str) -> list[int]:
    """Return the numbers that a script in the page finds."""
    # The report forbids scripts: a copy without that rule measures itself.
    measuring = page.with_name(f"measuring-{page.name}")
    script = f"<script>document.title = [{numbers}].join('/')</script>"
    measuring.write_text(_POLICY.sub("", page.read_text(encoding="utf-8")) + script)
    dumped = _browse("--dump-dom", f"--window-size={width},900", measuring.as_uri()).stdout
    found = re.search(r"<title>([\d/]+)</title>", dumped)
    assert found, dumped[:500]
    return [int(number) for number in found[1].split("/")]


def dom(address: str, seconds: int) -> str:
    """Return the page's document as it stands after ``seconds`` of its own clock."""
    return _browse("--dump-dom", f"--virtual-time-budget={seconds * 1000}", address).stdout


def ink(picture: Path) -> float:
    """Return the share of the picture's bytes that differ from its commonest byte."""
    content = picture.read_bytes()
    data, place = b"", 8
    while place < len(content):
        size, kind = struct.unpack(">I4s", content[place : place + 8])
        data += content[place + 8 : place + 8 + size] if kind == b"IDAT" else b""
        place += size + 12
    pixels = zlib.decompress(data)
    return 1 - max(pixels.count(bytes([value])) for value in range(256)) / len(pixels)


def _browse(*arguments: str) -> subprocess.CompletedProcess[str]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        return subprocess.run(
            [*_COMMAND, f"--user-data-dir={profile}", *arguments],
            capture_output=True,
            check=True,
            text=True,
            timeout=120,
        )


def assert_page_shows(page: Path, width: int) -> None:
    """Assert that the page complains of nothing, is not empty and fits its window."""
    picture = page.with_suffix(".png")
    assert screenshot(page.as_uri(), picture, width, 1200) == []
    assert ink(picture) > 0.005
    content, window = widths(page, width)
    assert content <= window


def assert_no_page_is_blank(document: Path) -> None:
    """Assert that every page of the PDF shows something."""
    folder = document.parent
    subprocess.run(["pdftoppm", "-r", "40", "-png", document, folder / "page"], check=True)
    pictures = sorted(folder.glob("page-*.png"))
    assert pictures
    assert min(ink(picture) for picture in pictures) > 0.002
