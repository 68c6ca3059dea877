"""Names by what stands beside them and by dictionaries: no training, no tokeniser.

A label that names nothing but people (氏名) is believed; one that names other things as often (名, ``name:``) and a title
(様, さん) need a name that the dictionaries know. A label inside a longer word (会社名, ``project_name``) is none. What ends as
firms and places do (山田商事) is no person, however it begins.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from sekisho.detect.names.japanese import (
    is_common_surname,
    is_given_name,
    is_organisation,
    is_surname,
    split_name,
)
from sekisho.detect.names.lexicon import Class, lexicon
from sekisho.detect.names.lists import surname_readings
from sekisho.detect.names.rules import name_rules
from sekisho.detect.names.spans import NameSpan, surest
from sekisho.detect.names.western import western_names

_KANJI = r"㐀-䶿一-鿿豈-﫿々〆ヶヵ\U00020000-\U0003fffd"
_KATAKANA = r"ァ-ヺー"
_WORD = rf"{_KANJI}ぁ-ゖ{_KATAKANA}"

_RUN = re.compile(
    rf"[{_KANJI}]{{3,7}}|[{_KANJI}]{{1,3}}[ \u3000](?:[{_KANJI}]{{1,3}}|[ぁ-ゖ]{{2,4}})(?![{_KANJI}])|[{_KANJI}]{{2}}(?:[ぁ-ゖ]{{2,3}}|[{_KATAKANA}]{{2,4}})"
)
_JOINED = re.compile(
    rf"(?<![{_KATAKANA}・])[{_KATAKANA}]{{2,10}}(?:[・＝][{_KATAKANA}]{{1,10}}){{1,3}}(?![{_KATAKANA}・])"
)
_READING = re.compile(
    rf"(?<![{_KATAKANA}ｦ-ﾟ・])(?:[{_KATAKANA}]{{2,6}}[ \u3000][{_KATAKANA}]{{2,6}}|[ｦ-ﾟ]{{2,8}}[ \u3000][ｦ-ﾟ]{{2,8}})(?![{_KATAKANA}ｦ-ﾟ・])"
)
_BEFORE_TITLE = re.compile(
    rf"(?P<name>[{_KANJI}]{{1,8}}(?:[ \u3000][{_KANJI}ぁ-ゖ]{{1,4}})?|[{_KANJI}]{{1,4}}[ぁ-ゖ]{{2,4}}|"
    rf"(?<![{_KATAKANA}・])[{_KATAKANA}]{{3,10}}(?:・[{_KATAKANA}]{{2,10}})*)[ \u3000]?$"
)
_LATIN = re.compile("[A-Za-zÀ-ɏ]{2}")
_REACH = 24
_LONGEST = 9
_REMEMBERED = 1 << 16  # words of a text come again and again
_THINGS = Class.PLACE | Class.OTHER_NAME | Class.NOUN | Class.OTHER_WORD


class DictionaryRecogniser:
    """Finds names by labels, titles and dictionaries."""

    def find(self, lines: Sequence[str]) -> list[list[NameSpan]]:
        """Return the names in each line."""
        return [names_in(line) for line in lines]


def names_in(line: str) -> list[NameSpan]:
    """Return the names in a line."""
    spans = list(western_names(line)) if _LATIN.search(line) else []
    if not line.isascii():
        if not _label_ends().isdisjoint(line):
            spans += _labelled(line)
        spans += [*_titled(line), *_full_names(line)]
        spans += _readings(line)
        if "・" in line or "＝" in line:
            spans += _joined(line)
    return surest(spans) if len(spans) > 1 else spans


def _labelled(line: str) -> Iterator[NameSpan]:
    for found in _label_pattern().finditer(line):
        start, text = found.start("name"), found["name"]
        if found["strong"] and (size := _believed(text)):
            yield NameSpan(start, start + size, 0.95, "label")
        elif found["weak"] and (size := _known(text)):
            yield NameSpan(start, start + size, 0.9, "label")


def _believed(text: str) -> int:
    """Return how much of what stands behind a strong label is the name: the longest known, or the whole word."""
    if size := _known(text):
        return size
    word = re.match(
        rf"[{_KANJI}]{{2,6}}(?:[ \u3000][{_KANJI}]{{1,4}})?|[{_KATAKANA}]{{2,}}(?:[ \u3000・][{_KATAKANA}]{{2,}})*",
        text,
    )
    if word is None or is_organisation(word[0]) or any(map(_is_word, word[0].split())):
        return 0
    return word.end()


def _is_word(text: str) -> bool:
    return bool(lexicon().classes(text) & (Class.NOUN | Class.AFFIX))


def _known(text: str) -> int:
    """Return how many characters at a text's start are the longest name that dictionaries know; 0 if none.

    A full name may be followed by anything, a surname alone by nothing that could belong to it.
    """
    if is_organisation(re.match(rf"[{_KANJI}]*", text)[0]):  # type: ignore[index]  # the pattern matches an empty text too
        return 0
    for size in range(min(_LONGEST, len(text)), 1, -1):
        if text[size - 1] not in " \u3000" and split_name(text[:size]):
            return size
    word = re.match(rf"[{_KANJI}]{{1,4}}|[{_KATAKANA}]{{3,}}(?:[ \u3000・][{_KATAKANA}]{{2,}})*", text)
    if word is None:
        return 0
    if "・" in word[0] or " " in word[0] or "\u3000" in word[0]:
        return word.end()
    return word.end() if is_common_surname(word[0]) or _is_katakana_name(word[0]) else 0


def _titled(line: str) -> Iterator[NameSpan]:
    """Yield what stands before a title: the longest name that ends there."""
    for found in _title_pattern().finditer(line):
        end = found.start()
        before = _BEFORE_TITLE.search(line[max(0, end - _REACH) : end])
        if before is None or before["name"] in name_rules().not_before_titles:
            continue
        text = before["name"]
        end -= len(before[0]) - len(text)
        size = len(text) if "・" in text or _is_katakana_name(text) else _ending(text)
        if size:
            yield NameSpan(end - size, end, 0.9, "title")


@lru_cache(_REMEMBERED)
def _ending(text: str) -> int:
    for size in range(min(_LONGEST, len(text)), 1, -1):
        if split_name(text[-size:]):
            return size
    for size in range(min(4, len(text)), 0, -1):
        tail = text[-size:]
        if is_common_surname(tail) or (size == len(text) > 1 and _is_name_and_no_place(tail)):
            return size
    return 0


def _is_name_and_no_place(text: str) -> bool:
    classes = lexicon().classes(text)
    return (is_surname(text) or is_given_name(text)) and not classes & (Class.PLACE | Class.NOUN | Class.OTHER_WORD)


def _full_names(line: str) -> Iterator[NameSpan]:
    for found in _RUN.finditer(line):
        if confidence := _full_name(found[0]):
            yield NameSpan(found.start(), found.end(), confidence, "dictionary")


@lru_cache(_REMEMBERED)
def _full_name(text: str) -> float:
    """Return how sure it is that a word by itself is a full name; 0 if it is none."""
    parts = split_name(text)
    if parts is None or is_organisation(text):
        return 0.0
    return 0.8 if is_common_surname(parts[0]) else 0.5


def _readings(line: str) -> Iterator[NameSpan]:
    """Yield readings of full names: a common surname's, a blank, more katakana; full or half width."""
    for found in _READING.finditer(line):
        surname, given = unicodedata.normalize("NFKC", found[0]).split()
        if surname in surname_readings() and not lexicon().classes(given) & (Class.NOUN | Class.OTHER_WORD):
            yield NameSpan(found.start(), found.end(), 0.8, "dictionary")


