"""Invented people with the names that registers hold, their letters, and pages read back: for the tests of letters."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache

import polars as pl
import pypdfium2

from sekisho.custody.paper.glyphs import find_fonts
from sekisho.loss.letters.envelopes import Envelope, find_envelope
from sekisho.loss.letters.mailing import Mailing
from sekisho.loss.letters.master import Body
from sekisho.loss.letters.readback import seen
from sekisho.loss.letters.recipients import recipients

AT = datetime(2022, 6, 23, 2, 0, tzinfo=UTC)
KEY = bytes(range(32))
RARE = "髙﨑德濵邊邉齋齊祐𠮷𡈽𠀋𣘺𪘂鷗彅煇"
VARIANT = "葛\U000e0101"

BODY = Body(
    title="個人情報を保存したUSBメモリーの紛失について（お詫び）",
    sections=(
        ("", "個人情報を保存したUSBメモリーが所在不明になりました。"),
        ("対象の情報", "・住所\n・生年月日"),
    ),
    office="汐見市",
    sender=("総務部", "06-0123-0617"),
    date="令和4年6月23日",
)
LONG_BODY = Body(
    title="紛失について", sections=(("", "経緯を説明します。\n\n" * 60),), office="汐見市", sender=(), date=""
)


@cache
def invented(count: int) -> pl.DataFrame:
    """Return people; each has a name that no other one has."""
    surnames = [*RARE, VARIANT, "田", "O'Brien ", "磯"]
    return pl.DataFrame({
        "person": [f"{number:010d}" for number in range(count)],
        "name": [f"{surnames[number % len(surnames)]}{_numeral(number)}　{_numeral(number * 7)}子" for number in range(count)],
        "postal_code": [f"688-{number * 37 % 10000:04d}" for number in range(count)],
        "address": [f"兵庫県汐見市貝殻町{number}番地" for number in range(count)],
    })  # fmt: skip


def _numeral(number: int) -> str:
    return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(number))


def mailing(
    table: pl.DataFrame, *, body: Body = BODY, envelope: str | Envelope = "jp-naga3", duplex: bool = False
) -> Mailing:
    """Return letters to the people of a table."""
    found = find_envelope(envelope) if isinstance(envelope, str) else envelope
    return Mailing(
        segment="o-3", to=recipients(table), body=body, envelope=found, fonts=find_fonts(), key=KEY, at=AT, duplex=duplex
    )  # fmt: skip


def pages(pdf: bytes) -> list[str]:
    """Return what each page says, without blanks and selectors."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [seen(document[number].get_textpage().get_text_range()) for number in range(len(document))]
    finally:
        document.close()


def boxes(pdf: bytes, page: int, wanted: Sequence[str]) -> list[tuple[float, float, float, float]]:
    """Return left, top, right and bottom in millimetres of every character of texts on a page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        text = document[page].get_textpage()
        high, whole = document[page].get_height(), text.get_text_range()
        found = [
            _units(whole[: each.start() + n])
            for text_ in wanted
            for each in re.finditer(re.escape(text_), whole)
            for n in range(len(text_))
        ]
        corners = [text.get_charbox(place) for place in found]
        scale = 25.4 / 72
        return [
            (left * scale, (high - top) * scale, right * scale, (high - low) * scale)
            for left, low, right, top in corners
        ]
    finally:
        document.close()


def _units(text: str) -> int:
    """Return the length of a text as a reader of PDFs counts: a rare kanji is two."""
    return len(text.encode("utf-16-le")) // 2
