"""What a cut gave out, read back: the map of case numbers, or the key of block tokens."""

from dataclasses import dataclass

import polars as pl

from sekisho.codes import checks
from sekisho.cut.forms.by_value import by_distinct_value


@dataclass(frozen=True, slots=True)
class GivenSerials:
    """Case numbers (``token.serial``) and the map that leads back.

    Attributes:
        map: ``number`` (u32) and ``token``, each once.
    """

    map: pl.DataFrame

    @property
    def people(self) -> int:
        """How many people have one."""
        return self.map.height

    def numbers(self, tokens: pl.Series) -> pl.Series:
        """Return the number of the person each token was given to; null where this cut gave out none such."""
        return tokens.replace_strict(self.map["token"], self.map["number"], default=None, return_dtype=pl.UInt32)

    def well_formed(self, tokens: pl.Series) -> pl.Series:
        """Tell which tokens are as long as these and end in their check digit."""
        length = self.map["token"].str.len_bytes().max()
        said = by_distinct_value(tokens, lambda token: "1" if len(token) == length and checks(token) else None)
        return said.is_not_null()
