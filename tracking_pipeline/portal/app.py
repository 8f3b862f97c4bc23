"""The report shelf: read-only pages on loopback of the reports and of where figures come from."""

from functools import partial
from importlib.resources import files
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tracking_pipeline.errors import SnapshotMissingError
from tracking_pipeline.portal.answers import cached, page, refused
from tracking_pipeline.portal.engines.pages import engine_routes, nothing_published
from tracking_pipeline.portal.files import MEDIA_TYPES, OFFICE, content, find_file
from tracking_pipeline.portal.graph import BOX_WIDTH, WIDTH, graph
from tracking_pipeline.portal.lineage import matching, relations
from tracking_pipeline.portal.security import headers
from tracking_pipeline.portal.shelf import alert_notes, shelf
from tracking_pipeline.portal.time_limit import TimedProtocol
from tracking_pipeline.reports.archive import archived_reports, whole_archive
from tracking_pipeline.settings import Settings, load_settings
from tracking_pipeline.warehouse.pandas_spared import spare_pandas

# Another name than loopback's in the Host header is a page elsewhere that rebinds its own name.
_HOSTS: Final = ["127.0.0.1", "localhost"]
_STATIC: Final = {
    "shelf.css": ("tracking_pipeline.portal", "static/shelf.css", "text/css; charset=utf-8"),
    "live.js": ("tracking_pipeline.portal", "static/live.js", "text/javascript; charset=utf-8"),
    "inter.woff2": ("tracking_pipeline.reports", "fonts/Inter-latin.woff2", "font/woff2"),
}
_FOREVER: Final = "private, max-age=31536000, immutable"
_GRACE_SECONDS = 5


def create_app(settings: Settings) -> Starlette:
    """Return the shelf over the archive and the alerts of ``settings``; it changes neither."""
    return Starlette(
        routes=[
            Route("/", partial(_shelf, settings)),
            Route("/reports/{kind}/{subject}/{start}/{revision}/{name}", partial(_file, settings)),
            *engine_routes(settings),
            Route("/lineage", _lineage),
            Route("/lineage/{relation}", _relation),
            Route("/static/{name}", _static),
            Route("/healthz", partial(_health, settings)),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=_HOSTS)],
        exception_handlers={HTTPException: refused, SnapshotMissingError: nothing_published},
    )


def serve(settings: Settings) -> None:
    """Serve the shelf on loopback until the process is told to stop."""
    spare_pandas()
    uvicorn.run(
        create_app(settings),
        host="127.0.0.1",
        port=settings.portal_port,
        http=TimedProtocol,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )


def _shelf(settings: Settings, request: Request) -> Response:
    reports, damaged = whole_archive(settings)
    chosen = {name: request.query_params.get(name, "") for name in ("kind", "subject", "edition")}
    return page(
        request,
        "shelf.html.j2",
        shelf=shelf(reports, **chosen),
        chosen=chosen,
        is_empty=not reports,
        damaged=[error.culprit for error in damaged],
        alerts=alert_notes(settings),
    )


def _lineage(request: Request) -> Response:
    query = request.query_params.get("q", "")
    layers = matching(relations().values(), query)
    return page(request, "lineage.html.j2", layers=layers, query=query)


def _relation(request: Request) -> Response:
    relation = relations().get(request.path_params["relation"])
    name = request.query_params.get("column", "")
    column = relation.column(name) if relation else None
    if relation is None or (name and column is None):
        raise HTTPException(404)
    return page(
        request,
        "relation.html.j2",
        relation=relation,
        column=column,
        graph=graph(column or relation),
        width=WIDTH,
        box_width=BOX_WIDTH,
    )


def _file(settings: Settings, request: Request) -> Response:
    found = find_file(settings, **request.path_params)
    body = content(*found) if found else None
    if found is None or body is None:
        raise HTTPException(404)
    report, file = found
    is_download = "download" in request.query_params or file.format in OFFICE
    name = "_".join((*report.address.split("/"), file.name))
    shown = headers(file.format)
    shown["Content-Disposition"] = f'{"attachment" if is_download else "inline"}; filename="{name}"'
    return cached(request, body, MEDIA_TYPES[file.format], shown, _FOREVER)


def _static(request: Request) -> Response:
    if request.path_params["name"] not in _STATIC:
        raise HTTPException(404)
    package, path, media_type = _STATIC[request.path_params["name"]]
    body = files(package).joinpath(path).read_bytes()
    return cached(request, body, media_type, headers("page"), "no-cache")


def _health(settings: Settings, _request: Request) -> Response:
    found = {"status": "ok", "reports": len(archived_reports(settings))}
    return JSONResponse(found, headers={**headers("file"), "Cache-Control": "no-store"})


if __name__ == "__main__":
    serve(load_settings())
