"""Signatures at the edges of the curve: our two verifiers take what RFC 8032 lets them take, and nothing by chance."""

import json
import runpy
from typing import Any

from ledger_office import LEDGER_VECTORS

from conftest import ROOT
from sekisho.ledger.note import VerifierKey

CASES: list[dict[str, Any]] = json.loads((LEDGER_VECTORS / "ed25519-cctv.json").read_text(encoding="utf-8"))
CASES = [case | {"flags": frozenset(case["flags"] or ())} for case in CASES]
REFUSED = {"non_canonical_R", "low_order_residue"}


def test_all_published_cases_are_there() -> None:
    assert len(CASES) == 914
    assert sum(not case["flags"] & REFUSED for case in CASES) == 208


def test_notes_are_verified_as_openssl_and_go_do() -> None:
    for case in CASES:
        key = VerifierKey(name="edge.example", public=bytes.fromhex(case["key"]))
        assert key.verifies(case["msg"], bytes.fromhex(case["sig"])) is not bool(case["flags"] & REFUSED), case


def test_an_auditors_script_refuses_also_a_key_that_is_not_spelled_canonically() -> None:
    """As RFC 8032 demands; three milliseconds a signature, so every eighth."""
    program = runpy.run_path(str(ROOT / "src/sekisho/ledger/verifier.py"))
    for case in CASES[::8]:
        good = not case["flags"] & (REFUSED | {"non_canonical_A"})
        assert taken(program, case) is good, case


def taken(program: dict[str, Any], case: dict[str, Any]) -> bool:
    try:
        signed: bool = program["is_signed"](case["msg"].encode(), *map(bytes.fromhex, (case["sig"], case["key"])))
    except program["Damage"]:
        return False
    return signed
