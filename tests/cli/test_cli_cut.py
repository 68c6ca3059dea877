"""What ``sekisho cut`` says: how much less leaves, what was not found or read, and every reason why not."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cli_town import PEOPLE, ROWS, Town, found_town

LOOK_UP = """
[source.paid]
path = "paid.csv"
columns = ["コード", "受付日"]
subject = { column = "コード" }
kinds = { "受付日" = "benefit_status" }
[[rows.join]]
source = "paid"
on = "統一コード"
to = "コード"
[[field]]
out = "受付月"
from = "paid.受付日"
op = "date.month"
why = "案内"
"""


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    return found_town(tmp_path, capsys)


def test_who_found_no_partner_and_what_could_not_be_read_is_said(town: Town) -> None:
    """Many people without a benefit are usual; benefits without a person are not, and an officer sees both numbers."""
    (town.root / "paid.csv").write_text("コード,受付日\n31,不明\n9999,2022-06-01\n", encoding="utf-8")
    text = ROWS.replace("'bank_account'", "'bank_account', 'benefit_status'") + LOOK_UP
    (town.root / "rows.toml").write_text(text, encoding="utf-8")
    said = town.say("cut", town.root / "rows.toml").out
    assert "Look-up in paid: 2 of 3 rows found no partner; 1 of its 2 rows were found by nobody" in said
    assert (
        "受付月: values that could not be read as its form needs them, and leave empty: 1 (first in rows 2 of" in said
    )
    document = town.json("cut", town.root / "rows.toml")
    assert document["joins"] == [{"source": "paid", "rows": 3, "unmatched": 2, "partners": 2, "unclaimed": 1}]
    assert [field["unreadable"] for field in document["fields"]] == [0, 0, 0, 1]


def test_where_everything_was_read_nothing_is_said_of_it(town: Town) -> None:
    said = town.say("cut", town.root / "rows.toml").out
    assert "could not be read" not in said
    assert "found no partner" not in said


def test_by_what_people_are_selected_is_said_and_an_approver_reads_it(town: Town) -> None:
    """Everybody on such a list is known to get welfare, though no column of it says so."""
    header, *people = PEOPLE.splitlines()
    lines = [f"{header},生活保護,年度", *(f"{person},1,2022" for person in people)]
    (town.root / "people.csv").write_text("\n".join(lines), encoding="utf-8")
    where = "[rows]\nwhere = \"生活保護 == '1' and 年度 == 2022\""
    text = ROWS.replace('"申請書番号"]', '"申請書番号", "生活保護", "年度"]').replace("[rows]", where)
    (town.root / "rows.toml").write_text(text, encoding="utf-8")
    assert town.say("purpose", "check", town.root / "rows.toml").code == 0
    said = town.say("cut", town.root / "rows.toml").out
    assert "tells it): 年度 (kind not said), 生活保護 (welfare status)\n" in said
    cut = town.json("cut", town.root / "rows.toml")
    selects = [(field["name"], field["kind"]) for field in cut["fields"] if field["form"] == "select"]
    assert selects == [("年度", ""), ("生活保護", "welfare_status")]
    town.json("request", cut["id"], "--carrier", "carrier", "--recipient", "supervisor", "--route", "電車",
              "--medium", "USB-1", "--until", "2022-06-21T20:00", "--allow-save", "--key", town.key("officer"))  # fmt: skip
    shown = town.say("approve", "C-1", "--key", town.key("chief"), "--yes").err
    assert "rows.csv: 生活保護: welfare status (not taken out, used to select)" in shown
    assert "rows.csv: 年度: kind not said (not taken out, used to select)" in shown


def test_what_stays_is_named_of_every_source(town: Town) -> None:
    (town.root / "paid.csv").write_text("コード,受付日\n31,2022-06-01\n", encoding="utf-8")
    text = ROWS.replace("'bank_account'", "'bank_account', 'benefit_status'") + LOOK_UP
    (town.root / "rows.toml").write_text(text, encoding="utf-8")
    said = town.say("cut", town.root / "rows.toml").out
    assert "Stays inside: 氏名, 郵便番号, 住所, 生年月日, 申請書番号, paid.コード\n" in said


def test_every_reason_is_said_and_the_first_decides_how_it_ends(town: Town) -> None:
    """An officer who mends one reason must not find the next one only then."""
    text = ROWS.replace("2022-09-30", "2022-01-31").replace("'name_kana', ", "").replace("'bank_account'", "'name'")
    (town.root / "rows.toml").write_text(text, encoding="utf-8")
    for command in (["cut"], ["purpose", "check"]):
        said = town.say(*command, town.root / "rows.toml")
        assert said.code == 3
        assert [part in said.err for part in ("ended on 2022-01-31", "name_kana", "bank_account")] == [True] * 3


# --- which day it is

LAST_EVENING = datetime(2022, 9, 30, 14, 59, tzinfo=UTC)  # one minute to midnight in Japan
MIDNIGHT = datetime(2022, 9, 30, 15, tzinfo=UTC)


@pytest.fixture
def greenwich(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose clock does not show the time of Japan."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("greenwich")
@pytest.mark.parametrize(("now", "code"), [(LAST_EVENING, 0), (MIDNIGHT, 3)])
def test_checking_and_cutting_agree_on_the_day(town: Town, now: datetime, code: int) -> None:
    """The purpose's last day is 30 September on the office's wall, which in Greenwich is not over by then."""
    town.clock.time = now
    purpose = town.root / "rows.toml"
    assert [town.say("purpose", "check", purpose).code, town.say("cut", purpose).code] == [code, code]


@pytest.mark.usefixtures("greenwich")
def test_a_draft_counts_its_days_from_the_day_on_the_wall(town: Town) -> None:
    town.clock.time = MIDNIGHT
    assert "not_after = 2022-12-30" in town.say("purpose", "new", town.root / "people.csv").out


@pytest.mark.usefixtures("greenwich")
def test_without_an_office_the_day_is_that_of_the_machine(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.clock.time = MIDNIGHT
    (town.root / "office").rename(tmp_path / "elsewhere")
    assert town.say("purpose", "check", town.root / "rows.toml").code == 0
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    assert town.say("purpose", "check", town.root / "rows.toml").code == 3


@pytest.mark.usefixtures("greenwich")
def test_a_contract_begins_with_the_day_on_the_wall(town: Town) -> None:
    """At one in the morning of its first day its people are not outside."""
    register = (town.root / "register.toml").read_text(encoding="utf-8").replace("2022-04-01", "2022-10-01")
    (town.root / "register.toml").write_text(register, encoding="utf-8")
    signers = ("--key", town.key("chief"), "--key", town.key("security"))
    town.json("party", "import", town.root / "register.toml", *signers, "--yes")
    for now, chain in ((LAST_EVENING, None), (MIDNIGHT, ["R4-1234"])):
        town.clock.time = now
        chains = {person["id"]: person["chain"] for person in town.json("party", "list")["persons"]}
        assert chains["carrier"] == chain
