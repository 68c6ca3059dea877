"""Where in a purpose file something stands, for messages: the parsed values do not know."""

import re


def line_of_field(text: str, out: str) -> int:
    """Return the line on which a field's ``out`` stands in a purpose file, or 0 if it is written in another way."""
    return _line_of(text, rf"^\s*out\s*=\s*[\"']{re.escape(out)}[\"']")


def line_of_kind(text: str, column: str, kind: str) -> int:
    """Return the line on which a source says a column's kind, or 0 if it is written in another way."""
    return _line_of(text, rf"^[^#\n]*?[\"']?{re.escape(column)}[\"']?\s*=\s*[\"']{re.escape(kind)}[\"']")


def line_of_subject(text: str, column: str) -> int:
    """Return the line on which a source names its subject's column, or 0 if it is written in another way."""
    return _line_of(text, rf"^[^#\n]*?\bcolumn\s*=\s*[\"']{re.escape(column)}[\"']")


def _line_of(text: str, pattern: str) -> int:
    found = re.search(pattern, text, re.MULTILINE)
    return text.count("\n", 0, found.end(0)) + 1 if found else 0


def lines_of_value(text: str, value: str) -> list[int]:
    """Return the lines of a purpose file on which a text stands as a value, comments left out."""
    found = re.compile(rf"^[^#]*[\"']{re.escape(value)}[\"']")
    return [number for number, line in enumerate(text.split("\n"), 1) if found.match(line)]


def line_of_key(text: str, key: str, value: str) -> int:
    """Return the line on which a key has a value, else the one that :func:`line_of_word` finds for the value."""
    found = _line_of(text, rf"^[^#\n]*?\b{key}\s*=\s*[\"']{re.escape(value)}[\"']")
    return found or line_of_word(text, value)


def line_of_where(text: str, where: str, word: str = "") -> int:
    """Return the line of an expression, as far as it is written in one line; else the first that names a word of it."""
    lines = enumerate(text.split("\n"), 1)
    found = next((number for number, line in lines if where in line and "where" in line), 0)
    return found or line_of_word(text, word or where)


def line_of_word(text: str, word: str) -> int:
    """Return the first line that says a word, comments left out; else that of ``[purpose]``, else the first of all."""
    said = re.compile(rf"^[^#]*{re.escape(word)}")
    lines = text.split("\n")
    first = (number for number, line in enumerate(lines, 1) if said.match(line))
    head = (number for number, line in enumerate(lines, 1) if line.strip() == "[purpose]")
    return next(first, 0) or next(head, 1)
