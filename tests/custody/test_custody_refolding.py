"""What the table of copies says is what the ledger's entries make; whoever changes a row is found out."""

import contextlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from invented_office import Town, signing_key
from sekisho.custody import records
from sekisho.custody.copy import State
from sekisho.custody.forgetting import Reason, forget_copy
from sekisho.custody.handing import erase, find
from sekisho.custody.offering import accept, break_seal, decline, expire_offers, offer
from sekisho.custody.records import CopyRow
from sekisho.custody.refolding import Difference, refold
from sekisho.custody.returning import return_copy, write_off
from sekisho.custody.stopping import lift_suspension
from sekisho.errors import LedgerBroken
from sekisho.loss.lost import report_lost

pytest_plugins = ("office_fixtures",)

HOUR = timedelta(hours=1)
CARRIER, SUPERVISOR, CHIEF, SECURITY = map(signing_key, ("carrier", "supervisor", "chief", "security"))


def agrees(town: Town) -> bool:
    found = refold(town.office)
    assert found.copies == len(town.slips)
    return (found.differences, found.erased) == ((), ())


def tamper(town: Town, slip: str, change: Callable[[CopyRow], CopyRow]) -> list[Difference]:
    """Change a row beside the ledger, as whoever can write to the database could."""
    with contextlib.ExitStack() as put_back:
        row = town.row(slip)
        records.update_copy(town.office.ledger.connection, change(row))
        put_back.callback(records.update_copy, town.office.ledger.connection, row)
        return list(refold(town.office).differences)


def test_every_step_of_an_evening_folds_to_the_row(out: Town) -> None:
    first, second = out.slips
    assert agrees(out)
    until = out.clock.now() + HOUR
    offer(out.office, first, giver=CARRIER, to="supervisor", until=until)
    assert agrees(out)
    accept(out.office, first, receiver=SUPERVISOR)
    out.open(first)
    assert agrees(out)
    offer(out.office, first, giver=SUPERVISOR, to="carrier", until=until)
    decline(out.office, first, by=CARRIER, reason="not_expected")
    offer(out.office, first, giver=SUPERVISOR, to="carrier", until=until)
    out.clock.advance(HOUR)
    expire_offers(out.office)
    assert agrees(out)
    break_seal(out.office, second, by=CARRIER)
    assert agrees(out)
    lift_suspension(out.office, second, keys=[CHIEF, SECURITY])
    assert agrees(out)
    return_copy(out.office, first, giver=SUPERVISOR, receiver=CHIEF)
    erase(out.office, first, out.stick("USB-1"), holder=CHIEF, witness=SECURITY)
    assert (out.state(first), agrees(out)) == ("closed", True)
    report_lost(out.office, [second], key_officer=SECURITY)
    write_off(out.office, second, keys=[CHIEF, SECURITY])
    assert agrees(out)
    find(out.office, second, out.stick("USB-2"), taker=signing_key("officer"))
    assert (out.state(second), agrees(out)) == ("found", True)


def test_what_is_asked_for_and_not_sealed_folds_too(town: Town) -> None:
    request = town.request()
    assert agrees(town)
    town.approve(request.id, "chief")
    assert agrees(town)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [("state", State.CLOSED, "out"), ("holder", "stranger", "carrier"), ("opens", 7, "0"), ("revoked", True, "False")],
)
def test_a_row_that_somebody_changed_is_reported(out: Town, field: str, value: object, told: str) -> None:
    slip = out.slips[0]
    (found,) = tamper(out, slip, lambda row: msgspec.structs.replace(row, copy=replace(row.copy, **{field: value})))  # type: ignore[arg-type]  # as the case says
    assert found == Difference(slip=slip, field=field, stored=str(value), told=told)
    assert agrees(out)


def test_a_copy_that_is_moved_under_another_request_is_reported(out: Town) -> None:
    other = out.request(media=("USB-9",))
    slip = out.slips[0]
    with out.office.ledger.transaction() as tx:
        tx.connection.execute("UPDATE copy SET request = ? WHERE slip = ?", (other.id, slip))
    assert {each.slip for each in refold(out.office).differences} == {slip}


def test_a_changed_entry_is_no_difference_but_a_broken_ledger(out: Town) -> None:
    connection = out.office.ledger.connection
    for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")
    (leaf, *_) = out.leaves("copy.handed_over")
    body = leaf.body().replace(b"copy.handed", b"copy.banded")
    connection.execute("UPDATE entry SET body = ? WHERE idx = ?", (body, leaf.index))
    with pytest.raises(LedgerBroken):
        refold(out.office)


def test_where_names_are_erased_keys_tell_and_nothing_is_guessed(out: Town) -> None:
    first, second = out.slips
    offer(out.office, first, giver=CARRIER, to="supervisor", until=out.clock.now() + HOUR)
    accept(out.office, first, receiver=SUPERVISOR)
    for slip, medium, holder, witness in ((first, "USB-1", SUPERVISOR, CARRIER), (second, "USB-2", CARRIER, CHIEF)):
        erase(out.office, slip, out.stick(medium), holder=holder, witness=witness)
        forget_copy(out.office, slip, keys=[CHIEF, signing_key("privacy")], reason=Reason.RETENTION, law="x")
    found = refold(out.office)
    assert (found.differences, found.erased) == ((), (first,))  # to whom it was offered, no key in the ledger tells
