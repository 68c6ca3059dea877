"""A town for the tests of tracing: a table of invented people who are in no cut's list of canaries."""

import numpy as np
import polars as pl

from sekisho.invented import people
from sekisho.invented.draws import Draws
from sekisho.invented.numbers import phones

KINDS = {"氏名": "name", "住所": "address", "電話": "phone", "状態": "benefit_status"}


def town(count: int, *, seed: int = 1) -> pl.DataFrame:
    """Return a table of so many people."""
    draws = Draws(np.random.default_rng(seed).integers(0, 2**64, count, np.uint64))
    return pl.DataFrame(
        {
            "氏名": people.names(draws),
            "住所": people.addresses(draws),
            "電話": phones(draws),
            "状態": ["発送済" if each % 3 else "返戻" for each in range(count)],
        }
    )
