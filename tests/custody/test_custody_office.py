"""The office: made once and whole, opened with what a kill left unfinished, and never silently broken."""

import contextlib
import sqlite3
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invented_office import EVENING, PHONE, Town, register_text, signing_key
from sekisho.clock import ManualClock
from sekisho.custody import records
from sekisho.custody.office import Office, Settings, default_origin
from sekisho.errors import LedgerBroken, Missing, Misuse, SekishoError, Unreadable
from sekisho.ledger.anchor import exclusive
from sekisho.loss.lost import report_lost

pytest_plugins = ("office_fixtures",)

SETTINGS = Settings(name="汐見市", phone=PHONE, zone="Asia/Tokyo", origin="city.example/ledger")
TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


def make(root: Path, **changes: str) -> Office:
    return Office.make(root, msgspec.structs.replace(SETTINGS, **changes), ManualClock(EVENING))


# Making.


def test_a_new_office_has_one_entry_and_nobody(tmp_path: Path) -> None:
    office = make(tmp_path / "家")
    assert [entry.type for entry in office.ledger.entries()] == ["office.made"]
    with pytest.raises(Missing) as caught:
        _ = office.register
    assert caught.value.key == "custody.no_register"
    office.close()


def test_only_its_owner_can_enter_and_read_it(tmp_path: Path) -> None:
    make(tmp_path / "home").close()
    for path in (tmp_path / "home", *(tmp_path / "home").rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path


def test_an_office_is_never_made_over_another(tmp_path: Path) -> None:
    make(tmp_path).close()
    before = {path: path.read_bytes() for path in (tmp_path / "keys").iterdir()}
    with pytest.raises(Misuse) as caught:
        make(tmp_path)
    assert caught.value.key == "store.office_exists"
    assert {path: path.read_bytes() for path in (tmp_path / "keys").iterdir()} == before


@pytest.mark.parametrize("key", ["ledger.key", "vault.key"])
def test_keys_that_are_there_are_not_replaced(tmp_path: Path, key: str) -> None:
    """Somebody restored ``keys/`` from a backup first, and then made an office."""
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / key).write_text("restored")
    with pytest.raises(Misuse):
        make(tmp_path)
    assert (tmp_path / "keys" / key).read_text() == "restored"


IMPOSSIBLE = [
    {"name": ""},
    {"name": "\udcff"},
    {"origin": ""},
    {"origin": "https://city.example/ledger"},
    {"origin": "汐見市"},
    {"origin": "city.example/ledger\n"},
    {"origin": "a//b"},
    {"zone": "Asia"},
    {"zone": "Asia/Amagasaki"},
    {"zone": "../../etc/passwd"},
    {"zone": ""},
    {"zone": "\0"},
]


@pytest.mark.parametrize("settings", IMPOSSIBLE)
def test_settings_that_are_none_leave_nothing_behind(tmp_path: Path, settings: dict[str, str]) -> None:
    with pytest.raises(Misuse):
        make(tmp_path / "home", **settings)
    assert not (tmp_path / "home").exists()
    make(tmp_path / "home").close()


@given(TEXT, TEXT)
@settings(deadline=None)
def test_whatever_an_office_is_called_is_read_back(name: str, phone: str) -> None:
    written = msgspec.structs.replace(SETTINGS, name=name, phone=phone)
    assert msgspec.convert(tomllib.loads(written.to_toml()), Settings) == written


@pytest.mark.parametrize(
    ("name", "origin"),
    [("汐見市", "office"), ("", "office"), ("City of Ashiya", "city-of-ashiya"), ("--a/b--", "a-b")],
)
def test_a_log_is_named_after_an_office_that_has_no_domain(name: str, origin: str) -> None:
    assert default_origin(name) == f"sekisho.example/{origin}/ledger"


# Opening.


def test_an_office_whose_database_is_gone_is_none(tmp_path: Path) -> None:
    Office.make(tmp_path, SETTINGS, ManualClock(EVENING)).close()
    for path in tmp_path.glob("sekisho.db*"):
        path.unlink()
    with pytest.raises(Missing) as caught:
        Office.open(tmp_path, ManualClock(EVENING))
    assert caught.value.key == "store.no_office"
    assert not (tmp_path / "sekisho.db").exists()


