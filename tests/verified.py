"""The auditor's program, run on exports that were damaged, for tests."""

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from sekisho.ledger.export import guides

VERIFIER = Path(str(files("sekisho.ledger"))) / "verifier.py"
STATEMENT_VERIFIER = VERIFIER.with_name("verifier_statement.py")
LAST = "proofs/copy.sealed-299.tlog-proof"
"""The proof of the last entry of the export."""


def verify(folder: Path, *options: object, language: str = "en") -> tuple[int, str]:
    """Run the verifier as an auditor does; return its exit code and what it says."""
    command = [sys.executable, "-I", "-S", str(VERIFIER), str(folder), *map(str, options)]
    environment = {"PATH": os.environ["PATH"], "LANG": f"{language}_XX.UTF-8"}
    done = subprocess.run(command, capture_output=True, check=False, env=environment)
    assert done.stderr == b"", done.stderr.decode()
    return done.returncode, done.stdout.decode()


def with_sums(folder: Path) -> Path:
    """Make the sums anew, as somebody does who changes a folder on purpose."""
    found = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "SHA256SUMS")
    sums = [f"{sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n" for path in found]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
    return folder


def as_export(folder: Path) -> Path:
    """Lay beside a bare log what an export has besides."""
    for name, content in guides().items():
        (folder / name).write_bytes(content)
    return with_sums(folder)


def flips(folder: Path) -> Iterator[tuple[str, int]]:
    """Yield some bits of every file: in its first byte, its last, and one in between."""
    dice = random.Random(2022)
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        size = path.stat().st_size
        for byte in {0, size - 1, dice.randrange(size)}:
            yield path.relative_to(folder).as_posix(), 8 * byte + dice.randrange(8)


def flip(folder: Path, path: str, bit: int) -> None:
    data = bytearray((folder / path).read_bytes())
    data[bit // 8] ^= 1 << bit % 8
    (folder / path).write_bytes(data)
