"""The last tree head, kept in a file outside the database, and the lock under which it moves.

A restored backup looks whole from inside. The anchor is what it cannot bring back: a database that is behind it, or
has another root at its size, has forked. It holds the unsigned text of the checkpoint and is written before anything
is signed, so that no two roots are ever signed for one size.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sekisho.errors import Busy, LedgerBroken, MediumError, Unreadable
from sekisho.files import write_whole
from sekisho.ledger.checkpoint import TreeHead

_RETRY_SECONDS = 0.005
_LONGEST = 4096  # a name, a number and a hash


@lru_cache(maxsize=4)
def _parsed(content: bytes) -> TreeHead:
    """Read the text of a tree head; the same one is read before every commit."""
    return TreeHead.parse(content.decode())


@dataclass(frozen=True, slots=True)
class Anchor:
    """The file that holds the last tree head."""

    path: Path

    def read(self) -> TreeHead | None:
        """Return the last tree head, or None where none was ever written.

        Raises:
            LedgerBroken: the file holds something else.
            MediumError: it cannot be read.
        """
        try:
            with self.path.open("rb", buffering=0) as file:
                return _parsed(file.read(_LONGEST))
        except FileNotFoundError:
            return None
        except (Unreadable, UnicodeDecodeError) as error:
            raise LedgerBroken("ledger.anchor_damaged", path=self.path) from error
        except OSError as error:
            raise MediumError("ledger.anchor_failed", path=self.path) from error

    def swap(self, expected: TreeHead | None, head: TreeHead) -> None:
        """Replace ``expected`` by ``head``, durably; whoever calls holds the lock.

        Raises:
            LedgerBroken: the file changed since it was read.
            MediumError: the disk refused.
        """
        if self.read() != expected:
            raise LedgerBroken("ledger.anchor_moved", path=self.path)
        try:
            write_whole(self.path, head.text().encode(), overwrite=True)
        except OSError as error:
            raise MediumError("ledger.anchor_failed", path=self.path) from error


@contextlib.contextmanager
def exclusive(lock: Path, *, patience: float = 10.0) -> Iterator[None]:
    """Hold a lock file against every other thread and process of this machine; a killed holder lets go of it.

    Args:
        lock: the file; made where it does not exist.
        patience: seconds to wait for another holder.

    Raises:
        Busy: another held it longer than that.
        MediumError: the file cannot be made or opened.
    """
    try:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise MediumError("ledger.lock_failed", path=lock) from error
    try:
        _wait_for(handle, lock, until=time.monotonic() + patience)
        yield
    finally:
        os.close(handle)


def _wait_for(handle: int, lock: Path, *, until: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise Busy("ledger.busy", path=lock) from None
            time.sleep(_RETRY_SECONDS)
        else:
            return
