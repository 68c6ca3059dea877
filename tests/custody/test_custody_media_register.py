"""The register of media: numbers, who may what, what the ledger says of it, and what it never says."""

import pytest
from custody_media import Sticks

from invented_media import Ports, device
from invented_office import Town, signing_key
from sekisho.codes import checks, read_lost_code
from sekisho.custody import records
from sekisho.custody.media_meeting import Reason
from sekisho.custody.media_records import MediumState, medium_of_lost_code
from sekisho.custody.media_register import (
    issue_medium,
    keep_apart,
    keep_foreign_apart,
    label_facts,
    live_copies,
    register_medium,
    release_medium,
    retire_medium,
    take_back,
    twins,
)
from sekisho.errors import MediumError, Misuse, NotFound, Refused
from sekisho.media.marker import MEDIUM
from sekisho.signing.sshsig import verify

pytest_plugins = ("office_fixtures",)

OFFICER, CHIEF, SECURITY = (signing_key(name) for name in ("officer", "chief", "security"))


@pytest.fixture
def sticks(town: Town) -> Sticks:
    return Sticks(town, Ports())


def test_every_medium_has_a_number_and_a_lost_code_of_its_own(sticks: Sticks) -> None:
    first, second = sticks.register("USB-1", "0001"), sticks.register("USB-2", "0002")
    assert (first.id[:-1], second.id[:-1]) == ("000001", "000002")
    assert checks(first.id)
    assert checks(second.id)
    assert first.lost_code != second.lost_code
    assert read_lost_code(first.lost_code.lower().replace("-", " ")) == first.lost_code
    assert medium_of_lost_code(sticks.town.office.ledger.connection, second.lost_code) == second


def test_a_lost_code_that_nobody_has_is_told(sticks: Sticks) -> None:
    with pytest.raises(NotFound):
        medium_of_lost_code(sticks.town.office.ledger.connection, "0000-0000-0000")


def test_the_ledger_has_the_number_and_who_answers_for_it_and_no_name(sticks: Sticks) -> None:
    medium = sticks.register("鈴木さんのUSB", "0001", section="市民課 鈴木")
    (leaf,) = sticks.town.leaves("medium.registered")
    assert leaf.fields["medium"] == medium.id
    assert leaf.fields["by"] == [OFFICER.public.id]
    assert "鈴木" not in leaf.body().decode()
    assert "0951" not in leaf.body().decode()
    statement, (signature,) = records.get_signed(sticks.town.office.ledger.connection, leaf.index) or (b"", [""])
    assert verify(signature, statement, namespace=MEDIUM) == OFFICER.public


@pytest.mark.parametrize("who", ["carrier", "privacy", "clerk"])
def test_only_who_keeps_the_media_registers_one(sticks: Sticks, who: str) -> None:
    folder = sticks.ports.plug(sticks.folder("USB-1"), device())
    size = sticks.town.size
    with pytest.raises(Refused):
        register_medium(sticks.town.office, "USB-1", folder, keeper=signing_key(who), platform=sticks.ports)
    assert sticks.town.size == size


@pytest.mark.parametrize("label", ["", " ", "Q-0000011", "a=b", "USB\u202e-1"])
def test_a_label_that_would_deceive_is_refused(sticks: Sticks, label: str) -> None:
    folder = sticks.ports.plug(sticks.folder("stick"), device())
    with pytest.raises(Misuse):
        register_medium(sticks.town.office, label, folder, keeper=OFFICER, platform=sticks.ports)


def test_a_label_is_given_once(sticks: Sticks) -> None:
    sticks.register("USB-1", "0001")
    other = sticks.ports.plug(sticks.folder("other"), device("0002"))
    with pytest.raises(Misuse):
        register_medium(sticks.town.office, "USB-1", other, keeper=OFFICER, platform=sticks.ports)


def test_a_stick_is_registered_once(sticks: Sticks) -> None:
    sticks.register("USB-1", "0001")
    with pytest.raises(Refused) as caught:
        register_medium(
            sticks.town.office, "USB-2", sticks.folder("USB-1"), keeper=OFFICER, twin=True, platform=sticks.ports
        )
    assert caught.value.key == "custody.medium_is_registered"
    with pytest.raises(Refused):
        keep_foreign_apart(sticks.town.office, device("0001"))


