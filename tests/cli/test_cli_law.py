"""The list of the law's requirements, as people read it: before the cut and behind it, in both languages."""

from pathlib import Path

import pytest
from cli_town import Town, found_town

from sekisho.catalogue.words import Language

TEXT = """schema = 1
[purpose]
id = "study"
title = "給付の統計"
profile = "anonymous"
not_after = 2022-09-30
kinds = ["sex"]
controller = { name = "汐見市", kind = "local_government" }
recipient = { id = "callcentre", contract = "R4-1234" }
[source.a]
path = "sexes.csv"
columns = ["統一コード", "性別"]
subject = { column = "統一コード" }
[rows]
from = "a"
[[field]]
out = "性別"
from = "性別"
op = "keep"
why = "w"
[risk]
quasi = ["性別"]
k = 2
"""


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    town = found_town(tmp_path, capsys)
    rows = "".join(f"{place},{'男' if place % 2 else '女'}\n" for place in range(6))
    (town.root / "sexes.csv").write_text(f"統一コード,性別\n{rows}", encoding="utf-8")
    (town.root / "study.toml").write_text(TEXT, encoding="utf-8")
    return town


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["B2\tnothing found", "\tpublic bodies have a procedure", "B6c\tfor a person", "no proof that any law"]),
        ("ja", ["B2\t見つからず", "B7\t注意\t行政機関等が作るのは", "\t行政機関等には", "B6c\t人が判断", "法令に合うことの証明ではありません"]),
    ],
)  # fmt: skip
def test_before_the_cut_the_purpose_alone_is_looked_at(town: Town, language: Language, words: list[str]) -> None:
    town.language = language
    said = town.say("purpose", "check", town.root / "study.toml")
    assert said.code == 0
    assert [word for word in words if word not in said.out] == []
    law = town.json("purpose", "check", town.root / "study.toml")["law"]
    assert {each["severity"] for each in law} == {"passed", "warning", "decide"}
    assert all(each["source"] and each["checked"] for each in law)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["all that leaves was searched (6 cells)", "at least 3 people share each combination of 性別", "to be published"]),
        ("ja", ["出すもの全件（6 セル）", "少なくとも 3 人います", "公表する文", "個人情報保護法43条3項"]),
    ],
)  # fmt: skip
def test_behind_the_cut_the_rows_are_told_and_what_to_publish(town: Town, language: Language, words: list[str]) -> None:
    town.language = language
    said = town.say("cut", town.root / "study.toml")
    assert said.code == 0
    assert [word for word in words if word not in said.out] == []
    assert "  含まれる個人に関する情報の項目：性別" in said.out
    assert "compliant" not in said.out.lower()


def test_entrustment_has_its_list_before_the_cut_alone(town: Town) -> None:
    assert (
        "C2\tfor a person\tterms of the contract: consent" in town.say("purpose", "check", town.root / "rows.toml").out
    )
    said = town.say("cut", town.root / "rows.toml")
    assert (said.code, "C2" in said.out) == (0, False)


def test_an_approver_reads_the_list_and_the_risk_before_signing(town: Town) -> None:
    cut = town.json("cut", town.root / "study.toml")["id"]
    wish = ("--route", "電車", "--until", "2022-06-21T20:00", "--carrier", "carrier", "--recipient", "supervisor")
    asked = town.json("request", cut, *wish, "--medium", "USB-9", "--allow-save", "--key", town.key("officer"))[
        "request"
    ]
    said = town.say("approve", asked, "--key", town.key("chief"), "--yes")
    assert "B5\tfor a person" in said.err
    assert "at least 3 share each combination" in said.err
