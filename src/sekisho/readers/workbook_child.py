"""The program in which a workbook is unpacked: a process of its own, so that what no memory holds ends this one only.

calamine holds a sheet as a full rectangle, and where memory runs out it aborts its process. A few bytes ask for any
amount in every format that it reads (xlsx, xlsb, xls, ods), so no look at the file beforehand can rule that out; a
process under a limit does, for the 30 ms that it takes to start. It imports the standard library and calamine alone.

Started by :mod:`~sekisho.readers.unpacked` with the workbook as standard input. Standard output is lines of JSON: for
``top`` an object a worksheet that holds cells (place, name, whether it shows, line of its first
row, its first rows), for ``rows PLACE
SKIP`` lists of rows; then ``"end"``. What is wrong with the workbook is ``{"error": key}`` instead.
"""

import contextlib
import json
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import TypeAlias

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

# Room for the largest sheet that fits (package.MOST_CELLS), every cell of it filled with a text of its own.
MOST_MEMORY = 8 << 30

_ROWS_LOOKED_AT = 100
_CELLS_AT_ONCE = 20_000
_LARGEST_PLAIN_NUMBER = 1e21

Value: TypeAlias = int | float | str | bool | time | date | datetime | timedelta


def text_of(value: Value | None) -> str:
    """Return a cell's value as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST_PLAIN_NUMBER:
        return str(int(value))
    if isinstance(value, datetime):
        return str(value if value.time() != time() else value.date())
    return str(value)


def top(workbook: CalamineWorkbook) -> Iterator[object]:
    """Yield every worksheet that holds cells, hidden ones too, with its first rows."""
    if not workbook.sheets_metadata:
        raise CalamineError("no workbook is without a sheet")  # nothing else tells ruins from an empty one
    for place, each in enumerate(workbook.sheets_metadata):
        if each.typ is SheetTypeEnum.WorkSheet:
            sheet = workbook.get_sheet_by_index(place)
            if sheet.start is not None:
                rows = [list(map(text_of, row)) for row in islice(_rows(sheet), _ROWS_LOOKED_AT)]
                shows = each.visible is SheetVisibleEnum.Visible
                yield {"place": place, "name": each.name, "shows": shows, "line": sheet.start[0] + 1, "rows": rows}


def rows(workbook: CalamineWorkbook, place: int, skip: int) -> Iterator[list[list[str]]]:
    """Yield a sheet's rows behind the first ones, some at a time."""
    sheet = workbook.get_sheet_by_index(place)
    found = islice(_rows(sheet), skip, None)
    size = max(1, _CELLS_AT_ONCE // max(1, sheet.width))
    while some := list(islice(found, size)):
        yield [list(map(text_of, row)) for row in some]


def _rows(sheet: CalamineSheet) -> Iterator[list[Value]]:
    """Yield a sheet's rows from the first that holds a cell; calamine begins with the first of the grid."""
    return islice(sheet.iter_rows(), sheet.start[0] if sheet.start else 0, None)


def main(arguments: list[str]) -> None:
    """Say what was asked for on standard output."""
    _limit_memory()
    try:
        workbook = CalamineWorkbook.from_filelike(sys.stdin.buffer)
        asked, *places = arguments
        for message in top(workbook) if asked == "top" else rows(workbook, *map(int, places)):
            _say(message)
        _say("end")
    except PasswordError:
        _say({"error": "readers.encrypted"})
    except CalamineError:
        _say({"error": "readers.damaged"})
    except MemoryError:
        _say({"error": "readers.memory"})
    except BaseException:  # noqa: BLE001 - what calamine does not expect it raises as a panic, which is no Exception
        _say({"error": "readers.damaged"})


def _say(message: object) -> None:
    sys.stdout.buffer.write(json.dumps(message, ensure_ascii=False).encode("utf-8", "replace") + b"\n")


def _limit_memory() -> None:
    """Take no more memory than the limit and leave no image of it behind; only Unix can."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - there is none on Windows

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


if __name__ == "__main__":
    main(sys.argv[1:])
