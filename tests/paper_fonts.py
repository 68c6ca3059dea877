"""The fonts that forms are set in: what prints is skipped where they are not installed, and never in CI.

A plugin of the tests that name it in ``pytest_plugins``, as ``office_fixtures`` is.
"""

import pytest

from conftest import need
from sekisho.custody.paper.glyphs import find_fonts
from sekisho.errors import Missing

_WANTED = {"BIZUDPGothic-Regular.ttf", "ipamjm.ttf"}


@pytest.fixture(scope="session")
def paper_fonts() -> None:
    """See that they are there."""
    try:
        found = {font.path.name for font in find_fonts().fonts}
    except Missing:
        found = set()
    need(found >= _WANTED, "apt install fonts-morisawa-bizud-gothic fonts-ipamj-mincho")
