"""A note opens for the keys it was signed with, and vkeys have one spelling."""

from base64 import b64decode
from contextlib import suppress
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from ledger_office import KEY, ORIGIN, SIGNER, cases

from sekisho.errors import LedgerBroken, Misuse, NoKey, SekishoError, Unreadable
from sekisho.ledger import note as notes
from sekisho.ledger.note import VerifierKey

VKEYS = cases("vkeys.json")
ED25519 = [case for case in VKEYS if case["ok"] and case["type"] == 1]
NOTES = [case for case in cases("notes.json") if all(b64decode(key.split("+", 2)[2])[0] == 1 for key in case["vkeys"])]
EXPECTED: dict[str, type[SekishoError]] = {
    "malformed": Unreadable,
    "bad-signature": LedgerBroken,
    "no-verified-signature": NoKey,
}


def case_id(case: dict[str, Any]) -> str:
    return str(case["id"])


def content(case: dict[str, Any]) -> bytes:
    return b64decode(case["note_b64"]) if "note_b64" in case else case["note"].encode()


def labels(signed: list[Any]) -> list[str]:
    return [f"{each.name}+{(each.id if isinstance(each, VerifierKey) else each.key_id).hex()}" for each in signed]


def test_every_case_is_run_or_of_another_key_type() -> None:
    assert (len(NOTES), len(cases("notes.json"))) == (18, 24)
    assert (len(ED25519), sum(case["ok"] for case in VKEYS), len(VKEYS)) == (5, 10, 21)


@pytest.mark.parametrize("case", NOTES, ids=case_id)
def test_published_note(case: dict[str, Any]) -> None:
    keys = [VerifierKey.parse(vkey) for vkey in case["vkeys"]]
    if case["expect"] == "ok":
        note = notes.parse(content(case))
        signers = notes.verify(note, keys)
        assert labels(signers) == case["verified"]
        assert [each for each in labels(list(note.signatures)) if each not in case["verified"]] == case["unknown"]
        assert str(note).encode() == content(case)
    else:
        with pytest.raises(EXPECTED[case["expect"]]):
            notes.verify(notes.parse(content(case)), keys)


@pytest.mark.parametrize("case", ED25519, ids=case_id)
def test_published_ed25519_vkey(case: dict[str, Any]) -> None:
    key = VerifierKey.parse(case["vkey"])
    assert (key.name, key.id.hex(), len(key.public)) == (case["name"], case["key_id"], case["public_key_len"])
    assert str(key) == case["vkey"]


@pytest.mark.parametrize("case", [case for case in VKEYS if case not in ED25519], ids=case_id)
def test_a_bad_vkey_or_one_of_another_type_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        VerifierKey.parse(case["vkey"])


def test_no_part_and_no_neighbour_of_a_vkey_is_a_vkey() -> None:
    vkey = ED25519[0]["vkey"]
    parts = {vkey[start:end] for start in range(len(vkey)) for end in range(start, len(vkey) + 1)} - {vkey}
    neighbours = {vkey[:at] + chr(ord(vkey[at]) + 1) + vkey[at + 1 :] for at in range(len(vkey))}
    for text in parts | neighbours:
        with pytest.raises(Unreadable):
            VerifierKey.parse(text)


def test_a_key_is_split_from_the_left() -> None:
    signers = (Ed25519PrivateKey.generate() for _ in range(200))
    vkeys = [str(VerifierKey.of(signer, name="log")) for signer in signers]
    assert any(vkey.count("+") > 2 for vkey in vkeys)
    assert all(str(VerifierKey.parse(vkey)) == vkey for vkey in vkeys)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u3000b", "a\nb", "a\x01b"])
def test_a_name_that_cannot_stand_in_a_line_is_refused(name: str) -> None:
    with pytest.raises(Misuse):
        notes.sign("text\n", SIGNER, name=name)


texts = st.text(st.characters(min_codepoint=0x20, codec="utf-8") | st.just("\n")).map(lambda text: f"{text}\n")


@given(texts)
def test_what_was_signed_opens(text: str) -> None:
    note = notes.parse(str(notes.sign(text, SIGNER, name=ORIGIN)))
    assert note.text == text
    assert notes.verify(note, [KEY]) == [KEY]


@given(st.binary(max_size=200))
def test_any_bytes_are_a_note_or_refused(data: bytes) -> None:
    with suppress(Unreadable):
        assert str(notes.parse(data)).encode() == data


def test_lines_end_at_newlines_only() -> None:
    note = str(notes.sign("text\n", SIGNER, name=ORIGIN))
    line = note.splitlines()[-1]
    for separator in ("\u2028", "\x85"):
        with pytest.raises(Unreadable):
            notes.parse(note.replace(line, f"{line}{separator}{line}"))


def test_a_note_beyond_a_million_characters_is_refused() -> None:
    note = str(notes.sign("a" * 1_000_000 + "\n", SIGNER, name=ORIGIN))
    with pytest.raises(Unreadable):
        notes.parse(note)


def test_neither_key_nor_text_is_in_the_words_of_a_refusal() -> None:
    with pytest.raises(LedgerBroken) as refused:
        notes.verify(notes.parse(str(notes.sign("secret\n", SIGNER, name=ORIGIN)).replace("secret", "Secret")), [KEY])
    assert "ecret" not in f"{refused.value}{refused.value.hint('ja')}"
