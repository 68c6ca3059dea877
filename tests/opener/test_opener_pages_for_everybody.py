"""Every state of the page, for people who see little, do not use a mouse, or read the other language."""

from collections.abc import Iterator
from typing import Any, cast

import pytest
from pages_stage import PIN, Stick, Visitor, set_clock, stick

from browsers import CHROMIUM, Browser, browser
from conftest import ROOT, need
from invented_office import Town, make_town

AXE = ROOT / "opener" / "node_modules" / "axe-core" / "axe.min.js"
AS_SEEN = {
    "wide": (1280, 900, "light"),
    "dark": (1280, 900, "dark"),
    "at 200 %": (640, 450, "light"),  # what a window of 1280 × 900 shows of a page that is zoomed to 200 %
    "on a phone": (320, 640, "light"),
}


@pytest.fixture(scope="module")
def page() -> Iterator[Browser]:
    need(CHROMIUM, "needs Debian's chromium")
    with browser("chromium") as started:
        set_clock(started)
        yield started


@pytest.fixture(scope="module")
def usb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stick]:
    town: Town = make_town(tmp_path_factory.mktemp("everybody") / "town")
    (slip,) = town.sealed("USB-1", max_opens=99)
    town.carry(slip, "officer", "carrier")
    yield stick(town, slip, url="http://127.0.0.1:9999")
    town.leave()


def walk(visitor: Visitor) -> Iterator[str]:
    """Go through every state of the page, and say at each where it is."""
    yield from before(visitor)
    yield from release(visitor)
    yield from content(visitor)


def before(visitor: Visitor) -> Iterator[str]:
    browser, key = visitor.browser, visitor.stick.key
    yield "found"
    visitor.type_pin("9999")
    visitor.said("#pin-error")
    yield "a wrong number"
    visitor.type_pin(PIN)
    visitor.until_state("file")
    yield "file"
    browser.choose("#capsule", key)
    visitor.said("#capsule-error")
    yield "no capsule"
    browser.choose("#capsule", visitor.stick.capsule)
    visitor.until_state("key")
    yield "key"
    browser.choose("#key", visitor.stick.capsule)
    visitor.until("#passphrase:focus")
    yield "a locked key"
    visitor.give_key()
    visitor.until_state("purpose")
    yield "purpose"
    visitor.submit()
    yield "not acknowledged"
    visitor.acknowledge()


def release(visitor: Visitor) -> Iterator[str]:
    browser = visitor.browser
    yield "way"
    browser.click("#way-online")
    visitor.said(".alert")
    yield "no network"
    browser.click("#way-qr")
    visitor.until_state("qr")
    yield "qr"
    browser.click(".actions button.quiet")
    browser.click("#way-file")
    yield "file relay"
    browser.click(".actions button.quiet")
    code = visitor.call_the_desk()
    yield "telephone"
    visitor.type_code([*code[:4], "000000", *code[5:]])
    yield "misread"
    browser.type("#group-5", code[4])
    visitor.submit()


def content(visitor: Visitor) -> Iterator[str]:
    browser = visitor.browser
    visitor.until(".lookup")
    yield "look-up"
    browser.click(".lookup form button")
    yield "not understood"
    browser.type("#kana", "わだ しげる")
    browser.type("#birth", "S6.8.28")
    browser.type("#post", "6880118")
    yield "understood"
    browser.click(".lookup form button")
    visitor.until(".result")
    yield "answer"
    browser.click("nav.files button")
    visitor.until(".table td")
    yield "table"
    browser.click(".file > div > button.quiet")
    visitor.until("dialog[open]")
    yield "before saving"
    browser.click("dialog button.quiet")
    browser.click("summary")
    yield "about"
    browser.click("main > .actions button")
    visitor.until_state("closed")
    yield "closed"
    browser.click("#erased")
    visitor.submit()
    yield "certificate"


