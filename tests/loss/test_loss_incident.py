"""An incident: opened by the commit that stops the releases; its facts superseded and never overwritten, told by the evidence."""

import sqlite3
from collections.abc import Sequence

import pytest

from invented_office import Town, signing_key
from sekisho.clock import to_text
from sekisho.custody import incident_records
from sekisho.custody.handing import find
from sekisho.custody.incident_records import IncidentState
from sekisho.errors import Misuse, NotFound, Refused
from sekisho.loss import lost
from sekisho.loss.facts.fact import Visibility
from sekisho.loss.incident.collecting import collect
from sekisho.loss.incident.opening import open_missing, open_plain
from sekisho.loss.incident.reading import read_case
from sekisho.loss.incident.stating import Stated, facts_of, state
from sekisho.loss.lost import lose, report_lost
from sekisho.loss.seen import record_last_seen

pytest_plugins = ("office_fixtures",)


def numbers(town: Town) -> list[int]:
    return [each.number for each in incident_records.incidents(town.office.ledger.connection)]


def slips_of(town: Town, number: int) -> list[str]:
    return incident_records.slips_of(town.office.ledger.connection, number)


# Opening.


def test_the_commit_that_stops_opens_an_incident_and_says_when_it_was_noticed(out: Town) -> None:
    report = lose(out.office, out.slips[:1])
    assert report.incident == 1
    assert slips_of(out, 1) == out.slips[:1]
    (noticed,) = facts_of(out.office, 1).stated
    assert (noticed.key, noticed.value, noticed.source) == ("noticed_at", to_text(out.clock.now()), "ledger")
    (opened,) = out.leaves("incident.opened")
    assert opened.fields == {"incident": 1, "slips": out.slips[:1]}


def test_the_second_stick_of_one_request_joins_whoever_reports_it_when(out: Town) -> None:
    first, second = out.slips
    assert [lose(out.office, [first]).incident, lose(out.office, [second]).incident] == [1, 1]
    assert slips_of(out, 1) == sorted(out.slips)
    assert [entry.fields["slips"] for entry in out.leaves("incident.joined")] == [[second]]


def test_another_request_is_another_incident(out: Town) -> None:
    (later,) = out.sealed("USB-9")
    assert [lose(out.office, [out.slips[0]]).incident, lose(out.office, [later]).incident] == [1, 2]


def test_reported_again_it_stays_one_incident(out: Town) -> None:
    report_lost(out.office, out.slips)
    size = out.size
    assert lose(out.office, out.slips).incident == 1
    assert out.size == size


