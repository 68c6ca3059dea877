"""Epoch keys: shares open under the key of their epoch and ticket alone, and a destroyed key is gone."""

import errno
import os
import stat
from pathlib import Path

import pytest
from custodian_office import holding
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sekisho.custodian.kek import FileKek
from sekisho.errors import MediumError, Missing, SekishoError, Unreadable

SHARE, TICKET = b"sixteen bytes!!!", b"\x71" * 16


@pytest.fixture
def kek(tmp_path: Path) -> FileKek:
    made = FileKek(tmp_path)
    made.make(1)
    return made


def refused(kek: FileKek, epoch: int, wrapped: bytes, context: bytes = TICKET) -> SekishoError:
    with pytest.raises(SekishoError) as caught:
        kek.unwrap(epoch, wrapped, context)
    return caught.value


def test_a_wrapped_share_comes_back(kek: FileKek) -> None:
    wrapped = kek.wrap(1, SHARE, TICKET)
    assert kek.unwrap(1, wrapped, TICKET) == SHARE
    assert SHARE not in wrapped


def test_two_wraps_of_one_share_differ(kek: FileKek) -> None:
    assert kek.wrap(1, SHARE, TICKET) != kek.wrap(1, SHARE, TICKET)


def test_a_share_is_bound_to_its_ticket_and_epoch(kek: FileKek, tmp_path: Path) -> None:
    wrapped = kek.wrap(1, SHARE, TICKET)
    (tmp_path / "000002.kek").write_bytes((tmp_path / "000001.kek").read_bytes())
    for error in (refused(kek, 1, wrapped, b"\x72" * 16), refused(kek, 2, wrapped)):
        assert (type(error), error.key) == (Unreadable, "custodian.damaged_ticket")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60))
def test_whatever_is_no_wrapped_share_is_a_damaged_ticket(kek: FileKek, wrapped: bytes) -> None:
    assert refused(kek, 1, wrapped).key == "custodian.damaged_ticket"


@pytest.mark.parametrize("place", range(12 + 16 + 16))
def test_no_bit_of_a_wrapped_share_can_be_another(kek: FileKek, place: int) -> None:
    wrapped = bytearray(kek.wrap(1, SHARE, TICKET))
    wrapped[place] ^= 0x80
    assert refused(kek, 1, bytes(wrapped)).key == "custodian.damaged_ticket"


def test_a_key_is_made_once_and_readable_by_its_owner_alone(kek: FileKek, tmp_path: Path) -> None:
    key = (tmp_path / "000001.kek").read_bytes()
    kek.make(1)
    assert (tmp_path / "000001.kek").read_bytes() == key
    assert len(key) == 32
    assert stat.S_IMODE((tmp_path / "000001.kek").stat().st_mode) == 0o600


def test_a_missing_key_is_told_with_its_epoch(kek: FileKek) -> None:
    error = refused(kek, 7, bytes(44))
    assert (type(error), error.key, error.values) == (Missing, "custodian.no_kek", {"epoch": 7})
    with pytest.raises(Missing):
        kek.wrap(7, SHARE, TICKET)


def test_a_key_is_here_or_not(kek: FileKek, tmp_path: Path) -> None:
    assert (kek.has(1), kek.has(2), FileKek(tmp_path / "away").has(1)) == (True, False, False)


@pytest.mark.parametrize("size", [0, 16, 24, 31, 33, 64])
def test_a_key_of_another_size_is_damaged(kek: FileKek, tmp_path: Path, size: int) -> None:
    (tmp_path / "000001.kek").write_bytes(bytes(size))
    assert refused(kek, 1, bytes(44)).key == "custodian.damaged_kek"
    with pytest.raises(Unreadable):
        kek.wrap(1, SHARE, TICKET)


def test_a_key_that_the_disk_does_not_give_is_the_mediums_fault(kek: FileKek, tmp_path: Path) -> None:
    (tmp_path / "000002.kek").mkdir()
    error = refused(kek, 2, bytes(44))
    assert (type(error), error.key) == (MediumError, "custodian.kek_disk")


def test_a_folder_that_is_away_is_the_mediums_fault(tmp_path: Path) -> None:
    for use in (FileKek(tmp_path / "away").make, FileKek(tmp_path / "away").destroy_all_but):
        with pytest.raises(MediumError) as caught:
            use(1)
        assert caught.value.__cause__
        assert caught.value.__cause__.errno == errno.ENOENT  # type: ignore[attr-defined]  # an OSError


def test_all_keys_but_one_are_destroyed(kek: FileKek, tmp_path: Path) -> None:
    for epoch in (2, 3, 12):
        kek.make(epoch)
    keys = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    wrapped = kek.wrap(3, SHARE, TICKET)
    kek.destroy_all_but(3)
    kek.destroy_all_but(3)
    assert os.listdir(tmp_path) == ["000003.kek"]
    assert kek.unwrap(3, wrapped, TICKET) == SHARE
    assert [name for name, key in keys.items() if holding(tmp_path, key)] == ["000003.kek"]


def test_a_key_is_overwritten_before_it_goes(kek: FileKek, tmp_path: Path) -> None:
    key = (tmp_path / "000001.kek").read_bytes()
    os.link(tmp_path / "000001.kek", tmp_path / "second name")
    kek.destroy_all_but(2)
    assert len((tmp_path / "second name").read_bytes()) == 32
    assert (tmp_path / "second name").read_bytes() != key


def test_what_is_no_key_is_left_alone(kek: FileKek, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("ask the key officer")
    (tmp_path / "000001 (copy).kek").write_bytes(b"a copy somebody made")
    kek.destroy_all_but(2)
    assert os.listdir(tmp_path) == ["note.txt"]


def test_a_key_is_not_shown(kek: FileKek, tmp_path: Path) -> None:
    key = (tmp_path / "000001.kek").read_bytes()
    shown = repr(kek) + str(refused(kek, 1, bytes(44))) + str(refused(kek, 9, bytes(44)))
    assert key.hex() not in shown
    assert repr(key)[2:-1] not in shown
