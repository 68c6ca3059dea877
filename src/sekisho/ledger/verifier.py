"""Check an exported ledger with nothing but Python (台帳の書き出しを Python だけで確かめます).

    python3 -I -S verify.py FOLDER [--key VKEY] [--witness VKEY]... [--seen CHECKPOINT]... [--language ja|en]

It needs Python 3.9 or newer, no other package and no network; it reads and never writes. Exit status: 0 everything
fits, 1 something does not (of each sort the first few are named), 2 wrong usage, 3 the folder is no exported ledger,
4 it is not of the log whose key was given. What is checked:

  1. the log's signature on the newest checkpoint and on every earlier one     (C2SP signed-note, Ed25519 of RFC 8032)
  2. that the entries give the root of each of them, so that each log was the beginning of the next         (RFC 9162)
  3. every entry bundle and every tile, hash by hash                                                (C2SP tlog-tiles)
  4. every proof in proofs/, and that it proves what its name says                                  (C2SP tlog-proof)
  5. that a statement's papers are all those, and only those, whose digests one entry holds, the last of the log; where
     there is no statement, that README.txt and verify.py are those of this version
  6. that events.csv and skeleton.ndjson say what the entries say, SHA256SUMS what every file holds, and nothing else
     lies here
  7. that capsule.json names every release that the entries hold of its copies, and calls no copy "never released" (A)
     of which they hold one; that each request in requests/ was signed by its device and is the one that they name
  8. the cosignatures of the witnesses in policy.txt, or of those given with --witness          (C2SP tlog-cosignature)

Only you can check that log.vkey is the key which the office has published (give that one with --key), and that the
log goes on from what you saw of it before (give the checkpoints that you kept with --seen), and that the witnesses' keys
are the published ones (--witness).

It travels alone and is to be read whole, so it is one file, though longer than the 400 lines that others keep to.
"""

import argparse
import base64
import contextlib
import io
import json
import os
import re
import stat
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from hashlib import sha256, sha512
from pathlib import Path
from time import gmtime, strftime
from typing import Any, NamedTuple

WORDS = {
    "not_export": ("is not an exported ledger", "は台帳の書き出しではありません"),
    "not_file": ("is not an ordinary file and was not opened", "は通常のファイルではないため、開いていません"),
    "missing": ("is missing or cannot be read", "がないか、読めません"),
    "not_key": ("is not an Ed25519 key of a log", "は台帳の公開鍵（Ed25519）ではありません"),
    "other_key": ("is not the key that was given", "は指定された公開鍵と違います"),
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
    "misnamed": ("proves entry {number}, {type}, not its name", "は名前と違う記録 {number}（{type}）の証明です"),
    "bad_line": ("line {number} is wrong", "の {number} 行目が違います"),
    "statement": ("is entry {number} of {at}, for slips: {slips}", "は記録 {number}（{at}）、受渡票：{slips}"),
    "outdated": ("is outdated; after it came entry {since}", "の後に次の記録があります：{since}"),
    "bad_paper": ("is not the one that entry {number} names", "は記録 {number} にある報告の書類と違います"),
    "bad_guide": ("is not the one of this version of verify.py", "は、この verify.py と同じ版のものではありません"),
    "foreign": ("belongs neither to the log nor to a statement in it", "は台帳にも、台帳にある報告にも属しません"),
    "not_form": ("is not of the form expected", "の形が違います"),
    "not_copies": ("is not what is said of copies", "は写しについての記載ではありません"),
    "other_releases": ("slip {slip}: entries say releases {numbers}", "受渡票 {slip}：記録にある許可は {numbers} です"),
    "verdict": (
        "slip {slip}: verdict {verdict}, releases {count} among {size} entries",
        "受渡票 {slip}：判定 {verdict}、記録 {size} 件のうち許可 {count} 回",
    ),
    "not_request": ("is not a request for a release", "は開封の依頼ではありません"),
    "other_request": ("is not request {number} of the entries", "は記録にある依頼 {number} ではありません"),
    "cosigned": ("is cosigned up to entry {size} by {who}", "は記録 {size} 件まで副署があります：{who}"),
    "not_cosigned": ("is cosigned by none of the witnesses", "には立会いサーバーの副署がありません"),
    "bad_sum": ("is not as SHA256SUMS lists it", "が SHA256SUMS の記載と違います"),
    "more": ("has {count} more findings like these", "には、同じような指摘がほかに {count} 件あります"),
    "good": ("verifies", "は検査に通りました"),
    "bad": ("does not verify, findings: {count}", "は検査に通りません。指摘 {count} 件"),
}
SHOWN = 3  # findings of one sort; a flipped byte can spoil every later checkpoint
README = "f2ca3460eda01d3a53d81c4d52c8475618f1c63bd485d85ce671ea23c862db29"  # SHA-256 of this version's README.txt


