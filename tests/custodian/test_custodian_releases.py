"""Releases: asked for, approved by two, in the ledger before the share leaves, and each one counted."""

import contextlib
import dataclasses
import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from custodian_office import (
    CARRIER,
    EVENING,
    FIRST,
    SECOND,
    Office,
    holding,
    opened,
    owner,
    signing_key,
)

from sekisho.clock import ManualClock
from sekisho.custodian.policy import APPROVALS_LAST
from sekisho.custodian.releases import APPROVAL, Release
from sekisho.custodian.tickets import ReleaseRequest
from sekisho.errors import Missing, NoKey, Refused, SekishoError, Unreadable
from sekisho.signing.sshsig import sign

QUARTER = APPROVALS_LAST
MINUTE = timedelta(minutes=1)


@pytest.fixture
def office(tmp_path: Path, clock: ManualClock) -> Iterator[Office]:
    with opened(tmp_path, clock) as made:
        yield made


def refused(act: Callable[[], object]) -> SekishoError:
    with pytest.raises(SekishoError) as caught:
        act()
    return caught.value


def approved(office: Office, **changes: object) -> ReleaseRequest:
    request = office.request(office.live(**changes))
    office.approve(request, FIRST, SECOND)
    return request


# A release, whole.


def test_two_approvals_give_the_share(office: Office) -> None:
    issued = office.live()
    assert office.open(issued) == issued.share
    assert office.opens(issued) == 1


def test_every_step_is_in_the_ledger(office: Office) -> None:
    issued = office.live()
    office.open(issued)
    steps = [entry.type for entry in office.ledger.entries() if entry.copy == issued.cid.hex()]
    assert steps == [
        "ticket.issued", "capsule.sealed", "release.requested", "release.approved", "release.approved", "release.given",
    ]  # fmt: skip
    (given,) = office.leaves("release.given")
    assert given.fields["by"] == sorted([FIRST.public.id, SECOND.public.id])
    assert (given.fields["route"], given.fields["request"]) == ("voice", 1)


def test_the_share_is_nowhere_in_the_folder_after_a_release(office: Office) -> None:
    share = office.open(office.live())
    assert holding(office.root, share) == []


def test_openings_are_counted_to_the_last(office: Office) -> None:
    issued = office.live(max_opens=2)
    for nonce in (1, 2):
        office.open(issued, nonce=nonce)
    assert refused(lambda: office.open(issued, nonce=3)).key == "custodian.opened_out"
    assert len(office.leaves("release.given")) == office.opens(issued) == 2


def test_an_opening_needs_a_request_of_its_own(office: Office) -> None:
    request = approved(office)
    office.give(request)
    assert refused(lambda: office.give(request)).key == "custodian.answered"
    assert refused(lambda: office.approve(request, FIRST)).key == "custodian.answered"


def test_the_same_challenge_again_is_the_same_request_until_it_is_answered(office: Office) -> None:
    issued = office.live()
    first, again = office.request(issued), office.request(issued)
    assert first == again
    assert len(office.leaves("release.requested")) == 1
    office.approve(first, FIRST, SECOND)
    office.give(first)
    assert office.request(issued).id != first.id


@pytest.mark.parametrize("size", [0, 5, 7])
def test_a_challenge_has_six_bytes(office: Office, size: int) -> None:
    (ticket,) = office.custodian.tickets(office.live().cid)
    with office.ledger.transaction() as tx, pytest.raises(ValueError, match="six bytes"):
        office.releases.request(tx, ticket, route="voice", challenge=bytes(size))


def test_a_request_comes_back_by_its_number(office: Office) -> None:
    issued = office.live()
    request = office.request(issued)
    assert office.releases.get(request.id) == request
    assert office.releases.ticket(request).tid == issued.tid
    assert (request.asked_at, request.given_at) == (EVENING, None)


# Not before the leaf is durable and signed.


def test_no_share_inside_the_transaction(office: Office) -> None:
    request = approved(office)
    with office.ledger.transaction() as tx:
        release = office.releases.give(tx, request, owner)
        with pytest.raises(RuntimeError, match="durable and signed"):
            release.share()
    assert len(release.share()) == 16


