"""Tickets from issue to suspension: each change with its leaf, in one commit, or not at all."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from custodian_office import CARRIER, FIRST, HEADER, RECIPIENT, SECOND, Office, opened, policy

from sekisho.custodian.custodian import Custodian
from sekisho.errors import Misuse, NotFound, Refused, SekishoError

UNKNOWN = bytes(16)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened(tmp_path) as made:
        yield made


def refused(act: Callable[[], object]) -> SekishoError:
    with pytest.raises(SekishoError) as caught:
        act()
    return caught.value


def test_an_issued_ticket_has_ids_and_a_share_of_its_own(office: Office) -> None:
    first, second = office.issue(), office.issue()
    values = [first.cid, first.tid, first.share, second.cid, second.tid, second.share]
    assert {len(value) for value in values} == {16}
    assert len(set(values)) == 6
    assert first.kid == second.kid == office.custodian.kid


def test_the_custodians_id_is_of_its_log_key(tmp_path: Path, office: Office) -> None:
    kid = office.custodian.kid
    office.close()
    with opened(tmp_path) as again:
        assert again.custodian.kid == kid
    assert len(kid) == 8


def test_an_issued_ticket_opens_nothing(office: Office) -> None:
    issued = office.issue()
    assert refused(lambda: office.open(issued)).key == "custodian.issued"


def test_a_rolled_back_issue_leaves_no_ticket_and_no_leaf(office: Office) -> None:
    def issue() -> None:
        with office.ledger.transaction() as tx:
            office.custodian.issue(tx, policy(), RECIPIENT)
            raise Misuse("custodian.not_live")

    refused(issue)
    assert list(office.ledger.entries()) == []
    assert office.connection.execute("SELECT count(*) FROM ticket").fetchone() == (0,)
    assert office.open(office.live())


def test_a_committed_ticket_lives_and_knows_its_capsule(office: Office) -> None:
    issued = office.live()
    (ticket,) = office.custodian.tickets(issued.cid)
    assert (ticket.state.value, ticket.header) == ("live", HEADER)


def test_a_copy_is_committed_once(office: Office) -> None:
    issued = office.live()
    assert refused(lambda: office.commit(issued.cid)).key == "custodian.not_issued"
    office.suspend(issued.cid)
    assert refused(lambda: office.commit(issued.cid)).key == "custodian.not_issued"


def test_a_destroyed_copy_is_not_committed(office: Office) -> None:
    issued = office.issue()
    office.destroy(issued.cid)
    assert refused(lambda: office.commit(issued.cid)).key == "custodian.not_issued"
    assert office.state(issued) == "destroyed"


def test_what_is_unknown_is_not_found(office: Office) -> None:
    acts: list[Callable[[], object]] = [
        lambda: office.commit(UNKNOWN),
        lambda: office.suspend(UNKNOWN),
        lambda: office.lift(UNKNOWN, FIRST, SECOND),
        lambda: office.begin(UNKNOWN),
        lambda: office.custodian.tickets(UNKNOWN),
        lambda: office.custodian.ticket_for(bytes(6)),
    ]
    assert {type(refused(act)) for act in acts} == {NotFound}
    assert list(office.ledger.entries()) == []


# Suspending and lifting.


def test_a_suspended_copy_opens_nothing_until_two_lift_it(office: Office) -> None:
    issued = office.live()
    office.suspend(issued.cid)
    assert refused(lambda: office.open(issued)).key == "custodian.suspended"
    office.lift(issued.cid, FIRST, SECOND)
    assert office.open(issued, nonce=1) == issued.share


def test_a_suspension_and_its_lifting_are_in_the_ledger(office: Office) -> None:
    issued = office.live()
    office.suspend(issued.cid)
    office.lift(issued.cid, SECOND, FIRST)
    assert [leaf.fields for leaf in office.leaves("ticket.suspended", issued.cid)] == [{"lost": 0}]
    (lifted,) = office.leaves("ticket.lifted", issued.cid)
    assert lifted.fields == {"by": sorted([FIRST.public.id, SECOND.public.id])}


def test_whoever_suspends_twice_is_not_refused(office: Office) -> None:
    issued = office.live()
    office.suspend(issued.cid)
    office.suspend(issued.cid)
    assert office.state(issued) == "suspended"


@pytest.mark.parametrize("people", [[], [FIRST], [FIRST, FIRST]])
def test_fewer_than_two_do_not_lift(office: Office, people: list[object]) -> None:
    issued = office.live()
    office.suspend(issued.cid)
    error = refused(lambda: office.lift(issued.cid, *people))  # type: ignore[arg-type]  # a list of keys
    assert (error.key, error.values["need"]) == ("custodian.keys_missing", 2)
    assert office.state(issued) == "suspended"


def test_the_suspension_of_a_lost_copy_is_never_lifted(office: Office) -> None:
    issued = office.live()
    office.suspend(issued.cid)
    office.suspend(issued.cid, lost=True)
    office.suspend(issued.cid)
    for people in ([FIRST, SECOND], [FIRST, SECOND, CARRIER], []):
        assert refused(lambda by=people: office.lift(issued.cid, *by)).key == "custodian.lost_stays_shut"  # type: ignore[misc]
    assert office.state(issued) == "suspended"


def test_what_is_not_suspended_is_not_lifted(office: Office) -> None:
    issued, fresh = office.live(), office.issue()
    for each in (issued, fresh):
        assert refused(lambda cid=each.cid: office.lift(cid, FIRST, SECOND)).key == "custodian.not_suspended"  # type: ignore[misc]
    assert (office.state(issued), office.state(fresh)) == ("live", "issued")


def test_a_copy_that_was_never_finished_is_not_suspended(office: Office) -> None:
    issued = office.issue()
    assert refused(lambda: office.suspend(issued.cid)).key == "custodian.not_live"


def test_a_destroyed_copy_is_neither_suspended_nor_lifted(office: Office) -> None:
    issued = office.live()
    office.destroy(issued.cid)
    assert refused(lambda: office.suspend(issued.cid)).key == "custodian.destroyed"
    assert refused(lambda: office.lift(issued.cid, FIRST, SECOND)).key == "custodian.not_suspended"
    assert office.leaves("ticket.suspended") == []


def test_one_copys_suspension_is_not_anothers(office: Office) -> None:
    issued, other = office.live(), office.live()
    office.suspend(issued.cid, lost=True)
    assert office.open(other) == other.share


# Numbers said on the telephone.


def test_a_challenge_means_the_copy_it_begins_with(office: Office) -> None:
    issued, _ = office.live(), office.live()
    assert office.custodian.ticket_for(issued.cid[:2] + b"\1\2\3\4").tid == issued.tid


def test_no_two_copies_with_a_share_are_called_alike(office: Office) -> None:
    drawn = iter([b"\1" * 16, b"a" * 16, b"b" * 16, b"\1\1" + b"\2" * 14, b"\3" * 16, b"c" * 16, b"d" * 16])
    custodian = Custodian(office.connection, office.ledger, office.kek, randomness=lambda _: next(drawn))
    with office.ledger.transaction() as tx:
        first, second = (custodian.issue(tx, policy(), RECIPIENT) for _ in range(2))
    assert (first.cid, second.cid) == (b"\1" * 16, b"\3" * 16)


def test_where_every_number_is_taken_the_issue_is_refused(office: Office) -> None:
    custodian = Custodian(office.connection, office.ledger, office.kek, randomness=lambda size: b"\1" * size)
    with office.ledger.transaction() as tx:
        custodian.issue(tx, policy(), RECIPIENT)

    def again() -> None:
        with office.ledger.transaction() as tx:
            custodian.issue(tx, policy(), RECIPIENT)

    error = refused(again)
    assert (type(error), error.key) == (Refused, "custodian.no_number_free")


def test_the_first_ticket_begins_the_first_epoch(office: Office) -> None:
    office.issue()
    office.issue()
    assert [leaf.fields for leaf in office.leaves("epoch.begun")] == [{"epoch": 1, "kek": "file"}]
    assert list(office.keks()) == ["000001.kek"]


def test_without_its_key_the_custodian_issues_nothing(office: Office) -> None:
    office.issue()
    (office.home.keks / "000001.kek").unlink()
    before = list(office.ledger.entries())
    assert refused(office.issue).key == "custodian.no_kek"
    assert list(office.ledger.entries()) == before


def test_an_office_restored_without_its_keys_seals_again_once_no_share_needs_them(office: Office) -> None:
    """No backup holds a key. The shares under it are gone; destroying their copies makes the office usable again."""
    issued = office.live()
    office.destroy(issued.cid)
    for key in office.home.keks.iterdir():
        key.unlink()
    assert office.open(office.live())
    assert [leaf.fields["epoch"] for leaf in office.leaves("epoch.begun")] == [1, 2, 3]
    assert list(office.keks()) == ["000003.kek"]
