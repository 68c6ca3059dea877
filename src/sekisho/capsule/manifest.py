"""The manifest: what a capsule holds, for whom, from whom, why, until when. The second spine.

Canonical JSON (RFC 8785), first entry of the payload, signed with the sealing officer's key; its SHA-256 stands in the
ledger. It travels only inside the capsule, encrypted.
"""

from typing import Annotated, Literal

import msgspec

from sekisho.clock import from_text
from sekisho.domain import namespace
from sekisho.errors import Unreadable
from sekisho.signing.keys import PublicKey, SigningKey
from sekisho.signing.sshsig import sign, verify

NAMESPACE = namespace("manifest")

Id = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
Digest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
Count = Annotated[int, msgspec.Meta(ge=0, lt=1 << 53)]

_ENCODER = msgspec.json.Encoder(order="sorted")  # keys are ASCII and numbers small, and then this is RFC 8785


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An object of the manifest."""


class File(_Part, frozen=True, kw_only=True):
    """One file of the payload.

    Attributes:
        name: its name in the payload.
        form: a table of rows, an answer table, the words and key that go with one, or a notice.
        size: bytes.
        sha256: digest of the content.
        rows: data rows, or people in an answer table.
    """

    name: str
    form: Literal["table", "answers", "question", "notice"]
    size: Count
    sha256: Digest
    rows: Count


class FieldForm(_Part, frozen=True, kw_only=True):
    """One field that is inside: its name, kind, and the form in which it left."""

    file: str
    name: str
    kind: str
    form: str


class PurposeRef(_Part, frozen=True, kw_only=True):
    """The purpose under which the data left."""

    id: str
    title: str
    digest: Digest


class Manifest(_Part, frozen=True, kw_only=True):
    """A capsule's manifest; times are RFC 3339 in UTC.

    Attributes:
        v: version of this form.
        cid: the copy's id.
        slip: the number on the slip, which is said on the telephone.
        purposes: why it left; one a cut.
        controller: whose data it is.
        recipient: who may open it.
        carrier: who carries it.
        files: the files of the payload, in order.
        fields: every field inside.
        people: how many persons are inside.
        unresolved: rows whose person could not be told.
        index: SHA-256 of the index of people, which stays in the office.
        not_before: earliest opening.
        not_after: latest opening.
        due: when it is due back.
        max_opens: how often it may be opened.
        allow_save: whether rows may be saved when opened.
        sealed_at: when it was sealed.
        signer: SSH line of the key that signed this.
    """

    v: Literal[1]
    cid: Id
    slip: str
    purposes: list[PurposeRef]
    controller: str
    recipient: str
    carrier: str
    files: list[File]
    fields: list[FieldForm]
    people: Count
    unresolved: Count
    index: Digest
    not_before: str
    not_after: str
    due: str
    max_opens: Count
    allow_save: bool
    sealed_at: str
    signer: str

    def __post_init__(self) -> None:
        """Refuse, with a ``ValueError``, a time that is not one."""
        for time in (self.not_before, self.not_after, self.due, self.sealed_at):
            from_text(time)

    def encode(self) -> bytes:
        """Return the manifest as canonical JSON."""
        return _ENCODER.encode(self)


def decode_manifest(data: bytes) -> Manifest:
    """Read a manifest.

    Raises:
        Unreadable: damaged, not canonical, or of another version.
    """
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
        canonical = manifest.encode()
    except ValueError:  # of the decoder, of a text that is no UTF-8, of a number that has no one spelling
        raise Unreadable("capsule.bad_manifest") from None
    if canonical != data:
        raise Unreadable("capsule.bad_manifest")
    return manifest


def sign_manifest(manifest: Manifest, key: SigningKey) -> bytes:
    """Return the signature that goes into the payload."""
    return sign(key, manifest.encode(), namespace=NAMESPACE).encode("ascii")


def verify_manifest(manifest: Manifest, signature: bytes) -> PublicKey:
    """Return the key that signed the manifest, which is the one it names; whether to trust it is the caller's to know.

    Raises:
        NoKey: the signature does not fit.
        Unreadable: it is no signature, or is another key's than the manifest says.
    """
    try:
        armored = signature.decode("ascii")
    except UnicodeDecodeError:
        raise Unreadable("signing.not_a_signature") from None
    key = verify(armored, manifest.encode(), namespace=NAMESPACE)
    if key.line != manifest.signer:
        raise Unreadable("capsule.bad_manifest")
    return key
