"""Requests over a network: one document, one share; what each attacker gets; what fails for one is nothing to another."""

import hashlib
import io
import json
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from invented_office import IDENTITY, PHONE, Town, register_text
from release_desk import ask_of
from remote_release import DEVICE, Person, answered, approve, asker, body_for, card_of, online, opened
from sekisho.capsule.opening import open_capsule
from sekisho.cli.asked_release import asked_release
from sekisho.codes import read_release_code, release_code
from sekisho.custodian import devices
from sekisho.custodian.answers import Denied, Released, open_answer, read_answer
from sekisho.custodian.boxes import EphemeralKey
from sekisho.custodian.documents import read_body, sign_document, write_body
from sekisho.custodian.policy import Limits
from sekisho.custodian.relay import RelayKey, RelayRequest, read_relay_text
from sekisho.custodian.releases import Releases
from sekisho.custody import records, releasing
from sekisho.custody.answering import answer_all, give_code, give_file, take_code, take_file
from sekisho.custody.office import Office
from sekisho.custody.records import CopyRow
from sekisho.custody.release_sources import CodeRelease, FileRelease
from sekisho.custody.stopping import suspend_copy
from sekisho.errors import MediumError, NoKey, NotFound, Refused, Unreadable
from sekisho.ledger.cosigning import Cosigning
from sekisho.ledger.proof import Proof
from witnesses import Witnesses

pytest_plugins = ("office_fixtures",)

TWO = ("chief", "security")


def released(town: Town, slip: str, suite: Any = "x25519") -> tuple[bytes, EphemeralKey, Released]:
    """Go through a release; return what was posted, the key, and the answer."""
    key = EphemeralKey.draw(suite)
    document = asker(town).document(ask_of(town, slip), key)
    body = write_body(document.raw, sign_document(document.raw, DEVICE))
    (waiting,) = answered(town, body)
    approve(town, waiting.answer.number, *TWO)  # type: ignore[union-attr]  # it waits
    (reply,) = answered(town, body)
    answer = read_answer(reply.encode())
    assert isinstance(answer, Released)
    return body, key, answer


def keys_of(town: Town, *bodies: bytes) -> list[tuple[int, object]]:
    return [(reply.status, getattr(reply.answer, "key", None)) for reply in answered(town, *bodies)]


@pytest.mark.parametrize("suite", ["x25519", "xwing"])
def test_a_capsule_is_opened_by_either_suite_and_the_leaf_is_of_that_request(out: Town, suite: Any) -> None:
    slip = out.slips[0]
    body, key, answer = released(out, slip, suite)
    document = read_body(body).document
    found = open_answer(answer, asked=document, key=key, log=card_of(out).log)
    assert ask_of(out, slip).fits(found.share)
    assert found.capsule.hex() == hashlib.sha256(out.capsule(slip).read_bytes()).hexdigest() == out.record(slip).sha256
    (leaf,) = out.leaves("release.given")
    assert leaf.fields["asked"] == document.digest.hex()
    assert leaf.fields["acknowledged"] == 1
    assert out.state(slip) == "opened"
    out.verify()


def test_nothing_of_what_was_typed_stands_in_a_leaf_and_the_document_is_kept(out: Town) -> None:
    body = body_for(out, out.slips[0], purpose="和田さんからの照会")
    answered(out, body)
    assert not any("和田".encode() in entry.body() for entry in out.office.ledger.entries())
    request = out.office.releases.get(1)
    assert request.asked == read_body(body).document.raw
    assert (request.route, request.signature) == ("online", read_body(body).signature)
    (device,) = devices.seen(out.office.ledger.connection)
    assert (device.name, device.id) == ("", out.leaves("release.requested")[0].fields["device"])


def test_approvers_sign_the_digest_of_the_document(out: Town) -> None:
    body = body_for(out, out.slips[0])
    answered(out, body)
    statement = json.loads(out.office.releases.statement(out.office.releases.get(1)))
    assert statement["asked"] == read_body(body).document.digest.hex()


