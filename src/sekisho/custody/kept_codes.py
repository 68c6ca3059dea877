"""Whether a column that leaves as it stands is the subject's own code under another name, where the law lets none leave.

A header and a purpose may call it what they like; that it equals the code in most rows says what it is.
"""

from collections import Counter

import polars as pl

from sekisho.cut.plan import Plan
from sekisho.errors import Refused

_BASES = frozenset({"pseudonymous", "anonymous"})


class KeptCodes:
    """Counts, block by block, in how many rows each kept column says what the subject's column says."""

    def __init__(self, plan: Plan) -> None:
        """Watch what a plan keeps as it stands, under a legal basis that has such rules."""
        self._basis, self._subject = plan.purpose.purpose.basis, plan.main.subject.column
        watched = self._basis in _BASES and bool(self._subject)
        self._fields = {
            each.field.out: each.field.source for each in plan.fields if watched and each.field.op == "keep"
        }
        self._filled: Counter[str] = Counter()
        self._same: Counter[str] = Counter()

    def see(self, rows: pl.DataFrame) -> None:
        """Count a block of the rows that are selected, as they stand in the sources."""
        if not self._fields:
            return
        code = _plain(self._subject)
        for out, source in self._fields.items():
            same, filled = rows.select((_plain(source) == code).sum(), pl.col(source).count().alias("filled")).row(0)
            self._same[out] += same
            self._filled[out] += filled

    def must_be_none(self) -> None:
        """Refuse the cut if more than half of a column's cells are the subject's code.

        Raises:
            Refused: with the fields.
        """
        found = [out for out in self._fields if 2 * self._same[out] > self._filled[out]]
        if found:
            raise Refused("cut.subject_kept", fields=", ".join(found), basis=self._basis)


def _plain(column: str) -> pl.Expr:
    """Return a column without what spreadsheets take from a code, or add to it."""
    return pl.col(column).str.strip_chars().str.strip_chars_start("0")
