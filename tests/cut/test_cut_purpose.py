"""A purpose file says exactly what it may say, and nothing else is a purpose."""

import contextlib
import re
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
from cut_tables import ANSWER, PATH, ROWS, changed, refusal
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT
from sekisho.cut.lines import line_of_field
from sekisho.cut.purpose import Purpose, parse_purpose, read_purpose
from sekisho.errors import NotFound, SekishoError, Unreadable


def parsed(*changes: tuple[str, str], text: str = ROWS) -> Purpose:
    return parse_purpose(changed(text, *changes), PATH)


def refused(*changes: tuple[str, str], text: str = ROWS) -> SekishoError:
    return refusal(lambda: parsed(*changes, text=text))


def test_a_purpose_says_what_leaves_for_whom_and_until_when() -> None:
    purpose = parsed()
    assert purpose.purpose.not_after == date(2022, 9, 30)
    assert (purpose.purpose.controller.name, purpose.purpose.recipient.id) == ("汐見市", "callcentre")
    assert [(field.out, field.op) for field in purpose.field][::3] == [("整理番号", "token.serial"), ("振込済", "flag")]
    assert (purpose.field[2].kept, purpose.source["register"].subject.kind) == (3, "resident_code")


def test_an_answer_purpose_says_what_may_be_asked() -> None:
    query = parsed(text=ANSWER).query
    assert query is not None
    assert [answer.id for answer in query.answer] == ["paid", "sent", "not_eligible"]


@pytest.mark.parametrize("name", ["accounts", "households", "answer"])
def test_the_purposes_of_the_demo_are_purposes(name: str) -> None:
    text = files("sekisho.demo").joinpath(f"purposes/{name}.toml").read_text(encoding="utf-8")
    assert parse_purpose(text, PATH).purpose.recipient.id == "callcentre"


def test_the_example_of_the_reference_is_a_purpose() -> None:
    page = (ROOT / "docs" / "reference" / "purpose.md").read_text(encoding="utf-8")
    assert parse_purpose(page.split("```toml")[1].split("```")[0], PATH).purpose.profile == "rows"


TABLES = ("[purpose]", "[source.register]", "[rows]", "[[rows.join]]", "[[field]]")
INLINE = ('name = "汐見市"', 'id = "callcentre"', 'column = "統一コード"')
IN_ANSWERS = ("[query]", "[[query.answer]]", 'kana = "氏名カナ"')


@pytest.mark.parametrize("table", [*TABLES, *IN_ANSWERS, "schema = 1"])
def test_an_unknown_key_is_an_error_wherever_it_stands(table: str) -> None:
    """A rule that is spelt wrongly must not be overlooked."""
    text = ROWS if table in TABLES else ANSWER
    line = f"{table}, wehre = 1" if "=" in table and table != "schema = 1" else f"{table}\nwehre = 1"
    problem = refused((table, line), text=text)
    assert problem.key == "cut.not_a_purpose"
    assert "wehre" in str(problem)


@pytest.mark.parametrize("part", INLINE)
def test_an_unknown_key_in_an_inline_table_is_an_error(part: str) -> None:
    assert "wehre" in str(refused((part, f"{part}, wehre = 1")))


