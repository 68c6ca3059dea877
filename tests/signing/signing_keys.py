"""The published hand-over signature, its test key, and OpenSSH as the other side."""

import hashlib
import shutil
import subprocess
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from conftest import VECTORS, need
from sekisho.signing.keys import SigningKey

STATEMENT = (VECTORS / "signing" / "statement").read_bytes()
SIGNATURE = (VECTORS / "signing" / "statement.sig").read_text(encoding="ascii")
ALLOWED_SIGNERS = (VECTORS / "signing" / "allowed_signers").read_text(encoding="ascii")
SIGNER_LINE = ALLOWED_SIGNERS.split(maxsplit=2)[2].strip()
SIGNER = SigningKey(Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"Sekisho test key: handover").digest()))
NAMESPACE = "handover@sekisho"


def ssh_keygen(*arguments: str | Path, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run OpenSSH's own program."""
    need(shutil.which("ssh-keygen"), "ssh-keygen is not installed: apt-get install openssh-client")
    return subprocess.run(["ssh-keygen", *map(str, arguments)], input=given, capture_output=True, check=False)
