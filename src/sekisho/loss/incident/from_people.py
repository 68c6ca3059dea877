"""What the indexes of people and the records of the cuts say about an incident. Pure. Every number is computed, none typed.

Limits of a law are held against the most people that there can be: a row whose person could not be told may have been anybody's.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

from sekisho.custody.cut_record import CutFile, CutRecord
from sekisho.kinds.taxonomy import Kind, kinds_in, taxonomy
from sekisho.loss.facts.fact import Value
from sekisho.loss.who import Affected

_HOUSEHOLD_WORDS = ("世帯主", "household")
_ACCOUNTS = frozenset({"bank_account", "yucho_account", "iban"})
_ORDINANCE = frozenset({"welfare_status"})
_TABLES = frozenset({"table", "answers"})


def _flagged(*flags: str, but: Collection[str] = ()) -> frozenset[str]:
    return frozenset(kind.id for kind in taxonomy().values() if kind.flags & set(flags) and kind.id not in but)


def facts_of_people(found: Affected) -> dict[str, Value]:
    """Return how many people are concerned, and with what.

    Welfare is no special-care information of the act but may be of an ordinance, and is counted apart. The number of a bank
    account costs nobody money by itself (Q&A 14-8, by analogy); that of a card does (Q&A 6-12).
    """
    index = found.index
    kinds = {kind.id for kind in index.kinds}
    counted: Mapping[str, frozenset[str]] = {
        "sensitive_persons": _flagged("special_care", but=_ORDINANCE),
        "ordinance_sensitive_persons": _ORDINANCE,
        "financial_harm_persons": _flagged("financial_harm", but=_ACCOUNTS),
        "unique_id_persons": _flagged("identification_code", "my_number"),
        "account_persons": _ACCOUNTS,
    }
    segments = [(kinds_in(segment.mask), segment.people) for segment in index.segments()]
    return {
        "persons": found.at_least,
        "persons_max": found.at_most,
        "kinds": tuple(kind.id for kind in index.kinds),
        "field_sets": len(segments),
        "contains_my_number": "my_number" in kinds,
        **{key: _at_most(segments, wanted, unresolved=index.unresolved) for key, wanted in counted.items()},
    }


def _at_most(segments: Sequence[tuple[tuple[Kind, ...], int]], wanted: frozenset[str], *, unresolved: int) -> int:
    having = sum(people for kinds, people in segments if any(kind.id in wanted for kind in kinds))
    return having + unresolved if having else 0


def facts_of_cuts(cuts: Sequence[CutRecord]) -> dict[str, Value]:
    """Return what was on them: title, purpose, tables with their rows, and sums over the tables of one sort."""
    if not cuts:
        return {}
    files = [(cut, file) for cut in cuts for file in cut.files if file.form in _TABLES]

    def rows(is_one: Callable[[CutRecord, CutFile], bool]) -> int | None:
        return sum(file.rows for cut, file in files if is_one(cut, file)) or None

    titles = "・".join(dict.fromkeys(cut.title for cut in cuts))
    return {
        "title": titles,
        "purpose": titles,
        "tables": tuple(f"{file.name}: {file.rows}" for _, file in files),
        "records": sum(file.rows for _, file in files),
        "households": rows(_is_of_households),
        "account_records": rows(_has_accounts),
    }


def _has_accounts(cut: CutRecord, file: CutFile) -> bool:
    return any(field.file == file.name and field.kind in _ACCOUNTS for field in cut.leaving)


def _is_of_households(cut: CutRecord, file: CutFile) -> bool:
    named = [cut.subject, *(field.name for field in cut.leaving if field.file == file.name)]
    return any(word in name.lower() for name in named for word in _HOUSEHOLD_WORDS)
