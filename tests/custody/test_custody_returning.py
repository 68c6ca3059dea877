"""A copy comes back, is looked at without being changed, or is given up; and everybody can see later what was seen."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from invented_office import Town, signing_key
from sekisho.custody import records
from sekisho.custody.handing import find
from sekisho.custody.media_meeting import new_medium
from sekisho.custody.media_records import MediumState, add_medium, get_medium
from sekisho.custody.media_register import register_medium
from sekisho.custody.returning import audit_copy, return_copy, write_off
from sekisho.custody.statements import AUDIT, WRITE_OFF, AuditStatement
from sekisho.errors import MediumError, Refused
from sekisho.loss.lost import report_lost
from sekisho.signing.sshsig import verify

pytest_plugins = ("office_fixtures",)


@pytest.fixture
def slip(out: Town) -> str:
    return out.slips[0]


def audited(town: Town, slip: str, by: str = "chief") -> AuditStatement:
    return audit_copy(town.office, slip, town.capsule(slip).parent, by=signing_key(by))


def standings(said: AuditStatement) -> dict[str, str]:
    return {file.path: file.standing for file in said.files if file.standing != "identical"}


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.key.partition(".")[2]


# It comes back.


def test_staff_take_it_back_and_it_opens_no_more(out: Town, slip: str) -> None:
    row = return_copy(out.office, slip, giver=signing_key("carrier"), receiver=signing_key("clerk"))
    assert (row.copy.state, row.copy.holder) == ("returned", "clerk")
    assert refused(lambda: out.open(slip)) == "not_now"


def test_nobody_else_takes_it_back(out: Town, slip: str) -> None:
    keys = signing_key("carrier"), signing_key("supervisor")
    assert refused(lambda: return_copy(out.office, slip, giver=keys[0], receiver=keys[1])) == "not_taken_back"


# What is on it.


def test_a_medium_as_it_left_is_identical_in_every_file(out: Town, slip: str) -> None:
    said = audited(out, slip)
    assert (said.capsule, standings(said)) == ("identical", {})
    assert len(said.files) >= 3


def test_looking_changes_nothing(out: Town, slip: str) -> None:
    folder = out.capsule(slip).parent
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}
    audited(out, slip)
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()} == before


def altered(capsule: Path) -> None:
    capsule.write_bytes(capsule.read_bytes()[:-1] + b"?")


def linked(capsule: Path) -> None:
    capsule.rename(capsule.parent / "capsule")
    capsule.symlink_to("capsule")


@pytest.mark.parametrize(
    ("change", "capsule", "others"),
    [
        (altered, "altered", {}),
        (Path.unlink, "missing", {}),
        (linked, "altered", {"capsule": "additional"}),
    ],
)
def test_what_is_not_as_it_left_is_named(
    out: Town, slip: str, change: Callable[[Path], None], capsule: str, others: dict[str, str]
) -> None:
    change(out.capsule(slip))
    said = audited(out, slip)
    assert (said.capsule, standings(said)) == (capsule, {out.capsule(slip).name: capsule, **others})


def test_what_somebody_put_there_is_found_wherever_it_lies(out: Town, slip: str) -> None:
    folder = out.capsule(slip).parent
    (folder / "名簿").mkdir()
    (folder / "名簿" / "people.csv").write_text("a")
    (folder / "outside").symlink_to("/etc", target_is_directory=True)
    (folder / os.fsdecode("名簿.csv".encode("cp932"))).write_text("b")
    os.mkfifo(folder / "pipe")
    found = standings(audited(out, slip))
    assert set(found.values()) == {"additional"}
    assert {"名簿/people.csv", "outside", "pipe"} < found.keys()
    assert len(found) == 4


def test_what_was_seen_is_signed_and_the_ledger_has_numbers_and_no_names(out: Town, slip: str) -> None:
    (out.capsule(slip).parent / "secret-name.csv").write_text("a")
    said = audited(out, slip)
    (leaf,) = out.leaves("copy.audited")
    assert (leaf.fields["additional"], leaf.fields["altered"], leaf.fields["capsule"]) == (1, 0, "identical")
    assert b"secret-name" not in leaf.body()
    signed = records.get_signed(out.office.ledger.connection, leaf.index)
    assert signed is not None
    assert verify(signed[1][0], said.encode(), namespace=AUDIT) == signing_key("chief").public


def test_two_copies_on_one_medium_are_no_strangers_to_each_other(out: Town) -> None:
    (again,) = out.sealed("USB-1")
    assert standings(audited(out, out.slips[0])) == {}
    assert standings(audited(out, again)) == {}


def test_who_does_not_belong_to_the_office_does_not_look_for_it(out: Town, slip: str) -> None:
    assert refused(lambda: audited(out, slip, by="carrier")) == "not_taken_back"


def test_a_medium_that_is_not_there_is_said_to_be_missing(out: Town, slip: str, tmp_path: Path) -> None:
    with pytest.raises(MediumError):
        audit_copy(out.office, slip, tmp_path / "nowhere", by=signing_key("chief"))


# It does not come back.


def test_two_persons_give_up_and_it_can_still_turn_up(out: Town, slip: str) -> None:
    report_lost(out.office, [slip])
    row = write_off(out.office, slip, keys=[signing_key("chief"), signing_key("security")])
    assert (row.copy.state, row.copy.holder, row.copy.revoked) == ("closed_lost", "carrier", True)
    (leaf,) = out.leaves("copy.written_off")
    signed = records.get_signed(out.office.ledger.connection, leaf.index)
    assert signed is not None
    signers = {verify(each, signed[0], namespace=WRITE_OFF).id for each in signed[1]}
    assert signers == {signing_key(name).public.id for name in ("chief", "security")}
    found, _ = find(out.office, slip, out.capsule(slip).parent, taker=signing_key("clerk"))
    assert (found.copy.state, found.copy.holder, found.copy.revoked) == ("found", "clerk", True)


@pytest.mark.parametrize(
    ("keys", "key"),
    [(["chief"], "keys_missing"), (["chief", "chief"], "keys_missing"), (["chief", "clerk"], "no_role")],
)
def test_it_takes_two_to_give_up(out: Town, slip: str, keys: list[str], key: str) -> None:
    report_lost(out.office, [slip])
    assert refused(lambda: write_off(out.office, slip, keys=[signing_key(name) for name in keys])) == key


def test_what_was_not_reported_lost_is_not_given_up(out: Town, slip: str) -> None:
    keys = [signing_key("chief"), signing_key("security")]
    assert refused(lambda: write_off(out.office, slip, keys=keys)) == "not_now"


def test_who_has_it_does_not_give_it_up(out: Town, slip: str) -> None:
    out.carry(slip, "carrier", "chief")
    report_lost(out.office, [slip])
    keys = [signing_key("chief"), signing_key("security")]
    assert refused(lambda: write_off(out.office, slip, keys=keys)) == "own_approval"


# The medium itself.


def medium_state(town: Town) -> str:
    return get_medium(town.office.ledger.connection, "USB-1").state.value


@pytest.fixture
def registered(out: Town) -> Town:
    """The office has registered the stick on which the first copy is."""
    with out.office.ledger.transaction() as tx:
        add_medium(tx.connection, new_medium(tx, "0000011", "USB-1", None, state=MediumState.ISSUED))
    return out


def test_a_medium_that_came_back_as_it_went_is_not_kept_apart(registered: Town) -> None:
    audited(registered, registered.slips[0])
    assert medium_state(registered) == "issued"


def test_a_medium_with_something_else_on_it_is_kept_apart(registered: Town) -> None:
    (registered.stick("USB-1") / "extra.csv").write_text("a")
    audited(registered, registered.slips[0])
    assert medium_state(registered) == "quarantine"
    assert len(registered.leaves("medium.quarantined")) == 1


def test_a_medium_that_was_lost_and_found_is_kept_apart(registered: Town) -> None:
    report_lost(registered.office, [registered.slips[0]])
    find(registered.office, registered.slips[0], registered.stick("USB-1"), taker=signing_key("clerk"))
    assert medium_state(registered) == "quarantine"


def test_another_medium_of_the_office_plugged_in_by_mistake_is_no_finding_about_this_one(
    registered: Town, tmp_path: Path
) -> None:
    office, other = registered.office, tmp_path / "other"
    other.mkdir()
    register_medium(office, "USB-9", other, keeper=signing_key("chief"))
    assert refused(lambda: audit_copy(office, registered.slips[0], other, by=signing_key("chief"))) == "medium_another"
    assert medium_state(registered) == "issued"
    assert not registered.leaves("copy.audited")
