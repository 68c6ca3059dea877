"""The way through a file and what lies inside it: every blob goes to the reader that knows it."""

from collections.abc import Iterator
from pathlib import Path

from sekisho.readers.blob import Blob
from sekisho.readers.context import Context, Options, guarded, unread
from sekisho.readers.formats import HEAD_BYTES, readers
from sekisho.readers.limits import Budget, LimitReached
from sekisho.readers.plain import nothing_in
from sekisho.readers.source import blob_of
from sekisho.readers.view import Unread, View


def walk(path: Path, options: Options | None = None) -> Iterator[View]:
    """Yield everything a file holds: see :func:`sekisho.readers.views.views`."""
    options, blob = options or Options(), blob_of(path)
    budget = Budget(options.limits, _size(path))
    found = _walk(blob, Context(options=options, budget=budget, depth=0, walk=_walk))
    while True:
        try:
            with budget.running():
                view = next(found, None)
        except LimitReached as error:
            yield Unread(path=path, name=blob.name, error=error)
            return
        if view is None:
            return
        yield view


def _walk(blob: Blob, context: Context) -> Iterator[View]:
    yield from guarded(blob, lambda: _views(blob, context))


def _views(blob: Blob, context: Context) -> Iterator[View]:
    with blob.open() as file:
        head = file.read(HEAD_BYTES)
    if not head:
        yield nothing_in(blob)
        return
    for reader in readers(head):
        if reader.detect(head, blob):
            yield from reader.views(blob, context)
            return
    yield unread(blob, "readers.unknown")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # which opening it will tell
        return 0
