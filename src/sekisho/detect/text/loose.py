"""Numbers behind a label that are written as the kernel does not expect: ``年金番号 1234 567890``, ``旅券 TK 1234567``.

Behind a word that names the kind and nothing else, the form matters little: it is enough that there are as many digits as
such a number has, whatever stands between them. Only labels behind which no number was found otherwise are asked.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from sekisho.detect import check_digits
from sekisho.detect.text.labels import Labels, Vocabulary
from sekisho.detect.text.rules import LooseRule, TextRules
from sekisho.readers.structure import Positions

_REACH = 64
_MOBILE = 11  # digits
_BESIDE = 24  # bytes between a label and its number
_DIGITS = re.compile(r"[^0-9A-Za-z\n]{0,12}?((?:\+81 ?)?[0-9](?:[ \-‐‑‒–—―−ーｰ・._/の　()]{0,3}[0-9])*)(?![0-9A-Za-z])")
_LETTERS = re.compile(r"[^0-9A-Za-z\n]{0,12}?([A-Za-z]{2}[ \-]?[0-9]{7,8}(?:[ \-]?[A-Za-z]{2})?)(?![0-9A-Za-z])")


class Loose(NamedTuple):
    """A number behind its label."""

    start: int
    stop: int
    kind: str
    checked: bool


def loose_numbers(
    text: bytes, labels: Labels, taken: Positions, *, rules: TextRules, words: Vocabulary
) -> Iterator[Loose]:
    """Yield the numbers behind strong labels behind which none was found.

    Args:
        text: folded UTF-8.
        labels: its labels.
        taken: where numbers start that were found otherwise, in order.
        rules: which kinds may be written loosely.
        words: what labels name.
    """
    asked = labels.where((labels.strong & words.mask(*rules.loose)) != np.uint64(0))
    following = np.searchsorted(taken, asked.stops)
    next_label = np.append(labels.starts, len(text))[np.searchsorted(labels.starts, asked.stops)]
    beside = np.append(taken, np.iinfo(np.int64).max)[following] - asked.stops
    for place in np.flatnonzero(beside > _BESIDE).tolist():
        strong, stop = int(asked.strong[place]), int(asked.stops[place])
        until = min(stop + _REACH, int(next_label[place]))  # what stands behind another label is of that one
        window = text[stop:until].partition(b"\n")[0].decode(errors="ignore")
        for kind, rule in rules.loose.items():
            if kind in words.bits and strong >> words.bits[kind] & 1 and (found := _match(window, stop, kind, rule)):
                yield found


def _match(window: str, offset: int, kind: str, rule: LooseRule) -> Loose | None:
    match = (_LETTERS if rule.letters else _DIGITS).match(window)
    if not match:
        return None
    value = re.sub(r"[^0-9A-Za-z]", "", match[1])
    if value.startswith("81") and "+" in match[1]:
        value = "0" + value[2:]
    if not (re.match(rule.letters, value) if rule.letters else len(value) in rule.digits) or not value.startswith(
        rule.start
    ):
        return None
    if check_digits.is_dummy(re.sub("[^0-9]", "", value)):
        return None
    start = offset + len(window[: match.start(1)].encode())
    passes = rule.check is None or bool(_CHECKS[rule.check](value))
    return Loose(start, start + len(match[1].encode()), kind, passes)


_CHECKS: dict[str, Callable[[str], bool]] = {
    "my_number": check_digits.my_number,
    "payment_card": check_digits.payment_card,
    "corporate_number": check_digits.corporate_number,
    "insurer_number": check_digits.insurer_number,
    "luhn": check_digits.luhn,
    "phone": lambda digits: re.match("0([5-9]0|800)" if len(digits) == _MOBILE else "0[1-9]", digits) is not None,
}
