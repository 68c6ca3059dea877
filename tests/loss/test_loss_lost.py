"""Reporting a loss: nobody's key stops every release for good, a key officer's destroys; neither is ever turned back."""

import errno

import pytest

from invented_office import Town, signing_key
from sekisho.custodian.kek import FileKek
from sekisho.custody import records, sealing
from sekisho.custody.handing import erase, find
from sekisho.custody.releasing import approve_release, ask_by_voice, give_release
from sekisho.custody.stopping import destroy_share, lift_suspension, suspend_copy
from sekisho.errors import MediumError, Missing, Misuse, NotFound, Refused
from sekisho.loss.evidence import gather
from sekisho.loss.lost import NotAll, Standing, finish_destroying, lose, report_lost, slips_on, standing_of
from sekisho.signing.keys import SigningKey

pytest_plugins = ("office_fixtures",)

OFFICER = signing_key("security")


@pytest.fixture
def slip(out: Town) -> str:
    """The slip number of the copy on USB-1; its carrier took it out."""
    (found,) = slips_on(out.office, "USB-1")
    return found


@pytest.fixture
def other(out: Town) -> str:
    (found,) = slips_on(out.office, "USB-2")
    return found


def events(town: Town, slip: str, since: int) -> list[str]:
    """Return what the ledger says of a copy from an index on."""
    return [entry.type for entry in town.office.ledger.entries(since) if entry.copy == town.cid(slip).hex()]


def never_opens(town: Town, slip: str) -> None:
    """See every way to a release refused."""
    with pytest.raises(Refused):
        town.open(slip)
    with pytest.raises(Refused):
        lift_suspension(town.office, slip, keys=[signing_key("chief"), OFFICER])
    assert town.row(slip).copy.revoked


# Who reports, and what is done at once.


def test_anybody_stops_every_release_at_once(out: Town, slip: str) -> None:
    begin = out.size
    (row,) = report_lost(out.office, [slip])
    assert row == out.row(slip)
    assert (out.state(slip), out.ticket(slip)) == ("lost", "suspended")
    assert events(out, slip, begin) == ["copy.lost", "ticket.suspended"]
    never_opens(out, slip)


def test_it_takes_no_register(out: Town, slip: str) -> None:
    """On the night the list of who is who may be damaged; a loss needs none of it."""
    out.office.ledger.connection.execute("UPDATE register SET text = 'broken'")
    report_lost(out.office, [slip])
    assert out.state(slip) == "lost"


def test_a_key_officer_destroys_in_the_same_commit(out: Town, slip: str) -> None:
    begin = out.size
    report_lost(out.office, [slip], key_officer=OFFICER)
    assert (out.state(slip), out.ticket(slip)) == ("lost", "destroyed")
    first, second, third, last = events(out, slip, begin)
    assert [first, second, third] == ["copy.lost", "ticket.suspended", "ticket.destroy_intended"]
    assert last == "ticket.destroyed"
    sizes = [each.size for each in out.office.ledger.checkpoints() if each.size > begin]
    assert sizes[0] == begin + 6  # an incident, its first fact and a page come with them
    never_opens(out, slip)


def test_the_ledger_says_whose_key_destroyed_it(out: Town, slip: str) -> None:
    report_lost(out.office, [slip], key_officer=OFFICER)
    for event in ("ticket.destroy_intended", "ticket.destroyed"):
        (entry,) = out.leaves(event)
        assert (entry.fields["by"], entry.fields["reason"]) == ([OFFICER.public.id], "lost")


@pytest.mark.parametrize(
    "person", ["chief", "officer", "privacy", "clerk", "carrier", "supervisor", "stranger", "nobody"]
)
def test_a_key_that_may_not_destroy_is_refused(out: Town, slip: str, person: str) -> None:
    size = out.size
    with pytest.raises(Refused) as caught:
        report_lost(out.office, [slip], key_officer=signing_key(person))
    assert caught.value.key in {"custody.no_role", "custody.unregistered_key"}
    assert (out.size, out.state(slip), out.ticket(slip)) == (size, "out", "live")


def test_the_other_copy_lives_on(out: Town, slip: str, other: str) -> None:
    report_lost(out.office, [slip], key_officer=OFFICER)
    assert (out.state(other), out.ticket(other)) == ("out", "live")
    assert out.open(other).manifest.people == 3
    never_opens(out, slip)


