"""Reporting a loss without sign-in: ``/lost`` for people, ``/ivr`` for a telephone system; and ``/health`` for whoever watches it.

Only a POST stops anything: a link that is previewed, prefetched or sent on stops nothing. What is posted is never written to a
log. The address that a request comes from is counted in memory and kept nowhere. How many numbers may be tried, and what happens
beyond that, is in :mod:`sekisho.loss.report_limits`; what a report does, in :mod:`sekisho.loss.reporting`.
"""

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from sekisho.catalogue.words import Language
from sekisho.clock import to_text
from sekisho.errors import Misuse
from sekisho.loss.report_limits import network_of
from sekisho.loss.reporting import Outcome, Receipt, read_named
from sekisho.server.report_desk import Caller, ReportDesk
from sekisho.server.report_pages import SPEECHES, Around, Page, Speech, misread_told, policy
from sekisho.server.report_voice import MEDIA_TYPE, Voice

MOST_BODY_BYTES = 32_768
_UNREADABLE, _ELSEWHERE = 400, 403

_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",  # with no-referrer a browser would post without saying from where
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the service stands.

    Attributes:
        around: the office, as pages name it.
        origins: from which pages it takes what is posted; those of its own host where none is named.
        telephones: addresses of telephone systems, behind which are many callers.
        secret: signs who may add words to a report.
    """

    around: Around
    origins: Collection[str] = ()
    telephones: Collection[str] = ()
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def caller(self, request: Request) -> Caller:
        """Return where a request comes from."""
        address = request.client.host if request.client else ""
        return Caller(address=address, trusted=network_of(address) in {network_of(each) for each in self.telephones})

    def is_ours(self, request: Request) -> bool:
        """Tell whether a page of ours posts, or something that is no browser: another page's visitors must not try numbers for it."""
        origin = request.headers.get("origin")
        if origin is None:
            return True
        return origin in self.origins if self.origins else urlsplit(origin).netloc == request.headers.get("host")

    def token(self, receipt: Receipt) -> str:
        """Return what whoever reported shows when they add words."""
        return self._token(str(receipt.incident))

    def is_token(self, incident: str, token: str) -> bool:
        """Tell whether that was given out for an incident."""
        return hmac.compare_digest(self._token(incident).encode(), token.encode())

    def _token(self, incident: str) -> str:
        return hmac.digest(self.secret, incident.encode(), hashlib.sha256).hex()[:32]


