"""The log over HTTP (C2SP tlog-tiles), read-only: ``/checkpoint``, ``/tile/…``; and ``/healthz``.

Behind a bearer token unless the office opens it: the entries hold nothing personal, but when an office works can be read from
them. What is asked for is answered on the thread that opened the database, for a tile is a few reads.
"""

import secrets
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sekisho.clock import Clock
from sekisho.errors import SekishoError
from sekisho.ledger.health import health
from sekisho.ledger.quorum import Quorum
from sekisho.ledger.reader import Reader
from sekisho.ledger.static import read_static

_TEXT, _BYTES = "text/plain; charset=utf-8", "application/octet-stream"
_NOT_FOUND, _UNAVAILABLE, _UNAUTHORIZED = 404, 503, 401
_YEAR = 365 * 24 * 3600

Answer = Callable[[Request], Awaitable[Response]]


def log_app(ledger: Reader, quorum: Quorum, clock: Clock, *, token: str) -> Starlette:
    """Return the application.

    Args:
        ledger: what is served.
        quorum: its witnesses, whose last cosignature ``/healthz`` tells the age of.
        clock: the time.
        token: whoever asks has to know it; empty for a log that anybody may read.
    """
    scope = "private" if token else "public"

    async def static(request: Request) -> Response:
        try:
            found = read_static(ledger, request.path_params["path"])
        except SekishoError:
            return Response(status_code=_UNAVAILABLE)
        if found is None:
            return Response(status_code=_NOT_FOUND)
        cached = f"{scope}, max-age={_YEAR}, immutable" if found.final else "no-cache"
        kind = _BYTES if found.final else _TEXT
        return Response(found.content, media_type=kind, headers={"Cache-Control": cached})

    async def healthz(_: Request) -> Response:
        try:
            found = health(ledger, quorum, clock.now())
        except SekishoError as error:
            return JSONResponse({"ok": False, "error": error.key}, _UNAVAILABLE, headers={"Cache-Control": "no-store"})
        return JSONResponse({"ok": True, **found}, headers={"Cache-Control": "no-store"})

    return Starlette(
        routes=[
            Route("/healthz", _behind(token, healthz), methods=["GET"]),
            Route("/{path:path}", _behind(token, static), methods=["GET"]),
        ]
    )


def _behind(token: str, answer: Answer) -> Answer:
    """Answer only who knows the token."""
    expected = f"Bearer {token}".encode()

    async def guarded(request: Request) -> Response:
        given = request.headers.get("authorization", "").encode()
        if token and not secrets.compare_digest(given, expected):
            return Response(status_code=_UNAUTHORIZED, headers={"WWW-Authenticate": "Bearer"})
        return await answer(request)

    return guarded