def test_two_losses_at_once_are_one_commit(out: Town, slip: str, other: str) -> None:
    begin = out.size
    rows = report_lost(out.office, [slip, other, slip], key_officer=OFFICER)
    assert [row.slip for row in rows] == [slip, other]
    assert begin + 9 in {each.size for each in out.office.ledger.checkpoints()}
    for each in (slip, other):
        assert (out.state(each), out.ticket(each)) == ("lost", "destroyed")
    assert len(out.leaves("copy.lost")) == len(out.leaves("ticket.destroyed")) == 2


def test_two_losses_one_after_the_other(out: Town, slip: str, other: str) -> None:
    report_lost(out.office, [slip], key_officer=OFFICER)
    report_lost(out.office, [other], key_officer=OFFICER)
    told = gather(out.office, [slip, other]).copies
    assert [each.history.epoch for each in told] == [2, 3]
    assert [each.state for each in told] == ["statement.never_destroyed"] * 2


# A release that is under way.


def test_a_release_that_was_approved_is_not_given_after_the_report(out: Town, slip: str) -> None:
    request = ask_by_voice(out.office, out.cid(slip)[:2] + b"\1\2\3\4")
    for person in ("chief", "security"):
        approve_release(out.office, request, approver=signing_key(person))
    report_lost(out.office, [slip])
    with pytest.raises(Refused):
        give_release(out.office, request)
    assert out.leaves("release.given") == []


# Reported again.


def test_reported_twice_it_is_lost_once(out: Town, slip: str) -> None:
    report_lost(out.office, [slip])
    size = out.size
    (row,) = report_lost(out.office, [slip])
    assert (row, out.size) == (out.row(slip), size)


def test_a_key_officer_who_comes_later_destroys_what_was_only_stopped(out: Town, slip: str) -> None:
    report_lost(out.office, [slip])
    out.restart()
    begin = out.size
    report_lost(out.office, [slip], key_officer=OFFICER)
    assert out.ticket(slip) == "destroyed"
    assert events(out, slip, begin) == ["ticket.destroy_intended", "ticket.destroyed"]


def test_a_key_officer_who_comes_again_changes_nothing(out: Town, slip: str) -> None:
    report_lost(out.office, [slip], key_officer=OFFICER)
    size = out.size
    report_lost(out.office, [slip], key_officer=OFFICER)
    assert out.size == size


# By medium.


def test_a_medium_names_every_copy_on_it(out: Town, slip: str, other: str) -> None:
    (later,) = out.sealed("USB-1")
    assert slips_on(out.office, "USB-1") == [slip, later]
    report_lost(out.office, slips_on(out.office, "USB-1"))
    assert [out.state(each) for each in (slip, later, other)] == ["lost", "lost", "out"]


def test_a_medium_still_names_what_was_reported(out: Town, slip: str) -> None:
    """So that a key officer can come later and name the stick as the carrier did."""
    report_lost(out.office, [slip])
    assert slips_on(out.office, "USB-1") == [slip]


def test_what_is_erased_or_was_never_sealed_is_on_no_medium(out: Town, slip: str) -> None:
    out.request(media=("USB-1",))
    assert slips_on(out.office, "USB-1") == [slip]
    erase(out.office, slip, out.root / "USB-1", holder=signing_key("carrier"), witness=signing_key("officer"))
    with pytest.raises(NotFound) as caught:
        slips_on(out.office, "USB-1")
    assert (caught.value.key, caught.value.values) == ("loss.no_copy_on", {"medium": "USB-1"})


# What cannot be lost.


def test_nothing_named_is_no_report(out: Town) -> None:
    with pytest.raises(Misuse) as caught:
        report_lost(out.office, [])
    assert caught.value.key == "loss.nothing_named"


def test_a_slip_that_does_not_exist(out: Town) -> None:
    with pytest.raises(NotFound) as caught:
        report_lost(out.office, ["000000"])
    assert caught.value.key == "custody.no_slip"


def test_what_was_never_sealed_cannot_be_lost(town: Town) -> None:
    request = town.approved()
    (row,) = records.copies(town.office.ledger.connection, request.id)
    with pytest.raises(Refused) as caught:
        report_lost(town.office, [row.slip])
    assert caught.value.key == "custody.not_now"


