"""The statement: the same numbers in both languages, each of them a fact, and nobody's name or key in it."""

import json
import re
from datetime import datetime, timedelta

import pytest

from invented_office import EVENING, PERSONAL, Town, signing_key
from sekisho.catalogue.words import LANGUAGES, Language, area_words
from sekisho.clock import to_local, to_text
from sekisho.custody.handing import erase
from sekisho.custody.releasing import approve_release, ask_by_voice, give_release
from sekisho.kinds.taxonomy import kind
from sekisho.loss.evidence import gather, statement_papers
from sekisho.loss.lost import report_lost
from sekisho.loss.seen import record_last_seen
from sekisho.loss.statement import Findings, statement_json, statement_text
from sekisho.people.index import union

pytest_plugins = ("office_fixtures",)

NUMBER = re.compile(r"[0-9a-f]{64}|[0-9]+(?:[,:.-][0-9]+)*")
SEEN = EVENING + timedelta(minutes=150)


def open_by_voice(town: Town, slip: str) -> None:
    request = ask_by_voice(town.office, town.cid(slip)[:2] + b"\1\2\3\4")
    for person in ("chief", "security"):
        approve_release(town.office, request, approver=signing_key(person))
    give_release(town.office, request)


@pytest.fixture
def night(out: Town) -> Town:
    """A night: one copy opened here and by telephone at 18:00, both last seen at 19:30, lost and destroyed at 03:00."""
    out.clock.advance(timedelta(hours=1))
    first, second = out.slips
    out.open(first)
    open_by_voice(out, first)
    out.clock.advance(timedelta(hours=9))
    report_lost(out.office, [first, second], key_officer=signing_key("security"))
    return out


@pytest.fixture
def findings(night: Town) -> Findings:
    record_last_seen(night.office, night.slips, SEEN)
    return gather(night.office, night.slips)


def test_both_languages_say_the_same_numbers_line_by_line(findings: Findings) -> None:
    ja, en = (statement_text(findings, language).splitlines() for language in LANGUAGES)
    assert len(ja) == len(en)
    for japanese, english in zip(ja, en, strict=True):
        assert sorted(NUMBER.findall(japanese)) == sorted(NUMBER.findall(english)), english


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_is_a_fact(night: Town, findings: Findings, language: Language) -> None:
    """What is left of a statement's numbers when those of ledger, indexes and office are taken out: none."""
    checkpoint = findings.checkpoint
    local = {to_local(entry.at, "Asia/Tokyo") for entry in night.office.ledger.entries()}
    local |= {to_local(each, "Asia/Tokyo") for each in (SEEN, findings.at)}
    index = union([findings.affected.index])
    facts = {str(checkpoint.size), checkpoint.root.hex(), str(index.people), str(index.people + index.unresolved)}
    facts |= {part for time in local for part in time.split()} | {str(index.count(each)) for each in index.kinds}
    facts |= {str(segment.people) for segment in index.segments()}
    facts |= {str(len(night.leaves(event))) for event in ("release.given", "release.requested")} | {"0"}
    facts |= {str(entry.index) for entry in night.leaves("release.given")} | {"256"}  # of "SHA-256"
    moments = [moment for copy in findings.copies for moment in copy.moments.values()]
    facts |= {str(moment.size) for moment in moments if moment}
    facts |= {str(len(release.by)) for copy in findings.copies for release in copy.history.releases}
    for slip in night.slips:
        facts |= {slip, night.record(slip).sha256, *NUMBER.findall(night.row(slip).medium)}
    said = set(NUMBER.findall(re.sub(r"USB-|SHA-", " ", statement_text(findings, language))))
    assert said <= facts


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_when_it_was_seen_lost_stopped_and_destroyed(findings: Findings, language: Language) -> None:
    text = statement_text(findings, language)
    assert text.count("2022-06-21 19:30") == 2
    assert "2022-06-21 18:00" in text
    assert text.count("2022-06-22 03:00") == 1 + 2 * 3


