import pickle

import pytest

from sekisho.errors import SekishoError, Unreadable
from sekisho.workers.executor import InProcess, attempt
from workers_units import double, fail_at_three


def test_units_are_done_one_after_another_as_they_are_asked_for() -> None:
    units = iter(range(10))
    with InProcess() as here:
        assert next(here.map(double, units)) == 0
    assert next(units) == 1


def test_an_error_for_people_is_a_result_in_its_place() -> None:
    *before, error, after = InProcess().map(fail_at_three, range(5))
    assert (before, after) == ([0, 1, 2], 4)
    assert isinstance(error, Unreadable)


def test_a_unit_for_which_there_is_no_memory_is_lost_and_told() -> None:
    def fill_memory(_unit: int) -> int:
        raise MemoryError

    error = attempt(fill_memory, 1)
    assert isinstance(error, Unreadable)
    assert error.key == "workers.lost"


@pytest.mark.parametrize("error", SekishoError.__subclasses__(), ids=lambda error: error.__name__)
def test_every_error_for_people_travels(error: type[SekishoError]) -> None:
    made = error("readers.ragged_row", path="a.csv", line=3)
    travelled = pickle.loads(pickle.dumps(made))  # noqa: S301 - written here
    assert type(travelled) is error
    assert (travelled.key, travelled.values, travelled.what()) == (made.key, made.values, made.what())