def test_an_approval_of_one_document_is_none_of_another(out: Town) -> None:
    first, second = (body_for(out, out.slips[0]) for _ in range(2))
    answered(out, first, second)
    approve(out, 1, *TWO)
    assert [status for status, _ in keys_of(out, second, first)] == [202, 200]


def test_a_replayed_body_has_no_second_share_and_a_replayed_answer_opens_for_nobody_else(out: Town) -> None:
    slip = out.slips[0]
    body, _, answer = released(out, slip)
    assert keys_of(out, body) == [(403, "custodian.answered")]
    other = asker(out).document(ask_of(out, slip), EphemeralKey.draw("x25519"))
    log = card_of(out).log
    with pytest.raises(Refused):
        open_answer(answer, asked=other, key=EphemeralKey.draw("x25519"), log=log)
    with pytest.raises(NoKey):
        open_answer(answer, asked=read_body(body).document, key=EphemeralKey.draw("x25519"), log=log)


def test_when_the_answer_is_lost_a_new_request_and_a_new_release_are_needed(out: Town) -> None:
    slip = out.slips[0]
    released(out, slip)
    assert opened(out, slip, online(out)).manifest.slip == slip
    assert len(out.leaves("release.given")) == 2
    assert keys_of(out, body_for(out, slip)) == [(403, "custodian.opened_out")]


def test_the_proof_is_of_the_log_as_it_was_signed(out: Town) -> None:
    _, _, answer = released(out, out.slips[0])
    checkpoint = Proof.parse(answer.proof).checkpoint
    assert checkpoint == out.office.ledger.checkpoint().note


def test_no_share_leaves_where_the_leaf_is_not_durable(out: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    slip = out.slips[0]
    body = body_for(out, slip)
    answered(out, body)
    approve(out, 1, *TWO)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "no space")

    with monkeypatch.context() as patch:
        patch.setattr("sekisho.ledger.anchor.write_whole", full)
        with pytest.raises(MediumError):
            answer_all(out.office, [body])
    assert keys_of(out, body) == [(403, "custodian.answered")], "the leaf is durable, and the share never left"


