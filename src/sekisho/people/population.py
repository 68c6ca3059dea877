"""The population: every person the office ever let out a datum of, by a dense number that never changes.

A person is a key of a kind (a resident code, mostly); its number is the place at which it was first seen. Keys are
compared in the form of :func:`sekisho.canon.number.code`, so that a full-width code or one whose leading zeros a
spreadsheet dropped is the same person, and kept as they first stood. Numbers let the index of people be bitmaps of one
byte a row. The table number ↔ key is itself personal data: it is kept encrypted, inside, and leaves only as a list that
two persons asked for.

A person without a code is known by name, birth date and address. Where a table has both, the population learns whose the
identity is, so that a later table without codes leads to the same people; and somebody first seen without a code gets the
code once it comes. Two people are never made one: an identity that two codes claim is nobody's.
"""

import secrets
from collections.abc import Callable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sekisho.errors import Unreadable
from sekisho.kinds.taxonomy import Kind, taxonomy
from sekisho.kinds.taxonomy import kind as kind_of
from sekisho.people.growing import Growing
from sekisho.people.identities import COLUMNS, Identities, digests
from sekisho.people.key_table import MOST, NOBODY, Flags, KeyTable, Numbers, Values
from sekisho.people.population_file import IDENTITY, SALT_BYTES, TEXT, Stored, is_kept, read, read_kinds, split
from sekisho.people.spelled import MOST_DIGITS, Forms, Spelled, Texts

FIRST_NUMBER_OF_NOBODY = MOST
"""From here on no number is ever a person's; below it are all of them."""

_UNKNOWN_SALT = bytes(SALT_BYTES)
_BETWEEN = "\u3000"


