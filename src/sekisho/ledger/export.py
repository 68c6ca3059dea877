"""The export: a folder that an outsider checks without this program, this office or a network.

It is a static C2SP log (``checkpoint``, ``tile/…``) with every earlier checkpoint, the log's key, the proofs asked
for, a table of events and the same as JSON lines, a page of instructions, the sums of all files, and the verifier: one file of standard Python.
It takes no detail from the ledger, so nothing personal; for papers that are laid beside it, their maker answers. What
it is made of is hashed anew and compared with the signed root, so a changed database yields an error and no folder.
"""

import contextlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from importlib.resources import files
from itertools import chain, islice
from pathlib import Path

from sekisho.clock import to_text
from sekisho.errors import LedgerBroken, MediumError, Misuse
from sekisho.files import replacing_folder, sync_folder
from sekisho.ledger import store
from sekisho.ledger.checkpoint import Checkpoint
from sekisho.ledger.entry import Entry, parse
from sekisho.ledger.merkle import leaf_hash, root_of
from sekisho.ledger.reader import Reader
from sekisho.ledger.tiles import ENTRIES, TILE_WIDTH, bundle, tile_path, tiles
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
        "proofs",
        "tile",
        "events.csv",
        "skeleton.ndjson",
        SUMS,
    }
)
"""Names at the top of a bundle that no paper may have."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_PAPER = re.compile(rf"(requests/)?{_NAME.pattern}")
_EVENTS_HEAD = "index,time,type,copy\n"
_NO_PROOFS: Mapping[str, int] = {}
_NO_PAPERS: Mapping[str, bytes] = {}


def export_bundle(
    ledger: Reader,
    folder: Path,
    *,
    proofs: Mapping[str, int] = _NO_PROOFS,
    papers: Mapping[str, bytes] = _NO_PAPERS,
    size: int | None = None,
) -> Checkpoint:
    """Write the whole ledger, up to a checkpoint, into a new folder.

    Args:
        ledger: what to export.
        folder: must not exist; appears only when it is complete.
        proofs: file name → index of each entry that gets a ``.tlog-proof`` of its own.
        papers: file name, perhaps in the folder ``requests``, → content of a statement; the last entry of the export holds their digests, and those of
            :func:`guides`.
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
            _fill(partial, chain(papers.items(), _files(ledger, checkpoint, proofs)))
    except FileExistsError as error:
        raise Misuse("ledger.export_exists", path=folder) from error
    except OSError as error:
        raise MediumError("ledger.export_failed", path=folder) from error
    return checkpoint


def guides() -> dict[str, bytes]:
    """Return what tells an outsider how to check an export and does it: file name → content, the same for every export."""
    package = files("sekisho.ledger")
    sources = {"README.txt": "export-readme.txt", "verify.py": "verifier.py", "verify_statement.py": "verifier_statement.py"}
    return {name: package.joinpath(source).read_bytes() for name, source in sources.items()}


def _files(ledger: Reader, checkpoint: Checkpoint, proofs: Mapping[str, int]) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of everything in the bundle but papers and sums."""
    yield from guides().items()
    yield "log.vkey", f"{ledger.key}\n".encode()
    yield "checkpoint", checkpoint.note.encode()
    for earlier in ledger.checkpoints():
        if earlier.size <= checkpoint.size:
            yield f"checkpoints/{earlier.size}", earlier.note.encode()
    for name, index in proofs.items():
        yield f"proofs/{name}.tlog-proof", ledger.proof(index, checkpoint.size).encode()
    yield from _log(store.bodies(ledger.connection), checkpoint)


def _log(bodies: Iterator[bytes], checkpoint: Checkpoint) -> Iterator[tuple[str, bytes]]:
    """Yield entry bundles, tiles and the table of events, after a last look at the root."""
    signed = islice(bodies, checkpoint.size)
    leaves: list[bytes] = []
    events, skeleton = [_EVENTS_HEAD], list[str]()
    while page := list(islice(signed, TILE_WIDTH)):
        yield tile_path(ENTRIES, len(leaves) // TILE_WIDTH, width=len(page)), bundle(page)
        entries = [parse(body, index=index) for index, body in enumerate(page, len(leaves))]
        events += map(_event_row, entries)
        skeleton += map(_bone, entries)
        leaves += map(leaf_hash, page)
    if root_of(leaves) != checkpoint.root:
        raise LedgerBroken("ledger.altered", size=checkpoint.size)
    yield from tiles(leaves)
    yield "events.csv", "".join(events).encode()
    yield "skeleton.ndjson", "".join(skeleton).encode()


def _event_row(entry: Entry) -> str:
    """Write one row; the forms of time, type and copy leave nothing to quote."""
    return f"{entry.index},{to_text(entry.at)},{entry.type},{entry.copy or ''}\n"


def _bone(entry: Entry) -> str:
    """Write what is left of an entry when its fields are: when, what, of which copy."""
    copy = f',"cid":"{entry.copy}"' if entry.copy else ""
    return f'{{"index":{entry.index},"time":"{to_text(entry.at)}","op":"{entry.type}"{copy}}}\n'


def _fill(folder: Path, contents: Iterable[tuple[str, bytes]]) -> None:
    """Write all files and their sums, durably."""
    sums = {}
    for path, content in contents:
        sums[path] = sha256(content).hexdigest()
        _write(folder / path, content)
    _write(folder / SUMS, "".join(f"{digest}  {path}\n" for path, digest in sorted(sums.items())).encode())
    for below in folder.rglob("*/"):
        sync_folder(below)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@contextlib.contextmanager
def _snapshot(connection: Connection) -> Iterator[None]:
    """Read everything as of one moment, while others go on writing."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
