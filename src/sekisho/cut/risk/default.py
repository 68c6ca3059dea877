"""The hierarchy of a column for which nobody gave one: bands of numbers, dates by month and year, postal codes by area."""

from collections.abc import Sequence

from sekisho.canon.date import parse_date
from sekisho.canon.number import postal_code
from sekisho.cut.risk.hierarchy import Hierarchy, Label, bands, dates, plain, postal_codes

_WIDTHS = (5, 10, 20, 40)


def default(values: Sequence[Label]) -> Hierarchy:
    """Return the hierarchy that fits every value of a column; where none does, the values and ``*``."""
    there = [value for value in values if value]
    if there and all(map(postal_code, there)):
        return postal_codes(values)
    if there and all(map(parse_date, there)):
        return dates(values)
    if there and all(value.isascii() and value.isdigit() for value in there):
        return bands(values, _WIDTHS)
    return plain(values)
