"""Check an exported ledger with nothing but Python (台帳の書き出しを Python だけで確かめます).

    python3 -I -S verify.py FOLDER [--key VKEY] [--witness VKEY]... [--seen CHECKPOINT]... [--language ja|en]

It needs Python 3.9 or newer, no other package and no network; it reads and never writes. Exit status: 0 all fits, 1 not
(every bad file is named, of some findings the first few), 2 wrong usage, 3 no exported ledger, 4 another log than the key's.
Checked: the log's signature on every checkpoint (C2SP signed-note, RFC 8032); that the entries give the root of each, so that
each log was the beginning of the next (RFC 9162); every bundle and tile, hash by hash (tlog-tiles); every proof (tlog-proof);
cosignatures of the witnesses in policy.txt or given with --witness (tlog-cosignature; ML-DSA-44 is named and not checked);
events.csv. verify_statement.py, beside it, checks what is not of the log: details, papers, sums; and that nothing else is here.

Only you can check that log.vkey is the key which the office has published (give that one with --key), that the log goes on
from what you saw of it before (give the checkpoints that you kept with --seen), and that the witnesses are the published ones.
"""

import argparse
import base64
import contextlib
import json
import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from hashlib import sha256, sha512
from itertools import chain, zip_longest
from pathlib import Path
from time import gmtime, strftime
from typing import Any

WORDS = {
    "not_export": ("is not an exported ledger", "は台帳の書き出しではありません"),
    "not_file": ("is not an ordinary file and was not opened", "は通常のファイルではないため、開いていません"),
    "missing": ("is missing or cannot be read", "がないか、読めません"),
    "not_key": ("is not an Ed25519 key of a log or witness", "は台帳や立会いの公開鍵（Ed25519）ではありません"),
    "other_key": ("is not the key that was given", "は指定された公開鍵と違います"),
    "unsigned": ("is not signed by this log", "にはこの台帳の署名がありません"),
    "bad_signature": ("has a signature that does not fit", "の署名が内容に合いません"),
    "not_checkpoint": ("is not a checkpoint of this log", "はこの台帳のチェックポイントではありません"),
    "other_size": ("is named for another size", "の名前と中の記録数が違います"),
    "newer": ("has {number} entries, more than this export", "の記録は {number} 件で、この書き出しより多くあります"),
    "root": ("signs a root that the entries do not give", "が署名したルートと、記録から求めたルートが違います"),
    "not_tile": ("is not {number} hashes or entries", "は {number} 個のハッシュまたは記録ではありません"),
    "stray": ("is not a part of the log", "は台帳の一部ではありません"),
    "bad_hash": (
        "hash {number} is not the one that was signed",
        "の {number} 番のハッシュが、署名されたものと違います",
    ),
    "not_proof": ("is not a proof", "は証明ではありません"),
    "no_proof": ("does not prove entry {number}", "は {number} 番の記録を証明しません"),
    "bad_line": ("line {number} is wrong", "の {number} 行目が違います"),
    "not_form": ("is not of the form expected", "の形が違います"),
    "cosigned": ("is cosigned up to entry {number} by {who}", "は記録 {number} 件まで副署があります：{who}"),
    "not_cosigned": ("is cosigned by none of the witnesses", "には立会いサーバーの副署がありません"),
    "unchecked": ("has cosignatures of ML-DSA-44, NOT CHECKED: {who}", "の ML-DSA-44 の副署は確かめていません：{who}"),
    "more": ("has {number} more findings like these", "には、同じような指摘がほかに {number} 件あります"),
    "good": ("verifies", "は検査に通りました"),
    "bad": ("does not verify, findings: {number}", "は検査に通りません。指摘 {number} 件"),
}
SHOWN, LIMITED = 3, {"bad_line", "root", "no_proof", "bad_signature", "newer", "misnamed"}  # there may be thousands
PAPERS = Path(__file__).with_name(Path(__file__).stem + "_statement.py")


class Damage(Exception):
    """What is wrong with the file at hand: a key of WORDS, and the number that its words name, if they name one."""


# Ed25519, RFC 8032 §5.1: points are (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z
PRIME, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
CURVE_D, ZERO = -121665 * pow(121666, -1, PRIME) % PRIME, (0, 1, 1, 0)


