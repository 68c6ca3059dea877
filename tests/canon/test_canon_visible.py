"""What a screen does not show as itself is found, and written out where it came in before."""

import pytest

from sekisho.canon.visible import hidden, shown

HIDDEN = ["\n", "\r", "\t", "\x00", "\x1b", "\x7f", "\x85", "\x9b", "\xad", "\u061c", "\u200b", "\u200e", "\u2028", "\u2029", "\u202e",
          "\u2066", "\ufeff", "\ud800", "\U000e0001"]  # fmt: skip


@pytest.mark.parametrize("character", HIDDEN, ids=lambda character: f"{ord(character):04X}")
def test_a_character_that_no_screen_shows_is_named(character: str) -> None:
    name = f"U+{ord(character):04X}"
    assert hidden(f"給付金{character}の案内") == name
    assert shown(f"給付金{character}の案内") == f"給付金<{name}>の案内"


@pytest.mark.parametrize(
    "text", ["", "給付金 の 案内", "電車　市役所から", "髙﨑 𠮷男", "葛\U000e0100飾", "\ue000", "É́", "Ωא"]
)
def test_what_a_screen_shows_stays(text: str) -> None:
    assert (hidden(text), shown(text)) == ("", text)
