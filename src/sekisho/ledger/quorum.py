"""Whose cosignatures a checkpoint needs: so many of these witnesses, each a key of its own.

The settings of an office name each witness in one line, ``vkey url``; an opener needs no address. A richer policy (groups of
groups, :mod:`sekisho.ledger.policy`) says nothing else of the few witnesses an office has.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from sekisho.errors import Misuse, NoKey, Unreadable
from sekisho.ledger import note as notes
from sekisho.ledger.cosignature import CosignerKey, cosigned, parse_cosigner
from sekisho.ledger.note import VerifierKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A witness.

    Attributes:
        key: what it cosigns with.
        url: where it takes checkpoints; empty for who only verifies.
    """

    key: CosignerKey
    url: str = ""

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read ``vkey url``, or a vkey alone.

        Raises:
            Unreadable: not of that form.
        """
        vkey, _, url = line.strip().partition(" ")
        if url and not _is_address(url):
            raise Unreadable("ledger.bad_witness_address")
        return cls(key=parse_cosigner(vkey), url=url.rstrip("/"))

    def __str__(self) -> str:
        return f"{self.key} {self.url}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quorum:
    """So many of these witnesses.

    Attributes:
        witnesses: no key twice, not even under another name.
        needed: how many of them; none where there are no witnesses.

    Raises:
        Misuse: a key twice, or more needed than there are, or none.
    """

    witnesses: tuple[Witness, ...]
    needed: int

    def __post_init__(self) -> None:
        keys = {witness.key.public for witness in self.witnesses}
        if len(keys) != len(self.witnesses):
            raise Misuse("ledger.witness_twice")
        if not min(1, len(keys)) <= self.needed <= len(keys):
            raise Misuse("ledger.impossible_quorum", have=len(keys), need=self.needed)

    @classmethod
    def parse(cls, lines: Sequence[str], *, needed: int) -> Self:
        """Read witnesses, one a line; raises as the parts do."""
        return cls(witnesses=tuple(map(Witness.parse, lines)), needed=needed)

    def times(self, note: str) -> dict[str, int]:
        """Return which of the witnesses cosigned a checkpoint, by name, and when.

        Raises:
            Unreadable: it is no note.
            LedgerBroken: a cosignature of one of them does not fit.
        """
        return {key.name: time for key, time in self._cosigners(note).items()}

    def is_met_by(self, note: str) -> bool:
        """Tell whether enough of them cosigned a checkpoint; raises as :meth:`times` does."""
        return len(self._cosigners(note)) >= self.needed

    def demand(self, note: str) -> None:
        """Refuse a checkpoint that not enough of them cosigned.

        Raises:
            NoKey: too few.
            Unreadable, LedgerBroken: as :meth:`times`.
        """
        if (have := len(self._cosigners(note))) < self.needed:
            raise NoKey("ledger.too_few_witnesses", have=have, need=self.needed)

    def named(self) -> dict[str, Witness]:
        """Return the witnesses under the names that :meth:`policy` gives them."""
        return {f"w{number}": witness for number, witness in enumerate(self.witnesses, 1)}

    def policy(self, log: VerifierKey) -> str:
        """Return log, witnesses and quorum as C2SP tlog-policy writes them."""
        lines = [f"log {log}", *(f"witness {name} {witness.key}" for name, witness in self.named().items())]
        if self.witnesses:
            lines += [f"group needed {self.needed} {' '.join(self.named())}", "quorum needed"]
        else:
            lines.append("quorum none")
        return "".join(f"{line}\n" for line in lines)

    def _cosigners(self, note: str) -> dict[CosignerKey, int]:
        return cosigned(notes.parse(note), [witness.key for witness in self.witnesses])


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    plain = not (parts.query or parts.fragment or parts.username or any(each.isspace() for each in url))
    return plain and parts.scheme in {"http", "https"} and bool(parts.hostname) and port != 0


NOBODY = Quorum(witnesses=(), needed=0)
"""The quorum of an office that has no witness."""
