"""What single words of Western names tell: lists of given names and surnames, and how surnames of many languages end."""

import re
import unicodedata
from functools import cache, lru_cache

from sekisho.detect.names.lists import english_names, western_given_names, western_surnames
from sekisho.detect.names.rules import name_rules

_SHORT = 4
_REMEMBERED = 1 << 16  # words of a text come again and again
_LETTERS = str.maketrans("øØłŁðÐþÞđĐıßæÆœŒ", "oOlLdDtTdDisaAoO")
_SHAPE = re.compile(
    r"^(?:mc|o['’]|d['’])[a-z]{3,}$|[a-z]{3}(?:sson|ssen|nsen|rsen|dsen|tsen|lsen|dottir|ovich|evich|ovic|evic|shvili|enko|"
    r"chuk|owski|ewski|inski|ynski|owska|ewska|inska|czyk|wicz|escu|opoulos|akis|idis|strom|qvist|quist|gren|lund|stad|"
    r"berg|stein|mann|baum|ez|yan|ova|eva|ovska)$|[a-z]{4}(?:ov|ev|sky|ski|ska|skaya|son)$"
)
_ACCENTED = re.compile("[ćčđłńňřšťůýžőűğışþð]")


@lru_cache(_REMEMBERED)
def is_given_name(word: str) -> bool:
    """Tell whether a word is a given name that a list knows, with or without its accents."""
    form = plain(word).title()
    return form in english_names() or form in western_given_names()


def is_often_a_word(given_name: str) -> bool:
    """Tell whether a given name is a word of English as well, or so short that it may be one."""
    form = plain(given_name).title()
    return form.lower() in name_rules().small_words or (len(form) <= _SHORT and form not in english_names())


@lru_cache(_REMEMBERED)
def is_western_surname(word: str) -> bool:
    """Tell whether a word is a surname that a list knows."""
    return plain(word).lower() in _surnames()


@lru_cache(_REMEMBERED)
def ends_as_surnames(word: str) -> bool:
    """Tell whether a word begins or ends as surnames of some language do: -sson, -ović, -enko, Mc-."""
    return _SHAPE.search(plain(word).lower()) is not None or word.lower().endswith(("ić", "ič"))


def has_foreign_letters(word: str) -> bool:
    """Tell whether a word has letters that English text has in names only."""
    return _ACCENTED.search(word.lower()) is not None


@lru_cache(_REMEMBERED)
def plain(word: str) -> str:
    """Return a word without its accents."""
    return unicodedata.normalize("NFD", word.translate(_LETTERS)).encode("ascii", "ignore").decode()


@cache
def _surnames() -> frozenset[str]:
    return frozenset(word.lower() for word in western_surnames())
