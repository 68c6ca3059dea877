"""Canaries are derived from a secret, look like everybody else, stand anywhere, and are never counted or paid."""

import numpy as np
import polars as pl
import pytest
from cut_tables import ANSWER, PATH, ROWS, changed, refusal
from hypothesis import given, settings
from hypothesis import strategies as st
from trace_people import KINDS, invent, town

from sekisho.cut.columns import kind_of_field
from sekisho.cut.purpose import parse_purpose
from sekisho.cut.trace.canaries import (
    FIRST_NUMBER,
    MOST,
    Places,
    aliases,
    as_rows,
    canaries,
    interleaved,
    is_canary,
    must_hold_no_canary,
    numbers,
    why_not,
)

unhurried = settings(deadline=None)

SECRET, ANOTHER = b"one cut's", b"another's"
KEPT = ("name", "address", "phone")


def test_the_same_secret_gives_the_same_people_and_another_gives_others() -> None:
    ours = canaries(SECRET, 20, KEPT, invent)

    assert ours.equals(canaries(SECRET, 20, KEPT, invent))
    assert not set(ours["name"]) & set(canaries(ANOTHER, 20, KEPT, invent)["name"])
    assert ours.head(5).equals(canaries(SECRET, 5, KEPT, invent))


def test_only_what_a_person_is_known_by_is_invented() -> None:
    assert canaries(SECRET, 1, ("resident_code", "my_number", "name"), invent).columns == ["name"]


def test_contacts_are_those_of_the_office() -> None:
    contact = ("06-1111-2222", "汐見市役所前1-2-3", "06-3333-4444", "trace+*@city.example")
    ours = canaries(SECRET, 3, ("name", "address", "phone", "email"), invent, contact)

    assert ours["phone"].to_list() == ["06-1111-2222", "06-3333-4444", "06-1111-2222"]
    assert ours["address"].unique().to_list() == ["汐見市役所前1-2-3"]
    assert ours["email"].n_unique() == 3
    assert ours["email"].str.contains(r"^trace\+[a-z2-7]{13}@city\.example$").all()
    assert ours["email"].to_list() == aliases(SECRET, 3, contact)


def test_rows_look_like_those_of_the_table() -> None:
    table = town(30).with_columns(備考=pl.lit("娘と同居"))
    people = canaries(SECRET, 5, KEPT, invent)
    rows = as_rows(people, table, {**KINDS, "備考": "free_text"}, SECRET)

    assert rows.columns == table.columns
    assert rows["氏名"].to_list() == people["name"].to_list()
    assert rows["状態"].is_in(table["状態"].implode()).all()
    assert rows["備考"].null_count() == 5


@unhurried
@given(
    st.lists(st.integers(0, 40), min_size=1, max_size=6), st.integers(0, 12), st.integers(0, 300), st.binary(max_size=4)
)
def test_every_canary_stands_once_and_nobody_is_lost(
    sizes: list[int], count: int, expected: int, secret: bytes
) -> None:
    places, blocks, first = Places(secret, count, expected), [], 0
    canary_rows = pl.DataFrame({"who": [-1 - each for each in range(count)]}, schema={"who": pl.Int64})
    for block, size in enumerate(sizes):
        here = places.within(size, is_last=block == len(sizes) - 1)
        people = pl.DataFrame({"who": range(sum(sizes[:block]), sum(sizes[:block]) + size)}, schema={"who": pl.Int64})
        blocks.append(interleaved(people, canary_rows[first : first + len(here)], here))
        first += len(here)
    who = pl.concat(blocks)["who"]

    assert sorted(who.to_list()) == [*range(-count, 0), *range(sum(sizes))]
    assert who.filter(who >= 0).to_list() == list(range(sum(sizes)))


def test_they_stand_all_over_a_table_not_at_its_end() -> None:
    places = Places(SECRET, 200, 10_000)
    quarters = [len(places.within(2_500, is_last=quarter == 3)) for quarter in range(4)]

    assert all(30 < each < 75 for each in quarters)


def test_if_fewer_rows_come_than_expected_the_last_block_takes_them_spread_out() -> None:
    places = Places(SECRET, 100, 1_000_000).within(1_000, is_last=True)

    assert len(places) == 100
    assert len(np.unique(places)) > 80


def test_no_person_has_their_numbers() -> None:
    given_out = numbers(3)

    assert given_out.to_list() == [FIRST_NUMBER, FIRST_NUMBER + 1, FIRST_NUMBER + 2]
    assert pl.DataFrame({"number": [0, 460_516, FIRST_NUMBER]}).filter(is_canary()).height == 1
    with pytest.raises(ValueError, match="more canaries"):
        numbers(MOST + 1)


def test_a_list_of_payments_with_a_canary_is_refused_without_naming_it() -> None:
    given_out = pl.DataFrame({"number": [4, FIRST_NUMBER], "token": ["000000042", "123456786"]})

    must_hold_no_canary(given_out, pl.Series(["000000042", None]))
    problem = refusal(lambda: must_hold_no_canary(given_out, pl.Series(["000000042", "123456786"])))

    assert (problem.key, problem.values) == ("cut.canary_paid", {"canaries": 1})


def why_not_in(text: str) -> list[tuple[str, object]]:
    purpose = parse_purpose(text, PATH)
    kinds = {field.out: kind_of_field(purpose, field) for field in purpose.field}
    problems = why_not(purpose, {out: found for out, found in kinds.items() if found}, text, PATH)
    return [(problem.key, problem.values.get("field")) for problem in problems]


KEPT_CODE = changed(ROWS, ('from = "統一コード"\nop = "token.serial"', 'from = "生年月日"\nop = "keep"'))


def test_a_table_of_people_may_have_canaries() -> None:
    assert why_not_in(KEPT_CODE) == []


def test_nobody_is_known_again_by_one_value() -> None:
    assert why_not_in(ROWS) == [("cut.canary_unknown", None)]


def test_answers_and_statistics_have_none() -> None:
    assert why_not_in(ANSWER) == [("cut.canary_counted", None)]
    assert why_not_in(changed(ROWS, ('"entrustment"', '"anonymous"'))) == [("cut.canary_counted", None)]


@pytest.mark.parametrize("column", ["口座番号", "世帯番号"])
def test_no_number_that_somebody_is_paid_by_is_made_up(column: str) -> None:
    text = changed(KEPT_CODE, ('from = "口座番号"\nop = "mask.last"', f'from = "{column}"\nop = "keep"'))

    assert why_not_in(text) == [("cut.canary_field", "口座末尾")]
