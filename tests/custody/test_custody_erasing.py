"""Erasing before a witness, and what turns up again: honest about what was seen, and dead for good."""

import hashlib
from pathlib import Path

import msgspec
import pytest

from invented_office import Town, signing_key, unwritable
from sekisho.custody import records
from sekisho.custody.handing import erase, find
from sekisho.custody.records import CopyRow
from sekisho.custody.statements import ERASURE, ErasureStatement
from sekisho.custody.stopping import lift_suspension
from sekisho.errors import MediumError, NotFound, Refused, SekishoError
from sekisho.loss.lost import report_lost
from sekisho.signing.sshsig import verify

pytest_plugins = ("office_fixtures",)


def wipe(town: Town, slip: str, *, holder: str = "carrier", witness: str = "chief", at: Path | None = None) -> CopyRow:
    folder = at or town.root / town.row(slip).medium
    return erase(town.office, slip, folder, holder=signing_key(holder), witness=signing_key(witness))


def unchanged(town: Town, slip: str, error: type[SekishoError], key: str, *, at: Path | None = None) -> None:
    """See an erasure fail with nothing recorded and the capsule as it was."""
    before, size, capsule = town.row(slip), town.size, town.capsule(slip).read_bytes()
    with pytest.raises(error) as caught:
        wipe(town, slip, at=at)
    assert caught.value.key == key
    assert (town.row(slip), town.size) == (before, size)
    assert town.capsule(slip).read_bytes() == capsule


# Erasing.


def test_an_erased_copy_is_gone_closed_and_its_share_destroyed(out: Town) -> None:
    slip, other = out.slips
    row = wipe(out, slip)
    assert (row.copy.state.value, row.copy.holder, row.copy.revoked) == ("closed", None, True)
    assert out.row(slip).copy == row.copy
    assert out.ticket(slip) == "destroyed"
    assert [path.name for path in (out.root / "USB-1").iterdir()] == ["拾得した方へ_IF-FOUND.txt"]
    events = [entry.type for entry in out.office.ledger.entries() if entry.copy == out.cid(slip).hex()]
    assert events[-4:] == ["copy.erased", "ticket.destroy_intended", "copy.closed", "ticket.destroyed"]
    assert (out.state(other), out.ticket(other)) == ("out", "live")


def test_its_content_is_overwritten_before_its_name_goes(out: Town) -> None:
    """Seen through a second name for the same bytes."""
    slip = out.slips[0]
    before = out.capsule(slip).read_bytes()
    (out.root / "second name").hardlink_to(out.capsule(slip))
    wipe(out, slip)
    after = (out.root / "second name").read_bytes()
    assert len(after) == len(before)
    assert not any(before[at : at + 8] in after for at in range(0, len(before) - 8, 8))


def test_holder_and_witness_sign_what_they_did(out: Town) -> None:
    slip = out.slips[0]
    wipe(out, slip)
    (leaf,) = out.leaves("copy.erased")
    signed = records.get_signed(out.office.ledger.connection, leaf.index)
    assert signed is not None
    said, signatures = signed
    statement = msgspec.json.decode(said, type=ErasureStatement)
    assert (statement.holder, statement.witness, statement.verified) == ("carrier", "chief", True)
    assert statement.method == "overwritten and removed"
    assert leaf.fields["statement"] == hashlib.sha256(said).hexdigest()
    keys = [verify(signature, said, namespace=ERASURE) for signature in signatures]
    assert keys == [signing_key(name).public for name in ("carrier", "chief")]


def test_a_copy_that_was_opened_can_be_erased_where_it_was_opened(out: Town) -> None:
    slip = out.slips[0]
    out.carry(slip, "carrier", "supervisor")
    out.open(slip)
    assert wipe(out, slip, holder="supervisor", witness="carrier").copy.state.value == "closed"


def test_a_copy_that_is_not_there_is_erased_but_not_closed(out: Town) -> None:
    """Somebody deleted the file: nobody saw that it was overwritten, and the statement says so. The share goes anyway."""
    slip = out.slips[0]
    out.capsule(slip).unlink()
    assert wipe(out, slip).copy.state.value == "erased"
    (leaf,) = out.leaves("copy.erased")
    assert leaf.fields["verified"] == 0
    assert (out.ticket(slip), out.leaves("copy.closed")) == ("destroyed", [])


