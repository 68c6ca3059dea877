"""A column of dates, however they are written, is what each date is."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from sekisho.cut.forms.dates import month, year
from sekisho.cut.forms.days import written

CELLS = st.none() | st.sampled_from(
    [
        "1964-04-01",
        "19640401",
        "昭和39年4月1日",
        "S39.4.1",
        "2022-02-29",
        "",
        "　",
        "1964-04-01 00:00:00",
        "１９６４－０４－０１",
    ]
)


@given(st.lists(CELLS, max_size=20))
def test_a_column_is_what_its_cells_are(cells: list[str | None]) -> None:
    column = pl.Series(cells, dtype=pl.String)
    assert written(column, 4, year).to_list() == [year(cell) if cell is not None else None for cell in cells]
    assert written(column, 7, month).to_list() == [month(cell) if cell is not None else None for cell in cells]
