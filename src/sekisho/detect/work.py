"""The unit of work: some rows of a table, to be examined wherever it is, and what comes back.

A unit names its source and where in it its rows are; it holds none of them. Whoever does it opens the source itself. What
comes back adds up, in the order of the units, to what one process finds in the whole table: the numbers of the rows
travel with the unit, so that even the sample is the same.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from sekisho.detect.examine import Part, Plan, examine, nothing
from sekisho.detect.people import Counting, Distinct, distinct
from sekisho.errors import SekishoError, Unreadable
from sekisho.progress import Progress, silent
from sekisho.readers.delimited import DelimitedFile
from sekisho.readers.problems import Problem, Problems
from sekisho.readers.remote import RemoteBlob
from sekisho.readers.splitting import PART_BYTES, DelimitedPart, parts
from sekisho.readers.tables import Table
from sekisho.workers.executor import Executor

R = TypeVar("R")

_BLOCK_BYTES = 2 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Consecutive rows of a table.

    Attributes:
        path: the table's file, as it was asked for.
        view: the table's name.
        width: cells a row.
        rows: where they are.
    """

    path: Path
    view: str
    width: int
    rows: DelimitedPart

    @property
    def size(self) -> int:
        """How many bytes of the source it is."""
        return self.rows.stop - self.rows.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What some rows add to a report.

    Attributes:
        part: what they hold.
        problems: what was wrong with them.
    """

    part: Part
    problems: tuple[Problem, ...]


def units_of(table: Table, *, size: int | None = None) -> list[Unit]:
    """Return a table as units of about ``size`` bytes; none where it is too small or cannot be cut.

    Raises:
        Unreadable: the file is gone or has changed.
    """
    if not isinstance(table.source, DelimitedFile) or not _opens_anywhere(table.source):
        return []
    return [
        Unit(path=table.path, view=table.name, width=len(table.columns), rows=rows)
        for rows in parts(_anywhere(table.source), size=size or PART_BYTES)
    ]


def do(unit: Unit, plan: Plan) -> Done:
    """Examine a unit.

    Raises:
        Unreadable: its source is gone, damaged or changed, or memory ran out.
    """
    problems, part = Problems(), nothing(unit.width, plan)
    try:
        for block in unit.rows.blocks(strict=False, problems=problems, size=_BLOCK_BYTES):
            part += examine(block, plan, limit=part.sample.limit)
    except MemoryError:
        raise Unreadable("readers.memory", path=unit.path) from None
    return Done(part=part, problems=problems.found())


def count(unit: Unit, counting: Counting) -> tuple[Distinct, Distinct]:
    """Return the people and the households of a unit.

    Raises:
        Unreadable: its source is gone, damaged or changed.
    """
    people, households = Distinct(), Distinct()
    for block in unit.rows.blocks(strict=False, problems=Problems(), size=_BLOCK_BYTES):
        more_people, more_households = distinct(block, counting)
        people, households = people + more_people, households + more_households
    return people, households


def examined_elsewhere(
    units: Sequence[Unit], plan: Plan, executor: Executor, *, problems: Problems, progress: Progress
) -> Part:
    """Return what all units of a table add up to.

    Raises:
        Unreadable: one of them could not be inspected.
    """
    part = nothing(units[0].width, plan)
    for done in _done(partial(do, plan=plan), units, executor, progress):
        part += done.part
        problems.add(done.problems)
    return part


def recounted_elsewhere(units: Sequence[Unit], counting: Counting, executor: Executor) -> tuple[Distinct, Distinct]:
    """Return the people and the households of all units of a table.

    Raises:
        Unreadable: one of them could not be inspected.
    """
    people, households = Distinct(), Distinct()
    for more_people, more_households in _done(partial(count, counting=counting), units, executor, silent):
        people, households = people + more_people, households + more_households
    return people, households


def _done(work: Callable[[Unit], R], units: Sequence[Unit], executor: Executor, progress: Progress) -> Iterator[R]:
    for unit, result in zip(units, executor.map(work, units), strict=True):
        if isinstance(result, SekishoError):
            raise Unreadable(result.key, **result.values | ({"path": unit.path} if "path" in result.values else {}))
        yield result
        progress(unit.size)


def _opens_anywhere(file: DelimitedFile) -> bool:
    """Tell whether a worker can open a file by its name; what lay inside another file it would have to be sent."""
    return file.blob is None or isinstance(file.blob, RemoteBlob)


def _anywhere(file: DelimitedFile) -> DelimitedFile:
    """Return a file under a name that means the same in any folder."""
    return replace(file, path=file.path.absolute())
