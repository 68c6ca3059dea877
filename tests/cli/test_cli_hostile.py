"""Tables as they come, by the command line: what is wrong is said by row and column, and no value of anybody's is."""

from pathlib import Path

import pytest
from cli_town import PEOPLE, ROWS, Town, found_town

from sekisho.catalogue.words import LANGUAGES, Language

NAMES = ["和田", "岩田", "磯部", "ワダ", "貝殻町", "2882378", "3824314"]
DATED = ROWS.replace("'bank_account'", "'bank_account', 'birth_date'") + (
    '[[field]]\nout = "生年"\nfrom = "生年月日"\nop = "date.year"\nwhy = "w"\n'
)


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    return found_town(tmp_path, capsys)


def put(town: Town, people: str, purpose: str = ROWS, *, encoding: str = "utf-8") -> Path:
    (town.root / "people.csv").write_bytes(people.encode(encoding))
    (town.root / "rows.toml").write_text(purpose, encoding="utf-8")
    return town.root / "rows.toml"


def refused(town: Town, purpose: Path, *words: str) -> None:
    """Both `check` and `cut` (or at least `cut`) refuse it in these words, keep nothing, and name nobody."""
    said = town.say("cut", purpose)
    assert said.code not in {0, 1}
    assert [word for word in words if word not in said.err] == []
    assert [name for name in NAMES if name in said.out + said.err] == []
    assert town.json("cut", "list")["cuts"] == []


def test_a_column_that_the_purpose_names_is_gone(town: Town) -> None:
    refused(
        town, put(town, PEOPLE.replace(",口座番号,", ",振込番号,")), "people.csv", "New: 振込番号", "Gone: 口座番号"
    )


def test_two_columns_have_one_header(town: Town) -> None:
    people = PEOPLE.replace("氏名,カナ,", "カナ,カナ,")
    refused(town, put(town, people), "people.csv", "氏名")


def test_a_file_of_nothing(town: Town) -> None:
    refused(town, put(town, ""), "people.csv")


def test_a_header_and_nobody(town: Town) -> None:
    cut = town.json("cut", put(town, PEOPLE.splitlines()[0] + "\n"))
    assert (cut["rows_in"], cut["rows_out"], cut["people"]) == (0, 0, 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932"])
def test_a_mark_before_the_first_header(town: Town, encoding: str) -> None:
    assert town.json("cut", put(town, PEOPLE, encoding=encoding))["rows_out"] == 3


def test_a_cell_of_several_lines_is_no_second_row(town: Town) -> None:
    people = PEOPLE.replace("兵庫県汐見市渚町5-1", '"兵庫県汐見市\r\n渚町5-1"')
    assert town.json("cut", put(town, people))["rows_out"] == 3


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("day", ["4月31日", "昭和65年2月30日", "2022-04-31"])
def test_a_day_that_does_not_exist_is_told_by_row_and_field(town: Town, day: str, language: Language) -> None:
    town.language = language
    purpose = put(town, PEOPLE.replace("1924-12-04", day), DATED)
    said = town.say("cut", purpose)
    assert said.code == 0
    line = next(line for line in said.out.splitlines() if line.startswith("生年") and "1" in line and "3" in line)
    assert ("3 行目" if language == "ja" else "rows 3 of the source") in line
    assert day not in said.out + said.err
    fields = town.json("cut", purpose)["fields"]
    assert [(each["name"], each["unreadable"], each["unreadable_rows"]) for each in fields if each["unreadable"]] == [
        ("生年", 1, ["3"])
    ]


def test_a_line_of_totals_is_told_by_row_and_column(town: Town) -> None:
    refused(town, put(town, f"{PEOPLE}合計,3,,,,,,\n"), "`統一コード`", "row 5")


def test_a_row_of_another_length_is_told_by_its_line(town: Town) -> None:
    refused(town, put(town, f"{PEOPLE}0000000999,磯部\n"), "people.csv", "5")


def test_a_character_that_the_encoding_cannot_hold_is_told_by_row_and_field(town: Town) -> None:
    purpose = put(town, PEOPLE.replace("イソベ ワタル", "𠮷ベ ワタル"), ROWS + '[output]\nencoding = "cp932"\n')
    refused(town, purpose, "カナ: 1", "row 4")


def test_a_thousand_columns(town: Town) -> None:
    header = ",".join(["統一コード", *(f"列{number}" for number in range(999))])
    people = "\n".join([header, *(",".join([f"000000{place}", *["=1+1"] * 999]) for place in range(3))]) + "\n"
    (town.root / "wide.csv").write_text(people, encoding="utf-8")
    text = town.say("purpose", "new", town.root / "wide.csv", "--draft").out.replace('= "…"', '= "callcentre"')
    (town.root / "wide.toml").write_text(text, encoding="utf-8")
    assert len(town.json("purpose", "check", town.root / "wide.toml")["explained"]["stays"]) == 999
    assert town.json("cut", town.root / "wide.toml")["rows_out"] == 3


def test_a_purpose_that_is_no_toml_and_one_with_an_unknown_key_are_told_by_their_line(town: Town) -> None:
    line = ROWS.split("\n").index('out = "カナ"') + 1
    refused(town, put(town, PEOPLE, ROWS.replace('out = "カナ"', "out = カナ")), f"line {line}")
    refused(
        town, put(town, PEOPLE, ROWS.replace('out = "カナ"', 'out = "カナ"\nwehre = 1')), f"line {line + 1}", "wehre"
    )
