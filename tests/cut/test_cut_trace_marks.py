"""A mark chooses between two spellings of one value, by a key and the value alone; what the value means never changes."""

from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.canon.address import address
from sekisho.canon.name import kana, name
from sekisho.canon.number import postal_code
from sekisho.cut.trace.marks import CHANNELS, channels_of, mark, readable, reading
from sekisho.kinds.taxonomy import taxonomy

unhurried = settings(deadline=None)

SECRET, ANOTHER = bytes(range(32)), bytes(range(1, 33))
MOST = 1_000

CANON: dict[str, Callable[[str], str | None]] = {
    "name": name, "name_kana": kana, "address": address, "postal_code": postal_code,
}  # fmt: skip

DIGITS = st.text("0123456789", min_size=1, max_size=3) | st.text("０１２３４５６７８９", min_size=1, max_size=3)
ADDRESSES = st.builds(
    lambda town, a, b, c, words, rest: town + a + words[0] + b + words[1] + c + words[2] + rest,
    st.text("兵庫県汐見市松原町一丁目番の 　ー-－カ", max_size=6),
    DIGITS, DIGITS, DIGITS,
    st.sampled_from([("丁目", "番", "号"), ("-", "-", ""), ("－", "－", ""), ("丁目", "番地", ""), ("番地の", "-", "号室")]),
    st.text("コーポ－-203２０号室 　", max_size=5),
)  # fmt: skip
NAMES = st.text("山田太郎ヤマダタロウﾔﾏﾀﾞ髙﨑 　・ーA=+-@\t\r", max_size=10)
POSTAL = st.from_regex(r"[0-9]{3}-?[0-9]{4}", fullmatch=True)
CELLS = st.lists(st.none() | NAMES | ADDRESSES | POSTAL | st.text(max_size=12), max_size=8)
KINDS = st.sampled_from(list(CANON))


def marked(kind_id: str, *cells: str | None, secret: bytes = SECRET) -> list[str | None]:
    return mark(pl.Series(cells, dtype=pl.String), kind_id, secret).to_list()


def spellings(kind_id: str, cell: str) -> set[str | None]:
    """Return how a cell is spelt in many copies."""
    return {marked(kind_id, cell, secret=bytes([key]) * 32)[0] for key in range(32)}


@unhurried
@given(CELLS, KINDS)
def test_no_mark_changes_what_a_value_means(cells: list[str | None], kind_id: str) -> None:
    canon = CANON[kind_id]

    for before, after in zip(cells, marked(kind_id, *cells), strict=True):
        assert (before is None) == (after is None)
        assert before is None or after is None or canon(before) == canon(after)


@unhurried
@given(CELLS, KINDS)
def test_marking_twice_changes_nothing(cells: list[str | None], kind_id: str) -> None:
    once = marked(kind_id, *cells)

    assert marked(kind_id, *once) == once


@unhurried
@given(CELLS, KINDS)
def test_a_mark_makes_no_formula_and_loses_no_leading_zero(cells: list[str | None], kind_id: str) -> None:
    for before, after in zip(cells, marked(kind_id, *cells), strict=True):
        if before != after and before and after:
            assert not after.startswith(("=", "+", "-", "@", "\t", "\r", "0"))
            assert kind_id == "postal_code" or not after[0].isdecimal()


@unhurried
@given(CELLS, KINDS)
def test_a_mark_depends_on_the_value_alone(cells: list[str | None], kind_id: str) -> None:
    assert marked(kind_id, *cells[::-1])[::-1] == marked(kind_id, *cells)
    assert marked(kind_id, *cells[:1]) == marked(kind_id, *cells)[:1]


@unhurried
@given(CELLS, KINDS)
def test_what_is_marked_reads_as_the_key_says(cells: list[str | None], kind_id: str) -> None:
    after = pl.Series(marked(kind_id, *cells), dtype=pl.String)

    for channel in (each for each in CHANNELS.values() if kind_id in each.kinds and each.id != "block"):
        seen = reading(readable(after, channel), most=MOST)
        assert seen.agreements(SECRET, channel.id) == len(seen.messages)


@pytest.mark.parametrize(
    ("kind_id", "cell", "expected"),
    [
        ("name", "山田　太郎", {"山田　太郎", "山田 太郎"}),
        ("name_kana", "ヤマダ タロウ", {"ヤマダ　タロウ", "ヤマダ タロウ"}),
        ("address", "松原町３－４－５", {"松原町３－４－５", "松原町3-4-5"}),
        (
            "address",
            "松原町3丁目4番15号",
            {"松原町3丁目4番15号", "松原町３丁目４番１５号", "松原町3-4-15", "松原町３－４－１５"},
        ),
        ("address", "松原町３丁目４番５号２０３号室", {"松原町３丁目４番５号２０３号室", "松原町3丁目4番5号203号室"}),
        ("postal_code", "660-0051", {"660-0051", "6600051"}),
    ],
)
def test_both_spellings_occur(kind_id: str, cell: str, expected: set[str]) -> None:
    assert spellings(kind_id, cell) == expected


@pytest.mark.parametrize(
    ("kind_id", "cell"),
    [
        ("name", "山田太郎"),  # where the blank would stand is not said
        ("name", "John Smith"),
        ("name_kana", "ﾔﾏﾀﾞ ﾀﾛｳ"),  # as banks write it
        ("address", "3-4-5"),  # a date to a spreadsheet
        ("address", "松原町3丁目４番5号"),  # of both widths
        ("address", "松原町三丁目四番五号"),
        ("postal_code", "060-0001"),  # its zero would be lost
        ("postal_code", "〒660-0051"),
        ("name", ""),
    ],
)
def test_what_has_no_free_spelling_stays(kind_id: str, cell: str) -> None:
    assert spellings(kind_id, cell) == {cell}


def test_words_are_not_made_of_hyphens() -> None:
    assert not any("丁目" in (spelt or "") for spelt in spellings("address", "松原町3-4-5"))


@pytest.mark.parametrize("kind_id", sorted(set(taxonomy()) - set(CANON)))
def test_identifiers_amounts_codes_and_dates_are_never_marked(kind_id: str) -> None:
    cells = ("山田　太郎", "松原町3丁目4番5号", "660-0051", "0312345678", "2022-06-21", "100000")

    assert tuple(marked(kind_id, *cells)) == cells
    assert not channels_of([kind_id])


def test_another_copy_agrees_by_chance_alone() -> None:
    names = pl.Series([f"山田　{chr(0x4E00 + number)}" for number in range(4_000)])
    seen = reading(readable(mark(names, "name", SECRET), CHANNELS["blank"]), most=MOST * 10)

    assert seen.agreements(SECRET, "blank") == len(seen.messages) > 3_900  # some characters are variants of others
    assert 1_800 < seen.agreements(ANOTHER, "blank") < 2_200


def test_a_value_counts_once_and_its_usual_spelling_counts() -> None:
    cells = pl.Series(["山田 太郎"] * 50 + ["鈴木　花子", "鈴木 次郎", "鈴木　次郎"])
    seen = pl.concat([readable(cells, CHANNELS["blank"])])

    assert len(reading(seen, most=MOST).messages) == 2
    assert len(reading(seen, most=1).messages) == 1
