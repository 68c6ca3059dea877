"""``sekisho erase`` and ``sekisho cert``: what was erased has a certificate that an outsider checks with a file and a key."""

from pathlib import Path

import pytest
from cli_town import Town, capsule, carry, found_town, seal_copies


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    return found_town(tmp_path, capsys)


@pytest.fixture
def slip(town: Town) -> str:
    """The slip number of a copy on USB-1 that the supervisor has."""
    (slip,) = seal_copies(town, "USB-1")
    carry(town, slip)
    return slip


def wiped(town: Town, slip: str) -> tuple[object, ...]:
    signers = ("--holder", town.key("supervisor"), "--witness", town.key("carrier"), "--place", "会議室 2")
    return ("erase", slip, "--on", town.root / "USB-1", *signers)


def test_an_erased_copy_has_a_certificate_that_an_outsider_checks(town: Town, slip: str) -> None:
    erased = town.json(*wiped(town, slip))
    number, path = erased["certificate"], town.root / "certificate.json"
    assert (erased["result"], erased["category"], erased["record"]) == ("pass", "purge", None)
    (listed,) = town.json("cert", "list", "--slip", slip)["certificates"]
    assert (listed["number"], listed["slips"], listed["result"]) == (number, [slip], "pass")
    assert town.json("cert", "show", number)["facts"]["sanitiser"]["person"] == "supervisor"
    town.json("cert", "show", number, "--out", path)
    key = town.json("ledger", "status")["key"]
    checked = town.json("cert", "verify", path, "--log-key", key)
    assert (checked["number"], checked["index"], checked["known_key"]) == (number, erased["index"], True)
    path.write_text(path.read_text(encoding="utf-8").replace('"purge"', '"destroy"'), encoding="utf-8")
    assert town.say("cert", "verify", path, "--log-key", key).code == 8


def test_a_certificate_whose_content_was_erased_hides_no_other(town: Town, slip: str) -> None:
    number = town.json(*wiped(town, slip))["certificate"]
    keys = [option for name in ("chief", "security") for option in ("--key", town.key(name))]
    town.json("ledger", "forget", "--slip", slip, *keys, "--reason", "retention_over", "--law", "appi-22")
    said = town.json("cert", "list")
    assert (said["certificates"], said["forgotten"]) == ([], [number])
    assert number in town.say("cert", "list").out
    shown = town.say("cert", "show", number, "--json")
    assert (shown.code, shown.error["error"]) == (7, "custody.certificate_forgotten")


def test_people_read_what_was_done_by_whom_and_where_it_stands(town: Town, slip: str) -> None:
    town.language = "ja"
    number = town.json(*wiped(town, slip))["certificate"]
    shown = town.say("cert", "show", number).out
    for text in (
        "消去証明書（パージ：この写しについて）",
        "supervisorさん",
        "carrierさん",
        "会議室 2",
        "USB-1",
        "台帳",
    ):
        assert text in shown
    assert "name_kana" not in shown  # kinds of data in words, not by their ids
    assert "消去証明書" in town.say("cert", "list").out


def test_what_was_not_there_is_called_a_record_and_never_a_certificate(town: Town, slip: str) -> None:
    capsule(town, "USB-1", slip).unlink()
    said = town.say(*wiped(town, slip))
    assert "record of an unverified erasure" in said.out
    (listed,) = town.json("cert", "list")["certificates"]
    assert listed["result"] == "not_verifiable"
    assert "certificate" not in town.say("cert", "show", listed["number"]).out


def test_a_browser_pages_declaration_is_taken_in(town: Town, slip: str) -> None:
    path = town.root / "erasure.txt"
    path.write_text(
        "Certificate of erasure (unverified)\r\n"
        f"Slip: {slip}\r\nOpened: 2022-06-21T08:40:00.000Z\r\nWiped: 2022-06-21T09:10:00.000Z\r\n"
        "Files saved: 0 (declared to be gone)\r\nPeople looked up: 3\r\n",
        encoding="utf-8-sig",
    )
    taken = town.json("cert", "import", path, "--key", town.key("officer"))
    assert taken["slips"] == [slip]
    assert "3 people were looked up" in town.say("cert", "show", taken["record"]).out
    path.write_text("Certificate of erasure\r\n", encoding="utf-8")
    assert town.say("cert", "import", path, "--key", town.key("officer")).code == 6


def test_a_key_that_still_lives_is_a_finding(town: Town, slip: str) -> None:
    signers = ("--holder", town.key("officer"), "--witness", town.key("chief"))
    said = town.say("erase", slip, "--crypto", *signers)
    assert said.code == 1
    assert "not destroyed yet" in said.out


@pytest.mark.parametrize(
    "what",
    [(), ("--crypto",), ("--medium", "USB-1"), ("--device", "/dev/none"), ("--destroyed", "shredded")],
    ids=["nothing", "no slip", "no device", "no medium", "nothing destroyed"],
)
def test_what_is_to_be_erased_is_said_in_one_way(town: Town, what: tuple[str, ...]) -> None:
    said = town.say("erase", *what, "--holder", town.key("officer"), "--witness", town.key("chief"))
    assert said.code == 2
