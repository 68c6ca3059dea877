"""What program this is, and whether its ciphers give the published answers: the record of build and test of an exemption pack.

It is our own assertion, and says so: it names the version, the digest of every file of the program, the libraries, and runs
known answers of each algorithm on this machine, now. Which vectors the program's own test set runs is named beside it.
"""

import hashlib
import platform
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from cryptography.hazmat.backends.openssl import backend
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sekisho.capsule import rel1

TEST_SET = (
    "C2SP/CCTV age testkit: 143 files (age v1, STREAM, X25519, X-Wing, scrypt, armor)",
    "rel1: known answers, 97 capsules of one and of several custodians, of every inner recipient",
    "HPKE releases: tests/vectors/release",
    "C2SP tlog: checkpoints, tiles, proofs, witnesses: tests/vectors/ledger",
    "SLIP-39 envelopes: tests/vectors/slip39",
)
"""Published and own vectors that the tests of this version run; the program's sources hold them."""


@cache
def known_answers() -> dict[str, bool]:
    """Run a known answer of each algorithm: its source → whether this machine gives it."""
    return {source: _holds(run) for source, run in _RUNS.items()}


@cache
def digest_of_program() -> tuple[str, int]:
    """Return the SHA-256 over the digests of every file of the program, in order of their names, and how many there are."""
    root = Path(str(files("sekisho")))
    found = sorted(path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(root).as_posix()}\n" for path in found
    ]
    return hashlib.sha256("".join(lines).encode()).hexdigest(), len(found)


def is_recorded() -> bool:
    """Tell whether every known answer is given."""
    return all(known_answers().values())


def build_json() -> dict[str, object]:
    """Return the record for programs."""
    digest, count = digest_of_program()
    return {
        "type": "build",
        "sekisho": version("sekisho"),
        "files": count,
        "files_sha256": digest,
        "python": platform.python_version(),
        "cryptography": version("cryptography"),
        "openssl": backend.openssl_version_text(),
        "known_answers": known_answers(),
        "test_set": list(TEST_SET),
    }


def _holds(run: Callable[[], bool]) -> bool:
    try:
        return run()
    except Exception:  # noqa: BLE001 - whatever keeps a cipher from answering, it does not give the answer
        return False


def _chacha() -> bool:
    text = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it."
    key, nonce = bytes(range(0x80, 0xA0)), bytes.fromhex("070000004041424344454647")
    sealed = ChaCha20Poly1305(key).encrypt(nonce, text, bytes.fromhex("50515253c0c1c2c3c4c5c6c7"))
    return sealed[-16:].hex() == "1ae10b594f09e26a7e902ecbd0600691"


def _x25519() -> bool:
    nine = bytes([9]) + bytes(31)
    shared = X25519PrivateKey.from_private_bytes(nine).exchange(X25519PublicKey.from_public_bytes(nine))
    return shared.hex() == "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079"


def _hkdf() -> bool:
    derived = HKDF(algorithm=SHA256(), length=42, salt=bytes(range(13)), info=bytes(range(0xF0, 0xFA)))
    answer = "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    return derived.derive(b"\x0b" * 22).hex() == answer


def _gcm() -> bool:
    key = bytes.fromhex("feffe9928665731c6d6a8f9467308308" * 2)
    text = bytes.fromhex(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
    )
    more = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    sealed = AESGCM(key).encrypt(bytes.fromhex("cafebabefacedbaddecaf888"), text, more)
    return sealed[-16:].hex() == "76fc6ece0f4e1768cddf8853bb2d551b"


def _rel1() -> bool:
    nothing = bytes(rel1.SHARE_SIZE)
    binding = rel1.Binding(cid=nothing, tid=nothing, kid=bytes(rel1.KID_SIZE))
    return rel1.mask(nothing, binding).hex() == "d5b63b9ec0bdbf6a4d2f5b0e939a596d"


_RUNS: dict[str, Callable[[], bool]] = {
    "RFC 8439, section 2.8.2 (ChaCha20-Poly1305)": _chacha,
    "RFC 7748, section 5.2, one iteration (X25519)": _x25519,
    "RFC 5869, appendix A.1 (HKDF-SHA-256)": _hkdf,
    "McGrew and Viega, The Galois/Counter Mode of Operation, test case 16 (AES-256-GCM)": _gcm,
    "docs/reference/rel1.md (release stanza)": _rel1,
}
