import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sekisho.detect.text.folding import fold

_TEXT = st.text(st.sampled_from("０９Ａｚ－（：～あ漢ー 0a\n"))


@given(_TEXT)
def test_full_width_forms_become_ascii_and_nothing_else_changes(text: str) -> None:
    expected = "".join(chr(ord(c) - 0xFEE0) if 0xFF01 <= ord(c) <= 0xFF5E else c for c in text)

    assert fold(text.encode()).text.decode() == expected


@given(_TEXT)
def test_every_place_finds_its_way_back(text: str) -> None:
    folded = fold(text.encode())
    plain = folded.text.decode()
    places = np.array([len(plain[:index].encode()) for index in range(len(plain) + 1)])

    expected = [len(text[:index].encode()) for index in range(len(text) + 1)]
    assert folded.in_source(places).tolist() == expected
