import logging
import os
import tracemalloc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import count

import pytest

from tracking_pipeline.errors import EndpointError
from tracking_pipeline.settings import Endpoint
from tracking_pipeline.sources.http import Client, Clock, Limits
from tracking_pipeline.sources.public_hosts import expect_public, is_public
from tracking_pipeline_tests.sources.fake_api import (
    HOST,
    Answer,
    FakeApi,
    page,
    serving,
    trickling,
)

TOKEN = "t0p-secret"  # noqa: S105 - a fake one
HTML = Answer(b"<!DOCTYPE html><title>Sign in</title>", headers={"Content-Type": "text/html"})


@dataclass
class Watch:
    """A clock that stands still but for the pauses, which it notes."""

    pauses: list[float] = field(default_factory=list)

    def clock(self) -> Clock:
        return Clock(lambda: sum(self.pauses), self.pauses.append)


def client(url: str, watch: Watch | None = None, **limits: float) -> Client:
    allowed = Limits(**{"total_seconds": 30.0, **limits})  # type: ignore[arg-type]
    clock = (watch or Watch()).clock()
    return Client("acme", Endpoint(url=url), frozenset({HOST}), allowed, clock)


def records(found: Client) -> list[str]:
    return [record for each in found.pages() for record in each.records]


def expect_refusal(asked: Client, reason: str) -> None:
    with pytest.raises(EndpointError, match=reason) as caught:
        records(asked)
    assert TOKEN not in str(caught.value)


def ask(script: Sequence[Answer], watch: Watch | None = None, **limits: float) -> list[str]:
    with serving({"/m": script}) as api:
        return records(client(api.url("/m"), watch, **limits))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"[]", []),
        (b' [ {"a": 1} ,\n{"b":\r\n2} ] ', ['{"a": 1}', '{"b":  2}']),
        (b'{"data": [1, "x,]"], "next": null}', ["1", '"x,]"']),
        (b'{"next": null, "meta": {"data": [9]}, "data": [[1], {}]}', ["[1]", "{}"]),
        (b'\xef\xbb\xbf[{"n": 1e400, "n": NaN, "big": 99999999999999999999}]', None),
    ],
)
def test_a_page_gives_each_record_with_its_own_text(
    body: bytes, expected: list[str] | None
) -> None:
    whole = ['{"n": 1e400, "n": NaN, "big": 99999999999999999999}']
    assert ask([Answer(body)]) == (whole if expected is None else expected)


@pytest.mark.parametrize(
    "body",
    [
        HTML.body,
        b"",
        b'[{"a": 1}',
        b'[{"a": 1} {"b": 2}]',
        b'[{"a": 1}] trailing',
        b'{"data": {"a": 1}}',
        b'{"items": []}',
        b'{"data": [], "next": 7}',
        b'{"data": [1], "data": [2]}',
        b'"text"',
        b"[" * 200_000,
    ],
    ids=lambda body: body[:20].decode(),
)
def test_what_is_no_list_of_records_is_an_error(body: bytes) -> None:
    with pytest.raises(EndpointError, match="list of records"):
        ask([Answer(body)])


def test_pages_are_followed_to_the_last() -> None:
    routes = {"/m": [page([1], "/m?p=2")], "/m?p=2": [page([2], None)]}
    with serving(routes) as api:
        assert records(client(api.url("/m"))) == ["1", "2"]


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_passing_failure_is_asked_again_after_a_longer_pause_each_time(status: int) -> None:
    watch = Watch()
    assert ask([Answer(status=status)] * 3 + [Answer(b"[1]")], watch) == ["1"]
    # Twice the pause before, and up to half a second of jitter; none before the second try.
    first, second = watch.pauses
    assert 1 <= first <= 1.5 < second <= 2.5


def test_attempts_are_bounded() -> None:
    with serving({"/m": [Answer(status=503)]}) as api:
        expect_refusal(client(api.url("/m")), "status 503")
        assert len(api.asked) == 4


def busy(seconds: int, *, as_date: bool) -> Answer:
    then = datetime.now(UTC) + timedelta(seconds=seconds)
    asked = format_datetime(then, usegmt=True) if as_date else str(seconds)
    return Answer(status=429, headers={"Retry-After": asked})


@pytest.mark.parametrize("as_date", [False, True])
def test_the_server_says_how_long_to_wait(*, as_date: bool) -> None:
    # A date is told in whole seconds, and time passes until it is read: be it half an hour.
    watch = Watch()
    answers = [busy(3600, as_date=as_date), Answer(b"[1]")]
    assert ask(answers, watch, total_seconds=7200.0) == ["1"]
    (pause,) = watch.pauses
    assert 1800 <= pause <= 3600


@pytest.mark.parametrize("asked", ["soon", "-1", "1.5", "9" * 5000, "Mon, 99 Foo 99999 99:99:99"])
def test_a_wait_that_cannot_be_read_is_like_none(asked: str) -> None:
    watch = Watch()
    answers = [Answer(status=503, headers={"Retry-After": asked})] * 2 + [Answer(b"[1]")]
    assert ask(answers, watch) == ["1"]
    assert all(0 < pause <= 1.5 for pause in watch.pauses)


