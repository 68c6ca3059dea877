"""Beside pyrage (Rust's age): the same files are opened, the same refused, for headers, armor and texts of keys.

Differences that are known, each with its reason:

* The header's length. We stop at 1 MiB; Rust's age reads on. A stranger's header must not fill memory.
* ``age1…`` in capitals. Rust's age takes ``AGE1…`` as a recipient; Go's and we do not, since the specification gives the
  human-readable part in lower case and no program writes it otherwise.
* Blank lines before armor. We take up to 1 KiB of them, as Go's age and the vector ``armor_whitespace_outside`` do; pyrage
  takes none.
* Stanzas without the short last line of their body (``stanza_missing_body``, ``stanza_missing_final_line``). The vectors and
  we refuse them; Rust's age still reads what its beta releases wrote.
* Low-order shares, and other kinds of damage to one's own stanza: both refuse, under other names. pyrage has one exception
  for all, so that only that it refuses is compared.
"""

import re
from io import BytesIO

import pyrage
import pytest
from age_vectors import Vector, load
from hypothesis import given
from hypothesis import strategies as st

from sekisho.age import bech32
from sekisho.age.armor import ArmorWriter
from sekisho.age.decrypt import decrypt
from sekisho.age.errors import AgeError, KeyTextError
from sekisho.age.header import read_header
from sekisho.age.writer import encrypt
from sekisho.age.x25519 import X25519Identity, X25519Recipient

OWNER = X25519Identity(bytes(range(32)))
THEIRS = pyrage.x25519.Identity.from_str(OWNER.to_secret_text())


BLANK_LINES = re.compile(rb"\A(?:[ \r]*\n)+")
OTHERWISE = {"armor_whitespace_outside", "stanza_missing_body", "stanza_missing_final_line"}


def _sealed(*, armored: bool = False, grease: bool = False) -> bytes:
    made = BytesIO()
    with encrypt(made, [X25519Identity(bytes(32)).recipient, OWNER.recipient], grease=grease) as writer:
        writer.write(b"text of the file")
    if not armored:
        return made.getvalue()
    lines = BytesIO()
    with ArmorWriter(lines) as armor:
        armor.write(made.getvalue())
    return lines.getvalue()


BINARY, GREASED, ARMORED = _sealed(), _sealed(grease=True), _sealed(armored=True)
HEADER_SIZE = len(read_header(BytesIO(BINARY)).encode())


def _by_us(file: bytes) -> bytes | None:
    opened = BytesIO()
    try:
        decrypt(BytesIO(file), opened, [OWNER])
    except AgeError:
        return None
    return opened.getvalue()


def _by_pyrage(file: bytes) -> bytes | None:
    try:
        opened: bytes = pyrage.decrypt(file, [THEIRS])
    except pyrage.DecryptError:
        return None
    return opened


def _change(file: bytes, data: st.DataObject, *, end: int, letters: bytes) -> bytes:
    """Change a few bytes before ``end``: replaced, removed, put in, lines doubled or taken out."""
    text = bytearray(file)
    for _ in range(data.draw(st.integers(1, 3), label="changes")):
        place = data.draw(st.integers(0, min(end, len(text)) - 1), label="place")
        match data.draw(st.sampled_from(["replace", "remove", "put in", "double", "cut line"]), label="how"):
            case "replace":
                text[place] = data.draw(st.sampled_from(letters))
            case "remove":
                del text[place]
            case "put in":
                text[place:place] = bytes([data.draw(st.sampled_from(letters))])
            case "double":
                text[place:place] = text[place : text.find(b"\n", place) + 1]
            case _:
                del text[place : text.find(b"\n", place) + 1]
    return bytes(text)


def test_the_files_themselves_are_opened_by_both() -> None:
    for file in (BINARY, GREASED, ARMORED):
        assert _by_us(file) == _by_pyrage(file) == b"text of the file"


@given(st.data())
def test_a_changed_header_is_refused_by_both(data: st.DataObject) -> None:
    changed = _change(
        GREASED if data.draw(st.booleans()) else BINARY, data, end=HEADER_SIZE, letters=b"Ab1+/= \n\r->\x00\xff"
    )
    assert _by_us(changed) == _by_pyrage(changed)


@given(st.data())
def test_a_changed_payload_is_refused_by_both(data: st.DataObject) -> None:
    place = data.draw(st.integers(HEADER_SIZE, len(BINARY)))
    changed = BINARY[:place] + data.draw(st.binary(max_size=3)) + BINARY[place + data.draw(st.integers(0, 3)) :]
    assert _by_us(changed) == _by_pyrage(changed)


@given(st.data())
def test_changed_armor_is_opened_or_refused_by_both(data: st.DataObject) -> None:
    changed = _change(ARMORED, data, end=len(ARMORED), letters=b"Ab1+/= \n\r-B\x00\xff")
    assert _by_us(changed) == _by_pyrage(BLANK_LINES.sub(b"", changed))


@pytest.mark.parametrize(
    "vector",
    [
        vector
        for vector in load()
        if vector.group in {"stanza", "x25519", "hmac", "header", "version", "empty", "stream", "armor"}
    ],
    ids=lambda vector: vector.name,
)
def test_the_vectors_are_opened_or_refused_by_both(vector: Vector) -> None:
    texts = vector.fields.get("identity", [])
    if any("-PQ-" in text for text in texts) or "passphrase" in vector.fields:
        return  # pyrage has no post-quantum identity, and opens passphrases by another function
    try:
        theirs = pyrage.decrypt(vector.file, [pyrage.x25519.Identity.from_str(text) for text in texts])
    except pyrage.DecryptError:
        theirs = None
    assert ((theirs is None) == (vector.error is not None)) is (vector.name not in OTHERWISE)


@given(st.data())
def test_texts_of_keys_are_taken_or_refused_by_both(data: st.DataObject) -> None:
    recipient = data.draw(st.booleans(), label="recipient")
    text = list(str(OWNER.recipient) if recipient else OWNER.to_secret_text())
    for _ in range(data.draw(st.integers(0, 2))):
        text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.sampled_from("qpzQPZ1b i\n"))
    _same("".join(text), recipient=recipient)


@given(
    st.booleans(), st.sampled_from(["age", "age1", "AGE-SECRET-KEY-", "AGE-SECRET-KEY", "x"]), st.binary(max_size=34)
)
def test_other_texts_in_bech32_are_taken_or_refused_by_both(recipient: bool, prefix: str, data: bytes) -> None:
    _same(bech32.encode(prefix, data), recipient=recipient)


def _same(text: str, *, recipient: bool) -> None:
    ours, theirs = (X25519Recipient, pyrage.x25519.Recipient) if recipient else (X25519Identity, pyrage.x25519.Identity)
    refusal = pyrage.RecipientError if recipient else pyrage.IdentityError
    try:
        ours.from_text(text)
    except KeyTextError:
        with pytest.raises(refusal):
            theirs.from_str(text)
    else:
        theirs.from_str(text)