class Population:
    """People by number; only ever grows."""

    def __init__(self, *, randomness: Callable[[int], bytes] = secrets.token_bytes) -> None:
        """Start empty; ``randomness`` gives the key of the identities' digests when the first one comes."""
        self._randomness = randomness
        self._salt = _UNKNOWN_SALT
        self._people = KeyTable()
        self._digits = Growing(np.empty(0, np.uint8))
        self._texts = Texts()
        self._forms = Forms()
        self._identities = Identities()

    @classmethod
    def of(cls, stored: Stored) -> "Population":
        """Return the population that was written.

        Raises:
            Unreadable: it is not what a population writes.
            ValueError: one person, or one identity, under two numbers; a key that is nobody's.
        """
        made, kept = cls(), is_kept(stored.digits)
        texts = pl.Series(split(stored.ends, stored.text), dtype=pl.String)
        _must_be_keys(stored, kept, texts)
        is_text = stored.digits[kept] == TEXT
        spelled = made._forms.spelled(texts.filter(pl.Series(is_text)))
        if not spelled.there.all() or spelled.digits.any():
            raise ValueError("a key of nobody, or one that stands otherwise")
        values = np.zeros(len(kept), np.uint64)
        values[~kept], values[stored.digits == TEXT] = stored.values, spelled.values
        made._people = KeyTable(values, stored.kinds)
        if made._people.place(np.flatnonzero(stored.digits != IDENTITY).astype(np.uint32)):
            raise ValueError("one person under two numbers")
        made._digits, made._salt = Growing(stored.digits), stored.salt
        made._texts = Texts(np.flatnonzero(kept).astype(np.uint32), stored.ends, stored.text)
        made._identities = Identities(stored.identities, stored.owners)
        return made

    def __len__(self) -> int:
        return len(self._people)

    @property
    def ambiguous(self) -> int:
        """How many identities two people claim, so that they tell nobody."""
        return int((self._identities.owners == NOBODY).sum())

    def number(self, keys: pl.Series, kind: Kind, identities: pl.DataFrame | None = None) -> pl.Series:
        """Return the number of each key, giving new numbers to new people in the order in which they come.

        Args:
            keys: the keys as text; a null, a blank or a dash is nobody, and null in the answer.
            kind: what kind of key they are; the same text under another kind is another person.
            identities: of the same rows, where the keys are people's: ``name``, ``birth_date`` and ``address`` as text. A
                row without a key is told by them, as :meth:`number_identities` does.

        Returns:
            u32 numbers, one a key.
        """
        spelled = self._forms.spelled(keys)
        if identities is None:
            return _series(self._number(spelled, kind))
        values, whole = self._digests(identities)
        self._recognise(spelled, kind, values, whole)
        numbers = self._number(spelled, kind)
        self._learn(numbers, values, whole)
        keyless = np.flatnonzero(~spelled.there & whole)
        numbers[keyless] = self._number_digests(identities[keyless], values[keyless], whole[keyless])
        return _series(numbers)

    def number_identities(self, identities: pl.DataFrame) -> pl.Series:
        """Return the number of each person told by ``name``, ``birth_date`` and ``address``, as text.

        Whose identity is known has the number they have; others get new ones, in the order in which they come.

        Returns:
            u32 numbers; null where a part is missing or is no date, and where two people claim the identity.
        """
        return _series(self._number_digests(identities, *self._digests(identities)))

    def keys(self, numbers: np.ndarray) -> pl.DataFrame:
        """Return ``number``, ``kind`` (the kind's id) and ``key`` of the people with these numbers, in that order.

        The key of a person known by identity alone is name, birth date and address as they first stood.

        Raises:
            ValueError: a number nobody has.
        """
        if numbers.size and not 0 <= int(numbers.min()) <= int(numbers.max()) < len(self):
            raise ValueError("a person number beyond the population")
        places = numbers.astype(np.int64)
        names, bits = _kinds_by_bit(), self._people.kinds[places]
        digits = self._digits.all[places]
        frame = pl.DataFrame(
            {
                "number": pl.Series(places).cast(pl.UInt32),
                "kind": pl.Series(bits)
                .cast(pl.UInt8)
                .replace_strict(list(names), list(names.values()), return_dtype=pl.String),
                "key": pl.Series(self._people.values[places]).cast(pl.String),
                "digits": pl.Series(digits),
            }
        ).with_columns(pl.col("key").str.zfill(pl.col("digits")))
        kept = np.flatnonzero(is_kept(digits))
        texts = [text.decode() for text in self._texts.get(places[kept].astype(np.uint32))]
        key = frame["key"].scatter(kept, pl.Series(texts, dtype=pl.String)) if texts else frame["key"]
        return frame.select("number", "kind", key)

    def encode(self) -> bytes:
        """Return the population as bytes for :func:`decode_population`."""
        kept = is_kept(self._digits.all)
        texts = self._texts.get(np.flatnonzero(kept).astype(np.uint32))
        return Stored(
            kinds=self._people.kinds,
            digits=self._digits.all,
            values=self._people.values[~kept],
            ends=np.cumsum([len(text) for text in texts], dtype=np.uint64),
            text=b"".join(texts),
            identities=self._identities.values,
            owners=self._identities.owners,
            salt=self._salt,
        ).encode()

    def _number(self, spelled: Spelled, kind: Kind) -> Numbers:
        start = len(self)
        numbers, firsts = self._people.number(spelled.values, spelled.there, kind.bit)
        new = np.arange(start, len(self), dtype=np.uint32)
        self._digits.extend(spelled.digits[firsts])
        self._keep(new, spelled, firsts)
        return numbers

    def _keep(self, numbers: Numbers, spelled: Spelled, rows: NDArray[np.int64]) -> None:
        """Keep the texts of people whose keys do not stand as plain digits."""
        text = spelled.digits[rows] == TEXT
        if text.any():
            self._texts.add(numbers[text], spelled.texts.gather(rows[text]))

    def _digests(self, identities: pl.DataFrame) -> tuple[Values, Flags]:
        if self._salt == _UNKNOWN_SALT:
            self._salt = self._randomness(SALT_BYTES)
        return digests(identities, self._salt)

    def _recognise(self, spelled: Spelled, kind: Kind, values: Values, whole: Flags) -> None:
        """Give codes that come for the first time to people who were known by their identity alone.

        Not where one code stands beside two such people, or two codes beside one.
        """
        unknown = spelled.there & whole & (self._people.find(spelled.values, spelled.there, kind.bit) == NOBODY)
        owners, _ = self._identities.find(values, unknown)
        rows = np.flatnonzero(owners != NOBODY)
        rows = rows[self._digits.all[owners[rows]] == IDENTITY]
        pairs = pl.DataFrame({"row": rows, "code": spelled.values[rows], "owner": owners[rows]})
        pairs = pairs.unique(["code", "owner"], keep="first", maintain_order=True)
        pairs = pairs.filter(pl.col("code").is_unique() & pl.col("owner").is_unique())
        firsts, numbers = pairs["row"].to_numpy(), pairs["owner"].to_numpy()
        self._people.claim(numbers, spelled.values[firsts], kind.bit)
        self._digits.reserve(0)
        self._digits.all[numbers] = spelled.digits[firsts]
        self._keep(numbers, spelled, firsts)

    def _learn(self, numbers: Numbers, values: Values, whole: Flags) -> None:
        """Note whose the identities are; one that stands beside two codes of a kind is nobody's."""
        there = whole & (numbers != NOBODY)
        self._identities.add(values, there, numbers)
        owners, _ = self._identities.find(values, there)
        other = np.flatnonzero((owners != NOBODY) & (owners != numbers))
        codeless = other[self._digits.all[owners[other]] == IDENTITY]
        self._identities.give(values[codeless], numbers[codeless])  # who has a code is the one to be found from now on
        owners, _ = self._identities.find(values, there)
        other = np.flatnonzero((owners != NOBODY) & (owners != numbers))
        kinds = self._people.kinds
        self._identities.give(values[other[kinds[owners[other]] == kinds[numbers[other]]]], NOBODY)

    def _number_digests(self, identities: pl.DataFrame, values: Values, whole: Flags) -> Numbers:
        owners, known = self._identities.find(values, whole)
        new = whole & ~known
        if not new.any():
            return owners
        start, unlike = len(self), np.unique(values[new]).size
        numbers = self._people.append(unlike, kind_of("name").bit)
        self._digits.extend(np.full(unlike, IDENTITY, np.uint8))
        owned = np.full(len(values), NOBODY)
        order = self._identities.add(values, new, owned)
        self._identities.give(values[order], numbers)
        parts = identities[order].select(pl.concat_str(pl.col(COLUMNS), separator=_BETWEEN)).to_series()
        self._texts.add(numbers, parts)
        assert len(self) == start + unlike
        return self._identities.find(values, whole)[0]


