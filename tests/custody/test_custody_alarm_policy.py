"""`alarms.toml`: its schema and its reader agree, and what the manual shows is so."""

import json
import re
import tomllib
from datetime import date, time, timedelta
from pathlib import Path

import jsonschema
import pytest

from conftest import ROOT
from sekisho.custody.alarm_policy import FILE, alarms_schema, read_alarm_settings
from sekisho.custody.alarms import Part, Policy, Rung
from sekisho.errors import Unreadable

SHOWN = re.findall(r"```toml\n(.*?)```", (ROOT / "docs/how-to/alarms.md").read_text(encoding="utf-8"), re.DOTALL)


def valid(text: str) -> bool:
    document = json.loads(json.dumps(tomllib.loads(text), default=str))
    return bool(jsonschema.Draft202012Validator(json.loads(alarms_schema())).is_valid(document))


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    settings = read_alarm_settings(tmp_path, zone="Asia/Tokyo")
    assert (settings.policy, settings.channels) == (Policy(), ())
    assert settings.policy.suspend is None


def test_what_the_manual_shows_is_read_and_fits_the_schema(tmp_path: Path) -> None:
    assert len(SHOWN) == 2
    read = []
    for text in SHOWN:
        assert valid(text)
        (tmp_path / FILE).write_text(text, encoding="utf-8")
        read.append(read_alarm_settings(tmp_path, zone="Asia/Tokyo"))
    (first, settings) = read
    assert [channel.sender for channel in first.channels] == ["mail"]
    assert settings.policy.suspend == timedelta(hours=72)
    assert settings.policy.told[Rung.SUPERVISOR] == (Part.SUPERVISOR, Part.APPROVER)
    assert settings.policy.told[Rung.DUE] == Policy().told[Rung.DUE]
    assert (settings.calendar.closes, settings.calendar.closed) == (time(17, 15), frozenset({date(2026, 10, 1)}))


@pytest.mark.parametrize(
    "text",
    [
        '[ladder]\nbefore = "soon"\n',
        '[ladder]\nbefore = "-2h"\n',
        '[calendar]\ncloses = "25:00"\n',
        '[people]\nsupervisor = "chief"\n',
        '[[channel]]\nname = "A B"\nsender = "mail"\n',
        '[[channel]]\nname = "a"\n',
        "colour = 1\n",
    ],
)
def test_what_the_schema_refuses_the_reader_refuses(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    assert not valid(text)
    with pytest.raises(Unreadable):
        read_alarm_settings(tmp_path, zone="Asia/Tokyo")