@pytest.mark.parametrize(
    "line",
    [
        "schema = 1",
        'id = "kyufu"',
        'title = "給付金"',
        'legal_basis = "entrustment"',
        'profile = "rows"',
        "not_after = 2022-09-30",
        'controller = { name = "汐見市", kind = "local_government" }',
        'recipient = { id = "callcentre" }',
        'path = "register.csv"',
        'subject = { column = "コード" }',
        'from = "register"',
        'on = "統一コード"',
        'op = "keep"',
        'why = "案内"',
    ],
)
def test_what_must_be_said_may_not_be_left_out(line: str) -> None:
    problem = refused((line + "\n", "\n"))
    assert (type(problem), problem.key) == (Unreadable, "cut.not_a_purpose")
    assert line.split(maxsplit=1)[0] in str(problem)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("schema = 1", "schema = 2"),
        ("schema = 1", "schema = true"),
        ('id = "kyufu"', 'id = "Kyufu"'),
        ('id = "kyufu"', 'id = "kyufu\\n"'),
        ('id = "kyufu"', 'id = "../kyufu"'),
        ('id = "kyufu"', f'id = "{"k" * 65}"'),
        ('title = "給付金"', 'title = ""'),
        ('legal_basis = "entrustment"', 'legal_basis = "because"'),
        ('profile = "rows"', 'profile = "everything"'),
        ("not_after = 2022-09-30", "not_after = 2022-09-30T00:00:00"),
        ("not_after = 2022-09-30", 'not_after = "the end"'),
        ('op = "keep"', 'op = "keep.all"'),
        ('op = "keep"', 'op = "dorp"'),
        ('why = "案内"', 'why = ""'),
        ('why = "案内"', 'why = "　 "'),
        ('op = "mask.last"', 'op = "mask.last"\nkeep = 0'),
        ('op = "mask.last"', 'op = "mask.last"\nkeep = 7'),
        ('op = "mask.last"', 'op = "mask.last"\nkeep = 99999999999999999999'),
        ('kind = "local_government"', 'kind = "friend"'),
        ('from = "register"', 'from = "register"\nexpect = { min = -1, max = 2 }'),
        ('from = "register"', 'from = "register"\nexpect = { min = 1 }'),
        ('from = "register"', 'from = "register"\nexpect = { min = 9, max = 1 }'),
        ('column = "統一コード" }', 'column = "統一コード", scope = "household" }'),
        ('id = "callcentre" }', 'id = "callcentre", reentrust = true }'),
        ("[source.benefit]", '[source."bene.fit"]'),
        ("[source.benefit]", '[source."bene fit"]'),
        ('path = "register.csv"', 'path = "/etc/passwd"'),
        ('path = "register.csv"', 'path = "a**.csv"'),
        ('path = "register.csv"', 'path = "a\\u0000.csv"'),
        ('path = "register.csv"', 'path = ""'),
        ('path = "register.csv"', 'path = "../register.csv"'),
        ('path = "register.csv"', 'path = "data/../../register.csv"'),
        ('path = "register.csv"', 'path = ".."'),
    ],
)
def test_a_value_that_means_nothing_is_refused_with_its_place(old: str, new: str) -> None:
    problem = refused((old, new))
    assert (type(problem), problem.key) == (Unreadable, "cut.not_a_purpose")
    assert re.search(r"\[\[?[\w.]+\]\]?( no\. \d)?: |`schema`", str(problem))
    assert not re.search("[a-z] [a-z]", problem.what("ja")), "no sentence of a library's, nor of ours in English"


MASKED = 'op = "mask.last"'


@pytest.mark.parametrize(
    "form",
    [
        'op = "date.shift"',
        'op = "date.shift"\ndays = 0',
        'op = "age.band"',
        'op = "age.band"\nwidth = 0',
        'op = "age.band"\nwidth = 2.5',
        'op = "age.band"\nwidth = 5\nmost = 90.5',
        'op = "address.area"',
        'op = "address.area"\nto = "street"',
        'op = "number.round"',
        'op = "number.round"\nwidth = -1',
        'op = "number.round"\nwidth = inf',
        'op = "number.band"\nwidth = nan',
        'op = "number.cap"',
        'op = "number.cap"\nleast = 2\nmost = 1',
        'op = "number.noise"',
        'op = "generalise"\nlevel = 1',
        'op = "generalise"\nhierarchy = "a.csv"',
        'op = "generalise"\nhierarchy = "../a.csv"\nlevel = 1',
        'op = "keep"\nwidth = 10',
        'op = "number.round"\nwidth = 10\nkeep = 3',
    ],
)
def test_a_form_takes_its_arguments_and_needs_them(form: str) -> None:
    problem = refused((MASKED, form))
    assert (type(problem), problem.key) == (Unreadable, "cut.not_a_purpose")
    assert "[[field]] no. 3" in str(problem)


@pytest.mark.parametrize(
    ("form", "stated"),
    [
        ('op = "mask.last"', "mask.last 3"),
        ('op = "age.band"\nwidth = 10\nmost = 90\nat = 2022-04-01', "age.band at=2022-04-01 most=90 width=10"),
        ('op = "number.round"\nwidth = 1000000', "number.round width=1000000"),
        ('op = "number.round"\nwidth = 0.1', "number.round width=0.1"),
        ('op = "generalise"\nhierarchy = "職業 (2).csv"\nlevel = 2', None),
    ],
)
def test_a_form_is_stated_with_its_arguments(form: str, stated: str | None) -> None:
    """A bracket in an argument must not look like the end of what an approver reads."""
    found = parsed((MASKED, form)).field[2].form
    assert found == (stated or 'generalise hierarchy="職業 \\u00282\\u0029.csv" level=2')


@pytest.mark.parametrize("character", ["\\n", "\\u001b", "\\u009b", "\\u200b", "\\u202e", "\\u2028"])
@pytest.mark.parametrize(
    ("words", "text"),
    [
        ('title = "給付金', ROWS),
        ('name = "汐見市', ROWS),
        ('id = "callcentre', ROWS),
        ('out = "整理番号', ROWS),
        ('why = "案内', ROWS),
        ('ja = "', ANSWER),
        ('en = "', ANSWER),
    ],
)
def test_what_approvers_read_shows_as_it_is(words: str, text: str, character: str) -> None:
    """A title that breaks its line could print a number of people of its own before the true one."""
    problem = refused((words, words + character), text=text)
    assert (type(problem), problem.key) == (Unreadable, "cut.not_a_purpose")
    assert f"U+{ord(character.encode().decode('unicode_escape')):04X}" in str(problem)
    assert f"`{words.split(maxsplit=1)[0]}`" in str(problem)


