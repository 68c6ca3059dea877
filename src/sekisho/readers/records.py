"""Rows that a library gives, as a source: text of cells, written as blocks hold them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sekisho.errors import SekishoError, Unreadable
from sekisho.readers.blob import Blob
from sekisho.readers.blocks import Block, Shape, blocks
from sekisho.readers.grammar import Dialect
from sekisho.readers.problems import Problems
from sekisho.readers.tables import Table

DIALECT = Dialect(delimiter=",", newline="\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Rows from a library.

    Attributes:
        path: what they are from, for messages.
        width: cells a row.
        written: gives the rows as text, about so many bytes at a time.
    """

    path: Path
    width: int
    written: Callable[[int], Iterator[bytes]] = field(repr=False)

    def blocks(self, *, strict: bool, problems: Problems, size: int) -> Iterator[Block]:
        """Yield all rows in order.

        Raises:
            Unreadable: what they are from is gone or damaged.
        """
        shape = Shape(dialect=DIALECT, width=self.width, path=self.path, line=1)
        yield from blocks(self._told(size), shape, strict=strict, problems=problems)

    def _told(self, size: int) -> Iterator[bytes]:
        try:
            yield from self.written(size)
        except (SekishoError, KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except BaseException:  # noqa: BLE001 - foreign libraries raise what they like, Rust's panics are no Exception
            raise Unreadable("readers.damaged", path=self.path) from None


def table(blob: Blob, name: str, columns: tuple[str, ...], written: Callable[[int], Iterator[bytes]]) -> Table:
    """Return a table whose rows a library gives."""
    return Table(
        path=blob.path,
        name=name,
        columns=columns,
        dialect=DIALECT,
        header=True,
        above=tuple(filter(str.strip, columns)),
        source=Records(path=blob.path, width=len(columns), written=written),
    )
