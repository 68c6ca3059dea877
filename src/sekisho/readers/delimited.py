"""CSV, TSV and their kin as a source of rows."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from sekisho.errors import Unreadable
from sekisho.readers.blob import Blob
from sekisho.readers.blocks import Block, Shape, blocks
from sekisho.readers.decoding import decoded
from sekisho.readers.encoding import Encoding, guess, sample_of
from sekisho.readers.layout import Layout, lay_out
from sekisho.readers.markup import is_document
from sekisho.readers.problems import Problems
from sekisho.readers.source import Stamp, opened, stamp
from sekisho.readers.structure import count_lines

_LAYOUT_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class DelimitedFile:
    """A text file of rows and cells.

    Attributes:
        path: the file.
        encoding: what its bytes are in.
        layout: how its text is laid out.
        line: the line on which its first row starts.
        seen: the state it was in when it was looked at.
        blob: its bytes, where it is no file of its own.
    """

    path: Path
    encoding: Encoding
    layout: Layout
    line: int
    seen: Stamp
    blob: Blob | None = field(default=None, repr=False)

    def blocks(self, *, strict: bool, problems: Problems, size: int) -> Iterator[Block]:
        """Yield all rows in order.

        Raises:
            Unreadable: the file is gone or has changed; when strict, it is not well-formed.
        """
        yield from self.blocks_between(0, None, strict=strict, problems=problems, size=size)

    def blocks_between(
        self, start: int, stop: int | None, *, row: int = 0, line: int = 1, strict: bool, problems: Problems, size: int
    ) -> Iterator[Block]:
        """Yield some rows in order.

        Args:
            start: where in the file's bytes they start, behind the end of a row; 0 for the first.
            stop: where they stop; None for the last.
            row: how many rows come before.
            line: the line on which ``start`` is.
            strict: stop at what is not well-formed; otherwise mend it and count it.
            problems: where to count.
            size: about how many bytes make a block.

        Raises:
            Unreadable: the file is gone or has changed; when strict, it is not well-formed.
        """
        encoding = Encoding(self.encoding.codec, 0 if start else self.encoding.mark)
        above, first_line = (0, line) if start else (self.layout.body, self.line)
        shape = Shape(dialect=self.layout.dialect, width=self.layout.width, path=self.path, line=first_line, row=row)
        with opened(self.blob or self.path) as file:
            self._must_be_as_seen(file)
            file.seek(start)
            pieces = _pieces(file, size, None if stop is None else stop - start)
            text = decoded(pieces, encoding, path=self.path, strict=strict, problems=problems, line=line)
            if not start:
                self._check_header(strict=strict, problems=problems)
            yield from blocks(_behind(text, above), shape, strict=strict, problems=problems)
            self._must_be_as_seen(file)

    def _check_header(self, *, strict: bool, problems: Problems) -> None:
        header = self.layout.header
        if header is None or len(header) == self.layout.width:
            return
        if strict:
            raise Unreadable("readers.ragged_row", path=self.path, line=self.line - 1)
        problems.note("readers.ragged_row", line=self.line - 1)

    def _must_be_as_seen(self, file: BinaryIO) -> None:
        if stamp(file) != self.seen:
            raise Unreadable("readers.changed", path=self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The start of a text file.

    Attributes:
        sample: about a megabyte of its text in UTF-8.
        whole: whether that is all.
        encoding: what its bytes are in.
        seen: the state it was in.
    """

    sample: bytes = field(repr=False)
    whole: bool
    encoding: Encoding
    seen: Stamp


def start_of(place: Path | Blob, *, codec: str | None = None) -> Start | None:
    """Read the start of a text file; None if it is no text.

    Args:
        place: the file, or what lay inside one.
        codec: its encoding, where the caller knows it.

    Raises:
        Unreadable: there is none, or it may not be read.
        LookupError: Python knows no encoding of that name.
    """
    with opened(place) as file:
        seen = stamp(file)
        encoding = _encoding(file, codec)
        if encoding is None:
            return None
        file.seek(0)
        text = decoded([file.read(_LAYOUT_BYTES)], encoding, path=place, strict=False, problems=Problems())
        return Start(sample=b"".join(text), whole=seen.size <= _LAYOUT_BYTES, encoding=encoding, seen=seen)


def look_at(place: Path | Blob, *, codec: str | None = None, has_header: bool | None = None) -> DelimitedFile:
    """Find out how a text file is written.

    Args:
        place: the file, or what lay inside one.
        codec: its encoding, where the caller knows it.
        has_header: whether its first row names the columns, where the caller knows it.

    Raises:
        Unreadable: no text, or no rows in it.
        LookupError: Python knows no encoding of that name.
    """
    path = place if isinstance(place, Path) else place.path
    start = start_of(place, codec=codec)
    if start is None or is_document(start.sample):
        raise Unreadable("readers.not_a_table", path=path)
    layout = lay_out(start.sample, whole=start.whole, has_header=has_header)
    if layout is None:
        raise Unreadable("readers.empty" if start.whole else "readers.endless_row", path=path, line=1)
    return delimited(place, start, layout)


def delimited(place: Path | Blob, start: Start, layout: Layout) -> DelimitedFile:
    """Return a text file whose start was laid out."""
    line = 1 + count_lines(start.sample[: layout.body], rows_end_at_cr=layout.dialect.newline == "\r")
    return DelimitedFile(
        path=place if isinstance(place, Path) else place.path,
        encoding=start.encoding,
        layout=layout,
        line=line,
        seen=start.seen,
        blob=None if isinstance(place, Path) else place,
    )


def _encoding(file: BinaryIO, codec: str | None) -> Encoding | None:
    file.seek(0)
    sample = sample_of(file)
    found = guess(sample)
    name = codec and codecs.lookup(codec).name
    return Encoding(name) if name and not (found and found.codec == name) else found


def _pieces(file: BinaryIO, size: int, left: int | None) -> Iterator[bytes]:
    """Yield what follows in a file, or so many bytes of it, in pieces."""
    while piece := file.read(size if left is None else min(size, left)):
        left = None if left is None else left - len(piece)
        yield piece


def _behind(text: Iterator[bytes], skip: int) -> Iterator[bytes]:
    """Leave out the first ``skip`` bytes: titles and header."""
    for chunk in text:
        if skip < len(chunk):
            yield chunk[skip:]
        skip = max(0, skip - len(chunk))
