"""Cells that a spreadsheet would carry out as a formula (CWE-1236): an apostrophe before them makes them text."""

import polars as pl

# What spreadsheets take for the beginning of a formula; a plain number, or a sign alone, is none.
_FORMULA = r"^[=+\-@\t\r\n]"
_NUMBER = r"^[+-]?[0-9]*(\.[0-9]+)?$"


def guarded(table: pl.DataFrame) -> pl.DataFrame:
    """Return a table of text whose cells no spreadsheet carries out."""
    is_formula = pl.all().str.contains(_FORMULA) & ~pl.all().str.contains(_NUMBER)
    return table.with_columns(pl.when(~is_formula).then(pl.all()).otherwise("'" + pl.all()))