class Damage(Exception):
    """What is wrong with the file at hand: a key of WORDS, and the values for it."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values


class Report:
    """Says the first findings of each sort as they are made, and counts them all."""

    def __init__(self, language: str) -> None:
        self.language, self.lines, self.sorts = language, set[str](), Counter[str]()

    def say(self, mark: str, where: object, key: str, **values: object) -> None:
        """Print one line, whatever characters a file's name holds."""
        line = f"{mark:5}{where} {WORDS[key][self.language == 'ja'].format(**values)}"
        if line not in self.lines:
            self.lines.add(line)
            self.sorts[key] += mark == "BAD"
            if self.sorts[key] <= SHOWN:
                sys.stdout.write("".join(c if c.isprintable() else ascii(c)[1:-1] for c in line) + "\n")

    def verdict(self, folder: Path) -> int:
        """Say how many findings there are, and return the exit status."""
        count = sum(self.sorts.values())
        if more := sum(max(0, each - SHOWN) for each in self.sorts.values()):
            self.say("NOTE", folder, "more", count=more)
        self.say("BAD" if count else "GOOD", folder, "bad" if count else "good", count=count)
        return 4 if self.sorts["other_key"] else min(count, 1)

    @contextlib.contextmanager
    def about(self, where: object) -> Iterator[None]:
        """Turn what goes wrong inside the block into a finding about ``where``."""
        try:
            yield
        except Damage as damage:
            self.say("BAD", where, damage.key, **damage.values)
        except (KeyError, TypeError, ValueError, AttributeError):  # a paper of another form than Sekisho's
            self.say("BAD", where, "not_form")
        except (OSError, MemoryError):
            self.say("BAD", where, "missing")


class Folder:
    """The ordinary files of the export, by path; a link, a pipe or a device is named as a finding and never opened."""

    def __init__(self, root: Path, report: Report) -> None:
        self.root, self.paths = root, set[str]()
        for base, folders, names in os.walk(root, onerror=lambda error: report.say("BAD", error.filename, "missing")):
            for file in (Path(base, name) for name in [*folders, *names]):
                path = file.relative_to(root).as_posix()
                with report.about(path):
                    mode = file.lstat().st_mode
                    if stat.S_ISREG(mode):
                        self.paths.add(path)
                    elif not stat.S_ISDIR(mode):
                        raise Damage("not_file")

    def read(self, path: str) -> bytes:
        """Read a file."""
        if path not in self.paths:
            raise Damage("missing")
        return (self.root / path).read_bytes()

    def digest(self, path: str) -> str:
        """Hash a file."""
        return sha256(self.read(path)).hexdigest()


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
REQUEST = re.compile("requests/[^/]+")
REQUESTED = b"sekisho.example/release-request\0"  # stands before a request in what its device signs
NOTES = re.compile(f"checkpoint|checkpoints/(?P<size>{NUMBER})|proofs/(?P<proof>[^/]+)\\.tlog-proof")
LOG = re.compile(rf"log\.vkey|events\.csv|skeleton\.ndjson|SHA256SUMS|tile/[^\0]+|{NOTES.pattern}")
TILE = re.compile(r"tile/([0-9]|[1-5][0-9]|6[0-3]|entries)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([0-9]+))?")


