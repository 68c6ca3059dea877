"""Erasing before a witness: honest about what was seen, and never of anything but the capsule."""

import errno
import hashlib

import msgspec
import pytest
from custody_sticks import SWAPS, unchanged, wipe

from invented_office import Town, signing_key, unwritable
from sekisho.custody import openers, records
from sekisho.custody.handing import find
from sekisho.custody.statements import ERASURE, ErasureStatement
from sekisho.errors import MediumError, Refused, Unreadable
from sekisho.loss.lost import report_lost
from sekisho.media.direct import Verify
from sekisho.signing.sshsig import verify

pytest_plugins = ("office_fixtures",)


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
    """Seen by somebody who had the file open."""
    slip = out.slips[0]
    with out.capsule(slip).open("rb") as file:
        before = file.read()
        wipe(out, slip)
        file.seek(0)
        after = file.read()
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


def test_what_was_altered_is_not_removed_from_a_stick_that_was_never_lost(out: Town) -> None:
    slip = out.slips[0]
    out.capsule(slip).write_bytes(b"something else")
    with pytest.raises(Refused) as caught:
        wipe(out, slip, altered=True)
    assert (caught.value.key, out.capsule(slip).read_bytes()) == ("custody.another_capsule", b"something else")


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


def test_a_stick_that_refuses_is_not_erased(out: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("sekisho.custody.handing.open_file", refuse)
    unchanged(out, out.slips[0], MediumError, "custody.medium_failed")


def test_a_stick_on_which_nothing_can_be_seen_is_erased_unverified(out: Town) -> None:
    assert wipe(out, out.slips[0], at=unwritable()).copy.state.value == "erased"


# What somebody put where the capsule was.


@pytest.mark.parametrize("swap", SWAPS)
def test_what_only_leads_to_a_file_is_neither_overwritten_nor_called_erased(out: Town, swap: str) -> None:
    slip = out.slips[0]
    data = out.capsule(slip).read_bytes()
    SWAPS[swap](out.capsule(slip))
    before, size = out.row(slip), out.size
    with pytest.raises(Unreadable) as caught:
        wipe(out, slip)
    assert (caught.value.key, out.row(slip), out.size) == ("capsule.not_a_file", before, size)
    assert (out.capsule(slip) if swap == "named twice" else out.root / "moved").read_bytes() == data


def test_a_stick_that_drops_what_is_written_over_a_capsule_has_not_erased_it(
    out: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its memory would give back what it was given; asked past that, it gives back what was there."""
    slip = out.slips[0]
    monkeypatch.setattr(openers, "digest", lambda _: (out.record(slip).sha256, Verify.DIRECT))
    with pytest.raises(MediumError):
        wipe(out, slip)
    assert (out.state(slip), out.leaves("copy.erased")) == ("out", [])
    assert out.capsule(slip).exists()
    monkeypatch.undo()
    assert wipe(out, slip).copy.state.value == "closed"
