"""The pages of a report: one field, one button, and a receipt. HTML that an old telephone shows, without any script.

In Japanese, in plain Japanese with readings above the characters, in English and in easy English. The telephone number of the
office stands on every one of them: whoever cannot get on here must not have to look for it.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal, get_args

from sekisho.catalogue.words import Language, say
from sekisho.clock import to_local
from sekisho.custody.office import settings_of
from sekisho.errors import SekishoError
from sekisho.loss.incident.settings import Contact, read_incident_settings
from sekisho.loss.reporting import LONGEST_WORDS, Outcome, Receipt
from sekisho.markup import Markup, Node, element, joined

Speech = Literal["ja", "ja-plain", "en", "en-plain"]
SPEECHES: tuple[Speech, ...] = get_args(Speech)

_RUBY = re.compile(r"([一-鿿々]+)《([^》]+)》|《[^》]*》")
_LONGEST_NUMBER = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What pages say of the office.

    Attributes:
        office: its name.
        phone: its number, answered at night.
        zone: of the clock on its wall.
        unit: who works on losses; empty where it has not said.
    """

    office: str
    phone: str
    zone: str
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Writes pages in one way of speaking."""

    around: Around
    speech: Speech

    def form(self, *, number: str = "", told: str = "") -> str:
        """Return the first page; with what was typed, and what is wrong with it."""
        field = element(
            "input", id="number", name="slip", type="text", inputmode="text", autocomplete="off", required=True,
            maxlength=_LONGEST_NUMBER, value=number, aria_describedby="help",
        )  # fmt: skip
        return self._page(
            self._told(told),
            element("p", self._say("lead")),
            self._form(
                "lost",
                element("label", self._say("field"), for_="number"),
                field,
                element("p", self._say("help"), id="help", class_="small"),
                element("button", self._say("button"), type="submit"),
            ),
        )

    def receipt(self, receipt: Receipt, *, token: str) -> str:
        """Return what whoever reported is told when it is stopped, with room for a few words."""
        rows = [
            ("receipt", str(receipt.incident) if receipt.incident else "-"),
            ("what", " ".join(receipt.slips)),
            ("when", f"{to_local(receipt.at, self.around.zone)} ({self.around.zone})" if receipt.at else "-"),
            ("who", self._say("who_words", office=self.around.office, phone=self.around.phone, unit=self._unit())),
        ]
        told = [[element("dt", self._say(term)), element("dd", said)] for term, said in rows]
        return self._page(
            element("p", self._say("stopped"), class_="told done", role="status"),
            element("p", self._say("stopped_words")),
            element("dl", told),
            self._more(receipt, token) if receipt.incident else "",
            element("p", element("a", self._say("again"), href=f"lost?lang={self.speech}")),
        )

    def ask(self, number: str) -> str:
        """Return the page that asks for something more."""
        return self._page(
            element("p", self._say("ask"), class_="told", role="status"),
            self._form(
                "lost",
                _hidden("slip", number),
                element("label", self._say("label"), for_="label"),
                element("input", id="label", name="label", type="text", autocomplete="off", maxlength=_LONGEST_NUMBER),
                element("label", self._say("call_back"), for_="call_back"),
                element("input", id="call_back", name="call_back", type="tel", maxlength=_LONGEST_NUMBER),
                element("button", self._say("send"), type="submit"),
            ),
        )

    def said(self, key: str) -> str:
        """Return a page that says one thing."""
        again = element("a", self._say("again"), href=f"lost?lang={self.speech}")
        told = self._say(key, phone=self.around.phone) if key != "said" else self._say(key)
        return self._page(element("p", told, class_="told", role="status"), element("p", again))

    def outcome(self, receipt: Receipt) -> str:
        """Return the page for a report that stopped nothing."""
        match receipt.outcome:
            case Outcome.UNKNOWN | Outcome.ENDED:
                told = joined([self._say(receipt.outcome.value, number=receipt.named)])
                return self.form(number=receipt.named, told=told)
            case Outcome.ASK:
                return self.ask(receipt.named)
            case _:
                return self.said(receipt.outcome.value)

    def _more(self, receipt: Receipt, token: str) -> Markup:
        fields = [
            [
                element("label", self._say(name), for_=name),
                element("input", id=name, name=name, type="text", autocomplete="off", maxlength=LONGEST_WORDS),
            ]
            for name in ("place", "last_seen")
        ]
        words = element("textarea", "", id="words", name="words", rows=4, maxlength=LONGEST_WORDS)
        return element(
            "section",
            element("h2", self._say("more")),
            self._form(
                "lost-words", _hidden("incident", str(receipt.incident)), _hidden("token", token), fields,
                element("label", self._say("words"), for_="words"), words,
                element("button", self._say("send"), type="submit"),
            ),
        )  # fmt: skip

    def _unit(self) -> str:
        return self.around.unit or say(self._key("duty_unit"), self._language)

    @property
    def _language(self) -> Language:
        return "ja" if self.speech.startswith("ja") else "en"

    def _key(self, key: str) -> str:
        return f"lost_page.plain.{key}" if self.speech.endswith("-plain") else f"lost_page.{key}"

    def _say(self, key: str, **values: object) -> Node:
        return _with_readings(say(self._key(key), self._language, **values))

    def _told(self, told: str) -> Node:
        return element("p", Markup(told), class_="told", role="alert") if told else ""

    def _form(self, action: str, *children: Node) -> Markup:
        return element(
            "form", _hidden("lang", self.speech), *children, action=action, method="post", accept_charset="utf-8"
        )

    def _page(self, *body: Node) -> str:
        title = _plain(say(self._key("title"), self._language))
        head = element(
            "head",
            element("meta", charset="utf-8"),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("meta", name="robots", content="noindex"),
            element("title", f"{title} - {self.around.office}"),
            element("style", Markup(style())),
        )
        main = element(
            "main",
            element("nav", [self._link(speech) for speech in SPEECHES]),
            element("h1", self._say("title")),
            *body,
            element("p", self._say("call", phone=""), self._dial(), class_="call"),
        )
        return joined(
            [Markup("<!DOCTYPE html>\n"), element("html", head, element("body", main), lang=self._language), "\n"]
        )

    def _dial(self) -> Node:
        """Return the office's number; a telephone dials it at a touch."""
        digits = "".join(each for each in self.around.phone if each.isascii() and (each.isdigit() or each == "+"))
        return element("a", self.around.phone, href=f"tel:{digits}", class_="number")

    def _link(self, speech: Speech) -> Node:
        language: Language = "ja" if speech.startswith("ja") else "en"
        key = "plain.language" if speech.endswith("-plain") else "language"
        here = "true" if speech == self.speech else None
        name = say(f"lost_page.{key}", language)
        return element("a", name, href=f"lost?lang={speech}", lang=language, hreflang=language, aria_current=here), " "


