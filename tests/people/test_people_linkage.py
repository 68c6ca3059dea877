"""Rows find the person they are, or nobody; what is left comes with candidates."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.people.linkage import CASCADE, Pass, link
from sekisho.people.review import review

PARTS = ("code", "name", "kana", "birth_date", "address", "sex", "postal_code")
Row = tuple[str | None, ...]

TARO: Row = (
    "0001",
    "髙﨑　太郎",
    "タカサキ　タロウ",
    "1964-04-01",
    "兵庫県汐見市松原町三丁目４番５号",
    "男",
    "688-0101",
)
JIRO: Row = (
    "0002",
    "髙﨑　次郎",
    "タカサキ　ジロウ",
    "1964-04-01",
    "兵庫県汐見市松原町三丁目４番５号",
    "男",
    "688-0101",
)
HANAKO: Row = (
    "0003",
    "渡邊　花子",
    "ワタナベ　ハナコ",
    "1970-12-31",
    "兵庫県汐見市緑町1丁目2番地の3",
    "女",
    "688-0202",
)
REGISTER: list[Row] = [TARO, JIRO, HANAKO]


def frame(rows: list[Row]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(PARTS, pl.String), orient="row")


def found(rows: list[Row], register: list[Row] = REGISTER) -> list[tuple[int, int, str]]:
    return link(frame(rows), frame(register)).matches.rows()


def changed(person: Row, **parts: str | None) -> Row:
    return tuple(parts.get(part, cell) for part, cell in zip(PARTS, person, strict=True))


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        (("１", None, None, None, None, None, None), "code"),
        ((None, "高崎太郎", None, "昭和39年4月1日", "汐見市松原町3-4-5", None, None), "name+birth_date+address"),
        ((None, "", "ﾀｶｻｷ ﾀﾛｳ", "S39.4.1", "汐見市松原町３丁目４番地の５", None, None), "kana+birth_date+address"),
        (changed(TARO, code=None, address="神戸市中央区1-1", kana=None), "name+birth_date+sex"),
        ((None, None, "たかさきたろー", "1964/4/1", "神戸市", None, "〒6880101"), "kana+birth_date+postal_code"),
        ((None, "高﨑 太郎", None, "1964-04-11", "汐見市松原町3-4-5", "1", None), "name+address+sex"),
        ((None, "高木", "タカサキ タロウ", "1964-04-11", "汐見市松原町3-4-5", "1", None), "kana+address"),
        (
            (None, "山田 太郎", "ヤマダ タロウ", "1964-04-01", "汐見市松原町3-4-5", "1", None),
            "given_name+birth_date+address",
        ),
    ],
)
def test_a_row_is_known_by_the_surest_of_what_it_has(row: Row, rule: str) -> None:
    assert found([row]) == [(0, 0, rule)]


def test_every_pass_is_tried() -> None:
    assert [each.id for each in CASCADE][:7] == [
        "code",
        "name+birth_date+address",
        "kana+birth_date+address",
        "name+birth_date+sex",
        "kana+birth_date+postal_code",
        "name+address+sex",
        "kana+address",
    ]


def test_a_matched_row_leaves_and_the_others_stay() -> None:
    linked = link(frame([HANAKO, (None,) * 7, changed(JIRO, code=None)]), frame(REGISTER))
    assert linked.matches.rows() == [(0, 2, "code"), (2, 1, "name+birth_date+address")]
    assert linked.rest.to_list() == [1]


def test_twins_are_not_told_by_birth_date_and_address() -> None:
    row: Row = (None, "木村　三郎", "キムラ　サブロウ", *TARO[3:])
    assert found([row]) == []


def test_two_people_of_one_name_and_birth_date_are_told_by_their_addresses_alone() -> None:
    namesake = changed(TARO, code="0009", address="兵庫県汐見市緑町9-9", postal_code="688-0202")
    rows = [
        changed(namesake, code=None),
        changed(TARO, code=None),
        changed(TARO, code=None, address="神戸市", postal_code=None),
    ]
    assert found(rows, [TARO, namesake]) == [(0, 1, "name+birth_date+address"), (1, 0, "name+birth_date+address")]


def test_a_row_with_a_code_is_never_somebody_with_another() -> None:
    assert found([changed(TARO, code="0777")]) == []
    assert found([changed(TARO, code="0777")], [changed(TARO, code=None)]) == [(0, 0, "name+birth_date+address")]


def test_rows_of_one_person_all_find_them() -> None:
    assert found([changed(TARO, code=None)] * 3) == [(row, 0, "name+birth_date+address") for row in range(3)]


def test_a_table_without_a_part_is_compared_by_the_others() -> None:
    linked = link(frame(REGISTER).select("name", "birth_date", "address"), frame(REGISTER).drop("sex"))
    assert linked.matches["person"].to_list() == [0, 1, 2]
    assert link(frame(REGISTER).select("name"), frame(REGISTER)).rest.to_list() == [0, 1, 2]


def test_an_empty_table_has_nobody() -> None:
    linked = link(frame([]), frame(REGISTER))
    assert (linked.matches.height, len(linked.rest), review(linked).height) == (0, 0, 0)


CELLS = [st.none() | st.sampled_from(["", *dict.fromkeys(person[place] for person in REGISTER)]) for place in range(7)]


@settings(deadline=None)
@given(st.lists(st.tuples(*CELLS), max_size=6), st.lists(st.tuples(*CELLS), max_size=6), st.sampled_from(CASCADE[:7]))
def test_no_pass_takes_a_key_that_two_people_have(rows: list[Row], register: list[Row], one: Pass) -> None:
    places = [PARTS.index(part) for part in one.parts]
    linked = link(frame(rows), frame(register), [one])
    keys = [tuple(person[place] or None for place in places) for person in register]
    for row, person, rule in linked.matches.rows():
        key = tuple(rows[row][place] for place in places)
        assert rule == one.id
        assert keys[person] == key
        assert keys.count(key) == 1
    assert sorted([*linked.matches["row"], *linked.rest]) == list(range(len(rows)))


# --- what is left


def test_who_moved_and_has_a_slip_in_the_birth_date_is_shown_to_a_person() -> None:
    row = changed(HANAKO, code=None, address="神戸市", postal_code="650-0001", birth_date="1970-11-30")
    linked = link(frame([row]), frame(REGISTER))
    assert linked.matches.height == 0
    assert review(linked).rows() == []  # two of year, month and day must be right
    row = changed(row, birth_date="1970-12-30")
    linked = link(frame([row]), frame(REGISTER))
    assert review(linked).rows() == [(0, 2, "name+kana+sex", 3.5)]


def test_twins_are_candidates_both_and_the_likelier_stands_first() -> None:
    row: Row = (None, "木村　次郎", "タカサキ　ゴロウ", *JIRO[3:4], "兵庫県汐見市松原町3-4-5", "男", "688-0101")
    linked = link(frame([row]), frame(REGISTER), CASCADE[:7])
    candidates = review(linked)
    assert candidates["person"].to_list() == [0, 1]
    assert candidates["same"].to_list() == ["birth_date+address+sex+postal_code"] * 2
    assert review(linked, most=1).height == 1


def test_what_a_crowd_shares_is_no_sign_of_anybody() -> None:
    crowd = [changed(TARO, code=str(code)) for code in range(60)]
    linked = link(frame([changed(TARO, code=None)]), frame(crowd))
    assert (linked.matches.height, review(linked).height) == (0, 0)
