"""The words people read, Japanese beside English, each file one area.

A key such as ``errors/capsule.truncated`` names the file ``errors/capsule.toml`` and in it the table ``[truncated]``
with the strings ``ja`` and ``en``; a hint lives in ``ja_hint`` and ``en_hint`` and is asked for as ``….hint``. Files
are read when one of their words is first needed, so that ``--help`` reads none.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

Language = Literal["ja", "en"]

LANGUAGES: tuple[Language, ...] = ("ja", "en")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the catalogue that stands among the values of another: it is said in the language of the whole."""

    key: str


def choose_language(asked: str | None, environment: Mapping[str, str]) -> Language:
    """Return the language to speak: the one asked for, else the locale's (POSIX order), else English."""
    locale = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    return "ja" if (asked or locale).lower().startswith("ja") else "en"


def say(key: str, language: Language, /, **values: object) -> str:
    """Return the words for ``key`` with ``values`` filled in; a missing hint is empty.

    Raises:
        KeyError: the catalogue has no such key, or its words ask for a value that was not given.
    """
    area, _, name = key.partition(".")
    words = area_words(area)
    if name.endswith(".hint"):
        template = words[name.removesuffix(".hint")].get(f"{language}_hint", "")
    else:
        template = words[name][language]
    said = {name: say(value.key, language) if isinstance(value, Word) else value for name, value in values.items()}
    return template.format_map(said) if said else template


@lru_cache
def area_words(area: str) -> dict[str, dict[str, str]]:
    """Return one area's words: key → field (``ja``, ``en``, ``ja_hint``, ``en_hint``) → text."""
    text = files("sekisho.catalogue").joinpath(f"{area}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
