"""The pages of an HTTP endpoint: within limits of time and size, and from nowhere else."""

import logging
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NoReturn
from urllib.parse import urljoin

import requests
from urllib3.exceptions import HTTPError, InvalidHeader, LocationParseError
from urllib3.response import BaseHTTPResponse
from urllib3.util import Retry, Timeout, parse_url

from tracking_pipeline.errors import EndpointError
from tracking_pipeline.settings import Endpoint
from tracking_pipeline.sources.connections import Deadline, GuardedAdapter
from tracking_pipeline.sources.http_pages import Page, page_of

_PASSING = (429, 500, 502, 503, 504)
_CHUNK_BYTES = 2**16
_PORTS = {"http": 80, "https": 443}
_AGAIN = "It is asked again at the next collection"


@dataclass(frozen=True)
class Limits:
    """What one endpoint may take: seconds, attempts a page, bytes and records a page, pages."""

    connect_seconds: float = 5.0
    read_seconds: float = 15.0
    total_seconds: float = 60.0
    attempts: int = 4
    backoff_seconds: float = 0.5
    page_bytes: int = 8 * 2**20
    page_records: int = 100_000
    pages: int = 1_000


@dataclass(frozen=True)
class Clock:
    """Seconds that pass, and how to let some pass."""

    monotonic: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep


@dataclass(frozen=True)
class Client:
    """One endpoint and how it may be asked; ``allowed_hosts`` may have a private address."""

    name: str
    endpoint: Endpoint
    allowed_hosts: frozenset[str] = frozenset()
    limits: Limits = field(default_factory=Limits)
    clock: Clock = field(default_factory=Clock)

    def pages(self) -> Iterator[Page]:
        """Yield every page, whole; EndpointError says why the next one is none.

        The token goes to the endpoint's own origin (scheme, host, port) alone.
        """
        budget = _Budget(self.name, self.clock, self.clock.monotonic() + self.limits.total_seconds)
        address: str | None = self.endpoint.url
        seen = set[str]()
        with (
            Deadline(self.limits.total_seconds) as deadline,
            self._session(budget, deadline) as session,
        ):
            while address is not None:
                if address in seen:
                    self._refuse("its pages lead in a circle", "Its owner must mend the cursor")
                if len(seen) == self.limits.pages:
                    self._refuse(f"has more than {len(seen)} pages", "Make its pages larger")
                seen.add(address)
                page = self._page(session, address, budget)
                yield page
                address = self._within_origin(address, page.following)

    def _session(self, budget: "_Budget", deadline: Deadline) -> requests.Session:
        """Return a session without proxies and netrc, which would take part in the secret."""
        logging.getLogger("urllib3").setLevel(logging.ERROR)  # its warnings quote whole addresses
        session = requests.Session()
        session.trust_env = False
        session.headers["Accept"] = "application/json"
        session.headers["Accept-Encoding"] = "identity"  # nothing that can expand
        host = parse_url(self.endpoint.url).host or ""
        is_allowed = host in self.allowed_hosts
        token = self._token()
        if token and not is_allowed and not self.endpoint.url.startswith("https://"):
            self._refuse("would get its token in clear text", "Use https://")
        if token:
            session.headers["Authorization"] = f"Bearer {token}"
        patience = _Patience(
            total=self.limits.attempts - 1,
            status_forcelist=_PASSING,
            backoff_factor=self.limits.backoff_seconds,
            backoff_jitter=self.limits.backoff_seconds,
            raise_on_status=False,
        )
        patience.budget = budget
        adapter = GuardedAdapter(patience, deadline, is_private_allowed=is_allowed)
        for scheme in ("http://", "https://"):
            session.mount(scheme, adapter)
        return session

    def _token(self) -> str:
        variable = self.endpoint.token_variable
        token = os.environ.get(variable, "").strip() if variable else ""
        if variable and not (token.isascii() and token.isprintable() and token):
            fix = f"Set the environment variable {variable}"
            self._refuse(f"has no token in {variable} that can be sent", fix)
        return token

    def _page(self, session: requests.Session, address: str, budget: "_Budget") -> Page:
        timeout = Timeout(connect=self.limits.connect_seconds, read=self.limits.read_seconds)
        try:
            with session.get(
                address,
                stream=True,
                allow_redirects=False,
                timeout=timeout,  # type: ignore[arg-type]  # requests hands it on as it is
            ) as answer:
                self._expect_ok(answer)
                body = self._body(answer.raw, budget)
        except (requests.RequestException, HTTPError) as error:
            budget.spend(0)  # a connection that was ended in time breaks
            reason = f"did not give a whole answer ({type(error).__name__})"
            # Without the cause: it quotes the address, whose query may be a secret.
            raise EndpointError(self.name, reason, _AGAIN) from None
        return self._parsed(body, budget)

    def _expect_ok(self, answer: requests.Response) -> None:
        if answer.is_redirect:
            fix = "Name the address where it is now"
            self._refuse("redirects, which is not followed with a token", fix)
        if answer.status_code != requests.codes.ok:
            self._refuse(f"answers with status {answer.status_code}", _AGAIN)

    def _body(self, answer: BaseHTTPResponse, budget: "_Budget") -> bytes:
        """Read what has arrived each time, so that a trickle cannot outlast the time limit."""
        body = bytearray()
        while chunk := answer.read1(_CHUNK_BYTES, decode_content=False):
            body += chunk
            budget.spend(0)
            if len(body) > self.limits.page_bytes:
                self._refuse(f"sends more than {self.limits.page_bytes} bytes", "Use smaller pages")
        budget.spend(0)  # ended in time, a body without a length looks whole
        return bytes(body)

    def _parsed(self, body: bytes, budget: "_Budget") -> Page:
        def watch(n_records: int) -> None:
            budget.spend(0)
            if n_records > self.limits.page_records:
                reason = f"sends more than {self.limits.page_records} records a page"
                self._refuse(reason, "Use smaller pages")

        try:
            return page_of(body, watch)
        except (ValueError, RecursionError):
            reason = "does not answer with a list of records as JSON, or one that is cut"
            raise EndpointError(self.name, reason, _AGAIN) from None

    def _within_origin(self, address: str, following: str | None) -> str | None:
        if following is None:
            return None
        try:
            joined = urljoin(address, following)
            is_same = _origin(joined) == _origin(self.endpoint.url)
        except (ValueError, LocationParseError):
            is_same = False
        if not is_same:
            self._refuse(
                "leads to another host for its next page", "Its owner must mend the cursor"
            )
        return joined

    def _refuse(self, reason: str, fix: str) -> NoReturn:
        raise EndpointError(self.name, reason, fix)


