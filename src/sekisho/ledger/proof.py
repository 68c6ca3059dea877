"""Proofs that travel alone (C2SP tlog-proof): index, Merkle path and checkpoint in one text file.

Whoever holds the entry, the ``.tlog-proof`` and the log's public key can check, without network and with any
implementation of the format, that the entry stands in the log.
"""

from dataclasses import dataclass
from typing import Self

from sekisho.errors import LedgerBroken, Unreadable
from sekisho.ledger.checkpoint import Checkpoint, open_checkpoint
from sekisho.ledger.encoding import read_base64, read_decimal, write_base64
from sekisho.ledger.merkle import HASH_BYTES, leaf_hash, proves_inclusion
from sekisho.ledger.note import VerifierKey

_HEADER = "c2sp.org/tlog-proof@v1"
_EXTRA, _INDEX = "extra ", "index "
_MOST_HASHES = 63


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A proof as parsed; it shows nothing until :meth:`verify`.

    Attributes:
        index: the entry's place in the log, from 0.
        hashes: the Merkle path, leaf to root.
        checkpoint: the signed note, verbatim.
        extra: data of the application that nothing authenticates.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a ``.tlog-proof``.

        Raises:
            Unreadable: not of that form.
        """
        try:
            return cls._parse(text)
        except ValueError as error:
            raise Unreadable("ledger.bad_proof") from error

    @classmethod
    def _parse(cls, text: str) -> Self:
        head, blank, checkpoint = text.partition("\n\n")
        header, *lines = head.split("\n")
        extra = _after(_EXTRA, lines.pop(0)) if lines and lines[0].startswith(_EXTRA) else None
        if header != _HEADER or not lines or not blank or extra == "":
            raise ValueError("a line is missing, or not the one expected")
        hashes = tuple(read_base64(line) for line in lines[1:])
        if len(hashes) > _MOST_HASHES or any(len(each) != HASH_BYTES for each in hashes):
            raise ValueError("not the hashes of a path")
        return cls(
            index=read_decimal(_after(_INDEX, lines[0])),
            hashes=hashes,
            checkpoint=checkpoint,
            extra=None if extra is None else read_base64(extra),
        )

    def text(self) -> str:
        """Write the ``.tlog-proof``."""
        extra = [] if self.extra is None else [_EXTRA + write_base64(self.extra)]
        lines = [_HEADER, *extra, f"{_INDEX}{self.index}", *map(write_base64, self.hashes), "", self.checkpoint]
        return "\n".join(lines)

    def verify(self, *, entry: bytes, key: VerifierKey) -> Checkpoint:
        """Check that the log of ``key`` holds ``entry`` at this index, and return the checkpoint that says so.

        Raises:
            Unreadable: the checkpoint is not of that form.
            NoKey: that log did not sign it.
            LedgerBroken: a signature or the path does not fit.
        """
        checkpoint = open_checkpoint(self.checkpoint, key)
        self.must_lead(entry=entry, to=checkpoint)
        return checkpoint

    def must_lead(self, *, entry: bytes, to: Checkpoint) -> None:
        """Check that the path leads from ``entry`` at this index to a checkpoint that was verified.

        Raises:
            LedgerBroken: it does not.
        """
        included = proves_inclusion(
            leaf=leaf_hash(entry),
            index=self.index,
            size=to.size,
            root=to.root,
            proof=self.hashes,
        )
        if not included:
            raise LedgerBroken("ledger.not_included", index=self.index, size=to.size)


def _after(prefix: str, line: str) -> str:
    if not line.startswith(prefix):
        raise ValueError(f"a line that does not start with {prefix!r}")
    return line.removeprefix(prefix)