class Key(NamedTuple):
    """The log's name, the four bytes that mark its signatures, its Ed25519 public key."""

    name: str
    id: bytes
    public: bytes


Head = tuple[int, bytes]  # what a checkpoint signs: size and root
Heads = dict[object, Head]
Proofs = dict[object, tuple[int, list[bytes]]]  # index and path


def match(pattern: re.Pattern[str], data: bytes, key: str) -> re.Match[str]:
    """Match all of a text."""
    with contextlib.suppress(UnicodeDecodeError):
        if found := pattern.fullmatch(data.decode()):
            return found
    raise Damage(key)


def read_key(vkey: bytes, kind: int = 1) -> Key:
    """Read ``name+id+base64(kind ‖ public key)``, of a log or, kind 4, of a witness."""
    name, key_id, encoded = match(VKEY, vkey, "not_key").groups()
    material = base64.b64decode(encoded)
    right_id = sha256(name.encode() + b"\n" + material).digest()[:4]
    if material[0] != kind or right_id.hex() != key_id:
        raise Damage("not_key")
    read_point(material[1:])
    return Key(name, right_id, material[1:])


def read_witnesses(folder: Folder, given: list[str], report: Report) -> list[Key]:
    """Read the keys of witnesses: those given or, where none is, those of policy.txt."""
    lines = [f"witness given {vkey}" for vkey in given]
    if not given and "policy.txt" in folder.paths:
        lines = folder.read("policy.txt").decode(errors="replace").split("\n")
    witnesses = []
    for vkey in (line.split(" ")[2] for line in lines if line.startswith("witness ") and line.count(" ") > 1):
        with report.about(vkey):
            witnesses.append(read_key(vkey.encode(), kind=4))
    return witnesses


def cosigners(note: bytes, witnesses: list[Key]) -> dict[str, str]:
    """Verify the cosignatures of known witnesses under a note, and return who cosigned it and when."""
    text, lines = match(NOTE, note, "not_checkpoint").groups()
    found = {}
    for key in witnesses:
        for line in re.findall(f"^— {re.escape(key.name)} (\\S+)$", lines, re.MULTILINE):
            value = base64.b64decode(line)
            if value[:4] == key.id:
                time = int.from_bytes(value[4:12], "big")
                signed = f"cosignature/v1\ntime {time}\n{text}".encode()
                if len(value) != 76 or not 0 < time < 1 << 40 or not is_signed(signed, value[12:], key.public):
                    raise Damage("bad_signature")
                found[key.name] = strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(time))
    return found


def check_cosignatures(folder: Folder, notes: dict[object, bytes], witnesses: list[Key], report: Report) -> None:
    """Check what witnesses signed, and say how far they did."""
    furthest: tuple[int, dict[str, str]] = (-1, {})
    for where, note in notes.items():
        with report.about(where):
            if found := cosigners(note, witnesses):
                furthest = max(furthest, (int(note.split(b"\n", 2)[1]), found), key=lambda each: each[0])
    if witnesses:
        who = ", ".join(f"{name} ({time})" for name, time in furthest[1].items())
        report.say("NOTE", folder.root, "cosigned" if who else "not_cosigned", size=furthest[0], who=who)


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
        self.bones = list[bytes]()
        self.releases: defaultdict[str, list[int]] = defaultdict(list)  # of copies
        self.asked: dict[
            int, tuple[object, object, object]
        ] = {}  # digest of what was asked, device, number of the request
        self.slips: dict[str, str] = {}  # of copies
        self.statements: dict[int, tuple[list[str], dict[str, str]]] = {}  # slips and papers
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
        """Keep what an entry says of slips and papers, and its row; no event gives a row no file has."""
        row = b"\n"
        self.bones.append(row)
        with contextlib.suppress(ValueError, LookupError, TypeError, AttributeError, RecursionError):
            event = json.loads(entry.decode())
            row = f"{self.size},{event['at']},{event['type']},{event.get('copy', '')}".encode()
            bone = {"index": self.size, "time": event["at"], "op": event["type"]}
            bone.update({"cid": event["copy"]} if "copy" in event else {})
            self.bones[-1] = json.dumps(bone, separators=(",", ":")).encode()
            if event["type"] in {"release.given", "escrow.released"}:
                self.releases[event["copy"]].append(self.size)
            if "asked" in event:
                self.asked[self.size] = event["asked"], event.get("device"), event["request"]
            if event["type"] == "capsule.sealed":
                self.slips[event["copy"]] = str(event["slip"])
            elif event["type"] == "statement.issued":
                papers = {name: str(digest) for name, digest in event["files"].items()}
                self.statements[self.size] = [str(slip) for slip in event["slips"]], papers
        self.rows.append(row)

    def told(self, index: int) -> list[str]:
        """Return time, type and copy of an entry."""
        return [*self.rows[index + 1].decode().split(",")[1:], "", "", ""][:3]

    def proof_names(self, index: int) -> set[str]:
        """Return what a proof of an entry may be named."""
        _, event, copy = self.told(index)
        name = "-".join(filter(None, (self.slips.get(copy), event, str(index))))
        return {name, "statement"} if index == max(self.statements, default=None) else {name}


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


