"""Sealing to registered media: only to the very stick, and never a copy recorded as written that is not whole on it."""

import shutil
import tempfile
from pathlib import Path

import pytest
from custody_media import Sticks
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from invented_media import FAULTS, Failing, Ports, device
from invented_office import Town, copied, signing_key
from sekisho.custody import sealing
from sekisho.custody.media_records import MediumState
from sekisho.custody.media_register import keep_apart, mark_medium, release_medium
from sekisho.custody.openers import write_openers
from sekisho.errors import MediumError, NotFound, Refused
from sekisho.media.direct import digest

pytest_plugins = ("office_fixtures",)

DECIDERS = [signing_key("chief"), signing_key("security")]
FILES_ON_IT = 3
"""How many files are written to a stick before the copy counts as written: capsule, label, opener."""


@pytest.fixture(scope="module")
def approved(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town in which a copy for the registered USB-1 was asked for and approved."""
    sticks = Sticks(copied(model, tmp_path_factory.mktemp("approved")), Ports())
    sticks.register()
    sticks.town.approved()
    sticks.town.leave()
    return sticks.town.root


def plugged(approved: Path, root: Path) -> Sticks:
    sticks = Sticks(copied(approved, root), Ports())
    sticks.ports.plug(sticks.folder("USB-1"), device("0001"))
    return sticks


@pytest.fixture
def sticks(approved: Path, tmp_path: Path) -> Sticks:
    return plugged(approved, tmp_path)


def seal(sticks: Sticks, **folders: Path) -> None:
    sticks.seal(sticks.town.request_made(), **folders)


def nothing_written(sticks: Sticks) -> None:
    """See that no copy is recorded, that none can be opened, and that nothing half-written lies there."""
    (slip,) = sticks.town.slips
    assert (sticks.town.state(slip), sticks.town.leaves("copy.written")) == ("approved", [])
    tickets = sticks.town.office.ledger.connection.execute("SELECT state FROM ticket").fetchall()
    assert {state for (state,) in tickets} <= {"destroyed"}
    assert [path.name for path in sticks.folder("USB-1").glob("*capsule*")] == []
    assert sticks.town.partials() == []


def test_a_copy_is_written_to_the_registered_stick_and_read_back_from_it(sticks: Sticks) -> None:
    seal(sticks)
    (leaf,) = sticks.town.leaves("copy.written")
    (slip,) = sticks.town.slips
    assert leaf.fields["verify"] == digest(sticks.town.capsule(slip))[1]
    assert sticks.town.state(slip) == "sealed"
    sticks.town.carry(slip, "officer", "carrier")
    assert sticks.town.open(slip).manifest.slip == slip


def test_what_could_only_be_read_back_weakly_says_so(sticks: Sticks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sekisho.media.direct._DIRECT", 0)
    seal(sticks)
    assert [leaf.fields["verify"] for leaf in sticks.town.leaves("copy.written")] == ["weak"]


@pytest.mark.parametrize("at", range(1, FILES_ON_IT + 1))
@pytest.mark.parametrize("fault", FAULTS)
def test_no_fault_at_any_file_becomes_a_copy(
    sticks: Sticks, monkeypatch: pytest.MonkeyPatch, fault: str, at: int
) -> None:
    """The medium is kept apart, the ticket is destroyed, and the capsule is removed where that can be done."""
    stick = sticks.folder("USB-1")
    with monkeypatch.context() as patch, pytest.raises(MediumError) as caught:
        Failing(folder=stick, ports=sticks.ports, fault=fault, at=at).install(patch)
        seal(sticks)
    assert caught.value.what("ja") != caught.value.what("en")
    nothing_written(sticks)
    assert sticks.record().state is MediumState.QUARANTINE
    assert [leaf.fields["reason"] for leaf in sticks.town.leaves("medium.quarantined")] == ["failed"]


def test_after_two_persons_let_it_out_it_is_sealed_anew(sticks: Sticks, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch, pytest.raises(MediumError):
        Failing(folder=sticks.folder("USB-1"), ports=sticks.ports, fault="drop", at=1).install(patch)
        seal(sticks)
    with pytest.raises(Refused) as caught:
        seal(sticks)
    assert caught.value.key == "custody.medium_not_in_store"
    release_medium(sticks.town.office, "USB-1", keys=DECIDERS)
    seal(sticks)
    (slip,) = sticks.town.slips
    sticks.town.carry(slip, "officer", "carrier")
    assert sticks.town.open(slip).manifest.slip == slip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12)
@given(st.sampled_from(FAULTS), st.integers(1, 2 * FILES_ON_IT))
def test_written_means_whole_on_the_stick_of_before(approved: Path, fault: str, at: int) -> None:
    with tempfile.TemporaryDirectory() as root, pytest.MonkeyPatch.context() as patch:
        sticks = plugged(approved, Path(root) / "town")
        medium = Failing(folder=sticks.folder("USB-1"), ports=sticks.ports, fault=fault, at=at)
        medium.install(patch)
        try:
            seal(sticks)
        except MediumError:
            assert sticks.town.leaves("copy.written") == []
        else:
            assert not medium.failing
            (leaf,) = sticks.town.leaves("copy.written")
            assert digest(sticks.town.capsule(sticks.town.slips[0]))[0] == leaf.fields["capsule"]
        sticks.town.leave()


def test_a_stick_that_is_swapped_for_its_copy_is_noticed(sticks: Sticks, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the last file, before the ledger: same files, another plug-in."""
    honest = write_openers

    def swapped(*arguments: object, **options: object) -> object:
        sticks.ports.replug(sticks.folder("USB-1"))
        return honest(*arguments, **options)  # type: ignore[arg-type]  # whatever it was given

    monkeypatch.setattr(sealing, "write_openers", swapped)
    with pytest.raises(MediumError) as caught:
        seal(sticks)
    assert caught.value.key == "media.swapped"
    nothing_written(sticks)


def test_nothing_is_written_to_another_stick(sticks: Sticks) -> None:
    other = sticks.ports.plug(sticks.folder("somebody's"), device("9999"))
    with pytest.raises(Refused):
        seal(sticks, USB_1=other)
    assert list(other.iterdir()) == []
    nothing_written(sticks)


def test_a_medium_without_room_is_refused_and_not_blamed(sticks: Sticks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sekisho.media.writing._SPARE", 1 << 60)
    size = sticks.town.size
    with pytest.raises(MediumError) as caught:
        seal(sticks)
    assert (caught.value.key, sticks.town.size) == ("media.no_room", size)
    assert sticks.record().state is MediumState.IN_STORE


def test_a_formatted_stick_is_sealed_to_after_it_is_marked(sticks: Sticks) -> None:
    shutil.rmtree(sticks.folder("USB-1"))
    sticks.folder("USB-1").mkdir()
    with pytest.raises(Refused):
        seal(sticks)
    mark_medium(sticks.town.office, "USB-1", sticks.folder("USB-1"), platform=sticks.ports)
    seal(sticks)
    assert sticks.town.state(sticks.town.slips[0]) == "sealed"


def test_only_registered_media_in_the_store_are_asked_for(sticks: Sticks) -> None:
    with pytest.raises(NotFound):
        sticks.town.request(media=("USB-9",))
    with pytest.raises(NotFound):
        sticks.town.request(media=(sticks.record().id,))  # approvers read the label
    keep_apart(sticks.town.office, "USB-1")
    with pytest.raises(Refused):
        sticks.town.request(media=("USB-1",))


def test_what_was_asked_for_before_media_were_registered_is_not_sealed(model: Path, tmp_path: Path) -> None:
    town: Town = copied(model, tmp_path)
    town.approved(media=("USB-1",))
    sticks = Sticks(town, Ports())
    sticks.register("USB-2", "0002")
    sticks.folder("USB-1").mkdir()
    with pytest.raises(NotFound):
        seal(sticks)
