r"""Invented values by kind of data: a column of them for many words, or one for one person.

>>> person = invent_person(lambda count: bytes(range(count)))
>>> [invent(kind_id, person) for kind_id in ("name_kana", "birth_date", "my_number")]
['コイズミ\u3000リツコ', '1950-09-07', '917212663932']
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
import polars as pl

from sekisho.invented import numbers, people
from sekisho.invented.banks import half_width
from sekisho.invented.data import read
from sekisho.invented.draws import Draws

Column = Callable[[Draws], pl.Series]

_WORD_BYTES = 8
_MOST_TAX = 4_000  # hundreds of yen
_FIRST_STAY, _STAYS = np.datetime64("1975-01-01"), 365 * 47
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist; everything about them hangs on one word."""

    word: int

    @property
    def draws(self) -> Draws:
        """What is drawn for this person alone."""
        return Draws(np.array([self.word], np.uint64))


def invent_person(randomness: Callable[[int], bytes]) -> Person:
    """Return somebody who does not exist.

    Args:
        randomness: returns so many random bytes; :func:`os.urandom`, or a seeded one for the same person again.
    """
    return Person(int.from_bytes(randomness(_WORD_BYTES)))


def invent(kind_id: str, person: Person) -> str | None:
    """Return a person's value of a kind; None for a kind that has no form of its own."""
    column = invent_column(kind_id, person.draws)
    return None if column is None else str(column[0])


def invent_column(kind_id: str, draws: Draws) -> pl.Series | None:
    """Return values of a kind, one for each word; None for a kind that has no form of its own."""
    column = columns().get(kind_id)
    return column and column(draws)


@cache
def columns() -> dict[str, Column]:
    """Return how each kind is invented, by kind id."""
    told = {kind_id: partial(_in_words, kind_id) for kind_id in _words()}
    return told | {
        "resident_code": lambda draws: "00" + draws.number("resident_code", 8),
        "name": people.names,
        "name_kana": people.kana,
        "address": people.addresses,
        "postal_code": people.postal_codes,
        "birth_date": lambda draws: pl.Series(people.birth_days(draws)).cast(pl.String),
        "sex": lambda draws: pl.Series(["女", "男"]).gather(people.is_male(draws).astype(np.int64)),
        "phone": numbers.phones,
        "email": people.emails,
        "residence_date": _residence_dates,
        "tax_amount": lambda draws: (pl.Series(draws.below("tax", _MOST_TAX)) * 100).cast(pl.String),
        "bank_code": numbers.bank_codes,
        "branch_code": numbers.branch_codes,
        "account_type": numbers.account_types,
        "bank_account": lambda draws: draws.number("account", 7),
        "account_holder": _holders,
        "yucho_account": numbers.yucho_accounts,
        "my_number": numbers.my_numbers,
        "corporate_number": numbers.corporate_numbers,
        "drivers_licence": lambda draws: "00" + draws.number("licence", 10),
        "passport": lambda draws: "XX" + draws.number("passport", 7),
        "residence_card": lambda draws: "ZZ" + draws.number("residence_card", 8) + "ZZ",
        "health_insurance": lambda draws: draws.number("insurance/symbol", 4) + "-" + draws.number("insurance", 6),
        "insurer_number": numbers.insurer_numbers,
        "pension_number": lambda draws: "0000-" + draws.number("pension", 6),
        "employment_insurance": lambda draws: "0000-" + draws.number("employment", 6) + "-0",
        "care_insurance": lambda draws: draws.number("care", 10),
        "payment_card": numbers.payment_cards,
        "iban": lambda draws: "XX" + draws.number("iban", 18),
        "ssn": lambda draws: "000-" + draws.number("ssn/2", 2) + "-" + draws.number("ssn", 4),
        "nhs_number": numbers.nhs_numbers,
        "nino": lambda draws: "QQ" + draws.number("nino", 6) + "A",
        "kr_rrn": numbers.korean_numbers,
        "tw_id": numbers.taiwan_ids,
        "foreign_id": lambda draws: "XX-" + draws.number("foreign_id", 9),
        "ip_address": numbers.ip_addresses,
        "mac_address": numbers.mac_addresses,
        "location": _locations,
        "credential": _secrets,
        "user_name": lambda draws: "user" + draws.number("user", 6),
        "case_number": numbers.case_numbers,
    }


def _in_words(kind_id: str, draws: Draws) -> pl.Series:
    return draws.one_of(kind_id, _words()[kind_id])


@cache
def _words() -> dict[str, list[str]]:
    return read("words", dict[str, list[str]])


def _residence_dates(draws: Draws) -> pl.Series:
    """Return days not before the birth."""
    day = np.maximum(_FIRST_STAY + draws.below("residence", _STAYS), people.birth_days(draws))
    return pl.Series(day).cast(pl.String)


def _holders(draws: Draws) -> pl.Series:
    """Return names as banks transmit them."""
    return people.kana(draws).str.replace_many(half_width())


def _locations(draws: Draws) -> pl.Series:
    """Return points of the Pacific south of 45 degrees, where nobody lives."""
    south, east = (draws.number(f"location/{part}", 5) for part in ("south", "west"))
    return pl.select(pl.format("-48.{},-123.{}", south, east)).to_series()


def _secrets(draws: Draws) -> pl.Series:
    signs = pl.Series(list(_SIGNS))
    parts = [signs.gather(draws.below(f"credential/{place}", len(_SIGNS))) for place in range(10)]
    return pl.select(pl.concat_str(parts)).to_series()
