"""How a piece of delimited text is laid out: its delimiter, its newline, its header row, where its rows begin.

Told from a sample. The delimiter is the one that cuts most rows into the same number of cells, more than one; the newline
too, where a file has more than one sort. A header row is one that names kinds of data, or differs in form from what
stands below it: no row of persons is taken for one, because a report prints headers. Where that leaves a doubt, only
words as programs name columns are believed: a table without a header costs a scan little. Title lines above the header
(one cell, then a table) are kept apart, for they are no rows.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from sekisho.kinds.taxonomy import kind_of_header
from sekisho.readers.grammar import Dialect, Newline, Row, rows

DELIMITERS = (",", "\t", ";", "|")

_ROWS_LOOKED_AT = 100
_MOST_TITLE_LINES = 10
_LEAST_AGREEMENT = 0.5
# An e-mail address, a long number, an address with a number, a name in two parts: none of them names a column.
_SOMEBODY = re.compile(r"@|\d(\D?\d){8}|[都道府県市区町村].*\d|^[一-鿿々]{1,4}[ 　][一-鿿々ぁ-ヿ]{1,4}$")
_PLAIN_WORD = re.compile(r"[a-z]+(_[a-z]+)*[0-9]{0,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a table stands in its text.

    Attributes:
        dialect: delimiter and newline.
        titles: what the lines above the table say, cell by cell.
        header: the header row's cells as they stand, None without one.
        width: cells a row.
        body: where the first row behind the header starts in the text, in bytes.
    """

    dialect: Dialect
    titles: tuple[str, ...] = field(default=(), repr=False)
    header: tuple[str, ...] | None
    width: int
    body: int


def lay_out(sample: bytes, *, whole: bool, has_header: bool | None = None) -> Layout | None:
    """Return the layout of UTF-8 text, None if it has no complete row.

    Args:
        sample: the start of the text, without byte order mark.
        whole: the sample is all there is; otherwise its last row may be cut and is left out.
        has_header: what the caller knows about it; None to find out.
    """
    dialect = max(
        (Dialect(delimiter=mark, newline=newline) for newline in _newlines(sample) for mark in DELIMITERS),
        key=lambda d: _fit(sample, d, whole),
    )
    found = _first_rows(sample, dialect, whole)
    if not found:
        return None
    cells = [[cell.decode("utf-8", "replace") for cell in row.cells] for row in found]
    titles = title_lines(cells)
    body_cells = cells[titles:]
    header = tuple(body_cells[0]) if (is_header(body_cells) if has_header is None else has_header) else None
    below = body_cells[1:] if header is not None else body_cells
    before_body = titles + (header is not None)
    return Layout(
        dialect=dialect,
        titles=filled_cells(cells[:titles]),
        header=header,
        width=max(len(header or ()), _usual_width(below)),
        body=found[before_body - 1].end if before_body else 0,
    )


def title_lines(cells: Sequence[Sequence[str]]) -> int:
    """Return how many lines above the table hold a title, a date or nothing: one cell where a row has three or more."""
    if _usual_width(cells) <= 2:
        return 0
    for count, row in enumerate(cells[:_MOST_TITLE_LINES]):
        if sum(bool(cell.strip()) for cell in row) > 1:
            return count
    return 0


def filled_cells(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the cells of some rows that are not blank."""
    return tuple(cell for row in rows for cell in row if cell.strip())


def is_header(cells: Sequence[Sequence[str]]) -> bool:
    """Tell whether the first row names the columns instead of filling them.

    Each column with values below votes: for a header if the first cell has another form, against one if it has the same
    form and that form holds digits. A cell that names a kind of data decides, against votes only two do: メイ may be a
    name. On a tie the row is a header if its cells are distinct words of a program's kind, none of which comes again in
    its column: 山田太郎 above other names is as likely somebody as anything. Where nothing stands below, half of the
    cells have to name a kind; where the rows begin with such names, the table lies on its side.
    """
    first, below = cells[0], cells[1:]
    named = sum(kind_of_header(cell) is not None for cell in first)
    if sum(kind_of_header(row[0]) is not None for row in cells if row) > max(1, named):
        return False
    if not any(map(any, below)):
        return 0 < sum(bool(cell.strip()) for cell in first) <= 2 * named
    votes = sum(_vote(cell, [row[i] for row in below if i < len(row)]) for i, cell in enumerate(first))
    if named > 1 or (votes > 0 and (named or not any(map(_SOMEBODY.search, first)))):
        return True
    return votes == 0 and (named == 1 or _could_be_names(first, below))


def _vote(cell: str, column: Sequence[str]) -> int:
    forms = Counter(form for value in column if (form := _form(value)))
    if not cell.strip() or not forms:
        return 0
    usual, count = forms.most_common(1)[0]
    if count < len(column) / 2:
        return 0
    if _form(cell) != usual:
        return int(any(c.isalpha() for c in cell))
    return -1 if "9" in usual or "@" in usual else 0


def _could_be_names(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    words = [cell.strip() for cell in first if cell.strip()]
    again = any(cell in {row[i] for row in below if i < len(row)} for i, cell in enumerate(first) if cell.strip())
    return bool(words) and len(set(words)) == len(words) and all(map(_PLAIN_WORD.fullmatch, words)) and not again


def _form(value: str) -> str:
    """Reduce a value to its form: ``1985-01-02`` becomes ``9-9-9``, ``山田 太郎`` and ``Smith`` become ``a``."""
    text = unicodedata.normalize("NFKC", value).strip()
    digits = re.sub(r"[0-9]+", "9", text)
    return re.sub(r"[^\W\d_](?:[^\W\d_]|[ '])*", "a", digits)


def _newlines(sample: bytes) -> tuple[Newline, ...]:
    """Return the newlines that rows may end with, the likeliest first: CR beside others may as well be in a cell."""
    feeds, pairs = sample.count(b"\n"), sample.count(b"\r\n")
    alone = sample.count(b"\r") - pairs
    if alone > feeds:
        return ("\r",)
    usual: Newline = "\r\n" if pairs else "\n"
    return (usual, "\r") if alone else (usual,)


def _first_rows(sample: bytes, dialect: Dialect, whole: bool) -> list[Row]:
    return list(islice(rows(sample, dialect, final=whole), _ROWS_LOOKED_AT))


def _fit(sample: bytes, dialect: Dialect, whole: bool) -> tuple[float, int]:
    """Return how well a delimiter fits: the share of rows with its usual number of cells, then that number."""
    widths = Counter(len(row.cells) for row in _first_rows(sample, dialect, whole))
    if not widths:
        return 0.0, 0
    width, count = max(widths.items(), key=lambda item: (item[0] > 1, item[1]))
    share = count / widths.total()
    return (share, width) if width > 1 and share >= _LEAST_AGREEMENT else (0.0, 0)


def _usual_width(cells: Sequence[Sequence[str]]) -> int:
    widths = Counter(len(row) for row in cells)
    return widths.most_common(1)[0][0] if widths else 0
