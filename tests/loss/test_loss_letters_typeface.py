"""Which glyph a character is: a font's own for private use, a variant where a font has it, and none that would print wrongly."""

from pathlib import Path

import polars as pl
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from letter_pages import AT, BODY, KEY, invented, pages

from sekisho.custody.paper.glyphs import Font, find_fonts
from sekisho.loss.letters.envelopes import find_envelope
from sekisho.loss.letters.mailing import Mailing
from sekisho.loss.letters.recipients import recipients
from sekisho.loss.letters.typeface import Typeface

pytest_plugins = ("paper_fonts",)
pytestmark = pytest.mark.usefixtures("paper_fonts")


def make_cff(path: Path, character: str) -> None:
    """Make a font with outlines of the other kind, with one character."""
    pen = T2CharStringPen(1000, None)
    for place, step in enumerate([(100, 0), (100, 700), (900, 700)]):
        (pen.lineTo if place else pen.moveTo)(step)
    pen.closePath()
    names = {".notdef": T2CharStringPen(1000, None).getCharString(), "own": pen.getCharString()}
    font = FontBuilder(1000, isTTF=False)
    font.setupGlyphOrder(list(names))
    font.setupCharacterMap({ord(character): "own"})
    font.setupCFF("Own", {"FullName": "Own"}, names, {})
    font.setupHorizontalMetrics(dict.fromkeys(names, (1000, 0)))
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": "Own", "styleName": "Regular", "psName": "Own"})
    font.setupOS2()
    font.setupPost()
    font.save(path)


def test_a_variant_is_the_fonts_own_and_not_the_plain_character() -> None:
    typeface = Typeface(find_fonts())
    variant, plain = typeface.glyph("葛\U000e0100"), typeface.glyph("葛")
    assert variant is not None
    assert plain is not None
    assert (variant.face, variant.gid) != (plain.face, plain.gid)


@pytest.mark.parametrize(
    "character", ["\ue000", "葛\U000e01ef", "\u202e", "\x07", "א", "ا", "\u0e33", "\U0001f47e", "\u20e3"]
)
def test_what_would_print_wrongly_is_not_settable(character: str) -> None:
    assert Typeface(find_fonts()).unset(f"田{character}") == [character]


def test_an_offices_own_font_sets_its_private_characters_on_paper(tmp_path: Path) -> None:
    """One with outlines of the other kind (CFF), as makers of 外字 deliver them."""
    make_cff(tmp_path / "own.otf", "\ue000")
    shipped = find_fonts()
    own = Font(tmp_path / "own.otf", "Own", own=True)
    fonts = type(shipped)((shipped.fonts[0], own, *shipped.fonts[1:]))
    people = invented(1).with_columns(name=pl.lit("\ue000田　太郎"))
    letters = Mailing(
        segment="o-3", to=recipients(people), body=BODY, envelope=find_envelope("jp-naga3"), fonts=shipped, key=KEY, at=AT
    )  # fmt: skip
    assert [held.characters for held in letters.held] == ["U+E000"]
    letters = Mailing(
        segment="o-3", to=recipients(people), body=BODY, envelope=find_envelope("jp-naga3"), fonts=fonts, key=KEY, at=AT
    )  # fmt: skip
    (file,) = letters.files()
    assert "\ue000田太郎様" in pages(file.pdf)[0]
