"""The ten rounds of FF1 (NIST SP 800-38G, algorithms 7 and 8) over arrays of halves.

Three ways through a round, with one result:

* halves of at most 32 bits and a short tweak (ordinary identifiers): what is enciphered is one block, whose first half is
  the same for all values, so a round is one call of AES over all blocks and an addition;
* halves of at most 56 bits: CBC-MAC over as many blocks as there are, and the sum taken modulo byte by byte, which stays
  within 64 bits only up to there (a byte more overflows, and no published sample shows it);
* anything longer: the same with Python's integers.

The first block does not depend on the value: it is enciphered once. Values pass in chunks that stay in the processor's
second cache.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from numpy.typing import NDArray

from sekisho.kernel.library import kernel

Bytes: TypeAlias = NDArray[np.uint8]
Numbers: TypeAlias = NDArray[Any]  # u64, or Python's integers as objects

_ROUNDS = 10
_BLOCK = 16
_WIRE = np.dtype(">u8")  # half a block as the cipher takes it
_CHUNK = 1 << 13
_NARROW_BYTES = 4  # of a half in the fast path: its sum is then the first eight bytes of the block
_NARROW_TWEAK = 11
_MOST_BITS = 56  # of a half whose Horner step fits 64 bits


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """What is enciphered: texts of one length over one alphabet, under one tweak.

    Attributes:
        radix: how many characters the alphabet has, 2 to 65,536.
        length: of the texts, at least 2.
        tweak: what else the result depends on.
    """

    radix: int
    length: int
    tweak: bytes

    @property
    def left(self) -> int:
        """How many characters the left half has (u)."""
        return self.length // 2

    @property
    def moduli(self) -> tuple[int, int]:
        """How many left and right halves there are; the rounds take turns."""
        return self.radix**self.left, self.radix ** (self.length - self.left)

    @property
    def half_bytes(self) -> int:
        """In how many bytes any half fits (b); counted in integers, since a logarithm is off at powers of the radix."""
        return ((self.moduli[1] - 1).bit_length() + 7) // 8

    @property
    def sum_bytes(self) -> int:
        """How many bytes of the round's function are taken as a number (d)."""
        return 4 * -(-self.half_bytes // 4) + 4

    @property
    def is_small(self) -> bool:
        """Whether halves fit the arithmetic of arrays; else Python's integers are needed."""
        return self.moduli[1] <= 1 << _MOST_BITS

    @property
    def is_narrow(self) -> bool:
        """Whether a round enciphers one block a value."""
        return self.half_bytes <= _NARROW_BYTES and len(self.tweak) <= _NARROW_TWEAK


def permute(left: Numbers, right: Numbers, domain: Domain, key: bytes, *, back: bool) -> tuple[Numbers, Numbers]:
    """Return the halves after ten rounds, or before them.

    Args:
        left: the left halves as numbers; u64 if the domain is small, else objects.
        right: the right halves.
        domain: what they are halves of.
        key: 16, 24 or 32 bytes.
        back: decipher.
    """
    cipher = Cipher(AES(key), ECB()).encryptor()  # noqa: S305 - FF1 is made of single blocks
    rounds = _Rounds(domain, cipher, cipher.update(_first(domain)), back)
    go = rounds.narrow if domain.is_narrow else rounds.wide
    done = [go(left[at : at + _CHUNK], right[at : at + _CHUNK]) for at in range(0, max(len(left), 1), _CHUNK)]
    return np.concatenate([each[0] for each in done]), np.concatenate([each[1] for each in done])


def _first(domain: Domain) -> bytes:
    """Return the first block (P), which depends on no value."""
    numbers = (domain.radix, 3), (10, 1), (domain.left % 256, 1), (domain.length, 4), (len(domain.tweak), 4)
    return b"\x01\x02\x01" + b"".join(number.to_bytes(size, "big") for number, size in numbers)


@dataclass(frozen=True, slots=True)
class _Rounds:
    """Ten rounds over a chunk of halves.

    Attributes:
        domain: what they are halves of.
        cipher: of this thread alone.
        start: the state of the CBC-MAC behind the first block.
        back: decipher.
    """

    domain: Domain
    cipher: CipherContext
    start: bytes
    back: bool

    def narrow(self, left: Numbers, right: Numbers) -> tuple[Numbers, Numbers]:
        """Go through the rounds with one block a value."""
        head, tail = np.frombuffer(self.start, _WIRE) ^ np.frombuffer(self.domain.tweak.ljust(_BLOCK, b"\0"), _WIRE)
        place = 8 * self.domain.half_bytes  # of the round's number in the second word
        turns = [(int(tail) ^ number << place, modulus) for number, modulus in self._turns()]
        left, right = (right.copy(), left.copy()) if self.back else (left.copy(), right.copy())
        blocks, sums = np.empty((len(left), 2), _WIRE), np.empty((len(left) + 1) * _BLOCK - 1, np.uint8)
        blocks[:, 0], blocks[:, 1] = head, right ^ np.uint64(turns[0][0])
        compiled = kernel()
        through = compiled.ff1_round if compiled else round_by_arrays
        for (_, modulus), (mask, _) in zip(turns, [*turns[1:], turns[0]], strict=True):
            self.cipher.update_into(blocks.view(np.uint8).data, sums.data)
            through(sums, left, right, blocks, modulus=modulus, mask=mask, back=self.back)
        return (right, left) if self.back else (left, right)

    def wide(self, left: Numbers, right: Numbers) -> tuple[Numbers, Numbers]:
        """Go through the rounds with as many blocks a value as the tweak and a half need."""
        left, right = (right, left) if self.back else (left, right)
        zeros = bytes(-(len(self.domain.tweak) + self.domain.half_bytes + 1) % _BLOCK)
        for number, modulus in self._turns():
            head = self.domain.tweak + zeros + bytes([number])
            added = self._sums(self._mac(head, _half_bytes(right, self.domain)), modulus)
            left, right = right, (left + (modulus - added if self.back else added)) % modulus
        return (right, left) if self.back else (left, right)

    def _turns(self) -> list[tuple[int, int]]:
        """Return the rounds' numbers in the order in which they are gone through, each with its modulus."""
        order = range(_ROUNDS)
        return [(each, self.domain.moduli[each % 2]) for each in (reversed(order) if self.back else order)]

    def _mac(self, head: bytes, halves: Bytes) -> Bytes:
        """Return the CBC-MAC of the first block and one head and each half."""
        common, state = len(head) // _BLOCK * _BLOCK, self.start
        for at in range(0, common, _BLOCK):
            block = int.from_bytes(state, "big") ^ int.from_bytes(head[at : at + _BLOCK], "big")
            state = self.cipher.update(block.to_bytes(_BLOCK, "big"))
        tails = np.empty((len(halves), len(head) - common + halves.shape[1]), np.uint8)
        tails[:, : len(head) - common] = np.frombuffer(head, np.uint8)[common:]
        tails[:, len(head) - common :] = halves
        states = np.frombuffer(state, np.uint8)
        for at in range(0, tails.shape[1], _BLOCK):
            states = self._enciphered(states ^ tails[:, at : at + _BLOCK])
        return states

    def _sums(self, macs: Bytes, modulus: int) -> Numbers:
        """Return the number of the round's function for each value, modulo ``modulus``."""
        size = self.domain.sum_bytes
        numbers = (np.frombuffer(each.to_bytes(_BLOCK, "big"), np.uint8) for each in range(1, -(-size // _BLOCK)))
        taken = np.hstack([macs, *(self._enciphered(macs ^ number) for number in numbers)])[:, :size]
        if not self.domain.is_small:
            data = taken.tobytes()
            sums = (int.from_bytes(data[at : at + size], "big") for at in range(0, len(data), size))
            return np.array([each % modulus for each in sums], object)
        divisor, rest = np.uint64(modulus), np.zeros(len(taken), np.uint64)
        for column in taken.T:
            rest = rest << np.uint64(8) | column
            rest -= rest // divisor * divisor  # dividing by one number is vectorised, the remainder is not
        return rest

    def _enciphered(self, blocks: Bytes) -> Bytes:
        return np.frombuffer(self.cipher.update(np.ascontiguousarray(blocks).data), np.uint8).reshape(-1, _BLOCK)


def round_by_arrays(
    sums: Bytes, left: Numbers, right: Numbers, blocks: Numbers, *, modulus: int, mask: int, back: bool
) -> None:
    """Go through a round of one block a value by NumPy.

    Args:
        sums: the enciphered blocks; the first eight bytes of each are added to the left half, or subtracted.
        left: left halves; become the right ones.
        right: right halves; become the sums.
        blocks: get what is to be enciphered next.
        modulus: of the sums, at most 2³².
        mask: of the next blocks.
        back: subtract.
    """
    size = np.uint64(modulus)
    added = sums[: len(left) * _BLOCK].view(_WIRE)[::2].astype(np.uint64)
    added -= added // size * size
    if back:
        total = left - added
        np.minimum(total, total + size, out=total)  # below zero wraps to the top
    else:
        total = left + added
        np.minimum(total, total - size, out=total)
    left[:], right[:] = right, total
    blocks[:, 1] = total ^ np.uint64(mask)


def _half_bytes(numbers: Numbers, domain: Domain) -> Bytes:
    """Return numbers as big-endian bytes, a row each."""
    if domain.is_small:
        return numbers.astype(">u8").view(np.uint8).reshape(-1, 8)[:, 8 - domain.half_bytes :]
    data = b"".join(number.to_bytes(domain.half_bytes, "big") for number in numbers.tolist())
    return np.frombuffer(data, np.uint8).reshape(-1, domain.half_bytes)
