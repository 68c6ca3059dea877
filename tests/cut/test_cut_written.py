"""The kernel writes the very bytes that Polars and the rule for spreadsheets do."""

import polars as pl
from hypothesis import example, given
from hypothesis import strategies as st

from conftest import need
from sekisho.cut.written import csv, csv_by_polars, held_variants
from sekisho.kernel.columns import columns

CELLS = st.none() | st.text(st.sampled_from("a09,=+-@.\"'\r\n\t 髙𠮷；"), max_size=8)


@given(
    st.integers(1, 3).flatmap(lambda width: st.lists(st.tuples(*[CELLS] * width), min_size=1, max_size=20)),
    st.booleans(),
)
@example([("+1.5", "-", "+.5"), ("1.", "+1.", "-1a"), ("", None, "@"), ("=", "-.", "a;b")], True)
@example([(None,), ("",), ("\t1",)], False)
def test_both_ways_write_the_same_bytes(rows: list[tuple[str | None, ...]], crlf: bool) -> None:
    need(columns(), "the kernel was not built: install gcc, then Sekisho again")
    table = pl.DataFrame(rows, schema=dict.fromkeys("abc"[: len(rows[0])], pl.String), orient="row")
    assert csv(table, crlf=crlf) == csv_by_polars(table, crlf=crlf)


def test_every_variant_fits_and_nothing_that_fits_has_one() -> None:
    table = held_variants("cp932")
    assert table[ord("𠮷")] == "吉"
    assert ord("髙") not in table
    for sign, usual in table.items():
        assert "?" not in usual.encode("cp932").decode("cp932")
        assert not _fits(chr(sign))


def _fits(sign: str) -> bool:
    try:
        sign.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True
