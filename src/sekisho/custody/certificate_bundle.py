"""A certificate that travels alone: its text, its signatures, its leaf and the proof, in one JSON file that anybody can check.

What is checked: that the text is a certificate or a record and is spelled as it was signed; that those whose keys it names signed
it; that the leaf holds its digest and its result; and that the log of a known key holds the leaf. It shows who said it and when,
not that it is true; two persons saw to that.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec

from sekisho.custody.certificate_form import CERTIFICATE, Certificate, Document, Record
from sekisho.custody.certificates import certificate, result_of
from sekisho.custody.key_facts import ISSUED
from sekisho.custody.office import Office
from sekisho.errors import LedgerBroken, NoKey, Unreadable
from sekisho.ledger import entry as leaves
from sekisho.ledger import store
from sekisho.ledger.note import VerifierKey
from sekisho.ledger.proof import Proof
from sekisho.signing.sshsig import verify


class Bundle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file.

    Attributes:
        v: version of this form.
        certificate: what it says.
        signatures: armored SSH signatures under its canonical JSON.
        leaf: the entry of the ledger, as text.
        proof: the leaf's ``.tlog-proof``.
        log_key: the log's vkey, as the office says it; whoever checks should have it from elsewhere.
    """

    v: Literal[1] = 1
    certificate: Certificate | Record
    signatures: Annotated[list[str], msgspec.Meta(min_length=1, max_length=2)]
    leaf: str
    proof: str
    log_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A bundle that holds.

    Attributes:
        document: the certificate or record.
        index: its place in the ledger.
        size: of the checkpoint that proves it.
        origin: the log.
        signed: ids of the keys that signed it.
    """

    document: Document
    index: int
    size: int
    origin: str
    signed: tuple[str, ...]


def bundle(office: Office, number: str) -> bytes:
    """Return the file of a certificate.

    Raises:
        NotFound: there is none of this number.
        Unreadable: it is damaged.
    """
    issued = certificate(office.ledger.connection, number)
    leaf = store.body(office.ledger.connection, issued.index) or b""
    made = Bundle(
        certificate=issued.document,
        signatures=list(issued.signatures),
        leaf=leaf.decode(),
        proof=office.ledger.proof(issued.index),
        log_key=str(office.ledger.key),
    )
    plain = msgspec.to_builtins(made)
    return json.dumps(plain, ensure_ascii=False, indent=2).encode() + b"\n"


def check(data: bytes, *, key: VerifierKey | None = None) -> Checked:
    """Check a file, with nothing but the log's key.

    Args:
        data: the file.
        key: the log's key, from elsewhere; without one, the file's own, which shows only that it fits together.

    Raises:
        Unreadable: it is no such file.
        NoKey: a signature does not fit, is of a key that the certificate does not name, or is missing.
        LedgerBroken: the leaf is of another certificate, or the log does not hold it.
    """
    found = _parse(data)
    document = found.certificate
    signed = tuple(verify(each, document.encode(), namespace=CERTIFICATE).id for each in found.signatures)
    named = [each.key for each in (document.facts.sanitiser, document.facts.verifier) if each.key]
    if sorted(signed) != sorted(named):
        raise NoKey("custody.certificate_unsigned", number=document.number)
    proof = Proof.parse(found.proof)
    checkpoint = proof.verify(entry=found.leaf.encode(), key=key or VerifierKey.parse(found.log_key))
    leaf = leaves.parse(found.leaf.encode(), index=proof.index)
    expected = {
        "number": document.number,
        "certificate": hashlib.sha256(document.encode()).hexdigest(),
        "result": result_of(document),
    }
    if leaf.type != ISSUED or any(leaf.fields.get(name) != value for name, value in expected.items()):
        raise LedgerBroken("custody.certificate_another", number=document.number, index=proof.index)
    return Checked(
        document=document,
        index=proof.index,
        size=checkpoint.size,
        origin=checkpoint.head.origin,
        signed=signed,
    )


def _parse(data: bytes) -> Bundle:
    try:
        return msgspec.json.decode(data, type=Bundle)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Unreadable("custody.no_certificate_form") from None
