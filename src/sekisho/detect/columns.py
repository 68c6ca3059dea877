"""Which kinds a table's columns hold: evidence of every column, then of its neighbours, summed to a posterior.

A kind's confidence is the logistic of its prior plus the weights of all evidence; levels are thresholds of confidence
(``rules/scale.toml``). Two rules stand above the sum. Without support by values a header alone is never more than
``low``. And check digits alone, without a header that says the same, need enough tries and passes for ``high``.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from math import exp
from typing import Literal

from sekisho.detect.evidence import ColumnProfile, Evidence, own_evidence, speaks
from sekisho.detect.headers import HeaderReading
from sekisho.detect.packs import KindRule, Rules, SequenceRule
from sekisho.kinds.taxonomy import kind

Level = Literal["high", "medium", "low"]

_SUPPORT = frozenset({"shape", "inside", "check_digit", "labelled"})
_SURE = frozenset({"exact", "part"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How surely one column holds one kind.

    Attributes:
        kind: the id of the kind.
        confidence: the posterior, 0 to 1.
        level: what a report says.
        evidence: all of it; the weights and the prior make the confidence.
    """

    kind: str
    confidence: float
    level: Level
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class _Case:
    """A column and a kind under consideration."""

    column: int
    kind: str
    rule: KindRule
    reading: HeaderReading | None
    evidence: tuple[Evidence, ...]

    @property
    def confidence(self) -> float:
        return 1 / (1 + exp(-max(-500.0, self.rule.prior + sum(each.weight for each in self.evidence))))

    @property
    def is_named(self) -> bool:
        return self.reading is not None and self.reading.kind.id == self.kind and self.reading.strength in _SURE


def judge(profiles: Sequence[ColumnProfile], rules: Rules) -> list[list[Verdict]]:
    """Return the verdicts on each column of a table, the surest first."""
    cases = [case for column, profile in enumerate(profiles) for case in _cases(column, profile, rules)]
    cases = [replace(case, evidence=(*case.evidence, *_sequence_evidence(case, profiles, rules))) for case in cases]
    likely = {(case.column, case.kind) for case in cases if _level(case, rules) in {"high", "medium"}}
    verdicts: list[list[Verdict]] = [[] for _ in profiles]
    for case in cases:
        full = replace(case, evidence=(*case.evidence, *_neighbours(case, likely, rules)))
        if level := _level(full, rules):
            evidence = tuple(each for each in full.evidence if each.weight)
            verdicts[case.column].append(
                Verdict(kind=case.kind, confidence=full.confidence, level=level, evidence=evidence)
            )
    return [sorted(found, key=lambda verdict: (-verdict.confidence, verdict.kind)) for found in verdicts]


def _cases(column: int, profile: ColumnProfile, rules: Rules) -> Iterator[_Case]:
    reading = profile.reading
    for kind_id, rule in rules.kinds.items():
        named = profile.is_called(kind_id)
        if not named and not speaks(rule, profile):
            continue
        evidence = tuple(own_evidence(kind_id, rule, profile, rules))
        if named or _supports(evidence):
            yield _Case(column, kind_id, rule, reading, evidence)


def _level(case: _Case, rules: Rules) -> Level | None:
    levels, confidence = rules.scale.levels, case.confidence
    if not _supports(case.evidence):
        return "low" if case.is_named or confidence >= levels["low"] else None
    if confidence >= levels["high"]:
        return "high" if case.is_named or _checks_convince(case, rules) else "medium"
    if confidence >= levels["medium"]:
        return "medium"
    return "low" if case.is_named or confidence >= levels["low"] else None


def _supports(evidence: Collection[Evidence]) -> bool:
    """Tell whether values, not words alone, speak for the kind."""
    return any(each.key in _SUPPORT and each.weight > 0 for each in evidence)


def _checks_convince(case: _Case, rules: Rules) -> bool:
    """Tell whether check digits, where they are all there is, were tried often enough and passed."""
    if any(each.key == "labelled" for each in case.evidence):
        return True
    for each in case.evidence:
        if each.key == "check_digit":
            passed, tried = int(each.values["passed"]), int(each.values["tried"])
            return tried >= rules.scale.check["least"] and passed > rules.scale.check["passes"] * tried
    return True


def _neighbours(case: _Case, likely: Collection[tuple[int, str]], rules: Rules) -> Iterator[Evidence]:
    """Yield what the other columns of the table say about this one."""
    others = {kind_id for column, kind_id in likely if column != case.column}
    beside = [(weight, kind_id) for kind_id, weight in case.rule.beside.items() if kind_id in others]
    if beside:  # neighbours tend to come together, so only the best of them counts
        weight, kind_id = max(beside)
        yield Evidence("beside", weight, {"kind": kind_id})
    if case.rule.needs_person:
        somebody = any("direct" in kind(kind_id).flags for kind_id in others)
        yield Evidence("person" if somebody else "no_person", rules.scale.person["beside" if somebody else "absent"])


def _sequence_evidence(case: _Case, profiles: Sequence[ColumnProfile], rules: Rules) -> Iterator[Evidence]:
    """Yield the sequences of columns in which this one has its place."""
    for sequence in rules.sequences:
        for place, kind_id in enumerate(sequence.kinds):
            start = case.column - place
            if kind_id == case.kind and start >= 0 and _stands_at(sequence, profiles[start:], rules):
                yield Evidence("sequence", sequence.weight)
                return


def _stands_at(sequence: SequenceRule, profiles: Sequence[ColumnProfile], rules: Rules) -> bool:
    full = rules.scale.values["full"]
    return len(profiles) >= len(sequence.columns) and all(
        profile.filled and sum(profile.share(name).rate for name in names) >= full
        for names, profile in zip(sequence.columns, profiles, strict=False)
    )
