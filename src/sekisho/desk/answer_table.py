r"""The answer table: token and hidden answer, thirteen bytes a person, in an order that says nothing.

It lets a call centre answer one question about the person on the line and holds no name. Sealed it is noise. Opened it is
still personal data: whoever holds table and key can probe it with guessed people, at the speed of HMAC.

On disk: ``SKANS1\n``, rows of ``token (12) || answer xor P[12] (1)``, sorted by token. Answer 0 is "cannot tell": two people
whose three fields are the same but whose answers differ.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sekisho.desk.query import TOKEN_BYTES, Asker, Question
from sekisho.errors import Unreadable

MAGIC = b"SKANS1\n"
CANNOT_TELL = 0
NOT_FOUND = None
MOST_ANSWERS = 250
ROW = TOKEN_BYTES + 1
_FORM = np.dtype([("high", ">u8"), ("low", ">u4"), ("answer", "u1")])  # a row, its token as two numbers


@dataclass(frozen=True, slots=True)
class Built:
    """A table and what building it showed.

    Attributes:
        data: the table's bytes.
        rows: distinct tokens in it.
        shared: tokens that more than one row of the source leads to; somebody's two spellings of one form are none.
        undecided: of those, how many can only be answered by "cannot tell".
    """

    data: bytes
    rows: int
    shared: int
    undecided: int


def build(asked: Iterable[tuple[Question, int]], asker: Asker) -> Built:
    """Build the table for people, each of another row, and their answers (1 to 250).

    Raises:
        ValueError: an answer outside its range.
    """
    each = list(asked)
    codes = b"".join(asker.evaluate(who)[:ROW] for who, _ in each)
    answers = np.array([answer for _, answer in each], np.int64)
    return assemble(np.frombuffer(codes, np.uint8).reshape(-1, ROW), answers, np.arange(len(each)))


def assemble(
    codes: NDArray[np.uint8], answers: NDArray[np.integer[Any]], rows: NDArray[np.int64], *, padding: bytes = b""
) -> Built:
    """Build the table out of codes.

    Args:
        codes: the first thirteen bytes of P, one row each.
        answers: 1 to 250.
        rows: which row of the source each is of; a person whom several spellings find has several codes of one row.
        padding: random bytes, thirteen for each row that is nobody's, so that the number of rows says less.

    Raises:
        ValueError: an answer outside its range.
    """
    if answers.size and not 1 <= int(answers.min()) <= int(answers.max()) <= MOST_ANSWERS:
        raise ValueError("answers are numbered 1 to 250")
    nobodys = np.frombuffer(padding, np.uint8).reshape(-1, ROW)
    order, starts = _by_token(codes)
    first = order[starts]
    agreed = _agreed(answers.astype(np.uint8)[order], starts)
    kept = codes[first]
    kept[:, TOKEN_BYTES] ^= agreed
    whole = np.concatenate((kept, nobodys))
    if len(nobodys):
        whole = whole[_by_token(whole)[0]]
    return Built(
        data=MAGIC + whole.tobytes(),
        rows=len(whole),
        shared=int(np.count_nonzero(_differs(rows[order], starts))),
        undecided=int(np.count_nonzero(agreed == CANNOT_TELL)),
    )


def _by_token(codes: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the order of codes by token, and where in it each token starts."""
    table = np.ascontiguousarray(codes).view(_FORM).ravel()
    high, low = table["high"].astype(np.uint64), table["low"].astype(np.uint32)
    order = np.lexsort((low, high))
    high, low = high[order], low[order]
    is_new = np.ones(len(order), np.bool_)
    is_new[1:] = (high[1:] != high[:-1]) | (low[1:] != low[:-1])
    return order, np.flatnonzero(is_new)


def _agreed(answers: NDArray[np.uint8], starts: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return each group's answer, or "cannot tell" where its members' differ."""
    if not len(starts):
        return np.zeros(0, np.uint8)
    agreed = answers[starts]
    agreed[_differs(answers, starts)] = CANNOT_TELL
    return agreed


def _differs(values: NDArray[Any], starts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell of each group whether its values differ."""
    if not len(starts):
        return np.zeros(0, np.bool_)
    found: NDArray[np.bool_] = np.minimum.reduceat(values, starts) != np.maximum.reduceat(values, starts)
    return found


class AnswerTable:
    """An opened table."""

    def __init__(self, data: bytes, asker: Asker) -> None:
        """Read a table.

        Raises:
            Unreadable: damaged, or not an answer table.
        """
        self._rows = data.removeprefix(MAGIC)
        self._count, rest = divmod(len(self._rows), ROW)
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
        return self._rows[low * ROW + TOKEN_BYTES] ^ value[TOKEN_BYTES]

    def _token(self, row: int) -> bytes:
        return self._rows[row * ROW : row * ROW + TOKEN_BYTES]


def _rises(rows: bytes) -> bool:
    """Tell whether every token is larger than the one before it: a search in another order would miss people."""
    table = np.frombuffer(rows, _FORM)
    before, after = table[:-1], table[1:]
    rises = (before["high"] < after["high"]) | ((before["high"] == after["high"]) & (before["low"] < after["low"]))
    return bool(rises.all())
