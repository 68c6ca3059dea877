"""Epochs know where their keys lie, and keys move from one back-end to another whatever kills the move."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from custodian_office import FIRST, SECOND, Office, holding, opened
from kek_benches import bench_of

from sekisho.custodian import epochs
from sekisho.custodian.kek import FileKek, Kek
from sekisho.custodian.keks.choice import Surroundings
from sekisho.errors import MediumError, Missing, NoKey, Refused

pytest_plugins = ("kek_fixtures",)

OTHERS = ("passphrase", "pkcs11", "openbao", "awskms")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    (tmp_path / "office").mkdir()
    with opened(tmp_path / "office") as made:
        yield made


@pytest.fixture(params=OTHERS)
def address(request: pytest.FixtureRequest, around: Surroundings) -> str:
    """Every back-end but the file, as an address."""
    return bench_of(request.param, request, around).address


def places(office: Office) -> list[str]:
    return [place for (place,) in office.connection.execute("SELECT place FROM epoch ORDER BY number").fetchall()]


def test_keys_move_and_every_share_that_lives_opens(office: Office, address: str) -> None:
    kept, gone, waiting = office.live(), office.live(), office.issue()
    office.destroy(gone.cid)
    office.move_keys(address)
    assert office.open(kept) == kept.share
    office.commit(waiting.cid)
    assert office.open(waiting) == waiting.share
    assert office.state(gone) == "destroyed"
    assert office._address() == address
    office.destroy(kept.cid)
    assert not holding(office.root, kept.share)


def test_the_old_keys_are_gone(office: Office, address: str) -> None:
    live = office.live()
    (key,) = office.keks().values()
    ((_, _, wrapped),) = office.connection.execute("SELECT tid, epoch, wrapped FROM ticket").fetchall()
    office.move_keys(address)
    assert not holding(office.root, key)
    with pytest.raises(Missing):
        FileKek(office.home.keks).unwrap(1, wrapped, live.tid)


def test_the_ledger_names_the_kind_and_who_decided_and_no_path(office: Office, address: str) -> None:
    office.live()
    office.move_keys(address)
    first, second = office.leaves("epoch.begun")
    assert first.fields == {"epoch": 1, "kek": "file"}
    kind = address.partition(":")[0].partition("+")[0]
    assert second.fields == {"epoch": 2, "kek": kind, "by": sorted([FIRST.public.id, SECOND.public.id])}
    assert [leaf.fields for leaf in office.leaves("keks.destroyed")] == [{"epoch": 2, "kek": "file"}]
    office.verify()


def test_keys_move_there_and_back(office: Office) -> None:
    live = office.live()
    office.move_keys("passphrase")
    office.move_keys("file")
    assert (places(office), office.open(live)) == (["file", "passphrase", "file"], live.share)
    assert [path.name for path in office.home.keks.iterdir()] == ["000003.kek"]


def test_one_person_moves_no_keys(office: Office) -> None:
    office.live()
    for keys in ([FIRST.public.id], [FIRST.public.id] * 2, []):
        with pytest.raises(Refused), office.ledger.transaction() as tx:
            office.move.begin(tx, to="passphrase", keys=keys)
    assert places(office) == ["file"]


def test_keys_do_not_move_to_where_they_are(office: Office) -> None:
    office.live()
    with pytest.raises(Refused) as caught:
        office.move_keys("file")
    assert caught.value.key == "custodian.kek_is_there"


def test_a_process_that_runs_on_finds_the_keys_where_they_went(office: Office) -> None:
    live = office.live()
    with opened(office.root) as other:
        other.move_keys("passphrase")
    assert office.open(live) == live.share
    later = office.live()
    assert office.open(later) == later.share
    assert places(office) == ["file", "passphrase"]


def test_settings_changed_by_hand_lose_no_share_and_destroy_nothing_elsewhere(office: Office) -> None:
    live, lost = office.live(), office.live()
    (office.root / "address").write_text("passphrase")
    with opened(office.root) as other:
        with pytest.raises(Missing) as caught:
            other.open(live)
        assert caught.value.key == "custodian.other_kek"
        other.begin(lost.cid)
        with pytest.raises(Missing):
            other.destruction.finish()
        assert not other.leaves("ticket.destroyed")
    (office.root / "address").unlink()
    with opened(office.root) as again:
        assert again.destruction.finish() == [lost.cid]
        assert again.open(live) == live.share


def test_an_office_without_shares_may_choose_anew_by_its_settings(office: Office) -> None:
    office.destroy(office.live().cid)
    for path in office.home.keks.iterdir():
        path.unlink()
    (office.root / "address").write_text("passphrase")
    with opened(office.root) as other:
        live = other.live()
        assert other.open(live) == live.share
        assert places(other)[-1] == "passphrase"


def test_a_new_back_end_that_fails_leaves_everything_as_it_was(office: Office) -> None:
    live = office.live()
    with pytest.raises(MediumError):
        office.move_keys("openbao+https://127.0.0.1:1/?token-file=" + str(_token(office)))
    assert epochs.pending_move(office.connection) is None
    assert (places(office), office.open(live)) == (["file"], live.share)


def test_keys_that_are_away_do_not_move_and_no_share_is_left_behind(office: Office, tmp_path: Path) -> None:
    live = office.live()
    (key,) = office.home.keks.glob("*.kek")
    away = key.rename(tmp_path / "token in a drawer")
    with pytest.raises(Missing):
        office.move_keys("passphrase")
    away.rename(key)
    office.finish()
    assert (places(office), epochs.pending_move(office.connection)) == (["file"], None)
    assert office.open(live) == live.share


def test_an_old_back_end_that_is_away_is_emptied_at_the_next_start(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = office.live()
    with monkeypatch.context() as patch:
        patch.setattr(FileKek, "destroy_all_but", _refuse)
        with pytest.raises(MediumError):
            office.move_keys("passphrase")
    assert office.open(live) == live.share
    assert len(office.keks()) == 1
    assert not office.leaves("keks.destroyed")
    with pytest.raises(Refused) as caught, office.ledger.transaction() as tx:
        office.move.begin(tx, to="file", keys=["a", "b"])
    assert caught.value.key == "custodian.move_unfinished"
    office.finish()
    office.finish()
    assert not office.keks()
    assert len(office.leaves("keks.destroyed")) == 1


def test_a_passphrase_that_is_not_the_one_destroys_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    live, lost = office.live(), office.live()
    office.move_keys("passphrase")
    office.begin(lost.cid)
    with opened(office.root) as other:
        monkeypatch.setattr("custodian_office.PASSPHRASE", "somebody else's words")
        with pytest.raises(NoKey):
            other.destruction.finish()
        monkeypatch.undo()
    with opened(office.root) as again:
        assert again.destruction.finish() == [lost.cid]
        assert again.open(live) == live.share


class Died(BaseException):
    """Ends a deed as a kill does: nothing of ours catches it."""


class Dying:
    """A back-end that dies before, and one later after, one of its calls."""

    def __init__(self, kek: Kek, step: Callable[[], None]) -> None:
        self._kek, self._step = kek, step

    def __getattr__(self, name: str) -> object:
        found = getattr(self._kek, name)
        if not callable(found):
            return found

        def call(*arguments: object) -> object:
            self._step()
            answer = found(*arguments)
            self._step()
            return answer

        return call


def test_a_move_that_dies_around_any_call_to_a_back_end_is_finished(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_end = Office.back_end
    for dies_at in itertools.count(1):
        root = tmp_path / str(dies_at)
        root.mkdir()
        with opened(root) as before:
            live = before.live()
        countdown = itertools.count(1)

        def step(countdown: Iterator[int] = countdown, dies_at: int = dies_at) -> None:
            if next(countdown) == dies_at:
                raise Died

        with monkeypatch.context() as patch:
            patch.setattr(Office, "back_end", lambda self, text, step=step: Dying(back_end(self, text), step))
            with opened(root) as office, suppress(Died):
                office.move_keys(address)
        moved_unkilled = next(countdown) <= dies_at
        with opened(root) as office:
            office.finish()
            assert office.open(live) == live.share
            assert places(office) in (["file"], ["file", office.kek.place])
            assert bool(office.keks()) == (places(office) == ["file"] or address.startswith("awskms"))
            office.verify()
        if moved_unkilled:
            break
    assert dies_at > 8


def _token(office: Office) -> Path:
    path = office.root / "token"
    path.touch(0o600)
    path.write_text("s.nobody\n")
    return path


def _refuse(_: FileKek, epoch: int) -> None:
    raise MediumError("custodian.kek_disk", path=f"{epoch:06d}.kek")
