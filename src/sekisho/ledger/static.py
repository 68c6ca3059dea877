"""A log's static files (C2SP tlog-tiles), read from the database as they are asked for: what an export holds, for serving.

Tiles and bundles are those of the newest checkpoint and of every one before it, so a partial tile that was handed out stays.
Nothing beyond what is signed is shown.
"""

from dataclasses import dataclass
from itertools import islice

from sekisho.errors import Missing
from sekisho.ledger import store
from sekisho.ledger.reader import Reader
from sekisho.ledger.tiles import Tile, bundle

CHECKPOINT = "checkpoint"


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file of the log.

    Attributes:
        content: its bytes.
        final: whether it never changes; of all files the checkpoint alone does.
    """

    content: bytes
    final: bool


def read_static(ledger: Reader, path: str) -> StaticFile | None:
    """Return the file of a path, or None where the log has none.

    Raises:
        LedgerBroken: the checkpoint that is stored does not verify.
    """
    try:
        newest = ledger.checkpoint()
    except Missing:
        return None
    if path == CHECKPOINT:
        return StaticFile(newest.note.encode(), final=False)
    try:
        tile = Tile.parse(path)
    except ValueError:
        return None
    return StaticFile(_content(ledger, tile), final=True) if tile.is_in(newest.size) else None


def _content(ledger: Reader, tile: Tile) -> bytes:
    if isinstance(tile.level, str):
        return bundle(islice(store.bodies(ledger.connection, tile.start), tile.width))
    return b"".join(store.tile(ledger.connection, tile))
