import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.detect.blanks import IN_NFKC, SIGNS, are_filled
from sekisho.readers.structure import insides, measure


def _are_filled(*cells: str) -> list[bool]:
    text = "".join(f'"{cell}"\n' for cell in cells).encode()
    ends = measure(text, delimiter=",", width=1)
    assert ends is not None
    data = np.frombuffer(text, np.uint8)
    return [bool(filled) for filled in are_filled(data, *insides(data, ends))]


@pytest.mark.parametrize("sign", SIGNS)
def test_a_sign_for_nothing_is_nothing(sign: str) -> None:
    assert _are_filled("x", sign, sign + "x", "x" + sign) == [True, False, True, True]


@given(cells=st.lists(st.text(st.sampled_from("-－ーNnAaUuLl/#x"), max_size=4), min_size=1))
def test_bytes_and_texts_are_judged_alike(cells: list[str]) -> None:
    """In each width the kernel and the reading of text leave out the same cells."""
    written = [cell for cell in cells if cell in SIGNS or unicodedata.normalize("NFKC", cell) == cell]

    assert _are_filled(*written) == [unicodedata.normalize("NFKC", cell) not in IN_NFKC for cell in written]
