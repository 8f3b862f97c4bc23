"""The shelf as a real server on a free loopback port."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import uvicorn
from starlette.types import ASGIApp

from tracking_pipeline.portal.app import create_app
from tracking_pipeline.portal.time_limit import TimedProtocol
from tracking_pipeline.settings import Settings


def as_it_is(app: ASGIApp) -> ASGIApp:
    return app


@contextmanager
def shelf(
    settings: Settings,
    around: Callable[[ASGIApp], ASGIApp] = as_it_is,
    http: type[TimedProtocol] = TimedProtocol,
) -> Iterator[httpx.Client]:
    """Yield a client of the shelf over ``settings``; the server ends with the block."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        app = around(create_app(settings))
        # What ends a connection is the limit of ours and never the server's own.
        config = uvicorn.Config(app, http=http, log_level="critical", timeout_keep_alive=3600)
        server = uvicorn.Server(config)
        running = threading.Thread(target=server.run, args=([listener],))
        running.start()
        try:
            while running.is_alive() and not server.started:
                time.sleep(0.01)
            address = f"http://127.0.0.1:{listener.getsockname()[1]}"
            with httpx.Client(base_url=address, trust_env=False, timeout=30) as client:
                yield client
        finally:
            server.should_exit = True
            running.join()