def test_the_leaf_is_signed_before_the_share_can_be_had(office: Office) -> None:
    release = office.give(approved(office))
    with contextlib.closing(sqlite3.connect(office.home.database)) as other:
        ((signed,),) = other.execute("SELECT max(size) FROM checkpoint").fetchall()
        (body,) = other.execute("SELECT body FROM entry WHERE idx = ?", (release.index,)).fetchone()
    assert signed > release.index
    assert b'"type":"release.given"' in body
    assert release.share()


class DiskFull(Exception):
    """The disk fills up inside a transaction."""


def rolled_back(office: Office, request: ReleaseRequest) -> Release:
    """Give a release in a transaction that fails."""
    kept: list[Release] = []

    def give() -> None:
        with office.ledger.transaction() as tx:
            kept.append(office.releases.give(tx, request, owner))
            raise DiskFull

    with pytest.raises(DiskFull):
        give()
    return kept[0]


def test_no_share_after_the_transaction_failed(office: Office) -> None:
    release = rolled_back(office, approved(office))
    with pytest.raises(RuntimeError, match="durable and signed"):
        release.share()
    assert office.leaves("release.given") == []


def test_no_share_though_another_entry_stands_in_the_failed_ones_place(office: Office) -> None:
    request = approved(office)
    release = rolled_back(office, request)
    office.live()
    assert office.ledger.checkpoint().size > release.index
    with pytest.raises(RuntimeError, match="durable and signed"):
        release.share()


def test_no_share_of_another_release_that_took_the_failed_ones_place(office: Office) -> None:
    first, second = approved(office), approved(office)
    release = rolled_back(office, first)
    assert office.give(second).index == release.index
    with pytest.raises(RuntimeError, match="durable and signed"):
        release.share()


@pytest.mark.parametrize("act", ["suspend", "begin"])
def test_no_share_of_a_copy_that_was_stopped_after_the_release(office: Office, act: str) -> None:
    request = approved(office)
    release = office.give(request)
    getattr(office, act)(office.releases.ticket(request).cid)
    assert type(refused(release.share)) is Refused


def test_a_release_outlives_the_epoch_in_which_it_was_given(office: Office) -> None:
    issued, other = office.live(), office.live()
    request = office.request(issued)
    office.approve(request, FIRST, SECOND)
    release = office.give(request)
    office.destroy(other.cid)
    assert release.share() == issued.share


def test_a_share_that_cannot_be_had_is_not_recorded_as_given(office: Office) -> None:
    request = approved(office)
    key = office.home.keks / "000001.kek"
    for spoil, error in ((lambda: key.write_bytes(b"short"), Unreadable), (key.unlink, Missing)):
        spoil()
        assert type(refused(lambda: office.give(request))) is error
    assert office.leaves("release.given") == []


# Approvals.


@pytest.mark.parametrize("people", [[], [FIRST], [FIRST, FIRST]])
def test_fewer_than_two_approvals_give_nothing(office: Office, people: list[object]) -> None:
    request = office.request(office.live())
    office.approve(request, *people)  # type: ignore[arg-type]  # a list of keys
    error = refused(lambda: office.give(request))
    assert (error.key, error.values) == (
        "custodian.approvals_missing",
        {"number": request.id, "have": len(set(map(id, people))), "need": 2},
    )


def test_whoever_carries_or_receives_does_not_approve(office: Office) -> None:
    request = office.request(office.live())
    error = refused(lambda: office.approve(request, CARRIER))
    assert (type(error), error.key, error.values) == (Refused, "custodian.barred_approver", {"key": CARRIER.public.id})
    assert office.releases.approvals(request, owner) == {}


@pytest.mark.parametrize(("age", "counts"), [(QUARTER, True), (QUARTER + timedelta(seconds=1), False), (-MINUTE, True)])
def test_an_approval_counts_for_a_quarter_of_an_hour(
    office: Office, clock: ManualClock, age: timedelta, counts: bool
) -> None:
    request = approved(office)
    clock.advance(age)
    assert bool(office.releases.approvals(request, owner)) == counts
    if counts:
        office.give(request)
    else:
        assert refused(lambda: office.give(request)).key == "custodian.approvals_missing"


