"""Whoever is on duty is told of a loss in the commit that stops it, again until somebody hears, and nothing of it holds up the stop."""

import email
from datetime import timedelta
from email.policy import SMTP
from pathlib import Path

import pytest

from invented_office import STAFF, Town, register_text, signing_key
from sekisho.custody import alarm_records
from sekisho.custody.alarm_records import Fired
from sekisho.custody.alarm_sending import run_round
from sekisho.custody.alarming import acknowledge, fire
from sekisho.custody.alarms import LONGEST_PAGING, Task
from sekisho.custody.incident_records import IncidentState, get_incident, update_incident
from sekisho.loss.incident.paging import deliver_pages
from sekisho.loss.lost import lose, slips_on

pytest_plugins = ("office_fixtures",)

AGAIN = timedelta(minutes=15)
CHANNEL = """[[channel]]
name = "night"
sender = "mail-folder"
from_rung = "officer"
[channel.options]
folder = "outbox"
from = "alarm@city.example"
"""


@pytest.fixture
def slip(out: Town) -> str:
    (found,) = slips_on(out.office, "USB-1")
    return found


@pytest.fixture
def other(out: Town) -> str:
    (found,) = slips_on(out.office, "USB-2")
    return found


@pytest.fixture
def night(out: Town) -> Town:
    """A town whose people have addresses and a channel."""
    text = register_text()
    for name in STAFF:
        text = text.replace(f'id = "{name}"\n', f'id = "{name}"\nemail = "{name}@city.example"\n')
    out.learn(text)
    out.write("home/alarms.toml", CHANNEL)
    (out.home / "outbox").mkdir()
    return out


def pages(town: Town) -> list[Fired]:
    return [each for each in alarm_records.every(town.office.ledger.connection) if each.task == Task.LOSS]


def mails(town: Town) -> list[str]:
    """Return subject and words of what left."""
    read = email.message_from_bytes
    found = [read(path.read_bytes(), policy=SMTP) for path in sorted((town.home / "outbox").iterdir())]
    return [f"{each['Subject']}\n{each.get_content()}" for each in found]


def test_the_commit_that_stops_it_pages_the_privacy_and_key_officers(out: Town, slip: str) -> None:
    begin = out.size
    report = lose(out.office, [slip])
    (told,) = pages(out)
    assert (told.persons, told.subject) == (("security", "privacy"), str(report.incident))
    assert [entry.type for entry in out.office.ledger.entries(begin)][-1] == "alarm.fired"
    assert [each.size for each in out.office.ledger.checkpoints() if each.size > begin] == [out.size]


def test_whom_the_settings_name_is_paged_and_nobody_else(out: Town, slip: str) -> None:
    out.write("home/incident.toml", 'on_duty = ["clerk", "nobody-any-more"]\n')
    lose(out.office, [slip])
    assert pages(out)[0].persons == ("clerk",)


def test_it_leaves_at_once_with_incident_slip_and_time_and_nobody_s_name(night: Town, slip: str) -> None:
    report = lose(night.office, [slip])
    assert deliver_pages(night.office) == []
    sent = mails(night)
    assert len(sent) == 2
    for mail in sent:
        assert f"{report.incident} ({slip})" in mail
        assert "2022-06-21 17:00" in mail
        assert not any(name in mail for name in (*STAFF, "carrier", "supervisor"))
    assert run_round(night.office).sent == 0


def test_before_all_that_waited_longer(night: Town, slip: str) -> None:
    """A machine that was off over the evening has much to tell; the loss comes first."""
    night.clock.advance(timedelta(hours=9))
    fire(night.office)
    lose(night.office, [slip])
    order = night.office.ledger.connection.execute("SELECT key FROM job ORDER BY due, id LIMIT 2").fetchall()
    assert {key.split("/")[1] for (key,) in order} == {str(pages(night)[0].index)}


def test_it_is_told_again_until_somebody_hears(night: Town, slip: str, other: str) -> None:
    lose(night.office, [slip])
    for _ in range(4):
        fire(night.office)
        night.clock.advance(AGAIN / 2)
    assert len(pages(night)) == 2
    acknowledge(night.office, pages(night)[0].index, key=signing_key("privacy"))
    assert all(each.acknowledged is not None for each in pages(night))
    night.clock.advance(AGAIN * 5)
    fire(night.office)
    assert len(pages(night)) == 2
    lose(night.office, [other])
    night.clock.advance(AGAIN)
    fire(night.office)
    assert len(pages(night)) == 4


def test_nobody_is_told_for_ever_or_of_what_is_closed(out: Town, slip: str) -> None:
    report = lose(out.office, [slip])
    for _ in range(3):
        out.clock.advance(LONGEST_PAGING)
        fire(out.office)
        fire(out.office)
    assert len(pages(out)) == 2
    assert report.incident
    connection = out.office.ledger.connection
    closed = get_incident(connection, report.incident)
    update_incident(connection, type(closed)(number=1, state=IncidentState.CLOSED, opened_at=closed.opened_at))
    fire(out.office)
    assert len(pages(out)) == 2


def test_who_reports_again_pages_nobody(out: Town, slip: str) -> None:
    lose(out.office, [slip])
    out.clock.advance(timedelta(minutes=1))
    size = out.size
    lose(out.office, [slip])
    assert (len(pages(out)), out.size) == (1, size)


@pytest.mark.parametrize("broken", ["register", "alarms.toml", "incident.toml"])
def test_what_cannot_be_read_holds_up_no_stop(out: Town, slip: str, broken: str) -> None:
    if broken == "register":
        out.office.ledger.connection.execute("UPDATE register SET text = 'broken'")
    else:
        out.write(f"home/{broken}", "broken")
    report = lose(out.office, [slip])
    assert (out.state(slip), out.ticket(slip), len(pages(out))) == ("lost", "suspended", 1)
    assert report.incident
    assert bool(deliver_pages(out.office)) is (broken == "alarms.toml")


def test_a_channel_that_fails_is_told_and_tried_again(night: Town, slip: str) -> None:
    (night.home / "outbox").rmdir()
    lose(night.office, [slip])
    assert [(each.channel, each.fault) for each in deliver_pages(night.office)] == [("night", "disk")]
    Path(night.home / "outbox").mkdir()
    night.clock.advance(timedelta(minutes=2))
    deliver_pages(night.office)
    assert len(mails(night)) == 2
