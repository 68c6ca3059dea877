"""The calendar of what is open: as RFC 5545 has it, under ids that stay and numbers that grow."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invented_office import Town, signing_key
from sekisho.catalogue.words import LANGUAGES, Language
from sekisho.clock import ManualClock
from sekisho.custody.alarm_calendar import outlook
from sekisho.custody.alarming import alarm_settings
from sekisho.custody.alarms import Task
from sekisho.custody.handing import erase
from sekisho.custody.senders.calendar_file import CalendarSender, calendar_text
from sekisho.custody.senders.message import Outlook, Planned, Surroundings

pytest_plugins = ("office_fixtures",)

NOW = datetime(2022, 6, 21, 8, 0, tzinfo=UTC)


def planned(**changes: object) -> Planned:
    values: dict[str, object] = {
        "uid": "1@city.example",
        "sequence": 0,
        "task": "erase",
        "subject": "688669",
        "due": NOW,
        "cancelled": False,
    }
    return Planned(**(values | changes))  # type: ignore[arg-type]  # the fields of what is changed


def events(text: str) -> list[dict[str, str]]:
    """Read a calendar's events: unfolded, name → value; a name that comes twice has its first value."""
    found: list[dict[str, str]] = []
    for line in re.sub(r"\r\n[ \t]", "", text).split("\r\n"):
        name, _, value = line.partition(":")
        if (name, value) == ("BEGIN", "VEVENT"):
            found.append({})
        elif found:
            found[-1].setdefault(name, value)
    return found


def view(town: Town) -> dict[str, dict[str, str]]:
    """What the town's calendar says, by UID."""
    text = calendar_text(outlook(town.office, alarm_settings(town.office)), "en")
    return {event["UID"]: event for event in events(text)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("task", [each.value for each in Task if each is not Task.SILENCE])
def test_every_task_is_an_event_with_two_alarms_in_lines_of_at_most_75_octets(task: str, language: Language) -> None:
    text = calendar_text(Outlook(origin="city.example/ledger", at=NOW, tasks=[planned(task=task)]), language)
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert text.endswith("END:VCALENDAR\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    (event,) = events(text)
    assert {"UID", "DTSTAMP", "DTSTART", "SEQUENCE", "SUMMARY", "STATUS"} <= set(event)
    assert text.count("BEGIN:VALARM\r\n") == text.count("END:VALARM\r\n") == 2
    assert "688669" in event["SUMMARY"]


@given(label=st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60))
def test_whatever_a_medium_is_called_its_words_come_back(label: str) -> None:
    """Folding breaks no character, and what has a meaning in the format is escaped."""
    text = calendar_text(Outlook(origin="o", at=NOW, tasks=[planned(task="lending", subject=label)]), "ja")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    (event,) = events(text)
    plain = re.sub(r"\\([\\;,])", r"\1", event["SUMMARY"])
    assert plain.endswith(f"：{label}")


def test_a_task_keeps_its_id_and_its_end_cancels_it(out: Town) -> None:
    before = view(out)
    assert {event["STATUS"] for event in before.values()} == {"CONFIRMED"}
    assert len(before) == 3 * len(out.slips)
    assert view(out) == before
    slip = out.slips[0]
    erase(out.office, slip, out.stick("USB-1"), holder=signing_key("carrier"), witness=signing_key("supervisor"))
    after = view(out)
    gone = {uid for uid, event in after.items() if event["STATUS"] == "CANCELLED"}
    assert gone == {uid for uid, event in before.items() if slip in event["SUMMARY"]}
    assert {after[uid]["SEQUENCE"] for uid in gone} == {"1"}
    assert {uid: event for uid, event in after.items() if uid not in gone} == {
        uid: event for uid, event in before.items() if uid not in gone
    }
    assert view(out) == after
    out.clock.advance(timedelta(days=90))
    assert not gone & set(view(out))


def test_the_file_is_written_only_when_something_changed(tmp_path: Path) -> None:
    sender = CalendarSender({"file": "open.ics"}, Surroundings(folder=tmp_path, clock=ManualClock(NOW)))
    path = tmp_path / "open.ics"
    sender.after_round(Outlook(origin="o", at=NOW, tasks=[planned()]))
    first = path.stat().st_ino
    sender.after_round(Outlook(origin="o", at=NOW + timedelta(hours=1), tasks=[planned()]))
    assert path.stat().st_ino == first
    sender.after_round(Outlook(origin="o", at=NOW, tasks=[planned(sequence=1, cancelled=True)]))
    assert "STATUS:CANCELLED" in path.read_text(encoding="utf-8")
