"""The statement log: numbered, dated, with what changed; by two persons, never with more than the public may hear."""

import hashlib
import html
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from drafted import NIGHT, SECRET, case

from invented_office import Town, signing_key
from sekisho.errors import Misuse, NotFound, Refused
from sekisho.kinds.taxonomy import kind
from sekisho.loss.documents.draft import Concerned
from sekisho.loss.documents.drafting import draft
from sekisho.loss.documents.kinds import TO_PERSONS, DocumentKind, DocumentLanguage, languages_of
from sekisho.loss.documents.publishing import write_statement_log
from sekisho.loss.documents.rendering import to_plain_text
from sekisho.loss.documents.statements import Statement, changes, publish, statements
from sekisho.loss.facts.fact import Value
from sekisho.loss.incident.collecting import collect
from sekisho.loss.incident.stating import Stated, state
from sekisho.loss.lost import report_lost

pytest_plugins = ("office_fixtures",)

_TWO = ("chief", "privacy")
_PUBLIC = ("letter", "email", "press", "faq", "call-script", "statement")
_ATOM = "{http://www.w3.org/2005/Atom}"
_EVENINGS: dict[str, dict[str, Value]] = {
    "plain stick": {"sealed": False, "verdict": "unknown", "state_line": "lost_unknown"},
    "never released": {"verdict": "A", "state_line": "statement.never_destroyed", "releases": 0},
    "opened before": {"verdict": "B", "state_line": "statement.opened_before_destroyed"},
    "opened after": {"verdict": "C", "state_line": "statement.opened_after"},
    "found": {"verdict": "A", "state_line": "statement.found_unaltered", "found_at": "2022-06-24T02:40:00Z"},
}


@pytest.fixture
def town(out: Town) -> Town:
    report_lost(out.office, out.slips)
    collect(out.office, 1)
    say(out, cause="かばんごと紛失したため", contact_phone="06-0000-0617")
    return out


def say(town: Town, **values: Value) -> None:
    state(town.office, 1, [Stated(key, value, None) for key, value in values.items()], source="note")


def published(town: Town, *names: str) -> Statement:
    return publish(town.office, 1, keys=[signing_key(name) for name in names or _TWO])


def test_what_was_published_is_numbered_and_stands_in_the_ledger(town: Town) -> None:
    first = published(town)
    assert (first.n, set(first.said)) == (1, {"ja", "en", "ja-plain"})
    (entry,) = town.leaves("statement.published")
    assert entry.fields["incident"] == 1
    assert entry.fields["files"] == {
        f"statement.{name}.txt": hashlib.sha256(said.text.encode()).hexdigest() for name, said in first.said.items()
    }
    assert statements(town.office, 1) == [first]


def test_the_next_one_says_what_changed_and_the_first_stays_as_it_was(town: Town) -> None:
    first = published(town)
    say(town, cause="電車の中に置き忘れたため")
    second = published(town)
    assert second.n == 2
    assert statements(town.office, 1)[0] == first
    found = {(each.added, each.line) for each in changes(first.said["ja"], second.said["ja"])}
    assert found == {(False, "原因 かばんごと紛失したため"), (True, "原因 電車の中に置き忘れたため")}


def test_what_says_nothing_new_is_not_published_again(town: Town) -> None:
    published(town)
    say(town, place="渚町五丁目付近")  # only authorities hear that
    with pytest.raises(Refused) as refused:
        published(town)
    assert refused.value.key == "loss.nothing_new"


@pytest.mark.parametrize("names", [("chief",), ("chief", "chief"), ("chief", "clerk")])
def test_one_person_publishes_nothing(town: Town, names: tuple[str, ...]) -> None:
    with pytest.raises(Refused):
        published(town, *names)
    assert not statements(town.office, 1)
    assert not town.leaves("statement.published")


def test_a_statement_that_would_give_a_secret_away_is_not_published(town: Town) -> None:
    say(town, password_length=13)
    say(town, cause="かばんごと紛失したため。なお、パスワードは13文字の英数字です")
    with pytest.raises(Refused) as refused:
        published(town)
    assert "13" not in str(refused.value)
    assert not statements(town.office, 1)


