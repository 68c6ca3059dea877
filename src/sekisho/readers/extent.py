"""How far a workbook's sheets reach, told before they are unpacked: one stray cell in XFD1048576 fills any memory.

The reader of workbooks holds a sheet as a full rectangle. Here the references of its cells are read from the XML as it
streams by. Only xlsx writes them so; what cannot be read here is left to the reader, who says what is wrong with it.
"""

import contextlib
import re
import zipfile
import zlib
from typing import IO, BinaryIO, NamedTuple

MOST_CELLS = 1 << 26  # a register of a million people and sixty columns; two gigabytes

_REFERENCE = re.compile(rb"""\br=["']([A-Z]*)([0-9]{1,18})["']""")
_LONGEST_REFERENCE = 32
_PIECE_BYTES = 1 << 20


class Extent(NamedTuple):
    """The rectangle from A1 to the last row and column that a cell stands in."""

    rows: int
    columns: int

    @property
    def fits(self) -> bool:
        """Tell whether it can be held in memory."""
        return self.rows * self.columns <= MOST_CELLS


def largest_extent(file: BinaryIO) -> Extent:
    """Return the largest extent of a workbook's sheets; none where the file is no readable xlsx."""
    found = [Extent(0, 0)]
    with contextlib.suppress(zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, EOFError):
        archive = zipfile.ZipFile(file)
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with archive.open(name) as part:
                    found.append(_extent(part))
    return max(found, key=lambda extent: extent.rows * extent.columns)


def _extent(part: IO[bytes]) -> Extent:
    rows, columns, rest = 0, set[bytes](), b""
    while piece := part.read(_PIECE_BYTES):
        references = _REFERENCE.findall(rest + piece)
        columns.update({letters for letters, _ in references})
        rows = max(rows, *map(int, {digits for _, digits in references}), 0)
        rest = piece[-_LONGEST_REFERENCE:]
    return Extent(rows, max(map(_number, columns), default=0))


def _number(letters: bytes) -> int:
    """Return a column's number: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number
