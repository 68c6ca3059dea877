"""Blotting out of free text what ``detect`` finds in it: ``call 090-1234-5678`` leaves as ``call 〔電話番号〕``.

Whatever is found goes, low findings too: here too much costs a word and too little a person. What is not found stays:
docs/benchmarks.md tells how much that is, kind by kind. A name that no dictionary knows, a nickname, a diagnosis, or what
somebody did last Tuesday are not found, so that blotted text is still text about people.
"""

from collections.abc import Sequence

import polars as pl

from sekisho.custody.cell_spans import CellSpan, spans_in_cells

_ROUNDS = 8  # a label that is put in can make what stands behind it look like what it names


def redact(cells: pl.Series) -> pl.Series:
    """Return a column of text with what is found in it replaced by the kind's name; once a distinct value."""
    distinct = cells.unique().drop_nulls()
    blotted = pl.Series(blot_out(distinct.to_list()), dtype=pl.String)
    return cells.replace_strict(distinct, blotted, default=None, return_dtype=pl.String)


def blot_out(texts: Sequence[str]) -> list[str]:
    """Return texts without what is found in them; what is still not clean after some rounds leaves as nothing but a mark."""
    done = [text.encode(errors="replace") for text in texts]
    asked = list(range(len(done)))
    for _ in range(_ROUNDS):
        found: dict[int, list[CellSpan]] = {}
        for span in spans_in_cells([done[place] for place in asked]):
            found.setdefault(asked[span.cell], []).append(span)
        for place, spans in found.items():
            done[place] = _without(done[place], spans)
        asked = sorted(found)
        if not asked:
            break
    for place in asked:
        done[place] = "〔削除〕".encode()
    return [text.decode() for text in done]


def _without(text: bytes, spans: Sequence[CellSpan]) -> bytes:
    parts, position = list[bytes](), 0
    for span in sorted(spans, key=lambda span: span.start):
        if span.start >= position:
            parts += [text[position : span.start], f"〔{span.kind.ja}〕".encode()]
            position = span.stop
    return b"".join([*parts, text[position:]])
