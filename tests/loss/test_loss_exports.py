"""Whatever form a case leaves in, it holds what its reader may hear; secrets leave in none; no cell computes."""

import csv
import io
import json
from pathlib import Path

import pytest
from invented_case import invented_case

from invented_office import Town
from sekisho.errors import Misuse, NotFound
from sekisho.loss.facts.fact import Visibility
from sekisho.loss.incident.stating import Stated, state
from sekisho.loss.interop.audience import heard_by
from sekisho.loss.interop.case_json import case_json, dumps
from sekisho.loss.interop.dpv import dpv
from sekisho.loss.interop.exporting import FORMS, READERS, export_document, write_export
from sekisho.loss.interop.lists import lists
from sekisho.loss.interop.veris import veris
from sekisho.loss.lost import report_lost

pytest_plugins = ("office_fixtures",)

HINT = "港の名前"


def every_form(most: Visibility) -> bytes:
    case = heard_by(invented_case(), most)
    return b"".join([dumps(veris(case)), dumps(dpv(case)), dumps(case_json(case)), *lists(case).values()])


@pytest.mark.parametrize("most", list(Visibility), ids=lambda most: most.name.lower())
def test_a_secret_leaves_in_no_form_whoever_asks(most: Visibility) -> None:
    written = every_form(most).decode()
    assert "海の名前と年" not in written
    assert "password" not in written


def test_a_reason_goes_with_the_fact_that_it_quotes() -> None:
    public, internal = (every_form(most).decode() for most in (Visibility.PUBLIC, Visibility.INTERNAL))
    assert "protected_persons" not in public
    assert "protected_persons 17 >= 1" in internal
    assert "persons_max 4567 > 100" in public
    assert "remote_deletion" not in public
    assert "remote_deletion" in internal


def test_tables_open_in_a_spreadsheet_and_no_cell_computes() -> None:
    tables = lists(invented_case())
    assert set(tables) == {"facts.csv", "obligations.csv", "kinds.csv", "field-sets.csv"}
    assert all(content.startswith(b"\xef\xbb\xbf") for content in tables.values())
    rows = list(csv.DictReader(io.StringIO(tables["facts.csv"].decode("utf-8-sig"))))
    assert next(row["value"] for row in rows if row["key"] == "title") == "'=給付金の一覧"
    sets = list(csv.DictReader(io.StringIO(tables["field-sets.csv"].decode("utf-8-sig"))))
    assert [(row["people"], row["kinds"]) for row in sets] == [("3556", "name"), ("765", "name bank_account")]
    (first, _) = csv.DictReader(io.StringIO(tables["obligations.csv"].decode("utf-8-sig")))
    assert (first["due"], first["mark"]) == ("2022-06-26T14:59:59Z", "V")


@pytest.fixture
def lost(out: Town) -> Town:
    report_lost(out.office, [out.slips[0]])
    state(out.office, 1, [Stated("password_hint", HINT), Stated("circumstances", "電車で帰宅")], source="test")
    return out


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("form", FORMS)
def test_an_incident_of_the_office_is_written_in_every_form(lost: Town, form: str, reader: str, tmp_path: Path) -> None:
    written = write_export(lost.office, 1, form, tmp_path / "export", reader=reader)
    content = b"".join(path.read_bytes() for path in written).decode()
    assert HINT not in content
    assert ("電車で帰宅" in content) == (reader != "public" and form != "veris")
    with pytest.raises(Misuse):
        write_export(lost.office, 1, form, tmp_path / "export", reader=reader)


def test_an_incident_that_is_not_there_is_said_to_be_none(lost: Town) -> None:
    with pytest.raises(NotFound):
        export_document(lost.office, 9, "json")


def test_the_document_of_a_case_has_every_fact_with_what_it_stands_instead_of(lost: Town) -> None:
    state(lost.office, 1, [Stated("circumstances", "電車で帰宅、乗換えのときに")], source="test")
    facts = json.loads(export_document(lost.office, 1, "json", reader="internal"))["facts"]
    first, second = [fact for fact in facts if fact["key"] == "circumstances"]
    assert (first["supersedes"], second["supersedes"]) == (None, first["n"])
