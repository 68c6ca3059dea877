"""Canaries: invented people in a cut, who are in no other, so that a copy in which they turn up is known.

They are derived from the cut's secret by HMAC, so that nobody has to keep a list of them. Their values come from the room
of invented values, which is passed in; an address, telephone number or mail alias may be one that the office itself
answers. In a table they look like everybody else: columns that say nothing of who somebody is are copied from a row that
the secret picks; free text stays empty, since it may speak of that row's person.

They are nobody, so they have no number in the population: their numbers are those from :data:`FIRST_NUMBER` on, which no
person ever gets. By it whoever reads the map of tokens tells them, leaves them out of the index of people and of what comes
back, and pays them nothing.
"""

import base64
import hmac
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from sekisho.canon.number import digits
from sekisho.cut.lines import line_of_field
from sekisho.cut.purpose import Purpose
from sekisho.errors import Refused
from sekisho.kinds.taxonomy import Kind, kind

FIRST_NUMBER = 2**32 - 2**16
"""The first of the numbers that stand for canaries; the population never reaches them."""

MOST = 1_000

Invent = Callable[[str, int], str | None]
"""Returns the value of one kind that an invented person has, by kind id and the person's seed; None: it invents none."""

INVENTED = ("name", "name_kana", "address", "postal_code", "birth_date", "phone", "email")
"""What a canary is known by."""

# What an invented person cannot have, and must not have of somebody else.
_GIVEN_OUT = frozenset({"direct", "financial_harm", "my_number", "identification_code", "secret"})
_PAID_OR_SHARED = frozenset({"household", "account_holder"})
_OF_SOMEBODY = frozenset({"free_text"})
_KNOWN_BY = 2

_STAR = "*"
_ALIAS_BYTES = 8
_SEED_BYTES = 8


def canaries(
    secret: bytes, count: int, kinds: Sequence[str], invent: Invent, contact: Sequence[str] = ()
) -> pl.DataFrame:
    """Return the canaries of a cut, one row each, one column a kind; the same ones every time.

    Args:
        secret: the cut's secret.
        count: how many.
        kinds: ids of the kinds that are wanted; those of :data:`INVENTED` are answered.
        invent: gives the values.
        contact: addresses, telephone numbers and mail aliases that the office answers, given out in turn. A ``*`` in one
            becomes thirteen letters and digits that only this canary has.
    """
    wanted = [each for each in INVENTED if each in kinds]
    owned = {each: [text for text in contact if _kind_of_contact(text) == each] for each in wanted}
    people = range(count)
    return pl.DataFrame(
        {
            each: pl.Series([_value(secret, person, each, invent, owned[each]) for person in people], dtype=pl.String)
            for each in wanted
        }
    )


def aliases(secret: bytes, count: int, contact: Sequence[str]) -> list[str]:
    """Return what only this cut's canaries can have: every contact with a ``*``, for each of them."""
    starred = [text for text in contact if _STAR in text]
    return [_starred(secret, person, text) for person in range(count) for text in starred]


def numbers(count: int) -> pl.Series:
    """Return the numbers that stand for so many canaries.

    Raises:
        ValueError: more than :data:`MOST`.
    """
    if count > MOST:
        raise ValueError("more canaries than there are numbers for")
    return pl.Series(range(FIRST_NUMBER, FIRST_NUMBER + count), dtype=pl.UInt32)


def is_canary(number: str | pl.Expr = "number") -> pl.Expr:
    """Return whether a number is a canary's; over a column of the map of tokens."""
    return (pl.col(number) if isinstance(number, str) else number) >= FIRST_NUMBER


def must_hold_no_canary(given: pl.DataFrame, tokens: pl.Series) -> None:
    """Refuse a list of payments on which a canary stands: nobody gets that money, and whoever made the list took all.

    Args:
        given: the map, ``number`` and ``token``.
        tokens: the tokens of those who are to be paid.

    Raises:
        Refused: with how many, not which.
    """
    found = len(set(given.filter(is_canary())["token"]) & set(tokens.drop_nulls()))
    if found:
        raise Refused("cut.canary_paid", canaries=found)


