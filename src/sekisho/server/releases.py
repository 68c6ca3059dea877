"""The release service: ``POST /release``, and ``GET /health`` for whoever watches it. Nothing else is served.

A page that was opened from a file may post to it (its origin is ``null``), and no other page may read what comes back. What is
posted is never written to a log. Specified in ``docs/reference/release.md``.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from sekisho.batches import Full
from sekisho.custodian.answers import Reply, denied
from sekisho.custodian.documents import MOST_BODY_BYTES
from sekisho.errors import Refused, Unreadable
from sekisho.server.rounds import Rounds

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}
_FROM_A_FILE = {"Access-Control-Allow-Origin": "null", "Vary": "Origin"}


def make_app(rounds: Rounds) -> Starlette:
    """Return the service around the thread that answers."""

    async def release(request: Request) -> Response:
        return _response(await _reply(rounds, request))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await asyncio.to_thread(rounds.start)
        try:
            yield
        finally:
            await asyncio.to_thread(rounds.stop)

    routes = [Route("/release", release, methods=["POST"]), Route("/health", _health, methods=["GET"])]
    return Starlette(routes=routes, lifespan=lifespan)


async def _health(_: Request) -> Response:
    return Response(b'{"state":"up"}', media_type="application/json", headers=_HEADERS)


async def _reply(rounds: Rounds, request: Request) -> Reply:
    try:
        body = await _body(request)
    except (ValueError, ClientDisconnect):
        return denied(Unreadable("custodian.bad_request_document"))
    try:
        return await rounds.post(body)
    except Full:
        return denied(Refused("custodian.too_many_requests"))


async def _body(request: Request) -> bytes:
    """Read a body, and no more of it than one may have."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BODY_BYTES:
            raise ValueError("too long")
    return body


def _response(reply: Reply) -> Response:
    return Response(reply.encode(), reply.status, media_type="application/json", headers=_HEADERS | _FROM_A_FILE)


def serve(rounds: Rounds, *, host: str, port: int, ready: Callable[[int], object] = lambda _: None) -> None:
    """Serve until the process is told to end.

    Args:
        rounds: the thread that answers.
        host: the address to listen on.
        port: its port; 0 for any.
        ready: is told the port once requests are taken.
    """
    import uvicorn  # noqa: PLC0415 - an application that another server runs needs none

    config = uvicorn.Config(
        make_app(rounds), host=host, port=port, access_log=False, log_level="warning", server_header=False,
        limit_concurrency=2048, timeout_keep_alive=10, h11_max_incomplete_event_size=16384,
    )  # fmt: skip

    class Told(uvicorn.Server):
        async def startup(self, sockets: object = None) -> None:
            await super().startup(sockets)  # type: ignore[arg-type]  # handed on as it came
            if not self.should_exit:
                ready(self.servers[0].sockets[0].getsockname()[1])

    Told(config).run()
