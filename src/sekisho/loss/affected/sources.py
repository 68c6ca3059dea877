"""The tables of files and folders that somebody lost, or has instead of what was lost: read where they lie, never copied."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sekisho.errors import NotFound, Unreadable
from sekisho.readers.folders import Found, found_at
from sekisho.readers.source import opened
from sekisho.readers.tables import Table, open_tables
from sekisho.readers.view import Text, View
from sekisho.readers.views import views

_STEP = 1 << 20
_TABLES = frozenset({".csv", ".tsv", ".tab"})  # whoever called it so meant a table, however few and ragged its rows are


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """What was named and is in no count.

    Attributes:
        path: where it is.
        error: why, as ``readers`` says it.
    """

    path: Path
    error: Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTables:
    """What was found.

    Attributes:
        tables: in the order of the paths.
        passed_over: what holds no table, is the same as another file, or cannot be read.
    """

    tables: tuple[Table, ...]
    passed_over: tuple[PassedOver, ...]


def find_tables(paths: Sequence[Path]) -> FoundTables:
    """Find every table in files and below folders; a file that lies there twice, byte for byte, counts once.

    Raises:
        NotFound: nothing is there, or no table in it.
    """
    tables, passed = list[Table](), list[PassedOver]()
    for file in _different(paths, passed):
        for view in views(file):
            try:
                tables += _tables_in(view, file)
            except Unreadable as error:
                passed.append(PassedOver(path=view.path, error=error))
    if not tables:
        raise NotFound("loss.no_tables", path=paths[0] if paths else Path())
    return FoundTables(tables=tuple(tables), passed_over=tuple(passed))


def _tables_in(view: View, file: Path) -> list[Table]:
    """Return the tables that a view of a file is.

    Raises:
        Unreadable: it is none.
    """
    match view:
        case Table():
            return [view]
        case Text() if view.path == file and file.suffix.lower() in _TABLES:
            return open_tables(file)
        case Text():
            raise Unreadable("readers.not_a_table", path=view.path)
        case _:
            raise view.error


def _different(paths: Sequence[Path], passed: list[PassedOver]) -> Iterator[Path]:
    """Yield each file once; note what is none, and what is the same as one before."""
    found = [each for path in paths for each in _found(path)]
    sizes, seen, places = Counter(each.size for each in found), set[tuple[int, bytes]](), set[Path]()
    for each in found:
        place = each.path.resolve()
        if place in places:
            continue
        places.add(place)
        if each.passed_over:
            passed.append(PassedOver(path=each.path, error=each.passed_over))
            continue
        if sizes[each.size] > 1:
            state = each.size, _digest(each.path)
            if state in seen:
                passed.append(PassedOver(path=each.path, error=Unreadable("loss.same_file", path=each.path)))
                continue
            seen.add(state)
        yield each.path


def _found(path: Path) -> list[Found]:
    try:
        return found_at(path)
    except FileNotFoundError:
        raise NotFound("loss.no_file", path=path) from None


def _digest(path: Path) -> bytes:
    digest = hashlib.sha256()
    with opened(path) as file:
        while block := file.read(_STEP):
            digest.update(block)
    return digest.digest()
