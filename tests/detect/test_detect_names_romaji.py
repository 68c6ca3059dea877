import pytest

from sekisho.detect.names.romaji import is_japanese


@pytest.mark.parametrize("words", [["Taro", "YAMADA"], ["Yamada", "Taro"], ["Yūki", "Satō"], ["Ichiro", "Suzuki"]])
def test_japanese_names_in_latin_letters(words: list[str]) -> None:
    assert is_japanese(words)


@pytest.mark.parametrize("words", [["Main", "Street"], ["Yamada"], ["Yamada", "Corp"]])
def test_others_are_none(words: list[str]) -> None:
    assert not is_japanese(words)