@pytest.mark.parametrize("path", ["*.csv", "data/*.csv", "**/register.csv", "表 [1].csv", "a..b/..c.csv"])
def test_a_source_is_a_pattern_beside_the_file(path: str) -> None:
    assert parsed(("register.csv", path)).source["register"].path == path


@pytest.mark.parametrize("name", ["世帯.csv", "a b.csv", "com.csv", "con-1.csv", "x" * 80, "😀.csv"])
def test_a_table_may_have_any_name_that_every_system_can_have(name: str) -> None:
    assert parsed(("[rows]", f'[output]\nname = "{name}"\n[rows]')).table_name == name


@pytest.mark.parametrize(
    "name",
    ["..", "a/b", "a\\\\b", "a:b", "a?", "a\\n", "a\\u007f", "a.", "a ", "nul", "CON.csv", "x" * 81, "か\u3099.csv"],
)
def test_a_table_name_that_some_system_cannot_have_is_refused(name: str) -> None:
    """Sealing would refuse it, or unpacking would fail, when it is too late."""
    assert "file name" in str(refused(("[rows]", f'[output]\nname = "{name}"\n[rows]')))


def test_a_table_is_called_after_its_purpose_unless_it_has_a_name() -> None:
    assert parsed().table_name == "kyufu.csv"
    assert "file name" in str(refused(('id = "kyufu"', 'id = "aux"')))


def test_a_profile_has_its_own_parts_and_no_others() -> None:
    both = ANSWER + ROWS[ROWS.index("[[field]]") :]
    neither = ROWS[: ROWS.index("[[field]]")]
    for text in (both, neither, changed(ROWS, ('"rows"', '"answer"')), changed(ANSWER, ('"answer"', '"rows"'))):
        assert refused(text=text).key == "cut.profile_without_part"


@pytest.mark.parametrize(
    "text",
    [
        "schema =",
        "schema = 1\nschema = 1",
        ROWS.replace("not_after = 2022-09-30", "not_after = 2022-02-30"),
        ROWS.replace("schema = 1", "schema = " + "1" * 5000),
        "x = " + "[" * 3000,
        "\x00",
    ],
    ids=["half", "twice", "no such day", "a number of 5,000 digits", "too deep", "NUL"],
)
def test_what_is_no_toml_is_refused(text: str) -> None:
    assert refused(text=text).key == "cut.not_toml"


@given(st.text())
def test_no_text_is_a_purpose_by_chance(text: str) -> None:
    assert isinstance(refused(text=text), Unreadable)


@given(st.integers(0, len(ROWS)), st.text(max_size=3), st.integers(0, 3))
def test_a_slip_of_the_hand_gives_a_purpose_or_the_error(place: int, typed: str, deleted: int) -> None:
    text = ROWS[:place] + typed + ROWS[place + deleted :]
    with contextlib.suppress(Unreadable):
        assert parse_purpose(text, PATH).schema == 1


# --- the file


def test_a_file_is_read_with_its_text_as_it_stands(tmp_path: Path) -> None:
    """The ledger holds the text's digest, and an auditor computes it from the file."""
    written = ("\ufeff" + ROWS.replace("\n", "\r\n")).encode()
    (tmp_path / "目的.toml").write_bytes(written)
    purpose, text = read_purpose(tmp_path / "目的.toml")
    assert text.encode() == written
    assert purpose == parsed()


@pytest.mark.parametrize("encoding", ["cp932", "utf-16"])
def test_a_file_in_another_encoding_is_refused(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "purpose.toml"
    path.write_bytes(ROWS.encode(encoding))
    assert refusal(lambda: read_purpose(path)).key == "cut.unreadable_purpose"


def test_a_file_that_is_not_there_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    missing = refusal(lambda: read_purpose(tmp_path / "none.toml"))
    assert (type(missing), missing.key) == (NotFound, "cut.no_purpose")
    assert refusal(lambda: read_purpose(tmp_path)).key == "cut.unreadable_purpose"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_field_is_found_by_its_line(newline: str) -> None:
    lines = ROWS.split("\n")
    text = newline.join(lines)
    for out in ("整理番号", "振込済"):
        assert lines[line_of_field(text, out) - 1] == f'out = "{out}"'


def test_a_field_that_is_written_in_another_way_has_no_line() -> None:
    assert line_of_field('field = [{ out = "a" }]\n# out = "b"\n', "a") == 0
    assert line_of_field('# out = "b"\n', "b") == 0
    assert line_of_field("\n\n  out='(a+)'\n", "(a+)") == 3
