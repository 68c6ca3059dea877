"""A stick that is smaller than it says is found, in whatever way it hides that, and nothing on an honest one is changed."""

import errno
import functools
import hashlib
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invented_media import GIB, BlockModel
from sekisho.errors import MediumError
from sekisho.media.block_device import RawDevice
from sekisho.media.probing import BLOCK, FIRST, full_test, plan, probe

MIB = 1 << 20


def dice(seed: int = 1) -> Callable[[int], bytes]:
    return random.Random(seed).randbytes


@functools.cache
def content(offset: int) -> bytes:
    return hashlib.shake_256(f"what was there {offset}".encode()).digest(BLOCK)


def filled(device: BlockModel) -> dict[int, bytes]:
    """Put something where it will be tried, and at the start; return what lies on it then."""
    device.fill(content, [0, *plan(device.size, randomness=dice())])
    return device.lying


def test_it_is_tried_at_powers_of_two_at_the_end_and_by_chance() -> None:
    size = 8 * GIB + 3 * BLOCK
    places = plan(size, randomness=dice())
    assert {1 << power for power in range(20, 34)} <= set(places)
    assert places[-1] == size - BLOCK
    assert len(places) == 14 + 1 + 32
    assert min(places) >= FIRST
    assert all(place % BLOCK == 0 and place + BLOCK <= size for place in places)


@given(st.integers(2 * MIB, 4 << 40), st.integers(0, 2**32))
def test_no_place_lies_outside(size: int, seed: int) -> None:
    places = plan(size, randomness=dice(seed))
    assert all(FIRST <= place <= size - BLOCK and place % BLOCK == 0 for place in places)


def test_what_is_too_small_is_no_medium() -> None:
    with pytest.raises(MediumError):
        plan(2 * MIB - 1, randomness=dice())


@pytest.mark.parametrize("size", [2 * MIB, 64 * MIB, 1000 * 1000 * 1000, 8 * GIB])
def test_an_honest_stick_is_true_and_unchanged(size: int) -> None:
    device = BlockModel(size)
    before = filled(device)
    capacity = probe(device, randomness=dice())
    assert (capacity.true, capacity.good, capacity.restored) == (True, size, True)
    assert device.lying == before


@pytest.mark.parametrize("beyond", ["round", "drop", "error"])
@pytest.mark.parametrize(("said", "real"), [(GIB, 64 * MIB), (64 * GIB, 8 * GIB), (8 * GIB, 4 * GIB), (1 << 40, GIB)])
def test_a_false_size_is_found_and_what_is_there_stays(beyond: str, said: int, real: int) -> None:
    device = BlockModel(said, real=real, beyond=beyond)
    device.fill(content, [0, *(place for place in plan(said, randomness=dice()) if place < real)])
    before = device.lying
    capacity = probe(device, randomness=dice())
    assert not capacity.true
    assert capacity.good <= real
    assert capacity.bad_from is not None
    assert capacity.bad_from >= real
    assert device.lying == before


def test_the_size_of_one_that_goes_round_is_told_exactly() -> None:
    """The reference's stick: 64 MiB that say 1 GiB."""
    capacity = probe(BlockModel(GIB, real=64 * MIB, beyond="round"), randomness=dice())
    assert capacity.bad_from == 64 * MIB


def test_of_one_that_goes_round_elsewhere_it_is_told_from_where_at_the_latest() -> None:
    """As in the rig: 40 MiB that say 640. What is below may be a round trip as well."""
    capacity = probe(BlockModel(640 * MIB, real=40 * MIB, beyond="round"), randomness=dice())
    assert not capacity.true
    assert (capacity.bad_from or 0) % (40 * MIB) == 0


@given(st.integers(0, 120), st.integers(0, 2**16))
def test_a_stick_that_is_pulled_in_the_middle_is_never_true(at: int, seed: int) -> None:
    device = BlockModel(GIB)
    device.fails_from = at
    places = len(plan(GIB, randomness=dice(seed)))
    try:
        capacity = probe(device, randomness=dice(seed))
    except (OSError, MediumError):
        assert at <= 2 * places
    else:
        assert capacity.true == (at > 2 * places)


@given(st.integers(0, 120), st.integers(0, 2**16))
def test_what_was_there_is_put_back_whichever_write_fails(at: int, seed: int) -> None:
    """One write fails and the stick goes on: only that block may be another, and only if its putting back is what failed."""

    class Hiccup(BlockModel):
        def write_at(self, offset: int, data: bytes) -> None:
            if self.writes == at:
                self.writes += 1
                raise OSError(errno.EIO, "once")
            super().write_at(offset, data)

    device = Hiccup(GIB)
    before = filled(device)
    places = len(plan(GIB, randomness=dice(seed)))
    try:
        capacity = probe(device, randomness=dice(seed))
    except MediumError:
        assert places <= at < 2 * places
        assert sum(device.lying.get(place) != data for place, data in before.items()) <= 1
    else:
        assert capacity.true == (at >= 2 * places)
        assert device.lying == before


def test_what_was_there_is_put_back_when_somebody_stops_it() -> None:
    class Stopped(BlockModel):
        def write_at(self, offset: int, data: bytes) -> None:
            super().write_at(offset, data)
            if self.writes == 20:
                raise KeyboardInterrupt

    device = Stopped(GIB)
    before = filled(device)
    with pytest.raises(KeyboardInterrupt):
        probe(device, randomness=dice())
    assert device.lying == before


def test_a_read_only_stick_is_not_true() -> None:
    device = BlockModel(GIB)
    before = filled(device)
    device.read_only = True
    assert not probe(device, randomness=dice()).true
    assert device.lying == before


def test_one_that_was_plugged_in_again_is_not_judged() -> None:
    class Replugged(BlockModel):
        def flush(self) -> None:
            self.plugs += 1

    with pytest.raises(MediumError):
        probe(Replugged(GIB), randomness=dice())


@pytest.mark.parametrize("beyond", ["round", "drop", "error"])
def test_the_full_test_finds_what_goes_round_at_an_odd_place(beyond: str) -> None:
    """The probe cannot: no two of its places fall on one another."""
    device = BlockModel(8 * MIB, real=5 * MIB + 3 * BLOCK, beyond=beyond)
    capacity = full_test(device, randomness=dice())
    assert (capacity.true, capacity.full) == (False, True)
    assert capacity.good <= device.real


def test_the_full_test_passes_an_honest_stick_and_tells_how_far_it_is() -> None:
    steps: list[int] = []
    assert full_test(BlockModel(4 * MIB + BLOCK), randomness=dice(), progress=steps.append).true
    assert sum(steps) == 2 * (4 * MIB + BLOCK)


def test_a_file_stands_for_a_device(tmp_path: Path) -> None:
    """The same through the operating system, and nothing of the file is changed."""
    image = tmp_path / "image"
    image.write_bytes(random.Random(7).randbytes(3 * MIB))
    before = hashlib.sha256(image.read_bytes()).hexdigest()
    with RawDevice(image, direct=False) as device:
        assert probe(device, randomness=dice()).true
    assert hashlib.sha256(image.read_bytes()).hexdigest() == before


def test_what_cannot_be_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(MediumError) as caught:
        RawDevice(tmp_path / "none")
    assert caught.value.key == "media.no_access"
