"""What evidence there is for an exemption. Nothing is exempted here: a named person decides."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sekisho.loss.facts.fact import Facts
from sekisho.loss.law.lint import KEY_STATE_UNKNOWN
from sekisho.loss.law.obligation import Limb
from sekisho.loss.law.record import Exemption, mark_of

LimbsOf = Callable[[Exemption, Facts], tuple[Limb, ...]]

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

    @property
    def carried(self) -> bool:
        """Tell whether every limb that it needs is met, with evidence."""
        return _carried(self.exemption, self.limbs)


def grounds_of(
    names: Iterable[str],
    exemptions: Mapping[str, Exemption],
    facts: Facts,
    *,
    frees: str,
    roles: tuple[str, ...],
    limbs_of: LimbsOf,
) -> tuple[Ground, ...]:
    """Hold facts against the exemptions that a record names, as far as they free from what is asked.

    Args:
        names: ids of exemptions.
        exemptions: id → exemption.
        facts: what is known.
        frees: ``report`` or ``notice_to_person``.
        roles: as what the office handles the data.
        limbs_of: what finds the evidence.
    """
    found = (exemptions[name] for name in names)
    return tuple(
        ground(each, facts, limbs_of)
        for each in found
        if frees in (each.frees or (frees,)) and (not each.roles or set(each.roles) & set(roles))
    )


def ground(exemption: Exemption, facts: Facts, limbs_of: LimbsOf) -> Ground:
    """Hold facts against an exemption."""
    limbs = limbs_of(exemption, facts)
    blocked, unknown = _against(exemption, facts)
    # A key that nobody asked after is worth asking after only where some of the evidence is there.
    unknown = unknown if any(limb.met for limb in limbs) else ()
    likely = _carried(exemption, limbs) and not _against(exemption, facts)[0] and not _against(exemption, facts)[1]
    return Ground(exemption=exemption, limbs=limbs, likely=likely, blocked=blocked, unknown=unknown)


def plain_limbs(exemption: Exemption, facts: Facts) -> tuple[Limb, ...]:
    """Return the limbs of an exemption by what its facts say of encryption and recovery as a whole."""
    return tuple(_limb(exemption, name, facts) for name in (*exemption.all, *exemption.any_of))


def _limb(exemption: Exemption, name: str, facts: Facts) -> Limb:
    met, evidence = _met(name, facts)
    mark = mark_of(exemption.check_fields.get(name, exemption.check))
    return Limb(exemption=exemption.id, limb=name, met=met, evidence=evidence, gap="", mark=mark)


def _met(name: str, facts: Facts) -> tuple[bool | None, tuple[str, ...]]:
    if facts.flag(name) is not None:
        return facts.flag(name), (name,)
    encrypted = facts.flag("highly_encrypted")
    if name in _OF_ENCRYPTION and facts.text("encryption_evidence") == "complete" and encrypted is not None:
        return encrypted, ("highly_encrypted", "encryption_evidence")
    return None, ()


_OF_ENCRYPTION = frozenset(
    {
        "unreadable_by_the_state_of_the_art_at_that_time",
        "algorithm_on_cryptrec_egovernment_list_or_iso_iec_18033",
        "correctly_implemented",
        "key_separated_from_ciphertext_and_protected",
        "remote_delete_of_ciphertext_or_key_available",
        "third_party_cannot_exercise_the_key",
    }
)


def _against(exemption: Exemption, facts: Facts) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the facts that stand against it, and those that nobody knows."""
    flags = [name for name in exemption.blocks_if if name != KEY_STATE_UNKNOWN]
    asked = [*flags, _KEY] if KEY_STATE_UNKNOWN in exemption.blocks_if else flags
    blocked = tuple(name for name in flags if facts.flag(name))
    return blocked, tuple(dict.fromkeys(name for name in asked if facts.flag(name) is None))


def _carried(exemption: Exemption, limbs: Iterable[Limb]) -> bool:
    met = {limb.limb for limb in limbs if limb.met and limb.evidence}
    wanted = bool(exemption.all or exemption.any_of)
    return wanted and met.issuperset(exemption.all) and (not exemption.any_of or bool(met.intersection(exemption.any_of)))
