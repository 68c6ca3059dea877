"""What ``lost`` understands is stopped, and said to be, whatever else is wrong; and nothing is called destroyed too early."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from cli_town import Said, Town, carry, found_town, seal_copies

from sekisho.custodian.kek import FileKek
from sekisho.errors import MediumError

MISREAD = "123456"


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    return found_town(tmp_path, capsys)


@pytest.fixture
def slips(town: Town) -> list[str]:
    """Two copies, on USB-1 and USB-2, that are out."""
    found = seal_copies(town, "USB-1", "USB-2")
    for slip in found:
        carry(town, slip)
    return found


def state(town: Town, slip: str) -> str:
    return str(town.json("inspect", "--slip", slip)["state"])


def destroyed_at(town: Town, slip: str) -> object:
    return town.json("prove", slip)["copies"][0]["destroyed_at"]


def damage(town: Town, table: str, column: str, medium: str) -> None:
    """Spoil the record of the copy on a medium."""
    which = "slip" if table == "copy" else "cid"
    with contextlib.closing(sqlite3.connect(town.root / "office" / "sekisho.db")) as connection, connection:
        connection.execute(
            f"UPDATE {table} SET {column} = '{{' WHERE {which} = (SELECT {which} FROM copy WHERE medium = ?)", (medium,)
        )


# Something else on the command line is wrong.

ASIDE: dict[str, tuple[str, ...]] = {
    "a slip that was misread": (MISREAD,),
    "a medium that nobody knows": ("--medium", "NOSUCH"),
    "a slip that does not exist": ("000000",),
}
"""What is refused at the end, after everything else was done."""

IN_THE_WAY: dict[str, tuple[tuple[str, ...], int]] = {
    "a key file that is not there": (("--key", "missing.key"), 7),
    "a key file that is a folder": (("--key", "keys"), 6),
    "a key file that is none": (("--key", "people.csv"), 6),
    "the key of nobody who is registered": (("--key", "stranger.key"), 3),
    "the key of one who may not destroy": (("--key", "keys/chief.key"), 3),
    "two keys and no list": (("--key", "keys/security.key", "--key", "keys/chief.key"), 2),
    "a list and one key": (("--people", "list.csv", "--key", "keys/security.key"), 2),
    "a time that is none": (("--last-seen", "yesterday", "--key", "keys/security.key"), 2),
    "a time that has not come": (("--last-seen", "2032-06-21T16:00", "--key", "keys/security.key"), 2),
    "a day, and a time apart from it": (("--last-seen", "2022-06-21", "16:00", "--key", "keys/security.key"), 2),
    "an option that is none": (("--kye", "keys/security.key"), 2),
    "an option that is none, among others": (("--last-sen=2022-06-21T16:00", "--key", "keys/security.key"), 2),
}
"""What ends the command before anything is destroyed."""


@pytest.fixture
def here(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in the town's folder, where there is a stranger's key too."""
    monkeypatch.chdir(town.root)
    town.json("keygen", "stranger", "-o", town.root, "--no-passphrase")


@pytest.mark.parametrize("wrong", ASIDE)
def test_what_is_understood_is_stopped_destroyed_and_proven_and_the_rest_told(
    town: Town, slips: list[str], wrong: str
) -> None:
    good, _ = slips
    evidence = town.root / "evidence"
    said = town.say("lost", *ASIDE[wrong], good, "--key", town.key("security"), "--out", evidence)
    assert said.code == 3
    assert f"Releases are stopped (slip {good})." in said.err
    assert f"Releases are stopped and the share is destroyed (slip {good})." in said.err
    assert f"Recorded and stopped: slip {good}. Not recorded: {ASIDE[wrong][-1]} (" in said.err.splitlines()[-2]
    assert (evidence / "statement.en.txt").read_text(encoding="utf-8").strip() == said.out.strip()
    assert (state(town, good), state(town, slips[1])) == ("lost", "out")
    assert destroyed_at(town, good)


@pytest.mark.parametrize("wrong", ASIDE)
def test_a_program_is_told_what_was_done_and_what_was_not(town: Town, slips: list[str], wrong: str) -> None:
    said = town.say("lost", slips[0], *ASIDE[wrong], "--json")
    assert [copy["slip"] for copy in said.json["copies"]] == [slips[0]]
    assert (said.code, said.error["error"], said.error["exit"]) == (3, "loss.not_all", 3)
    assert ASIDE[wrong][-1] in said.error["what"]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("wrong", IN_THE_WAY)
