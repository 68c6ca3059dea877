"""The anchor moves only from what was seen, and one holder at a time has the lock."""

import threading
from pathlib import Path

import pytest
from ledger_office import ORIGIN

from sekisho.errors import Busy, LedgerBroken, MediumError
from sekisho.ledger.anchor import Anchor, exclusive
from sekisho.ledger.checkpoint import TreeHead

EMPTY = TreeHead(origin=ORIGIN, size=0, root=bytes(32))
LATER = TreeHead(origin=ORIGIN, size=1, root=bytes(32))


@pytest.fixture
def anchor(tmp_path: Path) -> Anchor:
    return Anchor(tmp_path / "checkpoint")


def test_it_is_absent_until_it_is_written(anchor: Anchor) -> None:
    assert anchor.read() is None
    anchor.swap(None, EMPTY)
    assert anchor.read() == EMPTY
    anchor.swap(EMPTY, LATER)
    assert anchor.path.read_text(encoding="utf-8") == LATER.text()


def test_it_does_not_move_from_what_was_not_seen(anchor: Anchor) -> None:
    anchor.swap(None, LATER)
    for expected in (None, EMPTY):
        with pytest.raises(LedgerBroken):
            anchor.swap(expected, EMPTY)
    assert anchor.read() == LATER


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", LATER.text().replace("\n", "\r\n").encode(), b"custody.city.example/ledger1\n\xef\xbc\x95\nAAAA\n"],
)
def test_a_damaged_one_is_not_taken_for_none(anchor: Anchor, content: bytes) -> None:
    anchor.path.write_bytes(content)
    with pytest.raises(LedgerBroken):
        anchor.read()


def test_a_disk_that_refuses_is_named(tmp_path: Path) -> None:
    with pytest.raises(MediumError):
        Anchor(tmp_path / "nowhere" / "checkpoint").swap(None, EMPTY)
    (tmp_path / "folder").mkdir()
    with pytest.raises(MediumError):
        Anchor(tmp_path / "folder").read()


def test_a_second_holder_waits_and_is_told(tmp_path: Path) -> None:
    with exclusive(tmp_path / "lock"), pytest.raises(Busy), exclusive(tmp_path / "lock", patience=0):
        pass
    with exclusive(tmp_path / "lock", patience=0):
        pass


def test_a_second_holder_goes_on_when_the_first_lets_go(tmp_path: Path) -> None:
    order: list[str] = []

    def second() -> None:
        with exclusive(tmp_path / "lock"):
            order.append("second")

    with exclusive(tmp_path / "lock"):
        waiting = threading.Thread(target=second)
        waiting.start()
        order.append("first")
    waiting.join()
    assert order == ["first", "second"]


def test_a_lock_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for lock in (tmp_path / "nowhere" / "lock", tmp_path / "link"):
        with pytest.raises(MediumError), exclusive(lock):
            pass
