"""All that leaves is searched: over all blocks, in every column that passes cells on, and what a form makes is left alone."""

from pathlib import Path

import polars as pl
import pytest

from invented_office import Town
from sekisho.custody.cutting import prepare
from sekisho.custody.verifying import Verifier
from sekisho.errors import Refused

pytest_plugins = ("office_fixtures",)

TEXT = """schema = 1
[purpose]
id = "study"
title = "t"
profile = "pseudonymous"
not_after = 2022-09-30
kinds = ["case_number", "benefit_status", "postal_code", "other"]
controller = { name = "c", kind = "company" }
recipient = { id = "callcentre", contract = "1" }
[source.a]
path = "a.csv"
columns = ["統一コード", "番", "郵便番号"]
subject = { column = "統一コード" }
kinds = { "番" = "other" }
[rows]
from = "a"
[[field]]
out = "整理番号"
from = "統一コード"
op = "token.serial"
why = "w"
[[field]]
out = "番"
from = "番"
op = "keep"
why = "w"
"""


def verifier(town: Town, tmp_path: Path) -> Verifier:
    town.write("a.csv", "統一コード,番,郵便番号\n1,2,3\n")
    town.write("study.toml", TEXT)
    return Verifier(prepare(tmp_path / "study.toml").plan(town.office.today()))


def block(*cells: str | None) -> pl.DataFrame:
    """Return a block with a token that has the check digit of a My Number."""
    columns = {"整理番号": ["123456789018"] * len(cells), "番": cells}
    return pl.DataFrame(columns, schema={"整理番号": pl.String, "番": pl.String})


@pytest.mark.parametrize(
    "cells",
    [
        ["123456789018"],
        ["", None, "１２３４－５６７８－９０１８"],
        ["a,b", 'says "x"', "two\nlines 123456789018"],
        ["4111 1111 1111 1111"],
        ["特になし"] * 9 + ["基礎年金番号 1234-567890"],
        ["taro.yamada@kamome.co.jp"],
    ],
)
def test_one_cell_in_one_block_is_enough(town: Town, tmp_path: Path, cells: list[str | None]) -> None:
    searching = verifier(town, tmp_path)
    for each in (block("済", "返戻"), block(*cells), block("済")):
        searching.see(each)
    with pytest.raises(Refused) as caught:
        searching.must_be_none()
    assert caught.value.key == "cut.law_found"
    assert str(caught.value.values["found"]).startswith("番 (")


@pytest.mark.parametrize(
    "cells",
    [
        [],
        [None, ""],
        ["済", "返戻", "却下"],
        ["2022-04-01", "1950-01-01"],
        ["100000", "50000", "1,234,567"],
        [f"R4-{number:07d}" for number in range(50)],
        [f"{number * 7919 % 10**12:012d}" for number in range(10**9, 10**9 + 400)],
        ["男", "女"],
        ["第1区", "貝殻町"],
    ],
    ids=[
        "nobody",
        "empty",
        "states",
        "days",
        "amounts",
        "numbers of forms",
        "twelve digits by chance",
        "sexes",
        "towns",
    ],
)
def test_what_is_harmless_leaves(town: Town, tmp_path: Path, cells: list[str | None]) -> None:
    """The token beside it is made here, and is not searched: it has the check digit of a My Number."""
    searching = verifier(town, tmp_path)
    searching.see(block(*cells))
    searching.must_be_none()
    assert {finding.key for finding in searching.findings()} == {"searched"}


def test_every_cell_is_counted_also_of_values_that_were_seen_before(town: Town, tmp_path: Path) -> None:
    searching = verifier(town, tmp_path)
    for _ in range(3):
        searching.see(block("担当：山田太郎", "特になし", "担当：山田太郎"))
    with pytest.raises(Refused) as caught:
        searching.must_be_none()
    assert caught.value.values["found"] == "番 (name: 6)"