@pytest.mark.parametrize("as_date", [False, True])
def test_who_wants_to_be_left_alone_for_longer_than_there_is_time_is_left(*, as_date: bool) -> None:
    watch = Watch()
    with pytest.raises(EndpointError, match="time limit"):
        ask([busy(86_400, as_date=as_date)], watch)
    assert watch.pauses == []


def test_half_a_body_is_an_error() -> None:
    with pytest.raises(EndpointError, match="whole answer"):
        ask([Answer(b'[{"a": 1}, {"a": 2}]', cut=1)])


@pytest.mark.parametrize("first", [b"", b"HTTP/1.1 200 OK\r\n\r\n[1", b"nonsense\r\n\r\n"])
def test_a_line_that_is_reset_is_an_error(first: bytes) -> None:
    with trickling(first, None) as port:
        expect_refusal(client(f"http://{HOST}:{port}/"), "whole answer")


@pytest.mark.parametrize("first", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n["])
def test_silence_is_an_error(first: bytes) -> None:
    with trickling(first, b"") as port:
        asked = client(f"http://{HOST}:{port}/", read_seconds=0.05, attempts=2)
        expect_refusal(asked, "whole answer")


@pytest.mark.parametrize(
    ("first", "drop"),
    [
        pytest.param(b"HTTP/1.1 20", b"0", id="status line"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX-A: ", b"a", id="one header line"),
        pytest.param(b"HTTP/1.1 200 OK\r\n", b"X-A: a\r\n", id="header lines"),
        pytest.param(b"", b"HTTP/1.1 100 Continue\r\n\r\n", id="interim answers"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n[", b" ", id="body"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n[1]", b" ", id="body without a length"),
    ],
)
def test_a_trickle_ends_at_the_time_limit_in_every_phase(first: bytes, drop: bytes) -> None:
    limits = Limits(total_seconds=0.1)
    with trickling(first, drop) as port:
        endpoint = Endpoint(url=f"http://{HOST}:{port}/")
        expect_refusal(Client("acme", endpoint, frozenset({HOST}), limits), "time limit")


def test_a_handshake_that_never_ends_ends_at_the_time_limit() -> None:
    limits = Limits(total_seconds=0.1)
    with trickling(b"\x16\x03\x03\x40\x00", b"\x00") as port:
        endpoint = Endpoint(url=f"https://{HOST}:{port}/")
        expect_refusal(Client("acme", endpoint, frozenset({HOST}), limits), "time limit")


def test_a_page_that_is_too_large_is_an_error() -> None:
    with pytest.raises(EndpointError, match="more than 100 bytes"):
        ask([Answer(b"[" + b" " * 200 + b"]")], page_bytes=100)


def test_a_page_of_very_many_records_is_an_error_that_costs_little() -> None:
    body = b'{"data": [' + b"{}," * 2_700_000 + b"{}]}"
    tracemalloc.start()
    try:
        with pytest.raises(EndpointError, match="more than 100000 records"):
            ask([Answer(body)])
        # The body as sent, received and decoded, and 100,000 texts of 51 bytes.
        assert tracemalloc.get_traced_memory()[1] < 8 * len(body)
    finally:
        tracemalloc.stop()


def test_reading_a_page_ends_at_the_time_limit() -> None:
    body = b"[" + b"{}," * 50_000 + b"{}]"
    seconds = count()  # each look at the clock takes one
    clock = Clock(lambda: float(next(seconds)))
    with serving({"/m": [Answer(body)]}) as api:
        limits = Limits(total_seconds=40)
        asked = Client("acme", Endpoint(url=api.url("/m")), frozenset({HOST}), limits, clock)
        expect_refusal(asked, "time limit")


def test_a_circle_of_pages_ends() -> None:
    routes = {"/m": [page([1], "/m?p=2")], "/m?p=2": [page([2], "/m")]}
    with serving(routes) as api:
        expect_refusal(client(api.url("/m")), "circle")
        assert api.asked == ["/m", "/m?p=2"]


def test_pages_without_end_end() -> None:
    routes = {f"/m?p={n}": [page([n], f"/m?p={n + 1}")] for n in range(20)}
    with serving(routes) as api:
        expect_refusal(client(api.url("/m?p=0"), pages=5), "more than 5 pages")
        assert len(api.asked) == 5


@pytest.fixture
def elsewhere() -> Iterator[FakeApi]:
    with serving({"/m": [Answer(b"[1]")]}) as api:
        yield api


@pytest.mark.usefixtures("token")
def test_a_redirect_is_not_followed(elsewhere: FakeApi) -> None:
    away = Answer(status=302, headers={"Location": elsewhere.url("/m")})
    with serving({"/m": [away]}) as api:
        expect_refusal(with_token(api.url("/m")), "redirect")
    assert elsewhere.asked == []


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "ACME_TOKEN", TOKEN)


def with_token(url: str, allowed: frozenset[str] = frozenset({HOST})) -> Client:
    return Client("acme", Endpoint(url=url, token_variable="ACME_TOKEN"), allowed)  # noqa: S106 - a variable's name


@pytest.mark.usefixtures("token")
def test_the_token_is_sent_with_every_page() -> None:
    routes = {"/m": [page([1], "/m?p=2")], "/m?p=2": [page([2], None)]}
    with serving(routes) as api:
        records(with_token(api.url("/m")))
        assert api.tokens == [f"Bearer {TOKEN}"] * 2


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize(
    "following",
    [
        "http://{host}:{other}/m",
        "//{host}:{other}/m",
        "https://{host}:{port}/m",
        "http://user@{host}:{port}/m",
        "http://{host}:{port}@evil.example/m",
        "http://evil.example\\@{host}:{port}/m",
        "file:///etc/passwd",
        "http://[",
    ],
)
def test_the_token_never_leaves_the_origin(elsewhere: FakeApi, following: str) -> None:
    routes: dict[str, list[Answer]] = {"/m": []}
    with serving(routes) as api:
        address = following.format(host=HOST, port=api.port, other=elsewhere.port)
        api.routes["/m"] = [page([1], address)]
        expect_refusal(with_token(api.url("/m")), "another host")
        assert api.asked == ["/m"]
    assert elsewhere.asked == []


def test_a_missing_token_is_named_by_its_variable() -> None:
    with pytest.raises(EndpointError, match="ACME_TOKEN"):
        records(with_token("http://127.0.0.1:1/"))


@pytest.mark.parametrize("secret", ["two\nlines", "ключ"])
def test_a_token_that_cannot_be_sent_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    monkeypatch.setitem(os.environ, "ACME_TOKEN", secret)
    with pytest.raises(EndpointError, match="ACME_TOKEN") as caught:
        records(with_token("http://127.0.0.1:1/"))
    assert secret not in str(caught.value)


@pytest.mark.usefixtures("token")
def test_no_token_goes_out_in_clear_text() -> None:
    with pytest.raises(EndpointError, match="clear text"):
        records(with_token("http://api.example/", frozenset()))


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "10.0.0.8", "192.168.1.1", "169.254.169.254", "0.0.0.1",
     "2130706433", "[::ffff:127.0.0.1]"],
)  # fmt: skip
def test_a_private_address_is_refused_under_whatever_name(host: str) -> None:
    with serving({"/m": [Answer(b"[1]")]}) as api:
        asked = Client("acme", Endpoint(url=f"http://{host}:{api.port}/m"))
        with pytest.raises(EndpointError, match="TRACKING_ALLOWED_HOSTS"):
            records(asked)
        assert api.asked == []


@pytest.mark.parametrize(
    ("address", "is_private"),
    [("64:ff9b::7f00:1", True), ("64:ff9b::a00:8", True), ("2002:7f00:1::", True),
     ("2002:c0a8:101::1", True), ("64:ff9b::808:808", False), ("2002:808:808::", False),
     ("::127.0.0.1", True), ("::8.8.8.8", True), ("::ffff:0:127.0.0.1", True),
     ("::ffff:127.0.0.1", True), ("::ffff:8.8.8.8", False), ("64:ff9b:1::7f00:1", True),
     ("64:ff9b:1:7f00:0:100::", True), ("2001:0:4136:e378:8000:63bf:80ff:fffe", True),
     ("192.88.99.1", True), ("2002:c058:6301::", True), ("192.0.0.9", True), ("fec0::1", True),
     ("fd00::1", True), ("fe80::1%eth0", True), ("ff0e::1", True), ("100::1", True),
     ("5f00::1", True), ("4000::1", True), ("2001:db8::1", True), ("3fff::1", True),
     ("2001:20::1", True), ("240.0.0.1", True), ("100.64.0.1", True), ("198.18.0.1", True),
     ("8.8.8.8", False), ("2606:4700::1111", False), ("2a00:1450:4001::8a", False)],
)  # fmt: skip
def test_an_address_is_as_private_as_the_one_it_embeds(address: str, *, is_private: bool) -> None:
    assert is_public(address) is not is_private


def test_a_host_with_one_private_address_among_public_ones_is_refused() -> None:
    expect_public("api.example", ["8.8.8.8", "2606:4700::1111"])
    with pytest.raises(EndpointError, match="TRACKING_ALLOWED_HOSTS"):
        expect_public("api.example", ["8.8.8.8", "127.0.0.1"])


@pytest.mark.usefixtures("token")
def test_nothing_secret_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serving({"/m?key=t0p-secret": [Answer(status=503), Answer(b"[1]")]}) as api:
        asked = with_token(api.url("/m?key=t0p-secret"))
        assert list(asked.pages())
    assert TOKEN not in caplog.text
