"""The tablet's page: a real browser makes a passkey and signs an acceptance with it; nothing else gets through."""

import json
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from asgi import Reply, call
from browsers import CHROMIUM, browser
from conftest import ROOT, need
from invented_office import register_text
from sekisho.custody.passkeys import credentials_of, read_made, read_signature, register_line
from sekisho.custody.plain_words import plain_words
from sekisho.custody.register import Register, parse_register
from sekisho.custody.signatures import Level, verify_signature
from sekisho.custody.statements import HANDOVER
from sekisho.errors import Refused
from sekisho.server.hand_over import MOST_BODY_BYTES, Sheet, ask, make_app
from sekisho.signing.webauthn import Passkey, challenge_of, read_registration
from soft_passkey import RP, SoftPasskey

ANSWER = {
    "v": 1, "type": "answer", "slip": "001234", "copy_id": "00" * 16, "offer": "00" * 32, "by": "carrier", "answer": "accepted",
    "reason": "", "place": "", "at": "2022-06-21T08:00:00Z", "nonce": "00" * 16, "previous": "00" * 32,
}  # fmt: skip
STATEMENT = json.dumps(ANSWER, sort_keys=True, separators=(",", ":")).encode()
ZONE = "Asia/Tokyo"
AXE = ROOT / "opener" / "node_modules" / "axe-core" / "axe.min.js"


def registered(line: str = "") -> Register:
    """Return the office's register, in which the carrier has a passkey."""
    whose = '[[person]]\nid = "carrier"\n'
    text = register_text().replace(whose, f"{whose}passkeys = [{line}]\n")
    return parse_register(text, Path("register.toml"))


def sheet_for(register: Register, rp: str, check: Callable[[bytes], object], **changes: Any) -> Sheet:
    lines = {language: plain_words(STATEMENT, register, language, zone=ZONE) for language in ("ja", "en")}
    sheet = Sheet(
        does="sign", office="汐見市", person="carrierさん", lines=lines,  # type: ignore[arg-type]  # the two languages
        challenge=challenge_of(STATEMENT), rp=rp, credentials=["AAAA"], check=check,
    )  # fmt: skip
    return replace(sheet, **changes)


@dataclass
class Asking:
    """A page that is served in a thread of its own, and what was posted to it."""

    address: str
    answered: "queue.Queue[bytes | None]"


def served(sheet: Sheet) -> Asking:
    ready: queue.Queue[str] = queue.Queue()
    answered: queue.Queue[bytes | None] = queue.Queue()
    threading.Thread(
        target=lambda: answered.put(ask(sheet, host="127.0.0.1", port=0, ready=ready.put)), daemon=True
    ).start()
    return Asking(ready.get(timeout=60), answered)


def violations(page: Any) -> list[str]:
    """Return what axe finds in a page that somebody could not use; evaluated, so that the page's policy stands."""
    need(AXE.exists(), "axe-core is not there: npm --prefix opener ci --ignore-scripts")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [each["id"] for each in found["violations"]]


def test_a_real_browser_makes_a_passkey_and_signs_an_acceptance_with_it() -> None:
    need(CHROMIUM, "chromium is not installed: apt-get install chromium")
    register, rp, challenge = registered(), "localhost", b"asked by the office"
    with browser("chromium") as tablet:
        page = tablet.page  # type: ignore[attr-defined]  # Playwright's own, for what the others cannot do
        tool = page.context.new_cdp_session(page)
        tool.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True,
        }  # fmt: skip
        tool.send("WebAuthn.addVirtualAuthenticator", {"options": options})

        def press(sheet: Sheet) -> bytes:
            asking = served(sheet)
            tablet.go(asking.address)
            assert violations(page) == []
            assert tablet.evaluate("document.querySelector('button').disabled") is False
            tablet.click("button")
            posted = asking.answered.get(timeout=60)
            assert posted
            return posted

        made = sheet_for(
            register, rp, lambda body: read_made(body, challenge=challenge, rp=rp), does="register", challenge=challenge
        )
        passkey = read_made(press(made), challenge=challenge, rp=rp)
        register = registered(register_line(passkey, rp=rp))
        carrier = register.person("carrier")
        signing = sheet_for(
            register, rp, lambda body: read_signature(body, carrier, rp=rp, statement=STATEMENT),
            credentials=credentials_of(carrier, rp=rp),
        )  # fmt: skip
        posted = press(signing)
        said = tablet.evaluate("document.querySelector('[role=status]').textContent")
    assert said == "署名しました。端末を職員に返してください。"
    assert verify_signature(register, "carrier", STATEMENT, HANDOVER, posted.decode()) is Level.L3


