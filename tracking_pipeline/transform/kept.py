"""What is computed of the SQL project, kept from one process to the next beside compiled modules.

It rests on the code and the SQL project alone, so no home has a part in it, and whoever may write
where it lies may write the code, too.
"""

import pickle
import re
import sys
from collections.abc import Callable, Iterable
from functools import cache, wraps
from hashlib import sha256
from importlib.metadata import version
from importlib.util import cache_from_source
from os import environ, getpid
from pathlib import Path
from threading import RLock, get_ident
from typing import TypeVar

T = TypeVar("T")

_PACKAGE = Path(__file__).parents[1]
_DECISIVE = {".py", ".sql", ".yml", ".yaml", ".csv"}
_LIBRARIES = ("duckdb", "jinja2", "pyyaml", "sqlglot")
# dbt writes there, and Python.
_OUTPUT = {"target", "logs", "__pycache__"}
_VARIABLE = re.compile(rb"env_var\(\s*['\"](\w+)")
_N_DIGEST = sha256().digest_size


def once(compute: Callable[[], T]) -> Callable[[], T]:
    """Call ``compute`` once a process; threads that ask meanwhile wait for it.

    `functools.cache` lets each of them compute.
    """
    lock, known = RLock(), cache(compute)

    @wraps(compute)
    def asked() -> T:
        with lock:
            return known()

    return asked


def kept(what: str, checksum: str, compute: Callable[[], T], folder: Path | None = None) -> T:
    """Return what ``compute`` gives, as a process before this one kept it, else keep it.

    ``checksum`` is of all that decides it; what was kept under others goes. Where nothing can be
    kept it is computed each time.
    """
    folder = folder or Path(cache_from_source(__file__)).parent
    file = folder / f"{what}.{checksum}.pickle"
    content = _whole(file)
    if content is not None:
        found: T = pickle.loads(content)  # noqa: S301 - written below, beside compiled modules
        return found
    computed = compute()
    try:
        _write(file, pickle.dumps(computed, pickle.HIGHEST_PROTOCOL))
        for other in folder.glob(f"{what}.*.pickle"):
            if other != file:
                other.unlink(missing_ok=True)
    except OSError:
        pass
    return computed


def checksum_of(project: Path) -> str:
    """Return a digest of the SQL project, of this package and of what both are read with."""
    digest = sha256(f"{project}\n{sys.version}\n{[*map(version, _LIBRARIES)]}".encode())
    for file in (*_files(_PACKAGE), *_files(project)):
        content = file.read_bytes()
        digest.update(f"{file}\n{len(content)}\n".encode() + content)
        for name in _VARIABLE.findall(content):
            digest.update(environ.get(name.decode(), "").encode(errors="surrogateescape"))
    return digest.hexdigest()


def _files(folder: Path) -> Iterable[Path]:
    found = (each for each in folder.rglob("*") if each.suffix in _DECISIVE)
    return sorted(
        each for each in found if not _OUTPUT.intersection(each.relative_to(folder).parts)
    )


def _whole(file: Path) -> bytes | None:
    """Return the content of a file, None when it is not there or was not written to its end."""
    try:
        written = file.read_bytes()
    except OSError:
        return None
    digest, content = written[:_N_DIGEST], written[_N_DIGEST:]
    return content if digest == sha256(content).digest() else None


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(f".{getpid()}.{get_ident()}.pickle")
    partial.write_bytes(sha256(content).digest() + content)
    partial.replace(file)
