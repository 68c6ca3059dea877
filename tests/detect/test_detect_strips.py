import numpy as np

from sekisho.detect.strips import mark, strips


def test_strips_are_columns() -> None:
    data = np.frombuffer(b"abcdef", np.uint8)

    assert strips(data, np.array([0, 3]), 3).T.tobytes() == b"abcdef"
    assert strips(data, np.array([4]), 2).tobytes() == b"ef"


def test_marks_are_set_and_nothing_else() -> None:
    mask = np.zeros(6, np.bool_)

    mark(mask, np.array([1, 4]), 2)

    assert mask.tolist() == [False, True, True, False, True, True]


def test_no_strips_are_taken_from_less_than_one() -> None:
    assert strips(np.frombuffer(b"ab", np.uint8), np.empty(0, np.int64), 9).shape == (9, 0)
