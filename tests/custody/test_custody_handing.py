"""A copy changes hands on two signatures, along a chain that anybody can follow, and never to somebody nobody named."""

import hashlib
from datetime import timedelta
from itertools import pairwise

import msgspec
import pytest

from invented_office import IDENTITY, ROWS, Town, register_text, signing_key
from sekisho.custody import records
from sekisho.custody.handing import hand_over
from sekisho.custody.statements import HANDOVER, HandOverStatement
from sekisho.errors import NotFound, Refused
from sekisho.loss.lost import report_lost
from sekisho.signing.sshsig import verify

pytest_plugins = ("office_fixtures",)


@pytest.fixture
def slip(town: Town) -> str:
    """The slip number of a copy that its sealer holds."""
    return town.sealed("USB-1")[0]


def refused(town: Town, slip: str, giver: str, receiver: str, key: str) -> None:
    """See a hand-over refused, with nothing changed."""
    before, size = town.row(slip), town.size
    with pytest.raises(Refused) as caught:
        town.carry(slip, giver, receiver)
    assert caught.value.key == f"custody.{key}"
    assert (town.row(slip), town.size) == (before, size)


# Who has it.


def test_a_copy_is_out_when_its_carrier_has_it(town: Town, slip: str) -> None:
    assert (town.state(slip), town.row(slip).copy.holder) == ("sealed", "officer")
    town.carry(slip, "officer", "carrier")
    assert (town.state(slip), town.row(slip).copy.holder) == ("out", "carrier")
    town.carry(slip, "carrier", "supervisor")
    assert (town.state(slip), town.row(slip).copy.holder) == ("out", "supervisor")


def test_staff_pass_it_among_themselves_and_it_is_still_in_the_house(town: Town, slip: str) -> None:
    town.carry(slip, "officer", "clerk", "chief")
    assert (town.state(slip), town.row(slip).copy.holder) == ("sealed", "chief")


def test_it_comes_back_the_way_it_went_and_goes_out_no_more(town: Town, slip: str) -> None:
    town.carry(slip, "officer", "carrier", "supervisor", "carrier", "clerk")
    assert (town.state(slip), town.row(slip).copy.holder) == ("returned", "clerk")
    with pytest.raises(Refused) as caught:
        town.carry(slip, "clerk", "carrier")
    assert caught.value.key == "custody.to_staff_alone"


def test_a_recipient_in_the_house_has_it_too(town: Town) -> None:
    """Another department of the same office: nobody carries it out, and it must open all the same."""
    clerk = f'key = "{signing_key("clerk").public.line}"\n'
    town.learn(register_text().replace(clerk, f'{clerk}recipient = "{IDENTITY.recipient}"\n'))
    town.write("house.toml", ROWS.replace('id = "callcentre", contract = "R4-1234"', 'id = "city"'))
    cut = town.cut("house")
    (slip,) = town.sealed("USB-1", cuts=(cut.id,), recipient="clerk")
    town.carry(slip, "officer", "clerk")
    assert town.open(slip).read("rows.csv").startswith("整理番号".encode())
    assert town.state(slip) == "opened"


# Who may not.


@pytest.mark.parametrize(
    ("giver", "receiver", "key"),
    [
        ("carrier", "supervisor", "not_the_holder"),
        ("chief", "carrier", "not_the_holder"),
        ("officer", "officer", "two_signatures"),
        ("officer", "stranger", "outside_chain"),
        ("officer", "agent", "outside_chain"),
        ("officer", "nobody", "unregistered_key"),
        ("nobody", "carrier", "unregistered_key"),
    ],
)
def test_it_goes_from_its_holder_to_somebody_named(town: Town, slip: str, giver: str, receiver: str, key: str) -> None:
    refused(town, slip, giver, receiver, key)


def test_a_colleague_in_the_contract_is_not_the_carrier(town: Town, slip: str) -> None:
    """The case: the contract knew the company, and somebody of it whom nobody had named for this copy took it."""
    town.learn(register_text(persons='["carrier", "supervisor", "agent"]'))
    refused(town, slip, "officer", "agent", "not_named")