@pytest.mark.parametrize(
    "failure", [sqlite3.OperationalError("disk"), MemoryError(), NotFound("custody.no_slip", slip="")]
)
def test_what_keeps_an_incident_from_being_opened_undoes_no_stop(
    out: Town, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    def refuse(*_: object) -> int:
        raise failure

    slip = out.slips[0]
    with monkeypatch.context() as patch:
        patch.setattr(lost, "open_incident", refuse)
        assert lose(out.office, [slip]).incident is None
    assert (out.state(slip), out.ticket(slip), numbers(out)) == ("lost", "suspended", [])
    assert open_missing(out.office) == [1]
    assert (slips_of(out, 1), open_missing(out.office)) == ([slip], [])
    out.verify()


def test_a_disk_so_full_that_it_undoes_all_is_asked_for_the_stop_alone(
    out: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection, slip = out.office.ledger.connection, out.slips[0]

    def full(*_: object) -> int:
        connection.execute("ROLLBACK")
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(lost, "open_incident", full)
        assert lose(out.office, [slip], key_officer=signing_key("security")).incident is None
    assert out.state(slip) == "lost"
    out.verify()


def test_records_that_cannot_be_kept_encrypted_are_not_kept_and_hold_up_no_stop(out: Town) -> None:
    keys = out.home / "records"
    if keys.exists():
        keys.rename(out.root / "away")
    keys.write_text("no folder")
    lose(out.office, out.slips[:1])
    assert out.state(out.slips[0]) == "lost"


# Stating.


@pytest.fixture
def lost_town(out: Town) -> Town:
    report_lost(out.office, out.slips)
    return out


def say(town: Town, key: str, value: object, **more: object) -> None:
    visibility = more.get("visibility")
    assert visibility is None or isinstance(visibility, Visibility)
    assert value is None or isinstance(value, str | int | tuple)
    state(town.office, 1, [Stated(key, value, visibility)], source=str(more.get("source", "note")))


def test_a_fact_is_superseded_and_what_was_thought_before_stays(lost_town: Town) -> None:
    say(lost_town, "cause", "酒席のあと鞄ごと紛失")
    say(lost_town, "cause", "電車に置き忘れ")
    first, second = [fact for fact in facts_of(lost_town.office, 1).stated if fact.key == "cause"]
    assert (first.value, second.value) == ("酒席のあと鞄ごと紛失", "電車に置き忘れ")
    assert (second.supersedes, facts_of(lost_town.office, 1).text("cause")) == (first.n, "電車に置き忘れ")


def test_the_same_said_again_is_no_entry_and_another_source_is(lost_town: Town) -> None:
    say(lost_town, "cause", "置き忘れ")
    size = lost_town.size
    say(lost_town, "cause", "置き忘れ")
    assert lost_town.size == size
    say(lost_town, "cause", "置き忘れ", source="police")
    assert lost_town.size == size + 1


def test_whoever_signs_is_the_source(lost_town: Town) -> None:
    key = signing_key("privacy")
    facts = state(lost_town.office, 1, [Stated("malicious", False)], source="", key=key)
    found = facts.get("malicious")
    assert found is not None
    assert found.source == "person:privacy"
    assert lost_town.leaves("fact.stated")[-1].fields["by"] == [key.public.id]


def test_fewer_may_hear_it_but_never_more_and_that_stays_so(lost_town: Town) -> None:
    say(lost_town, "cause", "一", visibility=Visibility.INTERNAL)
    say(lost_town, "cause", "二")
    found = facts_of(lost_town.office, 1).get("cause")
    assert found is not None
    assert found.visibility is Visibility.INTERNAL
    say(lost_town, "cause", "三", visibility=Visibility.PUBLIC)
    for key, value in (("password_length", 13), ("place", "駅")):
        with pytest.raises(Refused) as caught:
            say(lost_town, key, value, visibility=Visibility.PUBLIC)
        assert caught.value.key == "loss.too_visible"


@pytest.mark.parametrize(
    ("key", "value"), [("persons", -1), ("noticed_at", "yesterday"), ("event", "eaten"), ("cause", "")]
)
def test_a_value_that_is_none_of_its_kind_is_refused_without_being_repeated(
    lost_town: Town, key: str, value: object
) -> None:
    size = lost_town.size
    with pytest.raises(Misuse) as caught:
        say(lost_town, key, value)
    assert not value or str(value) not in caught.value.what("en") + repr(caught.value.values)
    assert lost_town.size == size


@pytest.mark.parametrize("key", ["verdict", "releases", "sealed", "highly_encrypted", "no_third_party_read"])
def test_nobody_ticks_what_only_evidence_says(lost_town: Town, key: str) -> None:
    with pytest.raises(Refused) as caught:
        state(lost_town.office, 1, [Stated(key, None)], source="note", key=signing_key("privacy"))
    assert caught.value.key == "loss.evidence_only"


def test_of_a_plain_stick_people_say_it_because_nothing_else_does(town: Town) -> None:
    number = open_plain(town.office)
    facts = collect(town.office, number)
    assert (facts.flag("sealed"), facts.text("verdict")) == (False, "unknown")
    state(town.office, number, [Stated("verdict", "unknown")], source="note")


def test_an_unknown_value_is_known_to_be_unknown(lost_town: Town) -> None:
    say(lost_town, "known_at", None)
    facts = facts_of(lost_town.office, 1)
    assert facts.get("known_at") is not None
    assert facts.time("known_at") is None


def test_no_value_lies_open_anywhere(lost_town: Town) -> None:
    hint = "ひみつのあいことば"
    say(lost_town, "password_hint", hint)
    collect(lost_town.office, 1)
    for path in lost_town.home.rglob("*"):
        assert not path.is_file() or hint.encode() not in path.read_bytes()
    assert not any(hint in entry.body().decode() for entry in lost_town.office.ledger.entries())
    assert hint not in repr(facts_of(lost_town.office, 1))


# Collecting.


def collected(town: Town, *keys: str) -> Sequence[object]:
    facts = collect(town.office, 1)
    return [facts.value(key) for key in keys]


def test_what_the_office_knows_is_collected_and_nothing_typed(lost_town: Town) -> None:
    assert collected(lost_town, "persons", "persons_max", "media_count", "copies_missing", "releases") == [
        3,
        5,
        2,
        2,
        0,
    ]
    assert collected(lost_town, "verdict", "share_state", "state_line") == ["A", "suspended", "statement.never_stopped"]
    assert collected(lost_town, "account_persons", "financial_harm_persons", "contains_my_number") == [4, 0, False]
    assert collected(lost_town, "controller_name", "holder", "contact_phone") == [
        "汐見市",
        "carrierさん",
        "06-0123-0617",
    ]
    assert collected(lost_town, "holder_chain") == [("汐見市", "かもめシステム", "磯風コールセンター")]
    assert collected(lost_town, "slips", "title") == [tuple(sorted(lost_town.slips)), "給付金 rows・給付金 answers"]


def test_collecting_again_says_nothing_new(lost_town: Town) -> None:
    collect(lost_town.office, 1)
    size = lost_town.size
    collect(lost_town.office, 1)
    assert lost_town.size == size


def test_what_a_person_corrected_stands_until_its_source_says_something_else(lost_town: Town) -> None:
    collect(lost_town.office, 1)
    say(lost_town, "contact_phone", "06-0123-9999")
    assert collected(lost_town, "contact_phone") == ["06-0123-9999"]
    (lost_town.home / "incident.toml").write_text('[contact]\nphone = "06-0123-1111"\n', encoding="utf-8")
    assert collected(lost_town, "contact_phone") == ["06-0123-1111"]


def test_last_seen_and_found_become_facts(lost_town: Town) -> None:
    seen = lost_town.clock.now()
    record_last_seen(lost_town.office, lost_town.slips, seen)
    assert collected(lost_town, "occurred_from", "found_at", "recovered_all_copies") == [to_text(seen), None, False]
    find(lost_town.office, lost_town.slips[0], lost_town.root / "USB-1")
    assert collected(lost_town, "found_as", "copies_missing", "recovered_all_copies") == ["unaltered", 1, False]
    find(lost_town.office, lost_town.slips[1], lost_town.root / "USB-2")
    assert collected(lost_town, "found_as", "copies_missing", "recovered_all_copies") == ["unaltered", 0, True]


def test_of_several_copies_the_weakest_counts(out: Town) -> None:
    opened = out.slips[0]
    out.open(opened)
    report_lost(out.office, out.slips, key_officer=signing_key("security"))
    assert collected(out, "verdict", "releases", "state_line") == ["B", 1, "statement.opened_before_destroyed"]


def test_a_damaged_copy_leaves_nothing_claimed_of_all_of_them(lost_town: Town) -> None:
    slip = lost_town.slips[0]
    lost_town.office.ledger.connection.execute("UPDATE copy SET copy = '{}' WHERE slip = ?", (slip,))
    assert collected(lost_town, "verdict", "state_line") == ["unknown", "statement.lost_unknown"]


def test_a_missing_index_leaves_the_people_unknown_and_the_rest_told(lost_town: Town) -> None:
    for path in (lost_town.home / "people").glob("*"):
        if path.is_file():
            path.write_bytes(b"")
    for path in lost_town.home.rglob("*.age"):
        path.write_bytes(b"")
    assert collected(lost_town, "persons", "verdict") == [None, "A"]
    assert read_case(lost_town.office, 1).by_kind == ()


def test_a_case_has_the_counts_of_the_index(lost_town: Town) -> None:
    case = read_case(lost_town.office, 1)
    assert {kind.id: people for kind, people in case.by_kind}["name_kana"] == 3
    assert sum(people for _, people in case.by_field_set) == 3
    assert (case.zone, case.origin) == ("Asia/Tokyo", "city.example/ledger")


def test_no_such_incident(out: Town) -> None:
    for ask in (facts_of, collect, read_case):
        with pytest.raises(NotFound):
            ask(out.office, 7)


def test_an_incident_starts_open(lost_town: Town) -> None:
    assert incident_records.get_incident(lost_town.office.ledger.connection, 1).state is IncidentState.OPEN
