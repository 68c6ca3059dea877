"""What the evidence about keys carries: each thing that weakens it is named, and none is argued away."""

from typing import Any

import msgspec
import pytest
from planted import planted

from sekisho.custody.copy import Copy, State
from sekisho.custody.records import CopyRow
from sekisho.custody.statements import CopyStatement
from sekisho.loss.facts.fact import Value
from sekisho.loss.history import ToldCopy
from sekisho.loss.key_evidence import encryption_facts, keys_of, remarks

_STATEMENT = CopyStatement(
    v=1, type="copy", cuts={}, purposes=["給付金"], fields=[], kinds=[], people=3, unresolved=0, requester="officer",
    carrier="carrier", recipient="agent", sealed_to="age1invented", route="", media=["USB-1"], not_before="", not_after="",
    due="", max_opens=1, allow_save=False, approvals=2,
)  # fmt: skip


def told(words: str, **said: Any) -> ToldCopy:
    """Return a copy to which this happened, in this order."""
    copy = Copy(state=State.LOST, requester="officer", carrier="carrier", recipient="agent")
    row = CopyRow(slip="482913", request=7, medium="USB-1", cid=bytes(16), copy=copy, capsule=None)
    return ToldCopy(row, msgspec.structs.replace(_STATEMENT, **said), planted(words))


def facts(*copies: ToldCopy, untold: int = 0) -> dict[str, Value]:
    """Return what is said of copies."""
    return dict(encryption_facts(copies, kek="file", untold=untold))


def test_a_copy_that_nobody_opened_is_high_complete_and_shut() -> None:
    said = facts(told("lost stopped intended destroyed"))
    assert (said["highly_encrypted"], said["encryption_evidence"]) == (True, "complete")
    assert (said["key_separated"], said["key_unexercisable"], said["implementation_record"]) == (True, True, True)
    assert said["suite_membership"] == "unverified"
    assert said["suite_nist"] == "not_approved"
    assert "ChaCha20-Poly1305" in str(said["suite"])


@pytest.mark.parametrize(
    ("words", "weak", "separated", "unexercisable"),
    [
        ("lost stopped", (), True, True),
        ("local lost stopped", ("opening",), True, None),
        ("relay lost stopped", ("opening", "relay"), True, None),
        ("voice lost stopped", ("opening", "voice"), None, None),
        ("escrow lost stopped intended destroyed", ("escrow",), None, None),
        ("escrow void1 void2 lost stopped intended destroyed", (), True, True),
        ("escrow envelopes lost stopped", ("opening", "envelopes_opened", "escrow"), None, None),
        ("station lost stopped", ("station",), None, None),
        ("lost stopped local", ("opening",), True, False),
        ("lost", (), True, None),
    ],
)
def test_what_weakens_is_named(
    words: str, weak: tuple[str, ...], separated: bool | None, unexercisable: bool | None
) -> None:
    """Envelopes that were destroyed before witnesses weaken nothing any more."""
    copy = told(words)
    said = facts(copy)
    assert keys_of(copy).weak == weak
    assert (said["key_separated"], said["key_unexercisable"]) == (separated, unexercisable)


def test_other_custodians_who_are_enough_weaken_it() -> None:
    copy = told("dual lost stopped intended destroyed")
    assert keys_of(copy).weak == ("peers",)
    assert facts(copy)["key_unexercisable"] is None


def test_rows_that_may_have_been_saved_are_said_of_what_was_opened_alone() -> None:
    assert keys_of(told("local lost stopped", allow_save=True)).weak == ("opening", "saved")
    assert keys_of(told("lost stopped", allow_save=True)).weak == ()


def test_a_release_after_the_loss_denies_all() -> None:
    said = facts(told("lost local stopped"))
    assert (said["highly_encrypted"], said["encryption_evidence"]) == (False, "missing")
    assert said["key_unexercisable"] is False


def test_a_copy_that_is_not_stopped_is_open() -> None:
    said = facts(told("lost"))
    assert (said["highly_encrypted"], said["encryption_evidence"]) == (None, "missing")


def test_the_weakest_copy_speaks_for_all() -> None:
    good, weaker = told("lost stopped intended destroyed"), told("voice lost stopped")
    assert facts(good, weaker)["key_separated"] is None
    assert facts(good, told("lost local stopped"))["highly_encrypted"] is False
    assert facts(good, untold=1)["highly_encrypted"] is None
    assert facts(good, untold=1)["encryption_evidence"] is None


@pytest.mark.parametrize(
    ("words", "unread"),
    [
        ("lost stopped same", True),
        ("lost stopped altered", None),
        ("local lost stopped same", None),
        ("lost local stopped same", False),
        ("lost stopped", None),
    ],
)
def test_only_what_turned_up_unaltered_and_was_never_released_was_not_read(words: str, unread: bool | None) -> None:
    assert facts(told(words))["no_third_party_read"] is unread


@pytest.mark.parametrize(
    ("recipient", "name"),
    [("age1invented", "X25519 "), ("age1pq1invented", "ML-KEM-768"), ("age1tag1invented", "P-256")],
)
def test_the_suite_goes_by_the_recipient(recipient: str, name: str) -> None:
    """And of none of them membership is claimed: the content's cipher is the same."""
    said = facts(told("lost stopped", sealed_to=recipient))
    assert name in str(said["suite"])
    assert said["suite_membership"] == "unverified"


def test_what_the_office_itself_keeps_is_remarked_and_weakens_nothing() -> None:
    stopped, destroyed = told("lost stopped"), told("lost stopped intended destroyed")
    assert remarks(keys_of(stopped), kek="file") == ("share", "backend_file")
    assert remarks(keys_of(destroyed), kek="pkcs11") == ()
