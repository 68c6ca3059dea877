"""Erasing, and seeing what came of it: overwrite a whole device and read it back; the words are those of NIST SP 800-88.

*Clear* keeps simple recovery from finding anything, *Purge* a laboratory, *Destroy* makes the medium unusable. Overwriting is
Clear at most: flash memory keeps spare blocks that no write reaches, and a single file of it moves with each write. What was
only ever ciphertext on the medium is purged by destroying the key, which custody knows and no device.

*Verification* looks at this very medium afterwards; *validation*, whether the method fits the risk, is a person's. Here only
the first is done. It ends in one of three values, which are types of their own, so that nothing that asks for a
:class:`Verified` can be given another. (Revision 2 of SP 800-88, of September 2025, was read second-hand.)
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import msgspec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from sekisho.media.block_device import BlockDevice
from sekisho.progress import Progress, silent

FULLY_READ = 64 * 10**9
"""Up to this size every byte is read back."""

ENDS = 1 << 30
ONE_IN = 10
"""Of a larger device: its first and last GiB, and one step in ten between, drawn by chance."""

KEY_BYTES = 32

_STEP = 1 << 20
_COUNTED = 16  # bytes of an AES block, by which its counter goes up


class Category(StrEnum):
    """What an attacker is kept from, in the words of SP 800-88."""

    CLEAR = "clear"
    PURGE = "purge"
    DESTROY = "destroy"


class Method(StrEnum):
    """How something was erased."""

    OVERWRITE_FILE = "overwrite-file"
    OVERWRITE_DEVICE = "overwrite-device"
    CRYPTO_ERASE = "crypto-erase"
    TOOL = "tool"
    PHYSICAL = "physical-destruction"
    DECLARED = "declared"


class Check(StrEnum):
    """What was looked at afterwards.

    Attributes:
        FULL: every byte of the device.
        SAMPLED: both ends of it and a tenth of the rest.
        FILE: the file was what it should be, was overwritten, and is gone.
        KEYS: every copy of the key is destroyed, by the ledger.
        INSPECTION: a second person looked.
    """

    FULL = "full"
    SAMPLED = "sampled"
    FILE = "file"
    KEYS = "keys"
    INSPECTION = "inspection"


class Why(StrEnum):
    """Why nothing can be verified."""

    ALTERED = "altered"
    KEYS_LEFT = "keys_left"
    KEYS_UNFINISHED = "keys_unfinished"
    OPENED = "opened"
    DECLARATION = "declaration"
    UNPREDICTABLE = "unpredictable"


class _Result(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="result"):
    """What came of a verification."""


class Verified(_Result, frozen=True, kw_only=True, tag="pass"):
    """It was looked at, and is as it should be.

    Attributes:
        check: how much of it.
        bytes: how many bytes were read; 0 where there was nothing to read.
    """

    check: Check
    bytes: int = 0


class Failed(_Result, frozen=True, kw_only=True, tag="fail"):
    """It was looked at, and is not as it should be.

    Attributes:
        check: how much of it.
        bytes: how many bytes were read.
        wrong: how many steps of 1 MiB were not as they should be, or could not be read or written.
        first: where the first of them begins.
    """

    check: Check
    bytes: int
    wrong: int
    first: int


class NotVerifiable(_Result, frozen=True, kw_only=True, tag="not_verifiable"):
    """Nobody can tell.

    Attributes:
        why: a code.
    """

    why: Why


Result: TypeAlias = Verified | Failed | NotVerifiable


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a device is filled with: zeros, or random bytes that can be made again while the key is known.

    Random bytes differ from place to place, so a device that is smaller than it says cannot give them back; zeros it can.
    """

    key: bytes | None = None

    def at(self, offset: int, size: int) -> bytes:
        """Return the bytes of a place."""
        if self.key is None:
            return bytes(size)
        counter = (offset // _COUNTED).to_bytes(_COUNTED, "big")
        return Cipher(algorithms.AES(self.key), modes.CTR(counter)).encryptor().update(bytes(size))


ZERO = Pattern()


def overwrite(device: BlockDevice, pattern: Pattern, *, progress: Progress = silent) -> None:
    """Write a pattern over every byte of a device.

    Raises:
        Unwritten: the device refused; it says where.
    """
    for offset in range(0, device.size, _STEP):
        size = min(_STEP, device.size - offset)
        try:
            device.write_at(offset, pattern.at(offset, size))
        except OSError as error:
            raise Unwritten(offset) from error
        progress(size)
    try:
        device.flush()
    except OSError as error:
        raise Unwritten(0) from error


class Unwritten(OSError):
    """A device refused to be overwritten.

    Attributes:
        offset: where.
    """

    def __init__(self, offset: int) -> None:
        super().__init__("the device refused")
        self.offset = offset


def verify(
    device: BlockDevice, pattern: Pattern, *, randomness: Callable[[int], bytes], progress: Progress = silent
) -> Verified | Failed:
    """Read a device, past the memory of the system, and compare it with what it should hold.

    Args:
        device: the device.
        pattern: what was written.
        randomness: draws which places of a large device are read; whoever could foresee them could spare the others.
        progress: told of each step.
    """
    check = Check.FULL if device.size <= FULLY_READ else Check.SAMPLED
    read, wrong = 0, list[int]()
    for offset in range(0, device.size, _STEP) if check is Check.FULL else _sample(device.size, randomness):
        size = min(_STEP, device.size - offset)
        if not _holds(device, offset, pattern.at(offset, size)):
            wrong.append(offset)
        read += size
        progress(size)
    if wrong:
        return Failed(check=check, bytes=read, wrong=len(wrong), first=wrong[0])
    return Verified(check=check, bytes=read)


def erase_device(
    device: BlockDevice, *, zero: bool, randomness: Callable[[int], bytes], progress: Progress = silent
) -> Verified | Failed:
    """Overwrite a whole device and verify it; a device that refuses is one that failed.

    Args:
        device: the device, whose every byte goes.
        zero: zeros; otherwise random bytes, which a device of a false size cannot give back.
        randomness: for the bytes, and for what of a large device is read.
        progress: told of each step, once written and once read.
    """
    pattern = ZERO if zero else Pattern(randomness(KEY_BYTES))
    try:
        overwrite(device, pattern, progress=progress)
    except Unwritten as error:
        return Failed(check=Check.FULL, bytes=0, wrong=1, first=error.offset)
    return verify(device, pattern, randomness=randomness, progress=progress)


def _holds(device: BlockDevice, offset: int, expected: bytes) -> bool:
    try:
        return device.read_at(offset, len(expected)) == expected
    except OSError:
        return False


def _sample(size: int, randomness: Callable[[int], bytes]) -> Iterator[int]:
    """Yield the places that are read of a large device, ascending: the ends, and of every ten steps between one by chance."""
    steps, ends = -(-size // _STEP), ENDS // _STEP
    yield from (step * _STEP for step in range(ends))
    for group in range(ends, steps - ends, ONE_IN):
        last = min(group + ONE_IN, steps - ends)
        yield (group + int.from_bytes(randomness(4), "big") % (last - group)) * _STEP
    yield from (step * _STEP for step in range(steps - ends, steps))
