"""The engine in real browsers, from ``file://``: the published capsules, beside the page and inside it."""

from pathlib import Path
from typing import Any

import pytest

from browsers import Browser
from conftest import VECTORS
from sekisho.capsule.opener import fill
from sekisho.codes import release_code

pytest_plugins = ("opener_fixtures",)

TESTDATA = VECTORS / "rel1" / "testdata"
REFUSED = {
    "not a capsule": "capsule.not_a_capsule",
    "foreign stanza": "capsule.foreign_stanza",
    "malformed stanza": "capsule.bad_stanza",
    "unknown recipient": "capsule.unknown_recipient",
    "other recipient": "capsule.other_recipient",
    "wrong share": "capsule.wrong_share",
    "header altered": "capsule.header_altered",
    "damaged": "capsule.truncated",
    "payload rule": "capsule.bad_payload",
    "manifest": "capsule.bad_manifest",
    "signature": "signing.bad_signature",
}
ENGINES = {"chromium": "webcrypto", "firefox": "workers"}


class Vector:
    def __init__(self, path: Path, folder: Path) -> None:
        head, _, capsule = path.read_bytes().partition(b"\n\n")
        fields = dict(line.split(": ", 1) for line in head.decode().splitlines())
        self.expect = fields["expect"]
        self.code = release_code(bytes.fromhex(fields["share"]))
        self.bytes = capsule
        self.capsule, self.key = folder / f"{path.name}.age", folder / f"{path.name}.key"
        self.capsule.write_bytes(capsule)
        self.key.write_text(f"# a test key\n{fields['identity']}\n")

    def attempt(self, page: Browser) -> dict[str, Any]:
        page.choose("#capsule", self.capsule)
        page.choose("#key", self.key)
        found: dict[str, Any] = page.evaluate(f"attempt([{self.code!r}])")
        return found


@pytest.fixture
def beside(page: Browser, engine_page: bytes, tmp_path: Path) -> Browser:
    """A browser that shows the page beside its capsules."""
    path = tmp_path / "OPEN.html"
    path.write_bytes(engine_page)
    page.go(path.as_uri())
    return page


def test_every_published_capsule_opens_or_is_refused_for_its_own_reason(beside: Browser, tmp_path: Path) -> None:
    outcomes, expected = {}, {}
    for path in sorted(TESTDATA.iterdir()):
        vector = Vector(path, tmp_path)
        found = vector.attempt(beside)
        outcomes[path.name] = found.get("refused") or found.get("failed") or found["engine"]
        expected[path.name] = ENGINES[beside.name] if vector.expect == "success" else REFUSED[vector.expect]
    assert outcomes == expected


def test_a_page_that_bears_its_capsule_opens_it(
    page: Browser, engine_page: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sekisho.capsule.opener.template", lambda: engine_page)
    monkeypatch.setattr("sekisho.capsule.opener._PART", 300)
    vector = Vector(TESTDATA / "two_recipients", tmp_path)
    path = tmp_path / "capsule.html"
    path.write_bytes(fill(b"null", capsule=vector.bytes))
    page.go(path.as_uri())
    page.choose("#key", vector.key)
    assert len(page.evaluate(f"attempt([{vector.code!r}])")["files"]) > 0
    assert page.evaluate("document.querySelectorAll('script.capsule').length") == 0


def test_the_page_connects_to_nothing(beside: Browser) -> None:
    tried = beside.evaluate("fetch('http://127.0.0.1:9/').then(() => 'sent', (error) => String(error))")
    blocked = beside.evaluate(
        "new Promise((done) => { document.onsecuritypolicyviolation = (e) => done(e.effectiveDirective);"
        " fetch('http://127.0.0.1:9/').catch(() => 0) })"
    )
    assert ("TypeError" in tried, blocked) == (True, "connect-src")
