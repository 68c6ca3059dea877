"""Has a stick the size that it says? Sticks are sold that say 1 TB, hold 32 GB, and lose or overwrite what is beyond it.

A few keyed blocks are written where a false size must show: at every power of two from 1 MiB, at the end, and at 32 places
drawn by chance. All are written, from the end to the beginning, before any is read, so that a device that goes round and
writes at the start again shows a block of another place. Block 0 is read for that, and never written. What was there before
is put back whatever happens.

This finds the devices that are sold: those that go round at a power of two, lose, or refuse what is beyond their size. One
that goes round at another place without losing anything shows only where every block is written: the full test, which
destroys what is on the medium.
"""

import contextlib
import hashlib
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sekisho.errors import MediumError
from sekisho.media.block_device import BlockDevice
from sekisho.progress import Progress, silent

BLOCK = 4096
FIRST = 1 << 20
BY_CHANCE = 32
KEY_BYTES = 16

_STEP = 1 << 20
_SMALLEST = 2 * FIRST


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """What a probe found.

    Attributes:
        said: the size that the device says.
        good: the furthest place before that which kept what it was given. One that begins anew may hold less.
        bad_from: from where it does not keep it, at the latest; None where nothing was found.
        blocks: how many were tried.
        restored: whether what was there before is there again; a full test restores nothing.
        full: whether every block was tried.
    """

    said: int
    good: int
    bad_from: int | None
    blocks: int
    restored: bool
    full: bool

    @property
    def true(self) -> bool:
        """Whether the device has the size that it says, as far as was tried."""
        return self.bad_from is None


def plan(size: int, *, randomness: Callable[[int], bytes]) -> tuple[int, ...]:
    """Return where a device of a size is tried, ascending.

    Raises:
        MediumError: it is too small to be one.
    """
    if size < _SMALLEST:
        raise MediumError("media.too_small", size=size)
    last = size // BLOCK - 1
    powers = {1 << power for power in range(FIRST.bit_length() - 1, (last * BLOCK).bit_length())}
    first, room = FIRST // BLOCK, last - FIRST // BLOCK + 1
    drawn = {(first + int.from_bytes(randomness(8), "big") % room) * BLOCK for _ in range(BY_CHANCE)}
    return tuple(sorted({*(each for each in powers if each <= last * BLOCK), *drawn, last * BLOCK}))


def probe(device: BlockDevice, *, randomness: Callable[[int], bytes]) -> Capacity:
    """Try a device in a few dozen places, and put back what was there.

    Args:
        device: the device; nothing on it is mounted.
        randomness: draws the places and the key of the blocks.

    Raises:
        MediumError: it is too small, was plugged in again meanwhile, or what was there could not be put back.
        OSError: nothing of it can be read.
    """
    before, offsets = device.sequence(), plan(device.size, randomness=randomness)
    key = randomness(KEY_BYTES)
    blocks = {offset: _block(key, offset) for offset in offsets}
    device.read_at(0, BLOCK)
    originals = {offset: data for offset in offsets if (data := _read(device, offset)) is not None}
    found: dict[int, bytes | None] = {}
    try:
        for offset in sorted(originals, reverse=True):
            _write(device, offset, blocks[offset])
        _flushed(device)
        found = {offset: _read(device, offset) for offset in (0, *originals)}
    finally:
        restored = _restore(device, originals)
    if device.sequence() != before:
        raise MediumError("media.unplugged")
    capacity = _judge(device.size, blocks, found, restored=restored)
    if capacity.true and not restored:
        raise MediumError("media.not_restored")
    return capacity


def full_test(device: BlockDevice, *, randomness: Callable[[int], bytes], progress: Progress = silent) -> Capacity:
    """Write every block of a device and read all of it back; what was on it is gone.

    Args:
        device: the device; nothing on it is mounted.
        randomness: draws the key of the blocks.
        progress: told how many bytes each step wrote or read, of twice the device's size.

    Raises:
        MediumError: it was plugged in again meanwhile.
    """
    before, key, size = device.sequence(), randomness(KEY_BYTES), device.size // BLOCK * BLOCK
    steps = [(offset, min(_STEP, size - offset)) for offset in range(0, size, _STEP)]
    for offset, length in steps:
        _write(device, offset, _block(key, offset, length))
        progress(length)
    _flushed(device)
    bad = None
    for offset, length in steps:
        if bad is None and _read(device, offset, length) != _block(key, offset, length):
            bad = offset
        progress(length)
    if device.sequence() != before:
        raise MediumError("media.unplugged")
    good = size if bad is None else bad
    return Capacity(said=device.size, good=good, bad_from=bad, blocks=size // BLOCK, restored=False, full=True)


def _judge(size: int, blocks: Mapping[int, bytes], found: Mapping[int, bytes | None], *, restored: bool) -> Capacity:
    places = {data: offset for offset, data in blocks.items()}
    wrong = {offset for offset, data in blocks.items() if found.get(offset) != data}
    round_trip = math.gcd(*(there - offset for offset, there in _strangers(found, places)))  # a multiple of its size
    bad = min(wrong | ({round_trip} if round_trip else set()), default=None)
    limit = size if bad is None else bad
    good = max((offset + BLOCK for offset in blocks if offset not in wrong and offset < limit), default=0)
    return Capacity(
        said=size,
        good=size if bad is None else min(good, limit),
        bad_from=bad,
        blocks=len(blocks),
        restored=restored,
        full=False,
    )


def _strangers(found: Mapping[int, bytes | None], places: Mapping[bytes, int]) -> Iterator[tuple[int, int]]:
    """Yield where a block of another place was found, and of which: the device went round between the two."""
    for offset, data in found.items():
        there = places.get(data) if data is not None else None
        if there is not None and there != offset:
            yield offset, there


def _restore(device: BlockDevice, originals: Mapping[int, bytes]) -> bool:
    """Put back what was there, each block whatever became of the others; true if all of it is seen to be there."""
    for offset in sorted(originals, reverse=True):
        _write(device, offset, originals[offset])
    _flushed(device)
    return all(_read(device, offset) == data for offset, data in originals.items())


def _write(device: BlockDevice, offset: int, data: bytes) -> None:
    """Write, and leave it to the reading to find what was refused."""
    with contextlib.suppress(OSError):
        device.write_at(offset, data)


def _flushed(device: BlockDevice) -> None:
    with contextlib.suppress(OSError):
        device.flush()


def _read(device: BlockDevice, offset: int, length: int = BLOCK) -> bytes | None:
    try:
        data = device.read_at(offset, length)
    except OSError:
        return None
    return data if len(data) == length else None


def _block(key: bytes, offset: int, length: int = BLOCK) -> bytes:
    """Return what is written at a place: nothing that a device could make up or have had there before."""
    return hashlib.shake_256(key + offset.to_bytes(8, "big")).digest(length)
