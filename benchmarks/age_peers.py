"""Two gigabytes each way: what we seal others open, and what they seal we open, byte for byte.

    npm --prefix opener ci --ignore-scripts
    python benchmarks/age_peers.py --megabytes 2048 --folder /dev/shm

The peers are the program ``age``, pyrage and npm's ``age-encryption`` in Node; each takes the same plaintext, and SHA-256
says whether it came back. CPU seconds are those of the peer's process, of ours by the side of them; they tell that nothing
is quadratic, and the speeds of the engines are in ``benchmarks/age.py``.
"""

import argparse
import hashlib
import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from sekisho.age.mlkem768x25519 import HybridIdentity
from sekisho.age.x25519 import X25519Identity

ROOT = Path(__file__).resolve().parent.parent
CLASSIC, HYBRID = X25519Identity(bytes(range(32))), HybridIdentity(bytes(range(32)))

OURS = """
import sys
from pathlib import Path
from sekisho.age.file import decrypt_file, encrypt_file
from sekisho.age.keys import identity_from_text, recipient_from_text
task, key, source, destination = sys.argv[1:]
if task == "seal":
    encrypt_file(Path(source), Path(destination), [recipient_from_text(key)])
else:
    decrypt_file(Path(source), Path(destination), [identity_from_text(key)])
"""

PYRAGE = """
import sys, pyrage
task, key, source, destination = sys.argv[1:]
if task == "seal":
    pyrage.encrypt_file(source, destination, [pyrage.x25519.Recipient.from_str(key)])
else:
    pyrage.decrypt_file(source, destination, [pyrage.x25519.Identity.from_str(key)])
"""

TYPAGE = """
import { createReadStream, createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { pathToFileURL } from "node:url";
const [module, task, key, source, destination] = process.argv.slice(2);
const { Decrypter, Encrypter } = await import(pathToFileURL(module));
const input = Readable.toWeb(createReadStream(source, { highWaterMark: 1 << 20 }));
let output;
if (task === "seal") {
  const encrypter = new Encrypter();
  encrypter.addRecipient(key);
  output = await encrypter.encrypt(input);
} else {
  const decrypter = new Decrypter();
  decrypter.addIdentity(key);
  output = await decrypter.decrypt(input);
}
await pipeline(Readable.fromWeb(output), createWriteStream(destination));
"""

Peer = Callable[[str, Path, Path], list[str]]


def main() -> None:
    """Go both ways with each peer and print a table."""
    options = _options()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        plain = folder / "plain"
        digest = _write_plain(plain, options.megabytes)
        print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
        print(f"{options.megabytes} MiB, CPU seconds\n")
        print("| peer | key | we seal | it opens | it seals | we open |\n|---|---|---|---|---|---|")
        for peer, kind, command in _peers(folder):
            cells = _both_ways(folder, plain, digest, kind, command)
            print(f"| {peer} | {kind} | {' | '.join(cells)} |", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=2048)
    parser.add_argument("--folder", type=Path, default=Path("/dev/shm"))  # noqa: S108 - memory, so that no disk is measured
    return parser.parse_args()


def _peers(folder: Path) -> list[tuple[str, str, Peer]]:
    (folder / "key").write_text(CLASSIC.to_secret_text() + "\n", encoding="ascii")
    (folder / "typage.mjs").write_text(TYPAGE, encoding="ascii")
    package = ROOT / "opener" / "node_modules" / "age-encryption"
    version = json.loads((package / "package.json").read_text(encoding="utf-8"))["version"]
    age = shutil.which("age") or "age"
    age_version = subprocess.run([age, "--version"], capture_output=True, check=True, text=True).stdout.strip()

    def by_age(task: str, source: Path, destination: Path) -> list[str]:
        who = ["-r", str(CLASSIC.recipient)] if task == "seal" else ["-d", "-i", str(folder / "key")]
        return [age, *who, "-o", str(destination), str(source)]

    def by_pyrage(task: str, source: Path, destination: Path) -> list[str]:
        return [sys.executable, "-c", PYRAGE, task, _key("X25519", task), str(source), str(destination)]

    def by_typage(kind: str) -> Peer:
        module = str(package / "dist" / "index.js")
        return lambda task, source, destination: [
            shutil.which("node") or "node",
            str(folder / "typage.mjs"),
            module,
            task,
            _key(kind, task),
            str(source),
            str(destination),
        ]

    return [
        (f"age {age_version}", "X25519", by_age),
        (f"pyrage {importlib.metadata.version('pyrage')}", "X25519", by_pyrage),
        (f"age-encryption {version}", "X25519", by_typage("X25519")),
        (f"age-encryption {version}", "mlkem768x25519", by_typage("mlkem768x25519")),
    ]


def _key(kind: str, task: str) -> str:
    identity = CLASSIC if kind == "X25519" else HYBRID
    return str(identity.recipient) if task == "seal" else identity.to_secret_text()


def _both_ways(folder: Path, plain: Path, digest: str, kind: str, peer: Peer) -> list[str]:
    sealed, opened = folder / "sealed", folder / "opened"

    def ours(task: str, source: Path, destination: Path) -> list[str]:
        return [sys.executable, "-c", OURS, task, _key(kind, task), str(source), str(destination)]

    cells = []
    for seal, open_it in ((ours, peer), (peer, ours)):
        cells.append(_seconds(seal("seal", plain, sealed)))
        cells.append(_seconds(open_it("open", sealed, opened)))
        if _digest(opened) != digest:
            raise SystemExit(f"{kind}: what was opened is not what was sealed")
        sealed.unlink()
        opened.unlink()
    return cells


def _seconds(command: list[str]) -> str:
    """Run a command and return its CPU seconds."""
    before = os.times()
    subprocess.run(command, check=True)
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return f"{used:.1f}"


def _write_plain(path: Path, megabytes: int) -> str:
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for number in range(megabytes):
            block = hashlib.shake_128(number.to_bytes(8, "big")).digest(1 << 20)
            digest.update(block)
            file.write(block)
    return digest.hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    main()