def test_the_folder_holds_a_page_and_a_feed_for_each_language(town: Town, tmp_path: Path) -> None:
    published(town)
    say(town, cause="電車の中に<b>置き忘れた</b>ため")
    second = published(town)
    folder = tmp_path / "statements"
    names = write_statement_log(town.office, 1, folder)
    assert names == sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    page = (folder / "index.ja.html").read_text()
    assert page.index('id="s2"') < page.index('id="s1"'), "the newest first"
    assert "<b>置き忘れた</b>" not in page
    assert "default-src 'none'" in html.unescape(page)
    assert "<script" not in page
    assert (folder / "2" / "statement.en.txt").read_text() == second.said["en"].text
    feed = ET.fromstring((folder / "feed.en.atom").read_text())  # noqa: S314 - our own
    entries = feed.findall(f"{_ATOM}entry")
    assert [entry.findtext(f"{_ATOM}content") for entry in entries] == [
        each.said["en"].text for each in reversed(statements(town.office, 1))
    ]
    ids = [entry.findtext(f"{_ATOM}id") for entry in entries]
    assert len(set(ids)) == len(ids)


def test_what_is_there_is_not_overwritten_and_of_nothing_nothing_is_written(town: Town, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        write_statement_log(town.office, 1, tmp_path / "none")
    assert not (tmp_path / "none").exists()
    published(town)
    with pytest.raises(Misuse):
        write_statement_log(town.office, 1, tmp_path)


# The texts that the public reads.


@pytest.mark.parametrize("evening", _EVENINGS)
@pytest.mark.parametrize("name", _PUBLIC)
def test_every_text_says_first_what_the_evidence_carries_and_nothing_secret(name: str, evening: str) -> None:
    document = DocumentKind(name)
    on_the_night = case(NIGHT | SECRET | _EVENINGS[evening])
    for language in languages_of(document):
        written = draft(on_the_night, document, language, concerned=_concerned(document))
        text = to_plain_text(written)
        assert not written.missing
        first = next(line.text for section in written.sections for line in section.lines if line.style.value == "state")
        assert first == draft(on_the_night, DocumentKind.STATEMENT, language).sections[0].lines[-1].text
        for hidden in ("渚町", "Shiomi2022", "三階", "KM-7Q2M"):
            assert hidden not in text


@pytest.mark.parametrize("name", sorted(TO_PERSONS))
def test_a_person_reads_only_what_concerns_that_person(name: str) -> None:
    written = draft(case(), DocumentKind(name), "ja", concerned=Concerned(kinds=(kind("name"),)))
    text = to_plain_text(written)
    assert "氏名" in text
    for other in ("口座", "460,517", "税"):
        assert other not in text.replace("口座の出入金に心当たり", "")


def test_a_guardian_is_written_to_as_one() -> None:
    for language, word in (("ja", "お子様"), ("en", "guardian"), ("ja-plain", "子（こ）ども")):
        to_guardian = _letter(language, guardian=True)
        assert word in to_guardian
        assert word not in _letter(language, guardian=False)


def test_plain_japanese_is_short() -> None:
    for name in _PUBLIC:
        document = DocumentKind(name)
        written = draft(case(), document, "ja-plain", concerned=_concerned(document))
        text = "".join(line.text for section in written.sections for line in section.lines)
        assert len(text) <= 1000, name
        assert "令和" not in text


def _letter(language: str, *, guardian: bool) -> str:
    spoken: DocumentLanguage = "en" if language == "en" else "ja-plain" if language == "ja-plain" else "ja"
    to = Concerned(kinds=(kind("name"),), guardian=guardian)
    return to_plain_text(draft(case(), DocumentKind.LETTER, spoken, concerned=to))


def _concerned(document: DocumentKind) -> Concerned | None:
    kinds = (kind("name"), kind("address"), kind("bank_account"))
    return Concerned(kinds=kinds) if document in TO_PERSONS else None
