"""The vault: files inside the office's folder that are encrypted to the office itself.

What was cut, the population and the indexes of people are personal data at rest. They are age files, so a backup of the
folder without ``keys/vault.key`` says nothing, and the plain ``age`` program opens them with it.
"""

import contextlib
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from sekisho.age.errors import AgeError
from sekisho.age.reader import open_reader
from sekisho.age.writer import Writer, encrypt
from sekisho.age.x25519 import X25519Identity
from sekisho.errors import MediumError, NotFound, Unreadable
from sekisho.files import replacing, write_whole

_KEY = "vault.key"
_BLOCK = 1 << 20


class Vault:
    """Reads and writes the office's own encrypted files."""

    def __init__(self, identity: X25519Identity) -> None:
        self._identity = identity

    def write(self, path: Path, data: bytes, *, overwrite: bool = False) -> None:
        """Write a file whole or not at all.

        Raises:
            MediumError: the disk said no.
        """
        with self.writer(path, overwrite=overwrite) as writer:
            writer.write(data)

    @contextlib.contextmanager
    def writer(self, path: Path, *, overwrite: bool = False) -> Iterator[Writer]:
        """Write a file as a stream; it appears when the block ends without an error.

        Raises:
            MediumError: the disk said no.
        """
        try:
            with replacing(path, overwrite=overwrite) as file, encrypt(file, [self._identity.recipient]) as writer:
                yield writer
        except OSError as error:
            raise MediumError("custody.vault_disk", path=path) from error

    def read(self, path: Path) -> bytes:
        """Return a file's content.

        Raises:
            NotFound: there is no such file.
            Unreadable: it is damaged, or another office's.
            MediumError: the disk said no.
        """
        with self.open(path) as reader:
            return reader.read()

    def sha256(self, path: Path) -> str:
        """Return the digest of a file's content; raises as :meth:`read`."""
        digest = hashlib.sha256()
        with self.open(path) as reader:
            while block := reader.read(_BLOCK):
                digest.update(block)
        return digest.hexdigest()

    @contextlib.contextmanager
    def open(self, path: Path) -> Iterator[BinaryIO]:
        """Open a file for reading and seeking; damage shows when it is read.

        Raises:
            NotFound: there is no such file.
            Unreadable: it is damaged, or another office's.
            MediumError: the disk said no.
        """
        try:
            with path.open("rb") as file:
                yield cast("BinaryIO", io.BufferedReader(open_reader(file, [self._identity]), _BLOCK))
        except FileNotFoundError:
            raise NotFound("custody.vault_missing", path=path) from None
        except AgeError:
            raise Unreadable("custody.vault_damaged", path=path) from None
        except OSError as error:
            raise MediumError("custody.vault_disk", path=path) from error


def make_vault(keys: Path) -> Vault:
    """Make the vault of a new office."""
    identity = X25519Identity.generate()
    write_whole(keys / _KEY, f"{identity.to_secret_text()}\n".encode())
    return Vault(identity)


def open_vault(keys: Path) -> Vault:
    """Open the vault of an office.

    Raises:
        NotFound: its key is not here.
        Unreadable: its key is damaged.
    """
    path = keys / _KEY
    try:
        return Vault(X25519Identity.from_text(path.read_text(encoding="ascii").strip()))
    except FileNotFoundError:
        raise NotFound("custody.vault_missing", path=path) from None
    except (AgeError, UnicodeDecodeError, OSError):
        raise Unreadable("custody.vault_damaged", path=path) from None