def grow_tree(folder: Folder, size: int, sizes: set[int], report: Report) -> Tree:
    """Build the tree from all entries that the checkpoint signs."""
    tree = Tree(sizes)
    for start in range(0, size, 256):
        path = tile_path("entries", start, size)
        with report.about(path):
            for entry in read_entries(folder.read(path), min(256, size - start)):
                tree.append(entry)
    return tree


def check_tiles(folder: Folder, tree: Tree, report: Report) -> None:
    """Compare with the tree what lies in tile/, and what should lie there."""
    needed = {tile_path(n, at, len(row)) for n, row in tree.levels.items() for at in range(0, len(row), 256)}
    found = {path for path in folder.paths if path.startswith("tile/")}
    grown_from = {tile_path("entries", at, tree.size) for at in range(0, tree.size, 256)}
    for path in sorted((needed | found) - grown_from):
        with report.about(path):
            check_tile(folder, path, tree, report)


def check_tile(folder: Folder, path: str, tree: Tree, report: Report) -> None:
    """Compare one tile or bundle with the tree."""
    level, number, partial = match(TILE, os.fsencode(path), "stray").groups()
    start, width = int(re.sub("[x/]", "", number)) * 256, int(partial or 256)
    right = tree.levels[int(level.replace("entries", "0"))][start : start + width]
    if tile_path(level, start, start + width) != path or not right or len(right) < width:
        raise Damage("stray")
    data = folder.read(path)
    if level == "entries":
        data = b"".join(map(tree_hash, read_entries(data, width)))
    if len(data) != 32 * width:
        raise Damage("not_tile", width=width)
    for number in range(width):
        if data[32 * number : 32 * number + 32] != right[number]:
            report.say("BAD", path, "bad_hash", number=start + number)


def check_lines(folder: Folder, path: str, rows: list[bytes], report: Report) -> None:
    """Compare events.csv or skeleton.ndjson with the entries, line by line."""
    lines = folder.read(path).split(b"\n")
    for number in range(max(len(lines), len(rows))):
        if lines[number : number + 1] != rows[number : number + 1]:
            report.say("BAD", path, "bad_line", number=number + 1)


def events_since(tree: Tree, statement: int) -> str:
    """Return what followed a statement, the first of each type: of its copies or else, of the log; nothing, if it fits."""
    later, slips, first = range(statement + 1, tree.size), tree.statements[statement][0], dict[str, int]()
    for number in [each for each in later if tree.slips.get(tree.told(each)[2]) in slips] or later[:1]:
        first.setdefault(tree.told(number)[1], number)
    return ", ".join(f"{number} {event}" for event, number in first.items())


