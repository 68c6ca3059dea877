"""A signature stands for one message, one purpose, one key, and OpenSSH agrees."""

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signing_keys import ALLOWED_SIGNERS, NAMESPACE, SIGNATURE, SIGNER, SIGNER_LINE, STATEMENT, ssh_keygen

from sekisho.errors import NoKey, SekishoError, Unreadable
from sekisho.signing.keys import generate, parse_public
from sekisho.signing.sshsig import Signed, sign, verify, verify_touch
from sekisho.signing.wire import ssh_string

MAGIC = b"SSHSIG\x00\x00\x00\x01"


def _blob(armored: str = SIGNATURE) -> bytes:
    return base64.b64decode("".join(armored.splitlines()[1:-1]))


def _armored(blob: bytes) -> str:
    text = base64.b64encode(blob).decode()
    return f"-----BEGIN SSH SIGNATURE-----\n{text}\n-----END SSH SIGNATURE-----\n"


def _refused(armored: str, message: bytes = STATEMENT, namespace: str = NAMESPACE) -> SekishoError:
    with pytest.raises(SekishoError) as caught:
        verify(armored, message, namespace=namespace)
    return caught.value


def test_the_published_signature_names_its_signer() -> None:
    assert verify(SIGNATURE, STATEMENT, namespace=NAMESPACE) == parse_public(SIGNER_LINE)


def test_signing_gives_the_published_signature() -> None:
    assert sign(SIGNER, STATEMENT, namespace=NAMESPACE) == SIGNATURE


@given(st.binary(max_size=200), st.text(min_size=1, max_size=40))
def test_what_was_signed_verifies(message: bytes, namespace: str) -> None:
    assert verify(sign(SIGNER, message, namespace=namespace), message, namespace=namespace) == SIGNER.public


def test_a_signature_for_one_purpose_serves_no_other() -> None:
    refused = _refused(SIGNATURE, namespace="release@sekisho")
    assert isinstance(refused, NoKey)
    assert refused.key == "signing.other_purpose"


def test_a_changed_message_is_told_with_the_key_that_signed() -> None:
    refused = _refused(SIGNATURE, STATEMENT + b" ")
    assert isinstance(refused, NoKey)
    assert (refused.key, refused.values) == ("signing.bad_signature", {"key": SIGNER.public.id})


def test_a_signature_says_nothing_about_another_key() -> None:
    """The signer's key stands inside the signature; exchanging it does not make somebody else the signer."""
    other = _blob().replace(SIGNER.public.raw, generate().public.raw)
    assert _refused(_armored(other)).key == "signing.bad_signature"


@pytest.mark.parametrize("bit", range(8))
def test_every_changed_bit_is_noticed(bit: int) -> None:
    blob = _blob()
    for place in range(len(blob)):
        changed = blob[:place] + bytes([blob[place] ^ 1 << bit]) + blob[place + 1 :]
        assert isinstance(_refused(_armored(changed)), NoKey | Unreadable)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (MAGIC, b"SSHSIG\x00\x00\x00\x02"),
        (MAGIC, b""),
        (MAGIC, MAGIC + MAGIC),
        (ssh_string(b"sha512"), ssh_string(b"sha256")),
        (ssh_string(b"sha512"), ssh_string(b"md5")),
        (ssh_string(NAMESPACE.encode()) + ssh_string(b""), ssh_string(NAMESPACE.encode()) + ssh_string(b"x")),
        (ssh_string(b"ssh-ed25519"), ssh_string(b"ssh-ed448")),
        (ssh_string(b"ssh-ed25519"), ssh_string(b"")),
    ],
)
def test_a_signature_of_another_form_is_refused(old: bytes, new: bytes) -> None:
    assert old in _blob()
    assert _refused(_armored(_blob().replace(old, new, 1))).key == "signing.not_a_signature"


@pytest.mark.parametrize("cut", [0, 1, 9, 10, 14, 60, -64, -1])
def test_a_truncated_signature_is_refused(cut: int) -> None:
    assert _refused(_armored(_blob()[:cut])).key == "signing.not_a_signature"


def test_nothing_may_stand_behind_a_signature() -> None:
    assert _refused(_armored(_blob() + b"\x00")).key == "signing.not_a_signature"


