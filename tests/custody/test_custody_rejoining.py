"""Results come back by case number; each reaches the person it is about, under the key the source has, or nobody."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest

from invented_office import Town
from sekisho.custody.cut_record import CutRecord
from sekisho.custody.rejoining import rejoin_result
from sekisho.errors import Misuse, NotFound, Refused, SekishoError

pytest_plugins = ("office_fixtures",)

CODES = ["0000000031", "0000000219", "0000000578"]


@pytest.fixture
def tokens(town: Town) -> dict[str, str]:
    """Case number by the code of the person it was given to."""
    cut = town.cuts[0]
    text = town.office.vault.read(town.home / "cuts" / cut.id / cut.files[0].stored).decode()
    given = dict.fromkeys(row["整理番号"] for row in csv.DictReader(io.StringIO(text)) if row["整理番号"])
    return dict(zip(CODES, given, strict=True))


def write(path: Path, rows: Sequence[Sequence[str]], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_each_result_goes_to_the_person_whatever_the_order_and_the_encoding(
    town: Town, tokens: dict[str, str], tmp_path: Path, encoding: str
) -> None:
    rows = [["結果", "整理番号"], ["不在", tokens[CODES[2]]], ["済　み", tokens[CODES[0]]]]
    returned = rejoin_result(town.office, write(tmp_path / "result.csv", rows, encoding), out=tmp_path / "out.csv")
    assert read(tmp_path / "out.csv") == [["統一コード", "結果"], [CODES[2], "不在"], [CODES[0], "済　み"]]
    assert (returned.rows, returned.joined.refused, returned.joined.missing) == (2, {}, 1)
    assert returned.cut.id == town.cuts[0].id


def test_what_is_wrong_stays_apart_with_its_row_and_reason(town: Town, tokens: dict[str, str], tmp_path: Path) -> None:
    good, bad = tokens[CODES[0]], tokens[CODES[1]]
    altered = bad[:-1] + str((int(bad[-1]) + 1) % 10)
    rows = [["整理番号", "結果"], [altered, "甲"], [good, "乙"], ["", "丙"]]
    result = write(tmp_path / "result.csv", rows)
    rejoin_result(town.office, result, out=tmp_path / "out.csv", refused=tmp_path / "refused.csv")
    assert read(tmp_path / "out.csv")[1:] == [[CODES[0], "乙"]]
    assert read(tmp_path / "refused.csv") == [
        ["行", "理由", "整理番号", "結果"],
        ["1", "altered", altered, "甲"],
        ["3", "empty", "", "丙"],
    ]


def test_nothing_that_a_stranger_wrote_is_carried_out_by_a_spreadsheet(
    town: Town, tokens: dict[str, str], tmp_path: Path
) -> None:
    rows = [["整理番号", "結果"], [tokens[CODES[0]], "=HYPERLINK(1)"], ["@x", "+2"]]
    result = write(tmp_path / "result.csv", rows)
    rejoin_result(town.office, result, out=tmp_path / "out.csv", refused=tmp_path / "refused.csv")
    assert read(tmp_path / "out.csv")[1] == [CODES[0], "'=HYPERLINK(1)"]
    assert read(tmp_path / "refused.csv")[1] == ["2", "altered", "'@x", "+2"]


def test_nor_is_a_header_that_a_stranger_wrote(town: Town, tokens: dict[str, str], tmp_path: Path) -> None:
    rows = [["整理番号", "=HYPERLINK(1)", "'=HYPERLINK(1)"], [tokens[CODES[0]], "1", "2"], ["@x", "3", "4"]]
    result = write(tmp_path / "result.csv", rows)
    rejoin_result(town.office, result, out=tmp_path / "out.csv", refused=tmp_path / "refused.csv")
    assert read(tmp_path / "out.csv")[0][1:] == ["'=HYPERLINK(1)", "'=HYPERLINK(1)"]
    assert read(tmp_path / "refused.csv")[0][3:] == ["'=HYPERLINK(1)", "'=HYPERLINK(1)"]


@pytest.mark.parametrize("named", [True, False])
def test_a_result_of_a_header_alone_leads_to_nobody(town: Town, tmp_path: Path, named: bool) -> None:
    result = write(tmp_path / "result.csv", [["整理番号", "結果"]])
    with pytest.raises(Refused if named else NotFound):
        rejoin_result(town.office, result, out=tmp_path / "out.csv", cut_id=town.cuts[0].id if named else None)
    assert not (tmp_path / "out.csv").exists()


def test_what_goes_and_what_is_refused_do_not_go_to_one_file(
    town: Town, tokens: dict[str, str], tmp_path: Path
) -> None:
    """Written first and refused then, the people's own keys would lie there and the ledger would not know."""
    result = write(tmp_path / "result.csv", [["整理番号", "結果"], [tokens[CODES[0]], "甲"]])
    with pytest.raises(Misuse):
        rejoin_result(town.office, result, out=tmp_path / "out.csv", refused=tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()


def test_a_column_of_the_same_name_as_the_key_stays_beside_it(
    town: Town, tokens: dict[str, str], tmp_path: Path
) -> None:
    rows = [["整理番号", "統一コード"], [tokens[CODES[0]], "9"]]
    rejoin_result(town.office, write(tmp_path / "result.csv", rows), out=tmp_path / "out.csv")
    assert read(tmp_path / "out.csv") == [["統一コード", "統一コード#"], [CODES[0], "9"]]


def test_a_renamed_column_is_named_by_the_officer(town: Town, tokens: dict[str, str], tmp_path: Path) -> None:
    result = write(tmp_path / "result.csv", [["No.", "結果"], [tokens[CODES[0]], "済"]])
    with pytest.raises(NotFound):
        rejoin_result(town.office, result, out=tmp_path / "out.csv")
    rejoin_result(town.office, result, out=tmp_path / "out.csv", column="No.")
    assert read(tmp_path / "out.csv")[1] == [CODES[0], "済"]


def test_the_ledger_says_how_many_and_names_nobody(town: Town, tokens: dict[str, str], tmp_path: Path) -> None:
    rows = [["整理番号", "結果"], [tokens[CODES[0]], "済"], ["1", "x"]]
    rejoin_result(town.office, write(tmp_path / "result.csv", rows), out=tmp_path / "out.csv")
    entry = list(town.office.ledger.entries())[-1]
    assert (entry.type, entry.fields) == (
        "cut.rejoined",
        {"cut": town.cuts[0].id, "rows": 2, "accepted": 1, "altered": 1},
    )


def test_nothing_is_written_where_nobody_is_found_or_a_file_is_there(
    town: Town, tokens: dict[str, str], tmp_path: Path
) -> None:
    strangers = write(tmp_path / "result.csv", [["整理番号"], ["123456789"]])
    problems: list[type[SekishoError]] = [NotFound, Refused]
    for cut_id, problem in zip((None, town.cuts[0].id), problems, strict=True):
        with pytest.raises(problem):
            rejoin_result(town.office, strangers, out=tmp_path / "out.csv", cut_id=cut_id)
    assert not (tmp_path / "out.csv").exists()
    (tmp_path / "out.csv").write_text("mine", encoding="utf-8")
    result = write(tmp_path / "good.csv", [["整理番号"], [tokens[CODES[0]]]])
    with pytest.raises(Misuse):
        rejoin_result(town.office, result, out=tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == "mine"


def test_whoever_was_given_out_in_two_rows_may_come_back_in_two(town: Town, tmp_path: Path) -> None:
    """One person has two accounts, and each row has its result; a third row of theirs was never given out."""
    (town.root / "people.csv").write_text(
        (town.root / "people.csv").read_text(encoding="utf-8")
        + "0000000031,和田　茂,ワダ シゲル,688-0118,兵庫県汐見市貝殻町1-28,昭和6年8月28日,7777777,\n",
        encoding="utf-8",
    )
    cut = town.cut("rows")
    text = town.office.vault.read(town.home / "cuts" / cut.id / cut.files[0].stored).decode()
    tokens = [row["整理番号"] for row in csv.DictReader(io.StringIO(text)) if row["整理番号"]]
    twice = next(token for token in tokens if tokens.count(token) == 2)
    result = write(tmp_path / "result.csv", [["整理番号", "結果"], *[[token, "済"] for token in tokens]])
    assert rejoin_result(town.office, result, out=tmp_path / "out.csv", cut_id=cut.id).joined.refused == {}
    again = write(tmp_path / "again.csv", [["整理番号"], *[[token] for token in (*tokens, twice)]])
    assert rejoin_result(town.office, again, out=tmp_path / "b.csv", cut_id=cut.id).joined.refused == {"repeated": 3}


def test_a_cut_of_nobody_stands_in_no_results_way(town: Town, tokens: dict[str, str], tmp_path: Path) -> None:
    people = (town.root / "people.csv").read_text(encoding="utf-8")
    (town.root / "people.csv").write_text(people.splitlines(keepends=True)[0], encoding="utf-8")
    assert town.cut("rows").rows_out == 0
    result = write(tmp_path / "result.csv", [["整理番号", "結果"], [tokens[CODES[0]], "済"], ["100000007", "x"]])
    returned = rejoin_result(town.office, result, out=tmp_path / "out.csv")
    assert (returned.cut.id, returned.joined.count("accepted")) == (town.cuts[0].id, 1)


def test_block_tokens_lead_back_as_case_numbers_do(town: Town, tmp_path: Path) -> None:
    """Made by a key, told apart by it: nobody else's, none with a letter changed, none of the cut before."""
    purpose = (town.root / "rows.toml").read_text(encoding="utf-8").replace('"token.serial"', '"token.aes"')
    town.write("rows.toml", purpose)
    before, cut = town.cut("rows"), town.cut("rows")
    (old, _, _), (first, second, third) = (given_out(town, each) for each in (before, cut))
    altered = second[:-2] + ("B" if second[-2] == "A" else "A") + second[-1]
    rows = [["整理番号", "結果"], [third, "丙"], [altered, "乙"], [first.lower(), "甲"], [old, "旧"], [third[:5], "短"]]
    refused = tmp_path / "refused.csv"
    returned = rejoin_result(
        town.office, write(tmp_path / "r.csv", rows), out=tmp_path / "out.csv", refused=refused, cut_id=cut.id
    )
    home = read(tmp_path / "out.csv")
    assert home[0] == ["統一コード", "結果"]
    assert home[1:] == [[CODES[2], "丙"]]
    assert [(row[3], row[1]) for row in read(refused)[1:]] == [
        ("乙", "altered"), ("甲", "altered"), ("旧", "foreign"), ("短", "altered"),
    ]  # fmt: skip
    assert (returned.joined.missing, returned.cut.id) == (2, cut.id)


def given_out(town: Town, cut: CutRecord) -> list[str]:
    text = town.office.vault.read(town.home / "cuts" / cut.id / cut.files[0].stored).decode()
    return list(dict.fromkeys(row["整理番号"] for row in csv.DictReader(io.StringIO(text)) if row["整理番号"]))