def check_papers(folder: Folder, tree: Tree, report: Report) -> None:
    """Compare what is not of the log with the papers of one statement: the one that it fits best."""
    expected = {"README.txt": README, "verify.py": sha256(Path(__file__).read_bytes()).hexdigest()}
    found = dict[str, str]()
    for path in sorted(path for path in folder.paths if not LOG.fullmatch(path)):
        with report.about(path):
            found[path] = folder.digest(path)
    papers = {(path, digest) for path, digest in found.items() if path not in expected}
    fits = ((len(papers & files.items()), number) for number, (_, files) in tree.statements.items())
    fit, statement = max(fits, default=(0, 0))
    if fit:
        slips, files = tree.statements[statement]
        expected.update(files)
        report.say(
            "NOTE", "statement", "statement", number=statement, at=tree.told(statement)[0], slips=" ".join(slips)
        )
        if since := events_since(tree, statement):
            report.say("BAD", "statement", "outdated", since=since)
    for path in sorted(expected.keys() | found):
        with report.about(path):
            if path not in found:
                raise Damage("missing")
            if path not in expected:
                raise Damage("foreign")
            if found[path] != expected[path]:
                raise Damage("bad_paper" if fit else "bad_guide", number=statement)


def check_copies(folder: Folder, tree: Tree, report: Report) -> None:
    """Hold what capsule.json says of each copy against every entry of that copy: its releases, and so its verdict."""
    said = read_json(folder.read("capsule.json"), "not_copies")
    last = max(tree.statements, default=tree.size)
    for copy in said["copies"]:
        given = [number for number in tree.releases.get(copy["copy"], []) if number < last]
        slip, verdict = tree.slips.get(copy["copy"]), copy["verdict"]
        if (
            slip != copy["slip"]
            or [each["index"] for each in copy["releases"]] != given
            or (verdict == "A") != (not given)
        ):
            report.say("BAD", "capsule.json", "other_releases", slip=copy["slip"], numbers=given)
            continue
        report.say("NOTE", "capsule.json", "verdict", slip=slip, verdict=verdict, count=len(given), size=last)
        for number in given:
            name = f"requests/{tree.asked[number][2]}.json" if number in tree.asked and tree.asked[number][1] else None
            if name and name not in folder.paths:
                report.say("BAD", name, "missing")


def check_request(folder: Folder, path: str, tree: Tree) -> None:
    """Check a request: its device signed it, and the entries that name it have its digest and its device."""
    said = read_json(folder.read(path), "not_request")
    document, signature = base64.b64decode(said["document"]), base64.b64decode(said["signature"])
    device = bytes.fromhex(read_json(document, "not_request")["device"])
    if len(signature) != 64 or not is_signed(REQUESTED + document, signature, device):
        raise Damage("bad_signature")
    named = [each[:2] for each in tree.asked.values() if each[2] == said["request"]]
    told = sha256(document).hexdigest(), sha256(device).hexdigest()[:16]
    if path != f"requests/{said['request']}.json" or not named or any(each != told for each in named):
        raise Damage("other_request", number=said["request"])


def read_json(data: bytes, key: str) -> dict[str, Any]:
    """Read a JSON object."""
    with contextlib.suppress(ValueError, RecursionError):
        said = json.loads(data.decode())
        if isinstance(said, dict):
            return said
    raise Damage(key)


def check_sums(folder: Folder, report: Report) -> None:
    """Compare every file with SHA256SUMS."""
    lines, right = set(folder.read("SHA256SUMS").split(b"\n")), {b""}
    for path in sorted(folder.paths - {"SHA256SUMS"}):
        with report.about(path):
            right.add(f"{folder.digest(path)}  ".encode() + os.fsencode(path))
    for line in sorted((lines ^ right) - {b""}, key=lambda line: line[66:]):
        path = line[66:].decode(errors="surrogateescape")
        report.say("BAD", path or "SHA256SUMS", "bad_sum" if line in right or path in folder.paths else "missing")


