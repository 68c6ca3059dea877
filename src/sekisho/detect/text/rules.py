"""The rules for running text, read once from ``rules/text.toml``."""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import msgspec

from sekisho.kinds.taxonomy import taxonomy

THING = "thing"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelWords:
    """Words that stand before a number.

    Attributes:
        strong: name the kind and nothing else.
        weak: name other things as often.
        words: of a thing, where strength says nothing.
    """

    strong: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRule:
    """One kind that a number of one shape can be of.

    Attributes:
        kind: the kind.
        shape: the shape, in small letters.
        prior: natural log of the odds where nothing stands beside it.
        strong: weight of a strong label.
        weak: weight of a weak one.
        alone: may be "high" without a label.
        tried: shapes that the check behind the shape was tried on.
        chance: the pass rate of random digits.
    """

    kind: str
    shape: str
    prior: float
    strong: float = 0.0
    weak: float = 0.0
    alone: bool = False
    tried: tuple[str, ...] = ()
    chance: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LooseRule:
    """A number that is told behind its label in whatever way it is written.

    Attributes:
        digits: how many it may have.
        start: what it starts with.
        letters: the pattern of one that has letters.
        check: the name of the check it has to pass.
    """

    digits: tuple[int, ...] = ()
    start: str = ""
    letters: str = ""
    check: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRules:
    """All rules of a scan of running text; see ``rules/text.toml``."""

    reach: dict[str, int]
    weights: dict[str, float]
    labels: dict[str, LabelWords]
    units: LabelWords = field(default_factory=LabelWords)
    same_digits: tuple[tuple[str, ...], ...]
    numbers: tuple[NumberRule, ...]
    loose: dict[str, LooseRule]


@cache
def text_rules() -> TextRules:
    """Return the rules that ship with Sekisho.

    Raises:
        ValueError: the file names a kind that the taxonomy does not have.
    """
    raw = files("sekisho.detect").joinpath("rules", "text.toml").read_text(encoding="utf-8")
    rules = msgspec.convert(tomllib.loads(raw), TextRules)
    named = {rule.kind for rule in rules.numbers} | (rules.labels.keys() - {THING})
    if unknown := named - taxonomy().keys():
        raise ValueError(f"text.toml: no such kind: {min(unknown)}")
    return rules
