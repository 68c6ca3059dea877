"""Releases that come over the network, by QR code and as a file, from a real office to a real browser."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from pages_stage import Visitor, set_clock, stick

from browsers import CHROMIUM, FIREFOX, NAMES, Browser, browser
from conftest import need
from invented_office import Town, copied, make_town, signing_key
from sekisho.codes import release_code
from sekisho.custodian.documents import read_document
from sekisho.custodian.relay import read_relay_text
from sekisho.custodian.tickets import ReleaseRequest
from sekisho.custody import records
from sekisho.custody.answering import give_code, give_file, take_code, take_file
from sekisho.custody.releasing import approve_release
from sekisho.custody.stopping import suspend_copy
from server_office import Service, serving


@pytest.fixture(scope="module", params=NAMES)
def page(request: pytest.FixtureRequest) -> Iterator[Browser]:
    need(CHROMIUM if request.param == "chromium" else FIREFOX, f"needs Debian's {request.param}")
    with browser(request.param) as started:
        set_clock(started)
        yield started


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    town = make_town(tmp_path_factory.mktemp("released") / "model")
    (slip,) = town.sealed("USB-1", max_opens=9)
    town.carry(slip, "officer", "carrier")
    town.leave()
    return town.root


@pytest.fixture
def town(model: Path, tmp_path: Path) -> Iterator[Town]:
    town = copied(model, tmp_path / "town")
    yield town
    town.leave()


@pytest.fixture
def service(town: Town) -> Iterator[Service]:
    with serving(town) as running:
        yield running


@pytest.fixture
def visitor(page: Browser, town: Town, service: Service) -> Visitor:
    visitor = Visitor(page, stick(town, town.slips[0], url=f"http://127.0.0.1:{service.port}"))
    visitor.to_the_ways()
    return visitor


def approve(town: Town, request: ReleaseRequest, *names: str) -> None:
    for name in names:
        approve_release(town.office, request, approver=signing_key(name))


def waiting(town: Town) -> ReleaseRequest:
    """Return the request that has come in, as the desk sees it."""
    for _ in range(300):
        if found := town.office.releases.waiting():
            return found[-1]
        time.sleep(0.05)
    raise AssertionError("no request came")


def test_it_opens_by_itself_once_two_officers_have_approved(visitor: Visitor, town: Town) -> None:
    visitor.browser.click("#way-online")
    visitor.until(".number")
    assert "R-1" in visitor.text(".number")
    assert "2 人のうち 0 人" in visitor.text(".waiting")
    approve(town, waiting(town), "chief", "security")
    visitor.until_state("content")
    (leaf,) = town.leaves("release.given")
    assert leaf.fields["route"] == "online"


def test_a_suspended_copy_is_refused_in_the_offices_words(visitor: Visitor, town: Town) -> None:
    suspend_copy(town.office, visitor.stick.slip)
    visitor.browser.click("#way-online")
    assert "停止されています" in visitor.said(".alert")
    assert visitor.state == "way"
    visitor.browser.click("button.language")
    assert "suspended" in visitor.text(".alert")


def test_suspending_ends_the_waiting(visitor: Visitor, town: Town) -> None:
    visitor.browser.click("#way-online")
    visitor.until(".number")
    suspend_copy(town.office, visitor.stick.slip)
    assert "停止されています" in visitor.said(".alert")


def test_an_office_that_is_not_there_leaves_the_telephone(page: Browser, town: Town) -> None:
    visitor = Visitor(page, stick(town, town.slips[0], url="http://127.0.0.1:9999"))
    visitor.to_the_ways()
    visitor.browser.click("#way-online")
    assert "つながりません" in visitor.said(".alert")
    visitor.type_code(visitor.call_the_desk())
    visitor.submit()
    visitor.until_state("content")


def test_waiting_can_be_given_up(visitor: Visitor) -> None:
    visitor.browser.click("#way-online")
    visitor.until(".number")
    visitor.browser.click(".actions button")
    visitor.until_state("way")
    assert visitor.text(".alert") == ""


def test_a_one_time_code_is_asked_for(visitor: Visitor, town: Town) -> None:
    with town.office.ledger.transaction() as tx:
        secret = town.office.codes.enrol(tx, "supervisor", epoch=town.office.custodian.epoch(tx))
    visitor.browser.click("#way-online")
    visitor.until("#factor")
    visitor.browser.type("#factor", "12a")
    visitor.submit()
    assert "6桁" in visitor.said("#factor-error")
    totp = TOTP(secret, 6, SHA1(), 30)  # noqa: S303 - what authenticator apps speak
    visitor.browser.type("#factor", totp.generate(int(town.clock.now().timestamp())).decode())
    visitor.submit()
    visitor.until(".number")


def test_a_qr_code_is_answered_with_digits_for_this_page_alone(visitor: Visitor, town: Town) -> None:
    visitor.browser.click("#way-qr")
    visitor.until_state("qr")
    visitor.browser.click("summary")
    request = take_code(town.office, read_relay_text(visitor.text(".code-text")))
    approve(town, request, "chief", "security")
    visitor.type_code(release_code(give_code(town.office, request, acknowledged=True)).split())
    visitor.submit()
    visitor.until_state("content")


def test_a_request_travels_as_a_file(visitor: Visitor, town: Town, tmp_path: Path) -> None:
    visitor.browser.click("#way-file")
    visitor.until_state("relay")
    visitor.js(
        "(window.sent = new Promise((done) => { const make = URL.createObjectURL;"
        " URL.createObjectURL = (blob) => (blob.text().then(done), make.call(URL, blob)); }), 0)"
    )
    visitor.browser.click(".steps button")
    request, document = take_file(town.office, visitor.js("window.sent").encode())
    assert document.cid == town.cid(visitor.stick.slip)
    approve(town, request, "chief", "security")
    answer = tmp_path / "answer.json"
    answer.write_bytes(give_file(town.office, request).encode())
    visitor.browser.choose("#answer", visitor.stick.key)
    assert "台帳と合いません" in visitor.said("#answer-error")
    visitor.browser.choose("#answer", answer)
    visitor.until_state("content")


def test_an_answer_for_another_page_is_refused(visitor: Visitor, page: Browser, town: Town, tmp_path: Path) -> None:
    test_a_request_travels_as_a_file(visitor, town, tmp_path)
    again = Visitor(page, visitor.stick)
    again.to_the_ways()
    again.browser.click("#way-file")
    again.until_state("relay")
    again.browser.click(".steps button")
    again.browser.choose("#answer", tmp_path / "answer.json")
    assert "台帳と合いません" in again.said("#answer-error")
    assert again.state == "relay"


def test_the_purpose_reaches_the_office_and_no_leaf(page: Browser, town: Town, service: Service) -> None:
    visitor = Visitor(page, stick(town, town.slips[0], url=f"http://127.0.0.1:{service.port}"))
    visitor.to_the_key()
    visitor.give_key()
    visitor.until_state("purpose")
    visitor.browser.type("#purpose", "給付金の問い合わせ")
    visitor.js("(document.querySelector('#purpose').value += '\\n二行目\\t\\u202e', 0)")
    visitor.acknowledge()
    visitor.browser.click("#way-online")
    visitor.until(".number")
    assert read_document(waiting(town).asked or b"").purpose == "給付金の問い合わせ 二行目"
    assert records.copies(town.office.ledger.connection)
    assert all("問い合わせ" not in entry.body().decode() for entry in town.office.ledger.entries())
