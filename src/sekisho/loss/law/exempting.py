"""What evidence there is for an exemption. Nothing is exempted here: a named person decides."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sekisho.loss.facts.fact import Facts
from sekisho.loss.facts.vocabulary import vocabulary
from sekisho.loss.law.limbs import are_met, limbs_of
from sekisho.loss.law.lint import KEY_STATE_UNKNOWN
from sekisho.loss.law.obligation import Limb
from sekisho.loss.law.record import Exemption, mark_of

_KEY = "key_compromised"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """An exemption, held against facts.

    Attributes:
        exemption: which.
        limbs: its conditions, with what was found for each.
        likely: whether there is evidence for every one that it needs, and nothing stands against it.
        blocked: keys of the facts that stand against it.
        unknown: keys of the facts that would have to be known before it could be likely.
    """

    exemption: Exemption
    limbs: tuple[Limb, ...]
    likely: bool
    blocked: tuple[str, ...]
    unknown: tuple[str, ...]


def grounds_of(
    names: Iterable[str], exemptions: Mapping[str, Exemption], facts: Facts, *, frees: str, roles: tuple[str, ...]
) -> tuple[Ground, ...]:
    """Hold facts against the exemptions that a record names, as far as they free from what is asked.

    Args:
        names: ids of exemptions.
        exemptions: id → exemption.
        facts: what is known.
        frees: ``report`` or ``notice_to_person``.
        roles: as what the office handles the data.
    """
    found = (exemptions[name] for name in names)
    return tuple(
        ground(each, facts)
        for each in found
        if frees in (each.frees or (frees,)) and (not each.roles or set(each.roles) & set(roles))
    )


def ground(exemption: Exemption, facts: Facts) -> Ground:
    """Hold facts against an exemption."""
    limbs = (*(found := limbs_of(exemption, facts)), *_left(exemption, found, facts))
    blocked, unknown = _against(exemption, facts)
    return Ground(
        exemption=exemption,
        limbs=limbs,
        likely=are_met(limbs) is True and not blocked and not unknown,
        blocked=blocked,
        # A key that nobody asked after is worth asking after only where some of the evidence is there.
        unknown=unknown if any(limb.met for limb in limbs) else (),
    )


def _left(exemption: Exemption, found: Iterable[Limb], facts: Facts) -> tuple[Limb, ...]:
    """Return those of which one is enough, as far as an office's own record names them: each is the key of a flag."""
    known = {limb.limb for limb in found}
    mark = mark_of(exemption.check)
    return tuple(
        Limb(
            exemption=exemption.id,
            limb=name,
            met=facts.flag(name) if name in vocabulary() else None,
            evidence=(name,) if facts.value(name) is not None else (),
            gap="",
            mark=mark,
            group="any_of",
        )
        for name in exemption.any_of
        if name not in known
    )


def _against(exemption: Exemption, facts: Facts) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the facts that stand against it, and those that would have to be known.

    Of a sealed copy, the ledger says that nothing is known against its key, until somebody says that nobody knows.
    """
    flags = [name for name in exemption.blocks_if if name != KEY_STATE_UNKNOWN]
    asked = [_KEY] if KEY_STATE_UNKNOWN in exemption.blocks_if else []
    unstated = facts.flag("sealed") is not True
    blocked = tuple(name for name in flags if facts.flag(name))
    unknown = [name for name in asked if facts.flag(name) is None and (unstated or facts.get(name) is not None)]
    return blocked, tuple(unknown)
