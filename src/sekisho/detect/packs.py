"""Rule packs: which shapes speak for which kind, how strongly, and the words of headers, read from TOML.

The packs of a country say what is true there, ``scale.toml`` how evidence is weighed; no threshold stands in code. The
form of a pack is told at the head of ``rules/jp.toml``. Packs are merged in order: lists grow, single values stay with
the pack that says them first.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import msgspec

from sekisho.kinds.taxonomy import header_form, taxonomy

PACKS = ("jp", "international")


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueRule:
    """Shapes that support a kind together.

    Attributes:
        shapes: any of them.
        weight: when every cell has one of them.
        alone: one cell proves it; other shapes take more where no header says the same.
    """

    shapes: tuple[str, ...]
    weight: float
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRule:
    """A check digit.

    Attributes:
        passed: the shape that has passed.
        tried: those that were tried.
        chance: the pass rate of random digits.
        labels: what stands before such a number in a text, in small letters.
        labelled: weight when one of them does, even once.
    """

    passed: str
    tried: tuple[str, ...]
    chance: float
    labels: tuple[str, ...] = ()
    labelled: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRule:
    """What speaks for one kind in a column.

    Attributes:
        prior: natural log of the odds before anything is seen.
        number: counted over the whole file, not on a sample.
        inside: weight for a few cells in which the number stands inside longer text.
        values: shapes that support it; the best counts.
        against: weight, negative, when no cell has such a shape.
        check: its check digit.
        needs_person: personal only beside somebody.
        most_distinct: how many different values there may be.
        beside: weights of other kinds in the same table.
    """

    prior: float
    number: bool = False
    inside: float = 0.0
    values: tuple[ValueRule, ...] = ()
    against: float = -4.0
    check: CheckRule | None = None
    needs_person: bool = False
    most_distinct: int | None = None
    beside: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextShape:
    """A shape of text.

    Attributes:
        pattern: a regular expression (Rust syntax) on the value in NFKC.
        unless: another one that must not match.
        check: the name of a check in :mod:`~sekisho.detect.cells`.
        share: how much of a true column has the shape.
        bare: asked of columns of digits and separators too.
    """

    pattern: str
    unless: str | None = None
    check: str | None = None
    share: float = 1.0
    bare: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceRule:
    """Columns side by side: each has one of its shapes, and then these kinds are likelier by a weight."""

    columns: tuple[tuple[str, ...], ...]
    kinds: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderWords:
    """Words of headers, in the form of :func:`~sekisho.kinds.taxonomy.header_form`, and ids; see ``rules/jp.toml``."""

    weak: frozenset[str]
    roles: frozenset[str]
    refused: frozenset[str]
    things: frozenset[str]
    forms: frozenset[str]
    kana_forms: frozenset[str]
    anything: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleRule:
    """What tells one person or household of a table from another.

    Attributes:
        codes: kinds that do alone.
        parts: kinds that do together with the name.
        otherwise: kinds that do where the table has none of those.
        household_codes: headers of columns that tell households apart.
        household_heads: what headers begin with that speak of a household's head.
    """

    codes: tuple[str, ...]
    parts: tuple[str, ...]
    otherwise: tuple[str, ...]
    household_codes: frozenset[str]
    household_heads: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternRule:
    """A number or word that is told by its pattern in running text.

    Attributes:
        kind: the id of the kind.
        name: what it is called.
        country: ISO 3166 code; empty where it is no country's.
        pattern: a regular expression on ASCII, without looking around or back.
        check: the name of a check in :mod:`~sekisho.detect.patterns`.
        probe: another expression, found wherever the pattern is, that few other texts have; default the pattern.
        labels: what stands before it, in small letters.
        link: what may stand between a label and it; default up to 24 characters that are no digits.
        bare: how sure one is without a label; with ``never`` it is not looked for.
        labelled: how sure one is with it.
    """

    kind: str
    name: str
    pattern: str
    country: str = ""
    check: str = ""
    probe: str = ""
    labels: tuple[str, ...] = ()
    link: str = r"[^0-9\n]{0,24}"
    bare: Literal["high", "medium", "low", "never"] = "never"
    labelled: Literal["high", "medium"] = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Names of places, and endings that a person's name does not have."""

    prefectures: tuple[str, ...]
    endings: tuple[str, ...]
    not_people: tuple[str, ...]
    countries: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How evidence is weighed; see ``rules/scale.toml``."""

    levels: dict[str, float]
    header: dict[str, float]
    person: dict[str, float]
    values: dict[str, float]
    check: dict[str, float]
    sample: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """All rules of a scan."""

    scale: Scale
    kinds: dict[str, KindRule]
    shapes: dict[str, TextShape]
    sequences: tuple[SequenceRule, ...]
    headers: HeaderWords
    people: PeopleRule
    places: Places
    patterns: tuple[PatternRule, ...] = ()

    def for_single_cells(self) -> "Rules":
        """Return rules for a few cells that have no column to speak for them: numbers and e-mail, where one is enough."""
        kinds = {name: rule for name, rule in self.kinds.items() if rule.number or name == "email"}
        asked = {name for rule in kinds.values() for value in rule.values for name in value.shapes}
        shapes = {name: shape for name, shape in self.shapes.items() if name in asked}
        scale = replace(self.scale, values=self.scale.values | {"inside": 1})
        return replace(self, kinds=kinds, shapes=shapes, scale=scale)


@cache
def built_in_rules() -> Rules:
    """Return the rules that ship with Sekisho.

    Raises:
        ValueError: a pack names a kind that the taxonomy does not have, or is not of the form.
    """
    return rules_of(built_in_tables())


def built_in_tables() -> dict[str, Any]:
    """Return the packs that ship with Sekisho, merged, as their files have them."""
    merged: dict[str, Any] = {"scale": _read("scale")}
    for pack in PACKS:
        merged = merge(merged, _read(pack))
    return merged


def rules_of(merged: Mapping[str, Any]) -> Rules:
    """Return the rules that merged packs make.

    Raises:
        ValueError: they name a kind that the taxonomy does not have, or are not of the form.
    """
    rules = msgspec.convert(merged, Rules)
    if unknown := rules.kinds.keys() - taxonomy().keys():
        raise ValueError(f"no such kind: {min(unknown)}")
    words = ("weak", "roles", "refused", "things", "forms", "kana_forms")
    in_form = {name: frozenset(map(header_form, getattr(rules.headers, name))) for name in words}
    return replace(rules, headers=replace(rules.headers, **in_form))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("sekisho.detect").joinpath("rules", f"{name}.toml").read_text(encoding="utf-8"))


def merge(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Merge two tables: lists grow, tables are merged in turn, single values stay with the first."""
    merged = dict(first)
    for key, value in second.items():
        present = merged.get(key)
        if isinstance(present, list):
            merged[key] = [*present, *value]
        elif isinstance(present, dict):
            merged[key] = merge(present, value)
        elif present is None:
            merged[key] = value
    return merged
