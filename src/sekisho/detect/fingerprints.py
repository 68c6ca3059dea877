"""Keyed fingerprints: a finding is known again by whoever holds the project's key, and says nothing to anybody else.

A fingerprint is HMAC-SHA256 under the key over kind, path and value, each behind its length, cut to 16 bytes, in
hexadecimal. It holds no line number, so lines that move stay known. The value is taken in NFKC and, where it is a number,
without what stands between its digits, so that ``090-1234-5678`` and its full-width form are one. A column's is over kind,
path, table and column: columns change their values every day and stay what they are.

Without the key a seven-digit value cannot be found by trying all of them; whoever holds both can. So the key file is
readable by its owner alone and belongs beside the secrets of a project, never into its repository.
"""

import hashlib
import hmac
import os
import re
import secrets
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from sekisho.canon.number import digits
from sekisho.errors import MediumError, Missing, Unreadable
from sekisho.files import open_file, write_whole

KEY_BYTES = 32

_FINGERPRINT_BYTES = 16
_ID_BYTES = 8
_NUMBER = re.compile(r"\+?[A-Z]{0,3}[0-9][^A-Za-z]*[A-Z]{0,2}")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:/")


@dataclass(frozen=True, slots=True)
class Key:
    """A project's key, and by what a baseline names it."""

    secret: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """What tells this key from others and does not reveal it."""
        return hashlib.sha256(b"sekisho fingerprint key\0" + self.secret).digest()[:_ID_BYTES].hex()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprints:
    """Makes the fingerprints of a project.

    Attributes:
        key: the project's.
        folder: where the project is; paths below it are taken from there, so that a copy elsewhere is the same project.
    """

    key: Key
    folder: Path

    def of_file(self, path: Path) -> str:
        """Return the fingerprint of a file's name."""
        return self._of(b"file", self._name(path))

    def of_value(self, *, kind: str, path: Path, value: str) -> str:
        """Return the fingerprint of a value that was found in a file."""
        return self._of(b"value", kind.encode(), self._name(path), _form(value).encode())

    def of_column(self, *, kind: str, path: Path, table: str, column: str) -> str:
        """Return the fingerprint of a kind in a column."""
        return self._of(b"column", kind.encode(), self._name(path), os.fsencode(table), os.fsencode(column))

    def _of(self, *parts: bytes) -> str:
        message = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
        return hmac.digest(self.key.secret, message, "sha256")[:_FINGERPRINT_BYTES].hex()

    def _name(self, path: Path) -> bytes:
        return _name_in(os.fspath(self.folder), os.fspath(path), os.getcwd())  # noqa: PTH109  # once a value


@lru_cache
def _name_in(folder: str, name: str, here: str) -> bytes:
    """Return a path as a project knows it, which does not follow links; an address of a database is one already."""
    if _ADDRESS.match(name):
        return os.fsencode(name)
    whole, root = (Path(os.path.normpath(Path(here, each))) for each in (name, folder))
    return os.fsencode((whole.relative_to(root) if whole.is_relative_to(root) else whole).as_posix())


def load_key(path: Path) -> Key:
    """Read a key file.

    Raises:
        Missing: there is none.
        Unreadable: it cannot be read, or is no key.
    """
    try:
        with open_file(path, follow=True) as file:
            secret = file.read(KEY_BYTES + 1)
    except FileNotFoundError as error:
        raise Missing("baseline.no_key", path=path) from error
    except OSError as error:
        raise Unreadable("baseline.unreadable", path=path) from error
    if len(secret) != KEY_BYTES:
        raise Unreadable("baseline.bad_key", path=path)
    return Key(secret)


def load_or_make_key(path: Path) -> Key:
    """Read a key file, or make it if there is none: 32 random bytes that only its owner may read.

    Raises:
        MediumError: it cannot be written.
        Unreadable: it cannot be read, or is no key.
    """
    if not os.path.lexists(path):
        try:
            write_whole(path, secrets.token_bytes(KEY_BYTES))
        except FileExistsError:
            pass  # of two that are made at once the first stays, and serves both
        except OSError as error:
            raise MediumError("baseline.unwritable", path=path) from error
    return load_key(path)


def _form(value: str) -> str:
    text = unicodedata.normalize("NFKC", value).strip()
    return digits(text) if _NUMBER.fullmatch(text) else text
