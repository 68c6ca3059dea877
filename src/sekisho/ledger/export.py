"""The export: a folder that an outsider checks without this program, this office or a network.

It is a static C2SP log (``checkpoint``, ``tile/…``) with every earlier checkpoint, the log's key, its policy and witnesses, the
keys of who signs, the proofs asked for, a table of events and the same as JSON lines, a page of instructions, the sums of all
files, and the verifier: standard Python. It takes no detail from the ledger but those that the caller discloses, so nothing
personal; for papers that are laid beside it, their maker answers. What it is made of is hashed anew and compared with the
signed root, so a changed database yields an error and no folder. It is written as it is read: no more than one tile of each
level is held in memory, however long the log is.
"""

import contextlib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.resources import files
from itertools import islice
from pathlib import Path

from sekisho.clock import to_text
from sekisho.errors import LedgerBroken, MediumError, Misuse
from sekisho.files import replacing_folder, sync_folder
from sekisho.ledger import store
from sekisho.ledger.checkpoint import Checkpoint
from sekisho.ledger.entry import Entry, parse
from sekisho.ledger.merkle import leaf_hash
from sekisho.ledger.personal import Detail
from sekisho.ledger.quorum import NOBODY, Quorum
from sekisho.ledger.reader import Reader
from sekisho.ledger.tiles import ENTRIES, TILE_WIDTH, TileRows, bundle, tile_path
from sekisho.sql import Connection

SUMS = "SHA256SUMS"
RESERVED = frozenset(
    {
        "README.txt",
        "verify.py",
        "verify_statement.py",
        "log.vkey",
        "checkpoint",
        "checkpoints",
        "witnesses",
        "keys",
        "proofs",
        "tile",
        "events.csv",
        "skeleton.ndjson",
        "disclosed.jsonl",
        "signed",
        SUMS,
    }
)
"""Names at the top of a bundle that no paper may have."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_PAPER = re.compile(rf"((requests|case)/)?{_NAME.pattern}")
_EVENTS_HEAD = "index,time,type,copy\n"
_NO_PROOFS: Mapping[str, int] = {}
_NO_PAPERS: Mapping[str, bytes] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Who stands behind the entries, and what of their details this outsider may see.

    Attributes:
        quorum: the witnesses.
        signers: lines of ``keys/allowed_signers``: the id of a key, and the key; no names.
        details: index of an entry → those of its details that are disclosed.
        signed: index of an entry → the document that was signed there, and its signatures.
    """

    quorum: Quorum = NOBODY
    signers: Sequence[str] = ()
    details: Mapping[int, Sequence[Detail]] = field(default_factory=dict)
    signed: Mapping[int, tuple[bytes, Sequence[str]]] = field(default_factory=dict)


_ALONE = Company()


def export_bundle(
    ledger: Reader,
    folder: Path,
    *,
    proofs: Mapping[str, int] = _NO_PROOFS,
    papers: Mapping[str, bytes] = _NO_PAPERS,
    company: Company = _ALONE,
    size: int | None = None,
) -> Checkpoint:
    """Write the whole ledger, up to a checkpoint, into a new folder.

    Args:
        ledger: what to export.
        folder: must not exist; appears only when it is complete.
        proofs: file name → index of each entry that gets a ``.tlog-proof`` of its own.
        papers: file name, perhaps in the folder ``requests`` or ``case``, → content of a statement; the last entry of the
            export holds their digests, and those of :func:`guides`.
        company: witnesses, signers and what is disclosed.
        size: of the checkpoint that the export ends with; None takes the newest.

    Returns:
        The checkpoint that the export ends with.

    Raises:
        Misuse: the folder exists, or the name of a proof or paper cannot be a file's there.
        NotFound: there is no entry to prove.
        Missing: no checkpoint of that size was signed.
        LedgerBroken: what is stored is not what was signed.
        MediumError: the disk refused.
    """
    if not all(map(_NAME.fullmatch, proofs)) or not all(map(_PAPER.fullmatch, papers)) or RESERVED & papers.keys():
        raise Misuse("ledger.bad_file_name")
    try:
        with _snapshot(ledger.connection), replacing_folder(folder) as partial:
            checkpoint = ledger.checkpoint(size)
            bundle_of = _Bundle(partial)
            for path, content in papers.items():
                bundle_of.add(path, content)
            _add_guides(bundle_of, ledger, checkpoint, proofs)
            _add_company(bundle_of, company, ledger, checkpoint)
            _add_log(bundle_of, store.bodies(ledger.connection), checkpoint)
            bundle_of.finish()
    except FileExistsError as error:
        raise Misuse("ledger.export_exists", path=folder) from error
    except OSError as error:
        raise MediumError("ledger.export_failed", path=folder) from error
    return checkpoint


def guides() -> dict[str, bytes]:
    """Return what tells an outsider how to check an export and does it: file name → content, the same for every export."""
    package = files("sekisho.ledger")
    sources = {
        "README.txt": "export-readme.txt",
        "verify.py": "verifier.py",
        "verify_statement.py": "verifier_statement.py",
    }
    return {name: package.joinpath(source).read_bytes() for name, source in sources.items()}


