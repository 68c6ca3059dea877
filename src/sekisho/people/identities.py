"""People without a code: by name, birth date and address, each in its canonical form.

What is kept of an identity is a 64-bit digest (BLAKE2b under a key of the population's own, so that two offices' digests
have nothing in common) and whose it is. That any two of 125 million identities had one digest has a chance of 0.04 %, in a
city one of 10⁻⁸. An identity that two codes of one kind claim, by an error of the data, is nobody's from then on: who
stands in a table under it alone is a row that could not be told.
"""

from hashlib import blake2b

import numpy as np
import polars as pl

from sekisho.kernel.functions import Positions
from sekisho.people.canonical import canonical
from sekisho.people.growing import Growing
from sekisho.people.key_table import NOBODY, Flags, KeyTable, Numbers, Values

COLUMNS = ("name", "birth_date", "address")
"""What an identity is made of, as the columns of a frame of identities are called."""

_DIGEST_BYTES = 8
_KIND = 0  # digests have no kind; one table, one kind
_BETWEEN = "\u3000"  # stands in no canonical form


def digests(identities: pl.DataFrame, salt: bytes) -> tuple[Values, Flags]:
    """Return the digest of each identity, and whether it is whole: without name, date or address it tells nobody."""
    parts = pl.DataFrame([canonical(column, identities[column]).alias(column) for column in COLUMNS])
    whole = parts.select(pl.all_horizontal(pl.all().is_not_null())).to_series().to_numpy()
    texts = parts.select(pl.concat_str(pl.all().fill_null(""), separator=_BETWEEN)).to_series().to_list()
    digested = b"".join([blake2b(text.encode(), digest_size=_DIGEST_BYTES, key=salt).digest() for text in texts])
    return np.frombuffer(digested, "<u8").astype(np.uint64), whole


class Identities:
    """Whose each identity is."""

    def __init__(self, values: Values | None = None, owners: Numbers | None = None) -> None:
        """Start with digests and owners, or empty.

        Raises:
            ValueError: a digest stands twice.
        """
        kinds = None if values is None else np.full(len(values), _KIND, np.uint8)
        self._table = KeyTable(values, kinds)
        self._owners = Growing(np.empty(0, np.uint32) if owners is None else owners)
        if self._table.place(np.arange(len(self._table), dtype=np.uint32)):
            raise ValueError("an identity stands twice")

    def __len__(self) -> int:
        return len(self._table)

    @property
    def values(self) -> Values:
        """The digests."""
        return self._table.values

    @property
    def owners(self) -> Numbers:
        """Whose they are; :data:`~sekisho.people.key_table.NOBODY` where two claim one."""
        return self._owners.all

    def find(self, values: Values, there: Flags) -> tuple[Numbers, Flags]:
        """Return whose identities they are, and which are known: one that two claim is, and is nobody's."""
        entries = self._table.find(values, there, _KIND)
        known = entries != NOBODY
        owners = np.full(len(values), NOBODY)
        owners[known] = self.owners[entries[known]]
        return owners, known

    def add(self, values: Values, there: Flags, owners: Numbers) -> Positions:
        """Note whose identities they are where that is not known; return the rows at which new ones first stood."""
        _, firsts = self._table.number(values, there, _KIND)
        self._owners.extend(owners[firsts])
        return firsts

    def give(self, values: Values, owners: Numbers | np.uint32) -> None:
        """Say anew whose known identities are."""
        entries = self._table.find(values, np.ones(len(values), np.bool_), _KIND)
        self._owners.reserve(0)
        self._owners.all[entries] = owners
