"""What turns up again: compared with what was sealed, dead for good, and never a way to something else."""

import errno
import hashlib
import os

import msgspec
import pytest
from custody_sticks import SWAPS, lost, unchanged, wipe

from invented_office import Town, signing_key
from sekisho.custody import records
from sekisho.custody.handing import find
from sekisho.custody.statements import FOUND, FoundStatement
from sekisho.custody.stopping import lift_suspension
from sekisho.errors import MediumError, NotFound, Refused, Unreadable
from sekisho.loss.lost import report_lost
from sekisho.signing.sshsig import verify

pytest_plugins = ("office_fixtures",)


def test_a_found_copy_is_compared_and_stays_dead(out: Town) -> None:
    slip = lost(out)
    row, identical = find(out.office, slip, out.root / "USB-1")
    assert (row.copy.state.value, row.copy.revoked, identical) == ("found", True, True)
    assert out.row(slip).copy == row.copy
    assert [leaf.fields["identical"] for leaf in out.leaves("copy.found")] == [1]
    with pytest.raises(Refused):
        out.open(slip)
    with pytest.raises(Refused) as caught:
        lift_suspension(out.office, slip, keys=[signing_key("chief"), signing_key("security")])
    assert (caught.value.key, out.ticket(slip)) == ("custodian.lost_stays_shut", "suspended")


@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: data + b"0", lambda _: b""])
def test_a_found_copy_that_was_changed_is_said_to_be(out: Town, change: object) -> None:
    assert callable(change)
    slip = lost(out)
    out.capsule(slip).write_bytes(change(out.capsule(slip).read_bytes()))
    row, identical = find(out.office, slip, out.root / "USB-1")
    assert (row.copy.state.value, identical) == ("found", False)
    assert [leaf.fields["identical"] for leaf in out.leaves("copy.found")] == [0]


def test_a_found_copy_is_brought_back_and_erased(out: Town) -> None:
    slip = lost(out)
    find(out.office, slip, out.root / "USB-1")
    out.carry(slip, "carrier", "security")
    assert (out.state(slip), out.row(slip).copy.holder) == ("found", "security")
    assert wipe(out, slip, holder="security").copy.state.value == "closed"
    assert out.ticket(slip) == "destroyed"


def test_who_of_the_office_takes_a_found_copy_holds_it_without_whoever_lost_it(out: Town) -> None:
    slip = lost(out)
    row, _ = find(out.office, slip, out.root / "USB-1", taker=signing_key("clerk"))
    assert (row.copy.state.value, row.copy.holder) == ("found", "clerk")
    out.carry(slip, "clerk", "security")
    assert wipe(out, slip, holder="security").copy.state.value == "closed"


def test_who_takes_a_found_copy_signs_for_it_and_the_leaf_names_the_key(out: Town) -> None:
    slip = lost(out)
    previous = [entry for entry in out.office.ledger.entries() if entry.copy == out.cid(slip).hex()][-1]
    find(out.office, slip, out.root / "USB-1", taker=signing_key("clerk"))
    (leaf,) = out.leaves("copy.found")
    signed = records.get_signed(out.office.ledger.connection, leaf.index)
    assert signed is not None
    said, signatures = signed
    statement = msgspec.json.decode(said, type=FoundStatement)
    assert (statement.slip, statement.holder, statement.identical) == (slip, "clerk", True)
    assert statement.previous == hashlib.sha256(previous.body()).hexdigest()
    assert [verify(each, said, namespace=FOUND) for each in signatures] == [signing_key("clerk").public]
    assert (leaf.fields["by"], leaf.fields["statement"]) == (
        signing_key("clerk").public.id,
        hashlib.sha256(said).hexdigest(),
    )
    assert out.office.ledger.details(leaf.index) == {"holder": "clerk"}


@pytest.mark.parametrize(("taker", "key"), [("supervisor", "not_staff"), ("nobody", "unregistered_key")])
def test_nobody_else_takes_what_was_found(out: Town, taker: str, key: str) -> None:
    slip = lost(out)
    before, size = out.row(slip), out.size
    with pytest.raises(Refused) as caught:
        find(out.office, slip, out.root / "USB-1", taker=signing_key(taker))
    assert (caught.value.key, out.row(slip), out.size) == (f"custody.{key}", before, size)


def test_a_found_copy_can_be_lost_again(out: Town) -> None:
    slip = lost(out)
    for _ in range(2):
        find(out.office, slip, out.root / "USB-1")
        report_lost(out.office, [slip])
    assert (out.state(slip), len(out.leaves("copy.found")), len(out.leaves("copy.lost"))) == ("lost", 2, 3)