def _joined(line: str) -> Iterator[NameSpan]:
    for found in _JOINED.finditer(line):
        parts = re.split("[・＝]", found[0])
        known = sum(_is_katakana_name(part) for part in parts)
        other = any(lexicon().classes(part) & _THINGS for part in parts)
        if known and (known == len(parts) or not other):
            yield NameSpan(found.start(), found.end(), 0.8 if known == len(parts) else 0.5, "katakana")


@lru_cache(_REMEMBERED)
def _is_katakana_name(text: str) -> bool:
    classes = lexicon().classes(text)
    people = Class.SURNAME | Class.GIVEN_NAME | Class.OTHER_PERSON
    return bool(classes & people) and not classes & _THINGS


@cache
def _label_ends() -> frozenset[str]:
    """Return the last characters of labels: most lines have none of them, and need not be searched."""
    return frozenset(word[-1] for word in (*name_rules().strong, *name_rules().weak))


@cache
def _label_pattern() -> re.Pattern[str]:
    strong, weak = (
        "|".join(sorted(words, key=len, reverse=True)) for words in (name_rules().strong, name_rules().weak)
    )
    return re.compile(
        rf"(?:(?P<strong>{strong})|(?<![{_WORD}A-Za-z0-9_])(?P<weak>{weak}))"
        rf"(?:[(（][^)）]{{0,8}}[)）])?(?:は|[ \u3000]*[:：=＝|\t][ \u3000]*|[ \u3000]+)[「『]?"
        rf"(?P<name>[{_KANJI}][{_WORD}]{{0,7}}(?:[ \u3000][{_WORD}]{{1,5}})?|[{_KATAKANA}]{{2,10}}(?:[ \u3000・][{_KATAKANA}]{{2,10}})*)"
    )


@cache
def _title_pattern() -> re.Pattern[str]:
    titles = "|".join(sorted(name_rules().titles, key=len, reverse=True))
    return re.compile(rf"(?:{titles})(?![々付方相式子格差])")


def open_recogniser(_model: str = "") -> DictionaryRecogniser:
    """Return the recogniser; there is one."""
    return DictionaryRecogniser()
