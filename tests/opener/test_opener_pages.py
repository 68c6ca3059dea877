"""The stories of the page, in real browsers, from ``file://``."""

from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest
from pages_stage import PIN, Stick, Visitor, set_clock, stick

from browsers import CHROMIUM, FIREFOX, NAMES, Browser, browser
from conftest import need
from invented_office import PHONE, Town, make_town
from sekisho.age.x25519 import X25519Identity
from sekisho.capsule.opener import fill

TITLE, RECIPIENT = "給付金", "supervisorさん"


@pytest.fixture(scope="module", params=NAMES)
def page(request: pytest.FixtureRequest) -> Iterator[Browser]:
    need(CHROMIUM if request.param == "chromium" else FIREFOX, f"needs Debian's {request.param}")
    with browser(request.param) as started:
        set_clock(started)
        yield started


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """An office with two copies out: USB-1 may be saved, USB-2 may not."""
    town = make_town(tmp_path_factory.mktemp("pages") / "town")
    slips = town.sealed("USB-1", max_opens=99)
    with (
        pytest.MonkeyPatch.context() as patch
    ):  # rows that may not be saved can be seen in a page, and nowhere else yet
        patch.setattr("sekisho.custody.requesting.check_wish", lambda *_, **__: None)
        slips += town.sealed("USB-2", max_opens=99, allow_save=False)
    for slip in slips:
        town.carry(slip, "officer", "carrier")
    yield town
    town.leave()


@pytest.fixture(scope="module")
def usb(town: Town) -> Stick:
    return stick(town, town.slips[0])


@pytest.fixture
def visitor(page: Browser, usb: Stick) -> Visitor:
    return Visitor(page, usb)


def test_a_finder_sees_whom_to_call_and_nothing_else(visitor: Visitor) -> None:
    shown = visitor.text()
    assert "落とし物です" in shown
    assert PHONE in shown
    assert visitor.js("document.querySelector('.phone a').href") == f"tel:{PHONE.replace('-', '')}"
    for hidden in (TITLE, RECIPIENT, visitor.stick.slip, "capsule-"):
        assert hidden not in shown
    assert visitor.js("document.querySelector('.challenge')") is None


def test_a_wrong_number_opens_nothing_and_locks_nothing(visitor: Visitor) -> None:
    for wrong in ("4072", "0000", "40710", "abc", "4071 4071"):
        visitor.type_pin(wrong)
        assert "ロックされません" in visitor.said("#pin-error")
        assert visitor.state == "found"
    visitor.type_pin("４０７１")
    visitor.until_state("file")


def test_digits_open_it_and_a_wrong_one_names_its_group(visitor: Visitor) -> None:
    visitor.to_the_ways()
    code = visitor.call_the_desk()
    for _ in range(2):
        misread = [*code[:4], f"{int(code[4]) ^ 1:06d}", *code[5:]]
        visitor.type_code(misread)
        assert "第5組が違います" in visitor.said("#code-error")
        assert visitor.js("document.querySelectorAll('[aria-invalid]').length") == 1
    visitor.browser.type("#group-5", code[4])
    visitor.submit()
    visitor.until_state("content")
    assert "対象ですか" in visitor.said(".question")


def test_full_width_digits_move_from_group_to_group(visitor: Visitor) -> None:
    visitor.to_the_ways()
    code = visitor.call_the_desk()
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    for number, group in enumerate(code, 1):
        assert visitor.js("document.activeElement.id") == f"group-{number}" or number == 1
        visitor.browser.type(f"#group-{number}", group.translate(wide))
    assert visitor.js("document.activeElement.textContent") == "開く"
    assert visitor.js("document.querySelector('#group-8').value") == code[7]


def test_a_whole_code_can_be_pasted_anywhere(visitor: Visitor) -> None:
    visitor.to_the_ways()
    code = visitor.call_the_desk()
    pasted = "－".join(code)
    visitor.js(
        f"(() => {{ const field = document.querySelector('#group-3'); field.value = {pasted!r};"
        " field.dispatchEvent(new InputEvent('input')); return 0; })()"
    )
    assert visitor.js("[...document.querySelectorAll('.group input')].map((each) => each.value)") == code
    visitor.submit()
    visitor.until_state("content")


def test_the_code_of_another_copy_is_told_and_may_be_corrected(visitor: Visitor) -> None:
    visitor.to_the_ways()
    code = visitor.call_the_desk()
    visitor.type_code(["000001", "000002", "000003", "000004", "000005", "000006", "000007", "000008"])
    visitor.submit()
    assert "このカプセルのものではありません" in visitor.said("#code-error")
    visitor.type_code(code)
    visitor.submit()
    visitor.until_state("content")


def test_a_key_of_somebody_else_is_refused_before_anything_is_asked(visitor: Visitor, tmp_path: Path) -> None:
    other = tmp_path / "other.key"
    other.write_text(X25519Identity.generate().to_secret_text())
    visitor.to_the_key()
    visitor.give_key(other)
    assert "受取人の鍵ではありません" in visitor.said("#key-error")
    visitor.give_key()
    visitor.until_state("purpose")