def _add(p: tuple[int, ...], q: tuple[int, ...]) -> tuple[int, ...]:  # §5.1.4
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % PRIME, (p[1] + p[0]) * (q[1] + q[0]) % PRIME
    c, d = 2 * p[3] * q[3] * CURVE_D % PRIME, 2 * p[2] * q[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def _read_point(data: bytes) -> tuple[int, ...]:  # §5.1.3
    sign, y = divmod(int.from_bytes(data, "little"), 1 << 255)
    square = (y * y - 1) * pow(CURVE_D * y * y + 1, -1, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * pow(2, (PRIME - 1) // 4, PRIME) % PRIME
    if y >= PRIME or (x * x - square) % PRIME or (sign and not x):
        raise Damage("not_key")
    x = x if x & 1 == sign else PRIME - x
    return x, y, 1, x * y % PRIME


def is_signed(message: bytes, signature: bytes, public: bytes) -> bool:
    """Tell whether R is [s]B - [k]A: whether the holder of the key A signed the message (§5.1.7)."""
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    k = int.from_bytes(sha512(r + public + message).digest(), "little") % ORDER
    base, (x, y, z, t) = _read_point(bytes.fromhex("58" + "66" * 31)), _read_point(public)
    minus_a, total = (PRIME - x, y, z, PRIME - t), _add(ZERO, ZERO)
    sums = total, base, minus_a, _add(base, minus_a)
    for bit in range(252, -1, -1):
        total = _add(_add(total, total), sums[(s >> bit & 1) + 2 * (k >> bit & 1)])
    x, y = (each * pow(total[2], -1, PRIME) % PRIME for each in total[:2])
    return s < ORDER and (y | (x & 1) << 255).to_bytes(32, "little") == r


# Keys, signed notes, checkpoints, proofs: the base64 forms leave no stray bits, so each value has one spelling
NUMBER, HASH = "(0|[1-9][0-9]{0,18})", "[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]="
VKEY = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})\n?")
NOTE = re.compile("([^\0-\x09\x0b-\x1f]*\n)\n((?:— [^\\s+]+ \\S+\n){1,100})")
HEAD = re.compile(f"(.+)\n{NUMBER}\n({HASH})\n(?:.+\n)*")
PROOF = re.compile(f"c2sp\\.org/tlog-proof@v1\n(?:extra \\S+\n)?index {NUMBER}\n((?:{HASH}\n){{0,63}})\n([^\0]*)")
NOTES = re.compile(f"checkpoint|checkpoints/(?P<size>{NUMBER})|proofs/(?P<proof>[^/]+)\\.tlog-proof")
TILE = re.compile(r"tile/([0-9]|[1-5][0-9]|6[0-3]|entries)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([0-9]+))?")
LOG, WITNESS, ML_DSA_BYTES = 1, 4, 2432  # types of keys that are known here; what a line of the one that is not holds
UNREAD = b"\0"  # stands for the row of an entry whose bundle cannot be read
Heads = dict[object, tuple[int, bytes, int, list[bytes]]]  # size and root; a proof's index (else -1) and path


def _match(pattern: re.Pattern[str], data: bytes, key: str) -> re.Match[str]:
    if found := pattern.fullmatch(data.decode(errors="replace")):
        return found
    raise Damage(key)


def _tree_hash(*parts: bytes) -> bytes:  # RFC 9162 §2.1: of an entry, or of two neighbours
    return sha256((b"\x00" if len(parts) == 1 else b"\x01") + b"".join(parts)).digest()


class Tree:
    """Grows hash by hash; keeps what tiles hold, the roots at some sizes, a row of events.csv for each entry."""

    def __init__(self, sizes: set[int], papers: Any = None) -> None:  # noqa: ANN401 - of verify_statement.py
        self.sizes, self.roots, self.size = sizes, {0: sha256(b"").digest()}, 0
        self.levels: defaultdict[int, bytearray] = defaultdict(bytearray)
        self.peaks: list[bytes] = []
        self.rows, self.papers, self.grown_from = [b"index,time,type,copy"], papers, set[str]()

    def append(self, entry: bytes) -> None:
        """Add an entry; one of another form than Sekisho's gives a row that no file has."""
        row = b"\n"
        with contextlib.suppress(ValueError, LookupError, TypeError, AttributeError, RecursionError):
            event = json.loads(entry.decode())
            row = f"{self.size},{event['at']},{event['type']},{event.get('copy', '')}".encode()
            if self.papers:
                self.papers.see(self.size, event)
        self.push(_tree_hash(entry), row)

    def push(self, node: bytes, row: bytes = UNREAD) -> None:
        """Add the hash of an entry; without a row, where the entry itself cannot be read."""
        self.rows.append(row)
        self.levels[0] += node
        rest, height = self.size, 0
        while rest & 1:
            node, rest, height = sha256(b"\x01" + self.peaks.pop() + node).digest(), rest >> 1, height + 1
            if height % 8 == 0:
                self.levels[height // 8] += node
        self.peaks.append(node)
        self.size += 1
        if self.size in self.sizes:
            for peak in self.peaks[-2::-1]:
                node = _tree_hash(peak, node)
            self.roots[self.size] = node


def root_of_path(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """Return the root to which a path leads; if it is too long or too short, something else (§2.1.3.1)."""
    half = 1 << (size - 1).bit_length() - 1 if size > 1 else 0
    if index >= size or not half or not path:
        return leaf if index < size and not half and not path else b""
    if index < half:
        return _tree_hash(root_of_path(leaf, index, half, path[:-1]), path[-1])
    return _tree_hash(path[-1], root_of_path(leaf, index - half, size - half, path[:-1]))


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
        raise Damage("not_tile", width)
    return entries


class Audit:
    """The check of one folder: its ordinary files by path, the keys that are known, what was found."""

    def __init__(self, root: Path, language: str) -> None:
        self.root, self.language, self.paths = root, language, set[str]()
        self.lines, self.sorts = set[str](), Counter[str]()
        self.keys: dict[tuple[str, bytes], tuple[int, bytes]] = {}  # name and id → type and public key
        self.furthest, self.unchecked = (-1, ""), set[str]()

    def say(self, mark: str, where: object, key: str, number: int = 0, who: object = "") -> None:
        """Print one line, whatever characters a file's name holds, and count it."""
        line = f"{mark:5}{where} {WORDS[key][self.language == 'ja'].format(number=number, who=who)}"
        if line not in self.lines:
            self.lines.add(line)
            self.sorts[key] += mark == "BAD"
            if self.sorts[key] <= SHOWN or key not in LIMITED:
                sys.stdout.write("".join(c if c.isprintable() else ascii(c)[1:-1] for c in line) + "\n")

    @contextlib.contextmanager
    def about(self, where: object) -> Iterator[None]:
        """Turn what goes wrong inside the block into a finding about ``where``."""
        try:
            yield
        except Damage as damage:
            self.say("BAD", where, *damage.args)
        except (LookupError, TypeError, ValueError, AttributeError, RecursionError):  # of another form than Sekisho's
            self.say("BAD", where, "not_form")
        except (OSError, MemoryError):
            self.say("BAD", where, "missing")

    def find_files(self) -> None:
        """List the ordinary files; a link, a pipe or a device is named as a finding and never opened."""
        for base, folders, names in os.walk(self.root, onerror=lambda e: self.say("BAD", e.filename, "missing")):
            for file in (Path(base, name) for name in [*folders, *names]):
                path = file.relative_to(self.root).as_posix()
                with self.about(path):
                    if file.is_symlink() or not (file.is_file() or file.is_dir()):
                        raise Damage("not_file")
                    self.paths |= {path} if file.is_file() else set()

    def read(self, path: str) -> bytes:
        """Read a file."""
        if path not in self.paths:
            raise Damage("missing")
        return (self.root / path).read_bytes()

    def add_key(self, vkey: bytes, kind: int) -> str:
        """Take the key ``name+id+base64(kind ‖ public key)``, and return its name."""
        name, key_id, encoded = _match(VKEY, vkey, "not_key").groups()
        material = base64.b64decode(encoded)
        right_id = sha256(name.encode() + b"\n" + material).digest()[:4]
        if material[0] != kind or right_id.hex() != key_id:
            raise Damage("not_key")
        _read_point(material[1:])
        self.keys[name, right_id] = kind, material[1:]
        return name

    def open_checkpoint(self, where: object, note: bytes, origin: str) -> tuple[int, bytes]:
        """Verify a checkpoint and return size and root; signature lines of keys that are not known are passed over."""
        text, lines = _match(NOTE, note, "not_checkpoint").groups()
        head, signed, cosigned = HEAD.fullmatch(text), False, []
        for name, encoded in re.findall("— (\\S+) (\\S+)\n", lines):
            value = base64.b64decode(encoded)
            kind, public = self.keys.get((name, value[:4]), (0, b""))
            time = int.from_bytes(value[4:12], "big") % (1 << 40) if kind == WITNESS else 0
            message = f"cosignature/v1\ntime {time}\n{text}" if time else text
            fits = len(value) == (76 if time else 68) and base64.b64encode(value).decode() == encoded
            if len(value) == ML_DSA_BYTES and not kind:
                self.unchecked.add(name)
            elif kind and not (fits and is_signed(message.encode(), value[-64:], public)):
                if kind == LOG:
                    raise Damage("bad_signature")
                self.say("BAD", where, "bad_signature")
            elif time:
                cosigned.append(f"{name} ({strftime('%Y-%m-%dT%H:%M:%SZ', gmtime(time))})")
            signed = signed or kind == LOG
        if not signed or not head or head[1] != origin:
            raise Damage("not_checkpoint" if signed else "unsigned")
        if cosigned:
            self.furthest = max(self.furthest, (int(head[2]), ", ".join(cosigned)))
        return int(head[2]), base64.b64decode(head[3])

    def open_all(self, origin: str, seen: list[Path]) -> Heads:
        """Verify every checkpoint, alone or in a proof, by where it stands."""
        heads: Heads = {}
        for where in list[Any]([*sorted({"checkpoint", *filter(NOTES.fullmatch, self.paths)}), *seen]):
            with self.about(where):
                note = where.read_bytes() if isinstance(where, Path) else self.read(where)
                named = None if isinstance(where, Path) else NOTES.fullmatch(where)
                index, steps, text = "-1", "", note.decode()
                if named and named["proof"]:
                    index, steps, text = _match(PROOF, note, "not_proof").groups()
                size, root = self.open_checkpoint(where, text.encode(), origin)
                heads[where] = size, root, int(index), [base64.b64decode(each) for each in steps.split()]
                if named and named["size"] and named["size"] != str(size):
                    raise Damage("other_size")
        return heads

    def grow(self, tree: Tree, size: int, *, entries: bool = True) -> Tree:
        """Build a tree from the entries, or from the lowest tiles; where a bundle is none, its tile stands in."""
        for start in range(0, size, 256):
            path, tile, width = tile_path("entries", start, size), tile_path(0, start, size), min(256, size - start)
            with self.about(path):
                for entry in read_entries(self.read(path), width) if entries and tree.size == start else ():
                    tree.append(entry)
            tree.grown_from.add(path if tree.size > start else tile)
            with self.about(tile):
                hashes = self.read(tile) if tree.size == start else b""
                for at in range(0, len(hashes) if len(hashes) == 32 * width else 0, 32):
                    tree.push(hashes[at : at + 32])
        return tree

    def check_tiles(self, tree: Tree) -> None:
        """Compare with a tree what lies in tile/, and what should lie there."""
        rows = [("entries", tree.levels[0]), *tree.levels.items()]
        needed = {tile_path(level, at, len(row) // 32) for level, row in rows for at in range(0, len(row) // 32, 256)}
        for path in sorted((needed | {path for path in self.paths if path.startswith("tile/")}) - tree.grown_from):
            with self.about(path):
                level, number, partial = _match(TILE, os.fsencode(path), "stray").groups()
                start, width = int(re.sub("[x/]", "", number)) * 256, int(partial or 256)
                right = tree.levels[int(level.replace("entries", "0"))][32 * start : 32 * (start + width)]
                if tile_path(level, start, start + width) != path or not right or len(right) < 32 * width:
                    raise Damage("stray")
                data = self.read(path)
                data = b"".join(map(_tree_hash, read_entries(data, width))) if level == "entries" else data
                if len(data) != 32 * width:
                    raise Damage("not_tile", width)
                for at in range(0, 32 * width if data != right else 0, 32):
                    if data[at : at + 32] != right[at : at + 32]:
                        raise Damage("bad_hash", start + at // 32)

    def check_lines(self, path: str, rows: Iterable[bytes]) -> None:
        """Compare events.csv or skeleton.ndjson with the entries, line by line."""
        lines = self.read(path).split(b"\n")
        for number, (line, row) in enumerate(zip_longest(lines, chain(rows, [b""])), 1):
            if line != row != UNREAD:
                self.say("BAD", path, "bad_line", number)

    def check_log(self, origin: str, seen: list[Path], papers: Any) -> None:  # noqa: ANN401 - of verify_statement.py
        """Check every checkpoint and proof, the entries and tiles, and what repeats them."""
        heads = self.open_all(origin, seen)
        size, signed = heads.get("checkpoint", (0, b""))[:2]
        tree = self.grow(Tree({size} | {head[0] for head in heads.values()}, papers), size)
        if not signed or tree.size < size:
            return  # what is wrong with the checkpoint or the bundles is said already
        for where, (count, root, index, path) in heads.items():
            with self.about(where):
                if root != tree.roots.get(count):
                    raise Damage("newer" if count > size else "root", count)
                leaf = bytes(tree.levels[0][32 * index : 32 * index + 32])
                if index >= 0 and root_of_path(leaf, index, count, path) != root:
                    raise Damage("no_proof", index)
        tiles = tree if tree.roots[size] == signed else self.grow(Tree({size}), size, entries=False)
        self.check_tiles(tiles if tiles.roots.get(size) == signed else tree)
        with self.about("events.csv"):
            self.check_lines("events.csv", tree.rows) if "events.csv" in self.paths else None
        if papers:
            papers.check(heads, tree)


def main() -> int:
    """Check the folder named on the command line."""
    parser = argparse.ArgumentParser(description="Check an exported ledger. 台帳の書き出しを確かめます。")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--key", help="the log's published key / 公表されている公開鍵")
    parser.add_argument("--seen", type=Path, action="append", default=[], help="a checkpoint you kept / 手元の控え")
    parser.add_argument("--witness", action="append", default=[], help="a witness's published key / 立会いの公開鍵")
    parser.add_argument("--language", choices=["en", "ja"], default=os.environ.get("LANG", "en")[:2])
    asked = parser.parse_args()
    getattr(sys.stdout, "reconfigure", dict)(errors="backslashreplace")
    audit = Audit(asked.folder, asked.language)
    if not any(os.path.lexists(asked.folder / name) for name in ("log.vkey", "checkpoint")):
        audit.say("BAD", asked.folder, "not_export")
        return 3
    audit.find_files()
    papers = None
    with audit.about(PAPERS.name):  # not imported, for that would write a cache beside it
        space: dict[str, Any] = {"__file__": str(PAPERS), "__name__": PAPERS.stem}
        exec(compile(PAPERS.read_bytes(), PAPERS, "exec"), space)  # noqa: S102 - our own file
        WORDS.update(space["WORDS"])
        papers = space["Papers"](sys.modules[__name__], audit)
    policy = "" if "policy.txt" not in audit.paths else audit.read("policy.txt").decode(errors="replace")
    witnesses = asked.witness or re.findall("^witness [^ ]+ ([^ \n]{1,999})(?![^ \n])", policy, re.MULTILINE)
    for vkey in witnesses:
        with audit.about(vkey):
            audit.add_key(os.fsencode(vkey), WITNESS)
    with audit.about("log.vkey"):
        vkey = audit.read("log.vkey")
        origin = audit.add_key(vkey, LOG)
        if asked.key and os.fsencode(asked.key) != vkey.strip():
            raise Damage("other_key")
        audit.check_log(origin, asked.seen, papers)
    if papers:
        papers.check_sums()
    if witnesses:
        audit.say("NOTE", audit.root, "cosigned" if audit.furthest[1] else "not_cosigned", *audit.furthest)
    if audit.unchecked:
        audit.say("NOTE", audit.root, "unchecked", who=", ".join(sorted(audit.unchecked)))
    count = sum(audit.sorts.values())
    if more := sum(max(0, audit.sorts[key] - SHOWN) for key in LIMITED):
        audit.say("NOTE", audit.root, "more", more)
    audit.say("BAD" if count else "GOOD", audit.root, "bad" if count else "good", count)
    return 4 if audit.sorts["other_key"] else min(count, 1)


if __name__ == "__main__":
    sys.exit(main())
