"""A person gets one number, for ever, and it leads back to that person alone."""

import contextlib

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.canon.number import code
from sekisho.errors import Unreadable
from sekisho.kinds.taxonomy import Kind, kind, taxonomy
from sekisho.people.population import Population, count_by_kind, decode_population

CODE, HOUSEHOLD = kind("resident_code"), kind("household")
KEYS = st.lists(st.none() | st.sampled_from(["0001", "0002", "1", "", "０００１", "山田　太郎", "𠮷"]), max_size=8)
ASKED = st.lists(st.tuples(st.sampled_from([CODE, HOUSEHOLD]), KEYS), max_size=5)


def numbers(population: Population, keys: list[str | None], asked: Kind = CODE) -> list[int | None]:
    return population.number(pl.Series(keys, dtype=pl.String), asked).to_list()


def people(population: Population) -> list[tuple[int, str, str]]:
    return population.keys(np.arange(len(population), dtype=np.uint32)).rows()


def test_people_are_numbered_in_the_order_in_which_they_come() -> None:
    population = Population()
    assert numbers(population, ["0003", "0001", None, "0003", "0002"]) == [0, 1, None, 0, 2]
    assert numbers(population, ["0009", "0001"]) == [3, 1]
    assert len(population) == 4


def test_an_office_that_has_let_out_nothing_has_nobody() -> None:
    assert numbers(Population(), []) == []
    assert people(decode_population(Population().encode())) == []


def test_one_person_in_several_spellings_is_one_person() -> None:
    """A full-width code, one with a blank behind it, one whose zeros a spreadsheet dropped."""
    population = Population()
    assert numbers(population, ["0000000219", "０００００００２１９", "0000000219 ", "219", "0000000291"]) == [
        0,
        0,
        0,
        0,
        1,
    ]
    assert [key for _, _, key in people(population)] == ["0000000219", "0000000291"]


@pytest.mark.parametrize("nobody", ["", " ", "　", "-", "－", "ー"])
def test_blanks_and_dashes_are_nobody(nobody: str) -> None:
    assert numbers(Population(), [nobody, "0001"]) == [None, 0]


def test_the_same_text_under_another_kind_is_another_person() -> None:
    population = Population()
    assert numbers(population, ["0001"], CODE) + numbers(population, ["0001"], HOUSEHOLD) == [0, 1]
    assert people(population) == [(0, "resident_code", "0001"), (1, "household", "0001")]


def test_numbers_lead_back_to_people_in_the_order_asked_for() -> None:
    population = Population()
    numbers(population, ["0001", "0002", "0003"])
    found = population.keys(np.array([2, 0, 2], np.uint32))
    assert found.to_dict(as_series=False) == {
        "number": [2, 0, 2],
        "kind": ["resident_code"] * 3,
        "key": ["0003", "0001", "0003"],
    }


@pytest.mark.parametrize("asked", [[3], [0, 3], [-1], [2**32 - 1]])
def test_a_number_that_nobody_has_leads_to_nobody(asked: list[int]) -> None:
    population = Population()
    numbers(population, ["0001", "0002", "0003"])
    with pytest.raises(ValueError, match="beyond"):
        population.keys(np.array(asked, np.int64))


@given(ASKED)
def test_numbers_are_those_of_a_dict(asked: list[tuple[Kind, list[str | None]]]) -> None:
    population, plain = Population(), dict[tuple[str, str], int]()
    for each, keys in asked:
        forms = [None if key is None else code(key) for key in keys]
        expected = [None if form is None else plain.setdefault((each.id, form), len(plain)) for form in forms]
        assert numbers(population, keys, each) == expected
    assert [(number, kind_id, code(key)) for number, kind_id, key in people(population)] == [
        (number, *person) for person, number in plain.items()
    ]


def test_people_are_counted_by_the_kind_of_their_key() -> None:
    population = Population()
    numbers(population, ["0001", "0002", "0003"], CODE)
    numbers(population, ["0001"], HOUSEHOLD)
    data = population.encode()
    assert count_by_kind(data, np.array([0, 2, 3], np.uint32)) == {"resident_code": 2, "household": 1}
    assert count_by_kind(data, np.array([], np.uint32)) == {}
    with pytest.raises(Unreadable):
        count_by_kind(data, np.array([4], np.uint32))


@given(ASKED, ASKED)
def test_numbers_survive_the_disk(
    before: list[tuple[Kind, list[str | None]]], after: list[tuple[Kind, list[str | None]]]
) -> None:
    population = Population()
    for each, keys in before:
        numbers(population, keys, each)
    read = decode_population(population.encode())
    assert people(read) == people(population)
    assert read.encode() == population.encode()
    for each, keys in [*before, *after]:
        assert numbers(read, keys, each) == numbers(population, keys, each)


# --- damage


def some() -> bytes:
    population = Population()
    numbers(population, ["0001", "山田", "", "0002", "２"])
    numbers(population, ["0001"], HOUSEHOLD)
    return population.encode()


def test_the_file_is_as_it_is_described() -> None:
    ends = [4, 10, 14, 18]
    assert some() == b"".join(
        [b"SKPOP1\n", (4).to_bytes(4, "little"), bytes([CODE.bit] * 3 + [HOUSEHOLD.bit])]
        + [end.to_bytes(4, "little") for end in ends]
        + ["0001山田00020001".encode()]
    )


def test_a_truncated_population_is_refused() -> None:
    for size in range(len(some())):
        with pytest.raises(Unreadable) as caught:
            decode_population(some()[:size])
        assert caught.value.key == "people.damaged_population"


UNKNOWN = next(bit for bit in range(64) if bit not in {each.bit for each in taxonomy().values()})


@pytest.mark.parametrize(
    "damaged",
    [
        some() + b"0",
        b"SKIDX1\n" + some()[7:],
        some().replace(b"SKPOP1", b"SKPOP2"),
        some()[:7] + b"\xff\xff\xff\xff" + some()[11:],
        some()[:11] + bytes([UNKNOWN]) + some()[12:],
        some()[:11] + b"\xff" + some()[12:],
        some()[:16] + (11).to_bytes(4, "little") + some()[20:],
        some()[:-8] + b"00010001",
        some()[:-18] + b"\xff" + some()[-17:],
    ],
    ids=[
        "longer",
        "an index",
        "newer",
        "endless",
        "unknown kind",
        "no kind",
        "backwards",
        "a person twice",
        "no UTF-8",
    ],
)
def test_a_damaged_population_is_refused(damaged: bytes) -> None:
    """A person under two numbers, or a key of no kind, would be found out only on the night of a loss."""
    with pytest.raises(Unreadable) as caught:
        decode_population(damaged)
    assert caught.value.key == "people.damaged_population"


@given(st.binary(max_size=80) | st.binary(max_size=80).map(lambda data: some()[:11] + data))
def test_no_bytes_lead_to_anything_but_a_population_or_the_error(data: bytes) -> None:
    with contextlib.suppress(Unreadable):
        assert decode_population(data).encode() == data


def test_a_population_does_not_show_people() -> None:
    population = Population()
    numbers(population, ["山田　太郎"])
    assert "山田" not in f"{population!r} {population}"
