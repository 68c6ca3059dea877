"""Names of people in the form in which they are compared."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from sekisho.canon.text import solid

_HIRAGANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_SMALL = dict(zip("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ", strict=True))
_ALIKE = dict(zip("ヂヅヲヰヱヴ", "ジズオイエブ", strict=True))
_DOTS = "・･=＝゠-‐‑－"

# A vowel after a kana of the same row sounds as a long vowel and is written in several ways: ユウコ, ユーコ.
LONG_VOWELS = (
    ("アカガサザタダナハバパマヤラワ", "ア"),
    ("イキギシジチニヒビピミリ", "イ"),
    ("ウクグスズツヌフブプムユル", "ウ"),
    ("エケゲセゼテデネヘベペメレ", "エイ"),
    ("オコゴソゾトドノホボポモヨロ", "オウ"),
)
"""Sounds of one row, and the vowels that lengthen them."""

_LONG = re.compile("|".join(f"(?<=[{row}])[{vowels}]" for row, vowels in LONG_VOWELS))


def name(text: str) -> str:
    """Return a person's name for comparison: no blanks, old and variant kanji as their usual form.

    ``髙橋　一郎`` and ``高橋 一郎`` become the same; so do ``齋藤`` and ``斉藤``, which is meant: people write both for
    one person, and a look-up that misses somebody is worse than one that asks for another field.
    """
    return solid(text).translate(variants())


def kana(text: str) -> str:
    """Return a reading for comparison: katakana, large kana, one sign for every long vowel.

    ``わたなべ``, ``ﾜﾀﾅﾍﾞ`` and ``ワタ　ナベ`` become the same, as do ``ユウコ`` and ``ユーコ``, ``ヂ`` and ``ジ``.
    """
    reading = _LONG.sub("ー", solid(text).translate(_usual_kana()))
    while "ーー" in reading:
        reading = reading.replace("ーー", "ー")
    return reading


def kana_signs() -> Iterator[int]:
    """Yield the signs of which :func:`kana` makes one or none each, whatever stands beside them: a table can do it.

    Not those that join the one before them (a voiced sound mark), nor what a wider sign becomes.
    """
    yield from (ord(" "), ord("　"), ord("・"), ord("ー"))
    yield from range(ord("ぁ"), ord("ゖ") + 1)
    yield from range(ord("ァ"), ord("ヺ") + 1)


@cache
def _usual_kana() -> dict[int, str | None]:
    """Return the table that brings every kana to a large katakana of its sound, and drops dots."""
    usual = {ord(kana_sign): large for kana_sign, large in (_SMALL | _ALIKE).items()}
    hiragana = {code: usual.get(katakana, chr(katakana)) for code, katakana in _HIRAGANA.items()}
    return hiragana | usual | dict.fromkeys(map(ord, _DOTS))


@cache
def variants() -> dict[int, str]:
    """Return the table of variant kanji for :meth:`str.translate`."""
    table = tomllib.loads(files("sekisho.canon").joinpath("variants.toml").read_text(encoding="utf-8"))
    return {ord(variant): usual for usual, row in table.items() for variant in row}
