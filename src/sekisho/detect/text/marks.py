"""Numbers in two parts, 記号 and 番号: of a health insurance, and of an account of the Japan Post Bank.

``記号 5566 番号 778828``, ``記号・番号 81・89069``, ``記号番号 10010-12345671``. Both parts together are the number. Which
of the two it is, the check digit of the bank tells, or the words of the line.
"""

import re
from collections.abc import Iterator

from sekisho.detect import check_digits
from sekisho.detect.text.loose import Loose

_MARK = "記号".encode()
_REACH = 96
_PARTS = re.compile(
    r"記号\)?(?: ?[・･/、] ?番号| ?番号)?[)）]? ?[:：]? ?[(（]?"
    r"(([0-9A-Za-zぁ-ゖァ-ヺ一-鿿]{1,6}(?:[・･][0-9A-Za-z一-鿿]{1,4})?)"
    r"(?: ?[、,]? ?[(（\[]?番号[)）\]]? ?[:：]? ?| ?[・･‐–−ー\-./の　] ?| )"
    r"([0-9]{1,8}))(?![0-9A-Za-z])"
)
_POST = re.compile("ゆうちょ|貯金|通帳|郵貯|郵便局")
_INSURANCE = re.compile("保険|健保|国保|社保|被保|後期高齢|資格確認|共済")


def numbers_in_two_parts(text: bytes) -> Iterator[Loose]:
    """Yield the numbers of two parts of a folded text."""
    at = text.find(_MARK)
    while at >= 0:
        line_start = text.rfind(b"\n", 0, at) + 1
        window = text[at : at + _REACH].partition(b"\n")[0].decode(errors="ignore")
        if match := _PARTS.match(window):
            line = text[line_start:at].decode(errors="ignore") + window
            kind, checked = _kind(match[2], match[3], line)
            start = at + len(window[: match.start(1)].encode())
            yield Loose(start, start + len(match[1].encode()), kind, checked)
        at = text.find(_MARK, at + len(_MARK))


def _kind(mark: str, number: str, line: str) -> tuple[str, bool]:
    """Return what the parts are, and whether that is sure."""
    is_post = re.fullmatch("1[0-9]{3}0", mark) is not None
    if is_post and check_digits.yucho_account(mark, number):
        return "yucho_account", True
    if is_post and (_POST.search(line) or not _INSURANCE.search(line)):
        return "yucho_account", _POST.search(line) is not None
    return "health_insurance", _INSURANCE.search(line) is not None or "番号" in line
