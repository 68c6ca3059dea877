"""Signatures of security keys: OpenSSH agrees with each, an untouched one is none, and nothing can be exchanged in them."""

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signing_keys import NAMESPACE, STATEMENT, ssh_keygen

from security_key import ASKED_WHO, TOUCHED, SecurityKey
from sekisho.errors import NoKey, SekishoError, Unreadable
from sekisho.signing.keys import parse_public, public_from_blob
from sekisho.signing.kinds import SK_ED25519, SK_P256, Touch
from sekisho.signing.sshsig import Signed, verify_touch
from sekisho.signing.wire import mpint, read_mpint, read_string

BOTH = pytest.mark.parametrize("kind", [SK_ED25519, SK_P256])


def _refused(signature: str) -> SekishoError:
    with pytest.raises(SekishoError) as caught:
        verify_touch(signature, STATEMENT, namespace=NAMESPACE)
    return caught.value


@BOTH
@pytest.mark.parametrize(("flags", "asked"), [(TOUCHED, False), (ASKED_WHO, True)])
def test_a_security_key_says_whether_it_asked_who_touched_it(kind: bytes, flags: int, *, asked: bool) -> None:
    key = SecurityKey(kind)
    signature = key.sign(STATEMENT, namespace=NAMESPACE, flags=flags)
    assert verify_touch(signature, STATEMENT, namespace=NAMESPACE) == Signed(key.public, Touch(asked, 1))


@BOTH
@pytest.mark.parametrize("flags", [0x00, 0x04])
def test_what_nobody_touched_signs_nothing(kind: bytes, flags: int) -> None:
    refused = _refused(SecurityKey(kind).sign(STATEMENT, namespace=NAMESPACE, flags=flags))
    assert (type(refused), refused.key) == (NoKey, "signing.bad_signature")


@BOTH
def test_openssh_verifies_what_ours_verifies(tmp_path: Path, kind: bytes) -> None:
    key = SecurityKey(kind)
    (tmp_path / "allowed").write_text(f"carrier {key.public.line}\n", encoding="ascii")
    (tmp_path / "sig").write_text(key.sign(STATEMENT, namespace=NAMESPACE), encoding="ascii")
    who = ("-f", tmp_path / "allowed", "-I", "carrier", "-n", NAMESPACE, "-s", tmp_path / "sig")
    assert ssh_keygen("-Y", "verify", *who, given=STATEMENT).returncode == 0
    assert ssh_keygen("-Y", "verify", *who, given=STATEMENT + b" ").returncode != 0


@BOTH
def test_the_public_line_of_a_security_key_reads_back(kind: bytes) -> None:
    public = SecurityKey(kind).public
    assert parse_public(f"{public.line} 運搬者") == public


@BOTH
@pytest.mark.parametrize("bit", [0, 3, 7])
def test_every_changed_bit_is_noticed(kind: bytes, bit: int) -> None:
    lines = SecurityKey(kind).sign(STATEMENT, namespace=NAMESPACE).splitlines()
    blob = base64.b64decode("".join(lines[1:-1]))
    for place in range(len(blob)):
        changed = blob[:place] + bytes([blob[place] ^ 1 << bit]) + blob[place + 1 :]
        armored = "\n".join([lines[0], base64.b64encode(changed).decode(), lines[-1]])
        assert isinstance(_refused(armored), NoKey | Unreadable)


def test_a_signature_of_one_key_is_none_of_another() -> None:
    first, second = SecurityKey(), SecurityKey(seed=b"Another key")
    lines = first.sign(STATEMENT, namespace=NAMESPACE).splitlines()
    blob = base64.b64decode("".join(lines[1:-1])).replace(first.public.blob, second.public.blob)
    assert _refused("\n".join([lines[0], base64.b64encode(blob).decode(), lines[-1]])).key == "signing.bad_signature"


@given(st.binary(max_size=300))
def test_no_bytes_are_a_key_by_chance(blob: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        public_from_blob(blob)


@given(st.integers(0, 1 << 4096))
def test_a_number_has_one_spelling(number: int) -> None:
    data, rest = read_string(mpint(number))
    assert (read_mpint(data), rest) == (number, b"")
    with pytest.raises(ValueError, match="shortest"):
        read_mpint(b"\0" + data)
