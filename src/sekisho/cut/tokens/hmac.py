"""One-way tokens of texts: HMAC-SHA-256 under a field's key, cut to 128 bits, as 26 characters of base32.

The text goes in behind its length. Without the key nobody gets back from a token to a text; whoever holds the key can
still try all texts of a small set. A hash without a key would be found by anybody who tries all twelve-digit numbers,
so there is none. What counts as one text (width, blanks, leading zeros) is for whoever calls to say.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import polars as pl
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from sekisho.cut.tokens import base32
from sekisho.cut.tokens.keys import prefixed

_BYTES = 16


def tokens(texts: pl.Series, key: bytes) -> pl.Series:
    """Return each text's token, computed once for each different text; a null stays null, an empty text is a text."""
    distinct = texts.drop_nulls().unique()
    digests = _digests((prefixed(text) for text in distinct.to_list()), key)
    made = base32.written(np.frombuffer(b"".join(digests), base32.BLOCK).reshape(-1, 2))
    known = pl.DataFrame({"text": distinct, "token": made})
    asked = pl.DataFrame({"text": texts})
    found = asked.join(known, on="text", how="left", maintain_order="left")["token"]
    return found.alias(texts.name)


def _digests(messages: Iterable[bytes], key: bytes) -> Iterator[bytes]:
    """Yield each message's token; a copy of one keyed state costs a third of keying it again."""
    keyed = HMAC(key, SHA256())
    for message in messages:
        state = keyed.copy()
        state.update(message)
        yield state.finalize()[:_BYTES]
