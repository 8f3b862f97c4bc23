"""Headers that keep a page to itself: no scripts, no frames, nothing from elsewhere."""

from typing import Final

_EVERYWHERE: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_NOTHING: Final = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
_PAGE: Final = f"{_NOTHING}; style-src 'self'; font-src 'self'; img-src 'self'; form-action 'self'"
_POLICIES: Final = {
    "page": _PAGE,
    # Its one script, from here, asks here for the page again.
    "live": f"{_PAGE}; script-src 'self'; connect-src 'self'",
    # A report brings its style and font inside and runs in an origin of its own.
    "html": f"{_NOTHING}; style-src 'unsafe-inline'; font-src data:; img-src data:; sandbox",
    # The browser's own viewer needs these two; a sandbox would keep it from opening.
    "pdf": f"{_NOTHING}; object-src 'self'; style-src 'unsafe-inline'",
}


def headers(kind: str) -> dict[str, str]:
    """Return the headers of a ``page``, a ``live`` page, an ``html`` or ``pdf`` report, a file."""
    return {**_EVERYWHERE, "Content-Security-Policy": _POLICIES.get(kind, f"{_NOTHING}; sandbox")}
