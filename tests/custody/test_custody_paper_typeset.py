"""A printed form holds each fact as text, in embedded fonts, the same bytes each time; no name is ever read as typst."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from test_custody_paper_glyphs import make_font

from printed import fonts, pages, printed_at, solid, words
from sekisho.custody.paper import shelf as shelves
from sekisho.custody.paper.facts import (
    CarryOutHead,
    Facts,
    Form,
    LabelRow,
    LedgerFacts,
    LendingRow,
    MediumRow,
    Nothing,
    OfficeFacts,
    OpeningHead,
    SlipHead,
)
from sekisho.custody.paper.printing import to_json
from sekisho.custody.paper.shelf import Shelf
from sekisho.custody.paper.typeset import print_form
from sekisho.errors import Missing, Unreadable

pytest_plugins = ("paper_fonts",)
pytestmark = pytest.mark.usefixtures("paper_fonts")

SHIPPED = Path(shelves.__file__).parent / "templates"
SHELF = Shelf((SHIPPED,))
AT = datetime(2022, 6, 21, 8, 0, tzinfo=UTC)
LONG = "葛\U000e0101城　邉\U000e0110 次郎 (とびうお情報システムソリューションズ株式会社 関西支社 第三営業部)"
NONE = Nothing()
HOSTILE = (
    '#panic("x")',
    "#strong[x] $a+b$ *b* _i_ `c` \\ [ ] { } < > @y ~ -- = - + / // /* ' \"",
    "#sys.inputs.data",
    '"); #read("/etc/passwd")',
    "<label> @label #include",
)


def form(name: str, head: Facts = NONE, *rows: Facts, blank: bool = False) -> Form:
    office = OfficeFacts(name="汐見市", phone="06-0123-0617", zone="Asia/Tokyo")
    ledger = LedgerFacts(origin="city.example/ledger", size=345, root="ab" * 32)
    return Form(form=name, office=office, ledger=ledger, at=AT, head=head, rows=rows, blank=blank)


def medium(number: int) -> MediumRow:
    return MediumRow(
        number=f"{1000 + number}7",
        label=f"USB-{number:03}",
        registered_on=date(2022, 4, 1),
        product="かもめ電機 セキュアUSB",
        state="in_store",
        entries=(number + 3,),
    )


SLIP = SlipHead(
    slip="006178",
    medium="USB-017",
    carrier="𠮷田　髙﨑 (磯風コールセンター)",
    recipient=LONG,
    not_before=AT,
    not_after=datetime(2022, 6, 21, 12, 0, tzinfo=UTC),
    due=datetime(2022, 6, 21, 13, 0, tzinfo=UTC),
    opener="0123456789abcdef" * 4,
    entries=(11,),
)


def test_a_form_holds_each_fact_as_text() -> None:
    printed = print_form(form("media-ledger", NONE, *map(medium, range(3))), SHELF, language="ja")
    text = words(printed.pdf)
    for fact in (
        "様式第1号",
        "外部記録媒体登録管理台帳",
        "令和4年6月21日",
        "USB-002",
        "10027",
        "令和4.4.1",
        "保管中",
        "city.example/ledger",
    ):
        assert solid(fact) in text
    assert printed.unset == ()


def test_what_leaves_is_said_in_words_and_what_only_selects_is_said_to_stay() -> None:
    head = CarryOutHead(
        data=("a.csv: account (bank_account, mask.last 3)", "a.csv: 申請書番号 (benefit_status, select)")
    )
    text = words(print_form(form("carry-out", head), SHELF, language="ja").pdf)
    assert solid("末尾 3 文字") in text
    assert solid("出さないが、選ぶのに使用") in text
    assert "mask.last" not in text


def test_every_font_is_embedded_and_a_rare_name_has_its_own() -> None:
    found = fonts(print_form(form("slip", SLIP), SHELF, language="ja").pdf)
    assert all(found.values())
    assert {"BIZUDPGothic-Regular", "IPAmjMincho"} <= set(found)


def test_the_same_facts_are_the_same_bytes() -> None:
    filled = form("slip", SLIP)
    assert printed_at(print_form(filled, SHELF, language="ja").pdf).startswith("D:20220621080000")
    assert print_form(filled, SHELF, language="ja").pdf == print_form(filled, SHELF, language="ja").pdf


def test_forty_rows_take_several_pages_each_with_its_heading_and_its_number() -> None:
    rows = [LendingRow(slip=f"{n:06}", user=LONG, out_at=AT, entries=(n,)) for n in range(40)]
    found = pages(print_form(form("lending-book", NONE, *rows), SHELF, language="ja").pdf)
    assert len(found) > 1
    assert all("貸出日時" in page and f"{number}／{len(found)}頁" in page for number, page in enumerate(found, 1))
    assert all(f"{n:06}" in "".join(found) for n in range(40))
    assert "".join(found).count(solid(LONG)) == 40


@pytest.mark.parametrize("hostile", HOSTILE)
def test_typst_in_a_name_stays_text(hostile: str) -> None:
    head = CarryOutHead(applicant=hostile, ground=(hostile,), destination=hostile, entries=(1,))
    text = words(print_form(form("carry-out", head), SHELF, language="en").pdf)
    assert text.count(solid(hostile)) == 3
    assert (
        words(print_form(form("slip", SlipHead(slip="1", carrier=hostile)), SHELF, language="ja").pdf).count(
            solid(hostile)
        )
        == 1
    )


def test_what_no_font_sets_is_printed_as_a_geta_and_listed_on_the_paper_too() -> None:
    printed = print_form(form("slip", SlipHead(slip="006178", carrier="山\ue000 葛\U000e01ef")), SHELF, language="ja")
    assert [each.name for each in printed.unset] == ["U+845B U+E01EF", "U+E000"]
    text = words(printed.pdf)
    assert "山〓葛" in text
    assert "U+845BU+E01EF,U+E000" in text


def test_the_offices_own_font_prints_its_own_characters(tmp_path: Path) -> None:
    make_font(tmp_path / "fonts" / "gaiji.ttf", "Office Gaiji", "\ue000")
    printed = print_form(
        form("slip", SlipHead(slip="1", carrier="山\ue000")), Shelf((tmp_path, SHIPPED)), language="ja"
    )
    assert printed.unset == ()
    assert fonts(printed.pdf)["OfficeGaiji-Regular"]


def test_the_slip_never_bears_the_opening_number_and_its_sheet_names_no_medium() -> None:
    opening = OpeningHead(slip="006178", recipient=LONG, pin="814273", entries=(11,))
    sheet = words(print_form(form("opening-number", opening), SHELF, language="ja").pdf)
    slip = words(print_form(form("slip", SLIP), SHELF, language="ja").pdf)
    assert "814273" in sheet
    assert "USB-017" not in sheet
    assert "814273" not in slip
    assert "06-0123-0617" in slip
    assert "0123456789abcdef" in slip  # the opener's digest, four characters a cell


def test_labels_say_to_a_finder_whom_to_call_in_both_languages_and_nothing_of_what_they_hold() -> None:
    rows = [
        LabelRow(
            number=f"{n:06}", label=f"USB-{n:03}", code="7Q2M-K9TX-4HCD", address="HTTPS://X.EXAMPLE/F/7Q2M-K9TX-4HCD"
        )
        for n in range(50)
    ]
    found = pages(print_form(form("labels", NONE, *rows), SHELF, language="en").pdf)
    assert [page.count("7Q2M-K9TX-4HCD") for page in found] == [44, 6]
    assert all("拾得した方" in page and "Iffound" in page and "06-0123-0617" in page for page in found)
    assert len(pages(print_form(form("label", NONE, *rows[:3]), SHELF, language="ja").pdf)) == 3


def test_an_empty_form_has_rows_to_write_in_and_says_how_they_enter_the_ledger() -> None:
    text = words(print_form(form("lending-book", blank=True), SHELF, language="en").pdf)
    assert "Enteritafterwards" in text
    assert "city.example" not in text


def test_a_form_is_json_of_the_same_facts() -> None:
    document = json.loads(to_json(form("media-ledger", NONE, medium(0))))
    assert (
        document["rows"][0] | {"number": "10007", "registered_on": "2022-04-01", "entries": [3]} == document["rows"][0]
    )
    assert document["at"] == "2022-06-21T08:00:00Z"


def test_a_template_that_typst_cannot_set_is_named(tmp_path: Path) -> None:
    (tmp_path / "slip.typ").write_text("#nothing-of-this-name", encoding="utf-8")
    with pytest.raises(Unreadable) as caught:
        print_form(form("slip", SLIP), Shelf((tmp_path, SHIPPED)), language="ja")
    assert caught.value.key == "custody.paper_template"


@pytest.mark.parametrize("line", ["#panic(d.facts.carrier)", "#text(font: d.mono)[\ue000]", "#d.at(d.facts.carrier)"])
def test_an_error_of_a_template_quotes_no_name(tmp_path: Path, line: str) -> None:
    (tmp_path / "slip.typ").write_text(line, encoding="utf-8")
    with pytest.raises(Unreadable) as caught:
        print_form(form("slip", SLIP), Shelf((tmp_path, SHIPPED)), language="ja")
    assert "𠮷田" not in caught.value.what("en")
    assert "\ue000" not in caught.value.what("en")


def test_a_template_reads_no_file_beyond_its_folder(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "slip.typ").write_text('#read("/../secret")', encoding="utf-8")
    with pytest.raises(Unreadable):
        print_form(form("slip", SLIP), Shelf((tmp_path / "templates", SHIPPED)), language="ja")


def test_without_typst_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "typst", None)
    with pytest.raises(Missing) as caught:
        print_form(form("slip", SLIP), SHELF, language="ja")
    assert "letters" in caught.value.hint("en")
