import base64
import hashlib
import os
import re
from dataclasses import replace
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from invented_reports import column, dark, place, table, text

from sekisho.catalogue.words import Language
from sekisho.detect.findings import Report
from sekisho.detect.report.html import page

_MADE = datetime(2026, 11, 23, 14, 39)
_PHONE = place("phone", "06-6401-0000", line=3)
_REPORTS: list[Report] = [
    table("juki.csv", column("my_number", "個人番号", masked="**********18"), column("name", "<b>氏名</b>")),
    replace(table("notes.csv", people=None), places=(replace(_PHONE, column="備考"),)),
    replace(table("big.csv", column("name", "氏名"), rows=90_000), sampled=10_000, households=7),
    text("メモ.txt", _PHONE, place("email", "hanako@city.lg.jp", line=9)),
    table("clean.csv"),
]


def _page(*reports: Report, language: Language = "en") -> str:
    return page(reports or _REPORTS, language, made=_MADE, sources="/srv/share")


class _Reader(HTMLParser):
    """Reads a page as a browser does, and fails on an element that is left open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in {"meta", "br", "col"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for each, attributes in self.elements if each == tag]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_page_stands_alone(language: Language) -> None:
    """Nothing is loaded, nothing runs, and the policy in its head lets only its own style apply."""
    text = _page(language=language)
    read = _Reader(text)
    (style,) = re.findall(r"<style>(.*)</style>", text, re.DOTALL)
    policy = next(each["content"] for each in read.all("meta") if each.get("http-equiv"))
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert not {"script", "link", "img", "iframe", "object", "form"} & {tag for tag, _ in read.elements}
    named = {name for _, attributes in read.elements for name in attributes}
    assert not {"src", "style", "srcset", "xlink:href"} & named
    assert not [name for name in named if name.startswith("on")]
    assert all((each["href"] or "").startswith("#file-") for each in read.all("a"))
    assert not re.search(r"@import|url\((?!#)|https?:", text)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_reader_without_eyes_or_colours_finds_the_way(language: Language) -> None:
    read = _Reader(_page(*_REPORTS, dark("locked.xlsx"), language=language))
    ids = [attributes["id"] for _, attributes in read.elements if attributes.get("id")]

    assert read.all("html") == [{"lang": language}]
    assert next(tag for tag, _ in read.elements if re.fullmatch("h[1-6]", tag)) == "h1"
    assert all("scope" in each for each in read.all("th"))
    assert all(each.get("role") == "img" or each.get("aria-hidden") == "true" for each in read.all("svg"))
    assert all(each["aria-labelledby"] in ids for each in read.all("section"))
    assert all((each["href"] or "")[1:] in ids for each in read.all("a"))
    assert len(ids) == len(set(ids))
    assert {"◆", "○", "■"} <= set(read.words)


def test_names_of_files_and_columns_are_words_and_nothing_else() -> None:
    evil = '<script>alert("x")</script>&amp;.csv'
    sjis = os.fsdecode("住民.csv".encode("cp932"))
    reports = [replace(table(evil, column("name", "<b>氏名</b>")), name=evil), dark("a\u202e\n<i>.xlsx"), dark(sjis)]
    read = _Reader(_page(*reports))

    assert evil in read.words
    assert "<b>氏名</b>" in read.words
    assert "a<U+202E><U+000A><i>.xlsx" in read.words
    assert r"\x8fZ\x96\xaf.csv" in read.words
    assert not {"script", "i"} & {tag for tag, _ in read.elements}


def test_what_nobody_looked_into_stands_first() -> None:
    read = _Reader(_page(*_REPORTS, dark("locked.xlsx")))

    assert read.all("section")[0]["class"] == "dark"
    assert read.words.index("locked.xlsx is encrypted") < read.words.index("juki.csv")
    assert "Could not inspect" not in _page()


def test_it_says_what_where_and_how_many() -> None:
    words = _Reader(_page()).words

    assert "Of 5 files inspected, 4 hold personal data. They are about 10 people at least, 20 at most." in words
    assert "Text columns were read on a sample of 10,000 rows" in words
    assert "once in 22,000 times" in words
    assert "The header is a name of My Number." in words
    assert "7 households" in words


def test_nothing_found_is_said_and_is_no_proof() -> None:
    words = _Reader(_page(table("a.csv"))).words

    assert "No personal data was found. Files inspected: 1." in words
    assert "does not prove that nothing is there" in words
    assert "Worst files" not in words


def test_values_are_masked() -> None:
    assert not [value for value in ("06-6401", "hanako", "123456789018") if value in _page()]


def test_a_great_many_files_make_a_page_that_opens() -> None:
    text = _page(*(table(f"{n}.csv", column("name", "氏名"), people=n + 1) for n in range(1200)))

    assert text.count('class="file"') == 300
    assert "200 more are not shown here" in _Reader(text).words
    assert len(text) < 2_000_000


def test_more_places_than_a_page_holds_are_counted(tmp_path: Path) -> None:
    found = text(str(tmp_path / "a.txt"), *(place("phone", "06-6401-0000", line=n) for n in range(150)))
    counted = replace(found, counts={("phone", "high"): 900})

    words = _Reader(_page(counted)).words

    assert "50 more are not shown here" in words
    assert "750 more were counted and not kept" in words