def test_what_was_erased_where_it_was_not_is_erased_again_where_it_is(out: Town) -> None:
    slip, empty = out.slips[0], out.stick("empty")
    assert wipe(out, slip, at=empty).copy.state.value == "erased"
    assert out.row(slip).copy.holder == "carrier"
    row = wipe(out, slip)
    assert (row.copy.state.value, row.copy.holder) == ("closed", None)
    assert [leaf.fields["verified"] for leaf in out.leaves("copy.erased")] == [0, 1]
    assert len(out.leaves("ticket.destroyed")) == 1


def test_what_was_erased_unseen_can_still_be_lost_and_found(out: Town) -> None:
    slip = out.slips[0]
    wipe(out, slip, at=out.stick("empty"))
    report_lost(out.office, [slip])
    assert (out.state(slip), out.row(slip).copy.holder) == ("lost", "carrier")
    find(out.office, slip, out.root / "USB-1")
    assert wipe(out, slip).copy.state.value == "closed"


def test_a_found_copy_that_was_altered_can_be_erased(out: Town) -> None:
    slip = lost(out)
    with out.capsule(slip).open("ab") as file:
        file.write(b"more")
    _, identical = find(out.office, slip, out.root / "USB-1")
    assert not identical
    assert wipe(out, slip).copy.state.value == "closed"
    assert not out.capsule(slip).exists()


def test_what_is_erased_is_not_erased_twice(out: Town) -> None:
    slip, size = out.slips[0], 0
    wipe(out, slip)
    size = out.size
    with pytest.raises(Refused) as caught:
        wipe(out, slip)
    assert (caught.value.key, out.size) == ("custody.not_now", size)


@pytest.mark.parametrize(
    ("holder", "witness", "key"),
    [
        ("supervisor", "chief", "not_the_holder"),
        ("officer", "chief", "not_the_holder"),
        ("carrier", "carrier", "two_signatures"),
        ("nobody", "chief", "unregistered_key"),
        ("carrier", "nobody", "unregistered_key"),
    ],
)
def test_only_its_holder_erases_it_and_never_alone(out: Town, holder: str, witness: str, key: str) -> None:
    slip, size = out.slips[0], out.size
    before = out.capsule(slip).read_bytes()
    with pytest.raises(Refused) as caught:
        wipe(out, slip, holder=holder, witness=witness)
    assert caught.value.key == f"custody.{key}"
    assert (out.capsule(slip).read_bytes(), out.size) == (before, size)


def test_a_copy_in_the_safe_can_be_erased_too(town: Town) -> None:
    (slip,) = town.sealed("USB-1")
    assert wipe(town, slip, holder="officer").copy.state.value == "closed"


def test_a_lost_copy_is_not_erased_before_it_is_found(out: Town) -> None:
    slip = out.slips[0]
    report_lost(out.office, [slip])
    unchanged(out, slip, Refused, "custody.not_now")


# Another stick.


def test_another_file_under_its_name_is_left_alone(out: Town) -> None:
    slip, other = out.slips
    out.capsule(slip).write_bytes(out.capsule(other).read_bytes())
    unchanged(out, slip, Refused, "custody.another_capsule")


def test_a_stick_that_is_not_plugged_in_is_not_erased(out: Town) -> None:
    unchanged(out, out.slips[0], MediumError, "custody.no_medium", at=out.root / "USB-9")


def test_a_stick_that_refuses_is_not_erased(out: Town) -> None:
    slip = out.slips[0]
    (out.root / "held").mkdir()
    (out.root / "held" / out.record(slip).name).mkdir()
    unchanged(out, slip, MediumError, "custody.medium_failed", at=out.root / "held")


def test_a_stick_on_which_nothing_can_be_seen_is_erased_unverified(out: Town) -> None:
    assert wipe(out, out.slips[0], at=unwritable()).copy.state.value == "erased"


# Found.


def lost(town: Town) -> str:
    slip = town.slips[0]
    report_lost(town.office, [slip])
    return slip


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
