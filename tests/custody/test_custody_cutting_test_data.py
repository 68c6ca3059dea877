"""Test data out of an office: a table for every source, nobody in the index, and it travels like any other cut."""

import csv
import io
import random

import pytest

from invented_office import PEOPLE, PERSONAL, Town
from sekisho.custody import records
from sekisho.custody.cut_kept import load_cut_index, load_population
from sekisho.custody.cut_record import CutRecord
from sekisho.custody.cutting import make_cut, prepare

pytest_plugins = ("office_fixtures",)

PURPOSE = """schema = 1
[purpose]
id = "trial"
title = "移行の試験"
profile = "test-data"
not_after = 2022-09-30
kinds = ["benefit_status"]
controller = { name = "汐見市", kind = "local_government" }
recipient = { id = "callcentre", contract = "R4-1234" }
[source.people]
path = "people.csv"
columns = ["統一コード", "氏名", "カナ", "郵便番号", "住所", "生年月日", "口座番号", "申請書番号"]
subject = { column = "統一コード" }
[source.paid]
path = "paid.csv"
columns = ["統一コード", "支給日"]
subject = { column = "統一コード" }
[rows]
from = "people"
"""


@pytest.fixture
def trial(town: Town) -> CutRecord:
    town.write("paid.csv", "統一コード,支給日\r\n0000000031,2022-06-01\r\n0000000578,\r\n")
    town.write("trial.toml", PURPOSE)
    return make_cut(town.office, prepare(town.root / "trial.toml"), randomness=random.Random(1).randbytes)


def table(town: Town, cut: CutRecord, place: int) -> list[list[str]]:
    text = town.office.vault.read(town.home / "cuts" / cut.id / cut.files[place].stored).decode()
    return list(csv.reader(io.StringIO(text, newline="")))


def test_every_source_has_a_table_of_its_form(town: Town, trial: CutRecord) -> None:
    assert [(file.name, file.form, file.rows) for file in trial.files] == [
        ("people.csv", "table", 4),
        ("paid.csv", "table", 2),
    ]
    people, paid = table(town, trial, 0), table(town, trial, 1)
    assert people[0] == PEOPLE.split("\n", 1)[0].split(",")
    assert (len(people), len(paid)) == (5, 3)
    assert {row[0] for row in paid[1:]} <= {row[0] for row in people[1:]}


def test_nobody_is_in_it(town: Town, trial: CutRecord) -> None:
    before = len(load_population(town.office))
    assert (trial.people, trial.unresolved, trial.rows_in, trial.rows_out) == (0, 0, 6, 6)
    assert load_cut_index(town.office, trial).people == 0
    assert before == len(load_population(town.office))


def test_nothing_of_anybody_is_in_its_bytes(town: Town, trial: CutRecord) -> None:
    told = "".join(",".join(row[1:]) + row[0] for place in (0, 1) for row in table(town, trial, place)[1:])
    whole = [cell for line in PEOPLE.split("\n")[1:] for cell in line.split(",") if len(cell) > 3]
    assert not any(cell in told for cell in whole)
    assert not any(personal in told for personal in PERSONAL if len(personal) > 4)


def test_the_record_says_of_every_column_that_it_is_invented(trial: CutRecord) -> None:
    assert trial.profile == "test-data"
    assert {field.form for field in trial.fields} == {"test.data"}
    assert [field.name for field in trial.fields if field.file == "paid.csv"] == ["統一コード", "支給日"]
    assert trial.dropped == []


def test_it_goes_the_way_of_every_copy(town: Town, trial: CutRecord) -> None:
    """Asked for, approved, sealed and opened: nobody's data needs a way as well, and the same one."""
    (slip,) = town.sealed("USB-1", cuts=(trial.id,))
    town.carry(slip, "officer", "carrier", "supervisor")
    manifest = town.open(slip).manifest
    assert (manifest.people, manifest.unresolved) == (0, 0)
    assert [file.name for file in manifest.files] == ["people.csv", "paid.csv"]
    request = records.get_request(town.office.ledger.connection, town.row(slip).request)
    assert (request.statement.people, request.statement.kinds) == (0, [])
    town.verify()
