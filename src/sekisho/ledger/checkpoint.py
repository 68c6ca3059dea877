"""Checkpoints (C2SP tlog-checkpoint v1.0.0): a tree head, and the note in which a log signs it.

A checkpoint is taken for what it says only when the log's own key signed it and its origin is that key's name, so
that a key shared by two logs cannot pass one off as the other. Witness lines in the note are
carried along unread; :mod:`sekisho.ledger.quorum` reads them.
"""

from dataclasses import dataclass
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sekisho.errors import LedgerBroken, Unreadable
from sekisho.ledger import note as notes
from sekisho.ledger.encoding import read_base64, read_decimal, write_base64
from sekisho.ledger.merkle import HASH_BYTES
from sekisho.ledger.note import VerifierKey


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeHead:
    """What a log commits to: its name, its size and the root over its entries.

    Attributes:
        origin: the log's name, a URL without scheme.
        size: number of entries.
        root: the Merkle root, 32 bytes.
        extensions: further lines of the text, which Sekisho never writes.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text of a checkpoint.

        Raises:
            Unreadable: not of that form.
        """
        try:
            origin, size, root, *extensions = _lines(text)
            head = cls(origin=origin, size=read_decimal(size), root=read_base64(root), extensions=tuple(extensions))
        except ValueError as error:
            raise Unreadable("ledger.bad_checkpoint") from error
        if len(head.root) != HASH_BYTES:
            raise Unreadable("ledger.bad_checkpoint")
        return head

    def text(self) -> str:
        """Write the text that is signed."""
        lines = (self.origin, str(self.size), write_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A tree head whose signature was verified, and the note it came in.

    Attributes:
        head: what was signed.
        note: the signed note, verbatim.
    """

    head: TreeHead
    note: str

    @property
    def size(self) -> int:
        """Number of entries."""
        return self.head.size

    @property
    def root(self) -> bytes:
        """The Merkle root over them."""
        return self.head.root


def sign_head(head: TreeHead, signer: Ed25519PrivateKey) -> Checkpoint:
    """Sign a tree head in the name of its origin."""
    return Checkpoint(head=head, note=str(notes.sign(head.text(), signer, name=head.origin)))


def open_checkpoint(note: str | bytes, key: VerifierKey) -> Checkpoint:
    """Verify a checkpoint of the log whose key is given.

    Raises:
        Unreadable: not a checkpoint.
        NoKey: that log did not sign it.
        LedgerBroken: its signature fails, or its origin is another log.
    """
    parsed = notes.parse(note)
    notes.verify(parsed, [key])
    head = TreeHead.parse(parsed.text)
    if head.origin != key.name:
        raise LedgerBroken("ledger.other_origin", origin=head.origin, expected=key.name)
    return Checkpoint(head=head, note=str(parsed))


def _lines(text: str) -> list[str]:
    lines = text.removesuffix("\n").split("\n")
    if not text.endswith("\n") or not all(lines):
        raise ValueError("an empty line, or none at the end")
    return lines