@pytest.mark.parametrize(
    "armored",
    [
        "",
        "\n\n",
        "-----BEGIN SSH SIGNATURE-----",
        SIGNATURE.replace("BEGIN SSH", "BEGIN PGP"),
        SIGNATURE.replace("U1NI", "U1N!"),
        SIGNATURE.replace("U1NI", "署名"),
        SIGNATURE.replace("-----END SSH SIGNATURE-----\n", ""),
        SIGNATURE + SIGNATURE,
    ],
)
def test_what_is_no_armored_signature_is_refused(armored: str) -> None:
    refused = _refused(armored)
    assert isinstance(refused, Unreadable)
    assert refused.key == "signing.not_a_signature"


@given(st.text() | st.binary(max_size=300).map(lambda data: _armored(MAGIC + data)))
def test_no_text_is_ever_a_signature_by_chance(armored: str) -> None:
    assert isinstance(_refused(armored), NoKey | Unreadable)


def test_windows_newlines_and_blank_lines_around_are_understood() -> None:
    assert verify("\r\n" + SIGNATURE.replace("\n", "\r\n"), STATEMENT, namespace=NAMESPACE) == SIGNER.public


def test_a_signature_is_never_made_or_taken_without_a_purpose() -> None:
    """PROTOCOL.sshsig: the namespace must not be empty."""
    with pytest.raises(ValueError, match="namespace"):
        sign(SIGNER, STATEMENT, namespace="")
    nameless = _armored(_blob().replace(ssh_string(NAMESPACE.encode()), ssh_string(b"")))
    with pytest.raises(ValueError, match="namespace"):
        verify(nameless, STATEMENT, namespace="")


def test_openssh_accepts_ours_for_its_message_and_purpose_alone(tmp_path: Path) -> None:
    (tmp_path / "allowed").write_text(ALLOWED_SIGNERS.replace('namespaces="handover@sekisho" ', ""), encoding="ascii")
    (tmp_path / "sig").write_text(sign(SIGNER, "尼崎".encode(), namespace=NAMESPACE), encoding="ascii")

    def accepts(message: str, namespace: str) -> bool:
        who = ("-f", tmp_path / "allowed", "-I", "carrier@contractor.example")
        what = ("-n", namespace, "-s", tmp_path / "sig")
        return ssh_keygen("-Y", "verify", *who, *what, given=message.encode()).returncode == 0

    assert accepts("尼崎", NAMESPACE)
    assert not accepts("尼﨑", NAMESPACE)
    assert not accepts("尼崎", "release@sekisho")


@pytest.mark.parametrize("options", [("-t", "ed25519"), ("-t", "rsa", "-b", "2048"), ("-t", "ecdsa", "-b", "256")])
def test_what_openssh_signs_is_accepted(tmp_path: Path, options: tuple[str, ...]) -> None:
    ssh_keygen("-q", *options, "-N", "", "-C", "carrier", "-f", tmp_path / "key")
    signed = ssh_keygen("-Y", "sign", "-f", tmp_path / "key", "-n", NAMESPACE, given=STATEMENT).stdout.decode()
    public = parse_public((tmp_path / "key.pub").read_text(encoding="utf-8"))
    assert verify_touch(signed, STATEMENT, namespace=NAMESPACE) == Signed(public, None)
    assert public.line in (tmp_path / "key.pub").read_text(encoding="utf-8")
    assert _refused(signed, STATEMENT + b" ").key == "signing.bad_signature"


@pytest.mark.parametrize("options", [("-t", "rsa", "-b", "1024"), ("-t", "ecdsa", "-b", "384")])
def test_a_weak_key_and_a_kind_nobody_asked_for_are_refused(tmp_path: Path, options: tuple[str, ...]) -> None:
    ssh_keygen("-q", *options, "-N", "", "-f", tmp_path / "key")
    signed = ssh_keygen("-Y", "sign", "-f", tmp_path / "key", "-n", NAMESPACE, given=STATEMENT).stdout.decode()
    assert signed.startswith("-----BEGIN SSH SIGNATURE-----")
    assert _refused(signed).key == "signing.not_a_signature"
    with pytest.raises(Unreadable):
        parse_public((tmp_path / "key.pub").read_text(encoding="utf-8"))
