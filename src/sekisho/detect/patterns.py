"""Numbers and words of any country in running text that their pattern tells: e-mail, IBAN, keys, foreign documents.

The patterns stand in the rule packs. A pattern that is telling enough is looked for everywhere, the others only behind
their labels; a check in code refuses what cannot be real. Nothing is searched twice: one pass over the bytes says on which
lines which patterns may stand, and only these lines are asked.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, TypeAlias

import numpy as np

from sekisho.detect import check_digits, foreign_ids, online_ids, phones
from sekisho.detect.literals import Literals
from sekisho.detect.packs import PatternRule, built_in_rules
from sekisho.detect.vectorscan import Found, vectorscan
from sekisho.readers.structure import Positions

Level = Literal["high", "medium", "low", "never"]

_BEFORE, _BEHIND = r"(?<![0-9A-Za-z_])(?<![0-9][.\-])(?:", r")(?![0-9A-Za-z_])(?![.\-][0-9])"
_SEPARATORS = re.compile(r"[\s.\-]")
_LONGEST = 160
_LETTERS = np.array([bytes([byte]).isalpha() for byte in range(256)])

_Hit: TypeAlias = tuple[int, int, int, bool]  # start, end, number of the pattern, labelled


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPattern:
    """A pattern of the rule packs, ready to search.

    Attributes:
        kind: the id of the kind.
        name: what it is called.
        country: ISO 3166 code; empty where it is no country's.
        regex: on text, with ASCII boundaries.
        check: tells whether a match can be real.
        labels: what stands before it, in small letters.
        link: what may stand between.
        bare: how sure one is without a label.
        labelled: how sure one is with it.
    """

    kind: str
    name: str
    country: str
    regex: re.Pattern[str]
    check: Callable[[str], bool] | None
    labels: tuple[str, ...]
    link: re.Pattern[str]
    bare: Level
    labelled: Level


@dataclass(frozen=True, slots=True)
class PatternMatch:
    """One match in a text.

    Attributes:
        start: the character where it starts.
        end: the character behind its end.
        pattern: what was found.
        labelled: a label stands before it.
    """

    start: int
    end: int
    pattern: TextPattern = field(repr=False)
    labelled: bool

    @property
    def level(self) -> Level:
        """How sure one can be by the pattern and its label alone."""
        return self.pattern.labelled if self.labelled else self.pattern.bare


def find_patterns(text: str, data: bytes | None = None) -> list[PatternMatch]:
    """Return what the patterns find in a text, in order; one place may be several things.

    Args:
        text: whole lines.
        data: the same in UTF-8, where the caller has it: encoding takes longer than the search.
    """
    if data is None:
        data = text.encode(errors="replace")  # a lone surrogate becomes one byte and stays one character
    lines = _bare_lines(text, data)
    labels = _label_ends(text, data)
    if not lines and not labels:
        return []
    found = set(_labelled(text, labels))
    for place, spans in lines.items():
        found.update(_bare(text, place, spans, labels.get(place, [])))
    patterns = text_patterns()
    matches = sorted(found)
    return [PatternMatch(start, end, patterns[place], labelled) for start, end, place, labelled in matches]


@cache
def text_patterns() -> tuple[TextPattern, ...]:
    """Return the patterns of the built-in rule packs.

    Raises:
        KeyError: a rule names a check that there is not.
    """
    return tuple(map(_compiled, built_in_rules().patterns))


def is_foreign_id(text: str) -> bool:
    """Tell whether a whole text is a foreign identification number, telling by its form, that passes its check."""
    form, patterns = _foreign_ids()
    return form.fullmatch(text) is not None and any(
        pattern.regex.fullmatch(text) and pattern.check and pattern.check(text) for pattern in patterns
    )


@cache
def _foreign_ids() -> tuple[re.Pattern[str], list[TextPattern]]:
    """Return the patterns that tell without a label, and one for all of them, because most values have none."""
    patterns = [
        each for each in text_patterns() if each.kind == "foreign_id" and each.bare in {"high", "medium"} and each.check
    ]
    return re.compile("|".join(each.regex.pattern for each in patterns), re.ASCII), patterns


def _compiled(rule: PatternRule) -> TextPattern:
    return TextPattern(
        kind=rule.kind,
        name=rule.name,
        country=rule.country,
        regex=re.compile(_BEFORE + rule.pattern + _BEHIND, re.ASCII),
        check=PATTERN_CHECKS[rule.check] if rule.check else None,
        labels=rule.labels,
        link=re.compile(rule.link),
        bare=rule.bare,
        labelled=rule.labelled,
    )


def _bare(text: str, place: int, spans: Sequence[tuple[int, int]], labels: Sequence[int]) -> Iterator[_Hit]:
    """Yield the matches of one pattern on the lines where it may stand."""
    pattern = text_patterns()[place]
    for start, stop in spans:
        for match in pattern.regex.finditer(text, start, stop):
            if pattern.check is None or pattern.check(match[0]):
                labelled = _has_label(text, match.start(), labels, pattern.link)
                yield match.start(), match.end(), place, labelled


def _labelled(text: str, labels: Mapping[int, Sequence[int]]) -> Iterator[_Hit]:
    """Yield the first match behind each label."""
    patterns = text_patterns()
    for place, ends in labels.items():
        pattern = patterns[place]
        for end in ends:
            stop = text.find("\n", end, end + _LONGEST)
            if stop >= 0 and not text[end:stop].strip(" :：\r"):  # a form: the value stands below its label
                stop = text.find("\n", stop + 1, end + _LONGEST)
            match = pattern.regex.search(text, end, stop if stop >= 0 else end + _LONGEST)
            near = match and pattern.link.fullmatch(text, end, match.start())
            if match and near and (pattern.check is None or pattern.check(match[0])):
                yield match.start(), match.end(), place, True


def _has_label(text: str, start: int, labels: Sequence[int], link: re.Pattern[str]) -> bool:
    """Tell whether a label stands so near before a place that it speaks of it."""
    before = bisect_left(labels, start + 1)
    return before > 0 and link.fullmatch(text, labels[before - 1], start) is not None


def _bare_lines(text: str, data: bytes) -> dict[int, list[tuple[int, int]]]:
    """Return by pattern on which lines it may stand."""
    search = _bare_search()
    places = _bare_places()
    if search is None:
        return {place: [(0, len(text))] for place in places}
    ends, index = search(data)
    lines: dict[int, list[tuple[int, int]]] = {}
    order = np.argsort(ends, kind="stable")
    for end, which in zip(_characters(text, data, ends[order]), index[order].tolist(), strict=True):
        spans = lines.setdefault(places[which], [])
        if not spans or end > spans[-1][1]:
            stop = text.find("\n", end - 1)
            spans.append((text.rfind("\n", 0, end - 1) + 1, stop if stop >= 0 else len(text)))
    return lines


def _label_ends(text: str, data: bytes) -> dict[int, list[int]]:
    """Return by pattern where its labels end, in order; a label in ASCII is a word of its own."""
    words, owners = _labels()
    starts, index = words.find(data)
    if not len(starts):
        return {}
    stops = starts + np.array([len(word) for word in words.words], np.int64)[index]
    raw = np.frombuffer(data, np.uint8)
    behind = (stops < len(raw)) & _LETTERS[raw[np.minimum(stops, len(raw) - 1)]]
    before = (starts > 0) & _LETTERS[raw[starts - 1]]
    inside = (before & _LETTERS[raw[starts]]) | (behind & _LETTERS[raw[stops - 1]])
    whole = np.flatnonzero(~inside)
    found: dict[int, list[int]] = {}
    for stop, which in zip(stops[whole].tolist(), index[whole].tolist(), strict=True):
        for place in owners[which]:
            found.setdefault(place, []).append(stop)
    return {place: sorted(_characters(text, data, np.array(ends, np.int64))) for place, ends in found.items()}


def _characters(text: str, data: bytes, places: Positions) -> list[int]:
    """Return the characters that stand at bytes."""
    if len(data) == len(text) or not len(places):
        same: list[int] = places.tolist()
        return same
    starts = (np.frombuffer(data, np.uint8) & 0xC0) != 0x80
    before = np.concatenate([[0], np.cumsum(starts)])
    characters: list[int] = before[places].tolist()
    return characters


@cache
def _bare_places() -> list[int]:
    return [place for place, pattern in enumerate(text_patterns()) if pattern.bare != "never"]


@cache
def _bare_search() -> Callable[[bytes], Found] | None:
    rules = built_in_rules().patterns
    return vectorscan([(rules[place].probe or rules[place].pattern).encode() for place in _bare_places()])


@cache
def _labels() -> tuple[Literals, list[list[int]]]:
    """Return all labels, and the patterns that each belongs to."""
    owners: dict[str, list[int]] = {}
    for place, pattern in enumerate(text_patterns()):
        for label in pattern.labels:
            owners.setdefault(label, []).append(place)
    return Literals([label.encode() for label in owners], caseless=True), list(owners.values())


def _of_digits(check: Callable[[str], bool]) -> Callable[[str], bool]:
    """Ask a check that takes digits alone, and refuse dummies."""

    def checked(text: str) -> bool:
        compact = _SEPARATORS.sub("", text).upper()
        return check(compact) and not (compact.isdecimal() and check_digits.is_dummy(compact))

    return checked


PATTERN_CHECKS: dict[str, Callable[[str], bool]] = {
    **{
        name: check
        for name, check in vars(foreign_ids).items()
        if re.match("[a-z]{2}_", name) and name != "is_dummy" and callable(check)
    },
    "email": online_ids.is_email,
    "ip_address": online_ids.is_ip_address,
    "mac_address": online_ids.is_mac_address,
    "key": online_ids.is_key,
    "secret": online_ids.is_secret,
    "international_phone": phones.international_phone,
    "any_phone": phones.any_phone,
    "iban": _of_digits(check_digits.iban),
    "ssn": _of_digits(check_digits.ssn),
    "nino": _of_digits(check_digits.nino),
    "nhs_number": _of_digits(check_digits.nhs_number),
    "kr_rrn": _of_digits(check_digits.kr_rrn),
    "tw_id": check_digits.tw_id,
}
