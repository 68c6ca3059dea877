"""Other programs are told each thing once, signed, in ids and keys alone; what does not arrive is sent again."""

import base64
import hmac
import json
from datetime import timedelta

import pytest

from invented_office import Town
from sekisho.custody.alarm_sending import run_round
from sekisho.custody.jobs import ANNOUNCE, waiting
from sekisho.custody.senders.message import Unsent
from sekisho.errors import Misuse
from sekisho.loss.facts.fact import Visibility
from sekisho.loss.incident.settings import FILE, Webhook
from sekisho.loss.incident.stating import Stated, state
from sekisho.loss.interop.announcing import announce
from sekisho.loss.interop.changes import changes
from sekisho.loss.lost import report_lost

pytest_plugins = ("office_fixtures",)

SECRET = b"a secret of both ends, 32 bytes."


class Receiver:
    """Whoever receives webhooks; down until it is up."""

    def __init__(self) -> None:
        self.is_up = True
        self.got: list[tuple[str, dict[str, object]]] = []

    def __call__(self, hook: Webhook, number: str, body: bytes) -> None:
        if not self.is_up:
            raise Unsent("status_503")
        assert hook.name == "soc"
        self.got.append((number, json.loads(body)))

    def types(self) -> list[str]:
        return [str(body["type"]).removeprefix("example.sekisho.") for _, body in self.got]


@pytest.fixture
def town(out: Town) -> Town:
    (out.home / FILE).write_text(
        '[[webhook]]\nname = "soc"\noptions = { url = "https://soc.example/hook", secret_file = "hook.secret" }\n'
    )
    report_lost(out.office, out.slips[:1])
    return out


def test_each_thing_is_told_once_and_what_comes_later_later(town: Town) -> None:
    receiver = Receiver()
    announce(town.office, post=receiver)
    assert receiver.types()[0] == "incident.opened"
    told = len(receiver.got)
    announce(town.office, post=receiver)
    assert len(receiver.got) == told
    state(town.office, 1, [Stated("place", "駅前の路上")], source="test")
    announce(town.office, post=receiver)
    (number, body) = receiver.got[-1]
    assert (body["type"], body["subject"]) == ("example.sekisho.fact.stated", "1")
    assert len({number for number, _ in receiver.got}) == len(receiver.got) == told + 1
    assert number == body["id"]


def test_no_value_leaves_and_of_a_secret_not_even_that_it_was_stated(town: Town) -> None:
    receiver = Receiver()
    state(town.office, 1, [Stated("place", "駅前の路上"), Stated("password_length", 13)], source="test")
    state(town.office, 1, [Stated("cause", "思い違い", Visibility.SECRET)], source="test")
    announce(town.office, post=receiver)
    said = json.dumps(receiver.got, ensure_ascii=False)
    assert '"key": "place"' in said
    for word in ("駅前", "password", "思い違い", '"cause"'):
        assert word not in said


def test_what_did_not_arrive_is_sent_again_and_no_alarm_takes_it_for_its_own(town: Town) -> None:
    receiver = Receiver()
    receiver.is_up = False
    sent, faults = announce(town.office, post=receiver)
    assert (sent, {fault.fault for fault in faults}) == (0, {"status_503"})
    queued = [job.key for job in waiting(town.office.ledger.connection) if job.kind == ANNOUNCE]
    run_round(town.office)
    assert [job.key for job in waiting(town.office.ledger.connection) if job.kind == ANNOUNCE] == queued
    receiver.is_up = True
    town.clock.advance(timedelta(minutes=5))
    assert announce(town.office, post=receiver)[0] == len(queued)


def test_the_signature_is_that_of_standard_webhooks(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    (town.home / "hook.secret").write_text(f"whsec_{base64.b64encode(SECRET).decode()}\n")
    (town.home / "hook.secret").chmod(0o600)
    posted: list[tuple[bytes, dict[str, str]]] = []

    def exchange(*_: object, body: bytes, headers: dict[str, str], **__: object) -> int:
        posted.append((body, headers))
        return 204

    monkeypatch.setattr("sekisho.custody.senders.webhook.exchange", exchange)
    sent, faults = announce(town.office)
    assert (sent, faults) == (len(posted), [])
    body, headers = posted[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    right = base64.b64encode(hmac.digest(SECRET, signed, "sha256")).decode()
    assert headers["webhook-signature"] == f"v1,{right}"


def test_a_cursor_misses_nothing_and_tells_nothing_twice(town: Town) -> None:
    first = changes(town.office)
    assert [each["incident"] for each in first["incidents"]] == [1]
    assert changes(town.office, first["next"])["incidents"] == []
    state(town.office, 1, [Stated("place", "駅前の路上")], source="test")
    second = changes(town.office, first["next"])
    assert second["incidents"][0]["changes"] == ["fact.stated"]
    assert second["incidents"][0]["updated_index"] == first["next"]
    with pytest.raises(Misuse):
        changes(town.office, 10_000)
