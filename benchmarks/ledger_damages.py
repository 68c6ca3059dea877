"""Damage exports in a thousand random ways, and see that ``verify.py`` and an independent program find each.

    python benchmarks/ledger_damages.py --fsck PATH [--count 1000] [--seed 2022] [--entries 300]

PATH is Tessera's ``fsck`` (github.com/transparency-dev/tessera, ``cmd/fsck``), which whoever runs this has built; without it only our own program is
asked. Each damage is of one file that belongs to the log: a bit flipped, bytes cut off or added, the file removed, two of
them exchanged. Nothing is added to a partial tile of hashes: fsck reads as many hashes as its path says and passes over
what follows, which ours names. The sums are made anew after it, so that what is found is found by the log's own hashes and signatures.
fsck runs with ``-N 4096`` under a time limit: with its default of one worker it waits for ever at the first bad tile
(seen at 1811ae1), and running into the limit counts as found, separately.
"""

import argparse
import random
import resource
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sekisho.clock import ManualClock
from sekisho.ledger import store
from sekisho.ledger.export import SUMS, export_bundle
from sekisho.ledger.writer import Ledger
from sekisho.store.database import create_database

_LIMIT_SECONDS = 20
_SIGNER = Ed25519PrivateKey.from_private_bytes(sha256(b"Sekisho test key: office").digest())


def make_export(root: Path, entries: int) -> Path:
    """Export a log of so many invented entries."""
    connection = create_database(root / "sekisho.db", (store.SCHEMA, store.SCHEMA_2))
    ledger = Ledger(
        connection,
        origin="custody.city.example/ledger1",
        signer=_SIGNER,
        anchor=root / "anchor",
        lock=root / "lock",
        clock=ManualClock(datetime(2022, 6, 21, 8, 0, tzinfo=UTC)),
    )
    with ledger.transaction() as tx:
        for number in range(entries):
            tx.append("copy.sealed", copy=f"C-{number}")
    export_bundle(ledger, root / "export")
    connection.close()
    return root / "export"


def _flip(path: Path, dice: random.Random, _: list[Path]) -> None:
    data = bytearray(path.read_bytes())
    data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    path.write_bytes(data)


def _cut(path: Path, dice: random.Random, _: list[Path]) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: dice.randrange(len(data))])


def _add(path: Path, dice: random.Random, _: list[Path]) -> None:
    path.write_bytes(path.read_bytes() + dice.randbytes(dice.randint(1, 64)))


def _remove(path: Path, _: random.Random, __: list[Path]) -> None:
    path.unlink()


def _exchange(path: Path, dice: random.Random, others: list[Path]) -> None:
    other = dice.choice([each for each in others if each.read_bytes() != path.read_bytes()])
    content = path.read_bytes()
    path.write_bytes(other.read_bytes())
    other.write_bytes(content)


_WAYS: dict[str, Callable[[Path, random.Random, list[Path]], None]] = {
    "flip": _flip, "cut": _cut, "add": _add, "remove": _remove, "exchange": _exchange,
}  # fmt: skip


def log_files(folder: Path) -> list[Path]:
    """Return the files that an independent reader of the log looks at."""
    return sorted([folder / "checkpoint", *(path for path in (folder / "tile").rglob("*") if path.is_file())])


def remake_sums(folder: Path) -> None:
    """Make the sums anew, as somebody does who changes a folder on purpose."""
    found = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SUMS)
    lines = [f"{sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n" for path in found]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def ours(folder: Path, verifier: Path) -> tuple[int, str]:
    """Ask the program that travels in the bundle."""
    command = [sys.executable, "-I", "-S", str(verifier), str(folder), "--language", "en"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def theirs(folder: Path, fsck: Path) -> str:
    """Ask the independent one: ``accepted``, ``found`` or ``time limit``."""
    command = [
        str(fsck),
        f"--storage_url=file://{folder}/",
        f"--public_key={folder / 'log.vkey'}",
        "-N",
        "4096",
        "--ui=false",
    ]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=_LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        return "time limit"
    return "found" if done.returncode else "accepted"


def main() -> int:
    """Run, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fsck", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--entries", type=int, default=300)
    parser.add_argument("--seed", type=int, default=2022)
    asked = parser.parse_args()
    dice, counts, missed = random.Random(asked.seed), Counter[str](), list[str]()
    with tempfile.TemporaryDirectory() as root:
        good = make_export(Path(root), asked.entries)
        if ours(good, good / "verify.py")[0] or (asked.fsck and theirs(good, asked.fsck) != "accepted"):
            missed.append("the good export is not accepted")
        for number in range(asked.count):
            folder = Path(shutil.copytree(good, Path(root) / "damaged"))
            way = dice.choice(sorted(_WAYS))
            path = dice.choice(log_files(folder))
            name = path.relative_to(folder).as_posix()
            if way == "add" and ".p/" in name and "entries" not in name:
                way = "flip"
            _WAYS[way](path, dice, [each for each in log_files(folder) if each != path])
            remake_sums(folder)
            status, said = ours(folder, good / "verify.py")
            answer = theirs(folder, asked.fsck) if asked.fsck else "not asked"
            counts[f"{way}: ours {'found' if status else 'ACCEPTED'}"] += 1
            counts[f"{way}: fsck {answer}"] += 1
            named = f" {name} " in said
            counts["the damaged file named by ours"] += named
            if not named:
                sys.stdout.write(f"NOT NAMED {number}: {way} {name}: {said.splitlines()[:1]}\n")
            if not status or answer == "accepted":
                missed.append(f"{number}: {way} {name}: ours {status}, fsck {answer}")
            shutil.rmtree(folder)
    for what, times in sorted(counts.items()):
        sys.stdout.write(f"{times:6} {what}\n")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    sys.stdout.write(f"{used.ru_utime + used.ru_stime:6.0f} CPU seconds of both programs\n")
    sys.stdout.write("".join(f"MISSED {line}\n" for line in missed))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
