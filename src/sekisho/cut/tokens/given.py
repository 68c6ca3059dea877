"""What a cut gave out, read back: the map of case numbers, or the key of block tokens."""

import numpy as np
import polars as pl

from sekisho.cut.tokens import aes
from sekisho.cut.tokens.serial import CaseMap
from sekisho.people.population import FIRST_NUMBER_OF_NOBODY


class GivenSerials:
    """Case numbers (``token.serial``) and the map that leads back."""

    def __init__(self, given: pl.DataFrame) -> None:
        """Take the map: ``number`` (u32) and ``token``, each once."""
        self._map = CaseMap(given)
        self.people = int((given["number"] < FIRST_NUMBER_OF_NOBODY).sum())

    def numbers(self, tokens: pl.Series) -> pl.Series:
        """Return the number of the person each token was given to; null where this cut gave out none such."""
        return self._map.read(tokens)["number"]

    def well_formed(self, tokens: pl.Series) -> pl.Series:
        """Tell which tokens are as long as these and end in their check digit."""
        return self._map.read(tokens)["verdict"] != "misread"


class GivenBlocks:
    """Block tokens (``token.aes``): the key tells what was made with it, and the cut who was in it."""

    def __init__(self, key: bytes, people: np.ndarray) -> None:
        """Take the key, and the numbers of the people who are in the cut."""
        self._key = key
        self._in = np.zeros(int(people.max(initial=0)) + 1, np.bool_)
        self._in[people] = True
        self.people = len(people)

    def numbers(self, tokens: pl.Series) -> pl.Series:
        """Return the number of the person each token was given to; null where this cut gave out none such."""
        numbers = aes.decode(tokens, self._key)
        known = numbers.is_not_null().to_numpy() & (numbers.fill_null(0) < len(self._in)).to_numpy()
        known[known] = self._in[numbers.to_numpy()[known].astype(np.int64)]
        return pl.select(pl.when(pl.Series(known)).then(numbers)).to_series().cast(pl.UInt32)

    def well_formed(self, tokens: pl.Series) -> pl.Series:
        """Tell which tokens were made with the key: every other one is altered, or another cut's."""
        return aes.decode(tokens, self._key).is_not_null()
