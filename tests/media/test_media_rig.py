"""Real file systems on an emulated stick that lies, in a guest of its own: the short form of ``python -m rig.matrix``."""

import random

import pytest

from conftest import need
from rig.building import Boot, Unbuildable, build
from rig.matrix import Outcome, play

_PLAN = ["plain:vfat:drop", "safe:vfat:none", "safe:vfat:drop", "safe:vfat:unplug"]


@pytest.fixture(scope="module")
def boot() -> Boot:
    try:
        return build()
    except Unbuildable as error:
        need(condition=False, reason=f"the rig of tests/rig/README.md cannot be made: {error}")
        raise


@pytest.fixture(scope="module")
def outcomes(boot: Boot, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    folder = tmp_path_factory.mktemp("rig")
    return dict(zip(_PLAN, play(boot, folder, _PLAN, dice=random.Random(1)), strict=True))


def test_a_stick_that_drops_what_is_written_fools_every_ordinary_call(outcomes: dict[str, Outcome]) -> None:
    """If this fails, the device of the rig does not lie, and the tests below show nothing."""
    assert outcomes["plain:vfat:drop"].lie


def test_a_good_stick_is_written_and_is_whole_after_it_is_plugged_in_again(outcomes: dict[str, Outcome]) -> None:
    good = outcomes["safe:vfat:none"]
    assert (good.claimed, good.whole, good.error) == (True, True, "")


def test_no_copy_is_said_to_be_written_that_is_not_whole(outcomes: dict[str, Outcome]) -> None:
    assert not [each for plan, each in outcomes.items() if plan.startswith("safe") and each.lie]
    assert not outcomes["safe:vfat:drop"].claimed