def test_what_is_erased_cannot_be_lost(out: Town, slip: str) -> None:
    erase(out.office, slip, out.root / "USB-1", holder=signing_key("carrier"), witness=signing_key("officer"))
    size = out.size
    with pytest.raises(Refused) as caught:
        report_lost(out.office, [slip], key_officer=OFFICER)
    assert (caught.value.key, out.size) == ("custody.not_now", size)


@pytest.mark.parametrize("officer", [None, OFFICER])
@pytest.mark.parametrize("first", [True, False])
def test_what_cannot_be_lost_holds_up_none_of_the_others(out: Town, officer: SigningKey | None, *, first: bool) -> None:
    erased, lost = out.slips[0], out.slips[1]
    erase(out.office, erased, out.root / "USB-1", holder=signing_key("carrier"), witness=signing_key("officer"))
    with pytest.raises(Refused) as caught:
        report_lost(out.office, [erased, lost] if first else [lost, "000000"], key_officer=officer)
    assert (caught.value.key, caught.value.values["stopped"]) == ("loss.not_all", lost)
    assert caught.value.values["slips"] == (erased if first else "000000")
    assert (out.state(lost), out.ticket(lost)) == ("lost", "destroyed" if officer else "suspended")
    assert out.state(erased) == "closed"


def test_of_each_that_cannot_be_lost_it_is_said_why(out: Town) -> None:
    with pytest.raises(NotAll) as caught:
        report_lost(out.office, [out.slips[0], "000000"])
    why = "000000 (There is no copy with slip number 000000.)"
    assert caught.value.what("en") == f"Recorded and stopped: slip {out.slips[0]}. Not recorded: {why}"
    assert caught.value.what("ja").endswith("記録していないもの：000000 (受渡票番号 000000 の写しはありません。)")


def test_a_damaged_copy_is_undone_alone(out: Town, slip: str, other: str) -> None:
    """Its ticket is read after its loss was recorded; of all that nothing stays, and of the other copy everything."""
    out.office.ledger.connection.execute("UPDATE ticket SET not_after = '?' WHERE cid = ?", (out.cid(slip),))
    begin = out.size
    report = lose(out.office, [slip, other], key_officer=OFFICER)
    assert (report.slips, list(report.refused)) == ([other], [slip])
    assert {entry.copy for entry in out.office.ledger.entries(begin)} == {out.cid(other).hex(), None}
    assert len(events(out, other, begin)) == 3
    assert (out.state(slip), out.state(other)) == ("out", "lost")
    out.verify()


def test_what_is_left_to_finish_is_told(out: Town, slip: str, other: str) -> None:
    assert standing_of(out.office, [slip, other, "000000"]) == {}
    lose(out.office, [slip, other])
    lose(out.office, [slip], key_officer=OFFICER)
    assert standing_of(out.office, [slip, other]) == {slip: Standing.BEGUN, other: Standing.STOPPED}
    assert finish_destroying(out.office, [slip, other]) is None
    assert standing_of(out.office, [slip, other]) == {slip: Standing.DESTROYED, other: Standing.STOPPED}


# From wherever it was.


def test_it_can_be_lost_in_the_store(town: Town) -> None:
    (slip,) = town.sealed("USB-1")
    report_lost(town.office, [slip])
    assert (town.state(slip), town.ticket(slip)) == ("lost", "suspended")


