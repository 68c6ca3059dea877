"""The register by the command line: the first import needs nobody, every later one is seen and signed by two."""

import io
from pathlib import Path

import pytest
from cli_town import Town, carry, found_town, seal_copies


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    return found_town(tmp_path, capsys)


def another(town: Town, *pairs: tuple[str, str]) -> Path:
    """Write a register that differs from the current one."""
    text = (town.root / "register.toml").read_text(encoding="utf-8")
    for right, wrong in pairs:
        assert right in text
        text = text.replace(right, wrong)
    path = town.root / "next.toml"
    path.write_text(text, encoding="utf-8")
    return path


def signers(town: Town, *names: str) -> list[object]:
    return [part for name in names for part in ("--key", town.key(name))]


def public(town: Town, name: str) -> str:
    """Make somebody a key; return its public line."""
    line: str = town.json("keygen", name, "-o", town.root / "keys", "--no-passphrase")["key"]
    return line


def line_of(town: Town, name: str) -> str:
    return (town.root / "keys" / f"{name}.pub").read_text(encoding="utf-8").rpartition(" ")[0]


def test_one_officer_alone_does_not_name_himself_the_approvers(town: Town) -> None:
    (slip,) = seal_copies(town, "USB-1")
    carry(town, slip)
    false = another(town, *((line_of(town, name), public(town, f"false-{name}")) for name in ("chief", "security")))
    said = town.say("party", "import", false, "--yes", *signers(town, "false-chief", "false-security"))
    assert (said.code, "belongs to nobody" in said.err) == (3, True)
    assert town.say("party", "import", false, "--yes").code == 3
    shown = town.json("ledger", "show")["entries"]
    assert [entry["fields"]["version"] for entry in shown if entry["type"] == "register.changed"] == [1]


def test_what_changes_is_shown_before_two_persons_sign_it(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    new = another(
        town,
        (line_of(town, "chief"), public(town, "chief-2")),
        ('name = "officerさん"', 'name = "新しいofficer"\nphone = "06-0123-0001"'),
        ("ends = 2023-03-31", "ends = 2024-03-31"),
    )
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    town.language = "ja"
    said = town.say("party", "import", new, *signers(town, "chief", "security"))
    assert said.code == 0, said.err
    for seen in (
        "人 chief：署名鍵",
        "人 officer：名前 officerさん → 新しいofficer、電話 なし → 06-0123-0001",
        "契約 R4-1234：終わり 2023-03-31 → 2024-03-31",
    ):
        assert seen in said.err
    assert "第2版" in said.out


@pytest.mark.parametrize("answer", ["n\n", "\n", ""])
def test_who_says_no_takes_nothing_over(town: Town, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    said = town.say("party", "import", another(town), *signers(town, "chief", "security"))
    assert (said.code, "Not taken over; nothing was signed." in said.err) == (3, True)
    assert "Nothing changes from the current register." in said.err


def test_a_program_does_not_take_over_what_it_shows_nobody(town: Town) -> None:
    new = another(town, ("ends = 2023-03-31", "ends = 2024-03-31"))
    said = town.say("party", "import", new, *signers(town, "chief", "security"), "--json")
    assert (said.code, said.error["error"]) == (2, "cli.json_needs_yes")
    done = town.json("party", "import", new, *signers(town, "chief", "security"), "--yes")
    assert done["version"] == 2
    assert done["changes"] == [
        {
            "table": "contract",
            "id": "R4-1234",
            "change": "changed",
            "before": {"ends": "2023-03-31"},
            "after": {"ends": "2024-03-31"},
        }
    ]


def test_one_key_is_not_enough_and_the_words_say_what_to_do(town: Town) -> None:
    said = town.say("party", "import", another(town), "--yes", *signers(town, "chief"))
    assert (said.code, "Give --key of two persons." in said.err) == (3, True)


def test_the_list_says_where_to_call_back(town: Town) -> None:
    new = another(town, ('name = "磯風コールセンター"', 'name = "磯風コールセンター"\nphone = "06-0000-0000"'))
    town.json("party", "import", new, "--yes", *signers(town, "chief", "security"))
    phones = {person["id"]: person["phone"] for person in town.json("party", "list")["persons"]}
    assert (phones["supervisor"], phones["chief"]) == ("06-0000-0000", None)
    assert "06-0000-0000" in town.say("party", "list").out
