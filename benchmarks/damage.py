"""One flipped byte in the middle of a sealed file: what each program leaves where the plaintext belongs.

    python benchmarks/damage.py --megabytes 50

A file stood at the destination before. Each tool opens its own sealed form of the same bytes, with one byte flipped at
three fifths of it, and is asked to write over that file. What counts is what somebody finds there afterwards: the old file,
nothing, a beginning that looks like a file, or all of it with the tampered bytes inside. ``gpg`` and ``7z`` are used with
a passphrase; both warn and end with an error code.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

IDENTITY = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
RECIPIENT = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
OLD = b"what stood here before\n"
SEKISHO = [sys.executable, "-m", "sekisho", "age"]
GPG = [
    "gpg",
    "--homedir",
    "{folder}",
    "--batch",
    "--quiet",
    "--yes",
    "--pinentry-mode",
    "loopback",
    "--passphrase",
    "x",
]

TOOLS: dict[str, tuple[list[str], list[str]]] = {
    "sekisho age": (
        [*SEKISHO, "encrypt", "-r", RECIPIENT, "-o", "{sealed}", "{plain}"],
        [*SEKISHO, "decrypt", "--overwrite", "-i", "{key}", "-o", "{made}", "{sealed}"],
    ),
    "age": (
        ["age", "-r", RECIPIENT, "-o", "{sealed}", "{plain}"],
        ["age", "-d", "-i", "{key}", "-o", "{made}", "{sealed}"],
    ),
    "gpg": (
        [*GPG, "-o", "{sealed}", "--symmetric", "{plain}"],
        [*GPG, "-o", "{made}", "--decrypt", "{sealed}"],
    ),
    "7z": (
        ["7z", "a", "-mx0", "-px", "-bso0", "-bsp0", "{sealed}.7z", "{plain}"],
        ["7z", "e", "-px", "-y", "-bso0", "-bse0", "-bsp0", "-o{out}", "{sealed}.7z"],
    ),
}


def main() -> None:
    """Run every tool that is installed and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--megabytes", type=int, default=50, help="size of the file, in 1,000,000 bytes")
    megabytes = parser.parse_args().megabytes
    print(f"{'tool':12} {'exit code':>9}  {'bytes at the destination':>24}  the old file")
    for tool, (seal, unseal) in TOOLS.items():
        if shutil.which(seal[0]):
            with tempfile.TemporaryDirectory() as folder:
                print(_row(tool, seal, unseal, Path(folder), megabytes))


def _row(tool: str, seal: list[str], unseal: list[str], folder: Path, megabytes: int) -> str:
    plain, out = folder / "made", folder / "out"
    names = {
        "plain": plain, "sealed": folder / "sealed", "key": folder / "key", "made": out / "made", "out": out,
        "folder": folder,
    }  # fmt: skip
    plain.write_bytes(os.urandom(megabytes * 1_000_000))
    (folder / "key").write_text(f"{IDENTITY}\n")
    out.mkdir()
    subprocess.run([each.format(**names) for each in seal], check=True, stdout=subprocess.DEVNULL)
    _flip(folder / ("sealed.7z" if tool == "7z" else "sealed"))
    (out / "made").write_bytes(OLD)
    command = [each.format(**names) for each in unseal]
    code = subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
    found = (out / "made").read_bytes() if (out / "made").exists() else None
    new = 0 if found is None or found == OLD else len(found)
    return f"{tool:12} {code:>9}  {new:>24,}  {'intact' if found == OLD else 'gone'}"


def _flip(path: Path) -> None:
    with path.open("r+b") as file:
        at = path.stat().st_size * 3 // 5
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 1]))


if __name__ == "__main__":
    main()
