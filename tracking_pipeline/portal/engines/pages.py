"""The live pages of the engines, and their API."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tracking_pipeline.errors import SnapshotMissingError
from tracking_pipeline.portal.answers import cached, page
from tracking_pipeline.portal.engines import display
from tracking_pipeline.portal.engines.drawing import HEIGHT, WIDTH, sparkline, value_span
from tracking_pipeline.portal.engines.model import Client, EngineCard, MetricData
from tracking_pipeline.portal.engines.published import Published
from tracking_pipeline.portal.security import headers
from tracking_pipeline.reports.display import day, instant
from tracking_pipeline.settings import Settings

_BENCHMARK: Final = 100.0
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Pages:
    """What the pages rest on."""

    settings: Settings
    published: Published
    clock: Clock


def now_utc() -> datetime:
    """Return the present instant as the marts write it: UTC, naive."""
    return datetime.now(UTC).replace(tzinfo=None)


def engine_routes(settings: Settings, clock: Clock = now_utc) -> list[Route]:
    """Return the routes of the engines' pages over what ``settings`` has published."""
    pages = Pages(settings, Published(settings), clock)
    return [
        Route("/engines", partial(_cards, pages)),
        Route("/engines/compare", partial(_compare, pages)),
        Route("/engines/{client}/{engine}", partial(_detail, pages)),
        Route("/api/engines", partial(_api, pages)),
    ]


def _cards(pages: Pages, request: Request) -> Response:
    return _of_a_client(pages, request, "engines.html.j2")


def _compare(pages: Pages, request: Request) -> Response:
    return _of_a_client(pages, request, "engines_compare.html.j2")


def _of_a_client(pages: Pages, request: Request, template: str) -> Response:
    try:
        clients = pages.published.clients()
    except SnapshotMissingError:
        clients = ()
    if not clients:
        return _live(pages, request, "engines_none.html.j2")
    client = _client(clients, request.query_params.get("client"))
    cards = pages.published.cards(client)
    span = value_span((each for card in cards for each in card.scores), _BENCHMARK)
    return _live(pages, request, template, clients=clients, client=client, cards=cards, span=span)


def _detail(pages: Pages, request: Request) -> Response:
    client = _client(_known_clients(pages), request.path_params["client"])
    card = _card(pages, client, request.path_params["engine"])
    detail = pages.published.detail(card)
    return _live(pages, request, "engine.html.j2", client=client, card=card, detail=detail)


def _api(pages: Pages, request: Request) -> Response:
    clients = _known_clients(pages)
    if "client" in request.query_params:
        clients = (_client(clients, request.query_params["client"]),)
    answer = {
        "is_demo": pages.settings.is_demo,
        "clients": [
            {
                "client_id": client.client_id,
                "client_name": client.name,
                "engines": [_as_seed(card) for card in pages.published.cards(client)],
            }
            for client in clients
        ],
    }
    body = json.dumps(answer, ensure_ascii=False, default=_iso).encode()
    return cached(request, body, "application/json", headers("file"), "no-cache")


def _live(pages: Pages, request: Request, template: str, **shown: object) -> Response:
    now = pages.clock()
    return page(
        request,
        template,
        policy="live",
        is_demo=pages.settings.is_demo,
        age=lambda since: display.age(since, now),
        show=display,
        day=day,
        instant=instant,
        sparkline=sparkline,
        box=(WIDTH, HEIGHT),
        **shown,
    )


def _known_clients(pages: Pages) -> tuple[Client, ...]:
    try:
        return pages.published.clients()
    except SnapshotMissingError as error:
        raise HTTPException(404) from error


def _client(clients: tuple[Client, ...], client_id: str | None) -> Client:
    """Return the client of that key, the first one without a key; 404 when there is none."""
    found = [client for client in clients if client_id in {None, "", client.client_id}]
    if not found:
        raise HTTPException(404)
    return found[0]


def _card(pages: Pages, client: Client, engine_id: str) -> EngineCard:
    cards = pages.published.cards(client)
    found = next((card for card in cards if card.engine_id == engine_id), None)
    if found is None:
        raise HTTPException(404)
    return found


def _as_seed(card: EngineCard) -> dict[str, Any]:
    """Return the seed's EnginePerformanceCard; a trend that no test supports is null."""
    is_known = card.trend in {"up", "down", "stable"}
    return {
        "engine_id": card.engine_id,
        "engine_name": card.engine_name,
        "current_performance": card.performance_score,
        "benchmark_comparison": card.benchmark_comparison,
        "trend": card.trend if is_known else None,
        "trend_reason": None if is_known else card.trend,
        "key_metrics": [_metric(metric) for metric in card.metrics],
        "last_updated": card.last_updated,
        "score_date": card.score_date,
        "score_status": card.score_status,
        "performance_today": card.score_today,
    }


def _metric(metric: MetricData) -> dict[str, Any]:
    return {
        "metric": metric.metric,
        "label": metric.label,
        "value": metric.value,
        "unit": metric.unit,
        "direction": metric.direction,
        "benchmark": metric.benchmark,
        "industry_average": metric.industry_average,
        "benchmark_comparison": metric.comparison,
        "n": metric.n,
        "metric_date": metric.metric_date,
    }


def _iso(value: object) -> str:
    """Return a date or an instant as ISO 8601; instants are UTC."""
    if isinstance(value, datetime):
        return f"{value.isoformat()}Z"
    return str(value)
