import pytest

from sekisho.detect.address_anchors import anchors


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("東七松町1-2", "1-2"),
        ("東七松町 1-2", "1-2"),
        ("東七松町　１２－３", "１２－３"),
        ("東七松町12丁目", "12丁目"),
        ("東七松町二十丁目", "二十丁目"),
        ("上野123", "123"),
        ("上野123、", "123、"),
    ],
)
def test_a_number_behind_a_place_is_an_anchor(text: str, number: str) -> None:
    assert anchors(text.encode()) == [text.encode().index(number.encode())]


@pytest.mark.parametrize("text", ["", "12-3", "は12-3", "電話は06-1234", "上野123456-7", "上野3人", "昭和60年", "a1-2"])
def test_other_numbers_are_not(text: str) -> None:
    assert anchors(text.encode()) == []


def test_strips_do_not_cut_what_lies_across_them() -> None:
    for shift in range(12):
        text = b"x" * ((1 << 18) - shift) + "東七松町１２－３".encode()
        assert anchors(text) == [text.index("１".encode())]
