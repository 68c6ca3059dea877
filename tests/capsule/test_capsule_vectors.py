"""The published rel1 vectors: each capsule is opened, or refused for the reason that its vector names."""

import hashlib
import subprocess
import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from capsule_samples import Spoken

from conftest import VECTORS
from sekisho.age.header import read_header
from sekisho.age.reader import open_with_file_key
from sekisho.age.x25519 import X25519Identity
from sekisho.capsule.opening import open_capsule
from sekisho.errors import NoKey, SekishoError, Unreadable

REL1 = VECTORS / "rel1"
EXPECTED: dict[str, tuple[type[SekishoError], str]] = {
    "not a capsule": (Unreadable, "capsule.not_a_capsule"),
    "foreign stanza": (Unreadable, "capsule.foreign_stanza"),
    "malformed stanza": (Unreadable, "capsule.bad_stanza"),
    "unknown recipient": (Unreadable, "capsule.unknown_recipient"),
    "other recipient": (NoKey, "capsule.other_recipient"),
    "wrong share": (NoKey, "capsule.wrong_share"),
    "header altered": (Unreadable, "capsule.header_altered"),
    "damaged": (Unreadable, "capsule.truncated"),
    "payload rule": (Unreadable, "capsule.bad_payload"),
    "manifest": (Unreadable, "capsule.bad_manifest"),
    "signature": (NoKey, "signing.bad_signature"),
}
BEFORE_A_RELEASE = {"not a capsule", "foreign stanza", "malformed stanza", "unknown recipient", "other recipient"}


@dataclass(frozen=True)
class Vector:
    name: str
    fields: dict[str, str]
    capsule: bytes

    @property
    def identity(self) -> X25519Identity:
        return X25519Identity.from_text(self.fields["identity"])

    @property
    def source(self) -> Spoken:
        return Spoken(bytes.fromhex(self.fields["share"]))


def read(path: Path) -> Vector:
    fields, _, capsule = path.read_bytes().partition(b"\n\n")
    return Vector(path.name, dict(line.split(": ", 1) for line in fields.decode().splitlines()), capsule)


ALL = [read(path) for path in sorted((REL1 / "testdata").iterdir())]
GOOD = [vector for vector in ALL if vector.fields["expect"] == "success"]
BAD = [vector for vector in ALL if vector not in GOOD]


@pytest.mark.parametrize("vector", GOOD, ids=lambda vector: vector.name)
def test_a_good_capsule_opens(vector: Vector) -> None:
    opened = open_capsule(BytesIO(vector.capsule), vector.identity, vector.source)
    assert {file.name: file.sha256 for file in opened.manifest.files} == {
        file.name: hashlib.sha256(opened.read(file.name)).hexdigest() for file in opened.manifest.files
    }


@pytest.mark.parametrize("vector", GOOD, ids=lambda vector: vector.name)
def test_its_file_key_and_payload_are_the_published_ones(vector: Vector) -> None:
    file = BytesIO(vector.capsule)
    reader = open_with_file_key(file, read_header(file), file_key=bytes.fromhex(vector.fields["file key"]))
    assert hashlib.sha256(reader.read()).hexdigest() == vector.fields["payload"]


@pytest.mark.parametrize("vector", BAD, ids=lambda vector: vector.name)
def test_a_bad_capsule_is_refused_for_its_own_reason(vector: Vector) -> None:
    error, key = EXPECTED[vector.fields["expect"]]
    source = vector.source
    with pytest.raises(error) as caught:
        open_capsule(BytesIO(vector.capsule), vector.identity, source)
    assert (type(caught.value), caught.value.key) == (error, key)
    assert bool(source.asked) == (vector.fields["expect"] not in BEFORE_A_RELEASE)


def test_every_reason_has_a_vector() -> None:
    assert {vector.fields["expect"] for vector in ALL} == {"success", *EXPECTED}


def test_the_script_beside_the_vectors_makes_them_again(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(REL1 / "make_rel1_vectors.py"), str(tmp_path)], check=True)
    made = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert made == {path: (REL1 / path).read_bytes() for path in made}
    assert len(made) == len(ALL) + 1