def test_a_suspension_between_leaf_and_share_is_in_time(out: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    slip = out.slips[0]
    body = body_for(out, slip)
    answered(out, body)
    approve(out, 1, *TWO)
    real = Releases.shares

    def late(releases: Releases, given: Any) -> Any:
        suspend_copy(out.office, slip)
        return real(releases, given)

    monkeypatch.setattr(Releases, "shares", late)
    assert keys_of(out, body) == [(403, "custodian.suspended")]


def test_what_fails_for_one_undoes_nothing_of_another(out: Town) -> None:
    slip, other = out.slips
    good, second = body_for(out, slip), body_for(out, other)
    answered(out, good, second)
    approve(out, 1, *TWO)
    approve(out, 2, *TWO)
    suspend_copy(out.office, other)
    statuses = keys_of(out, b"x", good, second, good, body_for(out, slip))
    assert statuses == [
        (400, "custodian.bad_request_document"),
        (200, None),
        (403, "custodian.suspended"),
        (403, "custodian.answered"),
        (202, None),
    ]
    assert len(out.leaves("release.given")) == 1
    out.verify()


def test_a_request_that_fails_after_its_leaf_was_written_leaves_none(
    out: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    slip, other = out.slips
    bad, good = body_for(out, slip), body_for(out, other)
    answered(out, bad, good)
    approve(out, 1, *TWO)
    approve(out, 2, *TWO)
    real = records.update_copy

    def update(connection: Any, row: CopyRow) -> None:
        if row.slip == slip:
            raise Refused("custody.not_now", command="open", state="x")
        real(connection, row)

    with monkeypatch.context() as patch:
        patch.setattr("sekisho.custody.releasing.records.update_copy", update)
        assert keys_of(out, bad, good) == [(403, "custodian.held_back"), (200, None)]
    assert [entry.copy for entry in out.leaves("release.given")] == [out.cid(other).hex()]
    assert keys_of(out, bad) == [(200, None)]
    out.verify()


def test_two_requests_in_one_round_race_for_the_last_opening(out: Town) -> None:
    slip = out.slips[0]
    released(out, slip)
    bodies = [body_for(out, slip) for _ in range(2)]
    answered(out, *bodies)
    approve(out, 2, *TWO)
    approve(out, 3, *TWO)
    assert keys_of(out, *bodies) == [(200, None), (403, "custodian.opened_out")]


def test_two_programs_race_for_the_last_opening(out: Town) -> None:
    slip = out.slips[0]
    released(out, slip)
    bodies = [body_for(out, slip) for _ in range(2)]
    answered(out, *bodies)
    for number in (2, 3):
        approve(out, number, *TWO)
    statuses: list[int] = []

    def program(body: bytes) -> None:
        office = Office.open(out.home, out.clock)
        statuses.append(answer_all(office, [body]).replies[0].status)
        office.close()

    programs = [threading.Thread(target=program, args=(body,)) for body in bodies]
    for each in programs:
        each.start()
    for each in programs:
        each.join()
    assert sorted(statuses) == [200, 403]
    assert len(out.leaves("release.given")) == 2


def test_what_is_lost_suspended_unknown_or_anothers_is_refused(out: Town) -> None:
    slip, other = out.slips
    document = json.loads(read_body(body_for(out, slip)).document.raw)

    def changed(**changes: str) -> bytes:
        raw = json.dumps(document | changes).encode()
        return write_body(raw, sign_document(raw, DEVICE))

    assert keys_of(
        out,
        changed(kid="00" * 8),
        changed(ticket="00" * 16),
        changed(copy=out.cid(other).hex()),
        changed(copy="00" * 16),
        changed(header="01" * 32),
        changed(key="A" * 43 + "="),
    ) == [
        (404, "custodian.other_custodian"),
        (404, "custodian.no_ticket"),
        (404, "custodian.no_ticket"),
        (404, "custodian.no_ticket"),
        (403, "custody.other_header"),
        (400, "custodian.bad_request_document"),
    ]
    assert out.leaves("release.requested") == []
    suspend_copy(out.office, slip)
    assert keys_of(out, body_for(out, slip)) == [(403, "custodian.suspended")]


def unseen(town: Town, slip: str) -> bytes:
    """Return what a plugin of age posts, which sees no header."""
    document = asker(town).document(replace(ask_of(town, slip), header_sha256=b""), EphemeralKey.draw("x25519"))
    return write_body(document.raw, sign_document(document.raw, DEVICE))


def test_who_has_not_seen_the_header_asks_only_for_what_may_be_saved(town: Town) -> None:
    (shown,) = town.sealed("USB-1", allow_save=False)
    (saved,) = town.sealed("USB-2")
    for slip in (shown, saved):
        town.carry(slip, "officer", "carrier", "supervisor")
    assert keys_of(town, unseen(town, shown), unseen(town, saved), body_for(town, shown)) == [
        (403, "capsule.save_not_allowed"),
        (202, None),
        (202, None),
    ]
    with pytest.raises(Refused):
        take_file(town.office, unseen(town, shown))
    requests = town.office.releases.waiting()
    assert [asked_release(town.office, each)["header_seen"] for each in requests] == [False, True], "the desk is told"


def test_what_fails_inside_is_not_told_to_whoever_asks(out: Town) -> None:
    slip = out.slips[0]
    body = body_for(out, slip)
    answered(out, body)
    approve(out, 1, *TWO)
    for path in out.office.home.keks.glob("*.kek"):
        path.unlink()
    (reply,) = answered(out, body)
    assert (reply.status, getattr(reply.answer, "key", None)) == (503, "custodian.not_now")
    assert out.leaves("release.given") == []


def test_whoever_holds_a_medium_learns_no_name_and_no_state_of_the_register(out: Town) -> None:
    slip = out.slips[0]
    out.learn(register_text().replace('["carrier", "supervisor"]', '["carrier"]'))
    (reply,) = answered(
        out, body_for(out, slip)
    )  # anybody can write one: ids stand in the header, and the device is new
    assert (reply.status, getattr(reply.answer, "key", None)) == (403, "custodian.held_back")
    said = reply.encode().decode()
    assert PHONE in said
    assert not any(word in said for word in ("supervisor", out.office.register.person("supervisor").employer))


def test_times_are_told_by_the_offices_clock(out: Town) -> None:
    body = body_for(out, out.slips[0])
    answered(out, body)
    approve(out, 1, *TWO)
    out.clock.advance(timedelta(hours=8))
    (reply,) = answered(out, body)
    answer = read_answer(reply.encode())
    assert isinstance(answer, Denied)
    assert (answer.key, "(Asia/Tokyo)" in answer.en) == ("custodian.too_late", True)


# One-time codes.


def test_a_code_is_asked_for_once_a_document_and_five_wrong_ones_suspend(out: Town) -> None:
    slip, other = out.slips
    with out.office.ledger.transaction() as tx:
        out.office.codes.enrol(tx, "supervisor", epoch=out.office.custodian.epoch(tx))
    person = Person(out, codes=["000000"] * 5)
    with pytest.raises(Refused) as caught:
        opened(out, slip, online(out, person))
    assert caught.value.key == "custodian.factor_locked"
    assert person.lefts == [5, 4, 3, 2, 1]
    assert (out.ticket(slip), out.ticket(other)) == ("suspended", "live")
    assert [entry.type for entry in out.office.ledger.entries()][-2:] == ["factor.locked", "ticket.suspended"]
    assert out.leaves("release.requested") == []


# By file and by QR code.


def test_by_file_the_desk_gives_one_answer_that_only_that_opener_reads(out: Town) -> None:
    slip = out.slips[0]
    carried: list[bytes] = []

    def exchange(body: bytes) -> bytes:
        request, document = take_file(out.office, body)
        assert document.purpose == "再計算"
        approve(out, request.id, *TWO)
        carried.append(give_file(out.office, request).encode())
        with pytest.raises(Refused):
            give_file(out.office, request)
        return carried[0]

    source = FileRelease(asker=asker(out, purpose="再計算"), exchange=exchange, conversation=Person(out))
    assert opened(out, slip, source).manifest.slip == slip
    assert source.opened[0].capsule.hex() == out.record(slip).sha256
    again = FileRelease(asker=asker(out), exchange=lambda _: carried[0], conversation=Person(out))
    with pytest.raises(Refused) as caught:
        opened(out, slip, again)
    assert caught.value.key == "custodian.leaf_of_another"


def test_the_answer_in_a_file_is_proven_by_a_checkpoint_that_witnesses_cosigned(out: Town, tmp_path: Path) -> None:
    witnesses = Witnesses(tmp_path, out.office.ledger.key)
    cosigning = Cosigning(out.office.ledger, witnesses.quorum(), send=witnesses.post)
    object.__setattr__(out.office.releases, "_cosigning", cosigning)
    key = EphemeralKey.draw("x25519")
    document = asker(out).document(ask_of(out, out.slips[0]), key)
    request, _ = take_file(out.office, write_body(document.raw, sign_document(document.raw, DEVICE)))
    approve(out, request.id, *TWO)
    record_release(out, request.id)
    cosigning.cover(out.office.ledger.checkpoint().size - 1)
    body = body_for(out, out.slips[1])
    answered(out, body)  # the ledger goes on; nobody has brought that to the witness
    answer = read_answer(give_file(out.office, request).encode())
    assert isinstance(answer, Released)
    opened = open_answer(answer, asked=document, key=key, log=card_of(out).log, witnesses=witnesses.quorum())
    assert ask_of(out, out.slips[0]).fits(opened.share)


def record_release(town: Town, number: int) -> None:
    with town.office.ledger.transaction() as tx:
        releasing.record_release(town.office, tx, town.office.releases.get(number))


def test_a_file_that_waits_opens_nothing(out: Town) -> None:
    source = FileRelease(
        asker=asker(out), exchange=lambda body: answered(out, body)[0].encode(), conversation=Person(out)
    )
    with pytest.raises(Refused) as caught:
        opened(out, out.slips[0], source)
    assert caught.value.key == "custodian.no_release_in_file"


def by_code(town: Town, shown: list[str], typed: Any) -> CodeRelease:
    return CodeRelease(
        cards=(card_of(town),), show=lambda _, text: shown.append(text), digits=typed, told=lambda: shown.append("no")
    )


def test_by_qr_code_the_digits_open_in_the_window_that_showed_it(out: Town) -> None:
    slip, shown = out.slips[0], list[str]()
    tries = iter([None, bytes(16)])

    def typed() -> bytes | None:
        misread = next(tries, b"")
        if misread != b"":
            return misread
        request = take_code(out.office, read_relay_text(shown[0]))
        approve(out, request.id, *TWO)
        digits = release_code(give_code(out.office, request, acknowledged=True))
        return read_release_code(digits)

    assert opened(out, slip, by_code(out, shown, typed)).manifest.slip == slip
    assert shown[1:] == ["no"]
    (leaf,) = out.leaves("release.given")
    assert leaf.fields["asked"] == hashlib.sha256(read_relay_text(shown[0]).raw).hexdigest()
    assert "device" not in leaf.fields
    with pytest.raises(Refused):
        give_code(out.office, out.office.releases.get(1), acknowledged=True)


def test_a_code_for_another_office_header_or_key_is_refused(out: Town) -> None:
    ask = ask_of(out, out.slips[0])
    good = RelayRequest(
        kid=ask.binding.kid,
        cid=ask.binding.cid,
        tid=ask.binding.tid,
        key=RelayKey.draw().public,
        header=ask.header_sha256[:8],
    )
    for changes, error in (
        ({"kid": bytes(8)}, NotFound),
        ({"tid": bytes(16)}, NotFound),
        ({"header": bytes(8)}, NoKey),
        ({"key": bytes(32)}, Unreadable),
    ):
        with pytest.raises(error):
            take_code(out.office, replace(good, **changes))
    assert take_code(out.office, good).id == take_code(out.office, good).id == 1


# Openers.


def test_an_opener_refuses_what_another_office_says(out: Town) -> None:
    slip = out.slips[0]
    stranger = Ed25519PrivateKey.generate()
    card = replace(card_of(out), log=replace(card_of(out).log, public=stranger.public_key().public_bytes_raw()))
    with pytest.raises(NoKey) as caught:
        opened(out, slip, online(out, asker=asker(out, cards=(card,))))
    assert caught.value.key == "custodian.other_card"
    assert out.leaves("release.requested") == []


def test_a_share_that_does_not_fit_is_refused_before_anything_is_decrypted(out: Town) -> None:
    slip, other = out.slips
    ask = replace(ask_of(out, slip), kcv=bytes(8))
    source = online(out)
    with pytest.raises(NoKey) as caught:
        source.share(ask)
    assert caught.value.key == "capsule.wrong_share"
    assert source.opened == []
    assert other != slip


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.binary(max_size=60))
def test_whatever_the_network_answers_nothing_opens(out: Town, said: bytes) -> None:
    with out.capsule(out.slips[0]).open("rb") as file, pytest.raises(Unreadable):
        open_capsule(io.BytesIO(file.read()), IDENTITY, online(out, post=lambda *_: said))


def test_new_requests_are_limited_for_a_ticket_and_in_all_and_a_quarter_of_an_hour_later_are_not(out: Town) -> None:
    slip, other = out.slips
    limits = Limits(a_ticket=1, in_all=2)
    bodies = [body_for(out, each) for each in (slip, slip, other, other)]
    assert [reply.status for reply in answered(out, *bodies, limits=limits)] == [202, 429, 202, 429]
    out.clock.advance(limits.window * 2)
    assert [reply.status for reply in answered(out, bodies[1], limits=limits)] == [202]
