"""Who held a closed copy is forgotten by two persons; what is proven of it stays, and nobody hides who has one that is out."""

import pytest

from invented_office import Town, signing_key
from sekisho.custody.forgetting import Reason, forget_copy, forget_entry
from sekisho.custody.handing import erase
from sekisho.errors import Misuse, NotFound, Refused
from sekisho.ledger.proof import Proof

pytest_plugins = ("office_fixtures",)

DECIDE = ("privacy", "chief")


def closed(town: Town) -> str:
    slip, _ = town.slips
    erase(
        town.office, slip, town.capsule(slip).parent, holder=signing_key("carrier"), witness=signing_key("supervisor")
    )
    assert town.state(slip) == "closed"
    return slip


def forget(town: Town, slip: str, *names: str) -> None:
    keys = [signing_key(name) for name in names]
    forget_copy(town.office, slip, keys=keys, reason=Reason.RETENTION, law="appi-22")


def test_who_held_a_closed_copy_is_forgotten(out: Town) -> None:
    slip = closed(out)
    indices = [entry.index for entry in out.office.ledger.entries_of(out.cid(slip).hex())]
    assert any(out.office.ledger.details(index) for index in indices)
    forget(out, slip, *DECIDE)
    assert not any(out.office.ledger.details(index) for index in indices)
    checkpoint = out.office.ledger.checkpoint()
    for index in indices:
        Proof.parse(out.office.ledger.proof(index)).must_lead(
            entry=next(out.office.ledger.entries(index)).body(), to=checkpoint
        )
    (leaf,) = out.leaves("records.shredded")
    assert leaf.fields["values"] == len(out.leaves("record.erased"))
    out.restart()
    out.verify()


def test_who_has_a_copy_that_is_out_stays(out: Town) -> None:
    slip, _ = out.slips
    with pytest.raises(Refused, match=slip):
        forget(out, slip, *DECIDE)
    index = out.leaves("copy.handed_over")[0].index
    with pytest.raises(Refused, match="not closed"):
        forget_entry(
            out.office, index, keys=[signing_key(name) for name in DECIDE], reason=Reason.REQUEST, law="appi-22"
        )
    assert out.office.ledger.details(index)


def test_who_was_approved_to_have_it_stays_as_long(out: Town) -> None:
    """The request names carrier and recipient before its copies have ids; without it nobody knows who should bring it back."""
    index = out.leaves("copy.requested")[0].index
    keys = [signing_key(name) for name in DECIDE]
    with pytest.raises(Refused, match="not closed"):
        forget_entry(out.office, index, keys=keys, reason=Reason.REQUEST, law="appi-22")
    assert set(out.office.ledger.details(index)) == {"carrier", "recipient", "route"}
    for slip in out.slips:
        where = out.capsule(slip).parent
        erase(out.office, slip, where, holder=signing_key("carrier"), witness=signing_key("supervisor"))
    assert forget_entry(out.office, index, keys=keys, reason=Reason.REQUEST, law="appi-22")


@pytest.mark.parametrize("names", [(), ("privacy",), ("privacy", "privacy"), ("carrier", "supervisor")])
def test_fewer_than_two_who_may_forget_nothing(out: Town, names: tuple[str, ...]) -> None:
    slip = closed(out)
    with pytest.raises(Refused):
        forget(out, slip, *names)
    assert not out.leaves("record.erased")


def test_a_reason_in_sentences_does_not_come_into_the_ledger(out: Town) -> None:
    slip = closed(out)
    keys = [signing_key(name) for name in DECIDE]
    with pytest.raises(Misuse):
        forget_copy(out.office, slip, keys=keys, reason=Reason.REQUEST, law="asked by 尼崎 太郎")


def test_an_entry_without_personal_values_has_none_to_forget(out: Town) -> None:
    keys = [signing_key(name) for name in DECIDE]
    with pytest.raises(NotFound):
        forget_entry(out.office, 0, keys=keys, reason=Reason.MISTAKE, law="appi-22")


def test_an_office_of_before_is_brought_up_to_date(out: Town) -> None:
    """Its values stood in plain; the first start of this version encrypts them, and they leave the file."""
    connection = out.office.ledger.connection
    index = out.leaves("copy.handed_over")[0].index
    before = out.office.ledger.disclosed(index)
    connection.execute("DELETE FROM secret WHERE idx = ?", (index,))
    for detail in before:
        row = (index, detail.field, detail.salt, detail.value)
        connection.execute("INSERT INTO detail (idx, field, salt, value) VALUES (?, ?, ?, ?)", row)
    out.restart()
    assert out.office.ledger.disclosed(index) == before
    assert not out.office.ledger.connection.execute("SELECT * FROM detail").fetchall()
    assert not any(detail.salt in path.read_bytes() for detail in before for path in out.home.glob("sekisho.db*"))
