"""A witness over HTTP (C2SP tlog-witness): ``POST /add-checkpoint``, and ``GET /<digest>/checkpoint`` for whoever monitors.

It needs no sign-in: what it may sign is decided by the logs that it knows and by what it signed last, and it tells nothing
that is not public. An error of the disk is a 500 without a cosignature.
"""

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sekisho.errors import SekishoError
from sekisho.ledger.witness import MOST_REQUEST_BYTES, TEXT, Witness

_TOO_LARGE, _UNAVAILABLE, _NOT_FOUND = 413, 503, 404


def witness_app(witness: Witness) -> Starlette:
    """Return the application of a witness."""

    async def add_checkpoint(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return Response(status_code=_TOO_LARGE)
        try:
            answer = await run_in_threadpool(witness.add_checkpoint, body)
        except SekishoError:
            return Response(status_code=_UNAVAILABLE)
        return Response(answer.body, answer.status, media_type=answer.content_type)

    async def latest(request: Request) -> Response:
        try:
            note = await run_in_threadpool(witness.latest, request.path_params["digest"])
        except SekishoError:
            return Response(status_code=_UNAVAILABLE)
        return Response(status_code=_NOT_FOUND) if note is None else Response(note, media_type=TEXT)

    return Starlette(
        routes=[
            Route("/add-checkpoint", add_checkpoint, methods=["POST"]),
            Route("/{digest}/checkpoint", latest, methods=["GET"]),
        ]
    )


async def _body(request: Request) -> bytes | None:
    """Return the body, or nothing if it is longer than any request has to be."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_REQUEST_BYTES:
            return None
    return body
