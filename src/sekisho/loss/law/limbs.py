"""The limbs of an exemption held against the facts: what the text asks, what was found, what has to be said beside it. Pure.

Nothing here exempts. An exemption is likely where every limb has evidence, nothing speaks against one, and nothing about the
key is open; then a named person decides. A key that is known to be compromised, or of which nobody knows the state, keeps
every limb that rests on it from being met (loss reference, section 4.4).
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Protocol

from sekisho.loss.facts.fact import Facts
from sekisho.loss.law.obligation import Limb, Mark

_SHUT = frozenset({"suspended", "destroyed"})


class Exempting(Protocol):
    """What has to be known of an exemption's record: a limb that the table here does not have is the key of a flag."""

    @property
    def id(self) -> str:
        """Its name."""
        ...

    @property
    def all(self) -> Sequence[str]:
        """Limbs that the record itself names."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LimbRule:
    """One limb in the table: see the head of ``limbs.toml``."""

    exemption: str
    limb: str
    test: str
    evidence: tuple[str, ...]
    gap: str
    mark: Mark
    group: str
    stands: bool


def limbs_of(exemption: Exempting, facts: Facts) -> tuple[Limb, ...]:
    """Return the limbs of an exemption with what the facts say to each; none where nobody has said what its limbs are.

    Evidence that is a fact is named only where it was stated; that it says "nobody knows" is no evidence.
    """
    rules = limb_rules().get(exemption.id)
    if rules is not None and facts.flag("sealed") is not True:
        return tuple(_limb_elsewhere(rule, facts) for rule in rules)
    if rules is None:
        return tuple(_by_flag(exemption.id, key, facts) for key in exemption.all)
    return tuple(_limb(rule, facts) for rule in rules)


def are_met(limbs: Sequence[Limb]) -> bool | None:
    """Tell whether an exemption is likely: every limb carried by evidence; of a group, one is enough.

    Returns:
        False where the facts speak against it; None where something that has to be known is not, or there are no limbs.
    """
    if not limbs:
        return None
    answers = [_answer(limb) for limb in limbs if not limb.group]
    groups = dict.fromkeys(limb.group for limb in limbs if limb.group)
    answers += [_any([_answer(limb) for limb in limbs if limb.group == group]) for group in groups]
    if False in answers:
        return False
    return None if None in answers else True


def is_unreadable(facts: Facts) -> bool | None:
    """Tell whether whoever has what was lost cannot read it: as :func:`is_unintelligible`, but for others who had the key."""
    return _unreadable(facts)


def is_unintelligible(facts: Facts) -> bool | None:
    """Tell whether what was lost says nothing to whoever has it, by the evidence about the key; None where that is open."""
    return _key_kept(facts)


@cache
def limb_rules() -> Mapping[str, tuple[LimbRule, ...]]:
    """Return the limbs of every exemption in the table, in its order: exemption → limbs.

    Raises:
        ValueError: the table asks a question that there is not.
    """
    raw = tomllib.loads(files("sekisho.loss.law").joinpath("limbs.toml").read_text(encoding="utf-8"))
    found = {
        exemption: tuple(_rule(exemption, limb, entry) for limb, entry in limbs.items())
        for exemption, limbs in raw.items()
    }
    return MappingProxyType(found)


def _rule(exemption: str, limb: str, entry: Mapping[str, object]) -> LimbRule:
    evidence = entry["evidence"]
    if entry["test"] not in _TESTS or not isinstance(evidence, list):
        raise ValueError(f"limbs.toml: {exemption}.{limb}")
    return LimbRule(
        exemption=exemption,
        limb=limb,
        test=str(entry["test"]),
        evidence=tuple(evidence),
        gap=f"exemption.gap_{entry['gap']}" if "gap" in entry else "",
        mark=Mark(str(entry["mark"])),
        group=str(entry.get("group", "")),
        stands=bool(entry.get("stands", False)),
    )


def _limb(rule: LimbRule, facts: Facts) -> Limb:
    return Limb(
        exemption=rule.exemption,
        limb=rule.limb,
        met=_TESTS[rule.test](facts),
        evidence=_found(rule.evidence, facts),
        gap=rule.gap,
        mark=rule.mark,
        group=rule.group,
        stands=rule.stands,
    )


def _limb_elsewhere(rule: LimbRule, facts: Facts) -> Limb:
    """Return a limb for what was no capsule: what somebody states of its encryption has to carry all that a ledger would."""
    limb = _limb(rule, facts)
    if rule.test in _OF_ANY_MEDIUM:
        return limb
    met, evidence = _stated(facts), _found(("highly_encrypted", "encryption_evidence", "key_compromised"), facts)
    return replace(limb, met=met, evidence=evidence)


def _by_flag(exemption: str, key: str, facts: Facts) -> Limb:
    """Return a limb of an office's own record, which a flag of the vocabulary answers."""
    return Limb(
        exemption=exemption,
        limb=key,
        met=facts.flag(key),
        evidence=_found((key,), facts),
        gap="",
        mark=Mark.MEMORY,
    )