def test_it_can_be_lost_when_sealing_broke_off_after_its_ticket_came_to_life(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stick was pulled before it was read back: a whole capsule is on it, and whoever finds it could ask."""

    def pulled(*_: object) -> None:
        raise OSError(errno.EIO, "pulled")

    with monkeypatch.context() as patch, pytest.raises(MediumError):
        patch.setattr(sealing, "write_found_label", pulled)
        town.sealed("USB-1")
    (row,) = records.copies(town.office.ledger.connection)
    assert (row.copy.state.value, town.ticket(row.slip)) == ("approved", "live")
    assert slips_on(town.office, "USB-1") == [row.slip]
    report_lost(town.office, [row.slip], key_officer=OFFICER)
    assert (town.state(row.slip), town.ticket(row.slip)) == ("lost", "destroyed")
    assert town.row(row.slip).copy.holder == "officer"
    never_opens(town, row.slip)


def test_it_can_be_lost_after_it_was_opened(out: Town, slip: str) -> None:
    out.open(slip)
    report_lost(out.office, [slip], key_officer=OFFICER)
    assert (out.state(slip), out.row(slip).copy.opens) == ("lost", 1)
    never_opens(out, slip)


def test_it_can_be_lost_while_its_releases_are_stopped(out: Town, slip: str) -> None:
    """What two persons could have lifted before, they cannot lift any more."""
    suspend_copy(out.office, slip)
    report_lost(out.office, [slip])
    never_opens(out, slip)


def test_it_can_be_lost_after_its_share_was_destroyed(out: Town, slip: str) -> None:
    destroy_share(out.office, slip, keys=[signing_key("chief"), OFFICER])
    report_lost(out.office, [slip], key_officer=OFFICER)
    assert (out.state(slip), out.ticket(slip)) == ("lost", "destroyed")
    assert [entry.fields["reason"] for entry in out.leaves("ticket.destroyed")] == ["revoked"]


# Found.


@pytest.mark.parametrize("officer", [None, OFFICER])
@pytest.mark.parametrize(("change", "identical"), [(b"", True), (b"x", False)])
def test_found_it_is_compared_and_stays_dead(
    out: Town, slip: str, officer: None, change: bytes, *, identical: bool
) -> None:
    report_lost(out.office, [slip], key_officer=officer)
    with out.capsule(slip).open("ab") as file:
        file.write(change)
    assert find(out.office, slip, out.root / "USB-1")[1] is identical
    assert out.state(slip) == "found"
    if identical:
        never_opens(out, slip)
    state = gather(out.office, [slip]).copies[0].state
    assert state == ("statement.found_unaltered" if identical else "statement.found_altered")


def test_found_and_lost_again_it_is_missing_again(out: Town, slip: str) -> None:
    report_lost(out.office, [slip])
    find(out.office, slip, out.root / "USB-1")
    report_lost(out.office, [slip], key_officer=OFFICER)
    assert (out.state(slip), out.ticket(slip)) == ("lost", "destroyed")
    assert len(out.leaves("copy.lost")) == 2
    assert gather(out.office, [slip]).copies[0].state == "statement.never_destroyed"


def test_found_and_lost_again_after_its_share_was_destroyed(out: Town, slip: str) -> None:
    report_lost(out.office, [slip], key_officer=OFFICER)
    find(out.office, slip, out.root / "USB-1")
    report_lost(out.office, [slip])
    assert (out.state(slip), out.ticket(slip)) == ("lost", "destroyed")


# A disk that refuses.


def test_a_disk_that_refuses_the_new_key_does_not_undo_the_report(out: Town, slip: str, other: str) -> None:
    keks = out.home / "keks"
    keks.rename(out.root / "away")
    keks.write_text("no folder")
    with pytest.raises(MediumError):
        report_lost(out.office, [slip], key_officer=OFFICER)
    assert (out.state(slip), out.ticket(slip)) == ("lost", "destroyed")
    assert gather(out.office, [slip]).copies[0].state == "statement.never_stopped"
    keks.unlink()
    (out.root / "away").rename(keks)
    out.restart()
    assert gather(out.office, [slip]).copies[0].state == "statement.never_destroyed"
    assert out.open(other).manifest.people == 3


# What a report leaves behind.


def test_no_file_holds_the_old_key_and_no_row_the_share(out: Town, slip: str) -> None:
    keys = [path.read_bytes() for path in (out.home / "keks").glob("*.kek")]
    report_lost(out.office, [slip], key_officer=OFFICER)
    contents = [path.read_bytes() for path in out.home.rglob("*") if path.is_file()]
    assert not any(key in content for key in keys for content in contents)
    assert [ticket.wrapped for ticket in out.office.custodian.tickets(out.cid(slip))] == [None]


def test_a_backup_of_the_database_gives_no_share_back(out: Town, slip: str) -> None:
    """The keys are in no backup, and the one under which the old rows are wrapped is gone."""
    (before,) = out.office.custodian.tickets(out.cid(slip))
    kek = FileKek(out.home / "keks")
    assert before.wrapped
    assert before.epoch
    assert len(kek.unwrap(before.epoch, before.wrapped, before.tid)) == 16
    report_lost(out.office, [slip], key_officer=OFFICER)
    with pytest.raises(Missing):
        kek.unwrap(before.epoch, before.wrapped, before.tid)
