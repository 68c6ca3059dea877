"""Single cells of a table that hold what no column of it promises: a My Number in a column of notes.

Columns decide, and a note is no column of numbers. So the cells of columns that read as sentences, or in which numbers
stand inside longer text, are read as running text, cell by cell, in a second pass over these columns alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from sekisho.detect.evidence import ColumnProfile
from sekisho.detect.findings import Finding
from sekisho.detect.text.plan import TextPlan
from sekisho.readers.blocks import Block
from sekisho.readers.tables import Table
from sekisho.readers.view import Piece

_TELLING = (
    "my_number", "phone", "mobile", "postal_code", "payment_card", "residence_card", "yucho_account",
    "employment_insurance", "pension_number", "kr_rrn", "nino",
)  # fmt: skip
_LEAST_SENTENCES = 0.1


def places_in(table: Table, profiles: Sequence[ColumnProfile], plan: TextPlan) -> tuple[Finding, ...]:
    """Return the findings in the cells of a table's columns of text.

    Args:
        table: the table.
        profiles: of its columns.
        plan: what is asked of running text.

    Raises:
        Unreadable: the source is gone, damaged or changed.
    """
    columns = [place for place, profile in enumerate(profiles) if is_text(profile)]
    if not columns:
        return ()
    from sekisho.detect.text.scan import first_of_each  # noqa: PLC0415 - most tables have no column of text

    labels = [profile.label for profile in profiles]
    found = [each for block in table.blocks() for each in _in_block(block, columns, labels, plan, table.path)]
    return tuple(found if plan.spans else first_of_each(found))


def is_text(profile: ColumnProfile) -> bool:
    """Tell whether the cells of a column are to be read as running text."""
    if profile.share("sentence").rate >= _LEAST_SENTENCES:
        return True
    return any(profile.inside.get(name, 0) > profile.share(name).matched for name in _TELLING)


def _in_block(
    block: Block, columns: Sequence[int], labels: Sequence[str], plan: TextPlan, path: Path
) -> Iterator[Finding]:
    from sekisho.detect.text.scan import examine_piece  # noqa: PLC0415 - most tables have no column of text

    for column in columns:
        starts, stops = block.insides(column)
        cells = [_one_line(block.text[start:stop]) for start, stop in zip(starts.tolist(), stops.tolist(), strict=True)]
        begins = np.cumsum([0, *(len(cell.decode()) + 1 for cell in cells)])
        piece = Piece(text=b"\n".join(cells), first_line=block.first_row + 1, first_character=0)
        for each in examine_piece(piece, plan, path=path).findings:
            before = int(begins[each.line - block.first_row - 1])
            yield replace(
                each, column=labels[column], start=each.start - before, end=each.end - before, line_start=None
            )


def _one_line(cell: bytes) -> bytes:
    """Return a cell with its quotes undone and its line ends as blanks, so that no character moves."""
    return cell.replace(b'""', b'"').replace(b"\n", b" ").replace(b"\r", b" ")
