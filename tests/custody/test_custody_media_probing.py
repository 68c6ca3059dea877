"""Probing a registered medium: recorded with what was found, and a false one is kept apart."""

from dataclasses import replace
from pathlib import Path

import pytest
from custody_media import Sticks

from invented_media import GIB, BlockModel, Ports, device
from invented_office import Town
from sekisho.custody import media_probing
from sekisho.custody.media_probing import probe_medium
from sekisho.custody.media_records import MediumState
from sekisho.errors import MediumError, Refused

pytest_plugins = ("office_fixtures",)

MIB = 1 << 20
NODE = Path("/dev/sdb")


class Opened:
    """Stands for the device node: opens a model."""

    def __init__(self, model: BlockModel, ports: Ports) -> None:
        self.model, self.ports = model, ports

    def __call__(self, path: Path, *, sequence: int) -> "Opened":
        assert path == NODE
        self.model.plugs = sequence
        return self

    def __enter__(self) -> BlockModel:
        return self.model

    def __exit__(self, *_: object) -> None:
        pass


@pytest.fixture
def sticks(town: Town) -> Sticks:
    sticks = Sticks(town, Ports())
    sticks.register()
    return sticks


def opened(monkeypatch: pytest.MonkeyPatch, sticks: Sticks, model: BlockModel) -> BlockModel:
    monkeypatch.setattr(media_probing, "RawDevice", Opened(model, sticks.ports))
    return model


def test_a_true_medium_is_recorded_as_probed(sticks: Sticks, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(monkeypatch, sticks, BlockModel(8 * GIB))
    assert probe_medium(sticks.town.office, "USB-1", NODE, platform=sticks.ports).true
    assert sticks.record().probed
    (leaf,) = sticks.town.leaves("medium.probed")
    assert (leaf.fields["true"], leaf.fields["said"], leaf.fields["good"]) == (1, 8 * GIB, 8 * GIB)


def test_a_false_one_is_kept_apart(sticks: Sticks, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(monkeypatch, sticks, BlockModel(8 * GIB, real=64 * MIB, beyond="round"))
    assert not probe_medium(sticks.town.office, "USB-1", NODE, platform=sticks.ports).true
    assert (sticks.record().state, sticks.record().probed) == (MediumState.QUARANTINE, False)
    assert [leaf.fields["reason"] for leaf in sticks.town.leaves("medium.quarantined")] == ["probe"]


def test_the_full_test_says_how_far_it_is(sticks: Sticks, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(monkeypatch, sticks, BlockModel(4 * MIB))
    steps: list[int] = []
    done = probe_medium(sticks.town.office, "USB-1", NODE, full=True, progress=steps.append, platform=sticks.ports)
    assert (done.full, sum(steps)) == (True, 8 * MIB)


def test_a_full_test_destroys_no_copy(sticks: Sticks, monkeypatch: pytest.MonkeyPatch) -> None:
    sticks.seal(sticks.town.approved())
    model = opened(monkeypatch, sticks, BlockModel(4 * MIB))
    with pytest.raises(Refused) as caught:
        probe_medium(sticks.town.office, "USB-1", NODE, full=True, platform=sticks.ports)
    assert (caught.value.key, model.writes) == ("custody.medium_holds_copies", 0)


def test_another_device_is_not_probed_under_its_name(sticks: Sticks, monkeypatch: pytest.MonkeyPatch) -> None:
    model = opened(monkeypatch, sticks, BlockModel(8 * GIB))
    sticks.ports.plug(sticks.folder("USB-1"), device("9999"))
    with pytest.raises(Refused):
        probe_medium(sticks.town.office, "USB-1", NODE, platform=sticks.ports)
    with pytest.raises(Refused):
        probe_medium(sticks.town.office, "USB-1", Path("/dev/sdz"), platform=sticks.ports)
    assert model.writes == 0


def test_one_that_was_plugged_in_again_is_not_recorded(sticks: Sticks, monkeypatch: pytest.MonkeyPatch) -> None:
    class Replugged(BlockModel):
        def flush(self) -> None:
            folder = sticks.folder("USB-1").resolve()
            sticks.ports.plugged[folder] = replace(device("0001"), sequence=77)

    opened(monkeypatch, sticks, Replugged(8 * GIB))
    size = sticks.town.size
    with pytest.raises(MediumError) as caught:
        probe_medium(sticks.town.office, "USB-1", NODE, platform=sticks.ports)
    assert (caught.value.key, sticks.town.size) == ("media.unplugged", size)


def test_a_stick_that_takes_its_letter_while_it_is_opened_is_not_written_to(
    sticks: Sticks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full test destroys what is there; to see afterwards that it was another stick is too late."""

    class Swapped(Opened):
        def __enter__(self) -> BlockModel:
            (here,) = self.ports.devices()
            monkeypatch.setattr(type(self.ports), "devices", lambda _: [replace(here, sequence=here.sequence + 1)])
            return self.model

    model = BlockModel(4 * MIB)
    monkeypatch.setattr(model, "write_at", lambda *_: pytest.fail("written to"))
    monkeypatch.setattr(media_probing, "RawDevice", Swapped(model, sticks.ports))
    with pytest.raises(MediumError) as caught:
        probe_medium(sticks.town.office, "USB-1", NODE, full=True, platform=sticks.ports)
    assert caught.value.key == "media.unplugged"
