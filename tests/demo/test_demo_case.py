"""The case scales in proportion, and not at all at its own size."""

from hypothesis import given
from hypothesis import strategies as st

from sekisho.demo.case import the_case


def test_the_figures_are_the_published_ones() -> None:
    assert the_case().day.isoformat() == "2022-06-21"
    assert the_case().rows == {
        "register": 460_517,
        "resident_tax": 360_573,
        "benefit_r3": 74_767,
        "benefit_r4": 7_949,
        "welfare_account": 16_765,
        "child_allowance_account": 69_261,
    }


def test_the_case_at_its_own_size_is_the_case() -> None:
    assert the_case().scaled(460_517) == the_case().rows


@given(st.integers(min_value=1, max_value=10_000_000))
def test_every_table_keeps_its_proportion_to_the_nearest_row(people: int) -> None:
    case = the_case()
    for table, rows in case.scaled(people).items():
        assert abs(rows - case.rows[table] * people / case.people) <= 0.5
