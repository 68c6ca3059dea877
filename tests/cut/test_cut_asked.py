"""What somebody types for a form, a day or an id is understood, or said to be wrong in words."""

from datetime import date

import pytest

from sekisho.catalogue.shape import Misshapen
from sekisho.cut.asked import chosen, day_said, form_said, form_text, id_said, kind_said, words_said


@pytest.mark.parametrize(
    ("text", "op", "arguments"),
    [
        ("keep", "keep", {}),
        ("mask.last 3", "mask.last", {"keep": 3}),
        ("mask.first keep=2", "mask.first", {"keep": 2}),
        ("number.band width=1000 most=5000", "number.band", {"width": 1000, "most": 5000}),
        ("number.round width=0.5", "number.round", {"width": 0.5}),
        ("age.band width=10 at=2022-04-01", "age.band", {"width": 10, "at": date(2022, 4, 1)}),
        ("address.area to=city", "address.area", {"to": "city"}),
        ("generalise hierarchy=a.csv level=1", "generalise", {"hierarchy": "a.csv", "level": 1}),
    ],
)
def test_a_form_is_read_as_approvers_read_it(text: str, op: str, arguments: dict[str, object]) -> None:
    assert form_said(text) == (op, arguments)
    assert form_said(form_text(chosen("a", None, text, "w", before=None))) == (op, arguments)


@pytest.mark.parametrize(
    "text", ["", "dorp", "mask.last 9", "number.round", "keep width=3", "keep 3", "age.band width=x"]
)
def test_what_is_no_form_is_said_in_both_languages(text: str) -> None:
    with pytest.raises(Misshapen) as caught:
        form_said(text)
    assert caught.value.said.says("ja") != caught.value.said.says("en")


def test_a_day_that_is_over_or_none_is_not_taken() -> None:
    assert day_said("2022-09-30", date(2022, 9, 30)) == date(2022, 9, 30)
    for text in ("2022-09-29", "2022-02-30", "soon"):
        with pytest.raises(Misshapen):
            day_said(text, date(2022, 9, 30))


def test_ids_kinds_and_words_are_what_a_purpose_takes() -> None:
    assert (id_said("kyufu-1"), kind_said("name"), words_said("why", "確認")) == ("kyufu-1", "name", "確認")
    for read, text in ((id_said, "Kyufu"), (kind_said, "shoe_size")):
        with pytest.raises(Misshapen):
            read(text)
    for text in (" ", "a\u202eb"):
        with pytest.raises(Misshapen):
            words_said("why", text)