def _add_guides(made: "_Bundle", ledger: Reader, checkpoint: Checkpoint, proofs: Mapping[str, int]) -> None:
    """Add instructions, keys, checkpoints and proofs."""
    for name, content in guides().items():
        made.add(name, content)
    made.add("log.vkey", f"{ledger.key}\n".encode())
    made.add("checkpoint", checkpoint.note.encode())
    for earlier in ledger.checkpoints():
        if earlier.size <= checkpoint.size:
            made.add(f"checkpoints/{earlier.size}", earlier.note.encode())
    texts = ledger.proofs(list(proofs.values()), checkpoint.size)
    for name, text in zip(proofs, texts, strict=True):
        made.add(f"proofs/{name}.tlog-proof", text.encode())


def _add_company(made: "_Bundle", company: Company, ledger: Reader, checkpoint: Checkpoint) -> None:
    """Add policy, witnesses and signers, and what is disclosed."""
    if not made.has("policy.txt"):
        made.add("policy.txt", company.quorum.policy(ledger.key).encode())
    for name, witness in company.quorum.named().items():
        made.add(f"witnesses/{name}.vkey", f"{witness.key}\n".encode())
    if company.signers:
        made.add("keys/allowed_signers", "".join(f"{line}\n" for line in company.signers).encode())
    lines = [
        json.dumps(
            {"idx": index, "field": detail.field, "salt": detail.salt.hex(), "value": detail.value}, ensure_ascii=False
        )
        for index, details in sorted(company.details.items())
        for detail in details
        if index < checkpoint.size
    ]
    if lines:
        made.add("disclosed.jsonl", "".join(f"{line}\n" for line in lines).encode())
    for index, (document, signatures) in company.signed.items():
        made.add(f"signed/{index}.json", document)
        for number, signature in enumerate(signatures, 1):
            made.add(f"signed/{index}.{number}.sig", signature.encode())


def _add_log(made: "_Bundle", bodies: Iterator[bytes], checkpoint: Checkpoint) -> None:
    """Add entry bundles, tiles and the two tables of events, as the entries come; then look whether the root is the signed one."""
    signed, rows = islice(bodies, checkpoint.size), TileRows()
    with made.open("events.csv") as events, made.open("skeleton.ndjson") as skeleton:
        events(_EVENTS_HEAD.encode())
        while page := list(islice(signed, TILE_WIDTH)):
            start = rows.tree.size
            made.add(tile_path(ENTRIES, start // TILE_WIDTH, width=len(page)), bundle(page))
            entries = [parse(body, index=index) for index, body in enumerate(page, start)]
            events("".join(map(_event_row, entries)).encode())
            skeleton("".join(map(_bone, entries)).encode())
            for body in page:
                made.add_all(rows.add(leaf_hash(body)))
    made.add_all(rows.rest())
    if rows.tree.root() != checkpoint.root:
        raise LedgerBroken("ledger.altered", size=checkpoint.size)


def _event_row(entry: Entry) -> str:
    """Write one row; the forms of time, type and copy leave nothing to quote."""
    return f"{entry.index},{to_text(entry.at)},{entry.type},{entry.copy or ''}\n"


def _bone(entry: Entry) -> str:
    """Write what is left of an entry when its fields are: when, what, of which copy."""
    copy = f',"cid":"{entry.copy}"' if entry.copy else ""
    return f'{{"index":{entry.index},"time":"{to_text(entry.at)}","op":"{entry.type}"{copy}}}\n'


class _Bundle:
    """A folder that is filled file by file; its sums, and the wait for the disk, come last."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sums: dict[str, str] = {}

    def has(self, path: str) -> bool:
        """Tell whether a file is there already."""
        return path in self._sums

    def add(self, path: str, content: bytes) -> None:
        """Write a file."""
        with self.open(path) as write:
            write(content)

    def add_all(self, contents: Iterable[tuple[str, bytes]]) -> None:
        """Write several files."""
        for path, content in contents:
            self.add(path, content)

    @contextlib.contextmanager
    def open(self, path: str) -> Iterator[Callable[[bytes], None]]:
        """Write a file piece by piece."""
        place, digest = self._folder / path, sha256()
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("xb") as file:

            def write(piece: bytes) -> None:
                digest.update(piece)
                file.write(piece)

            yield write
        self._sums[path] = digest.hexdigest()

    def finish(self) -> None:
        """Write the sums, and wait until all of it is on the disk."""
        self.add(SUMS, "".join(f"{digest}  {path}\n" for path, digest in sorted(self._sums.items())).encode())
        for path in self._sums:  # only now: the disk has had time for most of it, so that each wait is short
            with (self._folder / path).open("rb") as file:
                os.fsync(file.fileno())
        for below in self._folder.rglob("*/"):
            sync_folder(below)


@contextlib.contextmanager
def _snapshot(connection: Connection) -> Iterator[None]:
    """Read everything as of one moment, while others go on writing."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
