"""The Makefile: what it installs from, and over which home it starts."""

import hashlib
import os
import shutil
import ssl
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from socketserver import BaseRequestHandler, TCPServer, ThreadingTCPServer
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

MAKEFILE = Path(__file__).parents[1] / "Makefile"
PACKAGES = ("installed-alpha", "installed-beta")
# Both would be set by a machine that is not a company's.
OF_THIS_MACHINE = ("PIP_", "UV_", "SSL_", "REQUESTS_", "CURL_", "HTTP", "NO_PROXY", "ALL_PROXY")
BACKEND = """
import shutil

def build_editable(folder, settings=None, metadata=None):
    return shutil.copy("PRODUCT", folder).rpartition("/")[2]
"""


def wheel(folder: Path, package: str) -> Path:
    """Write a wheel of one empty module into the folder."""
    module = package.replace("-", "_")
    file = folder / f"{module}-1-py3-none-any.whl"
    file.parent.mkdir(parents=True, exist_ok=True)
    told = {
        f"{module}.py": "",
        f"{module}-1.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {package}\nVersion: 1\n",
        f"{module}-1.dist-info/WHEEL": (
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        ),
        f"{module}-1.dist-info/RECORD": "",
    }
    with zipfile.ZipFile(file, "w") as content:
        for name, text in told.items():
            content.writestr(name, text)
    return file


def locked(file: Path, package: str) -> str:
    """Return the wheel's line of a lock file."""
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return f"{package}==1 \\\n    --hash=sha256:{digest}\n"


def project(folder: Path, lock: str) -> Path:
    """A project of our Makefile, with another lock file and a backend of its own."""
    product = wheel(folder, "installed-product")
    shutil.copy(MAKEFILE, folder)
    (folder / "requirements.lock").write_text(lock)
    (folder / "backend.py").write_text(BACKEND.replace("PRODUCT", str(product)))
    (folder / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        '[project]\nname = "installed-product"\nversion = "1"\n'
    )
    return folder


def certificate(folder: Path) -> Path:
    """Write a certificate for 127.0.0.1 that is its own authority, with its key beside it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A company's authority")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    file = folder / "authority.pem"
    file.write_bytes(made.public_bytes(pem))
    secret = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(key.private_bytes(pem, *secret))
    return file


@contextmanager
def served(server: TCPServer) -> Iterator[int]:
    """Serve on a port of 127.0.0.1, which is yielded."""
    with server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield int(server.server_address[1])
        server.shutdown()


def index(folder: Path, asked: list[str]) -> ThreadingHTTPServer:
    """A plain index over the folder, by https; it notes what it was asked for."""

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            asked.append(self.path)

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder.parent / "authority.pem", folder.parent / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    return server


def elsewhere(asked: list[str]) -> ThreadingTCPServer:
    """A proxy for all that is not on this machine: it notes who came, and lets nobody out."""

    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            asked.append(self.request.recv(1000).decode(errors="replace"))

    return ThreadingTCPServer(("127.0.0.1", 0), Handler)


@pytest.mark.faults
@pytest.mark.parametrize("is_by_file", [True, False])
def test_the_installation_asks_the_index_of_pips_configuration_and_nobody_else(
    tmp_path: Path,
    is_by_file: bool,  # noqa: FBT001 - a parameter
) -> None:
    authority = certificate(tmp_path)
    simple = tmp_path / "index" / "simple"
    lock = "".join(locked(wheel(simple / name, name), name) for name in PACKAGES)
    folder = project(tmp_path / "project", lock)
    asked: list[str] = []
    others: list[str] = []
    with served(index(tmp_path / "index", asked)) as port, served(elsewhere(others)) as proxy:
        told = {"index-url": f"https://127.0.0.1:{port}/simple", "cert": str(authority)}
        configuration = tmp_path / "pip.conf"
        lines = [f"{key} = {value}\n" for key, value in told.items() if is_by_file]
        configuration.write_text(f"[global]\n{''.join(lines)}")
        variables = {f"PIP_{key.upper().replace('-', '_')}": told[key] for key in told}
        environment = {
            **{k: v for k, v in os.environ.items() if not k.upper().startswith(OF_THIS_MACHINE)},
            **({} if is_by_file else variables),
            "PIP_CONFIG_FILE": str(configuration),
            "PIP_NO_CACHE_DIR": "1",
            "HOME": str(tmp_path),
            "HTTPS_PROXY": f"http://127.0.0.1:{proxy}",
            "HTTP_PROXY": f"http://127.0.0.1:{proxy}",
            "NO_PROXY": "127.0.0.1",
        }
        command = ("make", ".venv/.ready", f"PYTHON={sys.executable}")
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stderr
    ours = folder / ".venv" / "lib"
    for name in (*PACKAGES, "installed-product"):
        assert list(ours.glob(f"*/site-packages/{name.replace('-', '_')}-1.dist-info"))
    assert {path.split("/")[2] for path in asked} == set(PACKAGES)
    assert others == []


@pytest.mark.parametrize(
    ("folder", "landing", "home"),
    [
        ("", "", ".tracking-sample"),
        (".tracking/state", "", ".tracking-sample"),  # where `tracking doctor` looked
        (".tracking/landing", "", ".tracking"),
        ("", "/elsewhere", ".tracking"),
    ],
)
def test_ones_own_home_is_shown_as_soon_as_it_has_a_place_for_files(
    tmp_path: Path, folder: str, landing: str, home: str
) -> None:
    (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    shutil.copy(MAKEFILE, tmp_path)
    for made in ("requirements.lock", "pyproject.toml", ".venv/.ready"):
        (tmp_path / made).parent.mkdir(exist_ok=True)
        (tmp_path / made).touch()
    environment = {"PATH": os.environ["PATH"], "TRACKING_LANDING": landing}
    said = subprocess.check_output(("make", "-n", "up"), cwd=tmp_path, env=environment, text=True)
    assert said.splitlines()[-1].startswith(f"TRACKING_HOME=${{TRACKING_HOME:-{home}}} ")
