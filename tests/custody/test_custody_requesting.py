"""Asking for a copy and approving it: what may not leave is refused before anybody signs, and never signed twice."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from invented_office import EVENING, IDENTITY, ROWS, Town, register_text, signing_key
from sekisho.clock import from_text
from sekisho.codes import checks
from sekisho.custody import records
from sekisho.custody.copy import Copy, State
from sekisho.custody.records import CopyRow
from sekisho.custody.requesting import MOST_OPENS
from sekisho.custody.statements import COPY
from sekisho.errors import Misuse, NotFound, Refused, SekishoError, Unreadable
from sekisho.signing.sshsig import verify

pytest_plugins = ("office_fixtures",)

HOUR = timedelta(hours=1)


def refused(town: Town, key: str, **changes: Any) -> SekishoError:
    """See a request refused, and nothing of it kept."""
    size = town.size
    with pytest.raises(SekishoError) as caught:
        town.request(**changes)
    assert caught.value.key == key
    assert (town.size, records.requests(town.office.ledger.connection)) == (size, [])
    return caught.value


# What a request says.


def test_a_request_states_everything_and_its_requester_signs_it(town: Town) -> None:
    request = town.request(media=("USB-1", "USB-2"), max_opens=3)
    said = request.statement
    assert verify(request.signature, said.encode(), namespace=COPY) == signing_key("officer").public
    assert (said.requester, said.carrier, said.recipient) == ("officer", "carrier", "supervisor")
    assert said.cuts == {cut.id: cut.content_sha256 for cut in town.cuts}
    assert (said.people, said.unresolved, said.approvals, said.max_opens) == (3, 2, 2, 3)
    assert said.sealed_to == str(IDENTITY.recipient)
    assert from_text(said.not_after) == EVENING + 7 * HOUR


def test_a_request_names_every_field_with_its_kind_and_form(town: Town) -> None:
    said = town.request().statement
    assert "rows.csv: 口座末尾 (bank_account, mask.last 3)" in said.fields
    assert len(said.fields) == sum(len(cut.fields) for cut in town.cuts)
    assert set(said.kinds) == {"case_number", "name_kana", "address", "bank_account", "lookup_token", "benefit_status"}


def test_every_medium_is_a_copy_with_a_slip_number_that_checks(town: Town) -> None:
    request = town.request(media=("USB-1", "USB-2", "予備"))
    rows = records.copies(town.office.ledger.connection, request.id)
    assert [row.medium for row in rows] == ["USB-1", "USB-2", "予備"]
    assert len({row.slip for row in rows}) == 3
    assert all(checks(row.slip) and len(row.slip) == 6 for row in rows)
    now = town.office.ledger.time()
    asked = Copy(
        requester="officer",
        carrier="carrier",
        recipient="supervisor",
        not_before=now,
        not_after=now + timedelta(hours=7),
        due=now + timedelta(hours=8),
    )
    assert all(row.copy == asked for row in rows)


def test_the_ledger_hears_of_it_without_a_name(town: Town) -> None:
    town.request()
    (leaf,) = town.leaves("copy.requested")
    body = leaf.body().decode()
    assert leaf.fields["by"] == signing_key("officer").public.id
    assert set(leaf.commitments) == {"carrier", "recipient", "route"}
    assert not any(name in body for name in ("officer", "supervisor", "さん", "電車"))
    assert town.office.ledger.details(leaf.index)["carrier"] == "carrier"


# Who may ask, carry and receive.


@pytest.mark.parametrize("person", ["chief", "clerk", "carrier"])
def test_only_a_requester_asks(town: Town, person: str) -> None:
    assert refused(town, "custody.no_role", requester=person).values["person"] == person


def test_an_unregistered_key_asks_for_nothing(town: Town) -> None:
    refused(town, "custody.unregistered_key", requester="nobody")


@pytest.mark.parametrize(
    ("person", "key"), [("ghost", "unregistered"), ("agent", "outside_chain"), ("stranger", "outside_chain")]
)
@pytest.mark.parametrize("part", ["carrier", "recipient"])
def test_who_is_on_no_chain_neither_carries_nor_receives(town: Town, part: str, person: str, key: str) -> None:
    refused(town, f"custody.{key}", **{part: person})


def test_a_contract_must_hold_until_the_copy_is_due(town: Town) -> None:
    """Due on the first of April, in the morning of the wall clock: the contract ended the night before."""
    town.write("rows.toml", ROWS.replace("2022-09-30", "2023-09-30"))
    town.cut("rows")
    (late,) = [cut.id for cut in town.cuts if cut.ends == "2023-09-30"]
    until = EVENING.replace(year=2023, month=3, day=31, hour=14, minute=59)
    town.request(cuts=(late,), not_after=until, due=until)
    with pytest.raises(Refused) as caught:
        town.request(cuts=(late,), not_after=until, due=until + timedelta(minutes=1))
    assert caught.value.key == "custody.outside_chain"


def test_contracts_begin_and_end_by_the_clock_on_the_wall(town: Town) -> None:
    """At one in the night of 1 April it is still 31 March in UTC, and the new fiscal year has begun."""
    town.clock.time = EVENING.replace(month=6, day=21, hour=16)  # 22 June, 01:00
    town.learn(register_text(starts="2022-06-22"))
    assert town.request().statement.carrier == "carrier"
    town.learn(register_text(ends="2022-06-21"))
    with pytest.raises(Refused) as caught:
        town.request()
    assert str(caught.value.values["day"]) == "2022-06-22"


def test_a_recipient_without_a_key_to_seal_to(town: Town) -> None:
    refused(town, "custody.no_recipient_key", recipient="carrier")


def test_a_purpose_names_its_recipient(town: Town) -> None:
    town.write("rows.toml", ROWS.replace('id = "callcentre"', 'id = "prime"'))
    prime = town.cut("rows")
    assert set(town.request(cuts=(prime.id,)).statement.cuts) == {
        prime.id
    }  # the contractor above the call centre is in its chain
    town.write("rows.toml", ROWS.replace('id = "callcentre"', 'id = "third"'))
    third = town.cut("rows")
    with pytest.raises(Refused) as caught:
        town.request(cuts=(third.id,))
    assert caught.value.key == "custody.other_recipient"


def test_a_purpose_names_its_contract(town: Town) -> None:
    town.write("rows.toml", ROWS.replace("R4-1234", "R4-9999"))
    refused(town, "custody.other_contract", cuts=(town.cut("rows").id,))


def test_a_recipient_in_two_contracts_may_receive_under_either(town: Town) -> None:
    other = '[[contract]]\nid = "R4-77"\ncompany = "callcentre"\npersons = ["supervisor"]\nstarts = 2022-04-01\nends = 2022-12-31\n'
    town.learn(register_text() + other)
    town.write("rows.toml", ROWS.replace("R4-1234", "R4-77"))
    assert town.request(cuts=(town.cut("rows").id, town.cuts[1].id)).statement.recipient == "supervisor"


# What is asked for.

WISHES: dict[str, tuple[dict[str, Any], str]] = {
    "no cut": ({"cuts": ()}, "custody.empty_wish"),
    "no medium": ({"media": ()}, "custody.empty_wish"),
    "one medium twice": ({"media": ("USB-1", "USB-1")}, "custody.empty_wish"),
    "no opening": ({"max_opens": 0}, "custody.empty_wish"),
    "openings without end": ({"max_opens": MOST_OPENS + 1}, "custody.too_many_opens"),
    "openings beyond every number": ({"max_opens": 10**30}, "custody.too_many_opens"),
    "no route": ({"route": "　"}, "custody.empty_words"),
    "a medium without a name": ({"media": ("USB-1", "")}, "custody.empty_words"),
    "a medium that breaks the line": ({"media": ("USB-1\n判定 A",)}, "custody.unspeakable"),
    "what a terminal could not decode": ({"route": "\udcff"}, "custody.unspeakable"),
    "a route that gives orders to a terminal": ({"route": "\x9b2J電車"}, "custody.unspeakable"),
    "a route that turns what follows around": ({"route": "\u202e電車"}, "custody.unspeakable"),
    "a medium of which part cannot be seen": ({"media": ("USB\u200b-1",)}, "custody.unspeakable"),
    "a window that ends before it begins": ({"not_before": EVENING + 9 * HOUR}, "custody.impossible_window"),
    "a window of no length": ({"not_before": EVENING + 7 * HOUR}, "custody.impossible_window"),
    "a window that is over": ({"not_before": EVENING - 2 * HOUR, "not_after": EVENING}, "custody.impossible_window"),
    "due before it closes": ({"due": EVENING + 6 * HOUR}, "custody.impossible_window"),
}  # fmt: skip


@pytest.mark.parametrize("case", WISHES)
def test_a_wish_that_contradicts_itself_is_refused(town: Town, case: str) -> None:
    changes, key = WISHES[case]
    assert refused(town, key, **changes).exit_code == Misuse.exit_code


def test_rows_may_be_asked_for_that_are_seen_in_the_page_and_not_saved(town: Town) -> None:
    assert town.request(allow_save=False).statement.allow_save is False


def test_a_word_that_no_screen_shows_is_named_with_its_place(town: Town) -> None:
    said = refused(town, "custody.unspeakable", media=("USB-1", "USB-2\x1b[1A"))
    assert said.values == {"option": "--medium", "character": "U+001B"}


def test_answers_may_stay_where_they_are(town: Town) -> None:
    assert town.request(cuts=(town.cuts[1].id,), allow_save=False).statement.allow_save is False


def test_a_cut_that_is_none(town: Town) -> None:
    refused(town, "custody.no_cut", cuts=("0000000000",))


def test_a_window_ends_with_the_last_day_of_the_purpose_on_the_wall(town: Town) -> None:
    """30 September ends at midnight in Amagasaki, nine hours before it does in Greenwich."""
    midnight = EVENING.replace(month=9, day=30, hour=15)
    assert from_text(town.request(not_after=midnight, due=midnight).statement.due) == midnight
    with pytest.raises(Refused) as caught:
        town.request(not_after=midnight + timedelta(seconds=1), due=midnight + HOUR)
    assert caught.value.key == "custody.beyond_purpose_end"


@pytest.mark.parametrize("name", ["rows.csv", "ROWS.CSV", "Ｒows.csv", "answers.tbl", "ANSWERS.tbl", "question.json"])
def test_two_files_of_one_capsule_differ_on_every_system(town: Town, name: str) -> None:
    town.write("more.toml", ROWS.replace('id = "rows"', 'id = "more"') + f'[output]\nname = "{name}"\n')
    more = town.cut("more")
    cuts = (*(cut.id for cut in town.cuts[:2]), more.id)
    if name == "Ｒows.csv":  # full width is another name everywhere
        assert set(town.request(cuts=cuts).statement.cuts) == set(cuts)
    else:
        refused(town, "custody.same_file_twice", cuts=cuts)


def test_one_cut_twice_is_refused(town: Town) -> None:
    (first, _) = town.cuts
    refused(town, "custody.same_file_twice", cuts=(first.id, first.id))


# Approving.


def test_two_approvers_approve_every_copy_of_the_request(town: Town) -> None:
    request = town.request(media=("USB-1", "USB-2"))
    town.approve(request.id, "chief")
    assert {row.copy.state for row in records.copies(town.office.ledger.connection)} == {State.REQUESTED}
    town.approve(request.id, "security")
    assert {row.copy.state for row in records.copies(town.office.ledger.connection)} == {State.APPROVED}
    assert len(town.leaves("copy.approved")) == 2


@pytest.mark.parametrize(
    ("person", "key"),
    [("officer", "no_role"), ("clerk", "no_role"), ("carrier", "no_role"), ("nobody", "unregistered_key")],
)
def test_only_an_approver_approves(town: Town, person: str, key: str) -> None:
    request = town.request()
    with pytest.raises(Refused) as caught:
        town.approve(request.id, person)
    assert caught.value.key == f"custody.{key}"


def test_a_requester_who_is_an_approver_cannot_approve_what_he_asked_for(town: Town) -> None:
    town.learn(register_text().replace("['requester']", "['requester', 'approver']"))
    request = town.request()
    with pytest.raises(Refused) as caught:
        town.approve(request.id, "officer")
    assert caught.value.key == "custody.own_approval"
    assert records.get_request(town.office.ledger.connection, request.id).approvals == {}


def test_a_carrier_of_the_office_cannot_approve_what_he_carries(town: Town) -> None:
    request = town.request(carrier="chief")
    with pytest.raises(Refused) as caught:
        town.approve(request.id, "chief")
    assert caught.value.key == "custody.own_approval"


def test_nobody_approves_twice_or_late(town: Town) -> None:
    request = town.request()
    town.approve(request.id, "chief")
    size = town.size
    with pytest.raises(Refused) as caught:
        town.approve(request.id, "chief")
    assert (caught.value.key, town.size) == ("custody.approved_before", size)
    town.approve(request.id, "security")
    town.learn(register_text().replace("['privacy_officer']", "['approver']"))
    with pytest.raises(Refused) as caught:
        town.approve(request.id, "privacy")
    assert caught.value.key == "custody.not_now"


def test_a_request_that_is_none_is_not_approved(town: Town) -> None:
    with pytest.raises(NotFound):
        town.approve(99, "chief")


# What the database holds.


def test_every_request_is_listed_in_order(town: Town) -> None:
    numbers = [town.request(route=route).id for route in ("車", "電車")]
    listed = records.requests(town.office.ledger.connection)
    assert [(request.id, request.statement.route) for request in listed] == list(
        zip(numbers, ("車", "電車"), strict=True)
    )


def test_a_row_comes_back_as_it_was_put(town: Town) -> None:
    (slip,) = town.sealed("USB-1")
    row = town.row(slip)
    assert records.copy_of_capsule(town.office.ledger.connection, town.cid(slip)) == row
    assert isinstance(row, CopyRow)
    with pytest.raises(NotFound):
        town.row("000000")
    with pytest.raises(NotFound):
        records.copy_of_capsule(town.office.ledger.connection, b"none")


@pytest.mark.parametrize(
    ("table", "column"), [("cut", "record"), ("request", "statement"), ("copy", "copy"), ("copy", "capsule")]
)
@pytest.mark.parametrize("damage", ["", "{", "[]", '{"v": 2}', '{"extra": 1}'])
def test_a_damaged_row_is_said_to_be_damaged(out: Town, table: str, column: str, damage: str) -> None:
    if (column, damage) == ("capsule", ""):
        return  # a copy without a capsule is one that is not sealed
    connection = out.office.ledger.connection
    connection.execute(f"UPDATE {table} SET {column} = ?", (damage,))
    with pytest.raises(Unreadable) as caught:
        _ = (records.cuts(connection), records.requests(connection), records.copies(connection))
    assert caught.value.key == "custody.damaged_record"


def test_a_folder_is_no_purpose(town: Town, tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(Unreadable):
        town.cut("folder")
