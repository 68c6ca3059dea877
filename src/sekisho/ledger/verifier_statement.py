"""The second half of verify.py, which runs it: what lies in an exported ledger beside the log (台帳に添えた書類の検査).

Nobody starts it alone. It needs nothing but Python, reads and never writes. What is checked:

  1. that README.txt, verify.py and this file are those of this version, and that nothing else lies here
  2. that a statement's papers are all those, and only those, whose digests one entry holds, the last of the log
  3. that capsule.json names every release that the entries hold of its copies, and calls no copy "never released" (A)
     of which they hold one; that each request in requests/ was signed by its device and is the one that they name
  4. that a proof proves what its name says, skeleton.ndjson what the entries say
  5. that policy.txt is of this log and witnesses/ holds its witnesses; that each document in signed/ is the one whose
     digest its entry holds, and that the ids in keys/allowed_signers are those of its keys. The signatures themselves are
     for ``ssh-keygen -Y verify``; README.txt says how
"""

import base64
import contextlib
import json
import os
import re
from collections import defaultdict
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

WORDS = {
    "misnamed": ("proves entry {number}, {who}, not its name", "は名前と違う記録 {number}（{who}）の証明です"),
    "statement": (
        "is entry {number} of {who[0]}, for slips: {who[1]}",
        "は記録 {number}（{who[0]}）、受渡票：{who[1]}",
    ),
    "outdated": ("is outdated; after it came entry {who}", "の後に次の記録があります：{who}"),
    "bad_paper": ("is not the one that entry {number} names", "は記録 {number} にある報告の書類と違います"),
    "bad_guide": ("is not the one of this version of verify.py", "は、この verify.py と同じ版のものではありません"),
    "foreign": ("belongs neither to the log nor to a statement in it", "は台帳にも、台帳にある報告にも属しません"),
    "not_copies": ("is not what is said of copies", "は写しについての記載ではありません"),
    "other_releases": (
        "slip {who[0]}: entries say releases {who[1]}",
        "受渡票 {who[0]}：記録にある許可は {who[1]} です",
    ),
    "verdict": (
        "slip {who[0]}: verdict {who[1]}, releases {who[2]} among {number} entries",
        "受渡票 {who[0]}：判定 {who[1]}、記録 {number} 件のうち許可 {who[2]} 回",
    ),
    "not_request": ("is not a request for a release", "は開封の依頼ではありません"),
    "other_request": ("is not request {number} of the entries", "は記録にある依頼 {number} ではありません"),
    "bad_sum": ("is not as SHA256SUMS lists it", "が SHA256SUMS の記載と違います"),
    "other_log": ("is not of this log", "はこの台帳のものではありません"),
    "other_witness": ("is not a witness of policy.txt", "は policy.txt にある立会いではありません"),
}
README = "37429b42dd26d3ec9497b8c8b11f59c6db5f55577a31f78ff2a98205d9ab3cca"  # SHA-256 of this version's README.txt
REQUEST = re.compile("requests/[^/]+")
REQUESTED = b"sekisho.example/release-request\0"  # stands before a request in what its device signs
SIGNED = re.compile(r"signed/(0|[1-9][0-9]{0,18})\.json")
SHAPES = {"log": 3, "witness": 4, "group": 1000, "quorum": 2}  # more than how many words follow it
WITNESS = re.compile(r"witnesses/[^/]+\.vkey")
SIGNER = re.compile(rb"([0-9a-f]{16}) \S+ ([A-Za-z0-9+/]+={0,2})")
LOG = re.compile(
    r"log\.vkey|policy\.txt|events\.csv|skeleton\.ndjson|disclosed\.jsonl|SHA256SUMS|keys/allowed_signers|tile/[^\0]+|"
    r"checkpoint|checkpoints/(0|[1-9][0-9]{0,18})|proofs/[^/]+\.tlog-proof|signed/(0|[1-9][0-9]{0,18})\.(json|[0-9]\.sig)|"
    rf"{WITNESS.pattern}"
)


