"""Browsers, and the page that lays the engine open.

A plugin of the tests that name it in ``pytest_plugins``, because there is one ``conftest`` for all rooms.
"""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from browsers import CHROMIUM, FIREFOX, NAMES, Browser, browser
from conftest import ROOT, need

SOURCES = ROOT / "opener"


@pytest.fixture(scope="session", params=NAMES)
def page(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """A browser, started once for all tests."""
    need(CHROMIUM if request.param == "chromium" else FIREFOX, f"needs Debian's {request.param}")
    with browser(request.param) as started:
        yield started


@pytest.fixture(scope="session")
def engine_page(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The page whose program is the engine alone (opener/test/engine_page.ts), as built for no office."""
    node = shutil.which("node")
    need(node and (SOURCES / "node_modules" / "esbuild").is_dir(), "needs node, and `npm ci` done in opener/")
    folder = tmp_path_factory.mktemp("engine")
    words = [node or "", "build.mjs", str(folder), "test/engine_page.ts"]
    subprocess.run(words, cwd=SOURCES, check=True, capture_output=True)
    return Path(folder / "OPEN.html").read_bytes()