def as_rows(people: pl.DataFrame, like: pl.DataFrame, kinds: Mapping[str, str], secret: bytes) -> pl.DataFrame:
    """Return canaries as rows of a table: their own values where they have some, else those of a row that the secret picks.

    Args:
        people: from :func:`canaries`.
        like: rows of the table, at least one.
        kinds: column → kind id.
        secret: the cut's secret.
    """
    donors = like[[_number(secret, f"donor/{person}") % like.height for person in range(people.height)]]
    own = [
        people[each].alias(column)
        for column, each in kinds.items()
        if column in like.columns and each in people.columns
    ]
    blank = [
        pl.lit(None, like.schema[column]).alias(column)
        for column, each in kinds.items()
        if column in like.columns and each not in people.columns and each in _OF_SOMEBODY
    ]
    return donors.with_columns(*own, *blank)


class Places:
    """Where canaries stand: places that the secret picks among as many rows as are expected."""

    def __init__(self, secret: bytes, count: int, expected_rows: int) -> None:
        """Pick the places; rows may still turn out fewer or more."""
        self._secret = secret
        self._pending = sorted(_number(secret, f"place/{person}") % (expected_rows + 1) for person in range(count))
        self._count = count
        self._passed = 0

    def within(self, rows: int, *, is_last: bool) -> np.ndarray:
        """Return before which rows of the next block canaries stand; in the last one all who are left do."""
        start, self._passed = self._passed, self._passed + rows
        here = [place - start for place in self._pending if place < self._passed]
        rest = self._pending[len(here) :]
        if is_last:
            first = self._count - len(rest)
            here += [_number(self._secret, f"rest/{first + each}") % (rows + 1) for each in range(len(rest))]
            rest = []
        self._pending = rest
        return np.sort(np.array(here, np.int64))


def interleaved(block: pl.DataFrame, rows: pl.DataFrame, places: np.ndarray) -> pl.DataFrame:
    """Return a block with rows put in before those at ``places``, one each."""
    order = np.insert(np.arange(block.height), places, np.arange(block.height, block.height + rows.height))
    return pl.concat([block, rows])[order]


def why_not(purpose: Purpose, kinds: Mapping[str, Kind], text: str, path: Path) -> tuple[Refused, ...]:
    """Return why a purpose may have no canaries.

    Nobody invented is paid, counted, or asked about; nothing stands in for what only a register gives out; and they have
    to be known again by two values at least.

    Args:
        purpose: the purpose.
        kinds: the kind of each field, by its ``out``.
        text: the purpose file, for line numbers.
        path: its name.
    """
    if purpose.purpose.profile != "rows" or purpose.purpose.legal_basis == "anonymous":
        return (Refused("cut.canary_counted"),)
    kept = [(field.out, kinds[field.out]) for field in purpose.field if field.op == "keep" and field.out in kinds]
    if sum(each.id in INVENTED for _, each in kept) < _KNOWN_BY:
        return (Refused("cut.canary_unknown", path=path),)
    return tuple(
        Refused("cut.canary_field", path=path, line=line_of_field(text, out), field=out, kind=each.id)
        for out, each in kept
        if each.id not in INVENTED and (each.flags & _GIVEN_OUT or each.id in _PAID_OR_SHARED)
    )


def _value(secret: bytes, person: int, kind_id: str, invent: Invent, contact: Sequence[str]) -> str | None:
    if contact:
        return _starred(secret, person, contact[person % len(contact)])
    return invent(kind(kind_id).id, _number(secret, f"person/{person}"))


def _starred(secret: bytes, person: int, text: str) -> str:
    alias = base64.b32encode(_digest(secret, f"alias/{person}")[:_ALIAS_BYTES]).decode().rstrip("=").lower()
    return text.replace(_STAR, alias)


def _kind_of_contact(text: str) -> str:
    if "@" in text:
        return "email"
    return "phone" if digits(text).removeprefix("+").isdecimal() else "address"


def _number(secret: bytes, label: str) -> int:
    return int.from_bytes(_digest(secret, label)[:_SEED_BYTES], "big")


def _digest(secret: bytes, label: str) -> bytes:
    return hmac.digest(secret, b"sekisho/cut/trace/1\0canary\0" + label.encode(), "sha256")
