"""The fonts that a file brings: what its letters use, and nothing else.

fontTools takes from a font, once for a whole mailing, the glyphs that any letter needs, each under its old number. From that,
a file of a thousand letters takes its own: a TrueType font is glyphs one after another and a list of where each begins, so
that leaving some out is copying the others. A font of the other kind (CFF) goes into each file as the mailing has it.
"""

import io
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sekisho.loss.letters.typeface import Glyph

_TRUE_TYPE = ("head", "hhea", "maxp", "hmtx", "loca", "glyf")
_KEPT = frozenset({"GlyphOrder", "CFF ", *_TRUE_TYPE})
_VERSION = "\x00\x01\x00\x00"


@dataclass(frozen=True, slots=True)
class Program:
    """A font's glyphs, as far as a mailing uses them.

    Attributes:
        name: what a PDF calls it, without the six letters of a subset.
        tables: of TrueType; empty of CFF.
        offsets: where each glyph of TrueType begins, and where the last one ends.
        parts: number of a glyph → the numbers of those that it is put together from.
        cff: the table of CFF; empty of TrueType.
        box: the font's bounding box, ascent and descent, in thousandths.
    """

    name: str
    tables: Mapping[str, bytes]
    offsets: npt.NDArray[np.int64]
    parts: Mapping[int, frozenset[int]]
    cff: bytes
    box: tuple[int, int, int, int, int, int]

    def file(self, gids: Iterable[int]) -> bytes:
        """Return a font file with these glyphs alone, under their numbers."""
        if self.cff:
            return self.cff
        wanted = set(gids) | {0}
        for gid in tuple(wanted):
            wanted |= self.parts.get(gid, frozenset())
        kept = np.array(sorted(wanted), dtype=np.int64)
        lengths = np.zeros(len(self.offsets) - 1, dtype=np.int64)
        lengths[kept] = self.offsets[kept + 1] - self.offsets[kept]
        glyphs = self.tables["glyf"]
        loca = np.concatenate(([0], np.cumsum(lengths))).astype(">u4")
        pieces = [glyphs[self.offsets[gid] : self.offsets[gid + 1]] for gid in kept.tolist()]
        return _font_file({**self.tables, "loca": loca.tobytes(), "glyf": b"".join(pieces)})


def programs(paths: Mapping[int, Path], used: Iterable[Glyph]) -> dict[int, Program]:
    """Return the fonts of a mailing.

    Args:
        paths: place of a font → its file.
        used: every glyph that any letter uses.
    """
    gids = defaultdict[int, set[int]](set)
    for glyph in used:
        gids[glyph.face].add(glyph.gid)
    return {face: _program(paths[face], numbers) for face, numbers in sorted(gids.items())}


def _program(path: Path, gids: set[int]) -> Program:
    from fontTools.subset import Options, Subsetter  # noqa: PLC0415 - an extra
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - an extra

    options = Options(retain_gids=True, hinting=False, notdef_outline=True, recalc_timestamp=False)
    with TTFont(path, lazy=True, recalcTimestamp=False) as font:
        name = font["name"].getDebugName(6) or path.stem
        for table in set(font.keys()) - _KEPT:
            del font[table]
        if "glyf" in font:  # names of glyphs, which nobody reads again, are a second of reading
            font.setGlyphOrder([f"g{number}" for number in range(font["maxp"].numGlyphs)])
        subsetter = Subsetter(options)
        subsetter.populate(gids=sorted(gids))
        subsetter.subset(font)
        text = io.BytesIO()
        font.save(text)
    return _taken_apart(name, text.getvalue())


def _taken_apart(name: str, data: bytes) -> Program:
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - an extra

    with TTFont(io.BytesIO(data), lazy=True) as font:
        box = _box(font)
        if "glyf" not in font:
            return Program(_plain(name), {}, np.zeros(1, dtype=np.int64), {}, font.reader["CFF "], box)
        tables = {tag: bytes(font.reader[tag]) for tag in _TRUE_TYPE}
        font.setGlyphOrder([f"g{number}" for number in range(font["maxp"].numGlyphs)])
        offsets = np.array(font["loca"].locations, dtype=np.int64)
        glyf = font["glyf"]
        order, filled = font.getGlyphOrder(), np.flatnonzero(np.diff(offsets)).tolist()
        parts = {number: _parts(font, glyf, order[number]) for number in filled}
        head = bytearray(tables["head"])
        head[50:52] = b"\x00\x01"  # indexToLocFormat: the list of places has four bytes each
        tables["head"] = bytes(head)
    return Program(_plain(name), tables, offsets, {gid: those for gid, those in parts.items() if those}, b"", box)


def _parts(font: Any, glyf: Any, name: str) -> frozenset[int]:  # noqa: ANN401 - fontTools' own
    """Return the numbers of the glyphs that one is put together from, and of theirs."""
    found, waiting = set[int](), [name]
    while waiting:
        glyph = glyf[waiting.pop()]
        if glyph.numberOfContours == -1:
            names = glyph.getComponentNames(glyf)
            found |= {font.getGlyphID(each) for each in names}
            waiting += names
    return frozenset(found)


def _box(font: Any) -> tuple[int, int, int, int, int, int]:  # noqa: ANN401 - fontTools' own
    head, lines = font["head"], font["hhea"]
    values = (head.xMin, head.yMin, head.xMax, head.yMax, lines.ascent, lines.descent)
    left, low, right, high, up, down = (round(value * 1000 / head.unitsPerEm) for value in values)
    return left, low, right, high, up, down


def _plain(name: str) -> str:
    return "".join(each for each in name if each.isascii() and (each.isalnum() or each == "-")) or "Font"


def _font_file(tables: Mapping[str, bytes]) -> bytes:
    from fontTools.ttLib.sfnt import SFNTWriter  # noqa: PLC0415 - an extra

    file = io.BytesIO()
    writer = SFNTWriter(file, len(tables), _VERSION)
    for tag in sorted(tables):
        writer[tag] = tables[tag]
    writer.close()
    return file.getvalue()
