"""A stick as a recipient gets it, and the person who opens it in a browser: the story of each test in a few words."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from browsers import Browser
from invented_office import EVENING, IDENTITY, Town, signing_key
from sekisho.capsule.opener import fill
from sekisho.capsule.opener_gate import with_gates
from sekisho.codes import read_challenge_code, release_code
from sekisho.custody.office import Office
from sekisho.custody.relay_key import office_card
from sekisho.custody.releasing import approve_release, ask_by_voice, give_release

PIN = "4071"

_CLOCK = """() => {
    const Real = Date;
    globalThis.later = %d - Real.now();
    globalThis.Date = class extends Real {
        constructor(...given) { given.length ? super(...given) : super(Real.now() + globalThis.later); }
        static now() { return Real.now() + globalThis.later; }
    };
}"""


def card(office: Office, *, url: str) -> bytes:
    """Return the office's card, with an address that its settings need not have."""
    return json.dumps(json.loads(office_card(office).text) | {"url": url}).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stick:
    """Files as they lie there, and the office that released their copy."""

    town: Town
    slip: str
    page: Path
    capsule: Path
    key: Path

    def code(self, challenge: str) -> list[str]:
        """Ask the desk by telephone, as the officer would, and return the eight groups that are read aloud."""
        request = ask_by_voice(self.town.office, read_challenge_code(challenge))
        for name in ("chief", "security"):
            approve_release(self.town.office, request, approver=signing_key(name))
        return release_code(give_release(self.town.office, request)).split()


def stick(town: Town, slip: str, *, url: str = "", pin: str | None = PIN, embedded: bool = False) -> Stick:
    """Lay out a stick, and the key file on the PC."""
    capsule = town.capsule(slip)
    shown = card(town.office, url=url)
    if pin is not None:
        shown = with_gates(shown, ["0617", pin], bytes)
    page = capsule.with_suffix(".html") if embedded else capsule.with_name("OPEN.html")
    page.write_bytes(fill(shown, url=url, capsule=capsule.read_bytes() if embedded else None))
    key = town.write("supervisor.key", f"# 鍵\n{IDENTITY.to_secret_text()}\n")
    return Stick(town=town, slip=slip, page=page, capsule=capsule, key=key)


def set_clock(browser: Browser, now: datetime = EVENING + timedelta(minutes=10)) -> None:
    """Let every page that a browser loads from here on believe that it is that time."""
    script = _CLOCK % int(now.timestamp() * 1000)
    driver = cast("Any", browser)
    if browser.name == "chromium":
        driver.page.context.add_init_script(f"({script})()")
    else:
        driver._ask("script.addPreloadScript", {"functionDeclaration": script})


class Visitor:
    """Somebody at a browser, with a stick."""

    def __init__(self, browser: Browser, on: Stick, language: str = "ja") -> None:
        self.browser = browser
        self.stick = on
        browser.go(on.page.as_uri())
        if self.js("document.documentElement.lang") != language:
            browser.click("button.language")

    # What is seen.

    def js(self, expression: str) -> Any:
        return self.browser.evaluate(expression)

    @property
    def state(self) -> str:
        return str(self.js("document.querySelector('main').dataset.state"))

    def text(self, selector: str = "body") -> str:
        return str(self.js(f"document.querySelector({selector!r})?.innerText ?? ''"))

    def until(self, selector: str) -> None:
        """Wait until something stands in the page."""
        found = self.js(
            "new Promise((done) => { let left = 1200; const look = () =>"
            f" document.querySelector({selector!r}) ? done(true) : left-- ? setTimeout(look, 50) : done(false); look(); }})"
        )
        assert found, f"no {selector} in state {self.state}: {self.text()}"

    def until_state(self, name: str) -> None:
        self.until(f"main[data-state={name}]")

    def said(self, selector: str) -> str:
        """Return what an element says, once it says something."""
        self.js(
            "new Promise((done) => { let left = 600; const look = () =>"
            f" document.querySelector({selector!r})?.textContent || !left-- ? done(0) : setTimeout(look, 50); look(); }})"
        )
        return self.text(selector)

    # What is done.

    def submit(self) -> None:
        self.browser.click("main form button.main")

    def type_pin(self, pin: str) -> None:
        self.browser.type("#pin", pin)
        self.submit()

    def give_key(self, key: Path | None = None) -> None:
        self.until_state("key")
        self.browser.choose("#key", key or self.stick.key)
        self.submit()

    def to_the_key(self) -> None:
        self.type_pin(PIN)
        self.until_state("file")
        self.browser.choose("#capsule", self.stick.capsule)

    def to_the_ways(self) -> None:
        """Go as far as the choice of how the release comes."""
        self.to_the_key()
        self.give_key()
        self.acknowledge()

    def acknowledge(self) -> None:
        self.until_state("purpose")
        self.browser.click("#acknowledged")
        self.submit()
        self.until_state("way")

    def call_the_desk(self) -> list[str]:
        """Choose the telephone, read the digits aloud, and return the groups that the desk reads."""
        self.browser.click("#way-phone")
        self.until_state("phone")
        return self.stick.code(self.text(".challenge"))

    def type_code(self, groups: list[str]) -> None:
        for number, group in enumerate(groups, 1):
            self.browser.type(f"#group-{number}", group)

    def open_by_telephone(self) -> None:
        self.to_the_ways()
        self.type_code(self.call_the_desk())
        self.submit()
        self.until_state("content")

    def look_up(self, kana: str, birth: str, postcode: str) -> str:
        """Look somebody up and return what was found."""
        self.until("#kana")
        self.browser.type("#kana", kana)
        self.browser.type("#birth", birth)
        self.browser.type("#post", postcode)
        self.browser.click(".lookup form button")
        self.until(".result")
        found = self.text(".answer")
        self.browser.click(".result button")
        return found
