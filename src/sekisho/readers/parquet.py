"""Parquet and Arrow files as tables, read by Polars a part at a time; lists and structures become JSON."""

import json
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

import polars as pl

from sekisho.readers.blob import Blob, FileBlob
from sekisho.readers.context import Context
from sekisho.readers.plain import bytes_of
from sekisho.readers.records import table
from sekisho.readers.view import View

if TYPE_CHECKING:
    from pathlib import Path

_MOST_ROWS = 100_000
_BYTES_A_CELL = 16
_PARQUET = b"PAR1"


def detect(head: bytes, blob: Blob) -> bool:
    """Tell by the sign alone."""
    del head, blob
    return True


def views(blob: Blob, context: Context) -> Iterator[View]:
    """Yield the table; that its columns can be named shows that it is one."""
    del context
    schema = _scan(blob).collect_schema()

    def written(size: int) -> Iterator[bytes]:
        step = max(1, min(_MOST_ROWS, size // (_BYTES_A_CELL * len(schema))))
        frames = _scan(blob).select(_text(place, form) for place, form in enumerate(schema.values()))
        start = 0
        while (part := frames.slice(start, step).collect()).height:
            yield part.write_csv(include_header=False, quote_style="necessary", line_terminator="\n").encode()
            start += step

    if len(schema):
        yield table(blob, blob.name, tuple(schema), written)


def _scan(blob: Blob) -> pl.LazyFrame:
    with blob.open() as file:
        is_parquet = file.read(len(_PARQUET)) == _PARQUET
    source: Path | BytesIO = blob.path if isinstance(blob, FileBlob) else BytesIO(bytes_of(blob))
    return pl.scan_parquet(source, glob=False) if is_parquet else pl.scan_ipc(source, glob=False)


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
