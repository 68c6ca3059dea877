"""Canaries are derived from a secret, look like everybody else, stand anywhere, and are never counted or paid."""

import numpy as np
import polars as pl
import pytest
from cut_tables import ANSWER, PATH, ROWS, changed
from hypothesis import given, settings
from hypothesis import strategies as st
from trace_people import KINDS, town

from sekisho.cut.columns import kind_of_field
from sekisho.cut.purpose import parse_purpose
from sekisho.cut.trace.canaries import (
    Places,
    aliases,
    canary_rows,
    decoys,
    interleaved,
    numbers,
    why_not,
)
from sekisho.people.population import FIRST_NUMBER_OF_NOBODY

unhurried = settings(deadline=None)

SECRET, ANOTHER = b"one cut's", b"another's"
TOWN = town(30)


def test_the_same_secret_gives_the_same_people_and_another_gives_others() -> None:
    ours = canary_rows(TOWN, KINDS, SECRET, 20)

    assert ours.equals(canary_rows(TOWN, KINDS, SECRET, 20))
    assert ours.head(5).equals(canary_rows(TOWN, KINDS, SECRET, 5))
    assert not set(zip(ours["氏名"], ours["住所"], strict=True)) & set(
        canary_rows(TOWN, KINDS, ANOTHER, 20).select("氏名", "住所").iter_rows()
    )


def test_they_are_nobody_of_the_table() -> None:
    ours = canary_rows(TOWN, KINDS, SECRET, 20)

    assert not set(ours["氏名"]) & set(TOWN["氏名"])
    assert not set(ours["電話"]) & set(TOWN["電話"])


def test_rows_look_like_those_of_the_table() -> None:
    like = TOWN.with_columns(
        pl.col("氏名").str.replace("　", ""), 生=pl.lit("昭和39年4月1日"), 備考=pl.lit("娘と同居"), 他=pl.lit("x")
    )
    ours = canary_rows(like, {**KINDS, "生": "birth_date", "備考": "free_text"}, SECRET, 10)

    assert ours.columns == like.columns
    assert not ours["氏名"].str.contains("\u3000").any()
    assert ours["生"].str.contains(r"^(大正|昭和|平成|令和)\d+年\d+月\d+日$").all()
    assert ours["状態"].is_in(["発送済", "返戻"]).all()
    assert ours["備考"].null_count() == 10
    assert ours["他"].unique().to_list() == ["x"]


def test_a_cell_that_the_copied_row_has_not_is_invented_as_is_usual() -> None:
    like = TOWN.with_columns(電話=pl.lit(None, pl.String))

    assert canary_rows(like, KINDS, SECRET, 3)["電話"].null_count() == 0


def test_contacts_are_those_of_the_office() -> None:
    contact = {"phone": ["06-1111-2222", "06-3333-4444"], "email": ["trace+*@city.example"], "address": []}
    like = TOWN.with_columns(メール=pl.lit("a@b.example"))
    ours = canary_rows(like, {**KINDS, "メール": "email"}, SECRET, 3, contact)

    assert ours["電話"].to_list() == ["06-1111-2222", "06-3333-4444", "06-1111-2222"]
    assert ours["メール"].n_unique() == 3
    assert ours["メール"].str.contains(r"^trace\+[a-z2-7]{13}@city\.example$").all()
    assert ours["メール"].to_list() == aliases(SECRET, 3, contact)


def test_decoys_are_others_written_alike() -> None:
    ours = canary_rows(TOWN, KINDS, SECRET, 5).select(pl.col("氏名").alias("name"), pl.col("住所").alias("address"))
    others = decoys(ours, SECRET, 200)

    assert others.columns == ours.columns
    assert others.height == 200
    assert not set(others.iter_rows()) & set(ours.iter_rows())
    assert others["name"].str.contains("\u3000").mean() == pytest.approx(1, abs=0.1)


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
    assert numbers(3).to_list() == [FIRST_NUMBER_OF_NOBODY, FIRST_NUMBER_OF_NOBODY + 1, FIRST_NUMBER_OF_NOBODY + 2]
    assert FIRST_NUMBER_OF_NOBODY + 1_000 < 2**32


TRACED = "\n[trace]\ncanaries = 3\nmarks = true\n"
CANARIES = "\n[trace]\ncanaries = 3\n"
MARKS = "\n[trace]\nmarks = true\n"
NAMED = changed(ROWS, ('from = "統一コード"\nop = "token.serial"', 'from = "世帯番号"\nkind = "phone"\nop = "keep"'))
NAMELESS = changed(ROWS, ('from = "氏名カナ"\nop = "keep"', 'from = "氏名カナ"\nop = "flag"'))


def why_not_in(text: str) -> list[tuple[str, object]]:
    purpose = parse_purpose(text, PATH)
    kinds = {field.out: kind_of_field(purpose, field) for field in purpose.field}
    problems = why_not(purpose, {out: found for out, found in kinds.items() if found}, text, PATH)
    return [(problem.key, problem.values.get("field")) for problem in problems]


def test_a_table_of_people_may_be_traced() -> None:
    assert why_not_in(NAMED + TRACED) == []
    assert why_not_in(ROWS + MARKS) == []
    assert why_not_in(NAMELESS) == []


def test_nobody_is_known_again_by_one_value() -> None:
    assert why_not_in(ROWS + CANARIES) == [("cut.canary_unknown", None)]


def test_marks_need_a_field_whose_spelling_is_free() -> None:
    assert why_not_in(NAMELESS + MARKS) == [("cut.marks_nowhere", None)]


@pytest.mark.parametrize("trace", [CANARIES, MARKS])
def test_answers_and_what_is_anonymous_are_not_traced(trace: str) -> None:
    assert why_not_in(ANSWER + trace) == [("cut.trace_counted", None)]
    assert why_not_in(changed(NAMED, ('"entrustment"', '"anonymous"')) + trace) == [("cut.trace_counted", None)]
    counted = '\n[risk]\nquasi = ["カナ"]\nk = 3\n'
    assert why_not_in(NAMED + trace + counted) == [("cut.trace_counted", None)]


@pytest.mark.parametrize("column", ["口座番号", "世帯番号"])
def test_no_number_that_somebody_is_paid_by_is_made_up(column: str) -> None:
    text = changed(NAMED, ('from = "口座番号"\nop = "mask.last"', f'from = "{column}"\nop = "keep"'))

    assert why_not_in(text + CANARIES) == [("cut.canary_field", "口座末尾")]
