"""Every character of a name is printed as it is, or is listed; never a box, and never another person's character."""

from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib.tables._g_l_y_f import Glyph

from sekisho.custody.paper.glyphs import GETA, Coverage, Font, Fonts, Unset, find_fonts
from sekisho.errors import Missing, Unreadable

pytest_plugins = ("paper_fonts",)


def font(family: str, characters: str, *variants: str, own: bool = False) -> Font:
    pairs = frozenset((ord(each[0]), ord(each[1])) for each in variants)
    coverage = Coverage(frozenset(map(ord, characters)), pairs)
    return Font(Path(family), family, own, lambda _: coverage)


FONTS = Fonts(
    (font("text", "田中葛\U0001f600", "葛\U000e0100"), font("rare", "𠮷葛邉\ue000", "葛\U000e0101", "邉\U000e0110"))
)


def test_a_character_of_the_first_font_stays_in_it() -> None:
    assert FONTS.set("田中") == ("田中", {}, [])


def test_a_rare_kanji_is_set_in_the_font_that_has_it() -> None:
    assert FONTS.set("𠮷田") == ("𠮷田", {"𠮷": "rare"}, [])


def test_a_variant_is_set_in_the_font_that_has_the_variant_not_the_plain_character() -> None:
    """The first font has 葛: setting the variant there would print another spelling of the name without a word."""
    assert FONTS.set("葛\U000e0101") == ("葛\U000e0101", {"葛\U000e0101": "rare"}, [])
    assert FONTS.set("葛\U000e0100") == ("葛\U000e0100", {}, [])


def test_a_variant_that_no_font_has_is_printed_plain_and_listed() -> None:
    assert FONTS.set("葛\U000e01ef") == ("葛", {}, [Unset("葛\U000e01ef", plain=True)])
    assert Unset("葛\U000e01ef", plain=True).name == "U+845B U+E01EF"


@pytest.mark.parametrize("character", ["\ue000", "\U000f0001", "\U0002ebf0", "\u202e", "\x07", "\ud800", "\U0001f47e"])
def test_what_no_font_sets_is_a_geta_and_is_listed(character: str) -> None:
    """Even where a font of another maker has a glyph at a private code point: there it is another character."""
    printed, elsewhere, unset = FONTS.set(f"田{character}")
    assert (printed, elsewhere) == (f"田{GETA}", {})
    assert [each.name for each in unset] == [f"U+{ord(character):04X}"]


def test_the_offices_own_font_sets_its_private_characters() -> None:
    fonts = Fonts((*FONTS.fonts, font("gaiji", "\ue000", own=True)))
    assert fonts.set("\ue000") == ("\ue000", {"\ue000": "gaiji"}, [])


@pytest.mark.usefixtures("paper_fonts")
def test_the_fonts_of_this_machine_set_the_names_that_registers_hold() -> None:
    printed, _, unset = find_fonts().set("𠮷田 髙﨑 塚\ufa10 葛\U000e0101城 邉\U000e0110 德 濵 栁 𩸽 𡈽 㐂")
    assert (GETA in printed, unset) == (False, [])


def test_a_font_is_read_only_for_what_no_font_before_it_has() -> None:
    """The tables of a font with all kanji take longer than a slip."""
    asked = list[Path]()

    def read(path: Path) -> Coverage:
        asked.append(path)
        return Coverage(frozenset(map(ord, "𠮷")), frozenset())

    fonts = Fonts((FONTS.fonts[0], Font(Path("rare"), "rare", read=read)))
    fonts.set("田中")
    assert asked == []
    assert fonts.set("𠮷") == ("𠮷", {"𠮷": "rare"}, [])


def test_without_the_font_nothing_is_printed(tmp_path: Path) -> None:
    with pytest.raises(Missing) as caught:
        find_fonts(folders=[tmp_path])
    assert caught.value.key == "custody.paper_fonts"


@pytest.mark.usefixtures("paper_fonts")
def test_a_font_of_the_office_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "gaiji.ttf").write_bytes(b"no font")
    with pytest.raises(Unreadable) as caught:
        find_fonts([tmp_path / "gaiji.ttf"])
    assert caught.value.key == "custody.paper_bad_font"


def make_font(path: Path, family: str, character: str) -> None:
    """Make a font of one blank glyph."""
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "one"])
    builder.setupCharacterMap({ord(character): "one"})
    builder.setupGlyf({".notdef": Glyph(), "one": Glyph()})
    builder.setupHorizontalMetrics({".notdef": (500, 0), "one": (1000, 0)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable(
        {"familyName": family, "styleName": "Regular", "psName": f"{family.replace(' ', '')}-Regular"}
    )
    builder.setupOS2()
    builder.setupPost()
    path.parent.mkdir(parents=True, exist_ok=True)
    builder.save(path)


@pytest.mark.usefixtures("paper_fonts")
def test_a_font_file_speaks_for_its_own_characters(tmp_path: Path) -> None:
    make_font(tmp_path / "gaiji.ttf", "Office Gaiji", "\ue000")
    assert find_fonts([tmp_path / "gaiji.ttf"]).set("\ue000")[1] == {"\ue000": "Office Gaiji"}
