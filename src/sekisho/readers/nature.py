"""Whether a text is a table, a document of JSON or markup, or running text: told by how its lines are built.

A table's lines agree on a delimiter and a width. So, by chance, do lines of prose with a comma each, log lines whose time
has one, and program code; what gives those away is what stands in the cells. A wrong answer costs little: numbers are
found in either, only what columns prove together is lost.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import Literal

from sekisho.kinds.taxonomy import kind_of_header
from sekisho.readers.grammar import rows
from sekisho.readers.layout import Layout

Nature = Literal["table", "json", "html", "xml", "running"]

_ROWS_LOOKED_AT = 200
_STRONG = 0.8
_WEAK = 0.5
_FEW = 3

_JSON = re.compile(rb'\s*(?:\{\s*(?:"|\}\s*\Z)|\[\s*(?:[\[{"]|\]\s*\Z|-?\d))')
_JSON_ROW = re.compile(rb"[ \t]*\[.*\],?[ \t]*")
_HTML = re.compile(
    rb"(?is)\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|table|div|p|h[1-6]|ul|ol|meta|script|style)\b"
)
_XML = re.compile(rb"(?i)\s*<(?:\?xml\b|!doctype\b|!--|[a-z_\xc2-\xf4][\w:.\-\x80-\xf4]*[\s/>])")
_CARD = re.compile(rb"(?i)\s*BEGIN:V(?:CARD|CALENDAR)\b")
_CODE = re.compile(
    rb"(?i)\s*(?:INSERT\s+INTO|CREATE\s+(?:TABLE|DATABASE)|DROP\s+TABLE|import\s|from\s+\S+\s+import|#include|package\s|"
    rb"using\s|function\b|def\s|class\s|#!|//|/\*|--\s)"
)

_TIME = r"\d{4}[-/]\d\d?[-/]\d\d?[T ]\d\d?:\d\d(?::\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?"
_LOG = re.compile(
    rf"[\[(<]?{_TIME}[\])>]?[ \t]+\S|\[?{_TIME}\]|[A-Z][a-z]{{2}}\s+\d\d? \d\d:\d\d:\d\d\s|<\d{{1,3}}>"
    r"|\S+ \S+ \S+ \[\d\d/[A-Z][a-z]{2}/\d{4}:|\[[A-Z][a-z]{2} [A-Z][a-z]{2} +\d+ \d\d:|[IWEF]\d{4} \d\d:\d\d:\d\d"
    r"|(?:DEBUG|INFO|WARN(?:ING)?|ERROR|FATAL|TRACE)\b[ :\[]"
)
_LOG_WITH_COMMA = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}[ \]]")
_KEY_VALUE = re.compile(r"""\b[a-zA-Z_][\w.\-]*=(?:"[^"]*"|\S+)""")
_SENTENCE = re.compile(r"[。！？]|[.!?][\"')\]]?\s*$")
_MARKDOWN = re.compile(r"\s*\|?\s*:?-{3,}:?\s*(\|\s*:?-{3,}:?\s*)*\|?\s*$")


def nature_of(sample: bytes, layout: Layout | None, *, whole: bool) -> Nature:
    """Tell what a text is from its start.

    Args:
        sample: the start of the text in UTF-8.
        layout: how it is laid out, if it were a table; None if it has no row.
        whole: the sample is all there is.
    """
    if _HTML.match(sample):
        return "html"
    if _XML.match(sample) and (b"</" in sample or b"/>" in sample or b"<?xml" in sample[:200]):
        return "xml"
    if _JSON.match(sample) and _is_json(sample):
        return "json"
    if layout is None or _CARD.match(sample):
        return "running"
    return "table" if _is_table(sample, layout, whole=whole) else "running"


def _is_json(sample: bytes) -> bool:
    """Tell JSON from a table whose first cell begins with a bracket."""
    first = sample.lstrip().splitlines()[0].rstrip()
    return first[:1] == b"{" or len(first) == 1 or first.endswith((b"]", b",", b"{", b"[")) or b'":' in first


