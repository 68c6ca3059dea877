"""What a scan remembers of the last one: for each file its state, its digest, and its reports without values.

A file whose size and time are those of the last scan, under the same rules, is not read again. Where these two cannot
be relied on (the file has another inode or another time of change, as on a stick that was unplugged, or it was written in the
moment in which it was scanned) its digest decides; whoever asks for it has every digest compared. So a scan with a memory
says what a scan without one would say.

The memory is one file of JSON lines, replaced whole when it is saved: a head with version and rules, a line a file, and an
end with the SHA-256 of all that stands before. A memory that is damaged, or was made under other rules, is none: everything
is read again. It names files and holds masked values, so it is readable by its owner alone.
"""

import base64
import hashlib
import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from sekisho.detect.findings import Report
from sekisho.detect.packs import Rules
from sekisho.detect.report_json import from_bytes, to_bytes
from sekisho.files import open_file, write_whole
from sekisho.readers.folders import Found

State: TypeAlias = Literal["new", "kept", "damaged", "other_rules"]

_VERSION = 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ROOMS = ("canon", "detect", "kinds", "readers")
_SAME_MOMENT_NS = 2_000_000_000  # FAT counts time in steps of two seconds
_LOGS = (b"-wal", b"-journal")

# What may be otherwise next time although the file is the same.
_PASSING = frozenset(
    f"readers.{key}"
    for key in (
        "not_found",
        "not_allowed",
        "not_a_file",
        "disk",
        "changed",
        "memory",
        "wal_not_read",
        "ocr",
    )
)


class _Head(msgspec.Struct, frozen=True):
    sekisho_memory: int
    rules: str