def check_head(head: Head, tree: Tree, index: "int | None", path: list[bytes]) -> None:
    """Compare a signed root with the tree and, if it came with a proof, follow that from its entry to the root."""
    size, root = head
    if root != tree.roots.get(size):
        raise Damage("newer" if size > tree.size else "root", size=size)
    if index is not None:
        leaf = tree.levels[0][index] if index < size else b""
        if not leaf or root_of_path(leaf, index, size, path) != root:
            raise Damage("no_proof", number=index)


def read_notes(folder: Folder, key: Key, seen: list[Path], report: Report) -> tuple[Heads, Proofs, dict[object, bytes]]:
    """Read every checkpoint, and every proof with the checkpoint in it."""
    heads: Heads = {}
    proofs: Proofs = {}
    notes: dict[object, bytes] = {}
    for path in sorted({"checkpoint"} | folder.paths):
        if named := NOTES.fullmatch(path):
            with report.about(path):
                note = folder.read(path)
                if named["proof"]:
                    index, hashes, text = match(PROOF, note, "not_proof").groups()
                    proofs[path] = int(index), [base64.b64decode(each) for each in hashes.split()]
                    note = text.encode()
                heads[path], notes[path] = read_checkpoint(note, key), note
                if named["size"] and named["size"] != str(heads[path][0]):
                    raise Damage("other_size")
    for file in seen:
        with report.about(file):
            heads[file] = read_checkpoint(file.read_bytes(), key)
    return heads, proofs, notes


def check_log(folder: Folder, key: Key, seen: list[Path], witnesses: list[Key], report: Report) -> None:
    """Check every checkpoint and proof, the entries and tiles, papers and what they say."""
    heads, proofs, notes = read_notes(folder, key, seen, report)
    check_cosignatures(folder, notes, witnesses, report)
    size = heads["checkpoint"][0] if "checkpoint" in heads else 0
    tree = grow_tree(folder, size, {head[0] for head in heads.values()}, report)
    if "checkpoint" not in heads or tree.size < size:
        return  # what is wrong with the checkpoint or the bundles is said already
    for where, head in heads.items():
        with report.about(where):
            check_head(head, tree, *proofs.get(where, (None, [])))
    for where, (index, _) in proofs.items():
        if index < size and str(where)[7:-11] not in tree.proof_names(index):
            report.say("BAD", where, "misnamed", number=index, type=tree.told(index)[1])
    check_tiles(folder, tree, report)
    check_papers(folder, tree, report)
    for path, rows in (("events.csv", tree.rows), ("skeleton.ndjson", tree.bones)):
        if path in folder.paths:
            with report.about(path):
                check_lines(folder, path, [*rows, b""], report)
    if "capsule.json" in folder.paths:
        with report.about("capsule.json"):
            check_copies(folder, tree, report)
    for path in sorted(path for path in folder.paths if REQUEST.fullmatch(path)):
        with report.about(path):
            check_request(folder, path, tree)


def main() -> int:
    """Check the folder named on the command line."""
    parser = argparse.ArgumentParser(description="Check an exported ledger. 台帳の書き出しを確かめます。")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--key", help="the log's published key / 公表されている公開鍵")
    parser.add_argument("--seen", type=Path, action="append", default=[], help="a checkpoint you kept / 手元の控え")
    parser.add_argument("--witness", action="append", default=[], help="a witness's published key / 立会いの公開鍵")
    parser.add_argument("--language", choices=["en", "ja"], default=os.environ.get("LANG", "en")[:2])
    asked = parser.parse_args()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    report = Report(asked.language)
    if not any(os.path.lexists(asked.folder / name) for name in ("log.vkey", "checkpoint")):
        report.say("BAD", asked.folder, "not_export")
        return 3
    folder = Folder(asked.folder, report)
    with report.about("log.vkey"):
        vkey = folder.read("log.vkey")
        key = read_key(vkey)
        if asked.key and os.fsencode(asked.key) != vkey.strip():
            raise Damage("other_key")
        check_log(folder, key, asked.seen, read_witnesses(folder, asked.witness, report), report)
    with report.about("SHA256SUMS"):
        check_sums(folder, report)
    return report.verdict(asked.folder)


if __name__ == "__main__":
    sys.exit(main())
