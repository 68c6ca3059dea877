"""A checkpoint is read strictly and believed only from its own log."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from ledger_office import KEY, LEDGER_VECTORS, ORIGIN, OWN_LOG, SIGNER, cases

from sekisho.errors import LedgerBroken, NoKey, Unreadable
from sekisho.ledger import note as notes
from sekisho.ledger.checkpoint import TreeHead, open_checkpoint, sign_head
from sekisho.ledger.encoding import write_base64
from sekisho.ledger.merkle import EMPTY_ROOT
from sekisho.ledger.note import VerifierKey

HEAD = TreeHead(origin=ORIGIN, size=0, root=EMPTY_ROOT)


@pytest.mark.parametrize("case", cases("checkpoints.json"), ids=lambda case: case["id"])
def test_published_text(case: dict[str, Any]) -> None:
    if not case["ok"]:
        with pytest.raises(Unreadable):
            TreeHead.parse(case["body"])
        return
    head = TreeHead.parse(case["body"])
    assert (head.origin, head.size, write_base64(head.root)) == (case["origin"], case["size"], case["root_b64"])
    assert list(head.extensions) == case["extensions"]
    assert head.text() == case["body"]


def test_one_head_has_one_note() -> None:
    assert sign_head(HEAD, SIGNER) == sign_head(HEAD, SIGNER)
    assert open_checkpoint(sign_head(HEAD, SIGNER).note, KEY).head == HEAD


@pytest.mark.parametrize("name", ["1", "2", "7", "255", "256", "257", "300"])
def test_witness_lines_are_carried_and_not_read(name: str) -> None:
    key = VerifierKey.parse((OWN_LOG / "log.vkey").read_text(encoding="utf-8").strip())
    note = (OWN_LOG / "checkpoints" / name).read_bytes()
    assert open_checkpoint(note, key).size == int(name)
    assert open_checkpoint(note, key).note.encode() == note


def test_a_log_of_another_maker_is_read() -> None:
    folder = LEDGER_VECTORS / "tessera-log"
    key = VerifierKey.parse((folder / "log.vkey").read_text(encoding="utf-8").strip())
    sizes = [open_checkpoint((folder / f"checkpoint.{size}").read_bytes(), key).size for size in range(16)]
    assert sizes == list(range(16))


def test_a_key_cannot_pass_one_log_off_as_another() -> None:
    other = TreeHead(origin="other.example/log", size=0, root=EMPTY_ROOT)
    with pytest.raises(LedgerBroken):
        open_checkpoint(str(notes.sign(other.text(), SIGNER, name=ORIGIN)), KEY)


def test_another_key_of_the_same_name_is_unknown() -> None:
    stranger = Ed25519PrivateKey.generate()
    with pytest.raises(NoKey):
        open_checkpoint(sign_head(HEAD, stranger).note, KEY)


def test_a_signed_text_that_is_no_checkpoint_is_refused() -> None:
    with pytest.raises(Unreadable):
        open_checkpoint(str(notes.sign("hello\n", SIGNER, name=ORIGIN)), KEY)