class Posted:
    """A page without a browser: what was posted, as the page's own script does it."""

    def __init__(self) -> None:
        self.passkey = SoftPasskey()
        self.register = registered(register_line(read_made_by(self.passkey), rp=RP))
        self.done = list[bytes]()
        sheet = sheet_for(self.register, RP, self._check)
        self.app = make_app(sheet, place="s", done=self.done.append)

    def get(self, path: str) -> Reply:
        return call(self.app, "GET", path, headers={"Host": RP})

    def _check(self, body: bytes) -> object:
        return read_signature(body, self.register.person("carrier"), rp=RP, statement=STATEMENT)

    def post(self, body: bytes, **headers: str) -> tuple[int, str]:
        given = {"Content-Type": "application/json", "Origin": f"https://{RP}", "Host": RP} | headers
        reply = call(self.app, "POST", "/s/answer?lang=en", body, given)
        return reply.status, json.loads(reply.body)["words"]

    def signed(self, **how: Any) -> bytes:
        return self.passkey.assertion(STATEMENT, **how).text().encode()


def read_made_by(passkey: SoftPasskey) -> Passkey:
    return read_registration(*passkey.registration(b"asked"), challenge=b"asked", rp=RP)


@pytest.fixture
def posted() -> Posted:
    return Posted()


def test_the_first_right_answer_ends_the_page(posted: Posted) -> None:
    first = posted.signed()
    assert posted.post(first) == (200, "Signed. Please give the tablet back to the staff.")
    assert posted.post(posted.signed())[0] == 200
    assert posted.done == [first]


def test_a_wrong_answer_is_told_in_words_and_may_be_given_again(posted: Posted) -> None:
    status, words = posted.post(posted.signed(flags=1))
    assert (status, "did not ask who signs" in words) == (400, True)
    assert posted.done == []
    assert posted.post(posted.signed())[0] == 200


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": ""}, {"Origin": "null"}, {"Content-Type": "text/plain"},
     {"Host": "evil.example"}, {"Origin": "https://evil.example", "Host": "evil.example"}, {"Origin": f"https://{RP}:444"}],
    ids=str,
)  # fmt: skip
def test_nothing_is_taken_from_another_page(posted: Posted, headers: dict[str, str]) -> None:
    assert posted.post(posted.signed(), **headers)[0] == 400
    assert posted.done == []


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff", b"x" * (MOST_BODY_BYTES + 1)], ids=len)
def test_what_is_no_signature_is_refused(posted: Posted, body: bytes) -> None:
    assert posted.post(body)[0] == 400
    assert posted.done == []


def test_nothing_is_served_to_who_does_not_know_where(posted: Posted) -> None:
    for path in ("/", "/answer", "/passkey.js", "/x/", "/s/other"):
        assert posted.get(path).status in {404, 405}


@pytest.mark.parametrize(("language", "words"), [("ja", "受け取りました"), ("en", "I have received it")])
def test_the_page_shows_the_statement_in_plain_words(posted: Posted, language: str, words: str) -> None:
    reply = posted.get(f"/s/?lang={language}")
    assert f'<html lang="{language}">' in reply.text
    for shown in (words, "001234", "carrierさん", "2022-06-21 17:00"):
        assert shown in reply.text
    assert "00000000" not in reply.text
    assert "script-src 'self'" in reply.headers["content-security-policy"]
    assert "<script>" not in reply.text
    for element in ("<main", "<h1>", "<dl>", 'role="status"', "<noscript>"):
        assert element in reply.text


def test_a_name_is_never_markup(posted: Posted) -> None:
    sheet = sheet_for(posted.register, RP, lambda _: None, person='<b>"x"</b>', office="<script>")
    text = call(make_app(sheet, place="s", done=lambda _: None), "GET", "/s/").text
    assert "<b>" not in text
    assert "<script>" not in text


def test_who_has_no_passkey_is_told_so() -> None:
    with pytest.raises(Refused) as caught:
        credentials_of(registered().person("carrier"), rp=RP)
    assert caught.value.key == "custody.no_passkey"
