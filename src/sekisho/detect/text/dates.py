"""Birth dates as people write them: behind 生年月日, before 生, in eras and in words.

The kernel knows dates of digits (1985-01-02, 19850102). What it cannot know is looked for only where a label or the sign
生 (born) says that it is worth it: 昭和60年1月2日, S60.1.2生, 昭和六十年一月二日, 2 January 1985, 85/1/2.
"""

import re
from collections.abc import Iterator

import numpy as np

from sekisho.readers.structure import Bytes, Positions

_AHEAD, _BACK = 72, 48  # bytes that are read behind a label, and before the sign

_NUMBER = r"(?:元|[0-9]{1,4}|[〇零一二三四五六七八九十]{1,4})"
_ERA = r"(?:明治|大正|昭和|平成|令和|[明大昭平令]|[MTSHRmtshr])"
_MONTHS = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_DATE = re.compile(
    rf"(?<![A-Za-z0-9]){_ERA}\.? ?(?:元|[0-9]{{1,2}}|[一二三四五六七八九十]{{1,3}}) ?"
    rf"(?:年 ?{_NUMBER} ?月(?: ?{_NUMBER} ?日)?|[./-] ?[0-9]{{1,2}} ?[./-] ?[0-9]{{1,2}})(?![0-9])"
    rf"|(?<![0-9])(?:1[89]|20)[0-9]{{2}}(?: ?年 ?[0-9]{{1,2}} ?月(?: ?[0-9]{{1,2}} ?日)?| ?[./-] ?[0-9]{{1,2}} ?[./-] ?[0-9]{{1,2}}(?![0-9]))"
    rf"|(?<![0-9])(?:1[89]|20)[0-9]{{2}}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?![0-9])"
    rf"|(?<![0-9])[0-9]{{2}} ?年 ?[0-9]{{1,2}} ?月 ?[0-9]{{1,2}} ?日"
    rf"|(?<![0-9./-])'?[0-9]{{2}}[./-][0-9]{{1,2}}[./-][0-9]{{1,2}}(?![0-9./-])"
    rf"|(?<![0-9])[0-9]{{1,2}}[./-][0-9]{{1,2}}[./-](?:1[89]|20)[0-9]{{2}}(?![0-9])"
    rf"|(?<![0-9A-Za-z])[0-9]{{1,2}}(?:st|nd|rd|th)? {_MONTHS},? (?:1[89]|20)[0-9]{{2}}(?![0-9])"
    rf"|(?<![A-Za-z]){_MONTHS} [0-9]{{1,2}}(?:st|nd|rd|th)?,? (?:1[89]|20)[0-9]{{2}}(?![0-9])"
    rf"|(?<![0-9A-Za-z])[MTSHR][0-9]{{6}}(?![0-9])"
)
_SIGN = "生".encode()
_DAY, _MONTH = "日".encode(), "月".encode()
_ERA_LETTER = np.isin(np.arange(256), np.frombuffer(b"MTSHRmtshr:" + "明大昭平令".encode(), np.uint8))


def dates_behind(text: bytes, labels: Positions) -> Iterator[tuple[int, int]]:
    """Yield the first date behind each of some labels on its line, as places in the text.

    Args:
        text: folded UTF-8.
        labels: where labels of a birth date stop.
    """
    for start in labels.tolist():
        window = text[start : start + _AHEAD].split(b"\n", 1)[0]
        words = window.decode(errors="ignore")
        if found := _DATE.search(words):
            begin = start + len(words[: found.start()].encode())
            yield begin, begin + len(found[0].encode())


def dates_before_sign(text: bytes, data: Bytes) -> Iterator[tuple[int, int]]:
    """Yield the dates right before the sign 生, as places in the text."""
    for sign in _signs(data).tolist():
        window = text[max(0, sign - _BACK) : sign].rsplit(b"\n", 1)[-1]
        words = window.decode(errors="ignore").rstrip()
        found = next((each for each in _DATE.finditer(words) if each.end() == len(words)), None)
        if found:
            stop = sign - (len(window) - len(window.rstrip()))
            yield stop - len(found[0].encode()), stop


def dates_behind_sign(text: bytes, data: Bytes) -> Iterator[tuple[int, int]]:
    """Yield the dates right behind the sign 生, as in ``生S60.1.2``, as places in the text; 学生 is no such sign."""
    at = _sign_places(data)
    at = at[(at == 0) | (data[at - 1] < 0x80)]
    at = at[at + len(_SIGN) < len(data)]
    for sign in at[_ERA_LETTER[data[at + len(_SIGN)]]].tolist():
        start = sign + len(_SIGN)
        words = text[start : start + _BACK].partition(b"\n")[0].decode(errors="ignore")
        if found := _DATE.match(words):
            yield start, start + len(found[0].encode())


def _sign_places(data: Bytes) -> Positions:
    """Return where 生 stands."""
    at = np.flatnonzero(data[:-2] == _SIGN[0])
    found: Positions = at[(data[at + 1] == _SIGN[1]) & (data[at + 2] == _SIGN[2])]
    return found


def _signs(data: Bytes) -> Positions:
    """Return where 生 stands right behind a digit, 日 or 月."""
    at = _sign_places(data)
    at = at[at > len(_DAY)]
    before = data[at - 1]
    is_digit = before - np.uint8(ord("0")) < 10
    ends = [(before == word[2]) & (data[at - 2] == word[1]) & (data[at - 3] == word[0]) for word in (_DAY, _MONTH)]
    found: Positions = at[is_digit | ends[0] | ends[1]]
    return found
