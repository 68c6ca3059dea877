"""A file's font holds the glyphs that its letters use, as they are in the font, and none of the others."""

import io
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph as Outline
from letter_pages import RARE, VARIANT

from sekisho.custody.paper.glyphs import find_fonts
from sekisho.loss.letters.subset import programs
from sekisho.loss.letters.typeface import Glyph, Typeface

pytest_plugins = ("paper_fonts",)


@pytest.mark.usefixtures("paper_fonts")
def test_what_is_used_is_there_as_it_was_and_nothing_else() -> None:
    """Outlines and widths, read by fontTools, for rare kanji and a variant of two fonts."""
    fonts = find_fonts()
    typeface = Typeface(fonts)
    assert typeface.prepare([f"{RARE}{VARIANT}A1　様"]) == []
    paths = {place: font.path for place, font in enumerate(fonts.fonts)}
    used = list(typeface.used())
    found = programs(paths, used)
    assert len(found) == 2
    for face, program in found.items():
        gids = {glyph.gid for glyph in used if glyph.face == face}
        with TTFont(io.BytesIO(program.file(gids))) as ours, TTFont(paths[face], lazy=True) as whole:
            names = ours.getGlyphOrder()
            assert {gid for gid, name in enumerate(names) if ours["glyf"][name].numberOfContours} <= gids | {0}
            for gid in gids:
                theirs = whole.getGlyphName(gid)
                assert ours["hmtx"][names[gid]] == whole["hmtx"][theirs]
                assert ours["glyf"][names[gid]].compile(ours["glyf"]) == whole["glyf"][theirs].compile(whole["glyf"])


def make_composite(path: Path) -> None:
    """Make a font whose third glyph is put together from the second, and the fourth from the third."""
    names = [".notdef", "a", "b", "c", "d"]
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    pen.lineTo((0, 500))
    pen.lineTo((500, 0))
    pen.closePath()
    glyphs = {".notdef": Outline(), "a": pen.glyph(), "d": pen.glyph()}
    for name, part in (("b", "a"), ("c", "b")):
        whole = TTGlyphPen(dict.fromkeys(names))
        whole.addComponent(part, (1, 0, 0, 1, 10, 0))
        glyphs[name] = whole.glyph()
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder(names)
    font.setupCharacterMap({ord("a"): "a", ord("b"): "b", ord("c"): "c", ord("d"): "d"})
    font.setupGlyf(glyphs)
    font.setupHorizontalMetrics({name: (500 + place, 0) for place, name in enumerate(names)})
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": "Parts", "styleName": "Regular", "psName": "Parts"})
    font.setupOS2()
    font.setupPost()
    font.save(path)


def test_a_glyph_that_is_put_together_brings_its_parts(tmp_path: Path) -> None:
    path = tmp_path / "parts.ttf"
    make_composite(path)
    program = programs({0: path}, [Glyph(0, 3, 503.0, b"", "c")])[0]
    with TTFont(io.BytesIO(program.file([3]))) as ours:
        order = ours.getGlyphOrder()
        assert [bool(ours["glyf"][name].numberOfContours) for name in order] == [False, True, True, True, False]
        assert ours["hmtx"][order[3]][0] == 503
