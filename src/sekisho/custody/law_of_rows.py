"""The law's requirements on the rows of one cut: what is done to them, what is searched, and the list that approvers sign.

Joins :mod:`sekisho.cut.law` (what is asked, what is counted) with :mod:`sekisho.custody.verifying` (what is found).
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import polars as pl

from sekisho.custody.cut_record import CutCheck
from sekisho.cut.law.checks import examine
from sekisho.cut.law.findings import Finding
from sekisho.cut.law.notices import LABEL, label_text
from sekisho.cut.law.output import Output, settle
from sekisho.cut.law.rules import rules_of
from sekisho.cut.plan import Plan
from sekisho.cut.purpose import Purpose
from sekisho.cut.run import Finish

if TYPE_CHECKING:
    from sekisho.custody.verifying import Verifier

Randomness = Callable[[int], bytes]

_GENERAL = frozenset({"nothing_against", "for_a_person"})


class LawOfRows:
    """What the law asks of one cut's rows; nothing, under a legal basis that has no rules on them."""

    def __init__(self, plan: Plan, randomness: Randomness) -> None:
        """Look at what a plan lets out.

        Args:
            plan: the plan.
            randomness: gives the order of anonymised rows.
        """
        self._plan = plan
        self._randomness = randomness
        self._verifier = _verifier(plan)
        self._output = Output(plan)
        self._blanked = 0

    @property
    def is_anonymous(self) -> bool:
        """Whether nothing that leads back may be kept."""
        return self._plan.purpose.purpose.basis == "anonymous"

    @property
    def finish(self) -> Finish | None:
        """What is done to the whole table before it leaves, if anything."""
        return self._settle if self.is_anonymous else None

    def _settle(self, table: pl.DataFrame, people: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
        table, people, self._blanked = settle(self._plan, table, people, self._randomness)
        return table, people

    def see(self, table: pl.DataFrame) -> None:
        """Look at a block of what leaves."""
        if self._verifier:
            self._verifier.see(table)
        self._output.see(table)

    def must_hold(self) -> None:
        """Refuse the cut if what leaves holds what may not.

        Raises:
            Refused: with fields, kinds and numbers, never a value.
        """
        if self._verifier:
            self._verifier.must_be_none()
        self._output.must_hold()

    def label(self) -> str:
        """Return the words that go with anonymised data."""
        head = self._plan.purpose.purpose
        items = [each.field.out for each in self._plan.fields]
        public = head.controller.kind == "local_government"
        return label_text(controller=head.controller.name, title=head.title, items=items, public_body=public)

    def findings(self) -> Iterator[Finding]:
        """Yield what was found in the rows."""
        if self._verifier:
            yield from self._verifier.findings()
        yield from self._output.findings(self._blanked)
        if self.is_anonymous:
            items = "、".join(each.field.out for each in self._plan.fields)
            said: dict[str, tuple[str, dict[str, object]]] = {
                "destroyed": ("nothing_kept", {}),
                "order": ("shuffled", {}),
                "publication": ("publish", {"items": items}),
                "label": ("labelled", {"file": LABEL}),
            }
            for rule in rules_of("anonymous"):
                if rule.after in said:
                    key, values = said[rule.after]
                    severity = "decide" if rule.after in {"publication", "label"} else "passed"
                    yield Finding(rule=rule, severity=severity, key=key, values=values)  # type: ignore[arg-type]  # a str to mypy


def _verifier(plan: Plan) -> "Verifier | None":
    """Return who searches the rows, where the legal basis asks for it."""
    if not any(rule.after for rule in rules_of(plan.purpose.purpose.basis)):
        return None
    from sekisho.custody.verifying import Verifier  # noqa: PLC0415 - most cuts need nothing of a finder of names in text

    return Verifier(plan)


def checklist(purpose: Purpose, text: str, after: Sequence[Finding]) -> list[Finding]:
    """Return what was found in a purpose and in its rows, in the order of the requirements.

    Where the rows were looked at, that is said, and not that the purpose alone showed nothing.

    Args:
        purpose: the purpose.
        text: its text, for line numbers.
        after: what was found in the rows.
    """
    if purpose.purpose.basis == "entrustment":
        return []  # none of it stops or changes a cut; `purpose check` says it
    told = {finding.rule.id for finding in after}
    before = [each for each in examine(purpose, text) if each.key not in _GENERAL or each.rule.id not in told]
    order = [rule.id for rule in rules_of(purpose.purpose.basis)]
    return sorted([*before, *after], key=lambda finding: order.index(finding.rule.id))


def cut_check(finding: Finding) -> CutCheck:
    """Return a finding as a record holds it.

    Raises:
        ValueError: a refusal, with which nothing is recorded.
    """
    if finding.severity == "refused":
        raise ValueError("what was refused has no record")
    rule = finding.rule
    return CutCheck(
        rule=rule.id,
        article=rule.article,
        article_en=rule.article_en,
        source=rule.cited(),
        checked=rule.checked.isoformat(),
        status=rule.status,
        severity=finding.severity,
        field=finding.field,
        ja=finding.says("ja"),
        en=finding.says("en"),
    )
