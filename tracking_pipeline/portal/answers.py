"""How the shelf answers: a page or a file with its headers, sent once a version."""

import hashlib
from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from tracking_pipeline.portal.security import headers

_HTML: Final = "text/html; charset=utf-8"


def page(request: Request, template: str, *, policy: str = "page", **shown: object) -> Response:
    """Return the template filled with ``shown``, under the headers of ``policy``."""
    body = _templates().get_template(template).render(shown).encode()
    return cached(request, body, _HTML, headers(policy), "no-cache")


def cached(
    request: Request, body: bytes, media_type: str, shown: dict[str, str], caching: str
) -> Response:
    """Return ``body`` with its ETag; 304 without it to whoever knows it already."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    shown |= {"ETag": tag, "Cache-Control": caching}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=shown)
    return Response(body, headers=shown, media_type=media_type)


def refused(_request: Request, error: Exception) -> Response:
    """Answer every refusal alike, so that it tells nothing about what exists."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    body = _templates().get_template("refused.html.j2").render(status=status)
    return Response(body, status, headers("page"), _HTML)


@cache
def _templates() -> Environment:
    loader = PackageLoader("tracking_pipeline.portal")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
