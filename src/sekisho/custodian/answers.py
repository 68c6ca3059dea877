"""Answers to requests for a release: written by the custodian, believed by an opener only with a proof in the log.

An opener believes nothing that the network says. What it pins is the log's key, from the office's card: the leaf of its own
request must stand in that log before the share counts, so whoever opens has made sure that the opening is on record.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import msgspec

from sekisho.catalogue.words import Language
from sekisho.custodian.boxes import EphemeralKey
from sekisho.custodian.documents import Document, strict_json
from sekisho.errors import Refused, SekishoError, Unreadable
from sekisho.ledger.encoding import read_base64, write_base64
from sekisho.ledger.entry import parse
from sekisho.ledger.merkle import leaf_hash
from sekisho.ledger.note import VerifierKey
from sekisho.ledger.proof import Proof

MOST_ANSWER_BYTES = 1 << 20
GIVEN = "release.given"


class _Answer(msgspec.Struct, frozen=True, kw_only=True, tag_field="state", forbid_unknown_fields=True):
    """An object as it travels."""


class Waiting(_Answer, frozen=True, kw_only=True, tag="waiting"):
    """The request is taken down; approvals are missing."""

    number: int
    have: int
    need: int


class Released(_Answer, frozen=True, kw_only=True, tag="released"):
    """The release: HPKE's output, the leaf, its proof, and the digests of what was sealed."""

    sealed: str
    leaf: str
    proof: str
    capsule: str
    manifest: str


class Factor(_Answer, frozen=True, kw_only=True, tag="factor"):
    """The one-time code is missing or wrong; so many tries are left."""

    left: int


class Denied(_Answer, frozen=True, kw_only=True, tag="refused"):
    """There is no release, and why, in words for a person."""

    key: str
    ja: str
    en: str

    def words(self, language: Language) -> str:
        """Return the words in a language."""
        return self.ja if language == "ja" else self.en


Answer: TypeAlias = Waiting | Released | Factor | Denied
Status: TypeAlias = Literal[200, 202, 400, 401, 403, 404, 429, 503]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer and its HTTP status."""

    status: Status
    answer: Answer

    def encode(self) -> bytes:
        """Write the answer."""
        return msgspec.json.encode(self.answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a verified answer gives.

    Attributes:
        share: the share; still to be compared with the capsule's check value.
        capsule: SHA-256 of the capsule that the office sealed.
        manifest: SHA-256 of its manifest.
    """

    share: bytes
    capsule: bytes
    manifest: bytes

    def __repr__(self) -> str:
        return f"Opened(capsule={self.capsule.hex()!r})"


_STATUS: dict[str, Status] = {
    "custodian.bad_request_document": 400,
    "custodian.bad_device_signature": 400,
    "custodian.other_custodian": 404,
    "custodian.no_ticket": 404,
    "custodian.too_many_requests": 429,
    "custodian.not_now": 503,
}


def denied(error: SekishoError) -> Reply:
    """Say why there is no release: what the error says, and no hint, for those are for the office."""
    words = Denied(key=error.key, ja=error.what("ja"), en=error.what("en"))
    return Reply(_STATUS.get(error.key, 403), words)


def released(*, sealed: bytes, leaf: bytes, proof: str, capsule: str, manifest: str) -> Reply:
    """Return a release as it travels."""
    answer = Released(
        sealed=write_base64(sealed), leaf=write_base64(leaf), proof=proof, capsule=capsule, manifest=manifest
    )
    return Reply(200, answer)


def read_answer(data: bytes) -> Answer:
    """Read an answer; nothing in it is believed yet.

    Raises:
        Unreadable: it is none.
    """
    try:
        answer: Answer = msgspec.convert(strict_json(data, most=MOST_ANSWER_BYTES), Answer)
    except ValueError:
        raise Unreadable("custodian.bad_answer") from None
    return answer


def open_answer(answer: Released, *, asked: Document, key: EphemeralKey, log: VerifierKey) -> Opened:
    """Verify a release and take its share out.

    The leaf must stand in the pinned log, be a release, and be the one that this very request was given.

    Raises:
        Unreadable, LedgerBroken, NoKey: the proof is none, or not that log's.
        Refused: the leaf records something else.
        NoKey: the share is sealed to another key.
    """
    try:
        leaf, sealed = read_base64(answer.leaf), read_base64(answer.sealed)
        capsule, manifest = bytes.fromhex(answer.capsule), bytes.fromhex(answer.manifest)
    except ValueError:
        raise Unreadable("custodian.bad_answer") from None
    proof = Proof.parse(answer.proof)
    proof.verify(entry=leaf, key=log)
    entry = parse(leaf, index=proof.index)
    if (entry.type, entry.copy, entry.fields.get("asked")) != (GIVEN, asked.cid.hex(), asked.digest.hex()):
        raise Refused("custodian.leaf_of_another")
    return Opened(share=key.open(sealed, leaf=leaf_hash(leaf)), capsule=capsule, manifest=manifest)
