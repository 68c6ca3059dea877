"""What no office seals yet, in real browsers: several custodians, notices, other encodings, files without a row."""

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Literal

import pytest
from pages_stage import Stick, Visitor, set_clock, stick

from browsers import CHROMIUM, FIREFOX, NAMES, Browser, browser
from conftest import need
from invented_office import EVENING, IDENTITY, Town, make_town, signing_key
from sekisho.capsule.manifest import File, Manifest, PurposeRef
from sekisho.capsule.payload import Entry
from sekisho.capsule.rel1 import Binding
from sekisho.capsule.sealing import Content, DualLock, Lock, seal
from sekisho.codes import release_code

CID = b"\xc1" * 16
SHARES = (bytes(range(16)), bytes(range(16, 32)))
ROWS = "番号,氏名\r\n" + "".join(f"{n},髙橋ソ{n}\r\n" for n in range(250))
FILES: dict[str, tuple[Literal["notice", "table"], bytes]] = {
    "お知らせ.txt": ("notice", "給付金のお知らせ\n<script>alert(1)</script>".encode()),
    "名簿.csv": ("table", ROWS.encode("cp932")),
    "空.csv": ("table", "番号,氏名\r\n".encode()),
}


@pytest.fixture(scope="module", params=NAMES)
def page(request: pytest.FixtureRequest) -> Iterator[Browser]:
    need(CHROMIUM if request.param == "chromium" else FIREFOX, f"needs Debian's {request.param}")
    with browser(request.param) as started:
        set_clock(started)
        yield started


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stick]:
    town: Town = make_town(tmp_path_factory.mktemp("forms") / "town")
    (slip,) = town.sealed("USB-1")
    yield stick(town, slip)
    town.leave()


def manifest() -> Manifest:
    files = [
        File(name=name, form=form, size=len(data), sha256=hashlib.sha256(data).hexdigest(), rows=data.count(b"\n"))
        for name, (form, data) in FILES.items()
    ]
    return Manifest(
        v=1, cid=CID.hex(), slip="118488", purposes=[PurposeRef(id="p", title="給付金", digest="aa" * 32)], controller="汐見市",
        recipient="磯風", carrier="磯風", files=files, fields=[], people=250, unresolved=0, index="bb" * 32,
        not_before="2022-06-21T08:00:00Z", not_after="2022-06-21T15:00:00Z", due="2022-06-21T16:00:00Z", max_opens=1,
        allow_save=False, sealed_at="2022-06-21T08:00:00Z", signer=signing_key("officer").public.line,
    )  # fmt: skip


def capsule(path: Path, lock: Lock | DualLock) -> Path:
    """Seal the files under a lock."""
    contents = [
        Content(Entry(name, len(data), zlib.crc32(data)), lambda data=data: BytesIO(data))  # type: ignore[misc]
        for name, (_, data) in FILES.items()
    ]
    with path.open("w+b") as file:
        seal(file, manifest(), contents, [lock], signer=signing_key("officer"), time=EVENING)
    return path


def test_every_custodian_that_is_needed_is_asked_in_turn(page: Browser, model: Stick, tmp_path: Path) -> None:
    kid = model.town.office.custodian.kid
    bindings = (Binding(CID, b"\x71" * 16, kid), Binding(CID, b"\x72" * 16, b"\x1e" * 8))
    lock = DualLock(IDENTITY.recipient, 2, tuple(zip(bindings, SHARES, strict=True)))
    visitor = Visitor(page, replace(model, capsule=capsule(tmp_path / "capsule-118488.age", lock)))
    visitor.to_the_ways()
    assert "2 者の許可が要ります（現在 0 者）" in visitor.text()
    for have, share in enumerate(SHARES, 1):
        visitor.browser.click("#way-phone")
        visitor.until_state("phone")
        visitor.type_code(release_code(share).split())
        visitor.submit()
        if have < len(SHARES):
            visitor.until_state("way")
            assert "（現在 1 者）" in visitor.text()
    visitor.until_state("content")


@pytest.fixture
def opened(page: Browser, model: Stick, tmp_path: Path) -> Visitor:
    lock = Lock(IDENTITY.recipient, Binding(CID, b"\x71" * 16, model.town.office.custodian.kid), SHARES[0])
    visitor = Visitor(page, replace(model, capsule=capsule(tmp_path / "capsule-118488.age", lock)))
    visitor.to_the_ways()
    visitor.browser.click("#way-phone")
    visitor.until_state("phone")
    visitor.type_code(release_code(SHARES[0]).split())
    visitor.submit()
    visitor.until_state("content")
    return visitor


def test_a_notice_is_text_and_never_a_program(opened: Visitor) -> None:
    opened.until(".notice")
    assert opened.text(".notice") == "給付金のお知らせ\n<script>alert(1)</script>"


def test_a_table_in_cp932_is_read_page_by_page(opened: Visitor) -> None:
    opened.browser.click("nav.files button:nth-child(2)")
    opened.until(".table td")
    assert "1～100 行（全 250 行）" in opened.text(".where")
    opened.browser.click("nav.pages button:last-child")
    opened.until("tbody tr:nth-child(50):last-child")
    assert "髙橋ソ249" in opened.text("tbody")
    opened.browser.type("#page", "２")
    opened.browser.type("#search", "橋ｿ１２３")
    opened.browser.click("form.search button")
    opened.until("tbody tr:only-child")
    assert opened.text("tbody th") == "124"


def test_a_table_without_rows_says_so(opened: Visitor) -> None:
    opened.browser.click("nav.files button:nth-child(3)")
    opened.until(".table thead")
    assert "行がありません" in opened.said(".where")
