"""An HTTP API that misbehaves as it is told, on a free port of this computer."""

import json
import socket
import struct
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Answer:
    """What is sent; ``cut`` bytes of the announced body are never sent, then the line is reset."""

    body: bytes = b"[]"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int = 0


@dataclass
class FakeApi:
    """Answers by path: one after the other, the last one for ever."""

    routes: dict[str, list[Answer]]
    port: int = 0
    asked: list[str] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"http://{HOST}:{self.port}{path}"

    def next_answer(self, path: str) -> Answer:
        script = self.routes[path]
        return script.pop(0) if len(script) > 1 else script[0]


def page(records: Sequence[object], following: str | None = None) -> Answer:
    return Answer(json.dumps({"data": records, "next": following}).encode())


@contextmanager
def serving(routes: Mapping[str, Sequence[Answer]]) -> Iterator[FakeApi]:
    api = FakeApi({path: list(script) for path, script in routes.items()})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            api.asked.append(self.path)
            api.tokens.append(self.headers.get("Authorization"))
            answer = api.next_answer(self.path)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body[: len(answer.body) - answer.cut])

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer((HOST, 0), Handler)
    api.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def trickling(first: bytes, drop: bytes | None) -> Iterator[int]:
    """Send ``first`` to whoever connects, then ``drop`` for half a minute, or reset when None."""
    ended = Event()

    def trickle(listening: socket.socket) -> None:
        while not ended.is_set():
            with suppress(OSError), listening.accept()[0] as line:
                line.recv(65536)
                line.sendall(first)
                if drop is None:
                    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                ends_at = time.monotonic() + 30
                while drop is not None and time.monotonic() < ends_at and not ended.wait(0.02):
                    line.sendall(drop)

    with socket.create_server((HOST, 0)) as listening:
        listening.settimeout(0.05)
        thread = Thread(target=trickle, args=(listening,), daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        ended.set()
        thread.join()
