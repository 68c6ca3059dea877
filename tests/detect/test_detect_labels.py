import numpy as np
import pytest

from sekisho.detect.hits import Shape
from sekisho.detect.labels import are_labelled, is_labelled, labels_of
from sekisho.detect.packs import built_in_rules
from sekisho.detect.shapes import count

_LABELS = labels_of(built_in_rules())


@pytest.mark.parametrize(
    ("before", "labelled"),
    [
        ("マイナンバー：", True),
        ("本人の個人番号は", True),
        ("My Number ", True),
        ("番号", False),
        ("マイナンバー" + "あ" * 17, False),
        ("マイナンバー" + "あ" * 14, True),
        ("", False),
    ],
)
def test_a_label_stands_at_most_sixty_bytes_before_its_number(before: str, *, labelled: bool) -> None:
    cell = f"{before}123456789018".encode()

    assert is_labelled(cell, len(before.encode()), _LABELS[Shape.MY_NUMBER]) is labelled


def test_a_label_in_another_cell_is_none() -> None:
    text = "マイナンバー,123456789018\n".encode()
    start = text.index(b"1")

    found = are_labelled(np.frombuffer(text, np.uint8), np.array([start]), np.array([start]), [b"\xe3\x83\x9e"])

    assert found.tolist() == [False]


@pytest.mark.parametrize(
    ("cells", "labelled"),
    [
        (["マイナンバー：123456789018", "マイナンバー：123456789018"], 2),
        (["マイナンバー 123456789018", "なし"], 1),
        (["マイナンバー：123456789010", "123456789018"], 0),
    ],
)
def test_cells_of_one_form_are_counted_like_any_others(cells: list[str], labelled: int) -> None:
    text = "".join(f"{cell}\n" for cell in cells).encode()
    ends = np.array([place for place, byte in enumerate(text) if byte == 10])

    counts = count(text, ends, width=1, labels=_LABELS)

    assert counts.labelled[0, Shape.MY_NUMBER] == labelled
