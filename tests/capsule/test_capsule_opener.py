"""The opener's page: what is filled in stays data, and what was built is what its sources build to."""

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT, need
from sekisho.capsule import opener
from sekisho.capsule.opener import fill, origin, template, version

SOURCES = ROOT / "opener"
CARD = json.dumps({"v": 1, "name": "尼崎市", "phone": "06-0123-4567"}, ensure_ascii=False).encode()


class Page(HTMLParser):
    """The elements of a page as a browser sees them: (tag, attributes, text)."""

    def __init__(self, page: bytes) -> None:
        super().__init__(convert_charrefs=False)
        self.elements: list[tuple[str, dict[str, str | None], str]] = []
        self.feed(page.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs), ""))

    def handle_endtag(self, tag: str) -> None:
        self.elements.append((f"/{tag}", {}, ""))

    def handle_data(self, data: str) -> None:
        if self.elements:
            tag, attributes, text = self.elements[-1]
            self.elements[-1] = (tag, attributes, text + data)

    def named(self, tag: str, **attributes: str) -> list[str]:
        return [text for each, has, text in self.elements if each == tag and attributes.items() <= {**has}.items()]

    def policy(self) -> dict[str, str]:
        (text,) = (has["content"] or "" for tag, has, _ in self.elements if tag == "meta" and "http-equiv" in has)
        return dict(each.strip().split(" ", 1) for each in text.split(";"))


def program(page: bytes) -> str:
    (text,) = [text for tag, has, text in Page(page).elements if tag == "script" and not has]
    return text


def test_the_policy_lets_nothing_but_the_page_itself_run() -> None:
    page = fill(CARD)
    policy = Page(page).policy()
    digest = base64.b64encode(hashlib.sha256(program(page).encode()).digest()).decode()
    assert policy["script-src"] == f"'sha256-{digest}'"
    assert {policy[each] for each in ("default-src", "connect-src", "form-action", "base-uri")} == {"'none'"}


def test_it_connects_only_to_the_office() -> None:
    page = fill(CARD, url="https://Release.City.example:8443/here")
    assert Page(page).policy()["connect-src"] == "https://release.city.example:8443"
    assert program(page) == program(template())


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "https://a b/", "https://a;script-src *", "https://*", "//city.example", "https://u@h/"],
)
def test_an_address_that_would_widen_the_policy_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="address"):
        origin(url)


@given(name=st.text(max_size=60))
def test_no_name_of_an_office_ends_its_element(name: str) -> None:
    card = json.dumps({"name": name}, ensure_ascii=False).encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    page = fill(card.encode())
    (text,) = Page(page).named("script", id="office")
    assert json.loads(text) == json.loads(card)
    assert program(page) == program(template())


def test_a_capsule_stands_in_parts_that_browsers_decode_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    capsule = os.urandom(5 << 20)
    parts = Page(fill(CARD, capsule=capsule)).named("script", **{"class": "capsule"})
    assert b"".join(base64.b64decode(part, validate=True) for part in parts) == capsule
    assert max(map(len, parts)) <= 3 << 20
    monkeypatch.setattr(opener, "MOST_EMBEDDED", 10)
    with pytest.raises(ValueError, match="too long"):
        fill(CARD, capsule=bytes(11))


def test_nothing_is_loaded_from_anywhere() -> None:
    page = template().decode()
    assert not re.search(r"<(link|img|iframe|script)[^>]*\b(src|href)=", page)
    assert version() == (ROOT / "src/sekisho/capsule/opener/OPEN.sha256").read_text().split()[0]


def node() -> str:
    found = shutil.which("node")
    need(found and (SOURCES / "node_modules" / "esbuild").is_dir(), "needs node, and `npm ci` done in opener/")
    return found or ""


def test_the_committed_page_is_what_its_sources_build_to(tmp_path: Path) -> None:
    subprocess.run([node(), "build.mjs", str(tmp_path)], cwd=SOURCES, check=True, capture_output=True)
    for name in ("OPEN.html", "OPEN.sha256"):
        assert (tmp_path / name).read_bytes() == (ROOT / "src/sekisho/capsule/opener" / name).read_bytes()


def test_the_engine_passes_its_own_tests() -> None:
    done = subprocess.run([node(), "test.mjs"], cwd=SOURCES, check=False, capture_output=True, text=True)
    assert done.returncode == 0, "\n".join(line for line in done.stdout.splitlines() if "not ok" in line)


def test_its_types_hold() -> None:
    done = subprocess.run(
        [node(), "node_modules/typescript/bin/tsc", "--noEmit"],
        cwd=SOURCES,
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (0, "")
