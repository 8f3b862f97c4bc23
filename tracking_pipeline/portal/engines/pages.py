"""The live pages of the engines, and their API."""

import json
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tracking_pipeline.portal.answers import cached, page
from tracking_pipeline.portal.engines import display
from tracking_pipeline.portal.engines.drawing import HEIGHT, WIDTH, sparkline, value_span
from tracking_pipeline.portal.engines.model import Client, EngineCard, MetricData
from tracking_pipeline.portal.engines.published import Published
from tracking_pipeline.portal.security import headers
from tracking_pipeline.reports.display import day, instant, number
from tracking_pipeline.settings import Settings

_BENCHMARK: Final = 100.0


def engine_routes(settings: Settings) -> list[Route]:
    """Return the routes of the engines' pages over what ``settings`` has published."""
    published = Published(settings)
    return [
        Route("/engines", partial(_cards, published)),
        Route("/engines/compare", partial(_compare, published)),
        Route("/engines/{engine}", partial(_detail, published)),
        Route("/api/engines", partial(_api, published)),
    ]


def nothing_published(request: Request, _error: Exception) -> Response:
    """Answer that there is no engine to show yet, and what to do."""
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": "nothing is published"}, 404, headers("file"))
    return page(request, "engines_none.html.j2", policy="live")


def _cards(published: Published, request: Request) -> Response:
    return _of_a_client(published, request, "engines.html.j2")


def _compare(published: Published, request: Request) -> Response:
    return _of_a_client(published, request, "engines_compare.html.j2")


def _of_a_client(published: Published, request: Request, template: str) -> Response:
    clients = published.clients()
    client = _client(clients, request.query_params.get("client"))
    cards = published.cards(client)
    span = value_span((each for card in cards for each in card.scores), _BENCHMARK)
    return _live(
        published, request, template, clients=clients, client=client, cards=cards, span=span
    )


def _detail(published: Published, request: Request) -> Response:
    client = _client(published.clients(), request.query_params.get("client"))
    card = _card(published, client, request.path_params["engine"])
    detail = published.detail(card)
    return _live(published, request, "engine.html.j2", client=client, card=card, detail=detail)


def _api(published: Published, request: Request) -> Response:
    clients = published.clients()
    if "client" in request.query_params:
        clients = (_client(clients, request.query_params["client"]),)
    answer = {
        "is_demo": published.is_demo,
        "clients": [
            {
                "client_id": client.client_id,
                "client_name": client.name,
                "engines": [_as_seed(card) for card in published.cards(client)],
            }
            for client in clients
        ],
    }
    body = json.dumps(answer, ensure_ascii=False, default=_iso).encode()
    return cached(request, body, "application/json", headers("file"), "no-cache")


def _live(published: Published, request: Request, template: str, **shown: object) -> Response:
    now = datetime.now(UTC).replace(tzinfo=None)
    return page(
        request,
        template,
        policy="live",
        is_demo=published.is_demo,
        age=lambda since: display.age(since, now),
        show=display,
        day=day,
        instant=instant,
        number=number,
        sparkline=sparkline,
        box=(WIDTH, HEIGHT),
        **shown,
    )


def _client(clients: tuple[Client, ...], client_id: str | None) -> Client:
    """Return the client of that key, the first one without a key; 404 when there is none."""
    found = [client for client in clients if client_id in {None, "", client.client_id}]
    if not found:
        raise HTTPException(404)
    return found[0]


def _card(published: Published, client: Client, engine_id: str) -> EngineCard:
    cards = published.cards(client)
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
