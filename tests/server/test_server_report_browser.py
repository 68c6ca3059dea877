"""One story in a real browser, as narrow as an old telephone: somebody calls at three in the morning, and it is stopped."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn

from browsers import CHROMIUM, browser
from conftest import ROOT, need
from invented_office import Town
from sekisho.custody.office import Office
from sekisho.loss.incident.stating import facts_of
from sekisho.server.report import Place, make_app
from sekisho.server.report_desk import ReportDesk
from sekisho.server.report_pages import around_of

pytest_plugins = ("office_fixtures",)

AXE = ROOT / "opener" / "node_modules" / "axe-core" / "axe.min.js"
NARROW = {"width": 320, "height": 640}


@contextmanager
def served(town: Town) -> Iterator[str]:
    desk = ReportDesk(lambda: Office.open(town.home, town.clock), town.clock)
    app = make_app(desk, Place(around=around_of(town.home)))
    server = uvicorn.Server(uvicorn.Config(app, port=0, access_log=False, log_level="warning", lifespan="on"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            thread.join(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def fits(page: Any) -> None:
    """See that nothing is cut off, and that axe finds nothing that somebody could not use."""
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [each["id"] for each in found["violations"]] == []


@pytest.mark.parametrize("speech", ["ja-plain", "en"])
def test_somebody_reports_on_an_old_telephone(out: Town, speech: str) -> None:
    need(CHROMIUM, "chromium is not installed: apt-get install chromium")
    need(AXE.exists(), "axe-core is not there: npm --prefix opener ci --ignore-scripts")
    slip = out.slips[0]
    pictures = out.root / "pictures"
    pictures.mkdir()
    with served(out) as address, browser("chromium") as phone:
        page = phone.page  # type: ignore[attr-defined]  # Playwright's own, for the size of the screen
        page.set_viewport_size(NARROW)
        phone.go(f"{address}/lost?lang={speech}")
        fits(page)
        phone.screenshot(pictures / "form.png")
        phone.type("#number", "123456")
        phone.click("button")
        assert page.locator("[role=alert]").count() == 1
        fits(page)
        phone.screenshot(pictures / "misread.png")
        phone.type("#number", f"{slip[:3]} {slip[3:]}")
        phone.click("button")
        assert slip in page.locator("dl").inner_text()
        fits(page)
        page.screenshot(path=pictures / "receipt.png", full_page=True)
        phone.type("#place", "駅")
        phone.click("form button")
        fits(page)
    assert out.state(slip) == "lost"
    fact = facts_of(out.office, 1).get("reporter_place")
    assert fact is not None
    assert fact.value == "駅"
