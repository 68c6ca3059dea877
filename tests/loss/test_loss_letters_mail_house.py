"""The table for a mail house: whom, not why; what its encoding cannot write is reported, not replaced."""

import csv
import io

import polars as pl
import pytest
from letter_pages import KEY, invented

from sekisho.loss.letters.mail_house import Encoding, mail_house_table
from sekisho.loss.letters.recipients import Why, recipients
from sekisho.loss.letters.reference import reference_code


def rows_of(data: bytes, encoding: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(encoding), newline="")))


def test_the_table_says_whom_and_nothing_of_why() -> None:
    made = mail_house_table(recipients(invented(3)), key=KEY, encoding=Encoding.UTF8)
    head, *rows = rows_of(made.csv, "utf-8-sig")
    assert made.csv.startswith(b"\xef\xbb\xbf")
    assert head == ["通知番号", "郵便番号", "住所", "宛名", "敬称", "宛先の区分"]
    assert [row[0] for row in rows] == [reference_code(KEY, f"{number:010d}") for number in range(3)]
    assert rows[0][1:] == ["688-0000", "兵庫県汐見市貝殻町0番地", invented(1)["name"].item(), "様", ""]


def test_what_cp932_lacks_is_left_out_and_reported() -> None:
    """By row and code point; signs that Microsoft only reads as others are no reason."""
    names = ["髙﨑　茂", "𠮷田　茂", "和田　茂", "鷗　茂"]
    addresses = ["一丁目2−3〜4", "b", "c", "d"]
    table = invented(4).with_columns(name=pl.Series(names), address=pl.Series(addresses))
    made = mail_house_table(recipients(table), key=KEY, encoding=Encoding.CP932)
    assert [(held.row, held.why, held.characters) for held in made.held] == [
        (3, Why.UNMAPPABLE, "U+20BB7"),
        (5, Why.UNMAPPABLE, "U+9DD7"),
    ]
    _, *rows = rows_of(made.csv, "cp932")
    assert [row[3] for row in rows] == ["髙﨑　茂", "和田　茂"]
    assert rows[0][2] == "一丁目2－3～4"
    assert made.people == 2


@pytest.mark.parametrize("guardian", ["磯部　航", ""])
def test_a_minors_row_goes_to_the_guardian(guardian: str) -> None:
    table = invented(1).with_columns(minor=pl.lit(value=True), guardian=pl.lit(guardian))
    _, row = rows_of(mail_house_table(recipients(table), key=KEY, encoding=Encoding.UTF8).csv, "utf-8-sig")
    assert row[3] == (guardian or invented(1)["name"].item())
    assert row[5] == "保護者宛て"


def test_a_quote_or_line_end_in_a_cell_breaks_no_row() -> None:
    table = invented(1).with_columns(name=pl.lit('O"Brien, 太郎'), address=pl.lit("貝殻町1\nかもめ荘"))
    _, row = rows_of(mail_house_table(recipients(table), key=KEY, encoding=Encoding.UTF8).csv, "utf-8-sig")
    assert row[2:4] == ["貝殻町1 かもめ荘", 'O"Brien, 太郎']
