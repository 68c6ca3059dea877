"""What is plugged in is the medium that it is said to be, or nothing is written and what must not be trusted is kept apart."""

import shutil

import pytest
from custody_media import Sticks

from invented_media import Ports, device
from invented_office import Town, signing_key
from sekisho.custody.media_meeting import meet
from sekisho.custody.media_records import MediumState, media
from sekisho.custody.media_register import keep_foreign_apart, mark_medium, register_medium, release_medium
from sekisho.errors import MediumError, NotFound, Refused

pytest_plugins = ("office_fixtures",)


@pytest.fixture
def sticks(town: Town) -> Sticks:
    """A town with one registered stick, plugged in."""
    sticks = Sticks(town, Ports())
    sticks.register()
    return sticks


def refused(sticks: Sticks, key: str, *, label: str = "USB-1", at: str = "USB-1") -> Refused:
    with pytest.raises(Refused) as caught:
        meet(sticks.town.office, label, sticks.folder(at), sticks.ports)
    assert caught.value.key == f"custody.{key}"
    assert caught.value.what("ja") != caught.value.what("en")
    return caught.value


def reasons(sticks: Sticks) -> list[object]:
    return [leaf.fields["reason"] for leaf in sticks.town.leaves("medium.quarantined")]


def test_the_stick_itself_is_met_and_noted(sticks: Sticks) -> None:
    stick = meet(sticks.town.office, "USB-1", sticks.folder("USB-1"), sticks.ports)
    assert stick.record == sticks.record()
    assert stick.place.volume is not None
    assert stick.place.volume.device.sequence == 20


def test_plugged_in_again_elsewhere_it_is_the_same(sticks: Sticks) -> None:
    shutil.copytree(sticks.folder("USB-1"), sticks.folder("other port"))
    sticks.ports.pull(sticks.folder("USB-1"))
    sticks.ports.plug(sticks.folder("other port"), device("0001", port="3-1", sequence=99))
    assert meet(sticks.town.office, "USB-1", sticks.folder("other port"), sticks.ports).record == sticks.record()


def test_a_foreign_stick_is_kept_apart_and_noted_once(sticks: Sticks) -> None:
    sticks.ports.plug(sticks.folder("somebody's"), device("9999"))
    for _ in range(2):
        refused(sticks, "medium_foreign_met", at="somebody's")
    (foreign,) = [medium for medium in media(sticks.town.office.ledger.connection) if medium.foreign]
    assert (foreign.state, foreign.serial, foreign.label) == (MediumState.QUARANTINE, "9999", f"Q-{foreign.id}")
    assert reasons(sticks) == ["foreign"]
    assert sticks.record().state is MediumState.IN_STORE


def test_a_copy_of_a_stick_is_told_by_its_mark(sticks: Sticks) -> None:
    """Every byte of it is the same, and the device under it is another."""
    shutil.copytree(sticks.folder("USB-1"), sticks.folder("copy"))
    sticks.ports.plug(sticks.folder("copy"), device("9999"))
    refused(sticks, "medium_clone", at="copy")
    assert (sticks.record().state, reasons(sticks)) == (MediumState.QUARANTINE, ["clone"])
    refused(sticks, "medium_not_in_store")


def test_a_copy_of_another_stick_puts_that_one_apart(sticks: Sticks) -> None:
    sticks.register("USB-2", "0002")
    shutil.copytree(sticks.folder("USB-1"), sticks.folder("copy"))
    sticks.ports.plug(sticks.folder("copy"), device("9999"))
    refused(sticks, "medium_clone", label="USB-2", at="copy")
    assert sticks.record("USB-1").state is MediumState.QUARANTINE
    assert sticks.record("USB-2").state is MediumState.IN_STORE


def test_another_of_the_office_s_sticks_is_named_and_not_kept_apart(sticks: Sticks) -> None:
    sticks.register("USB-2", "0002")
    assert "USB-2" in refused(sticks, "medium_another", at="USB-2").what()
    assert reasons(sticks) == []


