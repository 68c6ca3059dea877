from pathlib import Path

import pytest

from sekisho.readers.lines import Lines
from sekisho.readers.problems import Problems


@pytest.mark.parametrize("cells", [("一覧",), ("a,b", '"c"', "d\ne", " "), ("x" * 70_000, "y")])
def test_cells_in_memory_are_rows_of_one_cell(cells: tuple[str, ...]) -> None:
    found = list(Lines(path=Path("x"), cells=cells).blocks(strict=True, problems=Problems(), size=1))

    assert [(block.rows, block.width) for block in found] == [(len(cells), 1)]


def test_they_are_not_printed() -> None:
    assert "山田" not in repr(Lines(path=Path("x"), cells=("山田",)))