def _is_table(sample: bytes, layout: Layout, *, whole: bool) -> bool:
    text = sample[layout.body :]
    found = list(islice(rows(text, layout.dialect, final=whole), _ROWS_LOOKED_AT))
    cells = [[cell.decode("utf-8", "replace") for cell in row.cells] for row in found]
    named = sum(kind_of_header(cell) is not None for cell in layout.header or ())
    if not cells:
        return named > 0
    if layout.width == 1:
        return layout.header is not None and _is_one_column(cells, layout.header[0], text, named)
    agreement = _agreement(cells, layout.width)
    lines = [line.decode("utf-8", "replace") for line in text.splitlines()[: 2 * len(cells)]]
    if any(map(_MARKDOWN.match, filter(str.strip, lines[:3]))):
        return False
    if named > 1 and agreement >= _WEAK:
        return True
    if _are_of_running_text(lines, cells, text, layout):
        return False
    if len(cells) < _FEW:
        return agreement == 1 and (layout.header is not None or not _is_prose(cells, layout))
    if layout.header is None and _has_gaps(lines):
        return False
    return agreement >= (_WEAK if named else _STRONG)


def _agreement(cells: Sequence[Sequence[str]], width: int) -> float:
    return Counter(len(row) for row in cells)[width] / len(cells)


def _are_of_running_text(lines: Sequence[str], cells: list[list[str]], text: bytes, layout: Layout) -> bool:
    if _CODE.match(text) is not None or _is_log(lines, cells) or _is_prose(cells, layout):
        return True
    return layout.header is None and _last_is_empty(cells)


def _is_log(lines: Sequence[str], cells: Sequence[Sequence[str]]) -> bool:
    """Tell lines that begin with a time or a level and go on in the same cell, or are made of ``key=value``."""
    firsts = [row[0] for row in cells]
    logged = sum(_LOG.match(cell) is not None for cell in firsts) + sum(
        _LOG_WITH_COMMA.match(line) is not None for line in lines
    )
    keyed = sum(len(_KEY_VALUE.findall(line)) >= 2 for line in lines)
    return logged > len(cells) / 2 or keyed > len(lines) / 2


def _last_is_empty(cells: Sequence[Sequence[str]]) -> bool:
    """Tell lines that end with a mark, such as a program's, from rows of two cells."""
    return all(len(row) <= 2 for row in cells) and sum(not row[-1].strip() for row in cells) > len(cells) / 2


def _is_prose(cells: Sequence[Sequence[str]], layout: Layout) -> bool:
    """Tell sentences that a comma cuts: it is followed by a blank, or rows end as sentences do."""
    if layout.dialect.delimiter == "\t":
        return False
    behind = [cell for row in cells for cell in row[1:] if cell]
    blanks = sum(cell.startswith((" ", "　")) and not cell.isspace() for cell in behind)
    sentences = sum(_SENTENCE.search(row[-1]) is not None for row in cells)
    ragged = _agreement(cells, layout.width) < _STRONG
    words = sum(len(cell.split()) > _FEW for row in cells for cell in row) / max(1, sum(map(len, cells)))
    if layout.header is not None and not ragged:
        return False
    return (bool(behind) and blanks > 0.8 * len(behind) and words > 0.3) or sentences > 0.5 * len(cells)


def _has_gaps(lines: Sequence[str]) -> bool:
    """Tell paragraphs by the empty lines between them."""
    return sum(not line.strip() for line in lines[:-1]) > 0.1 * len(lines)


def _is_one_column(cells: Sequence[Sequence[str]], title: str, text: bytes, named: int) -> bool:
    """Tell a list under its name from lines under a title: its values are short, no sentences, and without gaps."""
    values = [row[0] for row in cells]
    long = sum(len(value) > 80 or _SENTENCE.search(value) is not None or len(value.split()) > 6 for value in values)
    short_title = len(title) <= 40 and title.rstrip()[-1:] not in ":：.。"
    usual = Counter(bool(value[:1].isspace()) for value in values)
    gaps = _has_gaps([line.decode("utf-8", "replace") for line in text.splitlines()[: len(cells)]])
    return long <= 0.1 * len(values) and (
        named > 0 or (short_title and not gaps and not usual[True] and len(values) > _FEW)
    )