class _End(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    end: int
    sha256: str


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file.

    Attributes:
        path: its absolute path, in base64.
        size: of the file.
        modified_ns: when it was written last.
        changed_ns: when anything about it changed last.
        inode: its number on its disk.
        sha256: of what is in it.
        sure: it had been at rest when it was scanned.
        reports: see :mod:`~sekisho.detect.report_json`.
    """

    path: str
    size: int
    modified_ns: int
    changed_ns: int
    inode: int
    sha256: str
    sure: bool
    reports: str


@dataclass(frozen=True, slots=True)
class _State:
    size: int
    modified_ns: int
    changed_ns: int
    inode: int


class Memory:
    """The memory of one scan, filled and asked file by file."""

    def __init__(
        self,
        path: Path,
        rules_digest: str,
        *,
        now: datetime,
        verify: bool,
        state: State,
        entries: Iterable[_Entry] = (),
    ) -> None:
        self._path = path
        self._now_ns = (now - _EPOCH) // timedelta(seconds=1) * 1_000_000_000
        self._rules = rules_digest
        self._entries = {entry.path: entry for entry in entries}
        self._verify = verify
        self._asked = set[str]()
        self.state = state
        self.taken = 0

    @classmethod
    def open(cls, path: Path, rules_digest: str, *, now: datetime, verify: bool = False) -> "Memory":
        """Read a memory; its ``state`` says whether there was one that could be used, ``taken`` how many files it spared.

        Args:
            path: the file; one that is not there yet makes an empty memory.
            rules_digest: see :func:`digest_of`.
            now: the time at which the scan begins; what is written from then on is not believed to be at rest.
            verify: believe no file's size and times.

        Raises:
            OSError: something stands there that may not be read, or is no file.
        """
        try:
            with open_file(path) as file:
                data = file.read()
        except FileNotFoundError:
            return cls(path, rules_digest, now=now, verify=verify, state="new")
        try:
            head, entries = _read(data)
        except (ValueError, msgspec.MsgspecError):
            return cls(path, rules_digest, now=now, verify=verify, state="damaged")
        if head != _Head(_VERSION, rules_digest):
            return cls(path, rules_digest, now=now, verify=verify, state="other_rules")
        return cls(path, rules_digest, now=now, verify=verify, state="kept", entries=entries)

    def is_own(self, found: Found) -> bool:
        """Tell whether a file is the memory itself, which no scan has to read."""
        return _key(found.path) == _key(self._path)

    def get(self, found: Found) -> list[Report] | None:
        """Return the reports on a file; None if it has to be read."""
        key = _key(found.path)
        self._asked.add(key)
        entry, now = self._entries.get(key), _state(found.path)
        if found.passed_over or entry is None or now is None or _has_log(found.path):
            return None
        if (entry.size, entry.modified_ns) != (now.size, now.modified_ns):
            return None
        at_rest = entry.sure and (entry.inode, entry.changed_ns) == (now.inode, now.changed_ns)
        if self._verify or not at_rest:
            if _sha256(found.path, now) != entry.sha256:
                return None
            self._entries[key] = msgspec.structs.replace(entry, inode=now.inode, changed_ns=now.changed_ns)
        try:
            reports = from_bytes(entry.reports.encode(), found.path)
        except (ValueError, KeyError, msgspec.MsgspecError):
            return None
        self.taken += 1
        return reports

    def put(self, found: Found, reports: Sequence[Report]) -> None:
        """Remember the reports on a file, unless they may be otherwise next time or the file has changed since.

        Args:
            found: the file as it was found before it was scanned.
            reports: all of them.
        """
        key, now = _key(found.path), _state(found.path)
        self._asked.add(key)
        self._entries.pop(key, None)
        if found.passed_over or now is None or any(map(_passes, reports)) or _has_log(found.path):
            return
        if (found.size, found.modified_ns, found.changed_ns) != (now.size, now.modified_ns, now.changed_ns):
            return
        digest = _sha256(found.path, now)
        if digest is None:
            return
        self._entries[key] = _Entry(
            path=key,
            size=now.size,
            modified_ns=now.modified_ns,
            changed_ns=now.changed_ns,
            inode=now.inode,
            sha256=digest,
            sure=now.changed_ns + _SAME_MOMENT_NS < self._now_ns,
            reports=to_bytes(reports, found.path).decode(),
        )

    def save(self) -> None:
        """Write the memory whole or not at all; files that are no longer there are forgotten.

        Raises:
            OSError: the disk said no; the memory is then as it was.
        """
        entries = [each for each in self._entries.values() if each.path in self._asked or _state(_path(each.path))]
        lines = [msgspec.json.encode(each) for each in (_Head(_VERSION, self._rules), *entries)]
        body = b"".join(line + b"\n" for line in lines)
        end = msgspec.json.encode(_End(len(entries), hashlib.sha256(body).hexdigest()))
        write_whole(self._path, body + end + b"\n", overwrite=True)


def digest_of(rules: Rules, *options: str) -> str:
    """Return what tells one way of scanning from another: the rules, the code that reads and judges, and options.

    Args:
        rules: the rules of the scan.
        options: whatever else changes what a report says.
    """
    digest = hashlib.sha256(msgspec.json.encode([options, rules], order="deterministic"))
    for room in _ROOMS:
        for part in sorted(files(f"sekisho.{room}").iterdir(), key=lambda part: part.name):
            if part.is_file():
                digest.update(hashlib.sha256(part.read_bytes()).digest())
    return digest.hexdigest()


def _read(data: bytes) -> tuple[_Head, list[_Entry]]:
    """Read a memory.

    Raises:
        ValueError: it is not as it was written.
    """
    lines = data.splitlines(keepends=True)
    end = msgspec.json.decode(lines[-1] if lines else b"", type=_End)
    body = data[: -len(lines[-1])]
    if len(lines) != end.end + 2 or hashlib.sha256(body).hexdigest() != end.sha256:
        raise ValueError("not the end of this memory")
    decoder = msgspec.json.Decoder(_Entry)
    head = msgspec.json.decode(lines[0], type=_Head)
    return head, [decoder.decode(line) for line in lines[1:-1]] if head.sekisho_memory == _VERSION else []


def _passes(report: Report) -> bool:
    keys = {problem.key for problem in report.problems}
    return not _PASSING.isdisjoint(keys | ({report.could_not_inspect.key} if report.could_not_inspect else set()))


def _key(path: Path) -> str:
    return base64.b64encode(os.path.abspath(os.fsencode(path))).decode()  # noqa: PTH100 - Path.absolute keeps `..`


def _path(key: str) -> Path:
    return Path(os.fsdecode(base64.b64decode(key)))


def _state(path: Path) -> _State | None:
    try:
        found = path.stat()
    except OSError:
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return _State(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


def _has_log(path: Path) -> bool:
    """Tell whether a database's log stands beside a file: it changes what a scan sees, and not the file."""
    return any(_state(Path(os.fsdecode(os.fsencode(path) + log))) for log in _LOGS)


def _sha256(path: Path, seen: _State) -> str | None:
    """Return the digest of a file that stays as it was seen; None if it does not."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
    return digest if _state(path) == seen else None