def test_a_contract_that_ended_ends_hand_overs_but_not_the_way_back(town: Town, slip: str) -> None:
    town.carry(slip, "officer", "carrier")
    town.learn(register_text(ends="2022-06-20"))
    refused(town, slip, "carrier", "supervisor", "outside_chain")
    town.carry(slip, "carrier", "officer")
    assert town.row(slip).copy.holder == "officer"
    refused(town, slip, "officer", "carrier", "outside_chain")


def test_a_contract_ends_at_midnight_on_the_wall(town: Town, slip: str) -> None:
    """22 June in Japan begins seven hours after the evening of the case."""
    town.learn(register_text(ends="2022-06-21"))
    town.clock.advance(timedelta(hours=7) - timedelta(seconds=1))
    town.carry(slip, "officer", "carrier")
    town.clock.advance(timedelta(seconds=1))
    refused(town, slip, "carrier", "supervisor", "outside_chain")


@pytest.mark.parametrize("giver", ["officer", "carrier"])
def test_a_copy_that_is_lost_is_in_nobodys_hands(out: Town, giver: str) -> None:
    slip = out.slips[0]
    report_lost(out.office, [slip])
    refused(out, slip, giver, "supervisor", "not_now")


def test_a_copy_that_is_not_sealed_cannot_be_handed_over(town: Town) -> None:
    town.approved()
    refused(town, town.slips[0], "officer", "carrier", "not_now")


def test_a_slip_that_is_none(town: Town) -> None:
    with pytest.raises(NotFound) as caught:
        hand_over(town.office, "000000", giver=signing_key("officer"), receiver=signing_key("carrier"))
    assert caught.value.key == "custody.no_slip"


# What remains of it.


def test_both_sign_one_statement_and_the_ledger_has_its_digest(town: Town, slip: str) -> None:
    town.carry(slip, "officer", "carrier")
    (leaf,) = town.leaves("copy.handed_over")
    signed = records.get_signed(town.office.ledger.connection, leaf.index)
    assert signed is not None
    said, signatures = signed
    assert leaf.fields["statement"] == hashlib.sha256(said).hexdigest()
    keys = [verify(signature, said, namespace=HANDOVER) for signature in signatures]
    assert keys == [signing_key(name).public for name in ("officer", "carrier")]
    statement = msgspec.json.decode(said, type=HandOverStatement)
    assert (statement.slip, statement.medium, statement.giver, statement.receiver) == (
        slip, "USB-1", "officer", "carrier",
    )  # fmt: skip
    assert statement.capsule == town.record(slip).sha256
    assert statement.at == "2022-06-21T08:00:00Z"


def test_each_statement_is_chained_to_what_came_before_of_this_copy(town: Town) -> None:
    """Two copies, handed over by turns: each chain runs through its own entries and leaves none out."""
    first, second = town.sealed("USB-1", "USB-2")
    for names in (("officer", "carrier"), ("carrier", "supervisor")):
        town.carry(first, *names)
        town.carry(second, *names)
    for slip in (first, second):
        chain = [entry for entry in town.office.ledger.entries() if entry.copy == town.cid(slip).hex()]
        for before, entry in pairwise(chain):
            if entry.type == "copy.handed_over":
                assert entry.fields["previous"] == hashlib.sha256(before.body()).hexdigest()
        assert [entry.type for entry in chain][-2:] == ["copy.handed_over"] * 2


def test_the_leaf_names_keys_and_the_persons_can_be_forgotten(town: Town, slip: str) -> None:
    town.carry(slip, "officer", "carrier")
    (leaf,) = town.leaves("copy.handed_over")
    keys = [signing_key(name).public.id for name in ("officer", "carrier")]
    assert [leaf.fields["from"], leaf.fields["to"]] == keys
    assert not any(name in leaf.body().decode() for name in ("officer", "carrier", "USB-1"))
    assert town.office.ledger.details(leaf.index) == {"giver": "officer", "receiver": "carrier"}
    with town.office.ledger.transaction() as tx:
        tx.erase(leaf.index, "receiver", reason="asked", law="appi")
    assert town.office.ledger.details(leaf.index) == {"giver": "officer"}


def test_the_hour_of_a_hand_over_is_never_before_what_the_ledger_has(town: Town, slip: str) -> None:
    town.clock.advance(timedelta(hours=-3))
    town.carry(slip, "officer", "carrier")
    (leaf,) = town.leaves("copy.handed_over")
    assert leaf.at == town.leaves("copy.written")[0].at
