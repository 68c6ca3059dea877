"""The fonts that a file brings: what its letters use, and nothing else.

A TrueType font is glyphs one after another and a list of where each begins (OpenType 1.9, ``glyf`` and ``loca``), so that
leaving some out is copying the others, each under its old number: a file of a thousand letters gets its own in milliseconds.
A glyph that is put together from others brings those. A font of the other kind (CFF) goes through fontTools, once a mailing.
"""

import io
import struct
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sekisho.loss.letters.typeface import Glyph

_COPIED = ("head", "hhea", "maxp", "hmtx", "cvt ", "fpgm", "prep")
_VERSION = "\x00\x01\x00\x00"
_LONG_PLACES = b"\x00\x01"
_WORDS, _SCALE, _MORE, _TWO_SCALES, _MATRIX = 0x01, 0x08, 0x20, 0x40, 0x80


@dataclass(frozen=True, slots=True)
class Program:
    """A font, as far as a mailing uses it.

    Attributes:
        name: what a PDF calls it, without the six letters of a subset.
        tables: of TrueType, those that stay as they are; empty of CFF.
        count: how many glyphs the font has.
        glyphs: number → glyph, of TrueType.
        cff: the table of CFF; empty of TrueType.
        box: the font's bounding box, ascent and descent, in thousandths.
    """

    name: str
    tables: Mapping[str, bytes]
    count: int
    glyphs: Mapping[int, bytes]
    cff: bytes
    box: tuple[int, int, int, int, int, int]

    def file(self, gids: Iterable[int]) -> bytes:
        """Return a font file with these glyphs alone, under their numbers."""
        if self.cff:
            return self.cff
        kept = sorted(_closed({0, *gids}, self.glyphs.__getitem__))
        lengths = np.zeros(self.count, dtype=np.int64)
        lengths[kept] = [len(self.glyphs[gid]) for gid in kept]
        places = np.concatenate(([0], np.cumsum(lengths))).astype(">u4").tobytes()
        glyphs = b"".join(self.glyphs[gid] for gid in kept)
        return _font_file({**self.tables, "hmtx": self._widths(kept), "loca": places, "glyf": glyphs})

    def _widths(self, kept: list[int]) -> bytes:
        """Return the table of widths with those of the kept glyphs; the others would be dead weight."""
        widths = np.frombuffer(self.tables["hmtx"], dtype=np.uint8)
        (full,) = struct.unpack(">H", self.tables["hhea"][34:36])
        shown = np.zeros_like(widths)
        numbers = np.array(kept)
        long = np.append(numbers[numbers < full], full - 1) * 4  # of the last one all that follow have the width
        short = full * 4 + (numbers[numbers >= full] - full) * 2
        places = np.concatenate(((long[:, None] + np.arange(4)).ravel(), (short[:, None] + np.arange(2)).ravel()))
        shown[places] = widths[places]
        return shown.tobytes()


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
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - an extra

    with TTFont(path, lazy=True, recalcTimestamp=False) as font:
        name, box, count = _plain(font["name"].getDebugName(6) or path.stem), _box(font), font["maxp"].numGlyphs
        if "glyf" not in font:
            return Program(name, {}, count, {}, _cff(font, gids), box)
        tables = {tag: bytes(font.reader[tag]) for tag in _COPIED if tag in font.reader}
        kind, step = (">u4", 1) if font["head"].indexToLocFormat else (">u2", 2)
        places = (np.frombuffer(font.reader["loca"], dtype=kind).astype(np.int64) * step).tolist()
        glyf = font.reader["glyf"]
    tables["head"] = tables["head"][:50] + _LONG_PLACES + tables["head"][52:]

    def glyph(gid: int) -> bytes:
        return bytes(glyf[places[gid] : places[gid + 1]])

    return Program(name, tables, count, {gid: glyph(gid) for gid in _closed({0, *gids}, glyph)}, b"", box)


def _cff(font: Any, gids: set[int]) -> bytes:  # noqa: ANN401 - fontTools' own
    """Return the table of a CFF font with these glyphs, each under its number."""
    from fontTools.subset import Options, Subsetter  # noqa: PLC0415 - an extra
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - an extra

    subsetter = Subsetter(Options(retain_gids=True, notdef_outline=True, layout_features=[], recalc_timestamp=False))
    subsetter.populate(gids=sorted(gids))
    subsetter.subset(font)
    file = io.BytesIO()
    font.save(file)
    return bytes(TTFont(file, lazy=True).reader["CFF "])


def _closed(gids: set[int], glyph: Callable[[int], bytes]) -> set[int]:
    """Return numbers with those of the glyphs that theirs are put together from, and so on."""
    found, waiting = set(gids), list(gids)
    while waiting:
        new = set(_parts(glyph(waiting.pop()))) - found
        found |= new
        waiting += new
    return found


def _parts(glyph: bytes) -> Iterator[int]:
    """Yield the numbers of the glyphs that one is put together from; of most there are none."""
    if len(glyph) < 10 or glyph[0] < 0x80:  # the count of its outlines is not negative
        return
    place, flags = 10, _MORE
    while flags & _MORE:
        flags, gid = struct.unpack_from(">HH", glyph, place)
        yield gid
        place += 4 + (4 if flags & _WORDS else 2)
        place += 2 if flags & _SCALE else 4 if flags & _TWO_SCALES else 8 if flags & _MATRIX else 0


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
