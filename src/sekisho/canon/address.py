"""Japanese addresses in the form in which they are compared."""

import re

from sekisho.canon.name import variants
from sekisho.canon.text import HYPHENS, plain, solid

_PREFECTURE = re.compile(r"^(東京都|北海道|(?:大阪|京都)府|.{2,3}県)")
_KANJI_DIGITS = dict(zip("〇一二三四五六七八九", range(10), strict=True))
_CHOME = re.compile("([〇一二三四五六七八九十]+)丁目")
_BLOCK_WORDS = re.compile("丁目|番地の?|番(?=[0-9])|番(?=$)|号室?|(?<=[0-9])の(?=[0-9])")
_BETWEEN_NUMBERS = re.compile(r"(?<=[0-9])\s+(?=[0-9])")
_DASHES = re.compile(rf"[{HYPHENS}]+")


def address(text: str) -> str:
    """Return an address for comparison: without prefecture, its block and number parts joined by hyphens.

    ``兵庫県汐見市松原町三丁目４番５号`` and ``汐見市松原町3-4-5`` become the same.
    """
    form = solid(_BETWEEN_NUMBERS.sub("-", plain(text))).translate(variants())
    form = _PREFECTURE.sub("", form)
    form = _CHOME.sub(lambda match: f"{_kanji_number(match[1])}丁目", form)
    form = _DASHES.sub("-", _BLOCK_WORDS.sub("-", form))
    return form.strip("-")


def _kanji_number(text: str) -> int:
    """Read a kanji number below one hundred: 三, 十, 十二, 二十, 二十三, 二三."""
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return int("".join(str(_KANJI_DIGITS[c]) for c in text))
    return (int(_kanji_number(tens)) if tens else 1) * 10 + (_kanji_number(ones) if ones else 0)
