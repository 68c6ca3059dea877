"""Situations to assess: kinds of data about one person, and facts."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType

from sekisho.kinds.taxonomy import kind
from sekisho.loss.facts.fact import Fact, Facts, Value, Visibility
from sekisho.loss.severity.assessment import Situation

_NOTHING: Mapping[str, Value] = MappingProxyType({})
_AT = datetime(2026, 6, 22, 7, 0, tzinfo=UTC)


def facts_from(values: Mapping[str, Value]) -> Facts:
    """Return facts of these values, stated one after the other."""
    stated = [
        Fact(n=n, key=key, value=value, visibility=Visibility.REGULATOR, source="ledger", at=_AT)
        for n, (key, value) in enumerate(values.items(), 1)
    ]
    return Facts.of(stated)


def situation(
    *kinds: str,
    facts: Mapping[str, Value] = _NOTHING,
    together: Sequence[frozenset[str]] = (),
    smallest_group: int | None = None,
) -> Situation:
    """Return a loss of these kinds of data, all of them about the same people unless it is said otherwise."""
    stated = facts_from(facts)
    return Situation(
        by_kind={kind(each): 1 for each in kinds},
        together=together or (frozenset(kinds),),
        persons=stated.number("persons_max"),
        facts=stated,
        smallest_group=smallest_group,
    )