def test_what_is_no_office_is_missing(tmp_path: Path) -> None:
    for root in (tmp_path, tmp_path / "none"):
        with pytest.raises(Missing):
            Office.open(root, ManualClock(EVENING))


def test_an_opened_office_knows_what_the_closed_one_did(town: Town) -> None:
    register, cuts, size = town.office.register, town.cuts, town.size
    town.restart()
    assert (town.office.register, town.cuts, town.size) == (register, cuts, size)
    assert town.office.settings == SETTINGS


@pytest.mark.parametrize(
    "settings",
    [
        b"",
        b"name = ",
        b'name = "a"',
        b"\xff",
        b"a = " + b"[" * 5000,
        SETTINGS.to_toml().encode().replace(b"Tokyo", b"Tokio"),
    ],
)
def test_damaged_settings_are_said_to_be_damaged(town: Town, settings: bytes) -> None:
    town.office.close()
    (town.home / "office.toml").write_bytes(settings)
    with pytest.raises(Unreadable) as caught:
        Office.open(town.home, town.clock)
    assert caught.value.key == "custody.bad_settings"


def test_settings_from_another_editor_are_read(town: Town) -> None:
    path = town.home / "office.toml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    town.restart()
    assert town.office.settings.name == "汐見市"


@pytest.mark.parametrize(
    ("file", "key"), [("keys/ledger.key", "custody.no_office_key"), ("keys/vault.key", "custody.vault_missing")]
)
def test_a_missing_key_is_asked_for_by_name(town: Town, file: str, key: str) -> None:
    town.office.close()
    (town.home / file).unlink()
    with pytest.raises(SekishoError) as caught:
        Office.open(town.home, town.clock)
    assert caught.value.key == key


