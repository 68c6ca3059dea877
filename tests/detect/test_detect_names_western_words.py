import pytest

from sekisho.detect.names.western_words import ends_as_surnames, has_foreign_letters, is_given_name, is_western_surname


@pytest.mark.parametrize("word", ["Zoë", "ZOE", "Søren", "Łukasz"])
def test_given_names_are_known_without_their_accents(word: str) -> None:
    assert is_given_name(word)


@pytest.mark.parametrize("word", ["Smith", "nguyen", "Szabó"])
def test_surnames_are_known(word: str) -> None:
    assert is_western_surname(word)


@pytest.mark.parametrize("word", ["Zyxsson", "O'Zyxa", "Zyxović", "Zyxenko", "Zyxstein", "Zyxwicz"])
def test_surnames_are_told_by_their_ends(word: str) -> None:
    assert ends_as_surnames(word)


@pytest.mark.parametrize("word", ["table", "Republic", "Berg", "song"])
def test_other_words_are_not(word: str) -> None:
    assert not ends_as_surnames(word)
    assert not has_foreign_letters(word)
