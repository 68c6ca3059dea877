"""`sekisho alarm`: what is due is told; whether anybody looks is said; on the file and on a server alike."""

import email
import email.policy
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cli_town import Town, carry, found_town, seal_copies

from database_servers import fresh_postgresql, postgresql

MAIL = '[[channel]]\nname = "mail"\nsender = "mail-folder"\noptions = { folder = "out", from = "alarm@city.example" }\n'


@pytest.fixture(scope="module")
def server() -> Iterator[Path]:
    with postgresql(durable=True) as folder:
        yield folder


@pytest.fixture(params=["sqlite", "postgresql"])
def town(request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    """A town whose copy is at the call centre, open until nine and due at ten, and everybody has an address."""
    init = []
    if request.param == "postgresql":
        init = ["--database", fresh_postgresql(request.getfixturevalue("server"), tmp_path.name)]
    town = found_town(tmp_path, capsys, *init)
    lines = (tmp_path / "register.toml").read_text(encoding="utf-8").splitlines()
    text, person = list[str](), ""
    for line in lines:
        text.append(line)
        if line.startswith("id = "):
            person = line.split('"')[1]
        if line.startswith("roles = "):
            text.append(f'email = "{person}@city.example"')
    (tmp_path / "register.toml").write_text("\n".join(text), encoding="utf-8")
    keys = ("--key", town.key("chief"), "--key", town.key("security"))
    assert town.say("party", "import", tmp_path / "register.toml", *keys, "--yes").code == 0
    (tmp_path / "office" / "out").mkdir()
    (tmp_path / "office" / "alarms.toml").write_text(MAIL, encoding="utf-8")
    (slip,) = seal_copies(town, "USB-1")
    carry(town, slip)
    return town


def mails(town: Town) -> list[tuple[str, str]]:
    """To whom and with which subject mails lie in the folder."""
    found = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in (town.root / "office" / "out").glob("*.eml")
    ]
    return sorted((str(each["To"]).partition("@")[0], str(each["Subject"]).partition(" / ")[2]) for each in found)


def test_the_evening_on_which_nothing_was_erased(town: Town) -> None:
    assert town.say("alarm", "status").code == 1
    assert town.json("alarm", "run", "--once")["fired"] == []
    assert town.say("alarm", "status").code == 0
    town.clock.advance(timedelta(hours=4))
    told = town.json("alarm", "run", "--once")
    assert told["sent"] == len(mails(town))
    town.clock.advance(timedelta(hours=1))
    at_ten = town.json("alarm", "run", "--once")
    assert {each["rung"] for each in at_ten["fired"]} == {"supervisor", "officer", "due"}
    (slip,) = {each["subject"] for each in at_ten["fired"] if each["task"] == "erase"}
    late = {to for to, subject in mails(town) if subject == f"[Sekisho] not erased: {slip}"}
    assert late == {"carrier", "supervisor", "officer", "security"}
    status = town.say("alarm", "status", "--json")
    assert (status.code, status.json["silent"]) == (1, False)
    assert [each["task"] for each in status.json["overdue"]] == ["erase", "window", "return"]


@pytest.mark.parametrize("town", ["sqlite"], indirect=True)
def test_who_takes_note_is_asked_no_more_and_the_list_shows_what_is_left(town: Town) -> None:
    town.clock.advance(timedelta(hours=5))
    fired = town.json("alarm", "run", "--once")["fired"]
    number = next(each["number"] for each in fired if each["task"] == "erase" and each["rung"] == "officer")
    assert town.json("alarm", "acknowledge", number, "--key", town.key("security"))["acknowledged"] is not None
    assert town.say("alarm", "acknowledge", number, "--key", town.key("security")).code == 3
    assert town.say("alarm", "acknowledge", 0, "--key", town.key("security")).code == 7
    left = town.json("alarm", "list")["alarms"]
    assert {each["task"] for each in left} == {"window", "return"}
    assert len(town.json("alarm", "list", "--all")["alarms"]) == len(fired)
    assert [each["task"] for each in town.json("alarm", "list", "--tasks")["tasks"]] == ["erase", "window", "return"]


@pytest.mark.parametrize("town", ["sqlite"], indirect=True)
def test_a_gap_is_told_and_shown(town: Town) -> None:
    town.json("alarm", "run", "--once")
    town.clock.advance(timedelta(hours=1))
    status = town.say("alarm", "status")
    assert (status.code, status.out.startswith("Nobody is looking.")) == (1, True)
    (gap,) = town.json("alarm", "run", "--once")["fired"]
    assert (gap["task"], gap["told"]) == ("silence", ["security"])
    assert town.say("alarm", "status").code == 0


@pytest.mark.parametrize("town", ["sqlite"], indirect=True)
def test_a_test_goes_to_the_security_officers_or_to_whom_is_named(town: Town) -> None:
    assert [each["person"] for each in town.json("alarm", "test")["results"]] == ["security"]
    assert [each["person"] for each in town.json("alarm", "test", "--to", "chief")["results"]] == ["chief"]
    assert mails(town) == [
        ("chief", "[Sekisho] a test of the alarms: -"),
        ("security", "[Sekisho] a test of the alarms: -"),
    ]
    assert town.say("alarm", "test", "--to", "nobody").code == 3
    register = town.root / "register.toml"
    register.write_text(register.read_text(encoding="utf-8").replace('email = "chief@', '# "'), encoding="utf-8")
    keys = ("--key", town.key("chief"), "--key", town.key("security"))
    assert town.say("party", "import", register, *keys, "--yes").code == 0
    said = town.say("alarm", "test", "--to", "chief")
    assert (said.code, "no mail address of chief" in said.out) == (1, True)
    (town.root / "office" / "alarms.toml").unlink()
    assert town.say("alarm", "test").code == 1


@pytest.mark.parametrize("town", ["sqlite"], indirect=True)
def test_the_calendar_goes_to_standard_output_as_it_is(town: Town) -> None:
    said = town.say("alarm", "ics")
    assert said.out.startswith("BEGIN:VCALENDAR")
    assert town.json("alarm", "ics")["calendar"].count("BEGIN:VEVENT") == 3


@pytest.mark.parametrize("town", ["sqlite"], indirect=True)
def test_a_time_between_looks_that_means_nothing(town: Town) -> None:
    for every in ("0s", "20m", "1h", "soon", "-5s"):
        assert town.say("alarm", "run", "--every", every).code == 2


@pytest.mark.parametrize("town", ["sqlite"], indirect=True)
def test_settings_that_mean_nothing_stop_it_and_say_where(town: Town) -> None:
    (town.root / "office" / "alarms.toml").write_text('[ladder]\nbefore = "soon"\n', encoding="utf-8")
    for command in (["run", "--once"], ["status"], ["test"]):
        said = town.say("alarm", *command)
        assert said.code == 6
        assert "before" in said.err
        assert "Traceback" not in said.err
