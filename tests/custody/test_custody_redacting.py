"""Blotted text holds nothing that detect finds, keeps every other character, and leaves null and empty as they are."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.custody.cell_spans import spans_in_cells
from sekisho.custody.redacting import blot_out, redact

SAID = {
    "090-1234-5678 に折り返し": "〔電話番号〕 に折り返し",
    "マイナンバー 123456789018 確認済": "マイナンバー 〔個人番号（マイナンバー）〕 確認済",
    "担当：山田太郎": "担当：〔氏名〕",
    "mail: taro.yamada@kamome.co.jp まで": "mail: 〔メールアドレス〕 まで",
    "東京都新宿区西新宿2丁目8番1号": "〔住所〕",
    "特になし": "特になし",
    "": "",
}


@pytest.mark.parametrize("text", SAID)
def test_what_is_found_becomes_its_name(text: str) -> None:
    assert blot_out([text]) == [SAID[text]]


def test_a_column_keeps_its_places() -> None:
    cells = pl.Series("備考", [None, "特になし", "090-1234-5678", "特になし", ""])
    assert redact(cells).to_list() == [None, "特になし", "〔電話番号〕", "特になし", ""]
    assert redact(cells.clear()).to_list() == []


def test_a_label_in_one_cell_says_nothing_of_the_next() -> None:
    assert blot_out(["氏名", "特記事項なし", "口座番号", "1234567"]) == ["氏名", "特記事項なし", "口座番号", "1234567"]


def test_line_ends_stay() -> None:
    assert blot_out(["一行目\r\n電話 090-1234-5678\n三行目"]) == ["一行目\r\n電話 〔電話番号〕\n三行目"]


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.sampled_from(
            [*SAID, "佐藤様", "口座番号 ", "1234567", "\n", "、", "４１１１１１１１１１１１１１１１", "昭和39年4月1日"]
        )
    )
)
def test_nothing_is_found_in_what_was_blotted(parts: list[str]) -> None:
    (text,) = blot_out(["".join(parts)])
    assert [span.kind.id for span in spans_in_cells([text.encode()])] == []


def test_places_are_of_the_cell_however_many_there_are() -> None:
    """Pieces are of a megabyte."""
    cells = ["特になし".encode() * 20_000, "電話 090-1234-5678".encode()] * 3
    found = [(span.cell, cells[span.cell][span.start : span.stop]) for span in spans_in_cells(cells)]
    assert [each for each in found if each[1] == b"090-1234-5678"] == [(place, b"090-1234-5678") for place in (1, 3, 5)]
