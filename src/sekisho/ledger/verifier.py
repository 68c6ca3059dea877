"""Check an exported ledger with nothing but Python (台帳の書き出しを Python だけで確かめます).

    python3 -I -S verify.py FOLDER [--key VKEY] [--seen CHECKPOINT]... [--language ja|en]

It needs Python 3.9 or newer, no other package and no network; it reads and never writes. Exit status: 0 everything
fits, 1 something does not (each such file, entry and line is named), 2 wrong usage. What is checked:

  1. the log's signature on the newest checkpoint and on every earlier one     (C2SP signed-note, Ed25519 of RFC 8032)
  2. that the entries give the root of each of them, so that each log was the beginning of the next         (RFC 9162)
  3. every entry bundle and every tile, hash by hash                                                (C2SP tlog-tiles)
  4. every proof in proofs/                                                                         (C2SP tlog-proof)
  5. that a statement and its counts are the very papers whose digests an entry holds
  6. that events.csv says what the entries say, and that no file differs from SHA256SUMS

Only you can check that log.vkey is the key which the office has published (give that one with --key), and that the
log goes on from what you saw of it before (give the checkpoints that you kept with --seen).
"""

import argparse
import base64
import contextlib
import json
import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from hashlib import sha256, sha512
from pathlib import Path
from typing import NamedTuple

WORDS = {
    "missing": ("is missing or cannot be read", "がないか、読めません"),
    "not_key": ("is not an Ed25519 key of a log", "は台帳の公開鍵（Ed25519）ではありません"),
    "other_key": ("is not the key given with --key", "は --key で指定した公開鍵と違います"),
    "unsigned": ("is not signed by this log", "にはこの台帳の署名がありません"),
    "bad_signature": ("has a signature that does not fit", "の署名が内容に合いません"),
    "not_checkpoint": ("is not a checkpoint of this log", "はこの台帳のチェックポイントではありません"),
    "other_size": ("is named for another size", "の名前と中の記録数が違います"),
    "newer": ("has {size} entries, more than this export", "の記録は {size} 件で、この書き出しより多くあります"),
    "root": ("signs a root that the entries do not give", "が署名したルートと、記録から求めたルートが違います"),
    "not_tile": ("is not {width} hashes or entries", "は {width} 個のハッシュまたは記録ではありません"),
    "stray": ("is not a part of the log", "は台帳の一部ではありません"),
    "bad_hash": ("hash {number} is not the one of the entries", "の {number} 番のハッシュが記録と違います"),
    "not_proof": ("is not a proof", "は証明ではありません"),
    "no_proof": ("does not prove entry {number}", "は {number} 番の記録を証明しません"),
    "bad_line": ("line {number} is wrong", "の {number} 行目が違います"),
    "bad_paper": ("is not a paper of any statement in the ledger", "は台帳にある報告の書類と違います"),
    "bad_sum": ("is not as SHA256SUMS lists it", "が SHA256SUMS の記載と違います"),
    "good": ("verifies", "は検査に通りました"),
    "bad": ("does not verify, findings: {count}", "は検査に通りません。指摘 {count} 件"),
}


class Damage(Exception):
    """What is wrong with the file at hand: a key of WORDS, and the values for it."""

    def __init__(self, key: str, **values: int) -> None:
        super().__init__(key)
        self.key, self.values = key, values


class Report:
    """Says each finding as it is made, and counts them."""

    def __init__(self, language: str) -> None:
        self.language, self.count = language, 0

    def say(self, mark: str, where: object, key: str, **values: int) -> None:
        """Print one line."""
        self.count += mark == "BAD"
        sys.stdout.write(f"{mark:5}{where} {WORDS[key][self.language == 'ja'].format(**values)}\n")

    @contextlib.contextmanager
    def about(self, where: object) -> Iterator[None]:
        """Turn what goes wrong inside the block into a finding about ``where``."""
        try:
            yield
        except Damage as damage:
            self.say("BAD", where, damage.key, **damage.values)
        except OSError:
            self.say("BAD", where, "missing")


# --- Ed25519, RFC 8032 §5.1: points are (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z --------------------------------

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE_D = -121665 * pow(121666, -1, PRIME) % PRIME
ZERO = (0, 1, 1, 0)
Point = tuple[int, int, int, int]