def test_a_protected_key_file_asks_for_its_passphrase(visitor: Visitor, tmp_path: Path) -> None:
    locked = tmp_path / "locked.key"
    locked.write_bytes(pyrage.passphrase.encrypt(visitor.stick.key.read_bytes(), "こまどり"))
    visitor.to_the_key()
    visitor.until_state("key")
    assert visitor.js("document.querySelector('#passphrase').checkVisibility()") is False
    visitor.browser.choose("#key", locked)
    visitor.until("#passphrase:focus")
    visitor.browser.type("#passphrase", "うぐいす")
    visitor.submit()
    assert "暗証が違います" in visitor.said("#passphrase-error")
    visitor.browser.type("#passphrase", "こまどり")
    visitor.submit()
    visitor.until_state("purpose")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda data: b"-> X25519 " + data, "これはカプセルのファイルではありません"),
        (lambda data: data[:10], "これはカプセルのファイルではありません"),
    ],
)
def test_what_is_no_capsule_is_refused(visitor: Visitor, tmp_path: Path, spoil: object, words: str) -> None:
    assert callable(spoil)
    other = tmp_path / "capsule-000000.age"
    other.write_bytes(spoil(visitor.stick.capsule.read_bytes()))
    visitor.type_pin(PIN)
    visitor.until_state("file")
    visitor.browser.choose("#capsule", other)
    assert words in visitor.said("#capsule-error")


def test_a_key_added_beside_the_office_is_refused(visitor: Visitor, tmp_path: Path) -> None:
    """A second stanza would open it without a release (reference, section 14.6)."""
    head, rest = visitor.stick.capsule.read_bytes().split(b"\n--- ", 1)
    foreign = b"\n-> X25519 " + b"A" * 43 + b"\n" + b"A" * 43 + b"\n--- "
    other = tmp_path / "capsule-000000.age"
    other.write_bytes(head + foreign + rest)
    visitor.type_pin(PIN)
    visitor.until_state("file")
    visitor.browser.choose("#capsule", other)
    assert "役所の許可なしに開ける別の鍵" in visitor.said("#capsule-error")


def test_of_a_damaged_capsule_nothing_is_shown(visitor: Visitor, tmp_path: Path) -> None:
    damaged = bytearray(visitor.stick.capsule.read_bytes())
    damaged[-1] ^= 1
    other = tmp_path / "capsule.age"
    other.write_bytes(damaged)
    visitor.type_pin(PIN)
    visitor.until_state("file")
    visitor.browser.choose("#capsule", other)
    visitor.give_key()
    visitor.acknowledge()
    visitor.type_code(visitor.call_the_desk())
    visitor.submit()
    assert "中身は何も表示していません" in visitor.said(".alert")
    assert TITLE not in visitor.text()


def test_nothing_goes_on_before_it_is_acknowledged(visitor: Visitor) -> None:
    visitor.to_the_key()
    visitor.give_key()
    visitor.until_state("purpose")
    visitor.submit()
    assert "チェックを入れてください" in visitor.said("#acknowledged-error")
    assert visitor.state == "purpose"


def test_the_window_ends_and_the_page_wipes_itself(visitor: Visitor) -> None:
    visitor.open_by_telephone()
    visitor.until(".lookup")
    visitor.js("(globalThis.later += 6.75 * 3600e3, document.dispatchEvent(new Event('visibilitychange')), 0)")
    assert "期限" in visitor.said("p.caveat")
    visitor.js("(globalThis.later += 3600e3, document.dispatchEvent(new Event('visibilitychange')), 0)")
    visitor.until_state("closed")
    assert "期限になったため" in visitor.text()
    assert "対象ですか" not in visitor.text()
    assert visitor.js("document.querySelector('.lookup')") is None


def test_after_closing_a_certificate_says_that_it_is_unverified(visitor: Visitor) -> None:
    visitor.open_by_telephone()
    visitor.look_up("わだ　しげる", "昭和6年8月28日", "688-0118")
    visitor.browser.click("main > .actions button")
    visitor.until_state("closed")
    visitor.submit()
    assert "チェックを入れてください" in visitor.said("#erased-error")
    visitor.browser.click("#erased")
    visitor.submit()
    certificate = visitor.said(".certificate")
    assert "未確認" in certificate
    assert "調べた人数：1 人" in certificate
    assert visitor.stick.slip in certificate


EIGHT = [
    ("ワダ シゲル", "1931-08-28", "688-0118"),
    ("わだ　しげる", "昭和6年8月28日", "6880118"),
    ("ﾜﾀﾞ ｼｹﾞﾙ", "昭6.8.28", "〒688-0118"),
    ("ワダシゲル", "S6.8.28", "６８８－０１１８"),
    ("ワダ・シゲル", "S060828", "688ー0118"),
    ("ゎだ しげる", "1931/8/28", "688 0118"),
    ("わダ しゲル", "19310828", "688−0118"),
    ("ワタ\u3099 シケ\u3099ル", "１９３１年８月２８日", "688‐0118"),
]


