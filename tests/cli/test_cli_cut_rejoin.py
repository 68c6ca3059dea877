"""``sekisho cut rejoin``: what came back and to whom it went, in words, for programs, and by the exit code."""

from pathlib import Path

import pytest
from cli_town import ROWS, Town, found_town

from sekisho.cli.session import Session
from sekisho.custody.records import cuts


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    town = found_town(tmp_path, capsys)
    (town.root / "rows.toml").write_text(ROWS, encoding="utf-8")
    assert town.say("cut", town.root / "rows.toml").code == 0
    return town


def tokens(town: Town) -> list[str]:
    with Session(home=town.root / "office", clock=town.clock).office() as office:
        cut = cuts(office.ledger.connection)[0]
        lines = office.vault.read(office.home.cuts / cut.id / cut.files[0].stored).decode().splitlines()
        return [line.split(",")[0] for line in lines[1:]]


def test_all_that_came_back_went_home(town: Town) -> None:
    first, second, third = tokens(town)
    (town.root / "back.csv").write_text(f"整理番号,結果\n{first},済\n{second},\n{third},不在\n", encoding="utf-8")
    said = town.say("cut", "rejoin", town.root / "back.csv", "--out", town.root / "home.csv")
    assert said.code == 0
    assert "3 of 3 rows went to their people" in said.out
    assert (town.root / "home.csv").stat().st_mode & 0o077 == 0


def test_a_refused_row_is_counted_by_reason_and_ends_with_one(town: Town) -> None:
    first, second, _ = tokens(town)
    (town.root / "back.csv").write_text(f"整理番号\n{first}\n{second}\n{second}\n12\n", encoding="utf-8")
    asked = ["cut", "rejoin", town.root / "back.csv", "--out"]
    said = town.say(*asked, town.root / "home.csv")
    assert said.code == 1
    for words in ("altered: the check digit does not fit\t1", "comes more than once\t2", "nothing came back: 1"):
        assert words in said.out
    document = town.say(*asked, town.root / "home2.csv", "--json")
    assert '"refused": {"altered": 1, "repeated": 2}' in document.out
