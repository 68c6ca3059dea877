"""What the facts say to each limb of an exemption, and when an exemption is likely."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.loss.facts.fact import Fact, Facts, Value, Visibility
from sekisho.loss.facts.vocabulary import vocabulary
from sekisho.loss.law.limbs import are_met, limb_rules, limbs_of
from sekisho.loss.law.obligation import Limb, Mark

_AT = datetime(2026, 6, 22, 7, 0, tzinfo=UTC)
_SEALED: dict[str, Value] = {
    "sealed": True,
    "suite": "age: rel1, X25519, ChaCha20-Poly1305",
    "suite_membership": "unverified",
    "suite_nist": "not_approved",
    "highly_encrypted": True,
    "implementation_record": True,
    "verdict": "A",
    "share_state": "destroyed",
    "key_separated": True,
    "key_unexercisable": True,
    "ledger_root": "00",
}


@dataclass(frozen=True)
class _Record:
    id: str
    all: tuple[str, ...] = ()


def _facts(**values: Value) -> Facts:
    stated = [
        Fact(n=n, key=key, value=value, visibility=Visibility.REGULATOR, source="ledger", at=_AT)
        for n, (key, value) in enumerate(values.items(), 1)
    ]
    return Facts.of(stated)


def _likely(exemption: str, **changed: Value) -> bool | None:
    return are_met(limbs_of(_Record(exemption), _facts(**_SEALED | changed)))


def test_a_sealed_copy_that_was_never_released_is_likely_exempt_in_japan() -> None:
    """And the membership that nobody has verified is not called met, but stays with its gap before who decides."""
    limbs = {limb.limb: limb for limb in limbs_of(_Record("jp-high-encryption"), _facts(**_SEALED))}
    listed = limbs["algorithm_on_cryptrec_egovernment_list_or_iso_iec_18033"]
    assert listed.met is None
    assert listed.gap
    assert are_met(tuple(limbs.values())) is True
    assert all(limb.evidence for limb in limbs.values())


@pytest.mark.parametrize(
    ("changed", "likely"),
    [
        ({"key_compromised": True}, False),
        ({"key_compromised": None}, None),
        ({"share_state": None}, None),
        ({"share_state": "live"}, None),
        ({"share_state": "suspended"}, True),
        ({"verdict": "unknown"}, None),
        ({"verdict": None}, None),
        ({"verdict": "C"}, False),
        ({"verdict": "B"}, True),
        ({"suite_membership": "not_listed"}, False),
        ({"suite_membership": "listed"}, True),
        ({"implementation_record": None}, None),
        ({"implementation_record": False}, False),
        ({"key_separated": False, "key_unexercisable": False}, True),
        ({"encryption_evidence": "missing"}, None),
    ],
)
def test_what_is_open_about_the_key_keeps_the_exemption_open(
    changed: dict[str, Value], likely: bool | None
) -> None:  # fmt: skip
    """A compromise denies it; of the three ways in which the means are managed, one is enough."""
    assert _likely("jp-high-encryption", **changed) is likely


def test_an_ordinary_stick_is_never_likely_exempt() -> None:
    """Of one with a password nobody knows how it was encrypted; there is no evidence folder to attach either."""
    plain = _facts(sealed=False, password_protected=True)
    assert all(not are_met(limbs_of(_Record(exemption), plain)) for exemption in limb_rules())


@pytest.mark.parametrize(
    ("compromised", "evidence", "likely"),
    [(False, "complete", True), (None, "complete", None), (True, "complete", False), (False, "missing", None)],
)
def test_other_encryption_is_likely_exempt_on_complete_evidence_alone(
    compromised: bool | None, evidence: str, likely: bool | None
) -> None:
    """The states of the published table: an encrypting stick of another maker, of which persons state all of it."""
    stated = _facts(highly_encrypted=True, key_compromised=compromised, encryption_evidence=evidence)
    assert are_met(limbs_of(_Record("jp-high-encryption"), stated)) is likely


def test_a_copy_of_the_key_elsewhere_keeps_foreign_exemptions_open() -> None:
    """Envelopes or other custodians could open it: whether the key was taken, nobody can say for them."""
    assert _likely("us-encrypted-key-not-acquired", key_unexercisable=None) is None
    assert _likely("us-encrypted-key-not-acquired") is True
    assert _likely("eu-34-3-a-unintelligible", key_unexercisable=False) is False


def test_a_cipher_that_nist_has_not_approved_is_not_claimed_for_hipaa() -> None:
    """74 FR 19006 goes by NIST SP 800-111."""
    assert _likely("us-hhs-74FR19006") is False
    assert _likely("us-hhs-74FR19006", suite_nist="unverified") is None


def test_recovered_unread_needs_both() -> None:
    """And a copy that is missing denies it."""
    assert _likely("jp-recovered-unread", recovered_all_copies=True, no_third_party_read=True) is True
    assert _likely("jp-recovered-unread", recovered_all_copies=True) is None
    assert _likely("jp-recovered-unread", recovered_all_copies=False, no_third_party_read=True) is False


def test_korea_takes_recovery_and_leaves_a_destroyed_key_open() -> None:
    """Whether destroying a key is deleting the data, nobody has settled."""
    assert _likely("kr-recovered-or-deleted") is None
    assert _likely("kr-recovered-or-deleted", recovered_all_copies=False) is None
    assert _likely("kr-recovered-or-deleted", recovered_all_copies=False, share_state="suspended") is False
    assert _likely("kr-recovered-or-deleted", share_state="suspended", recovered_all_copies=True) is True


def test_an_office_names_the_limbs_of_its_own_record_by_flags() -> None:
    """Without limbs at all, nothing is ever likely."""
    own = _Record("own-contract", ("copy_lost",))
    assert are_met(limbs_of(own, _facts(copy_lost=True))) is True
    assert are_met(limbs_of(own, _facts())) is None
    assert are_met(limbs_of(_Record("jp-pseudonymised"), _facts(**_SEALED))) is None


def test_every_fact_named_as_evidence_is_of_the_vocabulary() -> None:
    """A file has a dot in its name, a fact has none."""
    named = {name for rules in limb_rules().values() for rule in rules for name in rule.evidence if "." not in name}
    assert named <= set(vocabulary())
    assert (
        max(vocabulary()[name].visibility for name in named) <= Visibility.REGULATOR
    )  # the pack is shown to the authority


@given(
    st.fixed_dictionaries({
        "key_compromised": st.sampled_from([True, False, None]),
        "verdict": st.sampled_from(["A", "B", "C", "unknown", None]),
        "share_state": st.sampled_from(["live", "suspended", "destroyed", "none", None]),
        "implementation_record": st.sampled_from([True, False, None]),
        "key_unexercisable": st.sampled_from([True, False, None]),
        "suite_membership": st.sampled_from(["listed", "not_listed", "unverified", None]),
    })
)  # fmt: skip
def test_likely_means_evidence_for_every_limb_and_no_compromise(changed: dict[str, Value]) -> None:
    """Whatever the facts are."""
    facts = _facts(**_SEALED | changed)
    for exemption in limb_rules():
        limbs = limbs_of(_Record(exemption), facts)
        if are_met(limbs):
            assert all(limb.evidence for limb in limbs if not limb.group)
            assert not any(limb.met is False for limb in limbs if not limb.group)
    likely = are_met(limbs_of(_Record("jp-high-encryption"), facts))
    assert not (likely and (changed["key_compromised"] or changed["verdict"] not in {"A", "B"}))


def test_a_limb_that_is_met_without_evidence_is_not_met() -> None:
    """Somebody's word alone carries nothing."""
    assert are_met([Limb(exemption="x", limb="y", met=True, evidence=(), gap="", mark=Mark.READ)]) is None