def test_a_resident_is_found_in_eight_spellings_and_nobody_else(visitor: Visitor) -> None:
    visitor.open_by_telephone()
    assert [visitor.look_up(*spelling) for spelling in EIGHT] == ["対象です"] * len(EIGHT)
    assert visitor.look_up("いわた よし", "大正13年12月4日", "688-0119") == "対象ではありません"
    assert visitor.look_up("わだ しげる", "昭和6年8月29日", "688-0118") == "この内容の方は見つかりません"


def test_what_means_nothing_is_named_field_by_field(visitor: Visitor) -> None:
    visitor.open_by_telephone()
    visitor.until("#kana")
    visitor.browser.type("#birth", "昭和6年2月30日")
    visitor.browser.type("#post", "688")
    visitor.browser.click(".lookup form button")
    assert "日付として読めません" in visitor.said("#birth-error")
    assert "7桁" in visitor.text("#post-error")


def test_the_answer_is_the_only_thing_that_is_shown_of_a_person(visitor: Visitor) -> None:
    visitor.open_by_telephone()
    visitor.until("#kana")
    visitor.browser.type("#kana", "わだ しげる")
    visitor.browser.type("#birth", "S6.8.28")
    visitor.browser.type("#post", "6880118")
    visitor.browser.click(".lookup form button")
    visitor.until(".result")
    assert visitor.js("document.activeElement.className") == "answer"
    assert "わだ" not in visitor.text()
    visitor.browser.click(".result button")
    assert visitor.js("[...document.querySelectorAll('.lookup input')].map((each) => each.value)") == ["", "", ""]


def show_the_table(visitor: Visitor) -> None:
    visitor.open_by_telephone()
    visitor.browser.click("nav.files button")
    visitor.until(".table td")


def test_a_table_is_shown_and_searched(visitor: Visitor) -> None:
    show_the_table(visitor)
    assert visitor.js("[...document.querySelectorAll('thead th')].map((each) => each.textContent)")[1:] == [
        "整理番号", "カナ", "住所", "口座末尾",
    ]  # fmt: skip
    assert visitor.js("document.querySelectorAll('tbody tr').length") == 4
    visitor.browser.type("#search", "ｲｿﾍﾞ")
    visitor.browser.click("form.search button")
    visitor.until("tbody tr:only-child")
    assert "イソベ ワタル" in visitor.text("tbody")


def test_saving_is_offered_only_where_it_was_approved(visitor: Visitor, page: Browser, town: Town) -> None:
    show_the_table(visitor)
    assert visitor.js("document.querySelectorAll('main button').length") > 0
    assert "保存する" in visitor.text("main")
    other = Visitor(page, stick(town, town.slips[1]))
    show_the_table(other)
    assert "保存" not in other.text("main")


def test_saving_says_first_how_many_people_and_asks(visitor: Visitor) -> None:
    show_the_table(visitor)
    visitor.js(
        "(delete window.showSaveFilePicker, delete Window.prototype.showSaveFilePicker, window.showSaveFilePicker = undefined, 0)"
    )
    visitor.js(
        "(window.saved = [], URL.createObjectURL = ((make) => (blob) => (saved.push(blob), make.call(URL, blob)))(URL.createObjectURL), 0)"
    )
    visitor.browser.click(".file > div > button.quiet")
    visitor.until("dialog[open]")
    assert "4 人分" in visitor.text("dialog") or "3 人分" in visitor.text("dialog")
    visitor.browser.click("dialog button.main")
    assert visitor.js("saved.length") == 0
    visitor.browser.click("#save-confirmed")
    visitor.browser.click("dialog button.main")
    visitor.js(
        "new Promise((done) => { const look = () => document.querySelector('dialog') ? setTimeout(look, 50) : done(0); look(); })"
    )
    assert "イソベ ワタル" in visitor.js("saved.at(-1).text()")


def test_a_page_that_bears_its_capsule_asks_for_no_file(page: Browser, town: Town) -> None:
    visitor = Visitor(page, stick(town, town.slips[0], embedded=True))
    visitor.type_pin(PIN)
    visitor.give_key()
    visitor.acknowledge()
    visitor.type_code(visitor.call_the_desk())
    visitor.submit()
    visitor.until_state("content")


def test_before_and_after_its_window_a_capsule_stays_closed(visitor: Visitor) -> None:
    visitor.to_the_ways()
    code = visitor.call_the_desk()
    visitor.type_code(code)
    visitor.js("(globalThis.later += 8 * 3600e3, 0)")
    visitor.submit()
    assert "終わりました" in visitor.said(".alert")
    assert TITLE not in visitor.text()


@pytest.mark.parametrize("card", [b"{}", b'{"v":1,"name":"a","phone":"1","kid":"0011223344556677","log":"x","url":""}'])
def test_a_page_with_a_card_that_contradicts_itself_says_so(page: Browser, tmp_path: Path, card: bytes) -> None:
    path = tmp_path / "OPEN.html"
    path.write_bytes(fill(card))
    page.go(path.as_uri())
    assert page.evaluate("document.querySelector('main').dataset.state") == "found"
    shown = page.evaluate("document.body.innerText")
    assert "受渡票の番号" in shown or "number on the slip" in shown
    assert page.evaluate("document.querySelector('#pin')") is None
