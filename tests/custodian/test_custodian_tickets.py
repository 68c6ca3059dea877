"""The tables: what is stored comes back, what is damaged says so, and what may not be is refused by the database."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from custodian_office import EVENING, HEADER, RECIPIENT, Office, opened, policy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sekisho.custodian import tickets
from sekisho.custodian.policy import TicketState
from sekisho.custodian.tickets import short_hash
from sekisho.errors import NotFound, Refused, SekishoError, Unreadable


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened(tmp_path) as made:
        yield made


def test_a_ticket_comes_back_as_it_was_stored(office: Office) -> None:
    issued = office.issue()
    ticket = tickets.get(office.connection, issued.tid)
    assert (ticket.cid, ticket.recipient, ticket.state) == (issued.cid, RECIPIENT, TicketState.ISSUED)
    assert (ticket.policy, ticket.issued_at, ticket.epoch) == (policy(), EVENING, 1)
    assert (ticket.opens, ticket.header, ticket.lost) == (0, None, False)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(st.integers(0, 2**31), st.integers(0, 99), st.sets(st.from_regex(r"[0-9a-f]{16}", fullmatch=True), max_size=4))
def test_any_policy_comes_back(office: Office, most: int, needed: int, barred: set[str]) -> None:
    wanted = {"max_opens": most, "approvals": needed, "barred": frozenset(barred)}
    assert tickets.get(office.connection, office.issue(**wanted).tid).policy == policy(**wanted)


def test_no_share_is_stored(office: Office) -> None:
    issued = office.issue()
    rows = office.connection.execute("SELECT * FROM ticket").fetchall()
    assert not any(issued.share in value for row in rows for value in row if isinstance(value, bytes))
    assert tickets.share_of(tickets.get(office.connection, issued.tid), office.kek) == issued.share


def test_neither_share_nor_wrapped_share_is_shown(office: Office) -> None:
    issued = office.issue()
    ticket = tickets.get(office.connection, issued.tid)
    assert ticket.wrapped
    for secret in (issued.share, ticket.wrapped):
        assert secret.hex() not in repr((issued, ticket, office))
        assert repr(secret)[2:-1] not in repr((issued, ticket, office))


def test_what_is_not_there_is_not_found(office: Office) -> None:
    for look in (tickets.get, tickets.of_copy, tickets.drop_shares):
        with pytest.raises(NotFound) as caught:
            look(office.connection, bytes(16))
        assert caught.value.key == "custodian.no_ticket"
    with pytest.raises(NotFound) as caught:
        tickets.get_request(office.connection, 7)
    assert (caught.value.key, caught.value.values) == ("custodian.no_request", {"number": 7})


def test_a_leaf_calls_a_ticket_by_a_hash(office: Office) -> None:
    issued = office.issue()
    (leaf,) = office.leaves("ticket.issued")
    assert leaf.fields == {"ticket": short_hash(issued.tid), "epoch": 1}
    assert issued.tid.hex().encode() not in b"".join(entry.body() for entry in office.ledger.entries())


@pytest.mark.parametrize(
    "change",
    [
        "state = 'live', wrapped = NULL",
        "state = 'destroyed'",
        "state = 'lent'",
        "opens = 3",
        "opens = -1",
        "cid = x'00'",
        "not_after = NULL",
        "max_opens = 'many'",
        "epoch = 9",
    ],
)
def test_the_database_refuses_a_ticket_that_cannot_be(office: Office, change: str) -> None:
    office.live()
    with pytest.raises(sqlite3.IntegrityError):
        office.connection.execute(f"UPDATE ticket SET {change}")


@pytest.mark.parametrize(
    "change", ["not_after = ''", "not_before = '2022-13-01T00:00:00Z'", "issued_at = 'yesterday'", "wrapped = x''"]
)
def test_a_damaged_ticket_says_so_and_releases_nothing(office: Office, change: str) -> None:
    issued = office.live()
    request = office.request(issued)
    office.connection.execute(f"UPDATE ticket SET {change}")
    with pytest.raises(SekishoError) as caught:
        office.approve(request)
        tickets.share_of(tickets.get(office.connection, issued.tid), office.kek)
    assert (type(caught.value), caught.value.key) == (Unreadable, "custodian.damaged_ticket")


def test_a_damaged_request_says_so(office: Office) -> None:
    request = office.request(office.live())
    office.connection.execute("UPDATE release_request SET asked_at = '17:00'")
    with pytest.raises(Unreadable) as caught:
        office.releases.get(request.id)
    assert caught.value.key == "custodian.damaged_ticket"


def test_a_destroyed_ticket_has_no_share(office: Office) -> None:
    issued = office.live()
    assert tickets.drop_shares(office.connection, issued.cid)
    assert not tickets.drop_shares(office.connection, issued.cid)
    ticket = tickets.get(office.connection, issued.tid)
    assert (ticket.wrapped, ticket.epoch) == (None, 1)
    with pytest.raises(Refused) as caught:
        tickets.share_of(ticket, office.kek)
    assert caught.value.key == "custodian.destroyed"


@pytest.mark.parametrize("state", [TicketState.LIVE, TicketState.SUSPENDED, TicketState.ISSUED])
def test_a_destroyed_ticket_is_never_another(office: Office, state: TicketState) -> None:
    issued = office.live()
    tickets.drop_shares(office.connection, issued.cid)
    tickets.set_state(office.connection, issued.cid, state)
    assert office.state(issued) == "destroyed"


def test_a_challenge_finds_the_copies_whose_shares_live(office: Office) -> None:
    issued, gone = office.live(), office.live()
    office.destroy(gone.cid)
    assert [ticket.tid for ticket in tickets.with_short_id(office.connection, issued.cid[:2])] == [issued.tid]
    assert tickets.with_short_id(office.connection, gone.cid[:2]) == []


def test_uncommitted_copies_are_found_by_their_age(office: Office) -> None:
    old, _ = office.issue(), office.live()
    assert tickets.uncommitted(office.connection, before=EVENING) == []
    assert tickets.uncommitted(office.connection, before=EVENING + timedelta(seconds=1)) == [old.cid]


def test_an_approval_counts_from_a_time_on(office: Office) -> None:
    request = office.request(office.live())
    for key, minutes in (("a", 0), ("b", 5)):
        at = EVENING + timedelta(minutes=minutes)
        tickets.add_approval(office.connection, request.id, key=key, signature="", at=at)
    since = [EVENING + timedelta(minutes=minutes) for minutes in (0, 1, 5, 6)]
    assert [len(tickets.approvals(office.connection, request.id, since=each)) for each in since] == [2, 1, 1, 0]


def test_a_request_keeps_its_header_digest_apart(office: Office) -> None:
    issued = office.live()
    assert tickets.get(office.connection, issued.tid).header == HEADER
