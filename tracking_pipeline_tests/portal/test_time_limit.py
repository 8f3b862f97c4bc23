import socket
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tracking_pipeline.portal.time_limit import TimedProtocol
from tracking_pipeline.settings import Settings
from tracking_pipeline_tests.portal.serving import shelf

WHOLE = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


class Hasty(TimedProtocol):
    most_seconds = 0.2


class Patient(TimedProtocol):
    most_seconds = 2.0


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(WHOLE[:30], id="half a request"),
        pytest.param(WHOLE + WHOLE[:30], id="half a second request"),
        pytest.param(WHOLE[:-2] + b"Content-Length: 9\r\n\r\n", id="no body"),
    ],
)
def test_a_connection_that_says_no_more_is_ended(tmp_path: Path, sent: bytes) -> None:
    with shelf(Settings(home=tmp_path), http=Hasty) as client:
        where = ("127.0.0.1", client.base_url.port or 0)
        with socket.create_connection(where, timeout=60) as line:
            line.sendall(sent)
            # Ended, and not timed out: the last read gives nothing, or says that it was reset.
            try:
                while line.recv(65536):
                    pass
            except ConnectionResetError:
                pass


def test_requests_on_one_connection_have_a_limit_each(tmp_path: Path) -> None:
    with shelf(Settings(home=tmp_path), http=Patient) as client:
        # Other clients open a new connection, and say nothing, when theirs was ended.
        one = HTTPConnection("127.0.0.1", client.base_url.port, timeout=60)
        one.connect()
        one.auto_open = 0
        for _ in range(50):
            one.request("GET", "/healthz")
            answer = one.getresponse()
            assert (answer.status, answer.read() != b"") == (200, True)
            time.sleep(Patient.most_seconds / 40)
        one.close()
