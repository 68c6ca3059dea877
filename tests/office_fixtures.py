"""Offices to test with: made once, and copied for every test, so that a test may do with its own what it likes.

A plugin of the tests that name it in ``pytest_plugins``, because there is one ``conftest`` for all rooms.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from invented_office import Town, copied, make_town


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("model") / "town"
    make_town(root).leave()
    return root


@pytest.fixture(scope="session")
def model_out(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    town = copied(model, tmp_path_factory.mktemp("model") / "out")
    for slip in town.sealed("USB-1", "USB-2", max_opens=2):
        town.carry(slip, "officer", "carrier")
    town.leave()
    return town.root


@pytest.fixture
def town(model: Path, tmp_path: Path) -> Iterator[Town]:
    """A town with two cuts, from which nothing was asked yet."""
    town = copied(model, tmp_path)
    yield town
    town.leave()


@pytest.fixture
def out(model_out: Path, tmp_path: Path) -> Iterator[Town]:
    """A town with two copies, on USB-1 and USB-2, that its carrier took out."""
    town = copied(model_out, tmp_path)
    yield town
    town.leave()