def test_what_was_stopped_is_said_before_what_is_wrong(town: Town, slips: list[str], wrong: str) -> None:
    good, _ = slips
    words, code = IN_THE_WAY[wrong]
    said = town.say("lost", good, *words)
    assert said.code == code, said.err
    lines = said.err.splitlines()
    assert lines[0] == f"Thank you for reporting quickly. Releases are stopped (slip {good})."
    refusal = next(place for place, line in enumerate(lines) if line.startswith("sekisho: "))
    stands = (
        f"Releases are stopped (slip {good}). The share is NOT destroyed yet. Once more with a key officer's key: "
        f"sekisho lost {good} --key …"
    )
    assert stands in lines[1:refusal]
    assert said.out == ""
    assert (state(town, good), destroyed_at(town, good)) == ("lost", None)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("wrong", IN_THE_WAY)
def test_a_program_is_told_what_was_stopped_before_the_error(town: Town, slips: list[str], wrong: str) -> None:
    words, code = IN_THE_WAY[wrong]
    said = town.say("lost", *slips, *words, "--json")
    assert (said.code, said.error["exit"]) == (code, code)
    assert said.json == {"stopped": slips, "destroyed": []}


def test_it_is_said_in_japanese(town: Town, slips: list[str]) -> None:
    good, _ = slips
    town.language = "ja"
    said = town.say("lost", good, MISREAD, "--key", town.root / "missing.key")
    assert said.err.splitlines()[:4] == [
        f"届け出ありがとうございます。開封を止めました（受渡票 {good}）。",
        "事案 1 を始めました（届け出の受付番号）。続きは `sekisho loss show 1`。",
        (
            f"開封は止めました（受渡票 {good}）。鍵の片割れは、まだ破棄していません。"
            f"鍵の責任者の鍵で、もう一度：sekisho lost {good} --key …"
        ),
        f"届け出を記録していないもの：{MISREAD}",
    ]


@pytest.mark.parametrize("interruption", [click.Abort, KeyboardInterrupt])
def test_interrupted_at_the_passphrase_it_says_what_stands(
    town: Town, slips: list[str], monkeypatch: pytest.MonkeyPatch, interruption: type[BaseException]
) -> None:
    monkeypatch.setattr("click.prompt", lambda *_, **__: "correct")
    town.json("keygen", "locked", "-o", town.root / "keys")

    def interrupted(*_: object, **__: object) -> str:
        raise interruption

    monkeypatch.setattr("click.prompt", interrupted)
    said = town.say("lost", *slips, "--key", town.key("locked"))
    assert said.code == 130
    assert "The share is NOT destroyed yet." in said.err
    assert [state(town, slip) for slip in slips] == ["lost", "lost"]


def test_what_fails_after_the_destruction_does_not_call_it_undone(town: Town, slips: list[str]) -> None:
    (town.root / "evidence").mkdir()
    command = ("lost", slips[0], "--key", town.key("security"), "--out", town.root / "evidence")
    said = town.say(*command)
    assert said.code == 2
    assert said.err.splitlines()[-2] == f"Releases are stopped and the share is destroyed (slip {slips[0]})."
    assert "NOT" not in said.err
    assert town.say(*command, "--json").json == {"stopped": slips[:1], "destroyed": slips[:1]}


def test_where_nothing_is_understood_nothing_is_said_to_be_stopped(town: Town, slips: list[str]) -> None:
    said = town.say("lost", MISREAD, "--medium", "NOSUCH", "--json")
    assert (said.code, said.out, said.error["error"]) == (2, "", "cli.slip_misread")
    assert town.say("lost", "--json").error["error"] == "loss.nothing_named"
    assert town.say("lost", "--kye", "--json").error["error"] == "loss.no_such_option"
    assert [state(town, slip) for slip in slips] == ["out", "out"]


# A damaged record.


@pytest.mark.parametrize(("table", "column"), [("copy", "copy"), ("copy", "capsule"), ("ticket", "not_after")])
def test_a_damaged_copy_holds_up_no_other(town: Town, slips: list[str], table: str, column: str) -> None:
    damaged, good = slips
    damage(town, table, column, "USB-1")
    said = town.say("lost", damaged, good, "--key", town.key("security"), "--json")
    assert (said.code, said.error["error"]) == (3, "loss.not_all")
    assert f"Not recorded: {damaged} (" in said.error["what"]
    assert [(copy["slip"], copy["state"]) for copy in said.json["copies"]] == [(good, "never_destroyed")]
    lost = [entry["copy"] for entry in town.json("ledger", "show")["entries"] if entry["type"] == "copy.lost"]
    assert lost == [town.json("inspect", "--slip", good)["copy"]]


