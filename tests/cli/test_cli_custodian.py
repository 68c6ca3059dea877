"""The desk by the command line: it is shown what it has to ask back, and says of times what they are."""

from pathlib import Path

import pytest
from cli_town import Town, capsule, carry, found_town, seal_copies


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    return found_town(tmp_path, capsys)


def register(town: Town, right: str, wrong: str) -> None:
    path = town.root / "register.toml"
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong), encoding="utf-8")
    town.json("party", "import", path, "--key", town.key("chief"), "--key", town.key("security"), "--yes")


@pytest.fixture
def challenge(town: Town) -> str:
    """A challenge of a copy that its recipient has."""
    (slip,) = seal_copies(town, "USB-1")
    carry(town, slip)
    return f"{town.json('inspect', capsule(town, 'USB-1', slip))['short']} 000010 000011"


def slip_of(town: Town) -> str:
    return str(town.json("custodian", "status")["copies"][0]["slip"])


# What the desk asks back.


def test_the_desk_is_shown_whom_to_call_back_and_what_to_read_back(town: Town, challenge: str) -> None:
    register(town, 'name = "supervisorさん"', 'name = "supervisorさん"\nphone = "06-0123-0617"')
    slip = slip_of(town)
    town.language = "ja"
    shown = town.say("custodian", "release", "--yes", challenge).err
    assert shown.splitlines() == [
        f"依頼 R-1：受渡票 {slip}　媒体 USB-1",
        "  保持者　supervisorさん（磯風コールセンター、supervisor）",
        "  受取人　supervisorさん（磯風コールセンター、supervisor）　かけ直す番号 06-0123-0617",
        "  目的　　給付金 rows・給付金 answers　対象 3 人",
        "  開封　　0/1 回　保存 許す　期限 2022-06-21 21:00（Asia/Tokyo）",
    ]
    approver = town.say("approve", "R-1", "--key", town.key("chief"), "--yes")
    assert approver.err == shown


def test_who_has_no_number_is_called_at_the_employers_or_the_desk_is_told_that_there_is_none(
    town: Town, challenge: str
) -> None:
    assert "call back: no number in the register" in town.say("custodian", "release", "--yes", challenge).err
    register(town, 'name = "磯風コールセンター"', 'name = "磯風コールセンター"\nphone = "+81 (6) 0000-0000"')
    assert "call back: +81 (6) 0000-0000" in town.say("custodian", "release", "--yes", challenge).err


def test_a_program_reads_what_the_desk_reads(town: Town, challenge: str) -> None:
    register(town, 'name = "supervisorさん"', 'name = "supervisorさん"\nphone = "06-0123-0617"')
    asked = town.json("custodian", "release", "--yes", challenge, "--key", town.key("chief"))["asked_for"]
    assert asked == {
        "slip": slip_of(town),
        "medium": "USB-1",
        "holder": "supervisor",
        "recipient": "supervisor",
        "phone": "06-0123-0617",
        "purposes": ["給付金 rows", "給付金 answers"],
        "people": 3,
        "opens": 0,
        "most": 1,
        "saving": True,
        "until": "2022-06-21T12:00:00Z",
    }
    approved = town.json("approve", "R-1", "--key", town.key("security"), "--yes")
    assert (approved["approvals"], approved["asked_for"]) == (2, asked)
    given = town.json("custodian", "release", "--yes", "R-1")
    assert (given["request"], given["asked_for"]) == ("R-1", asked)
    assert len(given["code"].split()) == 8


def test_an_opening_without_approvers_names_the_request_that_waits_for_them(town: Town, challenge: str) -> None:
    del challenge
    slip = slip_of(town)
    opening = ("open", "--yes", capsule(town, "USB-1", slip), "-i", town.identity, "--out", town.root / "opened")
    said = town.say(*opening)
    assert (said.code, "sekisho approve R-1 --key" in said.err) == (3, True)
    for approver in ("chief", "security"):
        town.json("approve", "R-1", "--key", town.key(approver), "--yes")
    assert town.say(*opening).code == 0
    assert (town.root / "opened" / "rows.csv").exists()


