"""Pages are read back: each has its own person and no other, in the window; the same letters are the same bytes."""

import polars as pl
import pytest
from letter_pages import BODY, KEY, LONG_BODY, RARE, VARIANT, boxes, invented, mailing, pages

from sekisho.errors import Unreadable
from sekisho.loss.letters import mailing as mailings
from sekisho.loss.letters.envelopes import load_envelopes
from sekisho.loss.letters.mailing import LetterFile, Mailing
from sekisho.loss.letters.order import digits_of
from sekisho.loss.letters.readback import Wanted, seen
from sekisho.loss.letters.recipients import Why
from sekisho.loss.letters.reference import reference_code

pytest_plugins = ("paper_fonts",)
pytestmark = pytest.mark.usefixtures("paper_fonts")

PEOPLE = 230


@pytest.fixture(scope="module")
def printed() -> LetterFile:
    (file,) = mailing(invented(PEOPLE)).files()
    return file


def test_every_page_has_its_own_person_and_no_other(printed: LetterFile) -> None:
    """Rare kanji and variants among them; nobody is left out, nobody comes twice, two people are never on one page."""
    people = invented(PEOPLE).sort(digits_of("postal_code"))
    said = pages(printed.pdf)
    assert len(said) == printed.pages == printed.letters == PEOPLE
    names = [seen(name) for name in people["name"]]
    assert len(set(names)) == PEOPLE
    for page, name, address, person in zip(said, names, people["address"], people["person"], strict=True):
        assert [each for each in names if f"{each}様" in page] == [name]
        assert seen(address) in page
        assert seen(reference_code(KEY, person)) in page
        assert person not in page


def test_no_glyph_is_missing_from_the_font_that_the_file_brings(printed: LetterFile) -> None:
    """Text that can be copied is not yet ink: each rare character's box has a height."""
    said = pages(printed.pdf)
    for character in (*RARE, "葛"):
        page = next(number for number, page in enumerate(said) if character in page)
        (left, top, right, bottom), *_ = boxes(printed.pdf, page, [character])
        assert right - left > 2
        assert bottom - top > 2


@pytest.mark.parametrize("name", load_envelopes())
def test_an_address_lies_in_the_window(name: str) -> None:
    """Every character of a long one too, by the boxes that a reader of the page finds."""
    long = "兵庫県汐見市汐見本町二丁目28番1号　汐見グランドハイツ潮騒弐番館ウエストタワー1203号室"
    people = pl.DataFrame(
        {"person": ["1"], "name": ["𠮷岡　髙太郎左衛門"], "postal_code": ["688-0001"], "address": [long]}
    )
    letters = mailing(people, envelope=name)
    (file,) = letters.files()
    window = letters.envelope.window
    characters = boxes(file.pdf, 0, ["688-0001", "汐見本町", "ドハイツ", "号室", "髙太", "様"])
    assert len(characters) >= 14
    for left, top, right, bottom in characters:
        assert window.left <= left < right <= window.right
        assert window.top <= top < bottom <= window.bottom


def test_an_address_that_fits_no_window_is_listed_and_not_printed() -> None:
    """A row and a reason: the officer writes that one by hand."""
    people = invented(3).with_columns(
        address=pl.when(pl.col("person").str.ends_with("1")).then(pl.lit("汐見" * 200)).otherwise("address")
    )
    letters = mailing(people)
    (file,) = letters.files()
    assert file.letters == 2
    assert [(held.row, held.why) for held in letters.held] == [(3, Why.TOO_LONG)]


def test_on_both_sides_each_letter_takes_whole_sheets() -> None:
    """One page of text is two pages of paper, so that nobody's back is somebody else's front."""
    (file,) = mailing(invented(5), duplex=True).files()
    said = pages(file.pdf)
    assert file.pages == len(said) == 10
    assert all("様" in page for page in said[::2])
    assert set(said[1::2]) == {""}


def test_every_page_of_a_long_letter_says_whose_it_is() -> None:
    """Sheets that fall to the floor come together again by the code, and by nobody's name."""
    letters = mailing(invented(4), body=LONG_BODY)
    (file,) = letters.files()
    said, count = pages(file.pdf), letters.press.pages
    assert count > 1
    assert len(said) == 4 * count
    codes = [reference_code(KEY, person) for person in invented(4).sort(digits_of("postal_code"))["person"]]
    for number, page in enumerate(said):
        assert [code for code in codes if seen(code) in page] == [codes[number // count]]
        assert number % count == 0 or f"{number % count + 1}/{count}" in page


def test_the_same_letters_are_the_same_bytes(printed: LetterFile) -> None:
    """Whatever order the table was in."""
    (again,) = mailing(invented(PEOPLE).reverse().with_row_index("row")).files()
    assert again.pdf == printed.pdf


def test_files_hold_no_more_than_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """In postcode order across them."""
    monkeypatch.setattr(mailings, "LETTERS_A_FILE", 10)
    files = list(mailing(invented(23)).files())
    assert [(file.name, file.letters) for file in files] == [
        ("o-3-0001.pdf", 10),
        ("o-3-0002.pdf", 10),
        ("o-3-0003.pdf", 3),
    ]
    ends = [code for file in files for code in (file.first, file.last)]
    assert ends == sorted(ends)


def test_a_letter_takes_less_than_a_kibibyte(printed: LetterFile) -> None:
    """The body and the fonts of the file shared among two hundred, who in a city are a thousand."""
    assert len(printed.pdf) / printed.letters < 1024


def test_a_name_that_no_font_sets_is_listed_before_anything_is_printed() -> None:
    """By row and code point; the others get their letters."""
    names = ["和田　茂", "\ue000田　太郎", f"{VARIANT}城　次郎", "葛\U000e01ef城　三郎", "أحمد"]
    people = invented(5).with_columns(name=pl.Series(names))
    letters = mailing(people)
    assert [(held.row, held.why, held.characters) for held in letters.held][:2] == [
        (3, Why.UNSETTABLE, "U+E000"),
        (5, Why.UNSETTABLE, "U+845B U+E01EF"),
    ]
    assert letters.held[2].row == 6
    assert letters.letters == 2


def test_a_childs_letter_goes_to_its_guardian() -> None:
    """Whose name shows where the table has it; whose data it is about stands beside the code."""
    people = invented(2).with_columns(guardian=pl.Series(["磯部　航", None]), minor=pl.Series([True, True]))
    first, second = pages(next(iter(mailing(people).files())).pdf)
    assert "磯部航様" in first
    assert f"({seen(invented(2)['name'][0])}様の情報について)" in first
    assert f"{seen(invented(2)['name'][1])}様の保護者様" in second


def test_a_page_that_shows_something_else_in_the_window_stops_the_mailing(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a wrong profile or a body that begins too high would."""
    monkeypatch.setattr(Mailing, "_wanted", staticmethod(lambda page, _: Wanted(page, "別人様", "")))
    with pytest.raises(Unreadable) as stopped:
        list(mailing(invented(1)).files())
    assert stopped.value.key == "loss.letter_misprinted"


def test_a_title_never_reaches_the_window() -> None:
    """The body begins below it on every envelope."""
    (file,) = mailing(invented(1), body=BODY, envelope="din-5008-b").files()
    assert all(top > 90 for _, top, _, _ in boxes(file.pdf, 0, ["個人情報を保存した"]))


def test_what_a_mailing_says_of_itself_has_nobody_in_it(printed: LetterFile) -> None:
    """A traceback or a log may hold it."""
    said = repr(mailing(invented(3))) + repr(printed)
    assert "貝殻町" not in said
    assert all(name not in said for name in invented(3)["name"])