def test_a_damaged_copy_blocks_no_other_medium(town: Town, slips: list[str]) -> None:
    damage(town, "copy", "copy", "USB-1")
    assert [copy["slip"] for copy in town.json("lost", "--medium", "USB-2")["copies"]] == slips[1:]
    said = town.say("lost", "--medium", "USB-1", "--json")
    assert (said.code, said.error["error"]) == (6, "custody.damaged_record")


# Last seen.


def test_when_it_was_last_seen_is_said_once_and_counts_in_every_statement(town: Town, slips: list[str]) -> None:
    (slip, _) = slips
    opened = town.say("open", "--yes", town.root / "USB-1" / f"capsule-{slip}.age", "-i", town.identity, "--key",
                      town.key("chief"), "--key", town.key("security"), "--out", town.root / "opened")  # fmt: skip
    assert opened.code == 0
    night, later = town.root / "night", town.root / "later"
    assert town.json("lost", slip, "--last-seen", "2022-06-21T16:00", "--out", night)["copies"][0]["verdict"] == "C"
    assert town.json("prove", slip, "--last-seen", "2022-06-21T16:30", "--out", later)["copies"][0]["verdict"] == "C"
    assert all("Last seen: 2022-06-21 16:00" in (folder / "statement.en.txt").read_text() for folder in (night, later))
    assert (
        town.json("prove", slip, "--last-seen", "2022-06-21T15:00")["copies"][0]["last_seen"] == "2022-06-21T06:00:00Z"
    )


# A destruction that cannot be finished.


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The disk lets no old key go, until the patch is undone."""

    def refuse(_: FileKek, epoch: int) -> None:
        raise MediumError("custodian.kek_disk", path=f"{epoch:06d}.kek")

    with monkeypatch.context() as patch:
        patch.setattr(FileKek, "destroy_all_but", refuse)
        yield patch


def is_said_to_be_unfinished(said: Said, slip: str) -> None:
    assert f"Releases are stopped (slip {slip}). The destruction of the share is begun and not finished;" in said.err
    assert "share destroyed: no" in said.out
    assert "is destroyed" not in said.err + said.out


def test_what_is_not_finished_is_not_called_destroyed(town: Town, slips: list[str], held: pytest.MonkeyPatch) -> None:
    slip, _ = slips
    said = town.say("lost", slip, "--key", town.key("security"))
    assert said.code == 4
    is_said_to_be_unfinished(said, slip)
    assert "Why it is not finished: The disk refused 000002.kek." in said.err
    again = town.say("lost", slip, "--key", town.key("security"), "--json")
    assert (again.code, again.json["copies"][0]["destroyed_at"], again.error["error"]) == (
        4,
        None,
        "custodian.kek_disk",
    )
    held.undo()
    assert destroyed_at(town, slip)
    begun = [entry for entry in town.json("ledger", "show")["entries"] if entry["type"] == "epoch.begun"]
    assert len(begun) == 2


@pytest.mark.usefixtures("held")
def test_an_unfinished_destruction_holds_up_no_other_loss_and_no_other_command(town: Town, slips: list[str]) -> None:
    first, second = slips
    town.say("lost", first, "--key", town.key("security"))
    said = town.say("lost", second)
    assert (said.code, state(town, second)) == (0, "lost")
    shown = town.say("custodian", "status")
    assert shown.code == 0
    assert "The destruction of a share is begun and not finished. The disk refused 000002.kek." in shown.err


def test_a_reader_holds_up_neither_the_report_nor_the_statement(
    town: Town, slips: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sekisho.store.database._PATIENCE_SECONDS", 0.05)
    first, second = slips
    with contextlib.closing(sqlite3.connect(town.root / "office" / "sekisho.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM entry").fetchone()
        said = town.say("lost", first, "--key", town.key("security"))
        assert said.code == 10
        is_said_to_be_unfinished(said, first)
        monkeypatch.setattr("sekisho.custody.office.Office.finish_destructions", _not_now)
        assert town.say("lost", second).code == 0
        monkeypatch.undo()
    assert destroyed_at(town, first)


def _not_now(_: object) -> None:
    raise AssertionError("a report waits for no older destruction")


def test_who_comes_after_the_key_officer_is_asked_for_no_key(town: Town, slips: list[str]) -> None:
    assert f"sekisho lost {slips[0]}" in town.say("lost", slips[0]).err
    assert town.say("lost", slips[0], "--key", town.key("security")).code == 0
    assert "sekisho lost" not in town.say("lost", slips[0]).err
    assert f"sekisho lost {slips[1]} --key" in town.say("lost", *slips).err
