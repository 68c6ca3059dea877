"""Western names and Japanese ones in Latin letters: titles, given names that a list knows, and capital letters.

A title (Mr., Dr.) or a phrase that introduces somebody (my name is) is believed where a capital letter follows. Two or three
capitalised words are a name where a list knows the first as a given name, or a Japanese surname stands among them.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from sekisho.detect.names.lists import english_names, surname_readings
from sekisho.detect.names.rules import name_rules
from sekisho.detect.names.spans import NameSpan

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĴĶĹĻĽĿŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽ"
_LETTER = "A-Za-zÀ-ÖØ-öø-ɏ"
_CAPITAL = rf"(?:Mc|Mac|O['’]|D['’])?[{_UPPER}][{_LETTER}]+(?:[-'’][{_UPPER}][{_LETTER}]+)*"
_INITIAL = rf"[{_UPPER}]\."
_PARTICLE = r"(?:van|von|der|den|de|da|di|del|della|la|le|bin|al|el|ter|ten|dos)"
_MORE = rf"(?: (?:{_INITIAL}|[{_UPPER}](?= [{_UPPER}])|{_PARTICLE}(?: {_PARTICLE})?(?= [{_UPPER}])|{_CAPITAL}))"
_WORDS = re.compile(
    rf"(?<![{_LETTER}0-9_@./]){_CAPITAL}{_MORE}{{0,4}}(?: (?:Jr|Sr|II|III|IV)\b\.?)?(?![{_LETTER}0-9_@])"
)
_TITLE = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Madam|Herr|Frau|Mme)\.?\s)$")
_NAMED = re.compile(
    r"(?:\b(?:my name is|name's|(?:full|first|last|maiden) name is|name\?|calls? me|signed|attn|full[ _]name|name|user|directed by|"
    r"written by|sung by)[:,]?\s+[\"']?)$",
    re.IGNORECASE,
)
_INTRODUCED = re.compile(
    r"(?:\b(?:i am|i'm|this is|called|named|by|dear|hi|hello|under|had given|spoke (?:to|with)|talked to|follow up with|contact|kid|"
    r"son|daughter|wife|husband|partner|mother|father|brother|sister|customer|client|patient|employee|producer|director|author|"
    r"commenter|songwriter|assistant to|change it to|said)[:,]?\s+[\"']?)$",
    re.IGNORECASE,
)
_INSIDE = re.compile(r"\b(?!(?:the|in|at|from|of|to|on|an?|as|near|via|your|our|its)\b)[a-z]+ [\"'(]?$")
_ROLES = re.compile(
    r"^(?:'s (?:killers?|husband|wife|son|daughter|brother|sister|mother|father)\b| (?:said|says|told|asked|wrote|lives|lived|spent|listed|thinks|explained|had given|is from|will be)\b)"
)


def western_names(line: str) -> Iterator[NameSpan]:
    """Yield the names in Latin letters in a line."""
    is_western = sum(map(str.isascii, line)) * 2 > len(line)
    for found in _WORDS.finditer(line):
        start, end = found.span()
        words = found[0].split(" ")
        while words and words[0] in name_rules().not_names:
            start += len(words[0]) + 1
            words = words[1:]
        if not words or not _can_be(words):
            continue
        before, behind = line[max(0, start - 32) : start], line[end : end + 24]
        told = _told(words, before, behind)
        if (
            told is None
            and is_western
            and (_INSIDE.search(before) or (2 <= len(words) <= 3 and not (before + behind).strip()))
        ):
            told = (
                0.3,
                "western",
            )  # a capital letter inside a sentence, or a line of its own: a firm or a place as often
        if told:
            yield NameSpan(start, end, *told)


def _told(words: list[str], before: str, behind: str) -> tuple[float, str] | None:
    """Return how sure it is that words with capital letters are a name, and what tells."""
    if _TITLE.search(before):
        return 0.95, "title"
    if _NAMED.search(before):
        return 0.9, "label"
    if _is_japanese(words):
        return 0.8, "western"
    known, full = _is_given_name(words[0]), len(words) > 1
    introduced = _INTRODUCED.search(before) is not None or _ROLES.match(behind) is not None
    if known and full:
        return (0.95 if introduced else 0.8), "western"
    if introduced and (known or full or _ROLES.match(behind)):
        return 0.7, "label"
    if full and (any(len(word.rstrip(".")) == 1 for word in words[1:-1]) or any(map(_is_given_name, words[1:-1]))):
        return 0.6, "western"
    return (0.4, "western") if known else None


def _can_be(words: list[str]) -> bool:
    named = [word.rstrip(".") for word in words]
    rules = name_rules()
    taken = rules.not_names | rules.firms | (rules.addresses if len(named) > 1 else frozenset())
    return len(named[0]) > 1 and taken.isdisjoint(named)


def _is_given_name(word: str) -> bool:
    return _plain(word).title() in english_names()


def _plain(word: str) -> str:
    return unicodedata.normalize("NFD", word).encode("ascii", "ignore").decode()


def _is_japanese(words: list[str]) -> bool:
    """Tell whether one of two words is a common Japanese surname in Latin letters: Taro YAMADA, Yamada Taro."""
    plain = [_plain(word).lower() for word in words]
    return (
        len(words) == 2 and (plain[0] in _romaji() or plain[1] in _romaji()) and all(_is_romaji(word) for word in plain)
    )


def _is_romaji(word: str) -> bool:
    return (
        re.fullmatch(
            r"(?:(?:[kgsztdnhbpmyrwjf]|ch|sh|ts|ky|gy|ny|hy|by|py|my|ry|j|k(?=k)|s(?=s)|t(?=t)|p(?=p))?[aiueo]h?|n|m(?=[bp])|tt?|kk?|ss?|pp?)+",
            word,
        )
        is not None
    )


@cache
def _romaji() -> frozenset[str]:
    """Return the common surnames in Hepburn's letters, long vowels as they are usually left out and as they are spelt."""
    written = {_hepburn(reading) for reading in surname_readings()}
    return frozenset(written | {word.replace("ou", "o").replace("oo", "o").replace("uu", "u") for word in written})


