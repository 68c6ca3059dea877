"""The header of an age file: version, stanzas, MAC (C2SP ``age.md``, "Header").

Reading is strict: each header has exactly one text, so :meth:`Header.encode` gives back byte for byte what
:func:`read_header` took, and the SHA-256 of a header can be taken from either side. Whom a stanza is for, and which
types may stand together, is decided by identities and callers.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from sekisho.age import hkdf, unpadded
from sekisho.age.errors import HeaderError, MacError
from sekisho.age.pipes import Source
from sekisho.age.stanza import ARROW, COLUMNS, FILE_KEY_SIZE, Stanza

MAC_SIZE = 32
LIMIT = 1024 * 1024
"""Longest header in bytes: room for 600 post-quantum recipients, and an end to the reading of a file that has none."""

_FAMILY = b"age-encryption.org/"
_VERSION = _FAMILY + b"v1\n"
_LONGEST_VERSION = 80
_ARMOR = b"-----BEGIN AGE ENCRYPTED FILE-----"
_MARK = "---"


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before the payload.

    Attributes:
        stanzas: one or more wrapped copies of the file key.
        mac: 32 bytes that bind the stanzas to the file key.
    """

    stanzas: tuple[Stanza, ...]
    mac: bytes

    @classmethod
    def authenticated(cls, stanzas: Iterable[Stanza], *, file_key: bytes) -> Self:
        """Return the header of these stanzas with its MAC under the file key they wrap.

        Raises:
            ValueError: there is no stanza, or more than can be read back, or the file key is not 16 bytes.
        """
        stanzas = tuple(stanzas)
        if not stanzas or len(file_key) != FILE_KEY_SIZE:
            raise ValueError(f"a header needs a recipient and a file key of {FILE_KEY_SIZE} bytes")
        header = cls(stanzas, _hmac(stanzas, file_key).finalize())
        if len(header.encode()) > LIMIT:
            raise ValueError(f"a header has room for {LIMIT} bytes: too many recipients")
        return header

    def verify(self, file_key: bytes) -> None:
        """Check that whoever made this header knew the file key.

        Raises:
            MacError: the header was altered, or this is another file's key.
        """
        try:
            _hmac(self.stanzas, file_key).verify(self.mac)
        except InvalidSignature:
            raise MacError("the header was altered after it was written") from None

    def encode(self) -> bytes:
        """Return the bytes of the header, from the version to the line feed before the payload."""
        return _marked(self.stanzas) + f" {unpadded.encode(self.mac)}\n".encode("ascii")


def read_header(source: Source) -> Header:
    """Read a header and not one byte more, so that the source then stands at the payload.

    Raises:
        HeaderError: a rule of the format is broken; the message names the line.
        OSError: the disk said no.
    """
    _check_version(source.readline(_LONGEST_VERSION))
    lines = _Lines(source)
    stanzas: list[Stanza] = []
    while (line := lines.next()).startswith(ARROW):
        stanzas.append(_read_stanza(line, lines))
    if not stanzas:
        raise lines.wrong("a stanza belongs here")
    return Header(tuple(stanzas), _parse_mac(line, lines))


def _check_version(line: bytes) -> None:
    if line == _VERSION:
        return
    if line.startswith(_FAMILY):
        raise HeaderError("another version of the age format; only v1 is read")
    if line.startswith(_ARMOR):
        raise HeaderError("an armored age file; only binary ones are read")
    raise HeaderError("not an age file")


class _Lines:
    """The lines after the version, counted from 2."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._allowance = LIMIT - len(_VERSION)
        self._number = 1

    def next(self) -> str:
        """Return the next line without its line feed."""
        self._number += 1
        line = self._source.readline(self._allowance)
        self._allowance -= len(line)
        if not line.endswith(b"\n"):
            raise self.wrong("the file ends inside its header" if self._allowance else "the header is too long")
        if not line.isascii():
            raise self.wrong("not the text of an age header")
        return line[:-1].decode("ascii")

    def wrong(self, reason: object) -> HeaderError:
        """Return the error that names the line last read."""
        return HeaderError(f"header line {self._number}: {reason}")


def _read_stanza(line: str, lines: _Lines) -> Stanza:
    try:
        kind, *arguments = line.removeprefix(ARROW).split(" ")
        opened = Stanza(kind, tuple(arguments))
    except ValueError as error:
        raise lines.wrong(error) from None
    return replace(opened, body=_read_body(lines))


def _read_body(lines: _Lines) -> bytes:
    body: list[str] = []
    while len(line := lines.next()) == COLUMNS:
        body.append(line)
    if len(line) > COLUMNS:
        raise lines.wrong(f"longer than {COLUMNS} columns")
    try:
        return unpadded.decode("".join((*body, line)))
    except ValueError as error:
        raise lines.wrong(error) from None


def _parse_mac(line: str, lines: _Lines) -> bytes:
    mark, space, text = line.partition(" ")
    if mark != _MARK or not space:
        raise lines.wrong("a stanza or the MAC belongs here")
    try:
        return unpadded.decode(text, size=MAC_SIZE)
    except ValueError as error:
        raise lines.wrong(error) from None


def _marked(stanzas: Iterable[Stanza]) -> bytes:
    """Return the header up to and with the mark ``---``: what the MAC is over."""
    return _VERSION + f"{''.join(stanza.to_text() for stanza in stanzas)}{_MARK}".encode("ascii")


def _hmac(stanzas: Iterable[Stanza], file_key: bytes) -> HMAC:
    hmac = HMAC(hkdf.derive(file_key, info=b"header"), SHA256())
    hmac.update(_marked(stanzas))
    return hmac
