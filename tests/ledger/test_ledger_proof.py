"""A proof that travels alone shows its entry, and nothing once a bit of it has changed."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_office import KEY, OWN_LOG, Office, cases

from sekisho.errors import SekishoError, Unreadable
from sekisho.ledger.encoding import write_base64
from sekisho.ledger.note import VerifierKey
from sekisho.ledger.proof import Proof

OWN_KEY = VerifierKey.parse((OWN_LOG / "log.vkey").read_text(encoding="utf-8").strip())
OWN_PROOFS = sorted((OWN_LOG / "proofs").glob("*.tlog-proof"))


@pytest.mark.parametrize("case", cases("tlog-proof.json"), ids=lambda case: case["id"])
def test_published_text(case: dict[str, Any]) -> None:
    if not case["ok"]:
        with pytest.raises(Unreadable):
            Proof.parse(case["text"])
        return
    proof = Proof.parse(case["text"])
    assert (proof.index, proof.checkpoint) == (case["index"], case["checkpoint"])
    assert [write_base64(each) for each in proof.hashes] == case["hashes_b64"]
    assert (None if proof.extra is None else write_base64(proof.extra)) == case["extra_b64"]
    assert proof.text() == case["text"]


@pytest.mark.parametrize("path", OWN_PROOFS, ids=lambda path: path.stem)
def test_the_own_log_proves_its_entries(path: Path) -> None:
    proof = Proof.parse(path.read_text(encoding="utf-8"))
    index, size = map(int, path.stem.split("-of-"))
    assert proof.index == index
    assert proof.verify(entry=path.with_suffix(".entry").read_bytes(), key=OWN_KEY).size == size


@pytest.mark.parametrize("path", OWN_PROOFS, ids=lambda path: path.stem)
def test_a_proof_is_of_one_entry_only(path: Path) -> None:
    proof = Proof.parse(path.read_text(encoding="utf-8"))
    with pytest.raises(SekishoError):
        proof.verify(entry=path.with_suffix(".entry").read_bytes() + b" ", key=OWN_KEY)


def test_no_bit_of_a_proof_can_change(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.fill(3)
    with office.opened() as ledger:
        text, entry = ledger.proof(1), next(ledger.entries(1)).body()
    assert Proof.parse(text).verify(entry=entry, key=KEY).size == 3
    for bit in range(len(text.encode()) * 8):
        changed = bytearray(text.encode())
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises((SekishoError, UnicodeDecodeError)):
            Proof.parse(changed.decode()).verify(entry=entry, key=KEY)


@pytest.mark.parametrize("line", ["index ５", "index 05", "index +5", "index 5 ", "Index 5", "extra \nindex 5"])
def test_a_line_in_another_spelling_is_refused(line: str) -> None:
    with pytest.raises(Unreadable):
        Proof.parse(f"c2sp.org/tlog-proof@v1\n{line}\n\ncheckpoint\n")


@given(st.text())
def test_any_text_is_a_proof_or_refused(text: str) -> None:
    for whole in (text, f"c2sp.org/tlog-proof@v1\n{text}", f"c2sp.org/tlog-proof@v1\nindex 5\n{text}"):
        with suppress(Unreadable):
            assert Proof.parse(whole).text() == whole
