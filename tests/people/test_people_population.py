"""A person gets one number, for ever, and it leads back to that person alone."""

import contextlib
import struct
from hashlib import blake2b

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.canon.number import code
from sekisho.errors import Unreadable
from sekisho.kinds.taxonomy import Kind, kind, taxonomy
from sekisho.people.population import Population, count_by_kind, decode_population

CODE, HOUSEHOLD = kind("resident_code"), kind("household")
KEYS = st.lists(
    st.none()
    | st.sampled_from(
        ["0001", "0002", "1", "", "０００１", "山田　太郎", "𠮷", "-", "0", "00", "+1", "-1", "1.0", "1e3", "1_0"]
    )
    | st.integers(10**18, 10**20).map(str)
    | st.text("0123456789+-ー０１A\x00\n ", max_size=24),
    max_size=8,
)
ASKED = st.lists(st.tuples(st.sampled_from([CODE, HOUSEHOLD]), KEYS), max_size=5)


def numbers(population: Population, keys: list[str | None], asked: Kind = CODE) -> list[int | None]:
    return population.number(pl.Series(keys, dtype=pl.String), asked).to_list()


def identities(rows: list[tuple[str | None, str | None, str | None]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(("name", "birth_date", "address"), pl.String), orient="row")


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


@settings(deadline=None)
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


@settings(deadline=None)
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


# --- people without a code

YAMADA = ("山田　太郎", "1964-04-01", "汐見市松原町3-4-5")
AS_WRITTEN_ELSEWHERE = ("山田太郎", "昭和39年4月1日", "兵庫県汐見市松原町三丁目４番５号")
HANAKO = ("山田　花子", "1966-05-02", "汐見市松原町3-4-5")
NAMESAKE = ("山田　太郎", "1964-04-01", "汐見市緑町1-1")


def told(population: Population, rows: list[tuple[str | None, str | None, str | None]]) -> list[int | None]:
    return population.number_identities(identities(rows)).to_list()


def learn(
    population: Population,
    keys: list[str | None],
    rows: list[tuple[str | None, str | None, str | None]],
    asked: Kind = CODE,
) -> list[int | None]:
    return population.number(pl.Series(keys, dtype=pl.String), asked, identities(rows)).to_list()


def test_a_person_with_a_code_in_one_table_is_the_same_without_it_in_another() -> None:
    population = Population()
    assert learn(population, ["0001", "0002", "0003"], [YAMADA, HANAKO, NAMESAKE]) == [0, 1, 2]
    population = decode_population(population.encode())
    assert told(population, [HANAKO, AS_WRITTEN_ELSEWHERE, NAMESAKE]) == [1, 0, 2]
    assert (len(population), population.ambiguous) == (3, 0)


def test_people_without_a_code_are_told_apart_by_name_birth_date_and_address() -> None:
    population = Population()
    assert told(population, [YAMADA, HANAKO, AS_WRITTEN_ELSEWHERE, NAMESAKE]) == [0, 1, 0, 2]
    assert told(population, [NAMESAKE, YAMADA]) == [2, 0]
    assert people(population)[0] == (0, "name", "山田　太郎　1964-04-01　汐見市松原町3-4-5")


@pytest.mark.parametrize("part", [None, "", "　", "99-99-99"])
def test_without_one_of_the_three_a_row_is_nobody(part: str | None) -> None:
    population = Population()
    assert told(population, [(YAMADA[0], part, YAMADA[2])]) == [None]
    assert part == "99-99-99" or told(population, [(part, *YAMADA[1:]), (*YAMADA[:2], part)]) == [None, None]
    assert len(population) == 0


def test_somebody_first_seen_without_a_code_gets_it_once_it_comes() -> None:
    population = Population()
    assert told(population, [HANAKO, YAMADA]) == [0, 1]
    assert learn(population, ["0009", "0001"], [NAMESAKE, YAMADA]) == [2, 1]
    population = decode_population(population.encode())
    assert numbers(population, ["1", "9"]) == [1, 2]
    assert [key for _, _, key in people(population)][1:] == ["0001", "0009"]
    assert count_by_kind(population.encode(), np.arange(3)) == {"name": 1, "resident_code": 2}


def test_a_code_that_is_no_number_is_given_as_well() -> None:
    population = Population()
    told(population, [YAMADA, HANAKO])
    assert learn(population, ["Ａ-1", "０２"], [HANAKO, YAMADA]) == [1, 0]
    assert [key for _, _, key in people(decode_population(population.encode()))] == ["０２", "Ａ-1"]


def test_a_row_whose_code_is_missing_is_told_by_its_identity() -> None:
    population = Population()
    assert learn(population, [None, "0001", "-"], [AS_WRITTEN_ELSEWHERE, YAMADA, HANAKO]) == [0, 0, 1]


def test_an_identity_that_two_codes_claim_is_nobodys_and_is_counted() -> None:
    population = Population()
    assert learn(population, ["0001", "0002"], [YAMADA, AS_WRITTEN_ELSEWHERE]) == [0, 1]
    assert population.ambiguous == 1
    population = decode_population(population.encode())
    assert told(population, [YAMADA, HANAKO]) == [None, 2]
    assert learn(population, ["0001"], [YAMADA]) == [0]
    assert (told(population, [YAMADA]), population.ambiguous) == ([None], 1)


def test_an_identity_is_not_given_a_code_where_two_come_at_once() -> None:
    population = Population()
    assert told(population, [YAMADA]) == [0]
    assert learn(population, ["0001", "0002"], [YAMADA, YAMADA]) == [1, 2]
    assert (told(population, [YAMADA]), population.ambiguous) == ([None], 1)


def test_who_was_known_by_a_code_all_along_stays_under_it() -> None:
    """Numbers never change: both stay, and the one with a code is found from then on."""
    population = Population()
    assert numbers(population, ["0001"]) + told(population, [YAMADA]) == [0, 1]
    assert learn(population, ["0001"], [YAMADA]) == [0]
    assert (told(population, [YAMADA]), population.ambiguous) == ([0], 0)


def test_a_person_who_moved_is_known_by_both_addresses() -> None:
    population = Population()
    learn(population, ["0001", "0001"], [YAMADA, NAMESAKE])
    assert told(population, [YAMADA, NAMESAKE]) == [0, 0]


def test_codes_of_two_kinds_beside_one_identity_are_no_contradiction() -> None:
    population = Population()
    learn(population, ["0001"], [YAMADA])
    learn(population, ["9001"], [YAMADA], kind("pension_number"))
    assert (told(population, [YAMADA]), population.ambiguous) == ([0], 0)


def test_an_identity_is_kept_as_a_digest_of_this_population_alone() -> None:
    populations = [Population(), Population()]
    for population in populations:
        learn(population, ["0001"], [YAMADA])
    one, other = (population.encode() for population in populations)
    assert one != other
    assert "山田".encode() not in one


ROWS = st.lists(
    st.tuples(
        st.sampled_from([None, "01", "1", "02", "A"]), st.sampled_from([YAMADA, HANAKO, NAMESAKE, (None, None, None)])
    ),
    max_size=12,
)


@settings(deadline=None)
@given(ROWS, st.integers(1, 12))
def test_two_codes_are_never_one_person(rows: list[tuple[str | None, tuple[str, str, str]]], size: int) -> None:
    population, found = Population(), list[tuple[str | None, int | None]]()
    for start in range(0, len(rows), size):
        block = rows[start : start + size]
        keys = [key for key, _ in block]
        found += zip(keys, learn(population, keys, [row for _, row in block]), strict=True)
    of_code = {number: code(key) for key, number in found if key is not None}
    assert all(of_code[number] == code(key) for key, number in found if key is not None)
    again = decode_population(population.encode())
    assert numbers(again, ["1", "2", "A"]) == numbers(population, ["1", "2", "A"])
    assert told(again, [YAMADA, HANAKO, NAMESAKE]) == told(population, [YAMADA, HANAKO, NAMESAKE])


# --- damage


SALT = bytes(range(16))


def some() -> bytes:
    population = Population(randomness=lambda size: SALT[:size])
    numbers(population, ["0001", "山田", "", "0002", "２"])
    numbers(population, ["0001"], HOUSEHOLD)
    population.number_identities(identities([("山田　太郎", "昭和39年4月1日", "汐見市松原町3-4-5")]))
    return population.encode()


def test_the_file_is_as_it_is_described() -> None:
    digest = blake2b("山田太郎\u30001964-04-01\u3000汐見市松原町3-4-5".encode(), digest_size=8, key=SALT).digest()
    texts = ["山田", "山田　太郎　昭和39年4月1日　汐見市松原町3-4-5"]
    assert some() == b"".join(
        [
            b"SKPOP2\n",
            struct.pack("<III", 5, 2, 1),
            SALT,
            bytes([CODE.bit] * 3 + [HOUSEHOLD.bit, kind("name").bit]),
            bytes([4, 0, 4, 4, 255]),
            struct.pack("<QQQ", 1, 2, 1),
            struct.pack("<QQ", 6, sum(len(text.encode()) for text in texts)),
            digest,
            struct.pack("<I", 4),
            "".join(texts).encode(),
        ]
    )


def test_the_file_of_before_is_read() -> None:
    ends = [4, 10, 14, 18]
    old = b"".join(
        [b"SKPOP1\n", (4).to_bytes(4, "little"), bytes([CODE.bit] * 3 + [HOUSEHOLD.bit])]
        + [end.to_bytes(4, "little") for end in ends]
        + ["0001山田00020001".encode()]
    )
    population = decode_population(old)
    assert people(population) == [
        (0, "resident_code", "0001"),
        (1, "resident_code", "山田"),
        (2, "resident_code", "0002"),
        (3, "household", "0001"),
    ]
    assert numbers(population, ["２", "3", "山 田"]) == [2, 4, 1]
    assert count_by_kind(old, np.array([0, 3])) == {"resident_code": 1, "household": 1}
    for size in range(len(old)):
        with pytest.raises(Unreadable):
            decode_population(old[:size])


def test_a_truncated_population_is_refused() -> None:
    for size in range(len(some())):
        with pytest.raises(Unreadable) as caught:
            decode_population(some()[:size])
        assert caught.value.key == "people.damaged_population"


UNKNOWN = next(bit for bit in range(64) if bit not in {each.bit for each in taxonomy().values()})


def changed(place: int, new: bytes) -> bytes:
    return some()[:place] + new + some()[place + len(new) :]


_KINDS = 7 + 12 + 16
_DIGITS = _KINDS + 5
_VALUES = _DIGITS + 5
_ENDS = _VALUES + 3 * 8
_DIGEST = _ENDS + 2 * 8
_OWNER = _DIGEST + 8
_TEXTS = _OWNER + 4


@pytest.mark.parametrize(
    "damaged",
    [
        some() + b"0",
        changed(0, b"SKIDX1\n"),
        changed(5, b"3"),
        changed(7, b"\xff\xff\xff\xff"),
        changed(11, b"\xff"),
        changed(15, b"\x02"),
        changed(19, bytes(16)),
        changed(_KINDS, bytes([UNKNOWN])),
        changed(_KINDS, b"\xff"),
        changed(_KINDS + 4, bytes([CODE.bit])),
        changed(_DIGITS, b"\x00"),
        changed(_DIGITS + 1, b"\x02"),
        changed(_DIGITS + 2, bytes([20])),
        changed(_VALUES, struct.pack("<Q", 10_000)),
        changed(_VALUES, struct.pack("<Q", 2)),
        changed(_ENDS, struct.pack("<Q", 1)),
        changed(_ENDS, struct.pack("<Q", 1000)),
        changed(_OWNER, struct.pack("<I", 5)),
        changed(_TEXTS, b"123456"),
        changed(_TEXTS, b"------"),
        changed(_TEXTS, b"\xff"),
    ],
    ids=[
        "longer", "an index", "newer", "endless", "endless texts", "endless identities", "no key", "unknown kind",
        "no kind", "an identity that is a code", "fewer digits than people", "more digits than people", "too many digits",
        "more than its digits", "a person twice", "a broken sign", "backwards", "nobody's identity",
        "digits as text", "nobody", "no UTF-8",
    ],
)  # fmt: skip
def test_a_damaged_population_is_refused(damaged: bytes) -> None:
    """A person under two numbers, or a key of no kind, would be found out only on the night of a loss."""
    with pytest.raises(Unreadable) as caught:
        decode_population(damaged)
    assert caught.value.key == "people.damaged_population"


@settings(deadline=None)
@given(st.binary(max_size=80) | st.binary(max_size=200).map(lambda data: some()[: _KINDS - 16] + data))
def test_no_bytes_lead_to_anything_but_a_population_or_the_error(data: bytes) -> None:
    with contextlib.suppress(Unreadable):
        assert decode_population(data).encode() == data


def test_a_population_does_not_show_people() -> None:
    population = Population()
    numbers(population, ["山田　太郎"])
    assert "山田" not in f"{population!r} {population}"
