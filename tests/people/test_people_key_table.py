"""The compiled kernel and NumPy number keys as a dict does."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import need
from sekisho.kernel.library import PATH, load
from sekisho.people import key_table
from sekisho.people.key_table import NOBODY, KeyTable

COLUMNS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.lists(st.none() | st.integers(0, 9) | st.integers(0, 2**64 - 1), max_size=60),
    ),
    max_size=5,
)


@pytest.fixture(params=["compiled", "numpy"])
def table(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[[], KeyTable]:
    """Makes tables that the kernel fills, or NumPy."""
    found = load(PATH) if request.param == "compiled" else None
    need(found or request.param == "numpy", "the kernel was not built: install gcc, then Sekisho again")
    monkeypatch.setattr(key_table, "kernel", lambda: found)
    monkeypatch.setattr(key_table, "_FEWEST_SLOTS", 4)
    monkeypatch.setattr(key_table, "_ROWS_A_STEP", 7)
    return KeyTable


def arrays(keys: list[int | None]) -> tuple[key_table.Values, key_table.Flags]:
    return np.array([key or 0 for key in keys], np.uint64), np.array([key is not None for key in keys], np.bool_)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(columns=COLUMNS)
def test_numbers_are_those_of_a_dict(
    table: Callable[[], KeyTable], columns: list[tuple[int, list[int | None]]]
) -> None:
    keys, plain = table(), dict[tuple[int, int], int]()
    for kind, column in columns:
        before = len(plain)
        expected = [NOBODY if key is None else plain.setdefault((kind, key), len(plain)) for key in column]
        numbers, firsts = keys.number(*arrays(column), kind)
        assert numbers.tolist() == expected
        assert [expected[row] for row in firsts] == list(range(before, len(plain)))
        assert all(a < b for a, b in pairwise(firsts.tolist()))
    assert list(zip(keys.kinds.tolist(), keys.values.tolist(), strict=True)) == list(plain)
    for kind, column in columns:
        assert keys.find(*arrays(column), kind).tolist() == [
            NOBODY if key is None else plain[kind, key] for key in column
        ]
        assert keys.find(*arrays([2**63 + 5, None]), 3).tolist() == [NOBODY, NOBODY]


def test_a_key_that_stands_twice_is_told(table: Callable[[], KeyTable]) -> None:
    del table
    values, kinds = np.array([7, 8, 7, 7], np.uint64), np.array([1, 1, 2, 1], np.uint8)
    numbers = np.arange(4, dtype=np.uint32)
    assert KeyTable(values, kinds).place(numbers) == 1
    assert KeyTable(values, kinds).place(numbers[:3]) == 0


def test_a_number_without_a_key_can_be_given_one(table: Callable[[], KeyTable]) -> None:
    keys = table()
    keys.number(*arrays([5]), 1)
    new = keys.append(2, 0)
    assert keys.find(*arrays([0]), 0).tolist() == [NOBODY]
    keys.claim(new[1:], np.array([9], np.uint64), 1)
    assert keys.number(*arrays([9, 5, 6]), 1)[0].tolist() == [2, 0, 3]


def test_keys_that_all_want_one_slot_are_told_apart(table: Callable[[], KeyTable]) -> None:
    keys, values = table(), np.arange(5000, dtype=np.uint64) << np.uint64(40)
    there = np.ones(len(values), np.bool_)
    assert keys.number(values, there, 0)[0].tolist() == list(range(5000))
    assert keys.find(values[::-1].copy(), there, 0).tolist() == list(range(5000))[::-1]


def test_there_is_an_end_to_numbers() -> None:
    keys = KeyTable()
    with pytest.raises(ValueError, match="more people"):
        keys.append(2**32 - 1, 0)
