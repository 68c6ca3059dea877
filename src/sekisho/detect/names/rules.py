"""The words of ``rules/names.toml``."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRules:
    """Words by which names are told; the file says what each list means."""

    strong: tuple[str, ...]
    weak: tuple[str, ...]
    titles: tuple[str, ...]
    not_before_titles: frozenset[str]
    anchors: tuple[str, ...]
    places: frozenset[str]
    not_given_names: frozenset[str]
    not_names: frozenset[str]
    firms: frozenset[str]
    addresses: frozenset[str]
    small_words: frozenset[str]


@cache
def name_rules() -> NameRules:
    """Return the rules."""
    read = tomllib.loads(files("sekisho.detect").joinpath("rules", "names.toml").read_text(encoding="utf-8"))
    japanese, western = read["japanese"], read["western"]
    return NameRules(
        strong=tuple(japanese["strong"]),
        weak=tuple(japanese["weak"]),
        titles=tuple(japanese["titles"]),
        not_before_titles=frozenset(japanese["not_before_titles"]),
        anchors=tuple(japanese["anchors"]),
        places=frozenset(japanese["places"]),
        not_given_names=frozenset(japanese["not_given_names"]),
        not_names=frozenset(western["not_names"]),
        firms=frozenset(western["firms"]),
        addresses=frozenset(western["addresses"]),
        small_words=frozenset(western["small_words"]),
    )
