"""Taking a report does the same on a file and on a server: what was named is stopped, or it is said plainly that it is not."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from database_servers import fresh_postgresql, postgresql
from invented_office import Town, make_town
from sekisho.codes import lost_code, with_check_digit
from sekisho.custody import alarm_records
from sekisho.custody.alarms import Task
from sekisho.errors import Misuse, Refused
from sekisho.loss.drill.copying import copied_office
from sekisho.loss.incident.stating import facts_of
from sekisho.loss.reporting import Named, Outcome, add_words, held_reports, hold, note_flood, read_named, take_report

pytest_plugins = ("office_fixtures",)


@pytest.fixture(scope="module")
def server() -> Iterator[Path]:
    with postgresql(durable=True) as folder:
        yield folder


@given(number=st.integers(0, 99_999), between=st.sampled_from(["", " ", "-", "ー", "・", "  "]), wide=st.booleans())
def test_a_slip_number_is_read_in_any_spelling(number: int, between: str, *, wide: bool) -> None:
    slip = with_check_digit(number, width=5)
    text = between.join(slip)
    spelt = text.translate(str.maketrans("0123456789", "０１２３４５６７８９")) if wide else text
    assert read_named(f" {spelt}\n") == Named(slip)


@given(random=st.binary(min_size=8, max_size=8), lower=st.booleans())
def test_a_code_on_a_label_is_read_in_any_case(random: bytes, *, lower: bool) -> None:
    code = lost_code(random)
    assert read_named(code.lower() if lower else code) == Named(code, is_code=True)


@given(st.text(max_size=40))
def test_whatever_is_typed_is_read_or_said_to_be_none(text: str) -> None:
    with contextlib.suppress(Misuse):
        assert read_named(text).text


@given(st.integers(0, 99_999), st.integers(0, 5), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(number: int, place: int, off: int) -> None:
    slip = with_check_digit(number, width=5)
    wrong = slip[:place] + str((int(slip[place]) + off) % 10) + slip[place + 1 :]
    with pytest.raises(Misuse):
        read_named(wrong)


def test_what_is_erased_is_told_so_and_nothing_is_opened_for_it(out: Town) -> None:
    slip = out.slips[0]
    out.office.ledger.connection.execute(
        "UPDATE copy SET copy = replace(copy, '\"out\"', '\"closed\"') WHERE slip = ?", (slip,)
    )
    assert take_report(out.office, Named(slip)).outcome is Outcome.ENDED
    assert out.leaves("incident.opened") == []


def test_all_of_it_on_a_server(server: Path, tmp_path: Path) -> None:
    town = make_town(tmp_path, database=fresh_postgresql(server, "night"))
    try:
        slip, other = town.sealed("USB-1", "USB-2")
        (later,) = town.sealed("USB-1")
        first = take_report(town.office, Named(slip))
        assert (first.outcome, set(first.slips), first.was_lost) == (Outcome.STOPPED, {slip, later}, False)
        again = take_report(town.office, Named(slip))
        assert (again.incident, again.at, again.was_lost) == (first.incident, first.at, True)
        assert take_report(town.office, Named("000000")).outcome is Outcome.UNKNOWN
        assert take_report(town.office, Named(other), label="USB-1").outcome is Outcome.UNKNOWN
        hold(town.office, Named(other), "090-0000-0000")
        hold(town.office, Named("000000"), "090-0000-0000")
        note_flood(town.office, 7)
        assert [each.slip for each in held_reports(town.office)] == [other]
        assert add_words(town.office, first.incident, place="駅", last_seen=" ", words="") == 1
        assert facts_of(town.office, first.incident).text("reporter_place") == "駅"
        told = {each.task for each in alarm_records.every(town.office.ledger.connection)}
        assert told == {Task.LOSS, Task.HELD, Task.FLOOD}
        with pytest.raises(Refused), copied_office(town.office, town.clock):
            pass
    finally:
        town.leave()