def test_what_nobody_knows_is_said_to_be_unknown(out: Town) -> None:
    findings = gather(out.office, out.slips)
    english = "Last seen: not stated; reported lost: no; releases stopped: no; share destroyed: no"
    japanese = "最後の所在確認 申告なし　紛失の届け なし　開封停止 なし　鍵の片割れの破棄 なし"
    assert statement_text(findings, "en").count(english) == statement_text(findings, "ja").count(japanese) == 2


def test_it_says_what_happened_to_each_copy(findings: Findings) -> None:
    opened, kept = findings.copies
    assert (opened.verdict, opened.state) == ("B", "statement.opened_before_by_voice")
    assert opened.residual == tuple(f"statement.reader_{each}" for each in ("opening", "saved", "voice"))
    assert (kept.verdict, kept.state) == ("A", "statement.never_destroyed")
    assert kept.residual == ("statement.reader_nobody",)


@pytest.mark.parametrize(
    ("language", "here", "voice"), [("ja", "組織の端末で", "電話で"), ("en", "office's machine", "telephone")]
)
def test_it_says_how_each_release_was_given(findings: Findings, language: Language, here: str, voice: str) -> None:
    lines = [line for line in statement_text(findings, language).splitlines() if "2022-06-21 18:00" in line]
    assert [here in line for line in lines] == [True, False]
    assert [voice in line for line in lines] == [False, True]


def test_of_a_release_by_telephone_it_is_not_said_how_often_the_copy_was_opened(findings: Findings) -> None:
    """Whoever kept the digits opens it again; the ledger knows what was released, and how."""
    said = [line for line in statement_text(findings, "en").splitlines() if "released before it was reported" in line]
    assert [line.partition(". ")[0] for line in said] == [
        "  Lost; released before it was reported (releases: 2, by telephone: 1)"
    ]
    assert "開封の許可 2 回、うち電話で 1 回" in statement_text(findings, "ja")
    for language in LANGUAGES:
        assert [key for key, words in area_words("statement").items() if "pened {" in words[language]] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_digest_stands_alone_on_its_line_and_fits_a_screen(findings: Findings, language: Language) -> None:
    digests = [copy.history.capsule for copy in findings.copies] + [findings.checkpoint.root.hex()]
    lines = [line for line in statement_text(findings, language).splitlines() if any(each in line for each in digests)]
    assert lines == [f"  {digest}" for digest in digests]


@pytest.mark.parametrize(("gone", "english"), [(False, "and seen to be gone"), (True, "but not seen to be gone")])
def test_an_erased_copy_is_said_to_be_erased_and_when(out: Town, english: str, *, gone: bool) -> None:
    slip, _ = out.slips
    if gone:
        out.capsule(slip).unlink()
    out.clock.advance(timedelta(hours=1))
    erase(out.office, slip, out.root / "USB-1", holder=signing_key("carrier"), witness=signing_key("officer"))
    text = statement_text(gather(out.office, [slip]), "en")
    assert f"erased at 2022-06-21 18:00, {english}" in text
    assert "share destroyed: 2022-06-21 18:00" in text


def test_an_opening_after_it_was_last_seen_stands_in_both_languages(night: Town) -> None:
    record_last_seen(night.office, night.slips, EVENING)
    found = gather(night.office, night.slips)
    assert "読まれたものとして対応してください" in statement_text(found, "ja")
    assert "treat the data as read" in statement_text(found, "en")


def test_who_may_still_read_depends_on_what_could_be_saved(town: Town) -> None:
    (slip,) = town.sealed("USB-1", cuts=(town.cuts[1].id,), allow_save=False)
    town.carry(slip, "officer", "carrier")
    town.open(slip)
    (copy,) = gather(town.office, [slip]).copies
    assert copy.residual == ("statement.reader_opening", "statement.reader_share")


# For programs.