def _origin(address: str) -> tuple[str | None, str | None, int | None]:
    """Return scheme, host and port, of an address that names nobody."""
    parts = parse_url(address)
    if parts.auth is not None:
        raise ValueError
    return parts.scheme, parts.host, parts.port or _PORTS.get(parts.scheme or "")


@dataclass(frozen=True)
class _Budget:
    """The time that an endpoint has left."""

    name: str
    clock: Clock
    ends_at: float

    def spend(self, seconds: float) -> None:
        """Let ``seconds`` pass; EndpointError when there are fewer left."""
        if self.clock.monotonic() + seconds > self.ends_at:
            reason = "takes longer than its time limit, or asks to be left alone for longer"
            raise EndpointError(self.name, reason, _AGAIN)
        if seconds:
            self.clock.pause(seconds)


class _Patience(Retry):
    """Waits as long as the server asks, or longer each time, but never beyond the budget."""

    budget: _Budget

    def new(self, **kw: object) -> "_Patience":
        fresh = super().new(**kw)
        fresh.budget = self.budget
        return fresh

    def sleep(self, response: BaseHTTPResponse | None = None) -> None:
        self.budget.spend(self._asked(response) or self.get_backoff_time())

    def _asked(self, response: BaseHTTPResponse | None) -> float | None:
        """Return the seconds that the server asks for; None when it says nothing of use."""
        try:
            return self.get_retry_after(response) if response else None
        except (InvalidHeader, ValueError, OverflowError):
            return None
