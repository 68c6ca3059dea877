"""Reads the Parquet or Arrow file on standard input by Polars, in a process of its own: see :mod:`~sekisho.readers.parquet`.

On damaged files Polars panics in several threads and says so on standard error, and a small file may hold more rows than
memory does; neither is for the program that scans.
"""

import json
import os
import sys
from collections.abc import Iterator
from typing import Any

import polars as pl

from sekisho.readers.workbook_child import limit_memory, say

_INPUT = "/proc/self/fd/0"
_PARQUET = b"PAR1"
_MOST_ROWS = 100_000
_BYTES_A_CELL = 16


def columns() -> Iterator[object]:
    """Yield the columns' names."""
    yield list(_scan().collect_schema())


def rows(size: int) -> Iterator[object]:
    """Yield the rows as CSV without a header, about so many bytes at a time."""
    schema = _scan().collect_schema()
    step = max(1, min(_MOST_ROWS, size // (_BYTES_A_CELL * max(1, len(schema)))))
    frame, start = _scan().select(_text(place, form) for place, form in enumerate(schema.values())), 0
    while (part := frame.slice(start, step).collect()).height:
        yield part.write_csv(include_header=False, quote_style="necessary", line_terminator="\n")
        start += step


def _scan() -> pl.LazyFrame:
    scan = pl.scan_parquet if os.pread(0, len(_PARQUET), 0) == _PARQUET else pl.scan_ipc
    return scan(_INPUT, glob=False)


def _text(place: int, form: Any) -> pl.Expr:  # noqa: ANN401 - a Polars type is a class or an instance
    column = pl.nth(place)
    if form == pl.Binary:
        return column.map_elements(lambda data: data.decode("utf-8", "replace"), pl.String)
    if form.is_nested() or form == pl.Object:
        return column.map_elements(_said, pl.String)
    return column.cast(pl.String)


def _said(value: object) -> str:
    """Return what a list or structure holds as JSON would."""
    return json.dumps(value.to_list() if isinstance(value, pl.Series) else value, ensure_ascii=False, default=str)


def main(arguments: list[str]) -> None:
    """Say what was asked for on standard output."""
    limit_memory()
    try:
        for message in rows(int(arguments[1])) if arguments[0] == "rows" else columns():
            say(message)
        say("end")
    except MemoryError:
        say({"error": "readers.memory"})
    except BaseException:  # noqa: BLE001 - a panic in Rust is none of Python's exceptions
        say({"error": "readers.damaged"})


if __name__ == "__main__":
    main(sys.argv[1:])