def decode_population(data: bytes) -> Population:
    """Read what :meth:`Population.encode` wrote.

    Raises:
        Unreadable: damaged, or another file.
    """
    try:
        return Population.of(read(data))
    except ValueError:
        raise Unreadable("people.damaged_population") from None


def count_by_kind(data: bytes, numbers: np.ndarray) -> dict[str, int]:
    """Return how many of the people with these numbers an encoded population knows by each kind of key.

    Raises:
        Unreadable: damaged, another file, or an older one that does not know them all.
    """
    kinds = read_kinds(data)
    if numbers.size and int(numbers.max()) >= len(kinds):
        raise Unreadable("people.damaged_population")
    counts = np.bincount(kinds[numbers])
    names = _kinds_by_bit()
    return {names[bit]: int(counts[bit]) for bit in np.flatnonzero(counts).tolist()}


def _must_be_keys(stored: Stored, kept: Flags, texts: pl.Series) -> None:
    """Refuse what no population writes."""
    digits, codeless = stored.digits[~kept], stored.digits == IDENTITY
    limits = np.array([10**size for size in range(MOST_DIGITS + 1)], np.uint64)
    owners = stored.owners[stored.owners != NOBODY]
    if (
        len(texts) != int(kept.sum())
        or bool((digits > MOST_DIGITS).any())
        or bool((stored.values >= limits[digits]).any())
        or bool((stored.kinds[codeless] != kind_of("name").bit).any())
        or bool((owners >= len(kept)).any())
        or (stored.salt == _UNKNOWN_SALT and len(stored.identities) > 0)
    ):
        raise ValueError("not a population")


def _series(numbers: Numbers) -> pl.Series:
    series = pl.Series("number", numbers)
    if not (numbers == NOBODY).any():
        return series
    return series.to_frame().select(pl.when(pl.col("number") != NOBODY).then(pl.col("number"))).to_series()


def _kinds_by_bit() -> dict[int, str]:
    return {kind.bit: kind.id for kind in taxonomy().values()}
