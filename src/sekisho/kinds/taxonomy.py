"""The taxonomy of kinds, read once from ``kinds.toml``; a mask of kinds is an int with one bit a kind."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

import msgspec

from sekisho.catalogue.words import Language

MASK_BITS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of personal data.

    Attributes:
        id: its name in code, purposes, findings and reports.
        bit: its place in a mask, 0 to 63, for ever.
        group: the heading it stands under in reports.
        ja: Japanese label.
        en: English label.
        sensitivity: 1 (simple) to 4 (special care).
        flags: what the law or the desk has to know about it; see the head of ``kinds.toml``.
        dpv: W3C Data Privacy Vocabulary 2.3 term.
        headers: words by which a column names itself, in the form of :func:`header_form`.
    """

    id: str
    bit: int
    group: str
    ja: str
    en: str
    sensitivity: int
    flags: frozenset[str]
    dpv: str
    headers: frozenset[str]

    @property
    def mask(self) -> int:
        """This kind alone, as a mask."""
        return 1 << self.bit

    def label(self, language: Language) -> str:
        """Return the name people read."""
        return self.ja if language == "ja" else self.en


@cache
def taxonomy() -> dict[str, Kind]:
    """Return every kind by its id, in the order of their bits.

    Raises:
        ValueError: the data file is inconsistent: a shared or impossible bit, a missing or mistyped entry.
    """
    raw = tomllib.loads(files("sekisho.kinds").joinpath("kinds.toml").read_text(encoding="utf-8"))
    kinds = [_kind(kind_id, entry) for kind_id, entry in raw.items()]
    kinds.sort(key=lambda kind: kind.bit)
    if len({kind.bit for kind in kinds}) != len(kinds) or kinds[-1].bit >= MASK_BITS:
        raise ValueError("kinds.toml: bits must be distinct and below 64")
    return {kind.id: kind for kind in kinds}


def kind(kind_id: str) -> Kind:
    """Return one kind.

    Raises:
        KeyError: no such kind.
    """
    return taxonomy()[kind_id]


def kind_of_header(header: str) -> Kind | None:
    """Return the kind that a column's header names, if it names one exactly."""
    return _by_header().get(header_form(header))


def header_form(header: str) -> str:
    """Bring a header to the form in which header words are compared: ``Date_of Birth`` becomes ``dateofbirth``."""
    return re.sub(r"[\s_\-‐・.:：()（）「」\[\]【】]+", "", unicodedata.normalize("NFKC", header)).lower()


def mask_of(kinds: Iterable[Kind]) -> int:
    """Return the mask of several kinds."""
    mask = 0
    for each in kinds:
        mask |= each.mask
    return mask


def kinds_in(mask: int) -> tuple[Kind, ...]:
    """Return the kinds of a mask in the order of their bits.

    Raises:
        ValueError: the mask has a bit that no kind owns: it was written by a newer Sekisho.
    """
    found = tuple(each for each in taxonomy().values() if mask & each.mask)
    if mask_of(found) != mask:
        raise ValueError("the mask holds a kind that this version does not know")
    return found


@cache
def _by_header() -> dict[str, Kind]:
    table: dict[str, Kind] = {}
    for each in taxonomy().values():
        for word in each.headers:
            if table.setdefault(word, each) is not each:
                raise ValueError(f"kinds.toml: {word} is a header of both {table[word].id} and {each.id}")
    return table


def _kind(kind_id: str, entry: dict[str, object]) -> Kind:
    read = msgspec.convert({"id": kind_id, **entry}, Kind)
    return replace(read, headers=frozenset(map(header_form, read.headers)))
