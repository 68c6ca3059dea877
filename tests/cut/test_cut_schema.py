"""The published schema takes what is a purpose, and refuses what is none, as reading does."""

import ast
import contextlib
import json
import re
import tomllib
from datetime import date
from typing import Any

import jsonschema
import pytest
from cut_tables import ANSWER, PATH, REGISTER, ROWS, TODAY, changed, draft_purpose, refusal, write_table

from conftest import ROOT
from sekisho.cut.field import Operation
from sekisho.cut.purpose import parse_purpose
from sekisho.cut.schema import purpose_schema
from sekisho.errors import SekishoError
from sekisho.readers.tables import open_tables

SCHEMA = json.loads(purpose_schema())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())

_FENCE = re.compile(r"```toml\n(.*?)```", re.DOTALL)


def as_json(value: Any) -> Any:
    """A purpose as an editor hands it to a validator: days are texts."""
    match value:
        case date():
            return value.isoformat()
        case dict():
            return {name: as_json(each) for name, each in value.items()}
        case list():
            return [as_json(each) for each in value]
        case _:
            return value


def takes(text: str) -> bool:
    return bool(VALIDATOR.is_valid(as_json(tomllib.loads(text))))


def in_documents() -> dict[str, str]:
    """Every whole purpose of the demo, the templates and the documents."""
    found = {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for path in sorted((ROOT / "src/sekisho/demo/purposes").glob("*.toml"))
    }
    for page in sorted((ROOT / "docs").rglob("*.md")):
        for number, text in enumerate(_FENCE.findall(page.read_text(encoding="utf-8"))):
            if text.startswith("schema = 1"):
                found[f"{page.relative_to(ROOT)} {number}"] = text
    return found


DOCUMENTS = in_documents()


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_page_and_the_demo_have_purposes() -> None:
    assert {name.partition(" ")[0] for name in DOCUMENTS} >= {"docs/reference/purpose.md"}
    assert len(DOCUMENTS) >= 4


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_purpose_that_is_shown_fits_it_and_is_read(name: str) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(as_json(tomllib.loads(DOCUMENTS[name])))] == []
    assert parse_purpose(DOCUMENTS[name], PATH).schema == 1


def in_tests() -> dict[str, str]:
    """Every whole purpose that stands in a test as one text."""
    found = {"rows": ROWS, "answer": ANSWER}
    for path in sorted((ROOT / "tests").rglob("*.py")):
        words = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(words)) if "schema = 1" in words else ():
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "schema = 1" in node.value:
                with contextlib.suppress(SekishoError):
                    parse_purpose(node.value, PATH)
                    found[f"{path.name} {node.lineno}"] = node.value
    return found


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in in_tests().items()])
def test_the_purposes_of_the_tests_fit_it(text: str) -> None:
    assert takes(text)


def test_a_draft_fits_it_and_names_it_to_editors(tmp_path: Any) -> None:
    write_table(tmp_path / "register.csv", REGISTER)
    text = draft_purpose(open_tables(tmp_path / "register.csv", has_header=True)[0], TODAY)
    assert takes(text)
    assert text.startswith("#:schema ")


TABLES = [
    "schema = 1",
    "[purpose]",
    "[source.register]",
    "[rows]",
    "[[rows.join]]",
    "[[field]]",
    'name = "汐見市"',
    'column = "統一コード"',
]


@pytest.mark.parametrize("table", TABLES)
def test_an_unknown_key_is_refused_wherever_it_stands(table: str) -> None:
    inline = "=" in table and table != "schema = 1"
    text = changed(ROWS, (table, f"{table}, wehre = 1" if inline else f"{table}\nwehre = 1"))
    assert not takes(text)


FORMS = {
    'op = "mask.last"\nkeep = 4': True,
    'op = "mask.last"\nkeep = 9': False,
    'op = "keep"\nkeep = 3': False,
    'op = "dorp"': False,
    'op = "age.band"\nwidth = 10\nmost = 90\nat = 2022-04-01': True,
    'op = "age.band"': False,
    'op = "number.cap"': False,
    'op = "number.cap"\nmost = 90': True,
    'op = "generalise"\nlevel = 1': False,
    'op = "address.area"\nto = "city"': True,
    'op = "address.area"\nto = "street"': False,
    'op = "date.shift"\ndays = 30\nwidth = 1': False,
}


@pytest.mark.parametrize("form", FORMS)
def test_it_knows_which_arguments_a_form_takes_as_reading_does(form: str) -> None:
    text = changed(ROWS, ('op = "mask.last"', form))
    assert takes(text) is FORMS[form]
    if FORMS[form]:
        parse_purpose(text, PATH)
    else:
        assert refusal(lambda: parse_purpose(text, PATH)).key == "cut.not_a_purpose"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('id = "kyufu"', 'id = "Kyufu"'),
        ("2022-09-30", '"the end"'),
        ('why = "案内"\n', ""),
        ('why = "案内"', 'why = " "'),
        ('"case_number", ', '"shoe_size", '),
        ('profile = "rows"', 'profile = "everything"'),
        ('path = "register.csv"', 'path = "/etc/passwd"'),
        ("[source.benefit]", '[source."bene.fit"]'),
    ],
)
def test_what_reading_refuses_of_a_value_it_refuses(old: str, new: str) -> None:
    assert not takes(changed(ROWS, (old, new)))


def test_every_form_and_every_key_is_explained() -> None:
    forms = {each["if"]["properties"]["op"]["const"] for each in SCHEMA["$defs"]["Field"]["allOf"]}
    assert forms == set(Operation.__args__)  # type: ignore[attr-defined] # a Literal's values
    assert all("description" in each for each in SCHEMA["$defs"]["Field"]["properties"].values())
    assert r"\Z" not in purpose_schema().replace("\\\\", "\\")
