"""Cells in memory as a source of rows, one to a row."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sekisho.readers.blocks import Block, Shape, blocks, write_row
from sekisho.readers.grammar import Dialect
from sekisho.readers.problems import Problems

DIALECT = Dialect(delimiter=",", newline="\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """A few cells that stand outside a table.

    Attributes:
        path: the file they are from.
        cells: what they say.
    """

    path: Path
    cells: tuple[str, ...] = field(repr=False)

    def blocks(self, *, strict: bool, problems: Problems, size: int) -> Iterator[Block]:
        """Yield all cells in order, whatever the size."""
        del size
        text = b"".join(write_row([cell.encode("utf-8", "replace")], DIALECT.delimiter) for cell in self.cells)
        shape = Shape(dialect=DIALECT, width=1, path=self.path, line=1)
        yield from blocks([text], shape, strict=strict, problems=problems)