def test_a_formatted_stick_is_marked_again_before_it_is_used(sticks: Sticks) -> None:
    shutil.rmtree(sticks.folder("USB-1") / ".sekisho")
    refused(sticks, "medium_unmarked")
    assert reasons(sticks) == []
    mark_medium(sticks.town.office, "USB-1", sticks.folder("USB-1"), platform=sticks.ports)
    meet(sticks.town.office, "USB-1", sticks.folder("USB-1"), sticks.ports)


def test_another_device_is_not_marked_as_it(sticks: Sticks) -> None:
    sticks.ports.plug(sticks.folder("somebody's"), device("9999"))
    with pytest.raises(Refused):
        mark_medium(sticks.town.office, "USB-1", sticks.folder("somebody's"), platform=sticks.ports)


def test_a_forged_mark_puts_the_stick_apart(sticks: Sticks) -> None:
    (sticks.folder("USB-1") / ".sekisho" / "medium.json").write_text('{"v":1}')
    refused(sticks, "medium_forged")
    assert reasons(sticks) == ["forged"]


def test_a_folder_that_is_no_medium_is_not_taken_for_one(sticks: Sticks) -> None:
    shutil.copytree(sticks.folder("USB-1"), sticks.folder("desktop"))
    refused(sticks, "medium_clone", at="desktop")


def test_an_empty_folder_is_told_and_nothing_is_noted(sticks: Sticks) -> None:
    sticks.folder("desktop").mkdir()
    size = sticks.town.size
    refused(sticks, "medium_no_device", at="desktop")
    assert sticks.town.size == size


def test_two_sticks_of_one_serial_are_told_apart_by_their_marks(sticks: Sticks) -> None:
    """Makers give a number twice; with a mark each, they are still two."""
    with pytest.raises(Refused) as caught:
        sticks.register("USB-2", "0001")
    assert caught.value.key == "custody.medium_twin"
    sticks.register("USB-2", "0001", twin=True)
    assert "USB-2" in refused(sticks, "medium_another", at="USB-2").what()
    assert meet(sticks.town.office, "USB-2", sticks.folder("USB-2"), sticks.ports).label == "USB-2"


def test_a_label_that_is_registered_nowhere_is_none(sticks: Sticks) -> None:
    with pytest.raises(NotFound):
        meet(sticks.town.office, "USB-9", sticks.folder("USB-1"), sticks.ports)


def test_an_office_that_registers_no_media_takes_any_folder(town: Town) -> None:
    stick = meet(town.office, "whatever", town.stick("whatever"), Ports())
    assert (stick.record, stick.place.volume) == (None, None)


def test_a_foreign_stick_alone_makes_no_register(town: Town) -> None:
    keep_foreign_apart(town.office, device("9999"))
    assert meet(town.office, "whatever", town.stick("whatever"), Ports()).record is None


def test_a_stick_that_fails_when_it_is_looked_at_is_told(sticks: Sticks) -> None:
    mark = sticks.folder("USB-1") / ".sekisho" / "medium.json"
    mark.unlink()
    mark.mkdir()  # what is damaged there may be anything
    refused(sticks, "medium_forged")


def test_a_system_that_does_not_tell_is_no_system_to_seal_on(sticks: Sticks) -> None:
    class Mute(Ports):
        def volume_of(self, folder: object) -> None:
            raise MediumError("media.system_does_not_tell", path=folder)

    with pytest.raises(MediumError):
        meet(sticks.town.office, "USB-1", sticks.folder("USB-1"), Mute())


def test_a_foreign_stick_can_be_registered_when_two_persons_let_it_go(sticks: Sticks) -> None:
    sticks.ports.plug(sticks.folder("new"), device("9999"))
    refused(sticks, "medium_foreign_met", at="new")
    (foreign,) = [medium for medium in media(sticks.town.office.ledger.connection) if medium.foreign]
    officer = signing_key("officer")
    with pytest.raises(Refused) as caught:
        register_medium(sticks.town.office, "USB-2", sticks.folder("new"), keeper=officer, platform=sticks.ports)
    assert caught.value.key == "custody.medium_kept_apart"
    release_medium(sticks.town.office, foreign.label, keys=[signing_key("chief"), signing_key("security")])
    register_medium(sticks.town.office, "USB-2", sticks.folder("new"), keeper=officer, platform=sticks.ports)
    assert meet(sticks.town.office, "USB-2", sticks.folder("new"), sticks.ports).label == "USB-2"