def test_only_what_was_lost_can_be_found(out: Town) -> None:
    size = out.size
    with pytest.raises(Refused) as caught:
        find(out.office, out.slips[0], out.root / "USB-1")
    assert (caught.value.key, out.size) == ("custody.not_now", size)


@pytest.mark.parametrize("folder", ["USB-2", "USB-9"])
def test_an_empty_or_another_stick_is_not_the_one_that_was_lost(out: Town, folder: str) -> None:
    slip = lost(out)
    size = out.size
    with pytest.raises(MediumError) as caught:
        find(out.office, slip, out.root / folder)
    assert (caught.value.key, out.state(slip), out.size) == ("custody.not_on_medium", "lost", size)


def test_a_slip_that_is_none_is_neither_found_nor_erased(out: Town) -> None:
    for act in (lambda: find(out.office, "000000", out.root), lambda: wipe(out, "000000", at=out.root)):
        with pytest.raises(NotFound):
            act()


# What is not as it was sealed.


def test_a_found_copy_that_was_altered_is_evidence_until_somebody_says_that_it_may_go(out: Town) -> None:
    """What was sealed may be anywhere: it is not said to be erased, and the copy is not closed."""
    slip = lost(out)
    with out.capsule(slip).open("ab") as file:
        file.write(b"more")
    _, identical = find(out.office, slip, out.root / "USB-1")
    assert not identical
    unchanged(out, slip, Refused, "custody.found_altered")
    row = wipe(out, slip, altered=True)
    assert (row.copy.state.value, row.copy.holder) == ("erased", "carrier")
    assert [leaf.fields["verified"] for leaf in out.leaves("copy.erased")] == [0]
    assert (out.capsule(slip).exists(), out.ticket(slip)) == (False, "destroyed")


def test_a_file_of_holes_on_a_found_stick_fills_no_disk(out: Town) -> None:
    """Longer than any medium; neither reading nor overwriting it would end."""
    slip = lost(out)
    os.truncate(out.capsule(slip), 1 << 40)
    assert find(out.office, slip, out.root / "USB-1")[1] is False
    assert wipe(out, slip, altered=True).copy.state.value == "erased"
    assert not out.capsule(slip).exists()


def test_a_found_copy_that_was_swapped_after_it_was_found_is_not_said_to_be_erased(out: Town) -> None:
    slip = lost(out)
    assert find(out.office, slip, out.root / "USB-1")[1] is True
    out.capsule(slip).rename(out.root / "kept")
    out.capsule(slip).write_bytes(b"something else")
    unchanged(out, slip, Refused, "custody.found_altered")


def test_an_erasure_that_was_broken_off_before_a_loss_says_nothing_of_what_was_found(
    out: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That the office began to overwrite the capsule does not make another file of its length the capsule."""
    slip = out.slips[0]

    def broken_off(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as context:
        context.setattr("sekisho.custody.handing.overwrite", broken_off)
        with pytest.raises(MediumError):
            wipe(out, slip)
    assert out.record(slip).erasing
    lost(out)
    size = out.capsule(slip).stat().st_size
    out.capsule(slip).rename(out.root / "kept")
    out.capsule(slip).write_bytes(bytes(size))
    find(out.office, slip, out.root / "USB-1")
    unchanged(out, slip, Refused, "custody.found_altered")


def test_a_link_on_a_found_stick_cannot_make_an_officer_overwrite_the_office(out: Town) -> None:
    """The stick came back with its capsule replaced by a link to whatever its finder wanted to have gone."""
    slip = lost(out)
    find(out.office, slip, out.root / "USB-1")
    out.capsule(slip).unlink()
    out.capsule(slip).symlink_to("../home/office.toml")
    before = (out.home / "office.toml").read_bytes()
    for altered in (False, True):
        with pytest.raises(Unreadable) as caught:
            wipe(out, slip, altered=altered)
        assert caught.value.key == "capsule.not_a_file"
    assert (out.home / "office.toml").read_bytes() == before
    assert (out.state(slip), out.leaves("copy.erased")) == ("found", [])


@pytest.mark.parametrize("swap", [name for name in SWAPS if name != "named twice"])
def test_what_only_leads_to_a_file_was_not_found_and_is_not_waited_for(out: Town, swap: str) -> None:
    slip = lost(out)
    SWAPS[swap](out.capsule(slip))
    size = out.size
    with pytest.raises(Unreadable) as caught:
        find(out.office, slip, out.root / "USB-1")
    assert (caught.value.key, out.state(slip), out.size) == ("capsule.not_a_file", "lost", size)
