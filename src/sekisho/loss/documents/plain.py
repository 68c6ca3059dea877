"""The words of plain Japanese (やさしい日本語) for what the catalogue says in official Japanese, from ``plain.toml``."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from sekisho.kinds.taxonomy import Kind
from sekisho.loss.facts.vocabulary import vocabulary


def plain_state(key: str) -> str:
    """Return the plain sentence for a state line, with the placeholders of the catalogue's and ``{count}``."""
    text: str = _read()["state"][key]
    return text


def plain_states() -> frozenset[str]:
    """Return the keys of all state lines."""
    return frozenset(_read()["state"])


def plain_kind(kind: Kind) -> str:
    """Return a kind of data in plain words; its official name where it has none."""
    text: str = _read()["kinds"].get(kind.id, kind.ja)
    return text


def plain_word(key: str, word: str) -> str:
    """Return a word of a fact's list in plain words; its official one where it has none."""
    text: str = _read()["words"].get(key, {}).get(word) or vocabulary()[key].word(word, "ja")
    return text


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(files("sekisho.loss.documents").joinpath("plain.toml").read_text(encoding="utf-8"))
