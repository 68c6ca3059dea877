"""What a column's header says: a kind of the taxonomy, how surely, and whether it speaks of a household.

On top of the exact words of :func:`~sekisho.kinds.taxonomy.kind_of_header`: a word with its form behind it (氏名カナ,
生年月日(西暦), 住所2), and a word with somebody before it (世帯主氏名, ``customer_phone``, ``patientBirthDate``). A label
inside a compound that means something else (会社名, ``project_name``) does not count.
"""

import re
from dataclasses import dataclass
from typing import Literal

from sekisho.detect.packs import HeaderWords, Rules
from sekisho.kinds.taxonomy import Kind, header_form, kind, kind_of_header

Strength = Literal["exact", "part", "weak"]

_KANA_OF = {"name": "name_kana", "account_holder": "account_holder", "address": "address"}
_TOKEN = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderReading:
    """What a header says.

    Attributes:
        kind: the kind it names.
        strength: a word of the taxonomy, a compound with one, or a word that means other things as often.
        household: it speaks of a household's head or number.
    """

    kind: Kind
    strength: Strength
    household: bool


def read_header(header: str, rules: Rules) -> HeaderReading | None:
    """Return what a header names, None if it names no kind."""
    found = _named(header, rules.headers)
    if found is None:
        return None
    form = header_form(header)
    heads = rules.people.household_heads
    household = form in rules.people.household_codes or form.startswith(heads)
    return HeaderReading(kind=found[0], strength=found[1], household=household)


def names_thing(header: str, rules: Rules) -> bool:
    """Tell whether a header names a thing by its number: 型番, ``order_id``."""
    return header_form(header).endswith(tuple(rules.headers.things))


def _named(header: str, words: HeaderWords) -> tuple[Kind, Strength] | None:
    if found := kind_of_header(header):
        return found, "weak" if header_form(header) in words.weak else "exact"
    form = header_form(header)
    return _without_form(form, words) or _behind_role(form, words) or _in_english(header, words)


def _without_form(form: str, words: HeaderWords) -> tuple[Kind, Strength] | None:
    """Read 生年月日西暦, 住所2, 世帯主氏名カナ: what stands behind the word says how it is written."""
    for ending in (*words.kana_forms, *words.forms, form[-1:] if form[-1:].isdigit() else ""):
        stem = form.removesuffix(ending)
        if not ending or stem in {form, ""}:
            continue
        found = kind_of_header(stem)
        named = _plain(found, stem in words.weak) if found else _behind_role(stem, words)
        if named and ending in words.kana_forms:
            return (kind(_KANA_OF[named[0].id]), named[1]) if named[0].id in _KANA_OF else None
        if named:
            return named
    return None


def _plain(found: Kind, is_weak: bool) -> tuple[Kind, Strength]:
    return found, "weak" if is_weak else "part"


def _behind_role(form: str, words: HeaderWords) -> tuple[Kind, Strength] | None:
    """Read 世帯主氏名 and 申請者の電話番号: the longest word of the taxonomy at the end, and what stands before it."""
    for start in range(1, 0 if form.isascii() else len(form)):
        found = kind_of_header(form[start:])
        if found is None:
            continue
        before = form[:start].removesuffix("の")
        if before in words.roles:
            return found, "part"
        is_other = form[start:] in words.weak or any(before.endswith(word) for word in words.refused)
        return None if is_other else (found, "part")
    return None


def _in_english(header: str, words: HeaderWords) -> tuple[Kind, Strength] | None:
    """Read ``customer_phone_number`` and ``PatientBirthDate`` word by word."""
    tokens = [token.lower() for token in _TOKEN.findall(header)]
    while tokens and tokens[-1].isdigit():
        tokens.pop()
    for start in range(len(tokens)):
        word = "".join(tokens[start:])
        found = kind_of_header(word)
        if found is None:
            continue
        before = tokens[start - 1] if start else ""
        if before in words.roles or not before:
            return _plain(found, word in words.weak)
        return None if word in words.weak or before in words.refused else (found, "part")
    return None