@pytest.mark.parametrize("text", ["", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_key_that_is_none_is_not_used(town: Town, text: str) -> None:
    town.office.close()
    (town.home / "keys" / "ledger.key").write_text(text)
    with pytest.raises(Unreadable):
        Office.open(town.home, town.clock)


def test_the_key_of_another_office_is_not_used(town: Town, tmp_path: Path) -> None:
    make(tmp_path / "other").close()
    town.office.close()
    (town.home / "keys" / "ledger.key").write_bytes((tmp_path / "other" / "keys" / "ledger.key").read_bytes())
    with pytest.raises(SekishoError):
        Office.open(town.home, town.clock)


def test_a_database_brought_back_from_yesterday_is_refused(town: Town) -> None:
    town.office.close()
    yesterday = (town.home / "sekisho.db").read_bytes()
    town.restart()
    town.request()
    town.office.close()
    for file in town.home.glob("sekisho.db*"):
        file.unlink()
    (town.home / "sekisho.db").write_bytes(yesterday)
    with pytest.raises(LedgerBroken):
        Office.open(town.home, town.clock)


def test_a_register_that_was_damaged_in_the_database_is_said_to_be(town: Town) -> None:
    with town.office.ledger.transaction() as tx:
        records.add_register(tx.connection, "office =")
    with pytest.raises(Unreadable):
        _ = town.office.register


def test_the_newest_register_counts(town: Town) -> None:
    town.learn(register_text().replace("chiefさん", "新しいchiefさん"))
    assert town.office.register.owner(signing_key("chief").public).name == "新しいchiefさん"


@pytest.mark.parametrize("folder", ["", "keys", "keks", "cuts", "people"])
def test_what_a_kill_left_in_its_folders_is_gone_after_the_next_start(town: Town, folder: str) -> None:
    """Without a note: the ledger's anchor and the custodian's keys are written there all the time."""
    left = town.home / folder / ".sekisho-0123456789abcdef.partial"
    left.write_bytes(b"unfinished")
    town.restart()
    assert town.partials() == []


def test_where_an_open_office_makes_files_is_not_forgotten_by_the_next_command(town: Town) -> None:
    town.office.note(town.stick("USB-1"))
    Office.open(town.home, ManualClock(EVENING)).close()
    (town.stick("USB-1") / ".sekisho-0123456789abcdef.partial").write_bytes(b"unfinished")
    town.restart()
    assert town.partials() == []


def test_a_cut_that_was_never_recorded_is_gone_after_the_next_start(town: Town) -> None:
    """Its maker was killed between the folder and the record."""
    left = town.home / "cuts" / "0123456789"
    left.mkdir()
    (left / "0.age").write_bytes(b"rows")
    town.restart()
    assert sorted(path.name for path in left.parent.iterdir()) == sorted(cut.id for cut in town.cuts)


def test_a_cut_that_is_being_made_is_left_to_its_maker(town: Town) -> None:
    fresh = town.home / "cuts" / "0123456789"
    fresh.mkdir()
    with exclusive(town.home / "people" / "lock"):
        town.restart()
        assert fresh.exists()
    town.restart()
    assert not fresh.exists()


def test_what_is_not_ours_stays(town: Town) -> None:
    (town.home / "cuts" / ".sekisho-notes").write_text("mine")
    (town.home / "partial").write_text("mine")
    (town.home / "cuts" / "mine").mkdir()
    (town.home / "cuts" / "0123456789").write_text("mine")
    town.restart()
    assert (town.home / "cuts" / "mine").exists()
    assert (town.home / "cuts" / "0123456789").exists()
    assert (town.home / "cuts" / ".sekisho-notes").exists()
    assert (town.home / "partial").exists()


# The calendar on the wall.


@pytest.mark.parametrize(
    ("time", "day"),
    [
        (datetime(2022, 3, 31, 14, 59, 59, tzinfo=UTC), date(2022, 3, 31)),
        (datetime(2022, 3, 31, 15, tzinfo=UTC), date(2022, 4, 1)),
        (datetime(2020, 2, 28, 15, tzinfo=UTC), date(2020, 2, 29)),
        (datetime(2022, 12, 31, 15, tzinfo=UTC), date(2023, 1, 1)),
    ],
)
def test_a_day_begins_at_midnight_on_the_wall(town: Town, time: datetime, day: date) -> None:
    assert town.office.day(time) == day


def test_today_never_goes_back_behind_the_ledger(town: Town) -> None:
    assert town.office.today() == date(2022, 6, 21)
    town.clock.time = datetime(2022, 6, 1, tzinfo=UTC)
    assert town.office.today() == date(2022, 6, 21)


# Somebody reads while a share is destroyed.


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait a moment for another program, not ten seconds."""
    monkeypatch.setattr("sekisho.store.database._PATIENCE_SECONDS", 0.05)


@pytest.mark.usefixtures("impatient")
def test_a_reader_holds_up_only_the_leaf_that_says_destroyed(out: Town) -> None:
    """An export runs while the loss is reported: the report is not refused, and the share is gone for all that."""
    out.restart()
    slip = out.sealed("USB-3")[0]
    reader = sqlite3.connect(out.home / "sekisho.db", isolation_level=None)
    reader.executescript("BEGIN; SELECT count(*) FROM entry;")
    reader.execute("SELECT count(*) FROM entry").fetchone()
    report_lost(out.office, [slip], key_officer=signing_key("security"))
    assert (out.state(slip), out.ticket(slip), out.leaves("ticket.destroyed")) == ("lost", "destroyed", [])
    out.restart()
    reader.close()
    out.restart()
    assert [leaf.copy for leaf in out.leaves("ticket.destroyed")] == [out.cid(slip).hex()]


def test_who_has_something_more_urgent_opens_without_finishing(out: Town) -> None:
    slip, _ = out.slips
    with out.office.ledger.transaction() as tx:
        out.office.destruction.begin(tx, out.cid(slip), reason="lost", keys=[])
    with contextlib.closing(Office.open(out.home, out.clock, finish=False)) as office:
        assert office.destruction.unfinished() == {out.cid(slip)}
    with contextlib.closing(Office.open(out.home, out.clock)) as office:
        assert office.destruction.unfinished() == set()


def test_another_fault_of_the_database_is_not_kept_quiet(out: Town) -> None:
    slip = out.sealed("USB-3")[0]
    with out.office.ledger.transaction() as tx:
        out.office.destruction.begin(tx, out.cid(slip), reason="lost", keys=[])
    out.office.ledger.connection.execute("ALTER TABLE epoch RENAME TO epochs")
    with pytest.raises(sqlite3.OperationalError):
        out.office.finish_destructions()
