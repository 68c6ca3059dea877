import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sekisho.detect.names.lexicon import Class, codes_of, lexicon, lexicon_of, pack, unpack

_WORDS = {"山田": Class.SURNAME, "太郎": Class.GIVEN_NAME, "福島": Class.SURNAME | Class.PLACE, "東": Class.AFFIX}


def test_words_have_their_classes() -> None:
    words = lexicon_of(_WORDS)

    assert {word: words.classes(word) for word in _WORDS} == _WORDS
    assert words.classes("太") == words.classes("") == words.classes("山田太郎一郎二") == Class(0)


def test_all_words_of_a_text_are_found_at_once() -> None:
    found = lexicon_of(_WORDS).everywhere(codes_of("東山田太郎"))

    assert found[1].tolist() == [Class.AFFIX, 0, 0, 0, 0]
    assert found[2].tolist() == [0, Class.SURNAME, 0, Class.GIVEN_NAME, 0]


def test_a_file_gives_the_same_words() -> None:
    words = unpack(pack(lexicon_of(_WORDS)))

    assert [words.classes(word) for word in _WORDS] == list(_WORDS.values())


def test_an_empty_lexicon_knows_nothing() -> None:
    assert not lexicon_of({}).everywhere(codes_of("山田")).any()


def test_what_is_shipped_knows_names() -> None:
    assert len(lexicon()) > 600_000
    assert Class.SURNAME in lexicon().classes("天女目")
    assert Class.GIVEN_NAME in lexicon().classes("花子")
    assert Class.PLACE in lexicon().classes("兵庫県")


@given(st.text(max_size=12))
def test_one_word_and_all_words_agree(text: str) -> None:
    codes = codes_of(text)
    found = lexicon().everywhere(codes)

    for start in range(len(text)):
        for size in range(1, min(6, len(text) - start) + 1):
            assert int(lexicon().classes(text[start : start + size])) == found[size, start]
    assert found.dtype == np.uint8
