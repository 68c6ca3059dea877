"""Erasing, losing, and what somebody put where a capsule was: for the tests of what comes back on a stick."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from invented_office import Town, signing_key
from sekisho.custody.handing import erase
from sekisho.custody.records import CopyRow
from sekisho.errors import SekishoError
from sekisho.loss.lost import report_lost


def wipe(
    town: Town,
    slip: str,
    *,
    holder: str = "carrier",
    witness: str = "chief",
    at: Path | None = None,
    altered: bool = False,
) -> CopyRow:
    folder = at or town.root / town.row(slip).medium
    keys = signing_key(holder), signing_key(witness)
    return erase(town.office, slip, folder, holder=keys[0], witness=keys[1], altered=altered)


def unchanged(town: Town, slip: str, error: type[SekishoError], key: str, *, at: Path | None = None) -> None:
    """See an erasure fail with nothing recorded and the capsule as it was."""
    before, size, capsule = town.row(slip), town.size, town.capsule(slip).read_bytes()
    with pytest.raises(error) as caught:
        wipe(town, slip, at=at)
    assert caught.value.key == key
    assert (town.row(slip), town.size) == (before, size)
    assert town.capsule(slip).read_bytes() == capsule


def lost(town: Town) -> str:
    slip = town.slips[0]
    report_lost(town.office, [slip])
    return slip


def moved(path: Path) -> Path:
    """Take a file elsewhere, out of the way of whoever looks for it."""
    return path.rename(path.parent.parent / "moved")


def linked(path: Path) -> None:
    path.symlink_to(moved(path))


def named_twice(path: Path) -> None:
    path.with_name("second name").hardlink_to(path)


def replaced(make: Callable[[Path], object]) -> Callable[[Path], None]:
    def replace(path: Path) -> None:
        moved(path)
        make(path)

    return replace


SWAPS: dict[str, Callable[[Path], object]] = {
    "linked": linked,
    "named twice": named_twice,
    "a pipe": replaced(os.mkfifo),
    "a folder": replaced(Path.mkdir),
    "a device": replaced(lambda path: path.symlink_to("/dev/zero")),
}