def violations(visitor: Visitor) -> list[str]:
    """Return what axe finds in the page as it stands."""
    found = visitor.js("axe.run(document, {resultTypes: ['violations']})")
    return [f"{each['id']}: {node['html'][:200]}" for each in found["violations"] for node in each["nodes"]]


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("seen", AS_SEEN)
def test_every_state_can_be_used_by_everybody(page: Browser, usb: Stick, language: str, seen: str) -> None:
    need(AXE.exists(), "needs `npm ci` done in opener/")
    width, height, colours = AS_SEEN[seen]
    driver = cast("Any", page).page
    driver.set_viewport_size({"width": width, "height": height})
    driver.emulate_media(color_scheme=colours)
    visitor = Visitor(page, usb, language)
    driver.evaluate(AXE.read_text(encoding="utf-8"))
    found = {}
    for state in walk(visitor):
        sideways = visitor.js("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        found[state] = ["scrolls sideways"] * bool(sideways) + (violations(visitor) if width > 1000 else [])
        found[state] += [] if visitor.js("document.documentElement.lang") == language else ["language"]
    assert {state: problems for state, problems in found.items() if problems} == {}
    assert len(found) == 23


def test_each_step_moves_the_focus_to_its_heading(page: Browser, usb: Stick) -> None:
    visitor = Visitor(page, usb)
    for state in walk(visitor):
        if state in ("file", "key", "purpose", "way", "qr", "telephone", "closed"):
            assert visitor.js("document.activeElement.tagName") == "H1", state
            assert visitor.js("document.title.split(' | ')[0] === document.querySelector('h1').textContent"), state


def test_a_keyboard_is_enough(page: Browser, usb: Stick) -> None:
    visitor = Visitor(page, usb)
    keys = cast("Any", page).page.keyboard

    def to(selector: str) -> None:
        for _ in range(40):
            if visitor.js(f"document.activeElement.matches({selector!r})"):
                ring = visitor.js("getComputedStyle(document.activeElement).outlineStyle")
                assert ring == "solid", f"{selector} has no visible focus"
                return
            keys.press("Tab")
        raise AssertionError(f"no Tab leads to {selector}: {visitor.text()}")

    to("#pin")
    keys.type(PIN)
    keys.press("Enter")
    visitor.until_state("file")
    to("#capsule")
    page.choose("#capsule", usb.capsule)
    visitor.until_state("key")
    to("#key")
    page.choose("#key", usb.key)
    to("button.main")
    keys.press("Enter")
    visitor.until_state("purpose")
    to("#acknowledged")
    keys.press("Space")
    to("button.main")
    keys.press("Enter")
    visitor.until_state("way")
    to("#way-phone")
    keys.press("Enter")
    visitor.until_state("phone")
    code = usb.code(visitor.text(".challenge"))
    to("#group-1")
    keys.type("".join(code))
    assert visitor.js("document.activeElement.textContent") == "開く"
    keys.press("Enter")
    visitor.until(".lookup")
    to("#kana")
    keys.type("わだ しげる")
    keys.press("Tab")
    keys.type("S6.8.28")
    keys.press("Tab")
    keys.type("6880118")
    keys.press("Enter")
    visitor.until(".result")
    to(".result button")
    keys.press("Enter")
    assert visitor.js("document.activeElement.id") == "kana"
    to("main > .actions button")
    keys.press("Enter")
    visitor.until_state("closed")


def test_the_language_is_changed_in_place_and_nothing_typed_is_lost(page: Browser, usb: Stick) -> None:
    visitor = Visitor(page, usb)
    visitor.to_the_ways()
    page.click("#way-phone")
    visitor.until_state("phone")
    challenge = visitor.text(".challenge")
    page.type("#group-1", "000001")
    page.click("button.language")
    assert visitor.js("document.documentElement.lang") == "en"
    assert "Release by telephone" in visitor.text("h1")
    assert (visitor.text(".challenge"), visitor.js("document.querySelector('#group-1').value")) == (challenge, "000001")


def test_nothing_is_remembered_of_the_language(page: Browser, usb: Stick) -> None:
    Visitor(page, usb, "en")
    page.go(usb.page.as_uri())
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]


def test_the_finders_page_prints_the_number_and_no_field(page: Browser, usb: Stick) -> None:
    visitor = Visitor(page, usb)
    cast("Any", page).page.emulate_media(media="print")
    shown = visitor.js(
        "[...document.querySelectorAll('main *')].filter((each) => each.checkVisibility()).map((each) => each.tagName)"
    )
    cast("Any", page).page.emulate_media(media="screen")
    assert "A" in shown
    assert not {"INPUT", "BUTTON"} & set(shown)