def add(p: Point, q: Point) -> Point:
    """Add two points (§5.1.4)."""
    a = (p[1] - p[0]) * (q[1] - q[0]) % PRIME
    b = (p[1] + p[0]) * (q[1] + q[0]) % PRIME
    c = 2 * p[3] * q[3] * CURVE_D % PRIME
    d = 2 * p[2] * q[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def read_point(data: bytes) -> Point:
    """Decode a point (§5.1.3)."""
    sign, y = divmod(int.from_bytes(data, "little"), 1 << 255)
    square = (y * y - 1) * pow(CURVE_D * y * y + 1, -1, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * pow(2, (PRIME - 1) // 4, PRIME) % PRIME
    if y >= PRIME or (x * x - square) % PRIME or (sign and not x):
        raise Damage("not_key")
    x = x if x & 1 == sign else PRIME - x
    return x, y, 1, x * y % PRIME


BASE = read_point(bytes.fromhex("58" + "66" * 31))


def is_signed(message: bytes, signature: bytes, public: bytes) -> bool:
    """Tell whether R is [s]B - [k]A: whether the holder of the key A signed the message (§5.1.7)."""
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    k = int.from_bytes(sha512(r + public + message).digest(), "little") % ORDER
    x, y, z, t = read_point(public)
    minus_a = PRIME - x, y, z, PRIME - t
    sums, total = (ZERO, BASE, minus_a, add(BASE, minus_a)), ZERO
    for bit in range(252, -1, -1):
        total = add(add(total, total), sums[(s >> bit & 1) + 2 * (k >> bit & 1)])
    x, y = (each * pow(total[2], -1, PRIME) % PRIME for each in total[:2])
    return s < ORDER and (y | (x & 1) << 255).to_bytes(32, "little") == r


# --- Keys, signed notes, checkpoints, proofs: the base64 forms leave no stray bits, so each value has one spelling ---

NUMBER, BASE64 = "(0|[1-9][0-9]{0,18})", "[A-Za-z0-9+/]"
HASH, SIGNATURE = f"{BASE64}{{42}}[AEIMQUYcgkosw048]=", f"{BASE64}{{90}}[AEIMQUYcgkosw048]="
VKEY = re.compile(rf"([^\s+]+)\+([0-9a-f]{{8}})\+({BASE64}{{44}})\n?")
NOTE = re.compile("([^\0-\x09\x0b-\x1f]*\n)\n((?:— [^\\s+]+ \\S+\n){1,100})")
HEAD = re.compile(f"(.+)\n{NUMBER}\n({HASH})\n(?:.+\n)*")
PROOF = re.compile(f"c2sp\\.org/tlog-proof@v1\n(?:extra \\S+\n)?index {NUMBER}\n((?:{HASH}\n){{0,63}})\n([^\0]*)")
TILE = re.compile(r"tile/([0-9]|[1-5][0-9]|6[0-3]|entries)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([0-9]+))?")


class Key(NamedTuple):
    """The log's name, the four bytes that mark its signatures, its Ed25519 public key."""

    name: str
    id: bytes
    public: bytes


Head = tuple[int, bytes]  # what a checkpoint signs: size and root


def match(pattern: re.Pattern[str], data: bytes, key: str) -> re.Match[str]:
    """Match all of a text."""
    with contextlib.suppress(UnicodeDecodeError):
        if found := pattern.fullmatch(data.decode()):
            return found
    raise Damage(key)


def read_key(vkey: bytes) -> Key:
    """Read ``name+id+base64(1 ‖ public key)``."""
    name, key_id, encoded = match(VKEY, vkey, "not_key").groups()
    material = base64.b64decode(encoded)
    right_id = sha256(name.encode() + b"\n" + material).digest()[:4]
    if material[0] != 1 or right_id.hex() != key_id:
        raise Damage("not_key")
    read_point(material[1:])
    return Key(name, right_id, material[1:])


def read_checkpoint(note: bytes, key: Key) -> Head:
    """Verify a note and read what it signs; signature lines of other keys, such as witnesses, are passed over."""
    text, lines = match(NOTE, note, "not_checkpoint").groups()
    values = map(base64.b64decode, re.findall(f"^— {re.escape(key.name)} ({SIGNATURE})$", lines, re.MULTILINE))
    signatures = [value[4:] for value in values if value[:4] == key.id]
    if not signatures:
        raise Damage("unsigned")
    if not all(is_signed(text.encode(), signature, key.public) for signature in signatures):
        raise Damage("bad_signature")
    origin, size, root = match(HEAD, text.encode(), "not_checkpoint").groups()
    if origin != key.name:
        raise Damage("not_checkpoint")
    return int(size), base64.b64decode(root)


# --- The tree, RFC 9162 §2.1 ----------------------------------------------------------------------------------------


def tree_hash(*parts: bytes) -> bytes:
    """Hash an entry, or two neighbours into one."""
    return sha256((b"\x00" if len(parts) == 1 else b"\x01") + b"".join(parts)).digest()


class Tree:
    """Grows entry by entry; keeps the hashes that tiles hold, a row of events.csv each, the roots at some sizes."""

    def __init__(self, sizes: set[int]) -> None:
        self.sizes, self.roots = sizes, {0: sha256(b"").digest()}
        self.levels: defaultdict[int, list[bytes]] = defaultdict(list)
        self.rows = [b"index,time,type,copy"]
        self.papers: defaultdict[str, set[str]] = defaultdict(set)
        self.peaks: list[bytes] = []
        self.size = 0

    def append(self, entry: bytes) -> None:
        """Add an entry."""
        node, rest, height = tree_hash(entry), self.size, 0
        self.levels[0].append(node)
        self.read(entry)
        while rest & 1:
            node, rest, height = tree_hash(self.peaks.pop(), node), rest >> 1, height + 1
            if height % 8 == 0:
                self.levels[height // 8].append(node)
        self.peaks.append(node)
        self.size += 1
        if self.size in self.sizes:
            for peak in self.peaks[-2::-1]:
                node = tree_hash(peak, node)
            self.roots[self.size] = node

    def read(self, entry: bytes) -> None:
        """Write an entry as a row of events.csv, and keep what it says of papers; no event gives a row no file has."""
        row = b"\n"
        with contextlib.suppress(ValueError, LookupError, TypeError, AttributeError, RecursionError):
            event = json.loads(entry.decode())
            row = f"{self.size},{event['at']},{event['type']},{event.get('copy', '')}".encode()
            for name, digest in event["files"].items() if event["type"] == "statement.issued" else ():
                self.papers[name].add(digest)
        self.rows.append(row)


def root_of_path(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """Return the root to which a path leads, or nothing if it is too long or too short (§2.1.3.2)."""
    node, last = leaf, size - 1
    for sibling in path:
        if last == 0:
            return b""
        if index & 1 or index == last:
            node = tree_hash(sibling, node)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            node = tree_hash(node, sibling)
        index, last = index >> 1, last >> 1
    return node if last == 0 else b""


# --- The folder: tiles of 256 hashes, bundles of 256 entries, the last of a row narrower; everything else -----------


def tile_path(level: object, start: int, size: int) -> str:
    """Return where the tile from ``start`` in a row of ``size`` lies: number 1234067 is ``x001/x234/067``."""
    number, width = str(start // 256), size - start
    padded = number.zfill(-(-len(number) // 3) * 3)
    return f"tile/{level}/" + re.sub("(...)(?=...)", r"x\1/", padded) + (f".p/{width}" if width < 256 else "")


def read_entries(data: bytes, width: int) -> list[bytes]:
    """Read a bundle: each entry behind its length in two bytes."""
    at, entries = 0, []
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        entries.append(data[at + 2 : end])
        at = end
    if at != len(data) or len(entries) != width:
        raise Damage("not_tile", width=width)
    return entries


def grow_tree(folder: Path, size: int, sizes: set[int], report: Report) -> Tree:
    """Build the tree from all entries that the checkpoint signs."""
    tree = Tree(sizes)
    for start in range(0, size, 256):
        path = tile_path("entries", start, size)
        with report.about(path):
            for entry in read_entries((folder / path).read_bytes(), min(256, size - start)):
                tree.append(entry)
    return tree


def check_tiles(folder: Path, tree: Tree, report: Report) -> None:
    """Compare with the tree what lies in tile/, and what should lie there."""
    needed = {tile_path(n, at, len(row)) for n, row in tree.levels.items() for at in range(0, len(row), 256)}
    found = {file.relative_to(folder).as_posix() for file in (folder / "tile").rglob("*") if not file.is_dir()}
    grown_from = {tile_path("entries", at, tree.size) for at in range(0, tree.size, 256)}
    for path in sorted((needed | found) - grown_from):
        with report.about(path):
            check_tile(folder, path, tree, report)


def check_tile(folder: Path, path: str, tree: Tree, report: Report) -> None:
    """Compare one tile or bundle with the tree."""
    level, number, partial = match(TILE, path.encode(), "stray").groups()
    start, width = int(re.sub("[x/]", "", number)) * 256, int(partial or 256)
    right = tree.levels[int(level.replace("entries", "0"))][start : start + width]
    if tile_path(level, start, start + width) != path or not right or len(right) < width:
        raise Damage("stray")
    data = (folder / path).read_bytes()
    if level == "entries":
        data = b"".join(map(tree_hash, read_entries(data, width)))
    if len(data) != 32 * width:
        raise Damage("not_tile", width=width)
    for number in range(width):
        if data[32 * number : 32 * number + 32] != right[number]:
            report.say("BAD", path, "bad_hash", number=start + number)


def check_events(folder: Path, tree: Tree, report: Report) -> None:
    """Compare events.csv with the entries, line by line."""
    lines, rows = (folder / "events.csv").read_bytes().split(b"\n"), [*tree.rows, b""]
    for number in range(max(len(lines), len(rows))):
        if lines[number : number + 1] != rows[number : number + 1]:
            report.say("BAD", "events.csv", "bad_line", number=number + 1)


def check_papers(folder: Path, tree: Tree, report: Report) -> None:
    """Compare the papers of a statement with the digests in its entry."""
    for file in sorted(file for file in folder.iterdir() if file.is_file()):
        is_paper = file.name in tree.papers or file.name.startswith("statement")
        if is_paper and sha256(file.read_bytes()).hexdigest() not in tree.papers[file.name]:
            report.say("BAD", file.name, "bad_paper")


def check_sums(folder: Path, report: Report) -> None:
    """Compare every file with SHA256SUMS."""
    lines = set((folder / "SHA256SUMS").read_bytes().split(b"\n"))
    listed = {line[66:].decode(errors="replace") for line in lines}
    found = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if not file.is_dir()}
    for path in sorted(found - {"SHA256SUMS"}):
        if f"{sha256((folder / path).read_bytes()).hexdigest()}  {path}".encode() not in lines:
            report.say("BAD" if path in listed else "NOTE", path, "bad_sum")
    for path in sorted(listed - found - {""}):
        report.say("BAD", path, "missing")


def check_head(head: Head, tree: Tree, index: "int | None", path: list[bytes]) -> None:
    """Compare a signed root with the tree and, if it came with a proof, follow that from its entry to the root."""
    size, root = head
    if root != tree.roots.get(size):
        raise Damage("newer" if size > tree.size else "root", size=size)
    if index is not None:
        leaf = tree.levels[0][index] if index < size else b""
        if not leaf or root_of_path(leaf, index, size, path) != root:
            raise Damage("no_proof", number=index)


def check_log(folder: Path, key: Key, seen: list[Path], report: Report) -> None:
    """Check every checkpoint and proof, the entries and tiles, papers and events.csv."""
    heads: dict[Path, Head] = {}
    proofs: dict[Path, tuple[int, list[bytes]]] = {}
    newest = folder / "checkpoint"
    for file in [newest, *seen, *folder.glob("checkpoints/*"), *folder.glob("proofs/*.tlog-proof")]:
        with report.about(file):
            note = file.read_bytes()
            if file.suffix == ".tlog-proof":
                index, hashes, text = match(PROOF, note, "not_proof").groups()
                proofs[file], note = (int(index), [base64.b64decode(each) for each in hashes.split()]), text.encode()
            heads[file] = read_checkpoint(note, key)
            if file.parent == folder / "checkpoints" and file.name != str(heads[file][0]):
                raise Damage("other_size")
    size = heads[newest][0] if newest in heads else 0
    tree = grow_tree(folder, size, {head[0] for head in heads.values()}, report)
    if newest not in heads or tree.size < size:
        return  # what is wrong with the checkpoint or the bundles is said already
    for file, head in sorted(heads.items()):
        with report.about(file):
            check_head(head, tree, *proofs.get(file, (None, [])))
    check_tiles(folder, tree, report)
    check_papers(folder, tree, report)
    if (folder / "events.csv").exists():
        check_events(folder, tree, report)


def main() -> int:
    """Check the folder named on the command line."""
    parser = argparse.ArgumentParser(description="Check an exported ledger. 台帳の書き出しを確かめます。")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--key", help="the log's published key / 公表されている公開鍵")
    parser.add_argument("--seen", type=Path, action="append", default=[], help="a checkpoint you kept / 手元の控え")
    parser.add_argument("--language", choices=["en", "ja"], default=os.environ.get("LANG", "en")[:2])
    asked = parser.parse_args()
    report, folder = Report(asked.language), asked.folder
    with report.about(folder / "log.vkey"):
        vkey = (folder / "log.vkey").read_bytes()
        key = read_key(vkey)
        if asked.key and asked.key.encode() != vkey.strip():
            raise Damage("other_key")
        check_log(folder, key, asked.seen, report)
    if (folder / "SHA256SUMS").exists():
        check_sums(folder, report)
    report.say("BAD" if report.count else "GOOD", folder, "bad" if report.count else "good", count=report.count)
    return min(report.count, 1)


if __name__ == "__main__":
    sys.exit(main())
