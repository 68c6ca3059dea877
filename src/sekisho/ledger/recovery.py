"""Bringing back the tail of a ledger that was restored from a backup, out of what was published of it.

Every entry of the source is hashed: over those that are here it has to give the root that is here, over those that the anchor
knows the anchor's, and over all the one that this log's key signed. Only then is what is missing appended, in one commit. So
whatever lies in the source, the ledger goes on as it was or stays as it is.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from sekisho.errors import LedgerBroken, MediumError, Misuse, Refused, Unreadable
from sekisho.files import NotAFile, open_file
from sekisho.ledger import store
from sekisho.ledger.checkpoint import Checkpoint, TreeHead, open_checkpoint
from sekisho.ledger.entry import Entry, parse
from sekisho.ledger.merkle import CompactRange, leaf_hash
from sekisho.ledger.note import VerifierKey
from sekisho.ledger.static import CHECKPOINT
from sekisho.ledger.tiles import ENTRIES, TILE_WIDTH, read_bundle, tile_path
from sekisho.sql import Connection

Source = Callable[[str], bytes]
"""Returns a file of a static log by its path; raises OSError where there is none."""

_PATIENCE_SECONDS = 30
_LONGEST_FILE = (2 + 0xFFFF) * TILE_WIDTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """What was brought back.

    Attributes:
        before: how many entries were here.
        checkpoint: what the source ends with.
        entries: what came in, all of it.
    """

    before: int
    checkpoint: Checkpoint
    entries: tuple[Entry, ...]


def source_of(place: str, *, token: str = "") -> Source:
    """Return the source at a folder or an address.

    Raises:
        Misuse: neither.
    """
    if place.startswith(("http://", "https://")):
        return _over_http(place.rstrip("/"), token)
    if not Path(place).is_dir():
        raise Misuse("ledger.no_source", place=place)
    return partial(_in_folder, Path(place))


def recover_tail(
    connection: Connection,
    source: Source,
    *,
    key: VerifierKey,
    anchored: TreeHead | None,
    stop: Callable[[Sequence[Entry]], None] = lambda _: None,
) -> Recovered:
    """Append what is missing, in a transaction of its own; whoever calls holds the ledger's lock.

    Args:
        connection: the restored database.
        source: an export, or a log that is served.
        key: of the log.
        anchored: the last tree head that was signed, as far as it is known.
        stop: told what came in before it is committed; what it changes on this connection is one commit with it.

    Raises:
        LedgerBroken: the source is of another history than the database or the anchor, or does not fit itself.
        NoKey: it is of another log.
        Refused: it ends before what is known to have been signed, or holds nothing new.
        Unreadable, MediumError: it cannot be read.
    """
    checkpoint = open_checkpoint(_read(source, CHECKPOINT), key)
    here = store.load_tree(connection)
    need = max(here.size + 1, anchored.size if anchored else 0)
    if checkpoint.size < need:
        raise Refused("ledger.source_too_old", have=checkpoint.size, need=need)
    known = {here.size: here.root(), checkpoint.size: checkpoint.root}
    if anchored and known.setdefault(anchored.size, anchored.root) != anchored.root:
        raise LedgerBroken("ledger.source_other_history", size=anchored.size)
    connection.execute("BEGIN IMMEDIATE")
    try:
        entries = tuple(_append(connection, _bodies(source, checkpoint.size), known, start=here.size))
        stop(entries)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    return Recovered(before=here.size, checkpoint=checkpoint, entries=entries)


def _append(connection: Connection, bodies: Iterator[bytes], known: dict[int, bytes], *, start: int) -> Iterator[Entry]:
    """Hash every entry, compare every root that is known, and append from ``start`` on."""
    tree = CompactRange()
    for index, body in enumerate(bodies):
        tree.append(leaf_hash(body))
        if tree.size in known and known[tree.size] != tree.root():
            raise LedgerBroken("ledger.source_other_history", size=tree.size)
        if index >= start:
            yield parse(body, index=index)
            store.append(connection, body)


def _bodies(source: Source, size: int) -> Iterator[bytes]:
    """Read all entries of a log."""
    for start in range(0, size, TILE_WIDTH):
        width = min(TILE_WIDTH, size - start)
        path = tile_path(ENTRIES, start // TILE_WIDTH, width=width)
        entries = []
        with suppress(ValueError):
            entries = read_bundle(_read(source, path))
        if len(entries) != width:
            raise Unreadable("ledger.bad_source", path=path)
        yield from entries


def _read(source: Source, path: str) -> bytes:
    try:
        return source(path)
    except FileNotFoundError:
        raise Unreadable("ledger.bad_source", path=path) from None
    except OSError as error:
        raise MediumError("ledger.source_failed", path=path) from error


def _in_folder(folder: Path, path: str) -> bytes:
    """Read a file of an export, which somebody may have made: no pipe, and no more than a file of a log holds."""
    try:
        with open_file(folder / path) as file:
            content = file.read(_LONGEST_FILE + 1)
    except NotAFile:
        raise FileNotFoundError(path) from None
    if len(content) > _LONGEST_FILE:
        raise OSError("longer than any file of a log")
    return content


def _over_http(url: str, token: str) -> Source:
    from http.client import HTTPConnection, HTTPException, HTTPSConnection  # noqa: PLC0415 - 40 ms, for few commands

    parts = urlsplit(url)
    connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = connect(parts.hostname or "", parts.port, timeout=_PATIENCE_SECONDS)
    headers = {"Authorization": f"Bearer {token}"} if token else {}

    def read(path: str) -> bytes:
        try:
            connection.request("GET", f"{parts.path}/{path}", headers=headers)
            answer = connection.getresponse()
            content = answer.read(_LONGEST_FILE + 1)
            if len(content) > _LONGEST_FILE:
                connection.close()  # what else it sends is not waited for: it may have no end
                raise OSError("longer than any file of a log")
        except HTTPException as error:
            raise OSError("no answer in HTTP") from error
        if answer.status != HTTPStatus.OK:
            raise FileNotFoundError(path)
        return content

    return read
