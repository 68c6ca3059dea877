"""A trust policy is read as C2SP tlog-policy says, and met by whom it says."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_office import LEDGER_VECTORS, OWN_LOG, cases

from sekisho.errors import LedgerBroken, Unreadable
from sekisho.ledger.policy import Policy
from witnesses import Witnesses

CASES = cases("policy.json")
OWN = (OWN_LOG / "policy.txt").read_bytes()
CHECKPOINT = (OWN_LOG / "checkpoint").read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_published_policies(case: dict[str, Any]) -> None:
    if not case["ok"]:
        with pytest.raises(Unreadable):
            Policy.parse(case["text"])
        return
    policy = Policy.parse(case["text"])
    for row in case.get("quorum", []):
        assert policy.is_met(row["cosigned_by"]) == row["satisfied"]


@pytest.mark.parametrize(
    ("left", "needed", "met"),
    [
        (("w1", "w2"), "any", True),
        (("w1",), "any", True),
        (("w2",), "any", True),
        ((), "any", False),
        (("w1", "w2"), "all", True),
        (("w1",), "all", False),
        (("w2",), "all", False),
    ],
)
def test_cosignatures_of_both_types_count(left: tuple[str, ...], needed: str, met: bool) -> None:
    policy = Policy.parse(OWN.replace(b"outside any", f"outside {needed}".encode()))
    lines = [line for line in CHECKPOINT.split("\n") if "/w" not in line or line.split(" ")[1][-2:] in left]
    assert policy.is_met_by("\n".join(lines)) == met


def test_a_changed_cosignature_of_either_type_spoils_the_note() -> None:
    for end in ("witness.pref.example/w1", "witness.audit.example/w2"):
        line = next(line for line in CHECKPOINT.split("\n") if line.startswith(f"— {end}"))
        changed = line[:-9] + ("A" if line[-9] != "A" else "B") + line[-8:]
        with pytest.raises(LedgerBroken):
            Policy.parse(OWN).is_met_by(CHECKPOINT.replace(line, changed))


def test_what_an_office_exports_is_such_a_policy(tmp_path: object) -> None:
    vkey = json.loads((LEDGER_VECTORS / "vkeys.json").read_text())["cases"][0]["vkey"]
    log = next(iter(Policy.parse(f"log {vkey}\nquorum none\n").logs))
    quorum = Witnesses(tmp_path, log, ("a.example/w", "b.example/w", "c.example/w")).quorum(2)  # type: ignore[arg-type]  # no folder needed
    policy = Policy.parse(quorum.policy(log))
    assert list(policy.witnesses.values()) == [witness.key for witness in quorum.witnesses]
    assert [policy.is_met(names) for names in ({"w1"}, {"w1", "w3"}, set())] == [False, True, False]


@given(st.text(alphabet="log witness group quorum any all none 12 a b\n#\t", max_size=200) | st.binary(max_size=100))
def test_nonsense_is_refused_and_never_breaks(text: str | bytes) -> None:
    try:
        policy = Policy.parse(text)
    except Unreadable:
        return
    assert policy.quorum == "none"  # no line of these words defines a key
