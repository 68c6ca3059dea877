"""Approving by the command line: nothing is signed unseen, and what is shown is all that is signed."""

import io
from pathlib import Path

import pytest
from cli_town import Town, carry, found_town, seal_copies

from sekisho.clock import ManualClock
from sekisho.custody import records
from sekisho.custody.office import Office


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    return found_town(tmp_path, capsys)


def ask(town: Town, purpose: str = "rows", *options: str, media: tuple[str, ...] = ("USB-9",), **other: str) -> str:
    """Cut a purpose and ask for copies of it; return the number of the request."""
    wish = {"route": "電車", "until": "2022-06-21T20:00", "carrier": "carrier"} | other
    cut = town.json("cut", town.root / f"{purpose}.toml")["id"]
    words = [part for name, value in wish.items() for part in (f"--{name}", value)]
    labels = [part for medium in media for part in ("--medium", medium)]
    asked = town.json(
        "request", cut, *words, *labels, "--recipient", "supervisor", "--key", town.key("officer"), *options
    )
    return str(asked["request"])


def seal(town: Town, number: str, *media: str) -> None:
    for approver in ("chief", "security"):
        town.json("approve", number, "--key", town.key(approver), "--yes")
    for medium in media:
        (town.root / medium).mkdir(exist_ok=True)
    folders = [part for medium in media for part in ("--medium", f"{medium}={town.root / medium}")]
    town.json("seal", number, *folders, "--key", town.key("officer"))


def shown(town: Town, number: str) -> str:
    """Return what an approver reads before signing."""
    said = town.say("approve", number, "--key", town.key("chief"), "--yes")
    assert said.code == 0, said.err
    return said.err


# Nothing is signed unseen.


@pytest.mark.parametrize("reference", ["C-1", "R-1"])
def test_a_program_does_not_sign_what_it_shows_nobody(
    town: Town, monkeypatch: pytest.MonkeyPatch, reference: str
) -> None:
    """`echo y | sekisho approve C-1 --json` once signed what nobody had seen."""
    (slip,) = seal_copies(town, "USB-1")
    carry(town, slip)
    short = town.json("inspect", town.root / "USB-1" / f"capsule-{slip}.age")["short"]
    town.json("custodian", "release", "--yes", f"{short} 000010 000011")
    before = town.json("ledger", "status")["size"]
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    said = town.say("approve", reference, "--key", town.key("chief"), "--json")
    assert (said.code, said.error["error"]) == (2, "cli.json_needs_yes")
    assert "--yes" in said.error["hint"]
    assert town.json("ledger", "status")["size"] == before


def test_a_program_is_told_everything_that_it_signed(town: Town) -> None:
    seal(town, ask(town, "rows", "--allow-save", media=("USB-1",)), "USB-1")
    asked = ask(town, "rows", "--allow-save", "--opens", "3")
    document = town.json("approve", asked, "--key", town.key("chief"), "--yes")
    said = document["asked_for"]
    assert (document["request"], document["approvals"], document["needed"]) == ("C-2", 1, 2)
    assert (said["people"], said["allow_save"], said["carrier"], said["media"]) == (3, True, "carrier", ["USB-9"])
    assert "rows.csv: 口座末尾 (bank_account, mask.last 3)" in said["fields"]
    assert (said["since"], said["differences"]) == ("C-1", [{"what": "opens", "before": 1, "now": 3}])


def test_ctrl_c_is_an_interruption_and_no_answer(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: str) -> str:
        raise KeyboardInterrupt

    number = ask(town, "answers")
    monkeypatch.setattr("click.termui.visible_prompt_func", interrupted)
    assert town.say("approve", number, "--key", town.key("chief")).code == 130
    assert town.json("approve", "--list")["waiting"] == [number]


def test_a_title_that_would_print_a_line_of_its_own_is_not_cut(town: Town) -> None:
    purpose = town.root / "rows.toml"
    text = purpose.read_text(encoding="utf-8").replace('title = "給付金 rows"', 'title = "給付金\\n  people   3: name"')
    purpose.write_text(text, encoding="utf-8")
    said = town.say("cut", purpose)
    assert said.code == 6
    assert "`title` holds U+000A" in said.err


def test_a_line_break_that_came_in_by_another_way_is_written_out(town: Town) -> None:
    """Whoever writes into the database signs nothing, but must not forge what an approver sees either."""
    number = ask(town, "answers")
    office = Office.open(town.root / "office", ManualClock(town.clock.time))
    office.ledger.connection.execute(
        "UPDATE request SET statement = replace(statement, '電車', ?)", ("電車\\n  people   3",)
    )
    office.close()
    seen = shown(town, number)
    assert "電車<U+000A>  people   3" in seen


