"""Hierarchies: files of ARX, and those that are made of values."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from risk_tables import hierarchies

from sekisho.cut.risk.hierarchy import Hierarchy, bands, dates, plain, postal_codes, read_hierarchy
from sekisho.errors import Unreadable

_TREE = "b2;B;*\na;A;*\nb1;B;*\n"


def test_a_file_is_ordered_depth_first() -> None:
    assert read_hierarchy(_TREE).labels == (("a", "b1", "b2"), ("A", "B", "B"), ("*", "*", "*"))


@pytest.mark.parametrize("text", [_TREE.replace("\n", "\r\n"), "\ufeff" + _TREE, _TREE.rstrip(), _TREE + "\n\n"])
def test_line_ends_and_marks_of_other_systems(text: str) -> None:
    assert read_hierarchy(text) == read_hierarchy(text.encode()) == read_hierarchy(_TREE)


def test_numbers_stand_by_their_value() -> None:
    assert read_hierarchy("10;1*;*\n9;0*;*\n").leaves == ("9", "10")
    # Not where a label would be torn apart: ranges between codes must have a label of their own.
    assert read_hierarchy("1;odd;*\n2;even;*\n3;odd;*\n").leaves == ("1", "3", "2")


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        ("", "cut.hierarchy_empty", None),
        ("a;*\nb;B;*\n", "cut.hierarchy_width", 2),
        ("a;*\n\nb;B\n", "cut.hierarchy_top", 3),
        ("*\n", "cut.hierarchy_top", 1),
        ("a;*\nb;*\na;*\n", "cut.hierarchy_twice", 3),
        ("a;X;P;*\nb;X;Q;*\n", "cut.hierarchy_forks", 2),
        (b"\x82\xa0;*\n", "cut.hierarchy_not_utf8", None),
    ],
)
def test_refused_with_the_line(text: str | bytes, key: str, line: int | None) -> None:
    with pytest.raises(Unreadable) as refused:
        read_hierarchy(text)
    assert (refused.value.key, refused.value.values.get("line")) == (key, line)
    assert refused.value.what("ja")


def test_bands_hold_one_another() -> None:
    made = bands(["41", "07", "5", "-3", "一", None])
    places = {leaf: place for place, leaf in enumerate(made.leaves)}
    assert [level[places["41"]] for level in made.labels] == ["41", "40-44", "40-49", "40-59", "*"]
    assert [level[places["07"]] for level in made.labels] == ["07", "5-9", "0-9", "0-19", "*"]
    assert [level[places["-3"]] for level in made.labels] == ["-3", "-5--1", "-10--1", "-20--1", "*"]
    assert [level[places["一"]] for level in made.labels] == ["一", "*", "*", "*", "*"]
    assert [level[places[""]] if "" in places else level[places[None]] for level in made.labels[:2]] == [None, "*"]


def test_bands_that_would_lie_in_two_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="divide"):
        bands(["1"], (5, 12))


def test_dates_of_every_writing() -> None:
    made = dates(["昭和39年4月1日", "1964-04-30", "19991231", "いつか"])
    assert {path[0]: path[1:] for path in zip(*made.labels, strict=True)} == {
        "昭和39年4月1日": ("1964-04", "1964", "1960-1969", "*"),
        "1964-04-30": ("1964-04", "1964", "1960-1969", "*"),
        "19991231": ("1999-12", "1999", "1990-1999", "*"),
        "いつか": ("*", "*", "*", "*"),
    }


def test_postal_codes() -> None:
    made = postal_codes(["660-0051", "6610001", "〒650-0001", "x"])
    assert {path[0]: path[1:] for path in zip(*made.labels, strict=True)} == {
        "660-0051": ("660", "66", "*"),
        "6610001": ("661", "66", "*"),
        "〒650-0001": ("650", "65", "*"),
        "x": ("*", "*", "*"),
    }


def test_the_empty_cell_is_a_value_of_its_own() -> None:
    made = read_hierarchy(_TREE).with_empty()
    assert made.labels == (("a", "b1", "b2", None), ("A", "B", "B", None), ("*", "*", "*", "*"))
    assert made.with_empty() == made
    assert plain(["", None, "a"]).leaves == ("a", None)


@settings(deadline=None, max_examples=50)
@given(hierarchies())
def test_what_a_label_covers_lies_side_by_side(made: Hierarchy) -> None:
    for level, groups, sizes in zip(made.labels, made.groups, made.sizes, strict=True):
        for leaf, label in enumerate(level):
            alike = [place for place, other in enumerate(level) if other == label]
            assert alike == list(range(alike[0], alike[-1] + 1)) == np.flatnonzero(groups == groups[leaf]).tolist()
            assert sizes[leaf] == len(alike)


@settings(deadline=None, max_examples=50)
@given(st.text(st.sampled_from("ab;*\n\r\ufeff,é"), max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        made = read_hierarchy(text)
    except Unreadable:
        return
    assert set(made.labels[-1]) == {"*"}
    assert len(set(made.leaves)) == len(made.leaves)
