"""Single cells of a table that hold what no column of it promises: a My Number in a column of notes.

Columns decide, and a note is no column of numbers; nor is a form, whose left column names what stands in the right one.
So the cells of columns that read as sentences, or in which numbers, addresses and the like stand that no verdict on the
column covers, are read as running text, cell by cell, in a second pass over these columns alone. Where the cell to the
left is words, it is taken for the cell's label, otherwise the header is.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from sekisho.detect.columns import Verdict
from sekisho.detect.evidence import ColumnProfile
from sekisho.detect.findings import Finding
from sekisho.detect.text.plan import TextPlan
from sekisho.readers.blocks import Block
from sekisho.readers.tables import Table
from sekisho.readers.view import Piece

_LEAST_SENTENCES = 0.1
_NUMBERS = {
    "my_number": "my_number", "phone": "phone", "mobile": "phone", "payment_card": "payment_card",
    "residence_card": "residence_card", "yucho_account": "yucho_account", "employment_insurance": "employment_insurance",
    "postal_code": "postal_code", "pension_number": "pension_number", "kr_rrn": "kr_rrn", "nino": "nino",
}  # fmt: skip
_TRIED = {"my_number": "twelve", "payment_card": "long"}  # shapes with a check digit, and those it was tried on
_OFTEN, _MOST_BY_CHANCE = 8, 0.5
_APART = "\n\n"  # between cells: a label reaches the next line, and must not reach the next row
_TEXTS = {"email": "email", "address": "address"}
_WORDS = re.compile(r"[^\d\W][^\d,，。]{0,19}")


def places_in(
    table: Table, profiles: Sequence[ColumnProfile], verdicts: Sequence[Sequence[Verdict]], plan: TextPlan
) -> tuple[Finding, ...]:
    """Return the findings in the cells of a table's columns of text.

    Args:
        table: the table.
        profiles: of its columns.
        verdicts: on its columns.
        plan: what is asked of running text.

    Raises:
        Unreadable: the source is gone, damaged or changed.
    """
    columns = [
        place
        for place, (profile, found) in enumerate(zip(profiles, verdicts, strict=True))
        if is_text(profile, {each.kind for each in found if each.level != "low"})
    ]
    if not columns:
        return ()
    from sekisho.detect.text.scan import first_of_each  # noqa: PLC0415 - most tables have no column of text

    found = [
        each
        for block in table.blocks()
        for place in columns
        for each in _in_block(block, place, profiles[place], plan, table.path)
    ]
    order = {profile.label: place for place, profile in enumerate(profiles)}
    found.sort(key=lambda each: (each.line, order[each.column or ""]))  # however the table was cut into blocks
    return tuple(found if plan.spans else first_of_each(found))


def is_text(profile: ColumnProfile, told: set[str]) -> bool:
    """Tell whether the cells of a column are to be read as running text.

    Args:
        profile: of the column.
        told: the kinds that a verdict on the whole column names.
    """
    if profile.share("sentence").rate >= _LEAST_SENTENCES:
        return True
    numbers = any(
        profile.inside.get(shape, 0) > (profile.share(shape).matched if kind in told else 0)
        for shape, kind in _NUMBERS.items()
        if not profile.thing and not holds_by_chance(profile, shape)
    )
    return numbers or any(profile.share(shape).matched and kind not in told for shape, kind in _TEXTS.items())


def holds_by_chance(profile: ColumnProfile, shape: str) -> bool:
    """Tell whether the check digit behind a shape was tried often in a column and held in few cells: an order number."""
    tried = profile.inside.get(_TRIED.get(shape, ""), 0)
    return tried >= _OFTEN and profile.inside.get(shape, 0) < _MOST_BY_CHANCE * tried


def _in_block(block: Block, column: int, profile: ColumnProfile, plan: TextPlan, path: Path) -> Iterator[Finding]:
    from sekisho.detect.text.scan import examine_piece  # noqa: PLC0415 - most tables have no column of text

    cells = _cells(block, column)
    left = _cells(block, column - 1) if column else [""] * len(cells)
    is_named = not any(holds_by_chance(profile, shape) for shape in _TRIED)
    begun = [_label(before, profile.label) if is_named else "" for before in left]
    texts = [label + cell for label, cell in zip(begun, cells, strict=True)]
    begins = np.cumsum([0, *(len(text) + len(_APART) for text in texts)])
    piece = Piece(text=_APART.join(texts).encode(), first_line=0, first_character=0)
    for each in examine_piece(piece, plan, path=path, tallies=profile.inside).findings:
        row = each.line // len(_APART)
        before = int(begins[row]) + len(begun[row])
        if each.start >= before:
            start, end = each.start - before, each.end - before
            line = block.first_row + 1 + row
            yield replace(each, column=profile.label, line=line, start=start, end=end, line_start=None)


def _label(left: str, header: str) -> str:
    """Return what a cell is called, with a colon; nothing where neither its neighbour nor its header is words."""
    word = left if _WORDS.fullmatch(left) else header
    return f"{word}：" if _WORDS.fullmatch(word) else ""


def _cells(block: Block, column: int) -> list[str]:
    """Return a column's cells with quotes undone and line ends as blanks, so that no character moves."""
    starts, stops = block.insides(column)
    cells = (block.text[start:stop] for start, stop in zip(starts.tolist(), stops.tolist(), strict=True))
    return [_one_line(cell).decode(errors="replace") for cell in cells]


def _one_line(cell: bytes) -> bytes:
    return cell.replace(b'""', b'"').replace(b"\n", b" ").replace(b"\r", b" ")
