"""A draft lists everything, lets nothing out but a case number, and is itself a purpose that can be carried out."""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest
from cut_tables import PATH, REGISTER, TODAY, Row, draft_purpose, problems, refusal, write_table
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sekisho.cut.purpose import parse_purpose
from sekisho.errors import Unreadable
from sekisho.readers.tables import open_tables

# A file with control characters is no table to the reader.
HEADER = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8).filter(str.strip)
HEADERS = st.lists(HEADER, min_size=2, max_size=5)


def drafted(path: Path, rows: Sequence[Row] = REGISTER) -> str:
    write_table(path, rows)
    return draft_purpose(open_tables(path, has_header=True)[0], TODAY)


def filled(text: str) -> str:
    """The draft with everything said that it leaves to be said."""
    return text.replace('= "…"', '= "給付金"')


def uncommented(text: str) -> str:
    """The draft with every field let out, as a careless person would have it."""
    return re.sub(r"^# (\[\[field|out|from = .*$|op = |why)", r"\1", text, flags=re.MULTILINE).replace(
        "# from =", "from ="
    )


def test_a_draft_is_a_purpose_that_fits_its_table(tmp_path: Path) -> None:
    text = drafted(tmp_path / "register.csv")
    assert [problem.key for problem in problems(tmp_path, text)] == ["cut.placeholder"] * 3
    assert problems(tmp_path, filled(text)) == ()
    purpose = parse_purpose(text, PATH)
    assert [(field.out, field.source, field.op) for field in purpose.field] == [
        ("整理番号", "統一コード", "token.serial")
    ]
    assert (purpose.purpose.kinds, str(purpose.purpose.not_after)) == (["case_number"], "2022-09-19")


def test_a_draft_names_the_kind_of_every_column_that_it_knows(tmp_path: Path) -> None:
    text = drafted(tmp_path / "register.csv")
    assert '"口座番号",    # bank_account: 口座番号' in text
    assert [line for line in text.splitlines() if line.startswith("# out")] == [
        f'# out = "{column}"' for column in REGISTER[0][1:]
    ]


def test_what_a_careless_person_lets_out_of_a_draft_is_refused(tmp_path: Path) -> None:
    text = filled(uncommented(drafted(tmp_path / "register.csv")))
    assert len(parse_purpose(text, PATH).field) == 6
    assert {problem.key for problem in problems(tmp_path, text)} == {"cut.beyond_purpose"}


def test_a_column_of_no_known_kind_asks_for_one(tmp_path: Path) -> None:
    text = drafted(tmp_path / "t.csv", [("統一コード", "謎"), ("1", "2")])
    assert text.endswith('# out = "謎"\n# from = "謎"\n# op = "keep"\n# why = "…"\n# kind = "…"\n')


def test_without_a_resident_code_the_first_column_tells_whose_row_it_is(tmp_path: Path) -> None:
    text = drafted(tmp_path / "t.csv", [("氏名", "住所"), ("山田", "松原町")])
    subject = parse_purpose(text, PATH).source["table"].subject
    assert (subject.column, subject.kind) == ("氏名", "name")
    assert problems(tmp_path, filled(text)) == ()


@pytest.mark.parametrize(
    "name", ["世帯 [1].csv", "a?b*c.csv", 'a"b\\c.csv', "改\n行.csv", "{x}.csv", "#.csv", "\x7f.csv"]
)
def test_a_draft_finds_its_table_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    text = drafted(tmp_path / name)
    (path,) = tmp_path.glob(tomllib.loads(text)["source"]["table"]["path"])
    assert path.name == name


@pytest.mark.parametrize("column", ['"', "\\", "改\n行", "\t", "{0}", "#", "' or '", "*x", "　"])
def test_a_column_may_have_any_name(tmp_path: Path, column: str) -> None:
    rows = [("統一コード", column), ("1", "2")]
    text = filled(drafted(tmp_path / "t.csv", rows))
    assert problems(tmp_path, text) == ()
    subject_first = filled(drafted(tmp_path / "t.csv", [row[::-1] for row in rows]))
    assert problems(tmp_path, subject_first) == ()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(HEADERS)
def test_a_draft_lists_exactly_the_columns_of_its_table(tmp_path: Path, headers: list[str]) -> None:
    write_table(tmp_path / "t.csv", [headers, ["x"] * len(headers)])
    (table,) = open_tables(tmp_path / "t.csv", has_header=True)
    text = draft_purpose(table, TODAY)
    purpose = parse_purpose(text, PATH)
    assert tuple(purpose.source["table"].columns) == table.labels
    assert len(parse_purpose(uncommented(text), PATH).field) == len(table.labels)


def test_a_table_without_names_cannot_be_drafted(tmp_path: Path) -> None:
    write_table(tmp_path / "t.csv", REGISTER[1:])
    (table,) = open_tables(tmp_path / "t.csv", has_header=False)
    problem = refusal(lambda: draft_purpose(table, TODAY))
    assert (type(problem), problem.key) == (Unreadable, "cut.no_header")
