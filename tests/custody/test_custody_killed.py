"""A kill before any step: the next start tidies up, doing the same again finishes it, and nothing was let out meanwhile."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import groupby
from pathlib import Path

import pytest
from custody_worker import bring_back, load, station, wipe
from custody_worker import outside as do_outside

from invented_office import Town, copied, register_text, signing_key
from sekisho.age.keys import recipient_from_text
from sekisho.custody import jobs, records
from sekisho.custody.alarm_sending import run_round
from sekisho.custody.jobs import LEASE
from sekisho.custody.pooling import issue_pool, write_order
from sekisho.custody.station import Station
from sekisho.custody.station_files import read_pool
from sekisho.errors import NoKey, Refused

pytest_plugins = ("office_fixtures",)

WORKER = Path(__file__).with_name("custody_worker.py")


def killed(deed: str, model: Path, root: Path, *, stride: int = 1) -> Iterator[Town]:
    """Do a deed in copies of a town, each killed before another step; start again in each, and in the one that lived."""
    command = [sys.executable, str(WORKER), deed, str(model), str(root), str(stride)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    steps = int(subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment).stdout)
    assert steps * stride > 20
    for step in range(1, steps + 2):
        town = Town(root / str(step))
        assert town.partials() == []
        assert town.lying_open() == []
        yield town
        town.verify()
        town.office.close()


def once_each(found: Sequence[object]) -> list[object]:
    """Return what was found, without what came directly after the same."""
    return [each for each, _ in groupby(found)]


def tickets(town: Town) -> list[str]:
    """Return the state of every ticket that was ever issued."""
    return [state for (state,) in town.office.ledger.connection.execute("SELECT state FROM ticket ORDER BY rowid")]


# Cutting.


def test_a_killed_cut_is_listed_or_gone(model: Path, tmp_path: Path) -> None:
    """What waits in the vault is known to the office, or nobody would destroy it with the rest."""
    found = []
    for town in killed("cut", model, tmp_path):
        waiting = sorted(path.name for path in (town.home / "cuts").iterdir())
        assert waiting == sorted(cut.id for cut in town.cuts)
        assert len(town.leaves("cut.made")) == len(waiting)
        found.append(len(waiting))
        assert town.cut("rows").people == 3
    assert once_each(found) == [2, 3]


# Sealing.


@pytest.fixture
def asked(model: Path, tmp_path: Path) -> Path:
    """A town in which a copy was asked for and approved."""
    town = copied(model, tmp_path / "asked")
    town.approved(cuts=(town.cuts[0].id,))
    town.office.close()
    return town.root


def what_is_sealed_is_there(town: Town, slip: str) -> None:
    assert town.state(slip) in {"approved", "sealed"}
    if town.state(slip) == "sealed":
        digest = hashlib.sha256(town.capsule(slip).read_bytes()).hexdigest()
        assert [digest] == [leaf.fields["capsule"] for leaf in town.leaves("copy.written")]


def one_good_capsule(town: Town, slip: str) -> None:
    names = sorted(path.name for path in town.stick("USB-1").iterdir())
    assert names == ["OPEN.html", f"capsule-{slip}.age", "拾得した方へ_IF-FOUND.txt"]
    town.carry(slip, "officer", "carrier")
    assert "ワダ" in town.open(slip).read("rows.csv").decode()


def test_a_killed_sealing_ends_with_one_good_capsule(asked: Path, tmp_path: Path) -> None:
    """The ticket of an attempt that came to nothing is destroyed; a capsule that is in its place is kept."""
    found = []
    for town in killed("seal", asked, tmp_path):
        (slip,) = town.slips
        what_is_sealed_is_there(town, slip)
        before = (tickets(town), town.state(slip))
        (request,) = records.requests(town.office.ledger.connection)
        town.seal(request)
        one_good_capsule(town, slip)
        *replaced, last = tickets(town)
        assert (last, len(town.leaves("copy.written"))) == ("live", 1)
        assert [leaf.fields["reason"] for leaf in town.leaves("ticket.destroyed")] == ["superseded"] * len(replaced)
        found.append((*before, replaced))
    assert once_each(found) == [
        ([], "approved", []),
        (["issued"], "approved", ["destroyed"]),
        (["live"], "approved", ["destroyed"]),
        (["live"], "approved", []),
        (["live"], "sealed", []),
    ]


# Opening.


def test_a_killed_opening_left_its_leaf_and_nothing_half_taken_out(model_out: Path, tmp_path: Path) -> None:
    found = []
    for town in killed("take_out", model_out, tmp_path):
        (slip, _) = town.slips
        files = sorted(path.name for path in (town.root / "opened").glob("*"))
        opens = len(town.leaves("release.given"))
        assert opens == town.row(slip).copy.opens
        assert files in ([], ["answers.tbl", "question.json", "rows.csv"])
        assert len(list(town.root.rglob("rows.csv"))) == bool(files)
        found.append((opens, len(files)))
        assert "ワダ" in town.open(slip).read("rows.csv").decode()
    assert once_each(found) == [(0, 0), (1, 0), (1, 3)]


# Erasing.


def test_a_killed_erasure_goes_on_when_it_is_done_again(model_out: Path, tmp_path: Path) -> None:
    found = []
    for town in killed("wipe", model_out, tmp_path):
        slip, other = town.slips
        found.append((town.state(slip), town.ticket(slip)))
        if town.state(slip) == "out":
            wipe(town)
        with pytest.raises(Refused):
            wipe(town)
        assert (town.state(slip), town.ticket(slip)) == ("closed", "destroyed")
        assert not town.capsule(slip).exists()
        assert [leaf.fields["verified"] for leaf in town.leaves("copy.erased")] == [1]
        assert [leaf.fields["reason"] for leaf in town.leaves("ticket.destroyed")] == ["erased"]
        assert town.open(other).manifest.slip == other
    assert once_each(found) == [("out", "live"), ("closed", "destroyed")]


# Alarms.


def test_a_killed_look_fires_each_alarm_once_and_in_the_end_all_mails_are_there(
    model_out: Path, tmp_path: Path
) -> None:
    """What was claimed by who was killed waits for the end of its lease, and no mail is another one the second time.

    Every eighth step is enough for each stage to be met; each of the steps was, when this was written.
    """
    model = copied(model_out, tmp_path / "model")
    mails = model.home / "mails"
    mails.mkdir()
    options = 'options = { folder = "mails", from = "alarm@city.example" }'
    model.write("home/alarms.toml", f'[[channel]]\nname = "mail"\nsender = "mail-folder"\n{options}\n')
    model.learn(register_text().replace('name = "supervisorさん"', 'name = "s"\nemail = "s@callcentre.example"'))
    model.leave()
    found = []
    for town in killed("tell", model.root, tmp_path, stride=8):
        before = (len(town.leaves("alarm.fired")), len(list((town.home / "mails").iterdir())))
        town.clock.advance(timedelta(hours=5))
        run_round(town.office)
        town.clock.advance(LEASE)
        run_round(town.office)
        assert len(town.leaves("alarm.fired")) == 2
        assert len(list((town.home / "mails").glob("*.eml"))) == 2
        assert jobs.waiting(town.office.ledger.connection) == []
        found.append(before)
    assert once_each(found) == [(0, 0), (2, 0), (2, 1), (2, 2)]


# A station without the office.


class Outside:
    """A town with a station, a pool for it and, once that is loaded, an order."""

    def __init__(self, model: Path, root: Path, *, ordered: bool) -> None:
        self.town = copied(model, root)
        self.town.approved(cuts=(self.town.cuts[0].id,))
        made = Station.make(self.town.root / "station", self.town.clock)
        self.key = made._identity()
        expires = self.town.office.ledger.time() + timedelta(days=3)
        keys = [signing_key("chief"), signing_key("security")]
        pool = self.town.root / "pool.age"
        issue_pool(self.town.office, self.key.recipient, pool, count=3, expires_at=expires, keys=keys)
        with pool.open("rb") as file:
            self.tickets = {each.cid: each for each in read_pool(file, [self.key]).tickets}
        if ordered:
            made.load(pool)
            (request,) = records.requests(self.town.office.ledger.connection)
            order = self.town.root / "order.age"
            write_order(self.town.office, request.id, recipient_from_text(made.standing().recipient), order)
        self.town.leave()

    def killed(self, deed: str, root: Path) -> Iterator[Town]:
        command = [sys.executable, str(WORKER), deed, str(self.town.root), str(root)]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
        steps = int(subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment).stdout)
        assert steps > 10
        for step in range(1, steps + 2):
            town = Town(root / str(step))
            yield town
            town.verify()
            town.office.close()


def test_a_killed_load_takes_all_tickets_over_or_none(model: Path, tmp_path: Path) -> None:
    """And the key that opened them is given up with it."""
    outside = Outside(model, tmp_path / "model", ordered=False)
    found = []
    for town in outside.killed("load", tmp_path):
        fresh = station(town).standing().fresh
        found.append(fresh)
        if fresh:
            with pytest.raises(NoKey):
                load(town)
        else:
            load(town)
        assert station(town).standing().fresh == 3
        assert len(list((town.root / "station" / "keks").glob("*.kek"))) == 1
    assert once_each(found) == [0, 3]


def test_a_killed_sealing_at_a_station_uses_no_ticket_twice(model: Path, tmp_path: Path) -> None:
    outside = Outside(model, tmp_path / "model", ordered=True)
    for town in outside.killed("outside", tmp_path):
        written = list(town.stick("USB-1").glob("capsule-*.age"))
        state = json.loads((town.root / "station" / "station.json").read_text())
        if written:  # whose share the station has no more
            assert [ticket["use"] for ticket in state["tickets"] if not ticket["wrapped"]] == ["sealed"]
        do_outside(town)
        bring_back(town)
        assert list(town.stick("USB-1").glob(".*")) == []
        (slip,) = town.slips
        town.carry(slip, "officer", "carrier")
        assert town.open(slip).manifest.slip == slip
        share = bytes.fromhex(outside.tickets[town.cid(slip).hex()].share)
        home = town.root / "station"
        assert not [path for path in home.rglob("*") if path.is_file() and share in path.read_bytes()]
        assert station(town).standing().fresh >= 1


def test_a_killed_report_is_taken_in_whole_or_not_at_all(model: Path, tmp_path: Path) -> None:
    outside = Outside(model, tmp_path / "model", ordered=True)
    town = Town(outside.town.root)
    do_outside(town)
    town.leave()
    found = []
    for each in outside.killed("bring_back", tmp_path):
        (slip,) = each.slips
        found.append((each.state(slip), len(each.leaves("capsule.sealed")), len(each.leaves("copy.written"))))
        if each.state(slip) == "approved":
            bring_back(each)
        each.carry(slip, "officer", "carrier")
        assert each.open(slip).manifest.slip == slip
    assert once_each(found) == [("approved", 0, 0), ("sealed", 1, 1)]
