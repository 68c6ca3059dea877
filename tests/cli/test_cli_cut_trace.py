"""``sekisho cut trace``: who leaked it, in words, for programs, and by the exit code; or that nobody can be named."""

from pathlib import Path

import polars as pl
import pytest
from cli_town import ROWS, Town, found_town

from sekisho.cli.session import Session
from sekisho.custody.records import cuts

NAMED = ROWS.replace("'bank_account'", "'address'").replace(
    'out = "口座末尾"\nfrom = "口座番号"\nop = "mask.last"', 'out = "住所"\nfrom = "住所"\nop = "keep"'
)
TRACED = NAMED + '[trace]\ncanaries = 12\nmarks = true\ncontact = { phone = ["06-1111-2222"] }\n'


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    town = found_town(tmp_path, capsys)
    for name in ("first", "second"):
        (town.root / f"{name}.toml").write_text(TRACED.replace('id = "rows"', f'id = "{name}"'), encoding="utf-8")
        assert town.say("cut", town.root / f"{name}.toml").code == 0
    return town


def table_of(town: Town, place: int) -> pl.DataFrame:
    with Session(home=town.root / "office", clock=town.clock).office() as office:
        cut = cuts(office.ledger.connection)[place]
        return pl.read_csv(office.vault.read(office.home.cuts / cut.id / cut.files[0].stored), infer_schema=False)


def cut_ids(town: Town) -> list[str]:
    with Session(home=town.root / "office", clock=town.clock).office() as office:
        return [cut.id for cut in cuts(office.ledger.connection)]


def test_a_leaked_copy_names_its_recipient(town: Town) -> None:
    leaked = table_of(town, 1).sample(fraction=1, shuffle=True, seed=1)
    assert leaked.height == 15
    leaked.rename({"整理番号": "x"}).write_csv(town.root / "leaked.csv")

    said = town.say("cut", "trace", town.root / "leaked.csv")
    assert said.code == 1
    assert f"It comes from cut {cut_ids(town)[1]}, “給付金 rows”, the copy of callcentre." in said.out
    assert "case numbers\t15\t15\t" in said.out
    assert cut_ids(town)[0] not in said.out

    named = town.say("cut", "trace", town.root / "leaked.csv", "--json").json["named"]
    assert [each["cut"] for each in named] == [cut_ids(town)[1]]
    assert named[0]["log10_chance"] < -6
    assert named[0]["evidence"][0] == {
        "method": "tokens",
        "hit": 15,
        "of": 15,
        "log10_chance": pytest.approx(-100, abs=60),
    }


def test_without_its_case_numbers_the_invented_people_name_it(town: Town) -> None:
    table_of(town, 0).drop("整理番号").write_csv(town.root / "leaked.csv")

    named = town.say("cut", "trace", town.root / "leaked.csv", "--json").json["named"]
    assert [each["cut"] for each in named] == [cut_ids(town)[0]]
    assert "canaries" in [each["method"] for each in named[0]["evidence"]]


def test_a_table_that_is_nobodys_names_nobody(town: Town) -> None:
    said = town.say("cut", "trace", town.root / "people.csv")
    assert said.code == 0
    assert "nothing tells them from chance" in said.out
    document = town.say("cut", "trace", town.root / "people.csv", "--json").json
    assert (document["named"], document["against"], document["people"]) == ([], 2, 3)


def test_nothing_of_a_canary_comes_home(town: Town) -> None:
    leaked = table_of(town, 0)
    leaked.select("整理番号", 結果=pl.lit("済")).write_csv(town.root / "back.csv")

    said = town.say("cut", "rejoin", town.root / "back.csv", "--out", town.root / "home.csv")
    assert said.code == 1
    assert "3 of 15 rows went to their people" in said.out
    assert "an invented person's, for tracing\t12" in said.out
    assert "nothing came back" not in said.out
