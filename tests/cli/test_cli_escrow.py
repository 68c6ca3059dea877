"""Escrow by the command line: what it costs is said first, in both languages, and nothing is made unless one agrees."""

import io
from pathlib import Path

import pytest
from cli_town import Town, carry, found_town, seal_copies

from sekisho.catalogue.words import Language


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    town = found_town(tmp_path, capsys)
    (town.root / "envelopes").mkdir()
    return town


def holder(town: Town, name: str) -> str:
    return str(town.json("keygen", name, "-o", town.root / "keys", "--recipient")["recipient"])


def make(town: Town, slip: str, *holders: str) -> tuple[object, ...]:
    to = [part for each in holders for part in ("--to", each)]
    return ("escrow", "make", slip, "--threshold", "2", *to, "--key", town.key("chief"), "--key", town.key("security"))


@pytest.mark.parametrize(
    ("language", "said"), [("en", "without a release of this office"), ("ja", "許可も記録もなしに")]
)
def test_its_price_is_said_and_no_answer_is_a_no(
    town: Town, monkeypatch: pytest.MonkeyPatch, language: Language, said: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    (slip,) = seal_copies(town, "USB-1")
    town.language = language
    refused = town.say(*make(town, slip, holder(town, "one"), holder(town, "two")), "-o", town.root / "envelopes")
    assert refused.code == 3
    assert said in refused.err
    assert list((town.root / "envelopes").iterdir()) == []
    assert (
        town.say(*make(town, slip, "one"), "-o", town.root / "envelopes", "--json").error["error"]
        == "cli.json_needs_yes"
    )


def test_envelopes_are_made_opened_and_seen_destroyed(town: Town) -> None:
    (slip,) = seal_copies(town, "USB-1")
    carry(town, slip)
    holders = [holder(town, name) for name in ("one", "two", "three")]
    made = town.json(*make(town, slip, *holders), "-o", town.root / "envelopes", "--yes")
    assert [Path(path).name for path in made["files"]] == [f"escrow-{slip}-{number}.age" for number in (1, 2, 3)]
    envelopes = [part for path in made["files"][:2] for part in ("--envelope", path)]
    identities = [part for name in ("one", "two") for part in ("--identity", town.root / "keys" / f"{name}.identity")]
    opened = town.json("escrow", "open", slip, *envelopes, *identities)
    assert len(opened["code"].split()) == 8
    lost = town.say("lost", slip, "--key", town.key("security"), "--json")
    assert "3 escrow envelopes were not seen destroyed, and 2 still open it" in lost.err
    (copy,) = lost.json["copies"]
    assert (copy["escrow"], copy["residual"]) == (
        {"left": 3, "threshold": 2},
        ["opening", "saved", "envelopes_opened", "escrow"],
    )
    keys = ("--key", town.key("chief"), "--key", town.key("security"))
    assert town.json("escrow", "void", slip, "--envelope", "1", *keys)["live"] is True
    assert "2 escrow envelopes" in town.say("custodian", "destroy", slip, *keys).err
    assert town.json("escrow", "void", slip, *keys)["live"] is False
    assert town.say("custodian", "destroy", slip, *keys).err == ""
    assert town.json("escrow", "report", slip, "--envelope", "1", "--envelope", "2", *keys)["released"] is True


def test_paper_goes_to_the_screen_and_into_no_file(town: Town) -> None:
    (slip,) = seal_copies(town, "USB-1")
    one, two = holder(town, "one"), holder(town, "two")
    before = {path for path in town.root.rglob("*") if path.is_file()}
    said = town.say(*make(town, slip, one, two), "--paper", "--yes")
    assert said.code == 0, said.err
    words = [line.removeprefix("SLIP-39: ") for line in said.out.splitlines() if line.startswith("SLIP-39: ")]
    assert [len(line.split()) for line in words] == [20, 20]
    assert "\f" in said.out
    new = {path for path in town.root.rglob("*") if path.is_file()} - before
    assert not any(word.encode() in path.read_bytes() for path in before | new for word in words)


@pytest.mark.parametrize("where", [(), ("--paper", "--json", "--yes"), ("--paper", "-o", ".")])
def test_it_must_be_said_where_the_words_go(town: Town, where: tuple[str, ...]) -> None:
    (slip,) = seal_copies(town, "USB-1")
    assert town.say(*make(town, slip, "one", "two"), *where).code == 2
