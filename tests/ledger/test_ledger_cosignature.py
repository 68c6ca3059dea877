"""Cosignatures are those of the specification, and a changed one spoils its note."""

from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from ledger_office import OWN_LOG, cases

from sekisho.errors import LedgerBroken, Misuse, Unreadable
from sekisho.ledger import note as notes
from sekisho.ledger.cosignature import (
    CosignerKey,
    MlDsaCosignerKey,
    cosign,
    cosign_ml_dsa,
    cosigned,
    parse_cosigner,
)
from witnesses import witness_key

W1 = CosignerKey.parse((OWN_LOG / "w1.vkey").read_text().strip())
TIME_300 = 1767225600 + 300


def test_the_own_logs_cosignature_verifies_and_is_made_again_bit_by_bit() -> None:
    note = notes.parse((OWN_LOG / "checkpoint").read_bytes())
    assert cosigned(note, [W1]) == {W1: TIME_300}
    again = cosign(note.text, witness_key("witness 1"), name=W1.name, time=TIME_300)
    assert again in note.signatures
    assert CosignerKey.of(witness_key("witness 1"), name=W1.name) == W1


@pytest.mark.parametrize(
    "case", [each for each in cases("notes.json") if "cosignature" in each["id"]], ids=lambda c: c["id"]
)
def test_published_cosignatures(case: dict[str, object]) -> None:
    keys = []
    for vkey in case["vkeys"]:  # type: ignore[attr-defined]  # JSON
        try:
            keys.append(CosignerKey.parse(vkey))
        except Unreadable:
            continue
    if case["expect"] == "bad-signature":
        with pytest.raises(LedgerBroken):
            cosigned(notes.parse(str(case["note"])), keys)
    else:
        assert cosigned(notes.parse(str(case["note"])), keys)


@pytest.mark.parametrize("case", cases("vkeys.json"), ids=lambda case: case["id"])
def test_published_keys_of_witnesses_are_read_and_no_others(case: dict[str, Any]) -> None:
    if case["ok"] and case["type"] in {4, 6}:
        key = parse_cosigner(case["vkey"])
        assert (str(key), key.id.hex(), key.type[0]) == (case["vkey"], case["key_id"], case["type"])
    else:
        with pytest.raises(Unreadable):
            parse_cosigner(case["vkey"])


def test_the_own_logs_ml_dsa_cosignatures_verify_at_every_size() -> None:
    key = parse_cosigner((OWN_LOG / "w2.vkey").read_text().strip())
    assert isinstance(key, MlDsaCosignerKey)
    for path in (OWN_LOG / "checkpoints").iterdir():
        assert cosigned(notes.parse(path.read_bytes()), [key]) == {key: 1767225600 + int(path.name)}


def test_what_is_cosigned_by_ml_dsa_verifies_and_of_another_log_or_time_does_not() -> None:
    signer = MLDSA44PrivateKey.from_seed_bytes(sha256(b"Sekisho test key: witness 2").digest())
    key = parse_cosigner((OWN_LOG / "w2.vkey").read_text().strip())
    text = notes.parse((OWN_LOG / "checkpoint").read_bytes()).text
    line = cosign_ml_dsa(text, signer, name=key.name, time=TIME_300)
    assert cosigned(notes.Note(text=text, signatures=(line,)), [key]) == {key: TIME_300}
    later = notes.Signature(name=line.name, key_id=line.key_id, value=bytes(8) + line.value[8:])
    for spoilt in (
        notes.Note(text=text.replace("ledger1", "ledger2"), signatures=(line,)),
        notes.Note(text=text, signatures=(later,)),
        notes.Note(text="no checkpoint\n", signatures=(line,)),
    ):
        with pytest.raises(LedgerBroken):
            cosigned(spoilt, [key])


def test_a_key_of_another_name_or_kind_is_no_witness() -> None:
    for vkey in [(OWN_LOG / "log.vkey").read_text().strip(), (OWN_LOG / "w2.vkey").read_text().strip(), "x+y", ""]:
        with pytest.raises(Unreadable):
            CosignerKey.parse(vkey)
    with pytest.raises(Unreadable):
        CosignerKey.parse(str(W1).replace("w1", "w2"))
    with pytest.raises(Misuse):
        CosignerKey.of(witness_key("x"), name="a b")
    assert str(CosignerKey.parse(str(W1))) == str(W1)


@pytest.mark.parametrize("place", [0, 7, 8, 40, 71])
def test_every_part_of_a_line_is_signed(place: int) -> None:
    note = notes.parse((OWN_LOG / "checkpoint").read_bytes())
    spoilt = [
        notes.Signature(
            name=each.name,
            key_id=each.key_id,
            value=each.value[:place] + bytes([each.value[place] ^ 1]) + each.value[place + 1 :],
        )
        for each in note.signatures
        if each.key_id == W1.id
    ]
    with pytest.raises(LedgerBroken):
        cosigned(notes.Note(text=note.text, signatures=tuple(spoilt)), [W1])
    with pytest.raises(LedgerBroken):
        cosigned(notes.Note(text=note.text.replace("300", "301"), signatures=note.signatures), [W1])