def test_names_stand_beside_ids(town: Town) -> None:
    seen = shown(town, ask(town, "answers"))
    assert "carrierさん (磯風コールセンター, carrier)" in seen
    assert "officerさん (汐見市, officer)" in seen


# Since last time.


def test_everything_that_changed_since_the_last_sealed_request_is_shown(town: Town) -> None:
    seal(town, ask(town, "rows", "--allow-save", media=("USB-1",)), "USB-1")
    ask(town, "rows", "--allow-save", "--opens", "7", route="車")  # asked for, and never sealed: no measure
    purpose = town.root / "rows.toml"
    text = purpose.read_text(encoding="utf-8")
    purpose.write_text(
        text.replace("[rows]\n", '[rows]\nwhere = "申請書番号 is not null"\n').replace("mask.last", "keep")
    )
    town.language = "ja"
    seen = shown(town, ask(town, "rows", "--allow-save", "--opens", "2", media=("USB-2", "USB-3"), route="車",
                           until="2022-06-22T20:00", carrier="officer"))  # fmt: skip
    differences = seen[seen.index("前回封緘した申請（C-1）との違い") :].splitlines()[1:]
    assert differences == [
        "  対象　　　3 人 → 2 人",
        "  開封回数　1 回 → 2 回",
        "  開封期間　3 時間 0 分 → 27 時間 0 分",
        "  運搬　　　carrierさん（磯風コールセンター、carrier） → officerさん（汐見市、officer）",
        "  経路　　　電車 → 車",
        "  媒体の数　1 → 2",
        "  返却まで　3 時間 0 分 → 27 時間 0 分",
        "  + rows.csv: 口座末尾：口座番号（そのまま）",
        "  + rows.csv: 申請書番号：給付金の状況（出さないが、選ぶのに使用）",
        "  - rows.csv: 口座末尾：口座番号（末尾 3 文字）",
    ]


def test_saving_that_was_forbidden_before_is_seen_to_be_allowed(town: Town) -> None:
    seal(town, ask(town, "answers", media=("USB-1",)), "USB-1")
    seen = shown(town, ask(town, "answers", "--allow-save"))
    assert "saving       not allowed → allowed" in seen


def test_the_same_again_is_said_to_be_the_same(town: Town) -> None:
    seal(town, ask(town, "answers", media=("USB-1",)), "USB-1")
    assert "The same as the last request that was sealed (C-1)." in shown(town, ask(town, "answers"))


def test_what_was_only_asked_for_is_not_last_time(town: Town) -> None:
    ask(town, "answers")
    seal(town, ask(town, "rows", "--allow-save", media=("USB-1",)), "USB-1")
    assert "Nothing was sealed for this purpose before." in shown(town, ask(town, "answers"))


# What waits.


def test_what_waits_is_listed_by_number_releases_of_the_last_quarter_of_an_hour_among_it(town: Town) -> None:
    (slip,) = seal_copies(town, "USB-1")
    carry(town, slip)
    asked = [ask(town, "answers") for _ in range(9)]
    short = town.json("inspect", town.root / "USB-1" / f"capsule-{slip}.age")["short"]
    town.json("custodian", "release", "--yes", f"{short} 000010 000011", "--key", town.key("chief"))
    waiting = [f"C-{number}" for number in range(2, 11)]
    assert asked == waiting
    assert town.json("approve", "--list")["waiting"] == town.json("custodian", "status")["waiting"] == [*waiting, "R-1"]
    assert town.say("approve", "--list").out.split() == [*waiting, "R-1"]
    assert "Waits for approval: R-1" in town.say("custodian", "status").out
    town.clock.time = town.clock.time.replace(minute=15, second=1)
    assert town.json("approve", "--list")["waiting"] == waiting


def test_an_office_in_which_nothing_was_asked_shows_its_status_without_a_register(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    town = Town(tmp_path, capsys)
    town.json("custodian", "init", "--name", "汐見市", "--phone", "06")
    assert town.say("custodian", "status").code == 0


def test_a_copy_is_shown_though_the_register_is_damaged(town: Town) -> None:
    (slip,) = seal_copies(town, "USB-1")
    office = Office.open(town.root / "office", ManualClock(town.clock.time))
    with office.ledger.transaction() as tx:
        records.add_register(tx.connection, "office =")
    office.close()
    assert "officer" in town.say("custodian", "status").out
    assert "held by officer" in town.say("inspect", "--slip", slip).out