def test_the_desk_is_told_at_once_that_a_lost_copy_is_not_opened(town: Town, challenge: str) -> None:
    """Not after two officers have approved it."""
    town.json("lost", slip_of(town))
    for keys in ([], ["--key", town.key("chief")]):
        said = town.say("custodian", "release", "--yes", challenge, *keys)
        assert (said.code, said.out) == (3, "")
        assert "Releases of this copy are suspended." in said.err
    assert town.say("approve", "R-1", "--key", town.key("chief"), "--yes").code == 3
    types = [entry["type"] for entry in town.json("ledger", "show")["entries"]]
    assert ("release.requested" in types, "release.approved" in types) == (True, False)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("O00009 000010 000011", "cli.challenge_letters"),
        ("000009 000010 00001", "cli.challenge_length"),
        ("000009 000010 000012", "cli.challenge_misread"),
    ],
)
def test_what_is_no_challenge_is_told_for_what_it_is(town: Town, typed: str, key: str) -> None:
    said = town.say("custodian", "release", "--yes", typed, "--json")
    assert (said.code, said.error["error"]) == (2, key)


@pytest.mark.parametrize("typed", ["ask.json", "media/ask", "none"])
def test_a_request_file_that_is_not_there_is_no_misread_challenge(town: Town, typed: str) -> None:
    said = town.say("custodian", "release", "--yes", typed, "--json")
    assert (said.code, said.error["error"]) == (7, "cli.no_file")


def test_a_card_is_never_written_over_and_no_disk_is_blamed_for_it(town: Town) -> None:
    card = town.root / "card.json"
    card.write_text("mine", encoding="ascii")
    said = town.say("custodian", "card", "--out", card, "--json")
    assert (said.code, said.error["error"]) == (2, "cli.file_exists")
    assert card.read_text(encoding="ascii") == "mine"
    said = town.say("custodian", "card", "--out", town.root / "none" / "card.json", "--json")
    assert (said.code, said.error["error"]) == (7, "cli.no_file")


def test_eighteen_digits_and_a_letter_are_not_said_to_be_eighteen(town: Town) -> None:
    said = town.say("custodian", "release", "--yes", "000009 000010 000011 x")
    assert (said.code, "only digits" in said.err) == (2, True)


# What times are.


def test_a_window_is_said_by_the_clock_on_the_wall(town: Town, challenge: str) -> None:
    town.clock.time = town.clock.time.replace(hour=12, second=1)
    said = town.say("custodian", "release", "--yes", challenge, "--key", town.key("chief"))
    assert said.code == 3
    assert "closed at 2022-06-21 21:00 (Asia/Tokyo)" in said.err


def test_when_a_copy_is_due_is_utc_for_programs_and_local_for_people(town: Town, challenge: str) -> None:
    del challenge
    slip = slip_of(town)
    assert town.json("custodian", "status")["copies"][0]["due"] == "2022-06-21T13:00:00Z"
    assert town.json("inspect", "--slip", slip)["due"] == "2022-06-21T13:00:00Z"
    for said in (town.say("custodian", "status").out, town.say("inspect", "--slip", slip).out):
        assert "2022-06-21 22:00" in said
        assert said.count("Asia/Tokyo") == 1
        assert "supervisorさん (磯風コールセンター, supervisor)" in said


def test_what_was_destroyed_before_was_destroyed_then(town: Town, challenge: str) -> None:
    del challenge
    slip = slip_of(town)
    destroy = ("custodian", "destroy", slip, "--key", town.key("chief"), "--key", town.key("security"))
    assert "the share was destroyed at 2022-06-21 17:00" in town.say(*destroy).out
    town.clock.time = town.clock.time.replace(hour=10)
    assert f"Slip {slip}: was destroyed before, at 2022-06-21 17:00." in town.say(*destroy).out
    assert town.json(*destroy) == {"slip": slip, "destroyed": True, "destroyed_at": "2022-06-21T08:00:00Z"}


