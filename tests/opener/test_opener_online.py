"""A release over a network, into a page on a medium: the office's own answers, over HTTP, into real browsers."""

import json
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from browsers import Browser
from invented_office import IDENTITY, Town, signing_key
from sekisho.capsule.opener import fill
from sekisho.custodian.answers import Reply, Waiting
from sekisho.custodian.card import make_card
from sekisho.custody.answering import answer_all
from sekisho.custody.office import Office
from sekisho.custody.relay_key import relay_key
from sekisho.custody.releasing import approve_release

pytest_plugins = ("office_fixtures", "opener_fixtures")


@contextmanager
def serving(town: Town, spoiled: dict[str, Any]) -> Iterator[str]:
    """Answer as the office does; two persons approve whatever waits. What is ``spoiled`` is put into each release."""

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with closing(Office.open(town.home, town.clock)) as office:
                (reply,) = answer_all(office, [body]).replies
                if isinstance(reply.answer, Waiting):
                    for name in ("chief", "security"):
                        request = office.releases.get(reply.answer.number)
                        approve_release(office, request, approver=signing_key(name))
            self._say(reply)

        def _say(self, reply: Reply) -> None:
            said = json.loads(reply.encode())
            if said["state"] == "released":
                said |= spoiled
            answer = json.dumps(said).encode()
            self.send_response(int(reply.status))
            self.send_header("Access-Control-Allow-Origin", "null")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Desk) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def attempted(page: Browser, town: Town, engine_page: bytes, *, url: str, allowed: str) -> dict[str, Any]:
    """Open the copy that is out, over a network."""
    (slip, *_) = town.slips
    office = town.office
    relay = relay_key(office).public_key().public_bytes_raw()
    card = make_card(name="汐見市", phone="", url=url, log=office.ledger.key, signer=office.signer, relay=relay)
    path = town.capsule(slip).with_name("OPEN.html")
    path.write_bytes(fill(card.text, url=allowed, page=engine_page))
    key = town.write("key.txt", IDENTITY.to_secret_text())
    page.go(path.as_uri())
    page.choose("#capsule", town.capsule(slip))
    page.choose("#key", key)
    found: dict[str, Any] = page.evaluate("attempt(null)")
    return found


def test_a_release_over_a_network_opens_the_capsule(page: Browser, out: Town, engine_page: bytes) -> None:
    with serving(out, {}) as url:
        found = attempted(page, out, engine_page, url=url, allowed=url)
    assert found.get("files"), found
    (given,) = out.leaves("release.given")
    assert given.copy == out.cid(out.slips[0]).hex()


SPOILED = [
    ({"manifest": "00" * 32}, "capsule.bad_manifest"),
    ({"proof": "c2sp.org/tlog-proof@v1\nindex 0\n\n"}, "ledger.bad_note"),
    ({"leaf": ""}, "ledger.not_included"),
    ({"sealed": ""}, "release.bad_answer"),
]


@pytest.mark.parametrize("spoiled", range(len(SPOILED) // 2), ids=str)
def test_an_answer_that_does_not_prove_itself_opens_nothing(
    page: Browser, out: Town, engine_page: bytes, *, spoiled: int
) -> None:
    for change, refused in SPOILED[2 * spoiled : 2 * spoiled + 2]:  # a copy of this town opens twice
        with serving(out, change) as url:
            assert attempted(page, out, engine_page, url=url, allowed=url) == {"refused": refused}


def test_a_copy_that_is_suspended_is_refused_in_the_offices_words(page: Browser, out: Town, engine_page: bytes) -> None:
    with out.office.ledger.transaction() as tx:
        out.office.custodian.suspend(tx, out.cid(out.slips[0]))
    with serving(out, {}) as url:
        assert attempted(page, out, engine_page, url=url, allowed=url) == {"refused": "release.refused"}


def test_the_page_connects_to_no_other_address_than_the_one_it_was_sealed_with(
    page: Browser, out: Town, engine_page: bytes
) -> None:
    with serving(out, {}) as url:
        found = attempted(page, out, engine_page, url=url, allowed="https://release.city.example")
    assert found == {"refused": "release.unreachable"}
    assert out.leaves("release.requested") == []
