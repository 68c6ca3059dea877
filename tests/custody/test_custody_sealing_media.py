"""Sticks that vanish, refuse, fill up or lie: no copy is recorded as sealed, and another try makes it good."""

import contextlib
import resource
from collections.abc import Callable, Iterator
from functools import partial
from itertools import groupby
from pathlib import Path

import pytest
from custody_steps import at_step, before_steps

from invented_office import PEOPLE, Town, copied, signing_key, unwritable
from sekisho import files
from sekisho.custody import records
from sekisho.custody.records import Request
from sekisho.custody.sealing import seal_request
from sekisho.errors import MediumError, Misuse

pytest_plugins = ("office_fixtures",)

LABEL = "拾得した方へ_IF-FOUND.txt"


@pytest.fixture(scope="module")
def asked(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town in which a copy for USB-1 was asked for and approved."""
    town = copied(model, tmp_path_factory.mktemp("asked"))
    town.approved()
    town.stick("USB-1")
    town.office.close()
    return town.root


def the_request(town: Town) -> Request:
    (request,) = records.requests(town.office.ledger.connection)
    return request


def seal_to(town: Town, folder: Path) -> None:
    seal_request(town.office, the_request(town).id, {"USB-1": folder}, sealer=signing_key("officer"))


def failed(town: Town, folder: Path, key: str) -> None:
    """See sealing fail on a medium, and the copy as it was."""
    with pytest.raises(MediumError) as caught:
        seal_to(town, folder)
    assert caught.value.key == f"custody.{key}"
    assert (town.state(town.slips[0]), town.leaves("copy.written")) == ("approved", [])


def good_in_the_end(town: Town, folder: Path) -> None:
    """Start again and seal: one capsule that opens, one ticket that lives, nothing half-written."""
    town.restart()
    seal_to(town, folder)
    (slip,) = town.slips
    assert sorted(path.name for path in folder.iterdir()) == ["OPEN.html", f"capsule-{slip}.age", LABEL]
    states = [state for (state,) in town.office.ledger.connection.execute("SELECT state FROM ticket ORDER BY rowid")]
    assert states == ["destroyed"] * (len(states) - 1) + ["live"]
    assert town.partials() == []
    town.carry(slip, "officer", "carrier")
    assert town.open(slip).manifest.slip == slip


# A stick that vanishes.


def moments(town: Town) -> list[int]:
    """Seal, and return the first and last step at which the same lay on the stick."""
    seen: list[tuple[str, ...]] = []
    stick = town.stick("USB-1")
    with before_steps(town.office.ledger.connection, lambda _: seen.append(lying(stick))):
        seal_to(town, stick)
    changes = [list(steps) for _, steps in groupby(range(1, len(seen) + 1), key=lambda step: seen[step - 1])]
    assert len(changes) > 5
    return sorted({step for steps in changes for step in (steps[0], steps[-1])})


def lying(stick: Path) -> tuple[str, ...]:
    return tuple(sorted(path.suffix for path in stick.iterdir()))


def test_a_stick_pulled_at_any_moment_is_not_recorded_as_sealed(
    asked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_make_unnamed_file", lambda _: None)  # as FAT has none
    for step in moments(copied(asked, tmp_path / "watched")):
        town = copied(asked, tmp_path / str(step))
        stick, pulled = town.stick("USB-1"), town.root / "pulled"
        pull = at_step(step, partial(stick.rename, pulled))
        with contextlib.suppress(MediumError), before_steps(town.office.ledger.connection, pull):
            seal_to(town, stick)
            assert town.state(town.slips[0]) == "sealed"
        if town.state(town.slips[0]) == "sealed":
            assert lying(pulled) == (".age", ".html", ".txt")
        pulled.rename(stick)
        good_in_the_end(town, stick)
        town.office.close()


def test_a_stick_that_was_never_there_costs_nothing(asked: Path, tmp_path: Path) -> None:
    town = copied(asked, tmp_path)
    size = town.size
    failed(town, tmp_path / "USB-9", "no_medium")
    assert town.size == size
    good_in_the_end(town, town.stick("USB-1"))


def test_the_other_stick_is_sealed_all_the_same(town: Town) -> None:
    """The second of two is missing: the first is a copy, and sealing again makes only the second."""
    request = town.approved(media=("USB-1", "USB-2"))
    folders = {"USB-1": town.stick("USB-1"), "USB-2": town.root / "USB-2"}
    with pytest.raises(MediumError):
        seal_request(town.office, request.id, folders, sealer=signing_key("officer"))
    first, second = town.slips
    assert (town.state(first), town.state(second)) == ("sealed", "approved")
    before = town.capsule(first).read_bytes()
    town.seal(request)
    assert (town.state(second), town.capsule(first).read_bytes()) == ("sealed", before)


# A stick that refuses.


def test_a_stick_that_cannot_be_written_gets_no_copy(asked: Path, tmp_path: Path) -> None:
    town = copied(asked, tmp_path)
    failed(town, unwritable(), "medium_failed")
    good_in_the_end(town, town.stick("USB-1"))


@contextlib.contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """Let the system refuse, as a full disk does, whatever goes beyond a size."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_stick_that_is_full_gets_no_copy(town: Town) -> None:
    head, row, *_ = PEOPLE.splitlines()
    rows = (row.replace("0000000031", f"{number:010}") for number in range(1, 12_001))
    town.write("people.csv", "\n".join([head, *rows]))
    cut = town.cut("rows")
    town.approved(cuts=(cut.id,))
    stick = town.stick("USB-1")
    with no_file_longer_than(cut.files[0].size):
        failed(town, stick, "medium_failed")
    assert lying(stick) == ()
    good_in_the_end(town, stick)


@pytest.mark.parametrize("name", ["capsule", "link"])
def test_what_is_there_already_is_not_overwritten(asked: Path, tmp_path: Path, name: str) -> None:
    town = copied(asked, tmp_path)
    path, size = town.capsule(town.slips[0]), town.size
    (tmp_path / "kept").write_bytes(b"somebody's")
    path.write_bytes(b"somebody's") if name == "capsule" else path.symlink_to(tmp_path / "kept")
    with pytest.raises(Misuse) as caught:
        seal_to(town, town.stick("USB-1"))
    assert (caught.value.key, town.size) == ("custody.capsule_exists", size)
    assert path.read_bytes() == (tmp_path / "kept").read_bytes() == b"somebody's"
    path.unlink()
    good_in_the_end(town, town.stick("USB-1"))


# A stick that lies.

DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "a bit": lambda data: data[:500] + bytes([data[500] ^ 1]) + data[501:],
    "the end": lambda data: data[:-1],
    "everything": lambda _: b"",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_read_back_decides(asked: Path, tmp_path: Path, damage: str) -> None:
    """It is damaged as soon as it has its name; nothing of it is sealed, and it stands in the way of the next until removed."""
    town = copied(asked, tmp_path)
    path = town.capsule(town.slips[0])
    done: list[int] = []

    def lie(step: int) -> None:
        if path.exists() and not done:
            done.append(step)
            path.write_bytes(DAMAGES[damage](path.read_bytes()))

    with before_steps(town.office.ledger.connection, lie):
        failed(town, path.parent, "read_back_differs")
    with pytest.raises(Misuse):
        seal_to(town, path.parent)
    path.unlink()
    good_in_the_end(town, path.parent)


def test_a_capsule_that_was_damaged_between_two_tries_is_made_anew(asked: Path, tmp_path: Path) -> None:
    """Ctrl-C as soon as it was in its place, and it is another when sealing goes on: its ticket is destroyed."""
    town = copied(asked, tmp_path)
    path = town.capsule(town.slips[0])

    def interrupt(_: int) -> None:
        if path.exists():
            raise KeyboardInterrupt

    with contextlib.suppress(KeyboardInterrupt), before_steps(town.office.ledger.connection, interrupt):
        seal_to(town, path.parent)
    assert (town.state(town.slips[0]), town.ticket(town.slips[0])) == ("approved", "live")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(Misuse):
        seal_to(town, path.parent)
    assert town.row(town.slips[0]).cid is None
    path.unlink()
    good_in_the_end(town, path.parent)