# Who decides.


@pytest.mark.parametrize("command", ["lift", "destroy"])
def test_one_key_is_not_two(town: Town, challenge: str, command: str) -> None:
    del challenge
    slip = slip_of(town)
    town.json("custodian", "suspend", slip)
    said = town.say("custodian", command, slip, "--key", town.key("chief"))
    assert (said.code, "Give --key of two persons." in said.err) == (3, True)


def test_sealing_without_approvals_says_how_a_copy_is_approved(town: Town) -> None:
    cut = town.json("cut", town.root / "answers.toml")["id"]
    town.json("request", cut, "--carrier", "carrier", "--recipient", "supervisor", "--route", "電車", "--medium", "USB-1",
              "--until", "2022-06-21T20:00", "--key", town.key("officer"))  # fmt: skip
    (town.root / "USB-1").mkdir()
    said = town.say("seal", "C-1", "--medium", f"USB-1={town.root / 'USB-1'}", "--key", town.key("officer"))
    assert said.code == 3
    assert "sekisho approve C-1 --key" in said.err
    assert "minutes" not in said.err


# A clock that is years ahead.


def entries(town: Town) -> list[str]:
    return [entry["at"] for entry in town.json("ledger", "show")["entries"]]


@pytest.fixture
def in_2099(town: Town, challenge: str) -> Town:
    """The town after somebody set its clock wrong; what it has out is out."""
    del challenge
    town.clock.time = town.clock.time.replace(year=2099)
    return town


def test_one_command_under_a_wrong_clock_spoils_nothing(in_2099: Town) -> None:
    town, slip = in_2099, slip_of(in_2099)
    said = town.say("custodian", "destroy", slip, "--key", town.key("chief"), "--key", town.key("security"))
    assert said.code == 3
    assert "2099-06-21 17:00 (Asia/Tokyo)" in said.err
    assert "2022-06-21 17:00 (Asia/Tokyo)" in said.err
    town.clock.time = town.clock.time.replace(year=2022)
    assert town.say("open", "--yes", capsule(town, "USB-1", slip), "-i", town.identity, "--out", town.root / "opened",
                    "--key", town.key("chief"), "--key", town.key("security")).code == 0  # fmt: skip


@pytest.mark.parametrize("officer", [False, True])
def test_a_loss_is_recorded_whatever_the_clock_says(in_2099: Town, officer: bool) -> None:
    town, slip = in_2099, slip_of(in_2099)
    said = town.say("lost", slip, *(["--key", town.key("security")] if officer else []))
    assert said.code == 0, said.err
    assert set(entries(town)) == {"2022-06-21T08:00:00Z"}
    town.clock.time = town.clock.time.replace(year=2022)
    assert town.say("open", "--yes", capsule(town, "USB-1", slip), "-i", town.identity, "--ask").code == 3
    types = [entry["type"] for entry in town.json("ledger", "show")["entries"]]
    assert ("copy.lost" in types, "ticket.destroyed" in types) == (True, officer)


def test_releases_are_suspended_whatever_the_clock_says(in_2099: Town) -> None:
    assert in_2099.say("custodian", "suspend", slip_of(in_2099)).code == 0
    assert set(entries(in_2099)) == {"2022-06-21T08:00:00Z"}


def test_two_persons_say_that_the_clock_is_right_and_the_office_goes_on(in_2099: Town) -> None:
    town = in_2099
    assert town.say("custodian", "resume", "--key", town.key("chief")).code == 3
    assert town.say("custodian", "resume", "--key", town.key("chief"), "--key", town.key("officer")).code == 3
    said = town.json("custodian", "resume", "--key", town.key("chief"), "--key", town.key("security"))
    assert said == {"at": "2099-06-21T08:00:00Z"}
    town.json("cut", "list")
    assert (
        town.say("custodian", "suspend", slip_of(town)).code == 3
    )  # by then its share is destroyed: its time was over
    assert entries(town)[-1] == "2099-06-21T08:00:00Z"
