"""Whatever is stated, found, closed and reopened in whatever order: nothing is overwritten, and every copy is accounted for."""

import itertools
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from database_servers import fresh_postgresql, postgresql
from invented_office import Town, copied, make_town, signing_key
from sekisho.clock import to_text
from sekisho.custody import incident_records
from sekisho.custody.handing import find
from sekisho.custody.incident_records import IncidentState
from sekisho.custody.office import Office
from sekisho.custody.returning import write_off
from sekisho.errors import Busy, Refused
from sekisho.loss.facts.fact import Fact, Value, Visibility
from sekisho.loss.facts.vocabulary import fact_kind
from sekisho.loss.incident import closing
from sekisho.loss.incident.closing import close, duties_left, reopen
from sekisho.loss.incident.computing import compute
from sekisho.loss.incident.deciding import decide
from sekisho.loss.incident.declaring import declare
from sekisho.loss.incident.runs import Run, newest_run, runs_of
from sekisho.loss.incident.stating import Stated, facts_of, state
from sekisho.loss.incident.updating import refresh, refresh_about, tell
from sekisho.loss.lost import report_lost

pytest_plugins = ("office_fixtures",)

ROUNDS = int(os.environ.get("SEKISHO_NIGHTS", "1"))
"""``SEKISHO_NIGHTS=30`` plays 150 incidents."""

TWO = [signing_key("privacy"), signing_key("chief")]
SAYINGS: list[tuple[str, Value]] = [
    ("persons_max", 101),
    ("persons_max", 100),
    ("malicious", True),
    ("malicious", None),
    ("cause", "置き忘れ"),
    ("police_told_at", "2022-06-21T07:00:00Z"),
    ("key_compromised", True),
]


def is_open(town: Town) -> bool:
    return incident_records.get_incident(town.office.ledger.connection, 1).state is IncidentState.OPEN


def refused(deed: Callable[[], object]) -> str:
    """Do something; return the key of what was said against it, empty where nothing was."""
    try:
        deed()
    except Refused as refusal:
        return refusal.key
    return ""


def free_of_duties(town: Town) -> None:
    """Have two persons decide that nothing of what is left applies."""
    refresh(town.office, 1)
    run = newest_run(town.office, 1)
    assert run is not None
    for rule_id, stage in {(each.rule, each.stage) for each in duties_left(run.obligations)}:
        done_at = to_text(town.office.ledger.time())
        for what, when in (("does_not_apply", ""), ("done", done_at)):
            decide(town.office, 1, rule_id, stage, what=what, reason="検討した", keys=TWO, done_at=when)  # type: ignore[arg-type]  # one of the words


class Incident(RuleBasedStateMachine):
    """One incident of two sticks."""

    model: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.town = copied(self.model, self.folder)
        self.kept = list[Fact]()

    def teardown(self) -> None:
        self.town.leave()
        shutil.rmtree(self.folder)

    @initialize()
    def lose(self) -> None:
        report_lost(self.town.office, self.town.slips)

    @rule(said=st.sampled_from(SAYINGS), visibility=st.sampled_from([None, *Visibility]))
    def say(self, said: tuple[str, Value], visibility: Visibility | None) -> None:
        was_open, (key, value) = is_open(self.town), said
        may = was_open or said == ("key_compromised", True)
        too_visible = visibility is not None and visibility < fact_kind(key).visibility
        why = refused(lambda: tell(self.town.office, 1, [Stated(key, value, visibility)], source="note"))
        assert why == ("loss.closed" if not may else "loss.too_visible" if too_visible else "")
        assert is_open(self.town) == (was_open or not why)

    @rule()
    def refresh(self) -> None:
        refresh(self.town.office, 1)

    @rule(which=st.integers(0, 1))
    def turn_up(self, which: int) -> None:
        slip, was_open = self.town.slips[which], is_open(self.town)
        if self.town.state(slip) in {"lost", "closed_lost"}:
            find(self.town.office, slip, self.town.root / f"USB-{which + 1}")
            assert refresh_about(self.town.office, slip) == ([] if was_open else [1])
            assert is_open(self.town)

    @rule(which=st.integers(0, 1))
    def give_up(self, which: int) -> None:
        slip = self.town.slips[which]
        if self.town.state(slip) == "lost":
            write_off(self.town.office, slip, keys=[signing_key("chief"), signing_key("security")])

    @rule(first=st.booleans())
    def close(self, *, first: bool) -> None:
        if first and is_open(self.town):
            free_of_duties(self.town)
        was_open = is_open(self.town)
        why = refused(lambda: close(self.town.office, 1, reason="片付いた", keys=TWO))
        if "lost" in {self.town.state(slip) for slip in self.town.slips} or not was_open:
            assert why in {"loss.copies_missing", "loss.closed"}
        elif first:
            assert not why
        assert is_open(self.town) == (was_open and bool(why))

    @rule()
    def reopen(self) -> None:
        was_open = is_open(self.town)
        why = refused(lambda: reopen(self.town.office, 1, reason="まだある", keys=TWO))
        assert why == ("loss.open_already" if was_open else "")
        assert is_open(self.town)

    @rule()
    def start_again(self) -> None:
        self.town.restart()

    @invariant()
    def nothing_is_overwritten(self) -> None:
        if not incident_records.incidents(self.town.office.ledger.connection):
            return
        facts = list(facts_of(self.town.office, 1).stated)
        assert facts[: len(self.kept)] == self.kept
        assert [fact.n for fact in facts] == list(range(1, len(facts) + 1))
        for fact in facts:
            before = [each.n for each in facts[: fact.n - 1] if each.key == fact.key]
            assert fact.supersedes == (before[-1] if before else 0)
            assert fact.visibility >= fact_kind(fact.key).visibility
        assert len(self.town.leaves("fact.stated")) == len(facts)
        self.kept = facts

    @invariant()
    def no_obligation_vanishes(self) -> None:
        runs = runs_of(self.town.office, 1)
        for earlier, later in itertools.pairwise(runs):
            assert {(each.rule, each.stage) for each in earlier.obligations} <= {
                (each.rule, each.stage) for each in later.obligations
            }


