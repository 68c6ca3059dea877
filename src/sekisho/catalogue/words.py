"""The words people read, Japanese beside English, each file one area.

A key such as ``errors/capsule.truncated`` names the file ``errors/capsule.toml`` and in it the table ``[truncated]``
with the strings ``ja`` and ``en``; a hint lives in ``ja_hint`` and ``en_hint`` and is asked for as ``….hint``. Files
are read when one of their words is first needed, so that ``--help`` reads none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Literal

Language = Literal["ja", "en"]

_FOLDER = Path(__file__).parent

LANGUAGES: tuple[Language, ...] = ("ja", "en")


def choose_language(asked: str | None, environment: Mapping[str, str]) -> Language:
    """Return the language to speak: the one asked for, else the locale's (POSIX order), else English."""
    locale = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    return "ja" if (asked or locale).lower().startswith("ja") else "en"


@dataclass(frozen=True, slots=True)
class Said:
    """Words that stand within other words, whose language is not known yet.

    Attributes:
        key: as for :func:`say`.
        values: what its words need; words themselves, perhaps.
    """

    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def says(self, language: Language) -> str:
        """Return it in words."""
        return say(self.key, language, **self.values)


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
    said = {name: value.says(language) if isinstance(value, Said) else value for name, value in values.items()}
    return template.format_map(said) if said else template


@lru_cache
def area_words(area: str) -> dict[str, dict[str, str]]:
    """Return one area's words: key → field (``ja``, ``en``, ``ja_hint``, ``en_hint``) → text."""
    import tomllib  # noqa: PLC0415 - who only may need words, as a plugin that opens, does not pay for reading them

    with (_FOLDER / f"{area}.toml").open("rb") as file:
        return tomllib.load(file)
