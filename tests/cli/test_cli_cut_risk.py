"""``sekisho cut risk``: of a table before there is a purpose, and of a cut; as words, as a page, for programs."""

from pathlib import Path

import pytest
from cli_town import ROWS, Town, found_town


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    return found_town(tmp_path, capsys)


def table(town: Town) -> Path:
    lines = [
        "年齢,町,病名",
        *(f"{20 + place // 2},{'渚町' if place % 2 else '松原町'},病{place % 3}" for place in range(24)),
    ]
    (town.root / "ages.csv").write_text("\n".join(lines), encoding="utf-8")
    return town.root / "ages.csv"


def test_a_table_is_measured_and_what_k_would_take_is_told(town: Town) -> None:
    asked = ["cut", "risk", table(town), "--quasi", "年齢", "--quasi", "町", "--sensitive", "病名"]
    assert "Of 24 rows 24 (100%)" in town.say(*asked).out
    page = town.root / "risk.html"
    document = town.json(*asked, "--k", "3", "--html", page)
    assert (document["before"]["uniques"], document["after"]["k"] >= 3, document["after"]["uniques"]) == (24, True, 0)
    assert "<svg" in page.read_text(encoding="utf-8")
    assert town.say(*asked, "--html", page).code == 2


def test_labels_and_a_population_may_be_given(town: Town) -> None:
    (town.root / "towns.csv").write_text("渚町;海側;*\n松原町;山側;*\n", encoding="utf-8")
    (town.root / "all.csv").write_text("町\n" + "渚町\n" * 9 + "松原町\n" * 50, encoding="utf-8")
    asked = ["cut", "risk", table(town), "--quasi", "町", "--population", town.root / "all.csv"]
    document = town.json(*asked, "--hierarchy", f"町={town.root / 'towns.csv'}")
    assert (document["before"]["k"], document["before"]["k_map"]) == (12, 12)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([], 2),
        (["TABLE"], 2),
        (["TABLE", "--cut", "x", "--quasi", "町"], 2),
        (["TABLE", "--quasi", "町", "--quasi", "町"], 2),
        (["TABLE", "--quasi", "町", "--hierarchy", "町"], 2),
        (["TABLE", "--quasi", "町", "--hierarchy", "病名=x"], 2),
        (["TABLE", "--quasi", "氏名"], 3),
        (["TABLE", "--quasi", "年齢", "--k", "25"], 3),
        (["--cut", "0123456789"], 7),
    ],
)
def test_what_cannot_be_asked_is_refused(town: Town, arguments: list[str], code: int) -> None:
    path = table(town)
    said = town.say("cut", "risk", *[path if each == "TABLE" else each for each in arguments])
    assert (said.code, "Traceback" in said.err) == (code, False)


def test_a_cut_tells_its_risk_if_its_purpose_asked(town: Town) -> None:
    (town.root / "rows.toml").write_text(ROWS, encoding="utf-8")
    plain = town.json("cut", town.root / "rows.toml")
    assert town.say("cut", "risk", "--cut", plain["id"]).code == 2
    (town.root / "rows.toml").write_text(f'{ROWS}\n[risk]\nquasi = ["カナ"]\n', encoding="utf-8")
    said = town.say("cut", town.root / "rows.toml").out
    assert "Of 3 rows 3 (100%) have a combination of カナ that nobody else has" in said
    risky = town.json("cut", town.root / "rows.toml")
    assert (risky["risk"]["before"]["rows"], risky["risk"]["before"]["uniques"]) == (3, 3)
    assert town.json("cut", "risk", "--cut", risky["id"])["after"] == risky["risk"]["after"]


@pytest.mark.parametrize("option", [("--k", "5"), ("--quasi", "カナ"), ("--suppress", "0.1")])
def test_a_cut_is_not_measured_anew(town: Town, option: tuple[str, str]) -> None:
    """`--cut C --k 5` once answered for the cut's own k without a word."""
    cut = town.json("cut", town.root / "rows.toml")["id"]
    said = town.say("cut", "risk", "--cut", cut, *option, "--json")
    assert (said.code, said.error["error"]) == (2, "cli.risk_was_measured")
