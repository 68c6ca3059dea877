"""The page on an office's tablet: it shows a statement in plain words, and a person signs it with a passkey, or makes one.

One page serves one statement, at an address that nobody can guess, and ends with the signature. It reads nothing of the
office: what it shows and what checks the answer are handed to it. A passkey works on an address with TLS or on this machine
itself, and only on the host for which it was made.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Literal
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from sekisho.catalogue.words import Language, say
from sekisho.errors import SekishoError, Unreadable
from sekisho.markup import Markup, element, joined
from sekisho.signing.webauthn import is_origin, to_base64url

MOST_BODY_BYTES = 16384
_SECRET_SIZE = 16
_USER_SIZE = 32

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a page shows and asks.

    Attributes:
        does: whether a passkey signs, or is made.
        office: as people know it.
        person: whose passkey it is.
        lines: what is signed, in plain words, in each language: what a thing is, and what it says here.
        challenge: what the passkey is asked with.
        rp: the host for which the passkey was made, or is.
        credentials: ids of the passkeys that may sign, base64url.
        check: takes what was posted, or raises a :class:`SekishoError`, whose words the page shows.
    """

    does: Literal["sign", "register"]
    office: str
    person: str
    lines: Mapping[Language, Sequence[tuple[str, str]]]
    challenge: bytes
    rp: str
    credentials: Sequence[str] = ()
    check: Callable[[bytes], object] = field(repr=False)


def make_app(sheet: Sheet, *, place: str, done: Callable[[bytes], object]) -> Starlette:
    """Return the page's application.

    Args:
        sheet: what it shows.
        place: the path where it is, so that nobody else on the network comes across it.
        done: is told what was posted, once that is right.
    """
    taken = list[bytes]()

    async def page(request: Request) -> Response:
        language = _language(request)
        return Response(_html(sheet, language), media_type="text/html", headers=_HEADERS)

    async def answer(request: Request) -> Response:
        language = _language(request)
        try:
            _must_be_ours(request, sheet.rp)
            body = await _body(request)
            sheet.check(body)
        except SekishoError as error:
            return JSONResponse({"words": error.what(language)}, 400, headers=_HEADERS)
        if not taken:  # the first right answer is the one
            taken.append(body)
            done(body)
        return JSONResponse({"words": say(f"passkey.{sheet.does}.done", language)}, headers=_HEADERS)

    routes = [
        Route("/", page, methods=["GET"]),
        Route("/answer", answer, methods=["POST"]),
        Route("/passkey.js", _file("passkey.js", "text/javascript"), methods=["GET"]),
        Route("/passkey.css", _file("passkey.css", "text/css"), methods=["GET"]),
    ]
    return Starlette(routes=[Mount(f"/{place}", routes=routes)])


def ask(sheet: Sheet, *, host: str, port: int, ready: Callable[[str], object]) -> bytes | None:
    """Serve a page until it was answered; return what was posted, or None where somebody ended it before.

    Args:
        sheet: what it shows.
        host: the address to listen on.
        port: its port; 0 for any.
        ready: is told the page's address on this machine.
    """
    import uvicorn  # noqa: PLC0415 - an application that another server runs needs none

    answers, place = list[bytes](), to_base64url(secrets.token_bytes(_SECRET_SIZE))

    class Told(uvicorn.Server):
        async def startup(self, sockets: object = None) -> None:
            await super().startup(sockets)  # type: ignore[arg-type]  # handed on as it came
            if not self.should_exit:
                ready(f"http://{sheet.rp}:{self.servers[0].sockets[0].getsockname()[1]}/{place}/")

    def done(body: bytes) -> None:
        answers.append(body)
        server.should_exit = True

    server = Told(
        uvicorn.Config(
            make_app(sheet, place=place, done=done), host=host, port=port, access_log=False, log_level="warning",
            server_header=False, limit_concurrency=32, timeout_keep_alive=5, timeout_graceful_shutdown=5,
        )
    )  # fmt: skip
    with suppress(KeyboardInterrupt):
        server.run()
    return answers[0] if answers else None


def _language(request: Request) -> Language:
    return "en" if request.query_params.get("lang") == "en" else "ja"


def _must_be_ours(request: Request, rp: str) -> None:
    """Refuse what another page posts."""
    origin = request.headers.get("origin", "")
    typed = request.headers.get("content-type", "").startswith("application/json")
    if not typed or not is_origin(origin, rp) or urlsplit(origin).netloc != request.headers.get("host"):
        raise Unreadable("signing.not_a_passkey_signature")


async def _body(request: Request) -> bytes:
    """Read a body, and no more of it than one may have."""
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BODY_BYTES:
                raise Unreadable("signing.not_a_passkey_signature")
    except ClientDisconnect:
        raise Unreadable("signing.not_a_passkey_signature") from None
    return body


def _file(name: str, media_type: str) -> Callable[[Request], Response]:
    content = files("sekisho.server").joinpath("pages", name).read_bytes()

    def give(_: Request) -> Response:
        return Response(content, media_type=media_type, headers=_HEADERS)

    return give


def _html(sheet: Sheet, language: Language) -> str:
    def words(key: str, **values: object) -> str:
        return say(f"passkey.{key}", language, **values)

    title = words(f"{sheet.does}.title")
    other: Language = "en" if language == "ja" else "ja"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="robots", content="noindex"),
        element("title", f"{title} - {sheet.office}"),
        Markup('<link rel="stylesheet" href="passkey.css">'),
        element("script", src="passkey.js", type="module"),
    )
    facts = [[element("dt", term), element("dd", said)] for term, said in sheet.lines[language]]
    main = element(
        "main",
        element("nav", element("a", words("other_language"), href=f"?lang={other}", lang=other, hreflang=other)),
        element("h1", title),
        element("p", words(f"{sheet.does}.asked", person=sheet.person)),
        element("dl", facts) if facts else "",
        element("p", element("button", words(f"{sheet.does}.button"), type="button")),
        element("p", role="status", aria_live="polite"),
        element("noscript", element("p", words("no_script"))),
        data_does=sheet.does,
        data_challenge=to_base64url(sheet.challenge),
        data_rp=sheet.rp,
        data_credentials=" ".join(sheet.credentials),
        data_office=sheet.office,
        data_person=sheet.person,
        data_user=to_base64url(secrets.token_bytes(_USER_SIZE)),
        data_waiting=words("waiting"),
        data_failed=words("failed"),
        data_unable=words("unable"),
    )
    page = element("html", head, element("body", main), lang=language)
    return joined([Markup("<!DOCTYPE html>\n"), page, "\n"])
