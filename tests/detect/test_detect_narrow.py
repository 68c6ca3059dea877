from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.detect.narrow import narrow
from sekisho.readers.structure import measure

_NARROW = str.maketrans("０１２３４５６７８９", "0123456789")


@settings(deadline=None)
@given(cells=st.lists(st.text(st.sampled_from("０９1ａー－漢x"), min_size=1, max_size=6), min_size=2, max_size=6))
def test_only_full_width_digits_change_and_cells_stay_cells(cells: list[str]) -> None:
    text = (",".join(cells) + "\n").encode()
    ends = measure(text, delimiter=",", width=len(cells))
    assert ends is not None

    narrowed, moved = narrow(text, ends)

    assert narrowed.decode() == text.decode().translate(_NARROW)
    assert [narrowed[end : end + 1] for end in moved] == [b","] * (len(cells) - 1) + [b"\n"]


def test_a_block_without_them_is_not_copied() -> None:
    text = "サーバー,1\n".encode()
    ends = measure(text, delimiter=",", width=2)
    assert ends is not None

    assert narrow(text, ends)[0] is text
