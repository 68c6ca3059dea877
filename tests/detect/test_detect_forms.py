import numpy as np
import pytest

from sekisho.detect.forms import international, possibilities


def _shapes(text: str, separators: str) -> set[str]:
    """Return the shapes of one group that passes their checks."""
    groups = text.split()
    found = np.array([[int(c)] for c in "".join(groups)], np.uint8)
    possible = possibilities(tuple(map(len, groups)), separators)
    return {shape.name for shape, check in possible if check is None or check(found)[0]}


@pytest.mark.parametrize(
    ("text", "separators", "shapes"),
    [
        ("660 0051", "-", {"POSTAL_CODE"}),
        ("660 0051", " ", {"POSTAL_CODE"}),
        ("1985 1 2", "--", {"DATE"}),
        ("1985 13 2", "--", set()),
        ("03 1234 5678", "--", {"PHONE"}),
        ("02 1234 5678", "--", set()),
        ("13 1234 5678", "--", set()),
        ("0120 123 456", "--", {"PHONE"}),
        ("0121 123 456", "--", set()),
        ("090 1234 5678", "()", {"PHONE"}),
        ("075 222 3333", "--", {"PHONE"}),
        ("074 222 3333", "--", set()),  # the code is 0742: 0742-22-3333
        ("0742 22 3333", "--", {"PHONE"}),
        ("031 234 5678", "--", set()),
        ("0426 31 1234", "--", {"PHONE"}),  # the hyphen of a code that has become 042
        ("04992 2 1234", "--", {"PHONE"}),
        ("0497 22 1234", "--", set()),
        ("12330 12345671", "-", {"YUCHO_ACCOUNT"}),
        ("255 255 255 255", "...", {"IPV4"}),
        ("256 1 1 1", "...", set()),
        ("1234 5678 9018", "-/", set()),
    ],
)
def test_a_form_allows_shapes(text: str, separators: str, shapes: set[str]) -> None:
    assert _shapes(text, separators) == shapes


def test_behind_a_plus_sign_only_numbers_of_japan_are_known() -> None:
    ((_, check),) = international((2, 2, 4, 4))

    assert check is not None
    assert check(np.array([[int(c)] for c in "819012345678"], np.uint8)).tolist() == [True]
    assert check(np.array([[int(c)] for c in "829012345678"], np.uint8)).tolist() == [False]
    assert international((3, 4)) == ()
