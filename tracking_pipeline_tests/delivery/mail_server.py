"""A mail server of our own on a free port, which can misbehave."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Literal

Manner = Literal["accepts", "refuses the recipient", "refuses the data", "hangs up on the data"]


@dataclass
class MailServer:
    """What arrived, whole; ``manner`` may be changed between messages."""

    port: int
    manner: Manner = "accepts"
    received: list[EmailMessage] = field(default_factory=list)
    n_offered: int = 0


@contextmanager
def serving(manner: Manner = "accepts") -> Iterator[MailServer]:
    """Yield a server that listens on loopback until the end of the block."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = MailServer(listener.getsockname()[1], manner)
        thread = threading.Thread(target=_serve, args=(listener, server))
        thread.start()
        try:
            yield server
        finally:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
            thread.join()


def _serve(listener: socket.socket, server: MailServer) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection, connection.makefile("rwb") as stream, suppress(OSError):
            _talk(stream, server)


def _talk(stream, server: MailServer) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - a socket's file
    def say(line: str) -> None:
        stream.write(f"{line}\r\n".encode())
        stream.flush()

    say("220 test")
    for raw in stream:
        command = raw.split()[0].upper() if raw.split() else b""
        if command == b"RCPT" and server.manner == "refuses the recipient":
            say("550 no such person")
        elif command == b"DATA":
            if not _take(stream, server, say):
                return
        elif command == b"QUIT":
            say("221 bye")
            return
        else:
            say("250 ok")


def _take(stream, server: MailServer, say) -> bool:  # type: ignore[no-untyped-def]  # noqa: ANN001 - likewise
    say("354 go on")
    lines = []
    for raw in stream:
        if raw == b".\r\n":
            break
        lines.append(raw.removeprefix(b".") if raw.startswith(b"..") else raw)
    server.n_offered += 1
    if server.manner == "hangs up on the data":
        return False
    if server.manner == "refuses the data":
        say("554 not today")
    else:
        server.received.append(message_from_bytes(b"".join(lines), policy=policy.default))  # type: ignore[arg-type]
        say("250 taken")
    return True
