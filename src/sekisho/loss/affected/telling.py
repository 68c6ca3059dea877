"""How the rows of a table tell whose they are, by the office's population: the same rule for source files and addresses.

A code of a person goes first; the population ties name, birth date and address to it where a table has both, so that a
table without codes leads to the same people. A table that has neither tells people apart by the name and what else it has
beside it (birth date, address, telephone, mail): equal in all of these is one person at the least, and nobody knows that it
is not two. So what such a table has more rows than different people, is counted as rows that could not be told. The same
goes for a table that has a reading in place of the name, or nothing but mail addresses or telephones.

A name alone tells nobody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from pyroaring import BitMap

from sekisho.kinds.taxonomy import header_form
from sekisho.kinds.taxonomy import kind as kind_of
from sekisho.loss.affected.columns import Column
from sekisho.people.canonical import canonical
from sekisho.people.identities import COLUMNS
from sekisho.people.population import Population

CODES = ("resident_code", "my_number")
"""Kinds of a person's own code, the best first."""

_BESIDE = ("birth_date", "address", "phone", "email")
_ALONE = ("email", "phone")  # without any name
_FAMILY_NAMES = frozenset({"姓", "surname", "lastname", "familyname"})
_GIVEN_NAMES = frozenset({"名", "firstname", "givenname"})
_ADDRESSES = ("住所", "現住所", "address", "送付先住所", "居所")
_BETWEEN = "\u3000"
_APART = "|"  # stands in no canonical form of a name, and no blank, which a key loses
_PARTS = {"name": "name", "name_kana": "kana", "birth_date": "birth_date", "address": "address"}
_NO_PERSON = frozenset({"合計", "総計", "小計", "総合計", "計", "total", "grandtotal", "subtotal"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """The columns that tell whose a row is.

    Attributes:
        code: of a code; empty where there is none.
        code_kind: its kind.
        of_head: the code is that of the household's head.
        name: of the name, or of family and given name.
        kana: of the reading.
        birth_date: of the birth date.
        address: of the address.
        beside: what tells namesakes apart where there is no code, and not all of name, birth date and address.
        others: codes of other people on the row, each of whom is on it as well.
    """

    code: str = ""
    code_kind: str = CODES[0]
    of_head: bool = False
    name: tuple[str, ...] = ()
    kana: str = ""
    birth_date: str = ""
    address: str = ""
    beside: tuple[tuple[str, str], ...] = ()
    others: tuple[tuple[str, str], ...] = ()

    @property
    def is_identity(self) -> bool:
        """Whether name, birth date and address are all there."""
        return bool(self.name and self.birth_date and self.address)

    @property
    def weak(self) -> tuple[tuple[str, str], ...]:
        """Kinds and columns that tell people apart where there is no code and no identity; none where nothing does."""
        if self.code or self.is_identity:
            return ()
        if self.name:
            return (("name", ""), *self.beside) if self.beside else ()
        if self.kana:
            return (("name_kana", self.kana), *self.beside) if self.beside else ()
        return tuple((kind_id, label) for kind_id, label in self.beside if kind_id in _ALONE)[-1:]

    @property
    def rank(self) -> int:
        """In which order tables are read: those that tie identities to codes first."""
        if self.code:
            return 0 if self.is_identity else 1
        return 2 if self.is_identity else 3 if self.weak else 4

    @property
    def by(self) -> tuple[str, ...]:
        """The kinds that tell."""
        if self.code:
            return (self.code_kind,)
        if self.is_identity:
            return COLUMNS
        return tuple(kind_id for kind_id, _ in self.weak)


def telling_of(columns: Sequence[Column]) -> Telling:
    """Return how a table with these columns tells people."""
    codes = _codes(columns)
    head = codes[0].of_head if codes else _is_of_heads(columns)
    own = {kind_id: _of_kind(columns, kind_id, of_head=head) for kind_id in ("name", "name_kana", *_BESIDE)}
    address = min(own["address"], key=_address_rank, default=None)
    named = {kind_id: found[0].label if found else "" for kind_id, found in own.items()}
    named["address"] = address.label if address else ""
    return Telling(
        code=codes[0].label if codes else "",
        code_kind=_kind_id(codes[0]) if codes else CODES[0],
        of_head=head,
        name=_name(own["name"]),
        kana=named["name_kana"],
        birth_date=named["birth_date"],
        address=named["address"],
        beside=tuple((kind_id, named[kind_id]) for kind_id in _BESIDE if named[kind_id]),
        others=tuple((_kind_id(column), column.label) for column in codes[1:] if column.of_head != head),
    )


@dataclass(slots=True)
class Teller:
    """Numbers the rows of one table.

    Attributes:
        telling: its columns.
        seen: who was on it, where people are told apart by weak signs; what else must be counted as not told.
    """

    telling: Telling
    seen: BitMap
    _rows: int = 0

    @classmethod
    def of(cls, telling: Telling) -> "Teller":
        """Return one that has numbered nothing yet."""
        return cls(telling, BitMap())

    @property
    def repeated(self) -> int:
        """How many more rows than people there are, where equal rows need not be one person."""
        return self._rows - len(self.seen)

    def number(self, population: Population, rows: pl.DataFrame) -> pl.Series:
        """Return whose each row is; null where nothing tells it."""
        telling = self.telling
        if telling.code:
            identities = self._identities(rows) if telling.is_identity else None
            return population.number(rows[telling.code], kind_of(telling.code_kind), identities)
        if telling.is_identity:
            return population.number_identities(self._identities(rows))
        if not telling.weak:
            return pl.Series("number", [None] * rows.height, dtype=pl.UInt32)
        kind_id = telling.weak[0][0]
        numbers = population.number(self._weak(rows), kind_of("name" if kind_id == "name_kana" else kind_id))
        told = numbers.drop_nulls().to_numpy()
        self._rows += len(told)
        self.seen |= BitMap(told)
        return numbers

    def _identities(self, rows: pl.DataFrame) -> pl.DataFrame:
        return rows.select(
            name=_joined(self.telling.name), birth_date=self.telling.birth_date, address=self.telling.address
        )

    def _weak(self, rows: pl.DataFrame) -> pl.Series:
        """Return one text for all that tells, in canonical form; null where it is a name alone, or nothing."""
        (first, label), *beside = self.telling.weak
        cells = rows[label] if label else rows.select(name=_joined(self.telling.name))["name"]
        parts = pl.DataFrame(
            [
                _form(first, cells).alias("first"),
                *(_form(kind_id, rows[each]).alias(kind_id) for kind_id, each in beside),
            ]
        )
        tells = pl.col("first").is_not_null()
        if beside:
            tells &= pl.any_horizontal(pl.exclude("first").is_not_null())
        return parts.select(pl.when(tells).then(pl.concat_str(pl.all().fill_null(""), separator=_APART))).to_series()


def are_people(rows: pl.DataFrame, telling: Telling) -> NDArray[np.bool_]:
    """Tell of each row whether it is about somebody, and not a line of totals."""
    if not telling.code:
        return np.ones(rows.height, np.bool_)
    cells = rows[telling.code]
    words = cells.filter(~cells.str.contains("^[0-9]+$")).unique().drop_nulls()
    totals = [word for word in words.to_list() if "".join(word.split()).lower() in _NO_PERSON]
    return (~cells.is_in(totals)).fill_null(value=True).to_numpy()


def _form(kind_id: str, cells: pl.Series) -> pl.Series:
    if kind_id in _PARTS:
        return canonical(_PARTS[kind_id], cells)
    plain = (
        cells.str.to_lowercase().str.replace_all(r"[\s\-‐－ー()（）]", "")
        if kind_id == "phone"
        else cells.str.to_lowercase()
    )
    return plain.set(plain == "", None)


def _codes(columns: Sequence[Column]) -> list[Column]:
    """Return the columns of people's codes, that which tells whose a row is first: its own before that of a head."""
    found = [column for column in columns if column.kind and column.kind.id in CODES]
    return sorted(found, key=lambda column: (CODES.index(_kind_id(column)), column.of_head))


def _is_of_heads(columns: Sequence[Column]) -> bool:
    """Tell whether a table without codes names heads of households, and nobody else."""
    return not _of_kind(columns, "name", of_head=False) and bool(_of_kind(columns, "name", of_head=True))


def _of_kind(columns: Iterable[Column], kind_id: str, *, of_head: bool) -> list[Column]:
    found = [column for column in columns if column.kind and column.kind.id == kind_id]
    return [column for column in found if column.of_head == of_head]


def _name(columns: Sequence[Column]) -> tuple[str, ...]:
    """Return the column of the whole name; else those of family name and given name."""
    whole = [each for each in columns if header_form(each.label) not in _FAMILY_NAMES | _GIVEN_NAMES]
    if whole:
        return (whole[0].label,)
    family = [each.label for each in columns if header_form(each.label) in _FAMILY_NAMES]
    given = [each.label for each in columns if header_form(each.label) in _GIVEN_NAMES]
    return (family[0], given[0]) if family and given else tuple((*family, *given)[:1])


def _address_rank(column: Column) -> int:
    form = header_form(column.label)
    return _ADDRESSES.index(form) if form in _ADDRESSES else len(_ADDRESSES)


def _joined(labels: Sequence[str]) -> pl.Expr:
    return pl.concat_str([pl.col(label) for label in labels], separator=_BETWEEN)


def _kind_id(column: Column) -> str:
    assert column.kind is not None
    return column.kind.id
