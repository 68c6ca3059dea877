"""Every document is written from facts: a number that changes changes everywhere, and a secret reaches none of them."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from drafted import NIGHT, SECRET, case, facts

from invented_office import Town, signing_key
from sekisho.custody.paper.glyphs import Fonts
from sekisho.custody.paper.typeset import ready_fonts
from sekisho.errors import Misuse, Refused
from sekisho.kinds.taxonomy import kind
from sekisho.loss.documents.approving import approve
from sekisho.loss.documents.choosing import kinds_for
from sekisho.loss.documents.draft import Concerned, Draft
from sekisho.loss.documents.drafting import draft
from sekisho.loss.documents.kinds import TO_PERSONS, DocumentKind, languages_of
from sekisho.loss.documents.printing import print_draft
from sekisho.loss.documents.rendering import to_document, to_plain_text
from sekisho.loss.documents.shelf import document_shelf
from sekisho.loss.documents.writing import drafts_of, write_drafts
from sekisho.loss.facts.fact import Facts, Value
from sekisho.loss.facts.vocabulary import vocabulary
from sekisho.loss.incident.case import Case
from sekisho.loss.incident.reading import read_case
from sekisho.loss.incident.stating import Stated
from sekisho.loss.incident.updating import refresh, tell
from sekisho.loss.lost import report_lost

pytest_plugins = ("office_fixtures",)

GIVEAWAYS = ("13文字", "13桁", "１３", "十三", "thirteen", "Shiomi2022", "大小英字", "age1qyqsz", "耐火金庫")


def everything(on: Case) -> list[Draft]:
    concerned = Concerned(kinds=(kind("name"), kind("bank_account")))
    return [
        draft(on, each, language, concerned=concerned if each in TO_PERSONS else None)
        for each in DocumentKind
        for language in languages_of(each)
    ]


def said(drafts: list[Draft]) -> dict[str, str]:
    return {each.name: to_plain_text(each) for each in drafts}


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    return ready_fonts(document_shelf())


def test_there_is_every_kind_in_every_language() -> None:
    names = set(said(everything(case())))
    assert len(names) == sum(len(languages_of(each)) for each in DocumentKind)


def test_a_secret_is_in_no_text_no_json_and_no_pdf(fonts: Fonts) -> None:
    for each in everything(case(NIGHT | SECRET)):
        printed = print_draft(each, document_shelf(), fonts=fonts, office="汐見市", zone="Asia/Tokyo")
        pages = pypdfium2.PdfDocument(printed.pdf)
        read = "".join(page.get_textpage().get_text_range() for page in pages).replace("\r\n", "")
        for text in (to_plain_text(each), json.dumps(to_document(each), ensure_ascii=False), read):
            assert not [word for word in GIVEAWAYS if word in text], each.name


@pytest.mark.parametrize(
    "typed",
    [
        "パスワードは13文字です",
        "パスワードは１３桁",
        "13-character password",
        "暗証は十三文字の英数字",
        "手掛かりは Shiomi2022",
        "金庫は本庁舎三階の耐火金庫",
    ],
)
def test_what_somebody_typed_into_a_public_fact_is_held_up(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        everything(case(NIGHT | SECRET | {"cause": typed}))
    assert refused.value.values["fact"] == "cause"
    assert "13" not in str(refused.value)


def test_a_number_that_changes_changes_in_every_document_that_tells_it() -> None:
    before, after = (said(everything(case(NIGHT | {"persons": n, "persons_max": n}))) for n in (460517, 351209))
    telling = {name for name, text in before.items() if "460,517人" in text or "460,517 p" in text}
    assert {"press.ja", "board.en", "regulator-final.ja", "statement.ja-plain", "faq.en"} <= telling
    for name in telling:
        assert "351,209" in after[name]
        kept = after[name].replace("460,517人分", "").replace("氏名：460,517人", "").replace("name: 460,517 p", "")
        kept = kept.replace("住民基本台帳の情報 460,517", "")
        assert "460,517" not in kept, name


def test_each_fact_changes_just_the_documents_that_use_it() -> None:
    before = {each.name: each for each in everything(case())}
    others: dict[str, int | str] = {
        "cause": "別の原因",
        "place": "別の場所",
        "contact_phone": "06-9999-0000",
        "records": 7,
    }
    for key, value in others.items():
        after = {each.name: each for each in everything(case({**NIGHT, **SECRET, key: value}))}
        for name, was in before.items():
            uses = any(key in placeholder.split(":") for placeholder in was.used()) or "@senders" in was.used()
            if after[name].digest != was.digest:
                assert uses, (name, key)
            elif key in was.used():
                pytest.fail(f"{name} tells {key} and did not change")


def test_no_document_tells_its_reader_more_than_may_be_heard() -> None:
    public = [each for each in everything(case()) if each.kind.value in {"press", "letter", "faq", "call-script"}]
    hidden = [str(NIGHT[key]) for key in ("place", "medium_serials", "dpo_contact", "police_station")]
    for each in public:
        text = to_plain_text(each)
        assert not [word for word in hidden if word in text]
        for numbers in each.used().values():
            for n in numbers:
                fact = next(fact for fact in case().facts.stated if fact.n == n)
                assert vocabulary()[fact.key].visibility.name == "PUBLIC"


def test_every_number_in_a_document_comes_from_a_fact() -> None:
    for each in everything(case()):
        for piece in each.pieces():
            if not piece.placeholder:
                assert not any(character.isdecimal() and character.isascii() for character in _unlawed(piece.text)), (
                    each.name,
                    piece.text,
                )


@pytest.mark.parametrize(
    ("said", "kind_", "asked_for"),
    [
        ({"roles": ("controller",)}, DocumentKind.PROCESSOR_NOTICE, False),
        ({"roles": ("controller", "processor")}, DocumentKind.PROCESSOR_NOTICE, True),
        ({"jurisdictions": ("JP",)}, DocumentKind.REGULATOR_GDPR, False),
        ({"jurisdictions": ("JP", "DE")}, DocumentKind.REGULATOR_GDPR, True),
        ({"jurisdictions": ("UK",)}, DocumentKind.REGULATOR_GDPR, True),
        ({"theft_possible": False}, DocumentKind.POLICE_THEFT, False),
        ({"theft_possible": None}, DocumentKind.POLICE_THEFT, True),
        ({"event": "stolen", "theft_possible": False}, DocumentKind.POLICE_THEFT, True),
        ({"sealed": True}, DocumentKind.EXEMPTION_MEMO, True),
    ],
)
def test_a_case_asks_for_what_makes_sense(said: dict[str, Value], kind_: DocumentKind, asked_for: bool) -> None:
    assert (kind_ in kinds_for(case(NIGHT | said))) is asked_for


def test_an_ordinary_stick_gets_no_memo_on_encryption() -> None:
    plain = replace(case(NIGHT | {"sealed": False}), obligations=())
    assert DocumentKind.EXEMPTION_MEMO not in kinds_for(plain)
    assert DocumentKind.PRESS in kinds_for(plain)


@pytest.fixture
def town(out: Town) -> Town:
    report_lost(out.office, out.slips)
    refresh(out.office, 1)
    return out


def test_drafts_of_an_office_are_written_whole_and_their_digests_stand_in_the_ledger(
    town: Town, tmp_path: Path
) -> None:
    made = read_case(town.office, 1)
    drafts = drafts_of(town.office, made, [DocumentKind.PRESS, DocumentKind.LETTER], ["ja", "en"])
    names = write_drafts(town.office, made, drafts, tmp_path / "drafts", pdf=True)
    assert sorted(path.name for path in (tmp_path / "drafts").iterdir()) == names
    assert "press.ja.pdf" in names
    assert len([name for name in names if name.startswith("letter.set-")]) == 4 * len(made.by_field_set)
    (entry,) = town.leaves("document.drafted")
    assert entry.fields["documents"] == {each.name: each.digest for each in drafts}
    with pytest.raises(Misuse):
        write_drafts(town.office, made, drafts, tmp_path / "drafts")


def test_two_persons_approve_what_they_read_and_a_new_fact_makes_it_a_draft_again(town: Town, tmp_path: Path) -> None:
    made = read_case(town.office, 1)
    press = drafts_of(town.office, made, [DocumentKind.PRESS], ["ja"])
    assert approve(town.office, 1, press, key=signing_key("privacy")) == []
    assert approve(town.office, 1, press, key=signing_key("privacy")) == []
    assert approve(town.office, 1, press, key=signing_key("chief")) == ["press.ja"]
    write_drafts(town.office, made, press, tmp_path / "approved")
    assert "案" not in (tmp_path / "approved" / "press.ja.txt").read_text().splitlines()[0]
    tell(town.office, 1, [Stated("cause", "置き忘れ")], source="note")
    again = drafts_of(town.office, read_case(town.office, 1), [DocumentKind.PRESS], ["ja"])
    write_drafts(town.office, read_case(town.office, 1), again, tmp_path / "again")
    assert "案" in (tmp_path / "again" / "press.ja.txt").read_text().splitlines()[0]
    with pytest.raises(Refused):
        approve(town.office, 1, again, key=signing_key("clerk"))


def _unlawed(text: str) -> str:
    """Return text without what a template may number: headings are no pieces, laws are."""
    return re.sub(r"第?\d+条(第?\d+項)?(第?\d+号)?|[aA]rt(icle|\.) ?\d+[\d()a-z, –-]*|\(EU\) \d+/\d+", "", text)


def test_a_secret_that_was_superseded_is_one_still() -> None:
    now = case(NIGHT | {"password_hint": "Nagisa1970"} | {"cause": "合図は Shiomi2022 でした"})
    before = facts({"password_hint": "Shiomi2022"}).stated[0]
    with pytest.raises(Refused):
        everything(replace(now, facts=Facts.of([replace(before, n=0), *now.facts.stated])))