def test_a_program_reads_the_same(night: Town, findings: Findings) -> None:
    said = json.loads(json.dumps(statement_json(findings)))
    copies = said.pop("copies")
    index = findings.affected.index
    assert said == {
        "type": "statement",
        "office": "汐見市",
        "at": to_text(EVENING + timedelta(hours=10)),
        "people": {"at_least": 3, "at_most": 3 + index.unresolved},
        "by_kind": {each.id: index.count(each) for each in index.kinds},
        "by_field_set": [
            {"kinds": [each.id for each in kinds], "people": people}
            for kinds, people in findings.affected.by_field_set()
        ],
        "ledger": {
            "origin": "city.example/ledger",
            "size": night.size,
            "root": night.office.ledger.checkpoint().root.hex(),
        },
    }
    assert [copy["slip"] for copy in copies] == night.slips


def test_a_program_reads_every_fact_of_a_copy(night: Town, findings: Findings) -> None:
    said = json.loads(json.dumps(statement_json(findings)))["copies"][0]
    (slip, _), record = night.slips, night.record(night.slips[0])
    three = to_text(EVENING + timedelta(hours=10))
    assert {name: said[name] for name in ("slip", "medium", "copy", "capsule", "size", "people", "epoch")} == {
        "slip": slip, "medium": "USB-1", "copy": night.cid(slip).hex(), "capsule": record.sha256, "size": record.size,
        "people": 3, "epoch": 2,
    }  # fmt: skip
    assert (said["verdict"], said["state"]) == ("B", "opened_before_by_voice")
    assert (said["residual"], said["requests"]) == (["opening", "saved", "voice"], 2)
    times = {name: said[name] for name in said if name.endswith("_at") or name == "last_seen"}
    assert times == {
        "last_seen": to_text(SEEN), "sealed_at": to_text(EVENING), "lost_at": three, "suspended_at": three,
        "destroyed_at": three, "found_at": None, "erased_at": None,
    }  # fmt: skip
    releases = [(entry.fields["route"], to_text(entry.at), entry.index) for entry in night.leaves("release.given")]
    assert [(each["route"], each["at"], each["index"]) for each in said["releases"]] == releases
    assert [route for route, _, _ in releases] == ["local", "voice"]


def test_programs_and_people_are_told_the_same(findings: Findings) -> None:
    said = statement_json(findings)
    text = statement_text(findings, "en")
    assert f"at least {said['people']['at_least']}, at most {said['people']['at_most']}" in text  # type: ignore[index]
    for kind_id, people in said["by_kind"].items():  # type: ignore[attr-defined]
        assert f"  {kind(kind_id).en}: {people}" in text.splitlines()


# What must not be in it.


def test_nobodys_name_or_number_is_in_any_paper(findings: Findings) -> None:
    staff = [
        "officer",
        "chief",
        "security",
        "privacy",
        "clerk",
        "carrier",
        "supervisor",
        "さん",
        "電車",
        "コールセンター",
    ]
    for name, content in statement_papers(findings).items():
        text = content.decode()
        assert [each for each in (*PERSONAL, *staff) if each in text] == [], name


def test_one_person_alone_makes_a_statement(town: Town) -> None:
    lines = (town.root / "people.csv").read_text(encoding="utf-8").splitlines()
    town.write("people.csv", "\n".join(lines[:2]) + "\n")
    cut = town.cut("rows")
    (slip,) = town.sealed("USB-1", cuts=(cut.id,))
    text = statement_text(gather(town.office, [slip]), "en")
    assert "People concerned: 1." in text


def test_nobody_at_all_makes_a_statement(town: Town) -> None:
    head = (town.root / "people.csv").read_text(encoding="utf-8").splitlines()[0]
    town.write("people.csv", head + "\n")
    cut = town.cut("rows")
    (slip,) = town.sealed("USB-1", cuts=(cut.id,))
    found = gather(town.office, [slip])
    assert "People concerned: 0." in statement_text(found, "en")
    assert (statement_json(found)["by_kind"], statement_json(found)["by_field_set"]) == ({}, [])


def test_times_are_those_of_the_offices_wall(findings: Findings) -> None:
    assert datetime.fromisoformat("2022-06-22T03:00+09:00") == findings.at
    assert "2022-06-22 03:00 (Asia/Tokyo)" in statement_text(findings, "en")