def make_app(desk: ReportDesk, place: Place) -> Starlette:
    """Return the service around the thread that takes reports."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await asyncio.to_thread(desk.start)
        try:
            yield
        finally:
            await asyncio.to_thread(desk.stop)

    answers = _Answers(desk, place)
    routes = [
        Route("/", answers.home, methods=["GET"]),
        Route("/lost", answers.form, methods=["GET"]),
        Route("/lost", answers.report, methods=["POST"]),
        Route("/lost-words", answers.words, methods=["POST"]),
        Route("/ivr", answers.dialogue, methods=["GET"]),
        Route("/ivr", answers.called, methods=["POST"]),
        Route("/health", answers.health, methods=["GET"]),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


class _Answers:
    """What is answered, path by path."""

    def __init__(self, desk: ReportDesk, place: Place) -> None:
        self._desk = desk
        self._place = place

    async def home(self, _: Request) -> Response:
        """Send whoever typed the host alone to the page."""
        return RedirectResponse("lost", headers=_HEADERS)

    async def health(self, _: Request) -> Response:
        """Say that it is up, and how often a limit was met."""
        return JSONResponse({"state": "up", "refused": self._desk.refused}, headers=_HEADERS)

    async def form(self, request: Request) -> Response:
        """Show the first page; a number that stands in the address is filled in, and stops nothing."""
        return _html(self._page(_speech(request, {})).form(number=request.query_params.get("slip", "")[:60]))

    async def report(self, request: Request) -> Response:
        """Take what the page posts."""
        try:
            posted = await _posted(request)
        except (ValueError, ClientDisconnect):
            return Response(status_code=_UNREADABLE, headers=_HEADERS)
        if not self._place.is_ours(request):
            return Response(status_code=_ELSEWHERE, headers=_HEADERS)
        page, text = self._page(_speech(request, posted)), posted.get("slip", "")
        try:
            receipt = await self._take(request, text, posted)
        except Misuse as error:
            words = [error.what(_language(page.speech)), error.hint(_language(page.speech))]
            return _html(page.form(number=text[:60], told=misread_told(words)))
        if receipt.outcome is Outcome.STOPPED:
            return _html(page.receipt(receipt, token=self._place.token(receipt)))
        return _html(page.outcome(receipt))

    async def words(self, request: Request) -> Response:
        """Keep what whoever reported adds."""
        try:
            posted = await _posted(request)
        except (ValueError, ClientDisconnect):
            return Response(status_code=_UNREADABLE, headers=_HEADERS)
        incident, token = posted.get("incident", ""), posted.get("token", "")
        if not self._place.is_ours(request):
            return Response(status_code=_ELSEWHERE, headers=_HEADERS)
        kept = False
        if incident.isascii() and incident.isdigit() and len(incident) < 10 and self._place.is_token(incident, token):
            said = {name: posted.get(name, "") for name in ("place", "last_seen", "words")}
            kept = await self._desk.words(int(incident), **said)
        return _html(self._page(_speech(request, posted)).said("said" if kept else "not_said"))

    async def dialogue(self, request: Request) -> Response:
        """Begin to talk: in the language that the address names, else after asking which."""
        language = request.query_params.get("lang")
        voice = self._voice("en" if language == "en" else "ja")
        return _voice(voice.begin() if language in {"ja", "en"} else voice.choose_language())

    async def called(self, request: Request) -> Response:
        """Take what a telephone system posts, and answer as it asks: VoiceXML, or JSON."""
        try:
            posted = await _posted(request)
        except (ValueError, ClientDisconnect):
            return Response(status_code=_UNREADABLE, headers=_HEADERS)
        if not self._place.is_ours(request):
            return Response(status_code=_ELSEWHERE, headers=_HEADERS)
        voice = self._voice("en" if posted.get("lang") == "en" else "ja")
        as_json = "application/json" in request.headers.get("accept", "")
        try:
            receipt = await self._take(request, posted.get("slip", ""), posted)
        except Misuse as error:
            said = error.what(voice.language)
            return _json({"state": "misread", "say": said}) if as_json else _voice(voice.begin("misread"))
        return _json(_document(receipt, voice)) if as_json else _voice(voice.answer(receipt))

    async def _take(self, request: Request, text: str, posted: Mapping[str, str]) -> Receipt:
        """Take a report, with whatever more was asked for."""
        named, caller = read_named(text), self._place.caller(request)
        label, call_back = posted.get("label", "").strip(), posted.get("call_back", "").strip()
        if label:
            receipt = await self._desk.report(named, caller, label=label)
            if receipt.outcome is not Outcome.UNKNOWN or not call_back:
                return receipt
        if call_back:
            return await self._desk.call_back(named, call_back, caller)
        return await self._desk.report(named, caller)

    def _page(self, speech: Speech) -> Page:
        return Page(around=self._place.around, speech=speech)

    def _voice(self, language: Language) -> Voice:
        return Voice(office=self._place.around.office, phone=self._place.around.phone, language=language)


def _document(receipt: Receipt, voice: Voice) -> dict[str, object]:
    return {
        "state": receipt.outcome.value,
        "slips": list(receipt.slips),
        "incident": receipt.incident or None,
        "at": to_text(receipt.at) if receipt.at else None,
        "say": voice.words(receipt),
    }


async def _posted(request: Request) -> Mapping[str, str]:
    """Read a form, and no more of it than one may have.

    Raises:
        ValueError: it is too long, or no form.
    """
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BODY_BYTES:
            raise ValueError("too long")
    if "application/x-www-form-urlencoded" not in request.headers.get("content-type", ""):
        raise ValueError("no form")
    fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=16)
    return {name: values[0] for name, values in fields.items()}


def _speech(request: Request, posted: Mapping[str, str]) -> Speech:
    """Return how to speak: as was chosen, else as the browser is set, else Japanese."""
    asked = posted.get("lang") or request.query_params.get("lang", "")
    for speech in SPEECHES:
        if asked == speech:
            return speech
    first = request.headers.get("accept-language", "").partition(",")[0].strip().lower()
    return "ja" if not first or first.startswith("ja") else "en"


def _language(speech: Speech) -> Language:
    return "ja" if speech.startswith("ja") else "en"


def _html(text: str) -> Response:
    return Response(text, media_type="text/html", headers=_HEADERS | {"Content-Security-Policy": policy()})


def _voice(text: str) -> Response:
    return Response(text, media_type=MEDIA_TYPE, headers=_HEADERS)


def _json(document: Mapping[str, object]) -> Response:
    return JSONResponse(document, headers=_HEADERS)


def serve(
    desk: ReportDesk, place: Place, *, host: str, port: int, ready: Callable[[int], object] = lambda _: None
) -> None:
    """Serve until the process is told to end.

    Args:
        desk: the thread that takes reports.
        place: the office, and from where it is called.
        host: the address to listen on.
        port: its port; 0 for any.
        ready: is told the port once reports are taken.
    """
    import uvicorn  # noqa: PLC0415 - an application that another server runs needs none

    config = uvicorn.Config(
        make_app(desk, place), host=host, port=port, access_log=False, log_level="warning", server_header=False,
        limit_concurrency=512, timeout_keep_alive=10, h11_max_incomplete_event_size=16384, timeout_graceful_shutdown=10,
    )  # fmt: skip

    class Told(uvicorn.Server):
        async def startup(self, sockets: object = None) -> None:
            await super().startup(sockets)  # type: ignore[arg-type]  # handed on as it came
            if not self.should_exit:
                ready(self.servers[0].sockets[0].getsockname()[1])

    Told(config).run()
