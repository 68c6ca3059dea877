"""The vocabulary of facts, read once from ``vocabulary.toml``: which keys there are, of what type, and who may hear each.

A fact outside of it cannot be stated, so no template and no rule of law names something that nobody can know.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from sekisho.catalogue.words import Language
from sekisho.clock import from_text
from sekisho.errors import Misuse, NotFound
from sekisho.kinds.taxonomy import taxonomy
from sekisho.loss.facts.fact import Value, Visibility

TRANSLATIONS = ("en", "ja-plain")
"""What may stand behind a key's ``@``: the languages of documents beside the office's own."""


class Type(StrEnum):
    """What a value is."""

    FLAG = "flag"
    COUNT = "count"
    TIME = "time"
    TEXT = "text"
    TEXTS = "texts"
    WORD = "word"
    WORDS = "words"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactKind:
    """One key of the vocabulary.

    Attributes:
        key: its name in rules, templates and commands.
        type: of its values.
        visibility: who may hear it, unless whoever states it says less.
        origin: where it comes from: ``office`` (settings, register), ``ledger``, ``index``, ``computed``, ``person``.
        ja: what it is, in Japanese.
        en: what it is, in English.
        words: of a ``word`` or ``words``, those there are: word → Japanese, English.
    """

    key: str
    type: Type
    visibility: Visibility
    origin: str
    ja: str
    en: str
    words: Mapping[str, tuple[str, str]]

    def label(self, language: Language) -> str:
        """Return what it is."""
        return self.ja if language == "ja" else self.en

    def word(self, word: str, language: Language) -> str:
        """Return a word of its list as people read it; a word that is not on it as it stands."""
        ja, en = self.words.get(word, (word, word))
        return ja if language == "ja" else en

    def checked(self, value: Value) -> Value:
        """Return a value that is of its type.

        Raises:
            Misuse: it is not.
        """
        if value is None or self._fits(value):
            return value
        raise Misuse("loss.fact_type", key=self.key, type=self.type.value, words=" ".join(self.words))

    def _fits(self, value: Value) -> bool:
        match self.type:
            case Type.FLAG:
                return isinstance(value, bool)
            case Type.COUNT:
                return isinstance(value, int) and not isinstance(value, bool) and value >= 0
            case Type.TEXT:
                return isinstance(value, str) and bool(value.strip())
            case Type.TEXTS:
                return isinstance(value, tuple)
            case Type.WORD:
                return isinstance(value, str) and value in self.words
            case Type.WORDS:
                return isinstance(value, tuple) and all(word in self.words for word in value)
            case Type.TIME:
                return isinstance(value, str) and _is_time(value)


@cache
def vocabulary() -> Mapping[str, FactKind]:
    """Return every kind of fact by its key, in the order of the file."""
    raw = tomllib.loads(files("sekisho.loss.facts").joinpath("vocabulary.toml").read_text(encoding="utf-8"))
    return MappingProxyType({key: _kind(key, entry) for key, entry in raw.items()})


def fact_kind(key: str) -> FactKind:
    """Return one kind of fact.

    A text may be stated in the language of a document as well, as ``cause@en`` beside ``cause``.

    Raises:
        NotFound: there is none of that key.
    """
    known = vocabulary()
    base, _, language = key.partition("@")
    if base not in known or (language and not _translates(known[base], language)):
        raise NotFound("loss.no_such_fact", key=key)
    return replace(known[base], key=key) if language else known[base]


def _translates(kind: FactKind, language: str) -> bool:
    return language in TRANSLATIONS and kind.type in {Type.TEXT, Type.TEXTS}


def _kind(key: str, entry: dict[str, object]) -> FactKind:
    words = entry.get("words", {})
    assert isinstance(words, dict)
    if entry.get("words_of") == "kinds":
        words = {each.id: (each.ja, each.en) for each in taxonomy().values()}
    return FactKind(
        key=key,
        type=Type(str(entry["type"])),
        visibility=Visibility[str(entry["visibility"]).upper()],
        origin=str(entry["origin"]),
        ja=str(entry["ja"]),
        en=str(entry["en"]),
        words=MappingProxyType({word: (str(ja), str(en)) for word, (ja, en) in words.items()}),
    )


def _is_time(text: str) -> bool:
    try:
        from_text(text)
    except ValueError:
        return False
    return True