class Papers:
    """What entries say of copies and papers; and the papers."""

    def __init__(self, verify: Any, audit: Any) -> None:  # noqa: ANN401 - verify.py's own, which runs this file
        self.verify, self.audit = verify, audit
        self.tree: Any = None
        self.releases: defaultdict[str, list[int]] = defaultdict(list)  # of copies
        self.asked: dict[int, tuple[object, object, object]] = {}  # digest, device and number of a request
        self.slips: dict[str, str] = {}  # of copies
        self.statements: dict[int, tuple[list[str], dict[str, str]]] = {}  # slips and papers
        self.signed: dict[int, str] = {}  # digests of signed documents
        self.commitments: dict[int, dict[str, str]] = {}

    def see(self, index: int, event: dict[str, Any]) -> None:
        """Keep what an entry says of slips, releases, requests and papers."""
        if "c" in event:
            self.commitments[index] = event["c"]
        if event["type"] in {"release.given", "escrow.released"}:
            self.releases[event["copy"]].append(index)
        if "asked" in event:
            self.asked[index] = event["asked"], event.get("device"), event["request"]
        if event["type"] == "capsule.sealed":
            self.slips[event["copy"]] = str(event["slip"])
        elif event["type"] == "statement.issued":
            papers = {name: str(digest) for name, digest in event["files"].items()}
            self.statements[index] = [str(slip) for slip in event["slips"]], papers
        elif "statement" in event:
            self.signed[index] = str(event["statement"])

    def told(self, index: int) -> list[str]:
        """Return time, type and copy of an entry."""
        return [*self.tree.rows[index + 1].decode().split(",")[1:], "", "", ""][:3]

    def check(self, heads: Mapping[object, tuple[int, bytes, int, list[bytes]]], tree: Any) -> None:  # noqa: ANN401 - verify.py's own
        """Check everything that lies beside the log."""
        self.tree = tree
        for where, (size, _, index, _) in heads.items():
            if 0 <= index < size and str(where)[7:-11] not in self.proof_names(index):
                self.audit.say("BAD", where, "misnamed", index, self.told(index)[1])
        self.check_papers()
        checks = {
            "skeleton.ndjson": self.check_bones,
            "capsule.json": self.check_copies,
            "policy.txt": self.check_policy,
        }
        checks |= {"keys/allowed_signers": self.check_signers, "disclosed.jsonl": self.check_disclosed}
        for path in sorted(self.audit.paths):
            with self.audit.about(path):
                if path in checks:
                    checks[path]()
                elif REQUEST.fullmatch(path):
                    self.check_request(path)
                elif signed := SIGNED.fullmatch(path):
                    self.check_signed(path, int(signed[1]))

    def proof_names(self, index: int) -> set[str]:
        """Return what a proof of an entry may be named."""
        _, event, copy = self.told(index)
        name = "-".join(filter(None, (self.slips.get(copy), event, str(index))))
        return {name, "statement"} if index == max(self.statements, default=None) else {name}

    def check_papers(self) -> None:
        """Compare what is not of the log with the papers of one statement: the one that it fits best."""
        here, verifier = Path(__file__), Path(self.verify.__file__)
        expected = {"README.txt": README}
        for name, file in (("verify.py", verifier), ("verify_statement.py", here)):
            expected[name] = sha256(file.read_bytes()).hexdigest()
        found = dict[str, str]()
        for path in sorted(path for path in self.audit.paths if not LOG.fullmatch(path) or path == "policy.txt"):
            with self.audit.about(path):
                found[path] = sha256(self.audit.read(path)).hexdigest()
        papers = {(path, digest) for path, digest in found.items() if path not in expected and path != "policy.txt"}
        fits = ((len(papers & files.items()), number) for number, (_, files) in self.statements.items())
        fit, statement = max(fits, default=(0, 0))
        if fit:
            slips, files = self.statements[statement]
            expected.update(files)
            self.audit.say("NOTE", "statement", "statement", statement, (self.told(statement)[0], " ".join(slips)))
            if since := self.events_since(statement):
                self.audit.say("BAD", "statement", "outdated", who=since)
        for path in sorted(expected.keys() | found):
            with self.audit.about(path):
                if path not in found:
                    raise self.verify.Damage("missing")
                if path not in expected and path != "policy.txt":
                    raise self.verify.Damage("foreign")
                if found[path] != expected.get(path, found[path]):
                    raise self.verify.Damage("bad_paper" if fit else "bad_guide", statement)

    def events_since(self, statement: int) -> str:
        """Return what followed a statement, the first of each type: of its copies or else, of the log; nothing, if it fits."""
        later, slips, first = range(statement + 1, self.tree.size), self.statements[statement][0], dict[str, int]()
        for number in [each for each in later if self.slips.get(self.told(each)[2]) in slips] or later[:1]:
            first.setdefault(self.told(number)[1], number)
        return ", ".join(f"{number} {event}" for event, number in first.items())

    def check_bones(self) -> None:
        """Compare skeleton.ndjson with the entries."""
        self.audit.check_lines("skeleton.ndjson", (self.bone(row) for row in self.tree.rows[1:]))

    def bone(self, row: bytes) -> bytes:
        """Write a row of events.csv as skeleton.ndjson has it; what is no row stays as it is."""
        if row.count(b",") != 3:
            return row
        index, at, event, copy = row.split(b",")
        return b'{"index":%b,"time":"%b","op":"%b"' % (index, at, event) + (b',"cid":"%b"}' % copy if copy else b"}")

    def check_copies(self) -> None:
        """Hold what capsule.json says of each copy against every entry of that copy: its releases, and so its verdict."""
        said = self.read_json("capsule.json", "not_copies")
        last = max(self.statements, default=self.tree.size)
        for copy in said["copies"]:
            given = [number for number in self.releases.get(copy["copy"], []) if number < last]
            slip, verdict = self.slips.get(copy["copy"]), copy["verdict"]
            told = slip == copy["slip"] and [each["index"] for each in copy["releases"]] == given
            if not told or (verdict == "A") != (not given):
                self.audit.say("BAD", "capsule.json", "other_releases", who=(copy["slip"], given))
                continue
            self.audit.say("NOTE", "capsule.json", "verdict", last, (slip, verdict, len(given)))
            for number in given:
                name = (
                    f"requests/{self.asked[number][2]}.json"
                    if self.asked.get(number, "  ")[1] not in {None, " "}
                    else ""
                )
                if name and name not in self.audit.paths:
                    self.audit.say("BAD", name, "missing")

    def check_request(self, path: str) -> None:
        """Check a request: its device signed it, and the entries that name it have its digest and its device."""
        said = self.read_json(path, "not_request")
        document, signature = base64.b64decode(said["document"]), base64.b64decode(said["signature"])
        device = bytes.fromhex(json.loads(document.decode())["device"])
        if len(signature) != 64 or not self.verify.is_signed(REQUESTED + document, signature, device):
            raise self.verify.Damage("bad_signature")
        named = [each[:2] for each in self.asked.values() if each[2] == said["request"]]
        told = sha256(document).hexdigest(), sha256(device).hexdigest()[:16]
        if path != f"requests/{said['request']}.json" or not named or any(each != told for each in named):
            raise self.verify.Damage("other_request", said["request"])

    def check_signed(self, path: str, number: int) -> None:
        """Check that a document is the one whose digest its entry holds."""
        if sha256(self.audit.read(path)).hexdigest() != self.signed.get(number):
            raise self.verify.Damage("bad_paper", number)

    def check_policy(self) -> None:
        """Read policy.txt as C2SP tlog-policy says, compare it with the log's key, and the files of witnesses with it."""
        names, quorums = set[str](), 0
        logs: list[str] = []
        vkeys: list[str] = []
        for number, line in enumerate(self.audit.read("policy.txt").decode().split("\n"), 1):
            kind, *words = line.split() or [""]
            members = words[2:] if kind == "group" else words if kind == "quorum" and words != ["none"] else []
            needed = words[1] if kind == "group" and words[2:] else "any"
            logs += words[:1] if kind == "log" else []
            vkeys += words[1:2] if kind == "witness" else []
            quorums += kind == "quorum"
            known = not kind or kind[0] == "#" or 0 < len(words) < SHAPES.get(kind, 0)
            fits = needed in {"any", "all"} or (needed.isdecimal() and 0 < int(needed) <= len(members))
            if not known or not fits or not set(members) <= names:
                self.audit.say("BAD", "policy.txt", "bad_line", number)
            names.update(words[:1] if kind in {"witness", "group"} else [])
        if self.audit.read("log.vkey").decode().strip() not in logs:
            raise self.verify.Damage("other_log")
        if quorums != 1:
            raise self.verify.Damage("not_form")
        for path in sorted(filter(WITNESS.fullmatch, self.audit.paths)):
            with self.audit.about(path):
                if self.audit.read(path).decode().strip() not in vkeys:
                    raise self.verify.Damage("other_witness")

    def check_disclosed(self) -> None:
        """Compare each detail that is disclosed with the commitment in its entry."""
        for number, line in enumerate(self.audit.read("disclosed.jsonl").splitlines(), 1):
            said = json.loads(line, object_pairs_hook=list)  # a name that stands twice would be read in two ways
            index, field, salt, value = (dict(said)[name] for name in ("idx", "field", "salt", "value"))
            salted = bytes.fromhex(salt)
            right = sha256(b"\0".join((b"sekisho/commit/v1", field.encode(), salted + value.encode()))).hexdigest()
            form = len(salted) == 32 and len(said) == 4 and type(index) is int
            if not form or self.commitments.get(index, {}).get(field) != right:
                self.audit.say("BAD", "disclosed.jsonl", "bad_line", number)

    def check_sums(self) -> None:
        """Compare every file with SHA256SUMS."""
        lines, right = set[bytes](), {b""}
        with self.audit.about("SHA256SUMS"):
            lines.update(self.audit.read("SHA256SUMS").split(b"\n"))
        if not lines:
            return
        for path in sorted(self.audit.paths - {"SHA256SUMS"}):
            with self.audit.about(path):
                right.add(f"{sha256(self.audit.read(path)).hexdigest()}  ".encode() + os.fsencode(path))
        for line in sorted((lines ^ right) - {b""}, key=lambda line: line[66:]):
            path, listed = line[66:].decode(errors="surrogateescape"), line in lines
            here = not listed or path in self.audit.paths
            self.audit.say("BAD", path or "SHA256SUMS", "bad_sum" if here else "missing")

    def check_signers(self) -> None:
        """Check that each key in keys/allowed_signers is the one of its id."""
        for number, line in enumerate(self.audit.read("keys/allowed_signers").splitlines(), 1):
            found = SIGNER.fullmatch(line)
            if not found or sha256(base64.b64decode(found[2])).hexdigest()[:16] != found[1].decode():
                self.audit.say("BAD", "keys/allowed_signers", "bad_line", number)

    def read_json(self, path: str, key: str) -> dict[str, Any]:
        """Read a JSON object."""
        with contextlib.suppress(ValueError, RecursionError):
            said = json.loads(self.audit.read(path).decode())
            if isinstance(said, dict):
                return said
        raise self.verify.Damage(key)
