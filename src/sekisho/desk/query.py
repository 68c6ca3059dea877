"""What is asked about a person, brought to one form and turned into a token only the key holder can compute.

    q      u16 length and UTF-8 bytes of each of: "desk/1", door, purpose, version, kana, birth date, postal code
    P      HMAC-SHA-256(key, q)
    token  P[0:12];  P[12] hides the answer

Length prefixes make the encoding injective: ``1|23`` is not ``12|3``. The canonical form is applied when the table is built
and when somebody asks, so that spellings of one person meet (``reference: desk, sections 5.1 and 5.2``).
"""

import hmac
import struct
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from numpy.typing import NDArray

from sekisho.canon.date import parse_date
from sekisho.canon.name import kana
from sekisho.canon.number import postal_code
from sekisho.errors import Unreadable
from sekisho.kernel.arrow import Column
from sekisho.kernel.columns import columns
from sekisho.kernel.functions import Positions

TOKEN_BYTES = 12
KEY_BYTES = 32
_LABEL = "desk/1"
_LENGTH = struct.Struct(">H").pack
_LONGEST = 0xFFFF


class Question(NamedTuple):
    """Three fields about a person, in one form; not shown by ``repr``.

    Attributes:
        kana: the reading, as :func:`sekisho.canon.name.kana` gives it.
        birth_date: ``YYYY-MM-DD``.
        postal_code: seven digits.
    """

    kana: str
    birth_date: str
    postal_code: str

    def __repr__(self) -> str:
        return "Question(…)"


def question(name_kana: str, birth_date: str, postcode: str) -> Question | None:
    """Return the question that three typed fields mean, or None if one of them means nothing."""
    day, digits, reading = parse_date(birth_date), postal_code(postcode), kana(name_kana)
    if day is None or digits is None or not 1 <= len(reading.encode()) <= _LONGEST:
        return None
    return Question(reading, day.isoformat(), digits)


class Asker:
    """Computes tokens under one key, for one door of one purpose."""

    def __init__(self, key: bytes, *, door: str, purpose: str, version: str) -> None:
        """Take a 32-byte key; a table under another key, door, purpose or version shares no token with this one."""
        if len(key) != KEY_BYTES:
            raise ValueError("a desk key is 32 bytes")
        self._key = key
        self._head = b"".join(map(_part, (_LABEL, door, purpose, version)))

    def evaluate(self, asked: Question) -> bytes:
        """Return P, 32 bytes, of which the first twelve are the token.

        Raises:
            Unreadable: the reading is longer than its length can say.
        """
        reading, day, digits = asked.kana.encode(), asked.birth_date.encode(), asked.postal_code.encode()
        if len(reading) > _LONGEST:
            raise Unreadable("desk.reading_too_long", most=_LONGEST)
        lengths = _LENGTH(len(reading)), _LENGTH(len(day)), _LENGTH(len(digits))
        query = b"".join((self._head, lengths[0], reading, lengths[1], day, lengths[2], digits))
        return hmac.digest(self._key, query, "sha256")

    def evaluate_all(self, keys: Sequence[Column], rows: int, *, keep: int) -> NDArray[np.uint8]:
        """Return the first bytes of P for each row of three columns: kana, birth date and postal code in one form.

        Raises:
            Unreadable: a reading is longer than its length can say.
        """
        compiled = columns()
        if compiled is None:
            codes = b"".join(self.evaluate(Question(*each))[:keep] for each in zip(*keys, strict=True))
            return np.frombuffer(codes, np.uint8).reshape(rows, keep)
        found = compiled.prefixed(keys, rows)
        if isinstance(found, int):
            raise Unreadable("desk.reading_too_long", most=_LONGEST)
        return np.frombuffer(b"".join(self._codes(*found, keep)), np.uint8).reshape(rows, keep)

    def _codes(self, queries: bytes, ends: Positions, keep: int) -> Iterator[bytes]:
        """Yield HMACs of what begins alike; a copy of one keyed state costs a third of keying it again."""
        keyed = HMAC(self._key, SHA256())
        keyed.update(self._head)
        for start, end in pairwise((0, *ends.tolist())):
            state = keyed.copy()
            state.update(queries[start:end])
            yield state.finalize()[:keep]


def _part(text: str) -> bytes:
    data = text.encode()
    return _LENGTH(len(data)) + data
