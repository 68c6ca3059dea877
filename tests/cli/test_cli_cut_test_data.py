"""What ``sekisho cut`` says of test data: whose it is, what is invented, and which words stayed."""

from pathlib import Path

import pytest
from cli_town import PEOPLE, Town, found_town

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
columns = %s
subject = { column = "統一コード" }
[rows]
from = "people"
[test_data]
rows = 50
"""


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    town = found_town(tmp_path, capsys)
    header, *people = PEOPLE.splitlines()
    lines = [
        f"{header},支給区分",
        *(f"{number:010},{person.partition(',')[2]},支給済" for number in range(30) for person in people[:1]),
    ]
    (town.root / "people.csv").write_text("\n".join(lines), encoding="utf-8")
    columns = str([*header.split(","), "支給区分"])
    (town.root / "trial.toml").write_text(PURPOSE % columns, encoding="utf-8")
    return town


def test_nobody_is_in_it_and_every_column_says_so(town: Town) -> None:
    said = town.say("cut", town.root / "trial.toml").out
    assert "rows 30 → 50" in said
    assert "0 people" in said
    assert "an invented value" in said
    assert "words that many people have stay" in said
    assert not any(cell in said for cell in PEOPLE.splitlines()[1].split(",") if len(cell) > 1)


def test_a_program_reads_it_too(town: Town) -> None:
    document = town.json("cut", town.root / "trial.toml")
    assert (document["profile"], document["people"], document["dropped"]) == ("test-data", 0, [])
    assert {field["form"] for field in document["fields"]} == {"test.data", "test.words"}