def test_who_approves_again_renews_it(office: Office, clock: ManualClock) -> None:
    request = approved(office)
    clock.advance(QUARTER)
    office.approve(request, FIRST)
    clock.advance(MINUTE)
    assert list(office.releases.approvals(request, owner)) == [FIRST.public.id]
    office.approve(request, SECOND)
    office.give(request)


def test_an_approval_of_another_request_is_refused(office: Office) -> None:
    issued = office.live()
    first, second = office.request(issued, nonce=1), office.request(issued, nonce=2)
    signature = sign(FIRST, office.releases.statement(first), namespace=APPROVAL)

    def approve() -> None:
        with office.ledger.transaction() as tx:
            office.releases.approve(tx, second, signature)

    assert type(refused(approve)) is NoKey
    assert office.releases.approvals(second, owner) == {}


def test_an_approval_is_taken_for_what_is_stored_not_for_what_is_shown(office: Office) -> None:
    request = office.request(office.live())
    other = office.request(office.live())
    shown = dataclasses.replace(request, tid=other.tid, challenge=other.challenge)
    assert type(refused(lambda: office.approve(shown, FIRST))) is NoKey
    answered = approved(office)
    office.give(answered)
    assert refused(lambda: office.approve(answered, signing_key("third"))).key == "custodian.answered"


@pytest.mark.parametrize("purpose", ["manifest@sekisho.example", "request@sekisho.example", "file"])
def test_a_signature_for_another_purpose_approves_nothing(office: Office, purpose: str) -> None:
    request = office.request(office.live())
    signature = sign(FIRST, office.releases.statement(request), namespace=purpose)
    with office.ledger.transaction() as tx, pytest.raises(NoKey) as caught:
        office.releases.approve(tx, request, signature)
    assert caught.value.key == "signing.other_purpose"


def test_an_approver_signs_what_is_opened_and_on_what_challenge(office: Office) -> None:
    issued = office.live()
    request = office.request(issued, nonce=7)
    assert office.releases.statement(request).decode() == (
        f'{{"asked_at":"2022-06-21T08:00:00Z","challenge":"{issued.cid[:2].hex()}00000007","copy":"{issued.cid.hex()}",'
        f'"request":1,"route":"voice","ticket":"{office.leaves("ticket.issued")[0].fields["ticket"]}",'
        f'"type":"release","v":1}}'
    )


# Windows and clocks.


@pytest.mark.parametrize(
    ("start", "end", "key"),
    [
        (MINUTE, 2 * MINUTE, "custodian.too_early"),
        (-2 * MINUTE, -MINUTE, "custodian.too_late"),
        (timedelta(seconds=1), MINUTE, "custodian.too_early"),
    ],
)
def test_outside_its_window_nothing_is_given(office: Office, start: timedelta, end: timedelta, key: str) -> None:
    request = approved(office, not_before=EVENING + start, not_after=EVENING + end)
    assert refused(lambda: office.give(request)).key == key


def test_a_clock_set_back_opens_no_closed_window(office: Office, clock: ManualClock) -> None:
    request = office.request(office.live(not_after=EVENING + MINUTE))
    clock.advance(2 * MINUTE)
    office.approve(request, FIRST, SECOND)
    clock.advance(timedelta(days=-300))
    assert refused(lambda: office.give(request)).key == "custodian.too_late"


def test_a_clock_set_back_renews_no_approval(office: Office, clock: ManualClock) -> None:
    request = approved(office)
    clock.advance(QUARTER + MINUTE)
    office.live()
    clock.advance(timedelta(days=-1))
    assert refused(lambda: office.give(request)).key == "custodian.approvals_missing"


def test_a_clock_set_back_is_no_way_before_the_last_entry(office: Office, clock: ManualClock, tmp_path: Path) -> None:
    clock.advance(MINUTE)
    office.live()
    clock.advance(timedelta(days=-1))
    office.close()
    with opened(tmp_path, clock) as again:
        assert again.ledger.time() == EVENING + MINUTE


def test_nothing_secret_is_shown(office: Office) -> None:
    issued = office.live()
    request = office.request(issued)
    office.approve(request, FIRST, SECOND)
    release = office.give(request)
    for form in (issued.share.hex(), repr(issued.share)[2:-1], repr(FIRST.key.private_bytes_raw())[2:-1]):
        assert form not in repr((issued, request, release, office.releases))
