"""The manifest: one spelling, signed by the key that it names, refused when anything of it was changed."""

import contextlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest
import rfc8785
from capsule_samples import SIGNER, manifest_of, signing_key
from hypothesis import given
from hypothesis import strategies as st

from conftest import need
from sekisho.capsule.manifest import NAMESPACE, Manifest, decode_manifest, sign_manifest, verify_manifest
from sekisho.errors import NoKey, SekishoError, Unreadable
from sekisho.signing.sshsig import sign

MANIFEST = manifest_of()
DOCUMENT: dict[str, Any] = json.loads(MANIFEST.encode())


def refused(data: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        decode_manifest(data)
    assert caught.value.key == "capsule.bad_manifest"


def test_a_manifest_is_read_as_it_was_written() -> None:
    assert decode_manifest(MANIFEST.encode()) == MANIFEST


def test_it_is_canonical_json_with_its_japanese_readable() -> None:
    assert MANIFEST.encode() == rfc8785.dumps(DOCUMENT)
    assert "臨時特別給付金".encode() in MANIFEST.encode()


@given(st.text(), st.integers(0, 2**53 - 1), st.lists(st.text(min_size=1, max_size=9), max_size=3))
def test_any_words_and_counts_come_back(words: str, count: int, names: list[str]) -> None:
    files = dict.fromkeys(names, b"x")
    manifest = manifest_of(files, controller=words, people=count)
    assert decode_manifest(manifest.encode()) == manifest
    assert manifest.encode() == rfc8785.dumps(msgspec.to_builtins(manifest))


@pytest.mark.parametrize("name", [field.name for field in msgspec.structs.fields(Manifest)])
def test_a_manifest_without_one_of_its_parts_is_refused(name: str) -> None:
    refused(rfc8785.dumps({key: value for key, value in DOCUMENT.items() if key != name}))


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"v": "1"},
        {"cid": "c1" * 15},
        {"cid": "C1" * 16},
        {"cid": "c1" * 16 + "\n"},
        {"index": "bb" * 31},
        {"people": -1},
        {"people": 1.5},
        {"max_opens": True},
        {"allow_save": 1},
        {"files": [{"name": "a"}]},
        {"files": [DOCUMENT["files"][0] | {"form": "program"}]},
        {"files": [DOCUMENT["files"][0] | {"size": -1}]},
        {"files": None},
        {"not_after": "2022-06-24T17:00:00+09:00"},
        {"not_after": "tomorrow"},
        {"due": "2022-02-30T00:00:00Z"},
        {"sealed_at": ""},
        {"slip": 118488},
        {"more": "than we know"},
    ],
    ids=str,
)
def test_a_part_that_is_not_as_it_should_be_is_refused(change: dict[str, object]) -> None:
    refused(rfc8785.dumps(DOCUMENT | change))


@pytest.mark.parametrize("number", [b"9007199254740992", b"1e3", b"123456789012345678901234567890", b"1.0", b"01"])
def test_a_number_that_has_no_one_spelling_is_refused(number: bytes) -> None:
    refused(MANIFEST.encode().replace(b'"people":1', b'"people":' + number))


def test_another_spelling_of_the_same_is_refused() -> None:
    canonical = MANIFEST.encode()
    refused(json.dumps(DOCUMENT, ensure_ascii=False, sort_keys=True).encode())
    refused(canonical + b"\n")
    refused(canonical.replace("尼".encode(), b"\\u5c3c"))
    refused(canonical.replace(b'"people":1', b'"people":2,"people":1'))


@pytest.mark.parametrize("text", [b"\xff", b"\xed\xa0\x80", b"\\ud800", b"\x00", b'"'])
def test_a_text_that_is_none_is_refused(text: bytes) -> None:
    refused(MANIFEST.encode().replace(b"118488", text))


@given(st.binary(max_size=200) | st.integers(0, len(MANIFEST.encode())).map(lambda end: MANIFEST.encode()[:end]))
def test_whatever_it_is_it_is_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(Unreadable):
        assert decode_manifest(data).encode() == data


@given(st.integers(0, len(MANIFEST.encode()) - 1), st.integers(1, 255))
def test_a_changed_byte_is_seen_by_the_form_or_the_signature(place: int, change: int) -> None:
    data = bytearray(MANIFEST.encode())
    data[place] ^= change
    with pytest.raises((Unreadable, NoKey)):
        verify_manifest(decode_manifest(bytes(data)), sign_manifest(MANIFEST, SIGNER))


def test_a_time_that_is_none_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="time"):
        manifest_of(due="2022-06-24")


# The signature.


def test_the_signature_says_who_signed() -> None:
    assert verify_manifest(MANIFEST, sign_manifest(MANIFEST, SIGNER)) == SIGNER.public


def test_another_keys_signature_is_refused_though_it_fits() -> None:
    with pytest.raises(Unreadable) as caught:
        verify_manifest(MANIFEST, sign_manifest(MANIFEST, signing_key("stranger")))
    assert caught.value.key == "capsule.bad_manifest"


def test_the_signature_of_another_manifest_is_refused() -> None:
    with pytest.raises(NoKey) as caught:
        verify_manifest(MANIFEST, sign_manifest(manifest_of(people=2), SIGNER))
    assert caught.value.key == "signing.bad_signature"


def test_a_signature_made_for_another_purpose_is_refused() -> None:
    with pytest.raises(NoKey) as caught:
        verify_manifest(MANIFEST, sign(SIGNER, MANIFEST.encode(), namespace="release@sekisho.example").encode())
    assert caught.value.key == "signing.other_purpose"


@given(st.binary(max_size=300) | st.just(sign_manifest(MANIFEST, SIGNER)[:-40]))
def test_what_is_no_signature_is_refused(signature: bytes) -> None:
    with pytest.raises(SekishoError):
        verify_manifest(MANIFEST, signature)


def test_ssh_keygen_verifies_it(tmp_path: Path) -> None:
    keygen = shutil.which("ssh-keygen")
    need(keygen, "the program ssh-keygen is not installed: apt-get install openssh-client")
    (tmp_path / "manifest.sig").write_bytes(sign_manifest(MANIFEST, SIGNER))
    (tmp_path / "signers").write_text(f"officer {MANIFEST.signer}\n")
    command = [keygen or "", "-Y", "verify", "-f", str(tmp_path / "signers"), "-I", "officer", "-n", NAMESPACE]
    command += ["-s", str(tmp_path / "manifest.sig")]
    assert subprocess.run(command, input=MANIFEST.encode(), check=False, capture_output=True).returncode == 0
    assert subprocess.run(command, input=MANIFEST.encode()[:-1], check=False, capture_output=True).returncode != 0
