"""What publishing labels costs."""

import polars as pl
import pytest

from sekisho.cut.risk.hierarchy import plain, read_hierarchy
from sekisho.cut.risk.loss import cell_losses, score

_TREE = read_hierarchy("a;A;*\nb;B;*\nc;B;*\nd;B;*\n")


def test_a_cell_loses_the_other_leaves_under_its_label() -> None:
    assert cell_losses(_TREE).tolist() == [[0] * 4, [0, 2 / 3, 2 / 3, 2 / 3], [1] * 4]


def test_a_table_loses_the_mean_of_its_cells_and_a_suppressed_row_all() -> None:
    published = pl.DataFrame({"x": ["A", "B", "*", "*"], "y": ["p", "*", "p", "*"], "other": ["*"] * 4})
    assert score(published, {"x": _TREE, "y": plain(["p", "q"])}) == pytest.approx((0 + 5 / 6 + 1 / 2 + 1) / 4)


def test_a_label_covers_what_could_stand_under_it_on_any_level() -> None:
    tree = read_hierarchy("B;A;*\nb;B;*\nc;B;*\n")
    assert score(pl.DataFrame({"x": ["B"]}), {"x": tree}) == 1


def test_a_column_of_one_value_loses_nothing_until_its_row_is_suppressed() -> None:
    trees = {"x": plain(["a"]), "y": plain(["p", "q"])}
    assert score(pl.DataFrame({"x": ["*"], "y": ["p"]}), trees) == 0
    assert score(pl.DataFrame({"x": ["*"], "y": ["*"]}), trees) == 1


def test_nothing_loses_nothing() -> None:
    assert score(pl.DataFrame({"x": []}, schema={"x": pl.String}), {"x": _TREE}) == 0


def test_a_label_of_nobodys_is_no_label() -> None:
    with pytest.raises(KeyError):
        score(pl.DataFrame({"x": ["Z"]}), {"x": _TREE})
