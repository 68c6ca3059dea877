"""Case numbers (``token.serial``): random numbers with a check digit that stand for people outside the office.

Drawn from the operating system's generator out of a space much larger than the population, so that a number says nothing
about a person, a guessed one is hardly ever somebody's, and one copy's numbers differ from another's. The map back stays
inside. Nine digits, so that no case number can be taken for a My Number (12) or a resident code (10 or 11).
"""

from collections.abc import Callable

import numpy as np
import polars as pl

from sekisho.codes import damm_digit
from sekisho.errors import Refused

_DIGITS = 8
_SPACE = 10**_DIGITS
_FULLEST = _SPACE // 20
_PLACES = tuple(10**place for place in reversed(range(_DIGITS)))

# The Damm table as an array: what follows an interim digit is seen behind the one digit that leads to it from zero.
_LEADING_TO = {damm_digit(digit): digit for digit in "0123456789"}
_DAMM = np.array(
    [[int(damm_digit(_LEADING_TO[interim] + digit)) for digit in "0123456789"] for interim in "0123456789"], np.uint8
)


class CaseTokens:
    """Person number → case number, for one cut."""

    def __init__(self, randomness: Callable[[int], bytes]) -> None:
        """Start empty.

        Args:
            randomness: returns so many random bytes; :func:`os.urandom`.
        """
        self._randomness = randomness
        self._given = pl.DataFrame(schema={"number": pl.UInt32, "token": pl.String})

    def give(self, numbers: pl.Series) -> pl.Series:
        """Return each person's case number, the same one every time; nobody (null) gets none.

        Raises:
            Refused: more people than the space of numbers is meant for.
        """
        asked = pl.DataFrame({"number": numbers.cast(pl.UInt32)})
        new = asked.drop_nulls().unique(maintain_order=True).join(self._given, on="number", how="anti")
        if new.height:
            fresh = new.with_columns(token=_written(self._draw(new.height)))
            self._given = pl.concat([self._given, fresh], rechunk=True)
        return asked.join(self._given, on="number", how="left", maintain_order="left")["token"]

    @property
    def given(self) -> pl.DataFrame:
        """The map: ``number`` and ``token``. It leads back to people and stays inside."""
        return self._given

    def _draw(self, count: int) -> np.ndarray:
        """Draw numbers that nobody has, in the order in which they come."""
        taken = np.sort(self._given["token"].str.head(_DIGITS).cast(pl.UInt64).to_numpy())
        if len(taken) + count > _FULLEST:
            raise Refused("cut.too_many_tokens", people=len(taken) + count, most=_FULLEST)
        drawn = np.zeros(0, np.uint64)
        while len(drawn) < count:
            more = np.concatenate([drawn, self._uniform(count - len(drawn))])
            _, first = np.unique(more, return_index=True)
            more = more[np.sort(first)]
            is_free = np.searchsorted(taken, more, "left") == np.searchsorted(taken, more, "right")
            drawn = more[is_free]
        return drawn

    def _uniform(self, count: int) -> np.ndarray:
        """Draw numbers below the space, each equally likely: what would favour the low ones is thrown away."""
        raw = np.frombuffer(self._randomness(8 * count), np.uint64)
        fair = raw[raw < np.uint64(2**64 // _SPACE * _SPACE)]
        return np.mod(fair, np.uint64(_SPACE))


def _written(values: np.ndarray) -> pl.Series:
    """Write numbers with leading zeros and their check digits."""
    interim = np.zeros(len(values), np.uint8)
    for place in _PLACES:
        interim = _DAMM[interim, values // np.uint64(place) % np.uint64(10)]
    return pl.Series(values).cast(pl.String).str.zfill(_DIGITS) + pl.Series(interim).cast(pl.String)
