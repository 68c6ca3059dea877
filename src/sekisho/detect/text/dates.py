"""Birth dates as people write them: behind 生年月日, beside 生, before 男, 女 and 歳, in eras and in words.

The kernel knows dates of digits (1985-01-02, 19850102). What it cannot know is looked for only where a label or a sign
says that it is worth it: 昭和60年1月2日, S60.1.2生, 昭和六十年一月二日, 2 January 1985, 85/1/2, 昭和60年1月2日（男）.
"""

import re
from collections.abc import Iterator

import numpy as np

from sekisho.readers.structure import Bytes, Mask, Positions

_AHEAD, _BACK = 72, 60  # bytes that are read behind a label, and before a sign

_G = r"[ \u3000]{0,2}"
_NUMBER = r"(?:元|[0-9]{1,4}|[〇零一二三四五六七八九十]{1,4})"
_ERA = r"(?:明治|大正|昭和|平成|令和|[明大昭平令]|[MTSHRmtshr])"
_YEAR = r"(?:1[89]|20)[0-9]{2}"
_MARKED = rf"{_G}[./-]{_G}[0-9]{{1,2}}{_G}[./-]{_G}[0-9]{{1,2}}(?![0-9])"
_IN_WORDS = rf"{_G}年{_G}{_NUMBER}{_G}月(?:{_G}{_NUMBER}{_G}日)?"
_MONTHS = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_FORMS = (
    rf"(?<![A-Za-z0-9]){_ERA}\.?{_G}(?:元|[0-9]{{1,2}}|[一二三四五六七八九十]{{1,3}})(?:{_IN_WORDS}|{_MARKED})",
    rf"(?<![0-9]){_YEAR}(?:{_IN_WORDS}|{_MARKED})",
    rf"(?<![0-9]){_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?![0-9])",
    rf"(?<![0-9])[0-9]{{2}}{_G}年{_G}[0-9]{{1,2}}{_G}月{_G}[0-9]{{1,2}}{_G}日",
    r"(?<![0-9./-])'?[0-9]{2}[./-][0-9]{1,2}[./-][0-9]{1,2}(?![0-9./-])",
    rf"(?<![0-9])[0-9]{{1,2}}[./-][0-9]{{1,2}}[./-]{_YEAR}(?![0-9])",
    rf"(?<![0-9A-Za-z])[0-9]{{1,2}}(?:st|nd|rd|th)? {_MONTHS},? {_YEAR}(?![0-9])",
    rf"(?<![A-Za-z]){_MONTHS} [0-9]{{1,2}}(?:st|nd|rd|th)?,? {_YEAR}(?![0-9])",
    r"(?<![0-9A-Za-z])[MTSHR][0-9]{6}(?![0-9])",
)
_DATE = re.compile("|".join(_FORMS))
_TO_SIGN = re.compile(r"[ \u3000]{0,2}$")
_TO_PERSON = re.compile(r"[ \u3000]?[(、,・/ \u3000]{1,2}(?:満?[0-9]{1,3})?$")

_BORN, _DAY, _MONTH = ("生".encode(), "日".encode(), "月".encode())
_OF_PERSONS = tuple(word.encode() for word in ("男", "女", "歳"))
_ERA_BYTE = np.isin(np.arange(256), np.frombuffer(b"MTSHRmtshr" + "明大昭平令".encode(), np.uint8))
_LINKS = np.isin(np.arange(256), np.frombuffer(b"0123456789(,/ ", np.uint8))


def dates_behind(text: bytes, labels: Positions) -> Iterator[tuple[int, int]]:
    """Yield the first date behind each of some labels on its line, as places in the text.

    Args:
        text: folded UTF-8.
        labels: where labels of a birth date stop.
    """
    for start in labels.tolist():
        words = text[start : start + _AHEAD].partition(b"\n")[0].decode(errors="ignore")
        if found := _DATE.search(words):
            begin = start + len(words[: found.start()].encode())
            yield begin, begin + len(found[0].encode())


def dates_beside_signs(text: bytes, data: Bytes) -> Iterator[tuple[int, int]]:
    """Yield the dates that a sign of a person stands beside, as places in the text.

    Args:
        text: folded UTF-8.
        data: the same as an array.
    """
    born = _places(data, _BORN)
    for sign in born[_is_behind_date(data, born)].tolist():
        yield from _before(text, sign, _TO_SIGN)
    for sign in born[_is_before_date(data, born)].tolist():
        start = sign + len(_BORN)
        words = text[start : start + _BACK].partition(b"\n")[0].decode(errors="ignore")
        if found := _DATE.match(words):
            yield start, start + len(found[0].encode())
    for word in _OF_PERSONS:
        places = _places(data, word)
        for sign in places[(places > 0) & _LINKS[data[places - 1]]].tolist():
            yield from _before(text, sign, _TO_PERSON)


def _before(text: bytes, sign: int, link: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Yield the date before a sign, with no more than a link between."""
    words = text[max(0, sign - _BACK) : sign].rpartition(b"\n")[2].decode(errors="ignore")
    linked = link.search(words)
    stop = linked.start() if linked else -1
    for found in _DATE.finditer(words[: max(stop, 0)]):
        if found.end() == stop:
            end = sign - len(words[stop:].encode())
            yield end - len(found[0].encode()), end


def _places(data: Bytes, word: bytes) -> Positions:
    """Return where a character of three bytes stands."""
    at = np.flatnonzero(data[:-2] == word[0])
    found: Positions = at[(data[at + 1] == word[1]) & (data[at + 2] == word[2])]
    return found


def _is_behind_date(data: Bytes, at: Positions) -> Mask:
    """Tell which places have a digit, 日 or 月 before them, or a blank and one of these."""
    before = data[np.maximum(at - 1, 0)]
    digit_or_blank = (before - np.uint8(ord("0")) < 10) | (before == ord(" "))
    three = [data[np.maximum(at - back, 0)] for back in (3, 2, 1)]
    words = [
        np.logical_and.reduce([byte == part for byte, part in zip(three, word, strict=True)]) for word in (_DAY, _MONTH)
    ]
    found: Mask = (at > len(_DAY)) & (digit_or_blank | words[0] | words[1])
    return found


def _is_before_date(data: Bytes, at: Positions) -> Mask:
    """Tell which places begin a word of their own, with what may be an era behind: 学生 is no such sign."""
    own = (at == 0) | (data[np.maximum(at - 1, 0)] < 0x80)
    found: Mask = own & _ERA_BYTE[data[np.minimum(at + len(_BORN), len(data) - 1)]]
    return found
