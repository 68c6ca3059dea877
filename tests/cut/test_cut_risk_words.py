"""What a report on risk says is what was measured, in both languages, and nothing of the rows."""

from datetime import datetime

import polars as pl
import pytest

from sekisho.catalogue.words import Language
from sekisho.cut.risk.anonymise import anonymise
from sekisho.cut.risk.coding import code
from sekisho.cut.risk.default import default
from sekisho.cut.risk.page import page
from sekisho.cut.risk.report import tell
from sekisho.cut.risk.reported import RiskReport
from sekisho.cut.risk.words import percent, sentences

TABLE = pl.DataFrame(
    {
        "年齢": [str(20 + place // 2) for place in range(40)],
        "町<b>": ["渚町", "松原町"] * 20,
        "病名": ["ヒミツ病", "感冒", "骨折", "喘息"] * 10,
    }
)


def report(*, k: int | None = None) -> RiskReport:
    coded = code(TABLE, ["年齢", "町<b>"], {"年齢": default}, sensitive=["病名"])
    made = anonymise(coded, k=k, method="mondrian") if k else None
    return RiskReport(
        quasi=["年齢", "町<b>"],
        wanted=k or 5,
        method=made.method if made else "",
        loss=made.loss if made else 0.0,
        before=tell(coded, wanted=k or 5),
        after=tell(made.published) if made else None,
    )


@pytest.mark.parametrize(("language", "alone"), [("ja", "40 行のうち 40 行（100%）"), ("en", "Of 40 rows 40 (100%)")])
def test_who_stands_alone_is_said_first(language: Language, alone: str) -> None:
    said = sentences(report(), language)
    assert said[0].startswith(alone)
    assert not any("As it leaves" in each or "出る表" in each for each in said)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_what_was_done_and_what_is_left_is_said(language: Language) -> None:
    said = " ".join(sentences(report(k=4), language))
    assert ("40 行のどれも" if language == "ja" else "None of 40 rows") in said
    assert "ヒミツ病" not in said


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_page_stands_alone_and_shows_no_cell(language: Language) -> None:
    text = page(report(k=4), language, name="表<script>.csv", made=datetime(2022, 6, 21, 9, 0))
    assert text.startswith("<!DOCTYPE html>")
    assert "default-src &#x27;none&#x27;" in text
    assert "<script>" not in text
    assert "町&lt;b&gt;" in text
    for cell in ("ヒミツ病", "感冒", "渚町", "松原町"):
        assert cell not in text
    assert text.count("<rect") >= 3
    assert f'lang="{language}"' in text


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_table_without_rows_is_said_to_be_one(language: Language) -> None:
    empty = tell(code(TABLE.clear(), ["年齢"]))
    assert len(sentences(RiskReport(quasi=["年齢"], wanted=5, before=empty), language)) == 1


def test_something_is_never_nothing_nor_less_than_all_all() -> None:
    assert [percent(share) for share in (0, 0.0001, 0.2, 0.3333, 0.9999, 1)] == [
        "0%", "<0.1%", "20%", "33.3%", ">99.9%", "100%",
    ]  # fmt: skip
