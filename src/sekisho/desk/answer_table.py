r"""The answer table: token and hidden answer, thirteen bytes a person, in an order that says nothing.

It lets a call centre answer one question about the person on the line and holds no name. Sealed it is noise. Opened it is
still personal data: whoever holds table and key can probe it with guessed people, at the speed of HMAC.

On disk: ``SKANS1\n``, rows of ``token (12) || answer xor P[12] (1)``, sorted by token. Answer 0 is "cannot tell": two people
whose three fields are the same but whose answers differ.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from sekisho.desk.query import TOKEN_BYTES, Asker, Question
from sekisho.errors import Unreadable

MAGIC = b"SKANS1\n"
CANNOT_TELL = 0
NOT_FOUND = None
MOST_ANSWERS = 250
_ROW = TOKEN_BYTES + 1
_FORM = np.dtype([("high", ">u8"), ("low", ">u4"), ("answer", "u1")])  # a row, its token as two numbers


@dataclass(frozen=True, slots=True)
class Built:
    """A table and what building it showed.

    Attributes:
        data: the table's bytes.
        rows: distinct tokens in it.
        shared: tokens that more than one row of the source leads to.
        undecided: of those, how many can only be answered by "cannot tell".
    """

    data: bytes
    rows: int
    shared: int
    undecided: int


def build(asked: Iterable[tuple[Question, int]], asker: Asker) -> Built:
    """Build the table for people and their answers (1 to 250).

    Raises:
        ValueError: an answer outside its range.
    """
    rows = bytearray()
    for who, answer in asked:
        if not 1 <= answer <= MOST_ANSWERS:
            raise ValueError("answers are numbered 1 to 250")
        rows += asker.evaluate(who)[:_ROW]
        rows.append(answer)
    table = np.frombuffer(bytes(rows), np.uint8).reshape(-1, _ROW + 1)
    _, first, group, people = np.unique(
        np.ascontiguousarray(table[:, :TOKEN_BYTES]).view(f"V{TOKEN_BYTES}").ravel(),
        return_index=True,
        return_inverse=True,
        return_counts=True,
    )
    answers = _agreed(table[:, _ROW], group, len(first))
    kept = table[first, :_ROW]
    kept[:, TOKEN_BYTES] ^= answers
    return Built(
        data=MAGIC + kept.tobytes(),
        rows=len(kept),
        shared=int((people > 1).sum()),
        undecided=int((answers == CANNOT_TELL).sum()),
    )


def _agreed(answers: np.ndarray, group: np.ndarray, groups: int) -> np.ndarray:
    """Return each group's answer, or "cannot tell" where its members' differ."""
    lowest = np.full(groups, 255, np.uint8)
    highest = np.zeros(groups, np.uint8)
    np.minimum.at(lowest, group, answers)
    np.maximum.at(highest, group, answers)
    return np.where(lowest == highest, lowest, np.uint8(CANNOT_TELL))


class AnswerTable:
    """An opened table."""

    def __init__(self, data: bytes, asker: Asker) -> None:
        """Read a table.

        Raises:
            Unreadable: damaged, or not an answer table.
        """
        self._rows = data.removeprefix(MAGIC)
        self._count, rest = divmod(len(self._rows), _ROW)
        if not data.startswith(MAGIC) or rest or not _rises(self._rows):
            raise Unreadable("desk.damaged_table")
        self._asker = asker

    def __len__(self) -> int:
        return self._count

    def ask(self, asked: Question) -> int | None:
        """Return the answer's number, ``CANNOT_TELL``, or ``NOT_FOUND`` for a person who is not in the table."""
        value = self._asker.evaluate(asked)
        low, high = 0, self._count
        while low < high:
            middle = (low + high) // 2
            if self._token(middle) < value[:TOKEN_BYTES]:
                low = middle + 1
            else:
                high = middle
        if low == self._count or self._token(low) != value[:TOKEN_BYTES]:
            return NOT_FOUND
        return self._rows[low * _ROW + TOKEN_BYTES] ^ value[TOKEN_BYTES]

    def _token(self, row: int) -> bytes:
        return self._rows[row * _ROW : row * _ROW + TOKEN_BYTES]


def _rises(rows: bytes) -> bool:
    """Tell whether every token is larger than the one before it: a search in another order would miss people."""
    table = np.frombuffer(rows, _FORM)
    before, after = table[:-1], table[1:]
    rises = (before["high"] < after["high"]) | ((before["high"] == after["high"]) & (before["low"] < after["low"]))
    return bool(rises.all())
