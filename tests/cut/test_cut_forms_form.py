"""Forms that need more than a cell: the person, a key of the cut, a file of labels."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from cut_tables import PATH, REGISTER, ROWS, TODAY, carry_out, changed, refusal, tables_of, write_city

from sekisho.cut.bind import bind
from sekisho.cut.check import check
from sekisho.cut.field import Field
from sekisho.cut.forms.form import Makings, form_of
from sekisho.cut.purpose import parse_purpose
from sekisho.cut.tokens.serial import CaseTokens
from sekisho.errors import NotFound, Refused, SekishoError, Unreadable
from sekisho.kinds.taxonomy import kind

KANA = 'out = "カナ"\nfrom = "氏名カナ"\nop = "keep"\nwhy = "名前を呼ぶ"'
LABELS = "1;男;*\n2;女;*\n"


def with_field(words: str) -> str:
    return changed(ROWS, (KANA, words))


def test_the_dates_of_one_person_keep_their_distance(tmp_path: Path) -> None:
    rows = [
        REGISTER[0],
        ("0001", "ア", "2000-01-01", "660-0051", "1234567", "77"),
        ("0001", "ア", "2000-03-01", "660-0051", "1234567", "77"),
        ("0002", "イ", "2000-01-01", "660-0051", "1234567", "77"),
        ("0003", "ウ", "不明", "660-0051", "1234567", "77"),
    ]
    write_city(tmp_path, register=rows)
    made = carry_out(tmp_path, with_field('out = "日"\nfrom = "生年月日"\nop = "date.shift"\ndays = 30\nwhy = "w"'))
    first, second, other, none = made.column("日")
    assert (date.fromisoformat(second) - date.fromisoformat(first)).days == 60
    assert abs((date.fromisoformat(other) - date(2000, 1, 1)).days) <= 30
    assert none == ""
    assert made.counters.unreadable["日"] == 1


def test_two_cuts_move_them_by_other_days(tmp_path: Path) -> None:
    write_city(tmp_path)
    text = with_field('out = "日"\nfrom = "生年月日"\nop = "date.shift"\ndays = 3650\nwhy = "w"')
    assert carry_out(tmp_path, text, seed=1).column("日") != carry_out(tmp_path, text, seed=2).column("日")


def test_noise_is_of_the_person_and_the_field(tmp_path: Path) -> None:
    write_city(tmp_path)
    noise = 'from = "口座番号"\nop = "number.noise"\nspread = 1000\nwhy = "w"'
    made = carry_out(tmp_path, with_field(f'out = "a"\n{noise}\n[[field]]\nout = "b"\n{noise}'))
    first, second = made.column("a"), made.column("b")
    assert first[2] == second[2] == ""
    assert first[:2] != second[:2]
    assert first[0] != "1234567"


def test_an_age_is_told_for_the_last_day_of_the_purpose_unless_it_is_said(tmp_path: Path) -> None:
    write_city(tmp_path)
    band = 'out = "年齢"\nfrom = "生年月日"\nop = "age.band"\nwidth = 1\nwhy = "w"'
    assert carry_out(tmp_path, with_field(band)).column("年齢") == ["58", "46", ""]
    assert carry_out(tmp_path, with_field(f"{band}\nat = 2022-12-24")).column("年齢") == ["58", "47", ""]


def test_nobody_has_no_offset() -> None:
    field = Field(out="x", source="a", op="date.shift", days=9, why="w")
    makings = Makings(tokens=CaseTokens(bytes), once=lambda _: bytes(32))
    out = form_of(field, kind("birth_date"), makings)(
        pl.DataFrame({"a": ["2000-01-01"]}), pl.Series([None], dtype=pl.UInt32)
    )
    assert isinstance(out, pl.Series)
    assert out.to_list() == [None]


def test_without_a_key_nothing_is_moved() -> None:
    field = Field(out="x", source="a", op="date.shift", days=9, why="w")
    with pytest.raises(ValueError, match="key"):
        form_of(field, kind("birth_date"), Makings(tokens=CaseTokens(bytes)))


# --- labels


GENERALISED = with_field(
    'out = "世帯"\nfrom = "世帯番号"\nop = "generalise"\nhierarchy = "世帯.csv"\nlevel = 1\nwhy = "w"\nkind = "household"'
).replace('"name_kana"', '"household"')


def found(folder: Path, text: str = GENERALISED) -> tuple[SekishoError, ...]:
    purpose = parse_purpose(text, PATH)
    return check(purpose, text, folder / PATH, tables_of(folder, purpose), TODAY)


def test_a_value_becomes_its_label(tmp_path: Path) -> None:
    write_city(tmp_path)
    (tmp_path / "世帯.csv").write_text("77;七十台;*\n78;七十台;*\n", encoding="utf-8")
    made = carry_out(tmp_path, GENERALISED)
    assert made.column("世帯") == ["七十台", "七十台", ""]
    assert made.counters.unreadable["世帯"] == 1
    assert carry_out(tmp_path, changed(GENERALISED, ("level = 1", "level = 2"))).column("世帯") == ["*", "*", ""]


def test_labels_that_are_not_there_are_told_with_the_line_of_the_field(tmp_path: Path) -> None:
    write_city(tmp_path)
    (problem,) = found(tmp_path)
    assert (type(problem), problem.key) == (NotFound, "cut.no_hierarchy")
    assert problem.values["line"] == GENERALISED.split("\n").index('out = "世帯"') + 1


def test_labels_that_cannot_be_used_say_why(tmp_path: Path) -> None:
    write_city(tmp_path)
    (tmp_path / "世帯.csv").write_text("77;七十台;*\n78;七十台\n", encoding="utf-8")
    (problem,) = found(tmp_path)
    assert (type(problem), problem.key) == (Unreadable, "cut.bad_hierarchy")
    assert "2 行目" in problem.what("ja")
    (tmp_path / "世帯.csv").unlink()
    (tmp_path / "世帯.csv").mkdir()
    assert [each.key for each in found(tmp_path)] == ["cut.closed_hierarchy"]


def test_a_level_that_is_not_there_is_refused(tmp_path: Path) -> None:
    write_city(tmp_path)
    (tmp_path / "世帯.csv").write_text("77;七十台;*\n", encoding="utf-8")
    (problem,) = found(tmp_path, changed(GENERALISED, ("level = 1", "level = 3")))
    assert (type(problem), problem.key, problem.values["most"]) == (Refused, "cut.hierarchy_level", 2)
    purpose = parse_purpose(GENERALISED, PATH)
    plan = bind(purpose, GENERALISED, tmp_path / PATH, tables_of(tmp_path, purpose), TODAY)
    assert plan.hierarchies["世帯.csv"].height == 3


def test_labels_stay_beside_the_purpose(tmp_path: Path) -> None:
    problem = refusal(lambda: found(tmp_path, changed(GENERALISED, ('"世帯.csv"', '"../世帯.csv"'))))
    assert "`hierarchy`" in str(problem)