def play(model: Path, examples: int) -> None:
    (model / "home" / "incident.toml").write_text('body = "public"\njurisdictions = ["JP"]\n', encoding="utf-8")

    class Here(Incident):
        pass

    Here.model = model
    run_state_machine_as_test(
        Here, settings=settings(max_examples=examples * ROUNDS, stateful_step_count=14, deadline=None)
    )


def test_whatever_is_done_in_whatever_order(model_out: Path, tmp_path: Path) -> None:
    model = tmp_path / "model"
    shutil.copytree(model_out, model)
    play(model, 5)


def test_it_is_closed_once_nothing_is_left_and_written_off_then_found_opens_it(out: Town) -> None:
    report_lost(out.office, out.slips)
    for slip in out.slips:
        write_off(out.office, slip, keys=[signing_key("chief"), signing_key("security")])
    free_of_duties(out)
    close(out.office, 1, reason="片付いた", keys=TWO)
    assert not is_open(out)
    size = out.size
    refresh(out.office, 1)
    assert out.size == size
    find(out.office, out.slips[0], out.root / "USB-1")
    assert refresh_about(out.office, out.slips[0]) == [1]
    assert out.leaves("incident.reopened")[-1].fields["why"] == "found"


def test_a_key_that_got_out_opens_a_closed_incident(out: Town) -> None:
    report_lost(out.office, out.slips)
    for slip in out.slips:
        write_off(out.office, slip, keys=[signing_key("chief"), signing_key("security")])
    free_of_duties(out)
    close(out.office, 1, reason="片付いた", keys=TWO)
    with pytest.raises(Refused):
        state(out.office, 1, [Stated("cause", "別の原因")], source="note")
    state(out.office, 1, [Stated("key_compromised", True)], source="note")
    assert is_open(out)


def test_what_is_said_while_it_is_being_closed_keeps_it_open(out: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look at the duties and the closing, somebody states what makes another duty."""
    report_lost(out.office, out.slips)
    for slip in out.slips:
        write_off(out.office, slip, keys=[signing_key("chief"), signing_key("security")])
    free_of_duties(out)

    def overtaken(office: Office, number: int) -> Run:
        run = compute(office, number)
        state(office, number, [Stated("key_compromised", True)], source="note")
        return run

    with monkeypatch.context() as patch, pytest.raises(Busy):
        patch.setattr(closing, "compute", overtaken)
        close(out.office, 1, reason="片付いた", keys=TWO)
    assert is_open(out)


def two_say_at_once(town: Town) -> None:
    """Have two programs state the same key by turns, each with a connection of its own."""
    other = Town(town.root, clock=town.clock)
    try:
        for turn in range(4):
            for who, said in ((town, "a"), (other, "b")):
                state(who.office, 1, [Stated("cause", f"{said}{turn}")], source=said)
        here, there = facts_of(town.office, 1).stated, facts_of(other.office, 1).stated
        causes = [fact for fact in here if fact.key == "cause"]
        assert here == there
        assert [fact.supersedes for fact in causes] == [0, *(fact.n for fact in causes[:-1])]
        assert len({fact.n for fact in here}) == len(here)
    finally:
        other.leave()


def test_two_who_state_at_once_supersede_each_other(out: Town) -> None:
    report_lost(out.office, out.slips)
    two_say_at_once(out)
    out.verify()


def test_an_incident_on_a_server_is_the_same(tmp_path: Path) -> None:
    with postgresql(durable=True) as server:
        town = make_town(tmp_path, database=fresh_postgresql(server, "incident"))
        try:
            town.sealed("USB-1", "USB-2")
            report_lost(town.office, town.slips)
            declare(town.office, 1)
            refresh(town.office, 1)
            state(town.office, 1, [Stated("cause", "置き忘れ")], source="note")
            state(town.office, 1, [Stated("cause", "盗難")], source="note")
            town.restart()
            assert facts_of(town.office, 1).text("cause") == "盗難"
            for slip in town.slips:
                write_off(town.office, slip, keys=[signing_key("chief"), signing_key("security")])
            free_of_duties(town)
            close(town.office, 1, reason="片付いた", keys=TWO)
            assert not is_open(town)
            town.verify()
        finally:
            town.leave()
