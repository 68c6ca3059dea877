"""Key-encryption keys: one an epoch, and destroying a share means destroying the epoch it was wrapped in.

A share is wrapped with AES-256-GCM under its epoch's key, bound to its ticket and epoch. Deleted rows may live on in
file-system blocks, write-ahead logs and backups; what makes them worthless is that the key is gone. So these files belong
into no backup. A back-end is whatever has :class:`Kek`'s methods; the one here keeps a key in a file of the office's folder.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sekisho.errors import MediumError, Missing, Unreadable
from sekisho.files import sync_folder, write_whole

_KEY_SIZE = 32
_NONCE_SIZE = 12


class Kek(Protocol):
    """Wraps shares, one key an epoch."""

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
            Missing: the epoch's key is not here.
            Unreadable: the key or the blob is damaged, or the blob is another ticket's.
            MediumError: the disk refused to read the key.
        """
        ...

    def destroy_all_but(self, epoch: int) -> None:
        """Destroy the keys of every other epoch, for good; destroying again changes nothing."""
        ...


class FileKek:
    """Keys as files, readable by their owner alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def make(self, epoch: int) -> None:
        """See :meth:`Kek.make`."""
        path = self._path(epoch)
        with _disk(path):
            if path.exists():
                sync_folder(self._folder)  # whoever made it may have been killed before its name was durable
            else:
                write_whole(path, AESGCM.generate_key(8 * _KEY_SIZE))

    def has(self, epoch: int) -> bool:
        """See :meth:`Kek.has`."""
        path = self._path(epoch)
        with _disk(path):
            return path.exists()

    def wrap(self, epoch: int, share: bytes, context: bytes) -> bytes:
        """See :meth:`Kek.wrap`."""
        nonce = os.urandom(_NONCE_SIZE)
        return nonce + self._cipher(epoch).encrypt(nonce, share, _bound(epoch, context))

    def unwrap(self, epoch: int, wrapped: bytes, context: bytes) -> bytes:
        """See :meth:`Kek.unwrap`."""
        cipher = self._cipher(epoch)
        try:
            return cipher.decrypt(wrapped[:_NONCE_SIZE], wrapped[_NONCE_SIZE:], _bound(epoch, context))
        except (InvalidTag, ValueError):  # the latter for a blob too short to hold a nonce
            raise Unreadable("custodian.damaged_ticket") from None

    def destroy_all_but(self, epoch: int) -> None:
        """See :meth:`Kek.destroy_all_but`; the file is overwritten before it goes, for disks where that helps."""
        for path in sorted(self._folder.glob("*.kek")):
            if path != self._path(epoch):
                with _disk(path):
                    _shred(path)
        with _disk(self._folder):
            sync_folder(self._folder)

    def _cipher(self, epoch: int) -> AESGCM:
        path = self._path(epoch)
        try:
            key = path.read_bytes()
        except FileNotFoundError:
            raise Missing("custodian.no_kek", epoch=epoch) from None
        except OSError as error:
            raise MediumError("custodian.kek_disk", path=path) from error
        if len(key) != _KEY_SIZE:
            raise Unreadable("custodian.damaged_kek", epoch=epoch)
        return AESGCM(key)

    def _path(self, epoch: int) -> Path:
        return self._folder / f"{epoch:06d}.kek"


def _bound(epoch: int, context: bytes) -> bytes:
    return epoch.to_bytes(8, "big") + context


def _shred(path: Path) -> None:
    with path.open("r+b", buffering=0) as file:
        file.write(os.urandom(path.stat().st_size))
        os.fsync(file.fileno())
    path.unlink()


@contextlib.contextmanager
def _disk(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise MediumError("custodian.kek_disk", path=path) from error
