"""A drill is the whole night on a copy: timed, told with what was missing, and nothing of it reaches the office but that it was done."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from invented_office import Town, register_text
from sekisho.custody.office import Office
from sekisho.errors import NotFound, Refused
from sekisho.ledger.checkpoint import open_checkpoint
from sekisho.ledger.note import VerifierKey
from sekisho.loss.drill import copying
from sekisho.loss.drill.copying import copied_office
from sekisho.loss.drill.history import drills, record_drill
from sekisho.loss.drill.readiness import not_ready
from sekisho.loss.drill.rehearsal import TARGETS, Milestone, Rehearsal, Step, Where
from sekisho.loss.drill.rehearsing import rehearse, slip_to_lose

pytest_plugins = ("office_fixtures",)

READY = """body = "public"
on_duty = ["privacy"]
[contact]
unit = "個人情報保護担当"
phone = "06-0123-0617"
senders = ["06-0123-0617"]
"""
CHANNEL = '[[channel]]\nname = "night"\nsender = "webhook"\n'


@pytest.fixture
def stage(out: Town) -> Iterator[Office]:
    with copied_office(out.office, out.clock) as copy:
        yield copy


def files(town: Town) -> dict[str, bytes]:
    """Return what lies in the office's folder, but for what a database keeps beside itself."""
    found = (path for path in town.home.rglob("*") if path.is_file())
    return {str(path): path.read_bytes() for path in found if not path.name.startswith(("sekisho.db", "lock"))}


def rehearsed(office: Office, folder: Path, *, seconds: float = 0.0) -> Rehearsal:
    """Rehearse by a clock that goes on so many seconds each time somebody looks at it."""
    ticks = itertools.count()
    slip = slip_to_lose(office)
    return rehearse(office, slip, folder, where=Where.COPY, now=lambda: next(ticks) * seconds)


def test_nothing_of_a_drill_reaches_the_office(out: Town, tmp_path: Path) -> None:
    before, size = files(out), out.size
    with copied_office(out.office, out.clock) as copy:
        done = rehearsed(copy, tmp_path / "papers")
        assert {out.state(slip) for slip in out.slips} == {"out"}
    assert (files(out), out.size) == (before, size)
    assert [step.milestone for step in done.steps] == list(Milestone)
    assert done.people == 5  # four, and one row that could not be told, at most
    assert list(out.home.glob("drill-*")) == []
    out.restart()
    out.verify()


def test_the_copy_s_log_is_another_and_the_office_s_key_signs_none_of_it(out: Town, stage: Office) -> None:
    assert stage.settings.origin == f"{out.office.settings.origin}/drill"
    own = VerifierKey.of(stage.signer, name=stage.settings.origin)
    for checkpoint in stage.ledger.checkpoints():
        assert open_checkpoint(checkpoint.note, own).head.origin.endswith("/drill")
    keys = [path.read_bytes() for path in out.home.rglob("ledger.key")]
    assert len(keys) == len(set(keys)) == 2


def test_nothing_of_the_copy_can_release_or_send(out: Town) -> None:
    out.write("home/alarms.toml", CHANNEL)
    with copied_office(out.office, out.clock) as copy:
        assert list((copy.home.root / "keks").iterdir()) == []
        assert not (copy.home.root / "alarms.toml").exists()
        assert (copy.settings.witness, copy.settings.url, copy.settings.kek) == ((), "", "file")


def test_what_a_kill_left_of_a_copy_goes_with_the_next(out: Town) -> None:
    left = out.home / "drill-killed"
    left.mkdir()
    (left / "people").write_text("somebody")
    with copied_office(out.office, out.clock):
        assert not left.exists()


def test_a_copy_that_fails_leaves_nothing(out: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr(copying, "_sign_anew", full)
    with pytest.raises(Exception, match="disk"), copied_office(out.office, out.clock):
        pass
    assert list(out.home.glob("drill-*")) == []


def test_an_office_on_a_server_is_not_copied(out: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(out.office.ledger, "connection", object())
    with pytest.raises(Refused) as caught, copied_office(out.office, out.clock):
        pass
    monkeypatch.undo()
    assert caught.value.key == "loss.drill_on_server"


def test_the_newest_copy_that_is_out_is_lost(out: Town) -> None:
    assert slip_to_lose(out.office) == out.slips[-1]


def test_an_office_that_has_sealed_nothing_cannot_rehearse(town: Town) -> None:
    with pytest.raises(NotFound) as caught:
        slip_to_lose(town.office)
    assert caught.value.key == "loss.nothing_to_rehearse"


def test_a_step_is_slow_beyond_its_target() -> None:
    for milestone, target in TARGETS.items():
        assert not Step(milestone=milestone, seconds=target, since_call=0).is_slow
        assert Step(milestone=milestone, seconds=target + 0.1, since_call=0).is_slow


def test_what_was_slow_or_missing_is_kept_in_the_ledger_and_nobody_s_name(out: Town, tmp_path: Path) -> None:
    with copied_office(out.office, out.clock) as copy:
        done = rehearsed(copy, tmp_path / "papers", seconds=2.0)
    assert done.slow == (Milestone.KILL,)
    assert not done.well
    record_drill(out.office, done)
    (kept,) = drills(out.office)
    assert kept.milliseconds[Milestone.KILL] == 4000
    assert (kept.slow, kept.missing, kept.people) == (("kill",), done.missing, 5)
    (entry,) = out.leaves("drill.done")
    assert entry.commitments == {}


def test_an_office_that_prepared_nothing_is_told_what(out: Town) -> None:
    assert not_ready(out.office) == ("settings", "body", "contact", "senders", "duty", "channels")


def test_an_office_that_is_prepared_lacks_nothing(out: Town) -> None:
    out.write("home/incident.toml", READY)
    out.write("home/alarms.toml", CHANNEL)
    assert not_ready(out.office) == ()


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("incident.toml", READY.replace('["privacy"]', '["nobody"]'), "duty_unknown"),
        ("incident.toml", "broken", "settings_damaged"),
        ("alarms.toml", "broken", "channels_damaged"),
        ("alarms.toml", CHANNEL.replace("webhook", "mail"), "addresses"),
    ],
)
def test_each_thing_that_is_missing_is_told(out: Town, name: str, text: str, code: str) -> None:
    out.write("home/incident.toml", READY)
    out.write("home/alarms.toml", CHANNEL)
    out.write(f"home/{name}", text)
    assert code in not_ready(out.office)


def test_a_register_without_the_roles_of_the_night_is_told(out: Town) -> None:
    out.learn(register_text().replace("'key_officer'", "'approver'").replace("'privacy_officer'", "'approver'"))
    assert {"key_officer", "privacy_officer"} <= set(not_ready(out.office))
