import pytest

from sekisho.detect.phones import any_phone, international_phone
from sekisho.detect.text.scan import find_spans


@pytest.mark.parametrize("text", ["+46 (0)157 548 89", "+447700 900 123", "+1-202-555-0143", "+61 491 570 156"])
def test_numbers_with_a_plus_sign_are_found(text: str) -> None:
    assert international_phone(text)
    assert [(f.start, f.end, f.kind) for f in find_spans(f"ring {text} please")] == [(5, 5 + len(text), "phone")]


@pytest.mark.parametrize("text", ["(202) 555-0143", "202-555-0143", "202.555.0143x12"])
def test_north_american_numbers_are_found_and_never_sure_without_a_label(text: str) -> None:
    (found,) = find_spans(f"reach me at {text} today")

    assert (found.kind, found.level, found.end - found.start) == ("phone", "medium", len(text))


def test_behind_its_label_any_form_is_one_on_the_next_line_too() -> None:
    text = "Phone:\n51 555 33 75\n"

    (found,) = find_spans(text)

    assert (found.kind, text[found.start : found.end]) == ("phone", "51 555 33 75")


@pytest.mark.parametrize("text", ["2022-06-21", "21/06/2022", "0000000", "12345", "1234567890123456"])
def test_dates_dummies_and_other_lengths_are_none(text: str) -> None:
    assert not any_phone(text)
