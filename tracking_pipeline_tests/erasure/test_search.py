import bz2
import gzip
import io
import lzma
import sqlite3
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from tracking_pipeline.landing.erasure.scan import Seen, traces
from tracking_pipeline.landing.erasure.whom import Whom
from tracking_pipeline.settings import Settings
from tracking_pipeline_tests.erasure.scenario import (
    EMILY,
    JOHN,
    WHOM,
    cut_out,
    execution,
    lines,
)

OTHERS = lines(*(execution(EMILY, number) for number in range(40)))
OWN = lines(execution(JOHN))


def seen(folder: Path, content: bytes, whom: Whom = WHOM) -> Seen:
    file = folder / "searched"
    file.write_bytes(content)
    return traces(Settings(home=folder / "home"), file, whom)


def zipped(content: bytes) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside.jsonl", content)
    return sink.getvalue()


def tarred(content: bytes) -> bytes:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w") as files:
        told = tarfile.TarInfo("inside.gz")
        told.size = len(gzip.compress(content, mtime=0))
        files.addfile(told, io.BytesIO(gzip.compress(content, mtime=0)))
    return sink.getvalue()


def twice(content: bytes) -> bytes:
    return gzip.compress(zstandard.compress(content))


PACKINGS = [gzip.compress, zstandard.compress, bz2.compress, lzma.compress, zipped, tarred, twice]


@pytest.mark.parametrize("pack", PACKINGS)
@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_no_packing_and_no_encoding_hides_the_person(
    tmp_path: Path, pack: Callable[[bytes], bytes], codec: str
) -> None:
    for content in (OTHERS + OWN, f"ask Víctor Zéro, {JOHN}".encode()):
        told = content.decode().encode(codec)
        assert seen(tmp_path, pack(told)).n_found > 0
        assert seen(tmp_path, told).n_found > 0
    whom = Whom(("Víctor Zéro",), frozenset())
    assert seen(tmp_path, pack(told), whom).n_found > 0
    assert seen(tmp_path, pack(OTHERS.decode().encode(codec))) == Seen()


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_a_file_that_was_cut_off_is_searched_as_far_as_it_unpacks(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    content = OWN + b"".join(lines(execution(EMILY, n)) for n in range(9_000))
    packed = pack(content)
    cut_off = packed[: len(packed) - 10]
    assert seen(tmp_path, cut_off).n_found == 1
    assert cut_out(tmp_path, "a.jsonl.gz", cut_off) == b""


def test_a_gzip_file_that_was_cut_off_hides_nothing_behind_what_unpacks(tmp_path: Path) -> None:
    assert seen(tmp_path, gzip.compress(OTHERS)[:-9]) == Seen()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(gzip.compress(OTHERS)[:60] + b"\xff" * 60, id="broken gzip"),
        pytest.param(zstandard.compress(OTHERS)[:-9], id="zstandard that was cut off"),
        pytest.param(zipped(OTHERS)[:-30], id="broken zip"),
        pytest.param(gzip.compress(bytes(2**22)), id="beyond the limits"),
        pytest.param(twice(twice(twice(OTHERS))), id="too many layers"),
        pytest.param(b"7z\xbc\xaf\x27\x1c" + bytes(60), id="7z"),
        pytest.param(b"%PDF-1.7" + bytes(60), id="PDF"),
    ],
)
def test_what_cannot_be_searched_to_its_end_says_why(tmp_path: Path, content: bytes) -> None:
    found = seen(tmp_path, content)
    assert (found.n_found, len(found.unsearched)) == (0, 1)
    assert cut_out(tmp_path, "a.jsonl", content) is None


@pytest.mark.parametrize("is_personal", [True, False])
def test_the_log_of_a_database_is_searched_and_goes_whole(
    tmp_path: Path, *, is_personal: bool
) -> None:
    con = sqlite3.connect(tmp_path / "t.db")
    con.execute("pragma journal_mode = wal")
    con.execute("create table performance_metrics (engineer_email)")
    con.execute("insert into performance_metrics values (?)", [JOHN if is_personal else EMILY])
    con.commit()
    log = (tmp_path / "t.db-wal").read_bytes()
    con.close()
    assert (seen(tmp_path, log).n_found > 0) == is_personal
    assert cut_out(tmp_path, "t.db-wal", log) == (b"" if is_personal else None)


@pytest.mark.parametrize("content", [(OTHERS + OWN).decode().encode("utf-16"), twice(OTHERS + OWN)])
def test_what_is_read_by_nobody_goes_whole_when_it_holds_the_person(
    tmp_path: Path, content: bytes
) -> None:
    assert cut_out(tmp_path, "a.jsonl", content) == b""