def _found(evidence: Sequence[str], facts: Facts) -> tuple[str, ...]:
    """Return what there is of it: files are written for a sealed copy alone."""
    sealed = facts.flag("sealed") is True
    return tuple(name for name in evidence if (sealed if "." in name else facts.value(name) is not None))


def _answer(limb: Limb) -> bool | None:
    if limb.met is None and limb.stands and limb.evidence:
        return True  # its gap is shown beside it, and a person decides
    return None if limb.met and not limb.evidence else limb.met


def _any(answers: Sequence[bool | None]) -> bool | None:
    if True in answers:
        return True
    return None if None in answers else False


def _stated(facts: Facts) -> bool | None:
    """What persons state of encryption that is not this program's: it is high, its evidence is complete, its key is safe."""
    if facts.flag("key_compromised") is True or facts.flag("highly_encrypted") is False:
        return False
    complete = facts.flag("highly_encrypted") and facts.text("encryption_evidence") == "complete"
    return True if complete and facts.flag("key_compromised") is False else None


def _unreadable(facts: Facts) -> bool | None:
    """Nobody who has the medium can read it: never released since it was last seen, and the share is shut."""
    if facts.flag("sealed") is not True:
        return _stated(facts)
    if facts.flag("key_compromised") is True or facts.text("verdict") == "C":
        return False
    known = facts.text("verdict") in {"A", "B"} and facts.text("share_state") in _SHUT
    doubtful = _compromise_unknown(facts) or facts.text("encryption_evidence") == "missing"
    return True if known and not doubtful else None


def _key_kept(facts: Facts) -> bool | None:
    """The key was not taken: nothing is known against it, and no copy of it is where a third party may have it."""
    unreadable = _unreadable(facts)
    return facts.flag("key_unexercisable") if unreadable and facts.flag("sealed") else unreadable


def _suite_listed(facts: Facts) -> bool | None:
    return {"listed": True, "not_listed": False}.get(facts.text("suite_membership"))


def _nist_suite(facts: Facts) -> bool | None:
    return {"approved": True, "not_approved": False}.get(facts.text("suite_nist"))


def _deleted_remotely(facts: Facts) -> bool | None:
    """The key was deleted or barred from afar; of one that is still live, only the means to do so is there: open."""
    return True if facts.text("share_state") in _SHUT else None


def _deleted_for_good(facts: Facts) -> bool | None:
    """Whether it was deleted: that a key was destroyed and not the ciphertext, leaves it open."""
    return False if facts.text("share_state") not in {"", "destroyed"} else None


def _key_flag(key: str) -> Callable[[Facts], bool | None]:
    """Return the question of a flag about the key, which a compromise answers with no."""

    def asked(facts: Facts) -> bool | None:
        if facts.flag("key_compromised") is True:
            return False
        return None if _compromise_unknown(facts) else facts.flag(key)

    return asked


def _compromise_unknown(facts: Facts) -> bool:
    """Tell whether somebody looked, and nobody knows; that nobody has spoken of it is what the ledger goes on."""
    stated = facts.get("key_compromised")
    return stated is not None and stated.value is None


_TESTS: Mapping[str, Callable[[Facts], bool | None]] = MappingProxyType({
    "unreadable": _unreadable,
    "key_kept": _key_kept,
    "encrypted": lambda facts: True if facts.text("suite") else None,
    "suite_listed": _suite_listed,
    "nist_suite": _nist_suite,
    "implemented": lambda facts: facts.flag("implementation_record"),
    "separated": _key_flag("key_separated"),
    "not_exercisable": _key_flag("key_unexercisable"),
    "deleted_remotely": _deleted_remotely,
    "deleted_for_good": _deleted_for_good,
    "recovered_all": lambda facts: facts.flag("recovered_all_copies"),
    "unread": lambda facts: facts.flag("no_third_party_read"),
    "controller_told": lambda facts: True if facts.time("controller_told_at") else None,
})  # fmt: skip

_OF_ANY_MEDIUM = frozenset({"recovered_all", "unread", "controller_told"})
"""Questions that do not ask about encryption."""
