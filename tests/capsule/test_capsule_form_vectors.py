"""The published vectors of post-quantum and hardware inner stanzas, of deflated and of padded payloads."""

import hashlib
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from capsule_samples import Spoken
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key

from conftest import VECTORS
from sekisho.age.filekey import Identity
from sekisho.age.header import read_header
from sekisho.age.keys import identity_from_text
from sekisho.age.p256tag import P256Identity
from sekisho.age.reader import open_with_file_key
from sekisho.capsule.opening import open_capsule
from sekisho.errors import SekishoError

FORMS = VECTORS / "rel1" / "forms"
EXPECTED = {
    "malformed stanza": "capsule.bad_stanza",
    "other recipient": "capsule.other_recipient",
    "damaged": "capsule.truncated",
    "payload rule": "capsule.bad_payload",
}
BEFORE_A_RELEASE = {"malformed stanza", "other recipient"}

ALL = sorted((FORMS / "testdata").iterdir())


def read(path: Path) -> tuple[dict[str, str], bytes]:
    fields, _, capsule = path.read_bytes().partition(b"\n\n")
    return dict(line.split(": ", 1) for line in fields.decode().splitlines()), capsule


def identity_of(text: str) -> Identity:
    """Return the identity; hardware has no text for one, so a vector gives the number itself."""
    kind, _, number = text.partition(" ")
    if kind == "p256":
        return P256Identity(derive_private_key(int(number, 16), SECP256R1()))
    return identity_from_text(text)


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.name)
def test_a_capsule_opens_or_is_refused_for_its_own_reason(path: Path) -> None:
    fields, capsule = read(path)
    source, expect = Spoken(bytes.fromhex(fields["share"])), fields["expect"]
    if expect != "success":
        with pytest.raises(SekishoError) as caught:
            _contents(capsule, identity_of(fields["identity"]), source)
        assert caught.value.key == EXPECTED[expect]
    else:
        digests = _contents(capsule, identity_of(fields["identity"]), source)
        assert digests[0] == digests[1]
        file = BytesIO(capsule)
        reader = open_with_file_key(file, read_header(file), file_key=bytes.fromhex(fields["file key"]))
        assert hashlib.sha256(reader.read()).hexdigest() == fields["payload"]
    assert bool(source.asked) == (expect not in BEFORE_A_RELEASE)


def _contents(capsule: bytes, identity: Identity, source: Spoken) -> tuple[list[str], list[str]]:
    """Return the digests of all files, as the manifest says and as they are."""
    opened = open_capsule(BytesIO(capsule), identity, source)
    files = opened.manifest.files
    return [file.sha256 for file in files], [hashlib.sha256(opened.read(file.name)).hexdigest() for file in files]


def test_the_script_beside_the_vectors_makes_them_again(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(FORMS / "make_form_vectors.py"), str(tmp_path)], check=True)
    made = {path.name: path.read_bytes() for path in (tmp_path / "testdata").iterdir()}
    assert made == {path.name: path.read_bytes() for path in ALL}
