"""How many signatures under a hand-over are checked a second, and how large their codes are: ``python benchmarks/signatures.py``.

The same statement of 390 bytes, the same run; the peers are the bare verification that ``cryptography`` does of the same
signature, and ``ssh-keygen -Y verify`` as a program. Needs the test environment and OpenSSH.
"""

import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import segno

from security_key import SecurityKey
from sekisho.custody.carried import Carried, to_code
from sekisho.custody.statements import HANDOVER, AnswerStatement
from sekisho.signing.cose import ALGORITHMS
from sekisho.signing.keys import SigningKey, generate
from sekisho.signing.kinds import SK_ED25519, SK_P256
from sekisho.signing.sshsig import sign, verify
from sekisho.signing.webauthn import verify_assertion
from soft_passkey import RP, SoftPasskey

_STATEMENT = AnswerStatement(
    v=1, type="answer", slip="0012345", copy_id="3f" * 16, offer="5a" * 32, by="carrier", answer="accepted", reason="",
    place="callcentre", at="2022-06-21T08:05:00Z", nonce="18" * 16, previous="c3" * 32,
).encode()  # fmt: skip


def rate(act: Callable[[], object], times: int = 500) -> float:
    """Return how often something is done in a CPU second, the best of three rounds."""
    rounds = []
    for _ in range(3):
        cpu = time.process_time()
        for _ in range(times):
            act()
        rounds.append(times / (time.process_time() - cpu))
    return max(rounds)


def by_openssh(key: SigningKey, signature: str, times: int = 20) -> float:
    """Return how many signatures ``ssh-keygen -Y verify`` checks in a CPU second, a program each."""
    with tempfile.TemporaryDirectory() as folder:
        allowed, kept = Path(folder, "allowed"), Path(folder, "signature")
        allowed.write_text(f"carrier {key.public.line}\n", encoding="ascii")
        kept.write_text(signature, encoding="ascii")
        words = ["ssh-keygen", "-Y", "verify", "-f", str(allowed), "-I", "carrier", "-n", HANDOVER, "-s", str(kept)]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        for _ in range(times):
            subprocess.run(words, input=_STATEMENT, stdout=subprocess.DEVNULL, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return times / (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def row(name: str, checks: float, bare: float, signature: str) -> None:
    """Print a line of the table."""
    code = to_code(Carried(statement=_STATEMENT, signature=signature))
    drawn = segno.make(code, error="m", boost_error=False, micro=False)
    print(f"{name:<28} {checks:>8,.0f} {checks / bare:>6.2f} {len(signature):>6} {len(code):>6} {drawn.version:>4}")


def main() -> None:
    """Measure and print."""
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}", end=", ")
    print(f"cryptography {version('cryptography')}, statement {len(_STATEMENT)} bytes")
    print(f"{'signature':<28} {'checks/s':>8} {'/bare':>6} {'bytes':>6} {'code':>6} {'QR':>4}")
    key = generate()
    raw, public, signature = key.key.sign(_STATEMENT), key.public.key(), sign(key, _STATEMENT, namespace=HANDOVER)
    bare = rate(lambda: public.verify(raw, _STATEMENT))
    row("Ed25519 (SSH)", rate(lambda: verify(signature, _STATEMENT, namespace=HANDOVER)), bare, signature)
    print(f"{'the same by ssh-keygen':<28} {by_openssh(key, signature):>8,.0f}")
    for kind in (SK_ED25519, SK_P256):
        made = SecurityKey(kind).sign(_STATEMENT, namespace=HANDOVER)
        row(kind.decode().partition("@")[0], rate(partial(verify, made, _STATEMENT, namespace=HANDOVER)), bare, made)
    for algorithm in ALGORITHMS:
        passkey = SoftPasskey(algorithm)
        given = passkey.assertion(_STATEMENT)
        checks = rate(partial(verify_assertion, given, key=passkey.cose, rp=RP, statement=_STATEMENT))
        row(f"passkey, COSE {algorithm}", checks, bare, given.text())


if __name__ == "__main__":
    main()
