"""The certificate of an erasure as facts: the list that NIST SP 800-88 gives, and what an auditor of this office asks besides.

There are two forms, and what was not seen to be erased cannot be put into the first: a :class:`Certificate` takes nothing but a
verification that passed, everything else is a :class:`Record`, "of an unverified erasure". Persons are ids of the register;
names, posts and telephone numbers are looked up when it is shown. What is signed is its canonical JSON (RFC 8785).
"""

import json
from typing import Annotated, Literal, TypeAlias

import msgspec
import rfc8785

from sekisho.custody.statements import Hex
from sekisho.domain import namespace
from sekisho.media.erasing import Category, Failed, Method, NotVerifiable, Verified

CERTIFICATE = namespace("certificate")
"""What sanitiser and verifier sign under."""

Number = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{7,}\Z")]


Destination: TypeAlias = Literal["reuse", "store", "disposed", "unknown"]
Manner: TypeAlias = Literal["", "shredded", "disintegrated", "pulverised", "incinerated", "melted"]


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a certificate."""


class MediumFacts(_Part, frozen=True, kw_only=True):
    """The medium.

    Attributes:
        label: what the office calls it.
        number: the office's registration number; empty for a folder that stands for one.
        manufacturer: as it says.
        model: as it says.
        serial: as it says; a hint, no identity.
        size: bytes; 0 where unknown.
        type: ``usb`` or ``unregistered``.
        section: which section of the office it is from.
    """

    label: str
    number: str = ""
    manufacturer: str = ""
    model: str = ""
    serial: str = ""
    size: int = 0
    type: Literal["usb", "unregistered"] = "unregistered"
    section: str = ""


class CopyFacts(_Part, frozen=True, kw_only=True):
    """A copy that was on it.

    Attributes:
        slip: its slip number.
        copy_id: its id.
        capsule: SHA-256 of its capsule.
        kinds: the kinds of personal data in it: the category of the medium before.
        erased: the ledger's entry of its erasure; none where only its key was destroyed.
    """

    slip: str
    copy_id: Hex
    capsule: Hex
    kinds: list[str]
    erased: int | None = None


class KeyDestroyed(_Part, frozen=True, kw_only=True):
    """The destruction of a copy's key.

    Attributes:
        copy_id: of which copy.
        index: the ledger's entry.
        at: when.
        epoch: the key epoch that it left behind began with this number.
        algorithm: what the copy is encrypted with.
        source: where its key came from.
    """

    copy_id: Hex
    index: int
    at: str
    epoch: int
    algorithm: Literal["ChaCha20-Poly1305 (age v1)"] = "ChaCha20-Poly1305 (age v1)"
    source: Literal["128 random bits, of which this office kept a share"] = (
        "128 random bits, of which this office kept a share"
    )


class Opening(_Part, frozen=True, kw_only=True):
    """A release: the weakest point, for what was opened was in plain somewhere.

    Attributes:
        copy_id: of which copy.
        index: the ledger's entry.
        at: when.
        route: by which way.
        device: id of the key of the machine that asked; empty where none signed.
    """

    copy_id: Hex
    index: int
    at: str
    route: str
    device: str = ""


class Signer(_Part, frozen=True, kw_only=True):
    """Who erased, or who saw to it that it was.

    Attributes:
        person: id in the register.
        key: id of the key that signs this.
    """

    person: str
    key: str


class Declared(_Part, frozen=True, kw_only=True):
    """What a recipient declared in the browser page.

    Attributes:
        text_sha256: of the text as it was handed in.
        opened: when the content was opened, as that machine's clock had it.
        wiped: when the page was wiped, by the same clock.
        saved: files that were saved, and are declared to be gone.
        asked: persons that were looked up.
    """

    text_sha256: Hex
    opened: str
    wiped: str
    saved: int
    asked: int


class Facts(_Part, frozen=True, kw_only=True):
    """What both forms say.

    Attributes:
        medium: the medium.
        copies: the copies that were on it.
        method: how.
        tool: with which program.
        version: of that program.
        sanitiser: who erased.
        verifier: who saw to it; never the same person.
        keys: destructions of keys.
        openings: releases that were given before.
        declared: what the recipient declared, where this is that.
        declarations: numbers of the records of what recipients declared.
        destination: where the medium goes now.
        backup: whether another copy is kept, and where: it never is, for a copy is sealed anew.
        manner: how a medium was destroyed; empty where it was not.
        photos: SHA-256 of photographs of a destroyed medium.
    """

    medium: MediumFacts
    copies: list[CopyFacts]
    method: Method
    tool: str
    version: str
    sanitiser: Signer
    verifier: Signer
    keys: list[KeyDestroyed] = []
    openings: list[Opening] = []
    declared: Declared | None = None
    declarations: list[str] = []
    destination: Destination = "store"
    backup: Literal["none"] = "none"
    manner: Manner = ""
    photos: list[Hex] = []


class _Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type"):
    """What both forms have.

    Attributes:
        v: version of this form.
        number: of the certificate.
        origin: the log of the office.
        at: when.
        facts: what was done, with what, by whom.
    """

    v: Literal[1] = 1
    number: Number
    origin: str
    at: str
    facts: Facts

    def encode(self) -> bytes:
        """Return the bytes that are signed."""
        return rfc8785.dumps(msgspec.to_builtins(self))


class Certificate(_Form, frozen=True, kw_only=True, tag="certificate"):
    """A certificate of an erasure that was verified.

    Attributes:
        category: what the erasure keeps an attacker from.
        verification: how it was verified.
    """

    category: Category
    verification: Verified


class Record(_Form, frozen=True, kw_only=True, tag="unverified_erasure"):
    """A record of an erasure that failed, or that nobody can verify.

    Attributes:
        verification: what came of it.
    """

    verification: Failed | NotVerifiable


Document: TypeAlias = Certificate | Record


def certificate_schema() -> str:
    """Return the JSON Schema of both forms."""
    schema = msgspec.json.schema(Certificate | Record)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Sekisho certificate of erasure"}
    return json.dumps(head | schema, ensure_ascii=False, indent=2) + "\n"
