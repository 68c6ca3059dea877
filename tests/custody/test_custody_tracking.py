"""Where every copy is, what is still to be done with it, and who had which part in it."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from invented_office import Town, register_text
from sekisho.custody import records
from sekisho.custody.copy import Duty
from sekisho.custody.tracking import history, overdue, tracked

pytest_plugins = ("office_fixtures",)

NIGHT = timedelta(hours=8, seconds=1)


@pytest.fixture
def slip(out: Town) -> str:
    return out.slips[0]


def test_what_is_due_first_comes_first(out: Town) -> None:
    (sooner,) = out.sealed("USB-3", due=out.office.ledger.time() + timedelta(hours=7))
    assert [each.row.slip for each in tracked(out.office)] == [sooner, *out.slips[:2]]


def test_a_copy_is_overdue_from_the_second_after(out: Town) -> None:
    out.clock.advance(timedelta(hours=8))
    assert overdue(out.office) == []
    out.clock.advance(timedelta(seconds=1))
    assert [(each.duty, each.late) for each in overdue(out.office)] == [(Duty.RETURN, timedelta(seconds=1))] * 2


def test_a_copy_of_before_there_were_due_times_is_due_when_its_request_says(out: Town, slip: str) -> None:
    row = out.row(slip)
    with out.office.ledger.transaction() as tx:
        records.update_copy(tx.connection, msgspec.structs.replace(row, copy=replace(row.copy, due=None)))
    out.clock.advance(NIGHT)
    assert slip in [each.row.slip for each in overdue(out.office)]


def test_the_history_begins_with_the_request_and_tells_both_hands(out: Town, slip: str) -> None:
    happened = history(out.office, slip)
    assert [each.event for each in happened[:3]] == ["copy.requested", "copy.approved", "copy.approved"]
    assert [each.signed_by for each in happened[:3]] == [("officer",), ("chief",), ("security",)]
    assert dict(happened[-1].people) == {"giver": "officer", "receiver": "carrier"}
    assert all(each.fields.get("slip", slip) == slip for each in happened)


def test_a_key_is_still_its_owners_when_the_register_has_forgotten_both(out: Town, slip: str) -> None:
    out.learn(register_text().replace('key = "ssh-ed25519', 'key = "" # "ssh-ed25519'))
    assert history(out.office, slip)[-1].signed_by == ("officer", "carrier")


def test_what_was_erased_is_told_no_more(out: Town, slip: str) -> None:
    last = history(out.office, slip)[-1]
    with out.office.ledger.transaction() as tx:
        tx.erase(last.index, "receiver", reason="request", law="appi")
    assert dict(history(out.office, slip)[-1].people) == {"giver": "officer"}
