"""Numbers in two parts, 記号 and 番号: of a health insurance, and of an account of the Japan Post Bank.

``記号 5566 番号 778828``, ``記号・番号 81・89069``, ``記号番号 10010-12345671``. Both parts together are the number. Which
of the two it is, the check digit of the bank tells, or the words of the line.
"""

import re
from collections.abc import Iterator

from sekisho.detect import check_digits
from sekisho.detect.text.loose import Loose

_MARK = "記号".encode()
_POST_WORDS = tuple(word.encode() for word in ("ゆうちょ", "通帳", "郵貯", "貯金"))
_REACH = 96
_GAP = r"[ \u3000]{0,3}"
_PARTS = re.compile(
    rf"記号{_GAP}\)?(?:{_GAP}[・･/、と]?{_GAP}番号)?{_GAP}\)?{_GAP}[:は]?{_GAP}[(]?"
    rf"((?!番号)((?:[ぁ-ゖァ-ヺ一-鿿]{{1,4}}[ \u3000]?)?[0-9A-Za-z]{{1,8}}(?:[・･\-][0-9A-Za-z一-鿿]{{1,4}})?|[ぁ-ゖァ-ヺ一-鿿]{{1,6}})"
    rf"(?:{_GAP}[、,/]?{_GAP}[(\[]?番号[)\]]?{_GAP}[:は]?{_GAP}|{_GAP}[・･‐–−ー\-./の]{_GAP}|[ \u3000]{{1,3}})"
    r"([0-9]{1,8}))(?![0-9A-Za-z\-])"
)
_ACCOUNT = re.compile(r"(?<![0-9])((1[0-9]{3}0)(?:-[0-9])?[ \u3000‐–−ー\-]{1,3}([0-9]{2,8}))(?![0-9\-])")
_POST = re.compile("ゆうちょ|貯金|通帳|郵貯|郵便局")
_INSURANCE = re.compile("保険|健保|国保|社保|被保|後期高齢|資格確認|共済")


def numbers_in_two_parts(text: bytes) -> Iterator[Loose]:
    """Yield the numbers of two parts of a folded text."""
    for at in _places(_MARK, text):
        window = _line_from(text, at)
        if match := _PARTS.match(window):
            kind, checked = _kind(match[2], match[3], _line_before(text, at) + window)
            yield _number(match, window, at, kind, checked=checked)
    for word in _POST_WORDS:  # without the word 記号: ゆうちょ 10010 12345671
        for at in _places(word, text):
            window = _line_from(text, at)
            match = _ACCOUNT.search(window)
            if match and check_digits.yucho_account(match[2], match[3]):
                yield _number(match, window, at, "yucho_account", checked=True)


def _places(word: bytes, text: bytes) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + len(word))


def _line_from(text: bytes, at: int) -> str:
    return text[at : at + _REACH].partition(b"\n")[0].decode(errors="ignore")


def _line_before(text: bytes, at: int) -> str:
    return text[text.rfind(b"\n", 0, at) + 1 : at].decode(errors="ignore")


def _number(match: re.Match[str], window: str, at: int, kind: str, *, checked: bool) -> Loose:
    start = at + len(window[: match.start(1)].encode())
    return Loose(start, start + len(match[1].encode()), kind, checked)


def _kind(mark: str, number: str, line: str) -> tuple[str, bool]:
    """Return what the parts are, and whether that is sure."""
    mark = mark.partition("-")[0] if re.fullmatch("1[0-9]{3}0-[0-9]", mark) else mark
    is_post = re.fullmatch("1[0-9]{3}0", mark) is not None
    if is_post and check_digits.yucho_account(mark, number):
        return "yucho_account", True
    if is_post and (_POST.search(line) or not _INSURANCE.search(line)):
        return "yucho_account", _POST.search(line) is not None
    return "health_insurance", _INSURANCE.search(line) is not None or "番号" in line