def misread_told(words: Sequence[str]) -> str:
    """Return words about a number that was misread, as markup that the form shows."""
    return joined([each for word in words for each in (word, Markup("<br>"))][:-1])


def around_of(root: Path) -> Around:
    """Return what pages say of the office in a folder; its database need not be free for that.

    Raises:
        Missing: there is none.
        Unreadable: its settings are damaged.
    """
    settings = settings_of(root)
    contact = Contact()
    with suppress(SekishoError):  # the page must appear; whom people hear from is then those on duty
        contact = read_incident_settings(root).contact
    return Around(office=settings.name, phone=contact.phone or settings.phone, zone=settings.zone, unit=contact.unit)


@cache
def style() -> str:
    """Return the style sheet."""
    return files("sekisho.server").joinpath("pages", "lost.css").read_text(encoding="utf-8")


@cache
def policy() -> str:
    """Return the policy of the pages: nothing from anywhere, and the one style sheet, known by its hash."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def _hidden(name: str, value: str) -> Markup:
    return element("input", name=name, type="hidden", value=value)


def _with_readings(text: str) -> Node:
    """Return a text whose readings stand above their characters; a browser that knows no ruby shows them in brackets."""
    parts: list[Node] = []
    last = 0
    for found in _RUBY.finditer(text):
        parts.append(text[last : found.start()])
        if found[1]:
            parts.append(element("ruby", found[1], element("rp", "（"), element("rt", found[2]), element("rp", "）")))
        last = found.end()
    return [*parts, text[last:]]


def _plain(text: str) -> str:
    return re.sub(r"《[^》]*》", "", text)