def test_twins_are_named(sticks: Sticks) -> None:
    first, second = sticks.register("USB-1", "0001"), sticks.register("USB-2", "0001", twin=True)
    assert twins(first, [first, second]) == ["USB-2"]


def test_a_folder_can_stand_for_a_medium(sticks: Sticks) -> None:
    folder = sticks.folder("share")
    folder.mkdir()
    medium = register_medium(sticks.town.office, "share", folder, keeper=OFFICER, platform=sticks.ports)
    assert (medium.vendor_id, medium.size) == ("", 0)
    assert twins(medium, [medium]) == []


def test_a_medium_that_cannot_be_marked_is_registered_and_takes_nothing(sticks: Sticks) -> None:
    folder = sticks.ports.plug(sticks.folder("USB-1"), device())
    (folder / ".sekisho").write_text("in the way")
    with pytest.raises(MediumError):
        register_medium(sticks.town.office, "USB-1", folder, keeper=OFFICER, platform=sticks.ports)
    assert sticks.record().state is MediumState.IN_STORE


def test_it_is_issued_and_taken_back(sticks: Sticks) -> None:
    sticks.register()
    office = sticks.town.office
    assert issue_medium(office, "USB-1", to="carrier", keeper=OFFICER).state is MediumState.ISSUED
    with pytest.raises(Refused):
        issue_medium(office, "USB-1", to="carrier", keeper=OFFICER)
    assert take_back(office, "USB-1", keeper=CHIEF).state is MediumState.IN_STORE
    assert [len(sticks.town.leaves(f"medium.{event}")) for event in ("issued", "returned")] == [1, 1]


def test_nobody_who_is_not_registered_gets_one(sticks: Sticks) -> None:
    sticks.register()
    with pytest.raises(Refused):
        issue_medium(sticks.town.office, "USB-1", to="nobody", keeper=OFFICER)


def test_anybody_keeps_it_apart_and_two_persons_let_it_out(sticks: Sticks) -> None:
    sticks.register()
    office = sticks.town.office
    keep_apart(office, "USB-1")
    keep_apart(office, "USB-1")  # again changes nothing
    assert [leaf.fields["reason"] for leaf in sticks.town.leaves("medium.quarantined")] == [Reason.REPORTED]
    for keys in ([CHIEF], [CHIEF, CHIEF], [CHIEF, OFFICER]):
        with pytest.raises(Refused):
            release_medium(office, "USB-1", keys=keys)
    assert release_medium(office, "USB-1", keys=[CHIEF, SECURITY]).state is MediumState.IN_STORE
    (leaf,) = sticks.town.leaves("medium.released")
    assert leaf.fields["by"] == [CHIEF.public.id, SECURITY.public.id]


def test_a_medium_with_a_live_copy_is_not_retired(sticks: Sticks) -> None:
    sticks.register()
    (row,) = sticks.seal(sticks.town.approved())
    office = sticks.town.office
    assert live_copies(office, "USB-1") == [row.slip]
    with pytest.raises(Refused) as caught:
        retire_medium(office, "USB-1", keeper=OFFICER)
    assert caught.value.key == "custody.medium_holds_copies"


def test_an_empty_one_is_retired_for_good(sticks: Sticks) -> None:
    sticks.register()
    office = sticks.town.office
    sticks.town.request()  # asked for and never sealed
    assert retire_medium(office, "USB-1", keeper=OFFICER).state is MediumState.RETIRED
    with pytest.raises(Refused):
        keep_apart(office, "USB-1")
    with pytest.raises(Refused):
        issue_medium(office, "USB-1", to="chief", keeper=CHIEF)


def test_a_retired_stick_can_be_registered_anew_under_another_number(sticks: Sticks) -> None:
    first = sticks.register("USB-1", "0001")
    retire_medium(sticks.town.office, "USB-1", keeper=OFFICER)
    folder = sticks.folder("USB-1")
    second = register_medium(sticks.town.office, "USB-1b", folder, keeper=OFFICER, platform=sticks.ports)
    assert second.id != first.id


def test_the_label_says_whom_to_call_and_nothing_of_what_is_on_it(sticks: Sticks) -> None:
    medium = sticks.register("USB-1", "0001", section="市民課")
    facts = label_facts(sticks.town.office, "USB-1")
    assert (facts.number, facts.lost_code, facts.phone) == (
        medium.id,
        medium.lost_code,
        sticks.town.office.settings.phone,
    )
    assert facts.address == ""
