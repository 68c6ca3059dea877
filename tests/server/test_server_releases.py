"""The service on a real socket: what it answers, to whom, what it never does, and what a suspension means to it."""

import logging
import threading
from collections.abc import Iterator

import pytest

from invented_office import Town
from remote_release import Person, approve, asker, body_for, online, opened
from sekisho.custodian.card import Card
from sekisho.custodian.policy import Limits
from sekisho.custody.release_post import post
from sekisho.custody.stopping import suspend_copy
from sekisho.errors import Missing, Refused
from server_office import Service, serving

pytest_plugins = ("office_fixtures",)


@pytest.fixture
def service(out: Town) -> Iterator[Service]:
    with serving(out) as running:
        yield running


def test_a_capsule_is_opened_over_a_socket(out: Town, service: Service) -> None:
    slip = out.slips[0]
    person = Person(out)

    def sent(card: Card, body: bytes) -> bytes:
        return post(at(card, service), body)

    assert opened(out, slip, online(out, person, post=sent)).manifest.slip == slip
    assert person.waits == [(0, 2)]
    (leaf,) = out.leaves("release.given")
    assert leaf.fields["route"] == "online"


def test_the_same_body_is_the_same_request_and_has_one_share(out: Town, service: Service) -> None:
    body = body_for(out, out.slips[0])
    assert service.post(body) == (202, {"state": "waiting", "number": 1, "have": 0, "need": 2})
    assert service.post(body)[1]["number"] == 1
    approve(out, 1, "chief", "security")
    assert service.post(body)[0] == 200
    status, answer = service.post(body)
    assert (status, answer["key"]) == (403, "custodian.answered")
    assert answer["ja"]
    assert len(out.leaves("release.given")) == 1


def test_only_a_page_from_a_file_may_read_the_answer_and_only_there(service: Service) -> None:
    _, headers, _ = service.ask("POST", "/release", b"x", Origin="null")
    assert headers["access-control-allow-origin"] == "null"
    assert headers["cache-control"] == "no-store"
    status, headers, body = service.ask("GET", "/health", Origin="https://evil.example")
    assert (status, body) == (200, b'{"state":"up"}')
    assert "access-control-allow-origin" not in headers
    assert service.ask("GET", "/release")[0] == 405
    assert service.ask("POST", "/health")[0] == 405
    assert service.ask("GET", "/")[0] == 404
    assert service.ask("OPTIONS", "/release", Origin="https://evil.example")[0] == 405


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff", b"[" * 8000, b"x" * 100_000], ids=len)
def test_what_is_no_request_is_told_so(service: Service, body: bytes) -> None:
    status, answer = service.post(body)
    assert (status, answer["state"], answer["key"]) == (400, "refused", "custodian.bad_request_document")
    assert service.ask("GET", "/health")[0] == 200


def test_nothing_of_a_request_is_logged(out: Town, service: Service, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        service.post(body_for(out, out.slips[0], purpose="和田さんからの照会"))
        service.post(b"x")
    assert "和田" not in caplog.text
    assert out.cid(out.slips[0]).hex() not in caplog.text


def test_what_is_asked_after_a_suspension_has_returned_is_refused(town: Town) -> None:
    (slip,) = town.sealed("USB-1", max_opens=1000)
    town.carry(slip, "officer", "carrier")
    bodies = [body_for(town, slip) for _ in range(60)]
    with serving(town, limits=Limits(a_ticket=1000, in_all=1000)) as service:
        for number, body in enumerate(bodies, 1):
            assert service.post(body)[1]["number"] == number
            approve(town, number, "chief", "security")
        stopped = threading.Event()
        before: list[int] = []
        after: list[int] = []

        def ask(mine: list[bytes]) -> None:
            for body in mine:
                late = stopped.is_set()
                (after if late else before).append(service.post(body)[0])

        asking = [threading.Thread(target=ask, args=(bodies[start:-1:4],)) for start in range(4)]
        for thread in asking:
            thread.start()
        while len(before) < 8:
            asking[0].join(0.001)
        suspend_copy(town.office, slip)
        stopped.set()
        after.append(service.post(bodies[-1])[0])
        for thread in asking:
            thread.join()
        assert set(after) == {403}
        given = len(town.leaves("release.given"))
        assert 0 < before.count(200) <= given, (
            "a leaf may be there whose share the suspension kept back; never the reverse"
        )
    last = [entry.type for entry in town.office.ledger.entries() if entry.type in {"release.given", "ticket.suspended"}]
    assert last[-1] == "ticket.suspended"


def test_a_flood_is_refused_and_a_waiting_request_goes_on(out: Town) -> None:
    slip, other = out.slips
    with serving(out, limits=Limits(a_ticket=2, in_all=3)) as service:
        first = body_for(out, slip)
        assert [service.post(body)[0] for body in (first, body_for(out, slip), body_for(out, slip))] == [202, 202, 429]
        assert [service.post(body_for(out, other))[0] for _ in range(2)] == [202, 429]
        approve(out, 1, "chief", "security")
        assert service.post(first)[0] == 200


def test_the_office_hears_of_five_wrong_one_time_codes(out: Town, service: Service) -> None:
    with out.office.ledger.transaction() as tx:
        out.office.codes.enrol(tx, "supervisor", epoch=1)
    slip = out.slips[0]
    assert service.post(body_for(out, slip)) == (401, {"state": "factor", "left": 5})
    lefts = [service.post(body_for(out, slip, factor="000000"))[1] for _ in range(5)]
    assert [each.get("left") for each in lefts] == [4, 3, 2, 1, None]
    assert lefts[-1]["key"] == "custodian.factor_locked"
    assert service.alarms == [slip]
    assert out.ticket(slip) == "suspended"


def test_an_office_that_does_not_answer_opens_nothing(out: Town, service: Service) -> None:
    card = asker(out).cards[0]
    with pytest.raises(Missing):
        post(card, b"x")
    with pytest.raises(Refused):
        post(at(card, service, url="http://192.0.2.1:1"), b"x")


def at(card: Card, service: Service, url: str = "") -> Card:
    return Card(
        name=card.name, phone=card.phone, log=card.log, relay=card.relay, relay_signature=card.relay_signature,
        url=url or f"http://127.0.0.1:{service.port}",
    )  # fmt: skip
