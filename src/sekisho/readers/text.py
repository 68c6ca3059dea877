"""Text files: tables, documents of JSON and markup, and running text, in any encoding that :mod:`encoding` tells."""

import re
from collections.abc import Iterator
from pathlib import Path

from sekisho.readers.blob import Blob, FileBlob
from sekisho.readers.context import Context
from sekisho.readers.delimited import Start, delimited, start_of
from sekisho.readers.encoding import guess
from sekisho.readers.escapes import read_json, read_percent
from sekisho.readers.layout import lay_out
from sekisho.readers.markup import strip_html, strip_xml
from sekisho.readers.nature import Nature, nature_of
from sekisho.readers.plain import Streamed, TextFile, nothing_in
from sekisho.readers.tables import text_table
from sekisho.readers.view import Text, View

_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd\ue000-\uf8ff]")
_MOST_NO_TEXT = 0.05
_STREAMED: dict[Nature, Streamed] = {"html": strip_html, "xml": strip_xml}


def detect(head: bytes, blob: Blob) -> bool:
    """Tell text by its bytes; numbers in pairs of bytes, which look like UTF-16, by the characters they would be."""
    del blob
    found = guess(head)
    if found is None:
        return False
    if found.mark or not found.codec.startswith("utf-16"):
        return True
    text = head.decode(found.codec, "replace")
    return len(_NO_TEXT.findall(text)) <= _MOST_NO_TEXT * len(text)


def views(blob: Blob, context: Context) -> Iterator[View]:
    """Yield the table or the text."""
    del context
    place = blob.path if isinstance(blob, FileBlob) else blob
    start = start_of(place)
    if start is None or not start.sample.strip():
        yield nothing_in(blob)
        return
    layout = lay_out(start.sample, whole=start.whole)
    nature = nature_of(start.sample, layout, whole=start.whole)
    if nature == "table" and layout is not None:
        yield text_table(delimited(place, start, layout), blob.name)
    else:
        yield _text(blob, place, start, nature)


def _text(blob: Blob, place: Path | Blob, start: Start, nature: Nature) -> Text:
    source = TextFile(
        place=place,
        encoding=start.encoding,
        seen=start.seen,
        ends_at_cr=b"\n" not in start.sample and b"\r" in start.sample,
        streamed=_STREAMED.get(nature),
        undone=read_json if nature == "json" else read_percent,
    )
    return Text(path=blob.path, name=blob.name, encoding=start.encoding.codec, source=source)
