"""What a report calls a table's columns: by their headers, unless a header is itself what a scan has to hide.

A first row that is no header, or a form whose first line is somebody's name, would print that person as the name of a
column. Such a column is called by its place: ``#2``.
"""

import re
import unicodedata
from collections.abc import Sequence

from sekisho.detect.names.japanese import split_name
from sekisho.kinds.taxonomy import kind_of_header

_TITLE = re.compile("(様|さん|氏|殿|先生|くん|ちゃん)$")
_KANJI_WORD = re.compile(r"[一-鿿々ヶぁ-ゖァ-ヺー \u3000]{2,12}")
_LEAST_DIGITS = 7  # a date or a number of a person; no name of a column has as many, but years do


def column_names(labels: Sequence[str]) -> tuple[str, ...]:
    """Return the names of columns that may be printed.

    Args:
        labels: the columns' own, different from one another.
    """
    return tuple(f"#{place}" if is_value(label) else label for place, label in enumerate(labels, 1))


def is_value(label: str) -> bool:
    """Tell whether a header reads as somebody's name, number or address rather than as the name of a column."""
    text = unicodedata.normalize("NFKC", label).strip()
    if kind_of_header(text) is not None:
        return False
    if "@" in text or sum(c.isdigit() for c in text) >= _LEAST_DIGITS:
        return True
    word = _TITLE.sub("", text)
    return (word != text and 0 < len(word) <= 12) or (
        _KANJI_WORD.fullmatch(word) is not None and split_name(word) is not None
    )