_SYLLABLES = dict(
    zip(
        "アイウエオカキクケコガギグゲゴサシスセソザジズゼゾタチツテトダヂヅデドナニヌネノハヒフヘホバビブベボパピプペポマミムメモヤユヨラリルレロワヲン",
        [
            "a",
            "i",
            "u",
            "e",
            "o",
            "ka",
            "ki",
            "ku",
            "ke",
            "ko",
            "ga",
            "gi",
            "gu",
            "ge",
            "go",
            "sa",
            "shi",
            "su",
            "se",
            "so",
            "za",
            "ji",
            "zu",
            "ze",
            "zo",
            "ta",
            "chi",
            "tsu",
            "te",
            "to",
            "da",
            "ji",
            "zu",
            "de",
            "do",
            "na",
            "ni",
            "nu",
            "ne",
            "no",
            "ha",
            "hi",
            "fu",
            "he",
            "ho",
            "ba",
            "bi",
            "bu",
            "be",
            "bo",
            "pa",
            "pi",
            "pu",
            "pe",
            "po",
            "ma",
            "mi",
            "mu",
            "me",
            "mo",
            "ya",
            "yu",
            "yo",
            "ra",
            "ri",
            "ru",
            "re",
            "ro",
            "wa",
            "o",
            "n",
        ],
        strict=True,
    )
)


def _hepburn(reading: str) -> str:
    letters = ""
    for kana in reading:
        if kana in "ャュョ":
            stem = letters.removesuffix("i")
            vowel = {"ャ": "a", "ュ": "u", "ョ": "o"}[kana]
            letters = stem + (vowel if stem.endswith(("sh", "ch", "j")) else f"y{vowel}")
        elif kana == "ッ":
            letters += "*"
        else:
            letters += _SYLLABLES.get(kana, "")
    return re.sub(r"\*(.)", lambda found: ("t" if found[1] == "c" else found[1]) + found[1], letters)
