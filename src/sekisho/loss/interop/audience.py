"""A case as some may hear it: nothing leaves the office in any format that its reader may not hear. Pure.

What is secret leaves in none, whoever asks: it helps whoever holds what was lost. Nor does a text that gives a secret away,
whoever typed it where, and were it superseded a minute later.
"""

from dataclasses import replace

from sekisho.loss.facts.fact import Facts, Value, Visibility
from sekisho.loss.facts.giveaway import gives_away
from sekisho.loss.facts.vocabulary import vocabulary
from sekisho.loss.incident.case import Case
from sekisho.loss.law.obligation import Obligation


def heard_by(case: Case, most: Visibility) -> Case:
    """Return a case without what readers of this standing may not hear; secrets are for nobody.

    Reasons of an obligation quote facts, and evidence for an exemption names what the office works with: the former go
    with their fact, the latter is for those in the office.
    """
    most = min(most, Visibility.INTERNAL)
    facts = Facts(
        tuple(fact for fact in case.facts.visible_to(most).stated if not says_a_secret(told(fact.value), case.facts))
    )
    known = {fact.key for fact in facts}
    hidden = {key for key in vocabulary() if key not in known}
    obligations = tuple(_heard(obligation, most, hidden) for obligation in case.obligations)
    return replace(case, facts=facts, obligations=obligations)


def told(value: Value) -> str:
    """Return a fact's value as text; nothing where nobody knows."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return " / ".join(value) if isinstance(value, tuple) else str(value)


def says_a_secret(text: str, facts: Facts) -> bool:
    """Tell whether a text gives a secret fact away, as far as a search for it can tell."""
    return bool(gives_away(text, facts))


def _heard(obligation: Obligation, most: Visibility, hidden: set[str]) -> Obligation:
    why = tuple(reason for reason in obligation.why if not hidden.intersection(reason.split()))
    limbs = obligation.limbs if most >= Visibility.INTERNAL else ()
    return replace(obligation, why=why, limbs=limbs)
