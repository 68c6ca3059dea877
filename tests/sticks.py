"""A stick in memory that misbehaves as told, for the tests of erasing."""

import hashlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

STEP = 1 << 20


@dataclass
class Stick:
    """A stick in memory, and how it misbehaves."""

    content: bytearray
    deaf_from: int | None = None
    refuses_at: int | None = None
    unreadable_at: int | None = None
    goes_round_at: int | None = None
    read: list[int] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.content) if self.goes_round_at is None else 8 * STEP

    def read_at(self, offset: int, size: int) -> bytes:
        self.read.append(offset)
        if self.unreadable_at is not None and offset <= self.unreadable_at < offset + size:
            raise OSError(5, "unreadable")
        offset %= self.goes_round_at or self.size
        return bytes(self.content[offset : offset + size])

    def write_at(self, offset: int, data: bytes) -> None:
        if self.refuses_at is not None and offset <= self.refuses_at < offset + len(data):
            raise OSError(5, "refused")
        if self.deaf_from is None or offset < self.deaf_from:
            offset %= self.goes_round_at or self.size
            self.content[offset : offset + len(data)] = data

    def flush(self) -> None:
        pass

    def sequence(self) -> int:
        return 1


def dice() -> Callable[[int], bytes]:
    """Return randomness that is the same in every run."""
    numbers = itertools.count()
    return lambda size: hashlib.shake_256(str(next(numbers)).encode()).digest(size)


def stick(
    size: int = 5 * STEP + 512, *, deaf: int | None = None, refuses: int | None = None, unreadable: int | None = None
) -> Stick:
    """Return a stick full of secrets."""
    content = bytearray(b"secret!!" * (size // 8))
    return Stick(content, deaf_from=deaf, refuses_at=refuses, unreadable_at=unreadable)
