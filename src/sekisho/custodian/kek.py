"""Key-encryption keys: one an epoch, and destroying a share means destroying the epoch it was wrapped in.

A share is wrapped with AES-256-GCM under its epoch's key, bound to its ticket and epoch. Deleted rows may live on in
file-system blocks, write-ahead logs and backups; what makes them worthless is that the key is gone. So these files belong
into no backup. A back-end is whatever has :class:`Kek`'s methods; the one here keeps a key in a file of the office's folder,
the others are in :mod:`sekisho.custodian.keks`.
"""

import contextlib
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sekisho.errors import MediumError, Missing, Unreadable
from sekisho.files import shred, sync_folder, write_whole

KEY_SIZE = 32
NONCE_SIZE = 12


class Kek(Protocol):
    """Wraps shares, one key an epoch."""

    @property
    def kind(self) -> str:
        """What a leaf in the ledger calls this kind of back-end, such as ``file``."""
        ...

    @property
    def place(self) -> str:
        """Where its keys lie: one text for one place, so that an epoch's keys are never sought anywhere else."""
        ...

    def make(self, epoch: int) -> None:
        """Make the key of a new epoch, durably; making it again changes nothing."""
        ...

    def has(self, epoch: int) -> bool:
        """Tell whether the key of an epoch is here; raises MediumError where the disk does not say."""
        ...

    def wrap(self, epoch: int, share: bytes, context: bytes) -> bytes:
        """Return the share, encrypted and bound to ``context``; raises as :meth:`unwrap` does."""
        ...

    def unwrap(self, epoch: int, wrapped: bytes, context: bytes) -> bytes:
        """Return the share.

        Raises:
            Missing: the epoch's key is not here, or something has to be set up first.
            Unreadable: the key or the blob is damaged, or the blob is another ticket's.
            NoKey: the passphrase, PIN or token is not the right one.
            MediumError: the disk, the token or the server did not answer.
        """
        ...

    def destroy_all_but(self, epoch: int) -> None:
        """Destroy the keys of every other epoch, for good; destroying again changes nothing."""
        ...


class KeyFiles:
    """A folder with one file an epoch; what stands in a file is for whoever writes it to say."""

    def __init__(self, folder: Path, suffix: str) -> None:
        self._folder = folder
        self._suffix = suffix

    def write(self, epoch: int, content: Callable[[], bytes]) -> None:
        """Write the file of an epoch, durably, unless it is there."""
        path = self.path(epoch)
        with _disk(path):
            if path.exists():
                sync_folder(self._folder)  # whoever made it may have been killed before its name was durable
            else:
                write_whole(path, content())

    def read(self, epoch: int) -> bytes:
        """Return the file of an epoch.

        Raises:
            Missing: there is none.
            MediumError: the disk refused.
        """
        path = self.path(epoch)
        try:
            return path.read_bytes()
        except FileNotFoundError:
            raise Missing("custodian.no_kek", epoch=epoch) from None
        except OSError as error:
            raise MediumError("custodian.kek_disk", path=path) from error

    def has(self, epoch: int) -> bool:
        """Tell whether the file of an epoch is there."""
        path = self.path(epoch)
        with _disk(path):
            return path.exists()

    def epochs(self) -> list[int]:
        """Return the epochs of which there are files, oldest first."""
        return sorted(int(path.stem) for path in self._folder.glob(f"*{self._suffix}") if path.stem.isdecimal())

    def destroy_all_but(self, epoch: int) -> None:
        """Destroy every other epoch's file; it is overwritten before it goes, for disks where that helps."""
        for path in sorted(self._folder.glob(f"*{self._suffix}")):
            if path != self.path(epoch):
                with _disk(path):
                    shred(path)
        with _disk(self._folder):
            sync_folder(self._folder)

    def path(self, epoch: int) -> Path:
        """Return where the file of an epoch is."""
        return self._folder / f"{epoch:06d}{self._suffix}"


class KekInFiles(ABC):
    """Keys that stand in files and are used here; how a file holds its key is each back-end's own."""

    def __init__(self, files: KeyFiles) -> None:
        self._files = files

    def has(self, epoch: int) -> bool:
        """See :meth:`Kek.has`."""
        return self._files.has(epoch)

    def wrap(self, epoch: int, share: bytes, context: bytes) -> bytes:
        """See :meth:`Kek.wrap`."""
        return encrypt(self._key(epoch), share, bound(epoch, context))

    def unwrap(self, epoch: int, wrapped: bytes, context: bytes) -> bytes:
        """See :meth:`Kek.unwrap`."""
        return decrypt(self._key(epoch), wrapped, bound(epoch, context))

    def destroy_all_but(self, epoch: int) -> None:
        """See :meth:`Kek.destroy_all_but`; it takes no key, and so nobody is asked for one."""
        self._files.destroy_all_but(epoch)

    @abstractmethod
    def _key(self, epoch: int) -> bytes:
        """Return the key of an epoch; raises as :meth:`Kek.unwrap` does."""


class FileKek(KekInFiles):
    """Keys as files, readable by their owner alone."""

    kind: str = "file"
    place: str = "file"

    def __init__(self, folder: Path) -> None:
        super().__init__(KeyFiles(folder, ".kek"))

    def make(self, epoch: int) -> None:
        """See :meth:`Kek.make`."""
        self._files.write(epoch, lambda: AESGCM.generate_key(8 * KEY_SIZE))

    def _key(self, epoch: int) -> bytes:
        key = self._files.read(epoch)
        if len(key) != KEY_SIZE:
            raise Unreadable("custodian.damaged_kek", epoch=epoch)
        return key


def encrypt(key: bytes, share: bytes, bound_to: bytes) -> bytes:
    """Return a share under a key of our own: nonce, ciphertext, tag."""
    nonce = os.urandom(NONCE_SIZE)
    return nonce + AESGCM(key).encrypt(nonce, share, bound_to)


def decrypt(key: bytes, wrapped: bytes, bound_to: bytes) -> bytes:
    """Return what :func:`encrypt` made.

    Raises:
        Unreadable: it is damaged, or bound to something else.
    """
    try:
        return AESGCM(key).decrypt(wrapped[:NONCE_SIZE], wrapped[NONCE_SIZE:], bound_to)
    except (InvalidTag, ValueError):  # the latter for a blob too short to hold a nonce
        raise Unreadable("custodian.damaged_ticket") from None


def bound(epoch: int, context: bytes) -> bytes:
    """Return what a wrapped share is bound to: its epoch and its ticket."""
    return epoch.to_bytes(8, "big") + context


@contextlib.contextmanager
def _disk(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise MediumError("custodian.kek_disk", path=path) from error
