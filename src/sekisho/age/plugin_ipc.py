"""What an age client and a plugin say to each other: stanzas over two pipes (C2SP ``age-plugin.md``, "IPC protocol").

A command is a stanza: its type says what is asked, its arguments of what, its body carries the data. Text in a body is
UTF-8. Neither side trusts the other: what breaks the format, or has no end, is a :class:`BrokenError`.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from sekisho.age import bech32, unpadded
from sekisho.age.errors import KeyTextError, PluginError
from sekisho.age.pipes import Sink, Source, write_all
from sekisho.age.stanza import ARROW, COLUMNS, Stanza

RECIPIENT, IDENTITY = "recipient-v1", "identity-v1"
FLAG = "--age-plugin="
BINARY = "age-plugin-"

_NAME = re.compile(r"[A-Za-z0-9+\-._]+")
_RECIPIENT_PREFIX, _IDENTITY_PREFIX = "age1", "AGE-PLUGIN-"
_LONGEST = 1024 * 1024
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+")


class BrokenError(PluginError):
    """The other side is gone, or does not keep to the protocol: nothing more can be said to it."""


class Connection:
    """One end of the two pipes."""

    def __init__(self, source: Source, sink: Sink) -> None:
        self._source = source
        self._sink = sink

    def send(self, command: str, *args: str, body: bytes = b"") -> None:
        """Send a command.

        Raises:
            BrokenError: the other side is gone.
        """
        try:
            write_all(self._sink, Stanza(command, args, body).to_text().encode("ascii"))
            flush = getattr(self._sink, "flush", None)
            if flush is not None:
                flush()
        except OSError:
            raise BrokenError("the other side of the plugin protocol is gone") from None

    def receive(self) -> Stanza:
        """Return the next command.

        Raises:
            BrokenError: the other side is gone, or what it says is no stanza.
        """
        line, allowance = self._line(_LONGEST)
        try:
            if not line.startswith(ARROW):
                raise ValueError(line)  # noqa: TRY301 - one of the many ways to be no stanza
            kind, *arguments = line.removeprefix(ARROW).split(" ")
            opened = Stanza(kind, tuple(arguments))
            return replace(opened, body=self._body(allowance))
        except ValueError:
            raise BrokenError("the other side of the plugin protocol said something that is no stanza") from None

    def _body(self, allowance: int) -> bytes:
        lines: list[str] = []
        line, allowance = self._line(allowance)
        while len(line) == COLUMNS:
            lines.append(line)
            line, allowance = self._line(allowance)
        if len(line) > COLUMNS:
            raise ValueError("a line is too long")
        return unpadded.decode("".join((*lines, line)))

    def _line(self, allowance: int) -> tuple[str, int]:
        try:
            line = self._source.readline(allowance)
        except OSError:
            line = b""
        if not line.endswith(b"\n") or not line.isascii():
            raise BrokenError("the other side of the plugin protocol ended in the middle, or never ends")
        return line[:-1].decode("ascii"), allowance - len(line)


def shown(body: bytes) -> str:
    """Return the text of a message such that it can be shown: one line, and nothing that commands a terminal."""
    return _CONTROL.sub(" ", body.decode(errors="replace")).strip()


def recipient_text(name: str, data: bytes) -> str:
    """Write the ``age1name1…`` text of a plugin's recipient.

    Raises:
        ValueError: a plugin cannot have the name.
    """
    return bech32.encode(_RECIPIENT_PREFIX + _checked(name).lower(), data)


def identity_text(name: str, data: bytes) -> str:
    """Write the ``AGE-PLUGIN-NAME-1…`` text of a plugin's identity.

    Raises:
        ValueError: a plugin cannot have the name.
    """
    return bech32.encode(f"{_IDENTITY_PREFIX}{_checked(name).upper()}-", data)


def read_recipient(text: str) -> tuple[str, bytes]:
    """Read an ``age1name1…`` text into the plugin's name and its data.

    Raises:
        KeyTextError: it is none; the text is not repeated.
    """
    return _read(text, what="a plugin's recipient (age1NAME1…)", prefix=_RECIPIENT_PREFIX, ends="")


def read_identity(text: str) -> tuple[str, bytes]:
    """Read an ``AGE-PLUGIN-NAME-1…`` text into the plugin's name, in lower case, and its data.

    Raises:
        KeyTextError: it is none; the text is not repeated.
    """
    return _read(text, what="a plugin's identity (AGE-PLUGIN-NAME-1…)", prefix=_IDENTITY_PREFIX, ends="-")


def _read(text: str, *, what: str, prefix: str, ends: str) -> tuple[str, bytes]:
    try:
        found, data = bech32.decode(text)
        if found.startswith(prefix) and found.endswith(ends):
            return _checked(found.removeprefix(prefix).removesuffix(ends)).lower(), data
    except ValueError as error:
        raise KeyTextError(f"not {what}: {error}") from None
    raise KeyTextError(f"not {what}, but some other text of that form")


def _checked(name: str) -> str:
    """Return a name that may be part of a file's name: no separator, so that it names no program elsewhere."""
    if not _NAME.fullmatch(name):
        raise ValueError("a plugin's name has letters, digits and + - . _ alone")
    return name


def index_of(text: str) -> int:
    """Read the number of a file, recipient or stanza.

    Raises:
        BrokenError: it is none.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BrokenError("the other side of the plugin protocol counts in no numbers")
    return int(text)


def distinct(labels: Iterable[str]) -> frozenset[str]:
    """Return labels as a set.

    Raises:
        PluginError: one stands twice.
    """
    labels = tuple(labels)
    if len(set(labels)) != len(labels):
        raise PluginError("the plugin gave a label twice")
    return frozenset(labels)
