"""The tables that a purpose's sources turn out to be: the files beside it, each once, and nothing that nobody sees."""

import contextlib
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sekisho.cut.purpose import Purpose
from sekisho.errors import NotFound, Refused, Unreadable
from sekisho.readers.tables import Table, open_tables
from sekisho.readers.xlsx import Sheet

_Identity = tuple[int, int]  # device and inode


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What was found.

    Attributes:
        tables: the tables of each source.
        size: bytes of all files, each counted once.
    """

    tables: Mapping[str, list[Table]]
    size: int


def find_sources(folder: Path, purpose: Purpose) -> Sources:
    """Find the files of a purpose's sources and look at them.

    Raises:
        NotFound: a source is missing.
        Refused: a workbook has a sheet that is hidden.
        Unreadable: a source is damaged.
    """
    tables, sizes = dict[str, list[Table]](), dict[_Identity, int]()
    for name, source in purpose.source.items():
        files = dict(_files(folder, source.path))
        if not files:
            raise NotFound("custody.no_source", source=name, path=folder / source.path)
        tables[name] = [table for path in sorted(path for path, _ in files.values()) for table in _tables(path)]
        sizes |= {identity: size for identity, (_, size) in files.items()}
    return Sources(tables=tables, size=sum(sizes.values()))


def only_table(path: Path) -> Table:
    """Return the one table of a file, whose first row names the columns.

    Raises:
        Unreadable: there is none in it, or several, or it is damaged.
    """
    tables = open_tables(path, has_header=True)
    if len(tables) != 1:
        raise Unreadable("custody.several_tables", path=path, count=len(tables))
    return tables[0]


def _files(folder: Path, pattern: str) -> Iterator[tuple[_Identity, tuple[Path, int]]]:
    """Yield each file, its name and size under its identity; of several names for one (links) the first counts."""
    for path in sorted(folder.glob(pattern), reverse=True):
        with contextlib.suppress(OSError):  # a link to nothing, or gone since
            found = path.stat()
            if stat.S_ISREG(found.st_mode):
                yield (found.st_dev, found.st_ino), (path, found.st_size)


def _tables(path: Path) -> list[Table]:
    tables = open_tables(path, has_header=True)
    hidden = [table.source.name for table in tables if isinstance(table.source, Sheet) and not table.source.shows]
    if hidden:
        raise Refused("cut.hidden_sheet", file=path.name, sheets=", ".join(sorted(hidden)))
    return tables
