"""Canaries: invented people in a cut, who are in no other, so that a copy in which they turn up is known.

Who they are is derived from the cut's secret by HMAC and :mod:`sekisho.invented`; an address, telephone number or mailbox
may be one that the office itself answers. In a table they look like everybody else: each is written as a row that the
secret picks is written, and has that row's cells where they say nothing of who somebody is. Free text stays empty, since
it may speak of that row's person.

They are nobody, so they have no number in the population: theirs are those from
:data:`sekisho.people.population.FIRST_NUMBER_OF_NOBODY` on. By it whoever reads the map of tokens tells them, leaves them out of the index of people and of what comes back,
and pays them nothing.
"""

import base64
import hmac
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from sekisho.cut.lines import line_of_field
from sekisho.cut.purpose import Purpose
from sekisho.cut.test_data.styles import dressed, styles_of, usual_style
from sekisho.cut.trace.marks import channels_of
from sekisho.errors import Refused
from sekisho.invented.draws import Draws, Words
from sekisho.kinds.taxonomy import Kind, taxonomy
from sekisho.people.population import FIRST_NUMBER_OF_NOBODY

KNOWN_BY = ("name", "name_kana", "address", "phone", "email")
"""What a canary is known by again, however it is spelt."""

INVENTED = (*KNOWN_BY, "postal_code", "birth_date", "sex")
"""What a canary has of its own."""

# What an invented person cannot have, and must not have of somebody else.
_GIVEN_OUT = frozenset({"direct", "financial_harm", "my_number", "identification_code", "secret"})
_PAID_OR_SHARED = frozenset({"household", "account_holder"})
_OF_SOMEBODY = frozenset({"free_text"})
_NUMBERED = frozenset({"case_number", "lookup_token"})
_COUNTED = frozenset({"answer", "anonymous", "test-data"})
_LEAST_KNOWN_BY = 2

_STAR = "*"
_ALIAS_BYTES = 8
_WORD_BYTES = 8

Contact = Mapping[str, Sequence[str]]
"""Kind id → what the office answers, given out in turn. A ``*`` becomes thirteen signs that only this canary has."""


def canary_rows(
    like: pl.DataFrame, kinds: Mapping[str, str], secret: bytes, count: int, contact: Contact | None = None
) -> pl.DataFrame:
    """Return canaries as rows of a table; the same ones every time for the same table.

    Args:
        like: rows of the table, at least one.
        kinds: column → kind id; other columns are copied.
        secret: the cut's secret.
        count: how many.
        contact: what of them the office answers.
    """
    donors = like[[_number(secret, f"donor/{person}") % like.height for person in range(count)]]
    draws = Draws(words(secret, count))
    made = []
    for column, kind_id in kinds.items():
        if kind_id in INVENTED or kind_id in _NUMBERED or _is_given_out(taxonomy()[kind_id]):
            styles = styles_of(kind_id, column, donors[column]).fill_null(usual_style(kind_id, column))
            own = dressed(kind_id, styles, draws)
            made.append(_answered(own, (contact or {}).get(kind_id, ()), secret).alias(column))
        elif kind_id in _OF_SOMEBODY:
            made.append(pl.Series(column, [None] * count, dtype=like.schema[column]))
    return donors.with_columns(made)


def decoys(people: pl.DataFrame, secret: bytes, count: int, contact: Contact | None = None) -> pl.DataFrame:
    """Return others of the same making who are in no cut, to see how often somebody invented is somewhere by chance.

    Args:
        people: canaries; a column a kind of :data:`KNOWN_BY`.
        secret: the cut's secret; they are of another one that is derived from it.
        count: how many.
        contact: as the canaries have it.
    """
    other = _digest(secret, "decoys")
    draws, written = Draws(words(other, count)), np.resize(np.arange(people.height), count)
    return pl.DataFrame(
        {
            kind_id: _answered(
                dressed(kind_id, styles_of(kind_id, kind_id, people[kind_id]).gather(written), draws),
                (contact or {}).get(kind_id, ()),
                other,
            )
            for kind_id in people.columns
        }
    )


def aliases(secret: bytes, count: int, contact: Contact) -> list[str]:
    """Return what only this cut's canaries can have: every contact with a ``*``, as those who have it have it."""
    return [
        _starred(secret, person, texts[person % len(texts)])
        for texts in contact.values()
        for person in range(count)
        if texts and _STAR in texts[person % len(texts)]
    ]


def words(secret: bytes, count: int) -> Words:
    """Return the word of each canary, on which all that it has hangs."""
    return np.array([_number(secret, f"person/{person}") for person in range(count)], np.uint64)


def numbers(count: int) -> pl.Series:
    """Return the numbers that stand for so many canaries."""
    return pl.Series("number", range(FIRST_NUMBER_OF_NOBODY, FIRST_NUMBER_OF_NOBODY + count), dtype=pl.UInt32)


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
    """Return why a purpose may not be traced as its ``[trace]`` says.

    Nobody invented is paid, counted, or asked about; nothing stands in for what only a register gives out; and canaries
    have to be known again by two values at least. Marks need a field that can bear them.

    Args:
        purpose: the purpose.
        kinds: the kind of each field, by its ``out``.
        text: the purpose file, for line numbers.
        path: its name.
    """
    asked, head = purpose.trace, purpose.purpose
    is_counted = head.profile in _COUNTED or head.basis == "anonymous" or (purpose.risk is not None and purpose.risk.k)
    if (asked.canaries or asked.marks) and is_counted:
        return (Refused("cut.trace_counted"),)
    kept = [(field.out, kinds[field.out]) for field in purpose.field if field.op == "keep" and field.out in kinds]
    problems = []
    if asked.marks and not channels_of(each.id for _, each in kept):
        problems.append(Refused("cut.marks_nowhere", path=path))
    if asked.canaries:
        problems += [
            Refused("cut.canary_field", path=path, line=line_of_field(text, out), field=out, kind=each.id)
            for out, each in kept
            if each.id not in INVENTED and _is_given_out(each)
        ]
        if len({each.id for _, each in kept if each.id in KNOWN_BY}) < _LEAST_KNOWN_BY:
            problems.append(Refused("cut.canary_unknown", path=path))
    return tuple(problems)


def _is_given_out(kind: Kind) -> bool:
    """Tell whether a value of a kind is one person's alone, or an account's: it is never copied from somebody."""
    return bool(kind.flags & _GIVEN_OUT) or kind.id in _PAID_OR_SHARED


def _answered(own: pl.Series, contact: Sequence[str], secret: bytes) -> pl.Series:
    """Return what the office answers in place of invented values, in turn, where it answers something."""
    if not contact:
        return own
    return pl.Series([_starred(secret, person, contact[person % len(contact)]) for person in range(len(own))])


def _starred(secret: bytes, person: int, text: str) -> str:
    alias = base64.b32encode(_digest(secret, f"alias/{person}")[:_ALIAS_BYTES]).decode().rstrip("=").lower()
    return text.replace(_STAR, alias)


def _number(secret: bytes, label: str) -> int:
    return int.from_bytes(_digest(secret, label)[:_WORD_BYTES], "big")


def _digest(secret: bytes, label: str) -> bytes:
    return hmac.digest(secret, b"sekisho/cut/trace/1\0canary\0" + label.encode(), "sha256")
