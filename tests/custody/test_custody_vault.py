"""The vault: what is in it can be read with its key and by nobody else, and is whole or not there."""

import resource
from pathlib import Path

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invented_office import unwritable
from sekisho.custody.vault import Vault, make_vault, open_vault
from sekisho.errors import MediumError, NotFound, SekishoError, Unreadable

SECRET = "髙﨑　𠮷男,7716615".encode()


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return make_vault(tmp_path)


def test_what_is_put_in_is_read_again_by_the_same_office(vault: Vault, tmp_path: Path) -> None:
    vault.write(tmp_path / "people.age", SECRET)
    assert open_vault(tmp_path).read(tmp_path / "people.age") == SECRET


def test_nothing_of_it_can_be_read_without_the_key(vault: Vault, tmp_path: Path) -> None:
    vault.write(tmp_path / "people.age", SECRET * 1000)
    stored = (tmp_path / "people.age").read_bytes()
    assert SECRET not in stored
    assert "髙﨑".encode() not in stored
    assert (tmp_path / "people.age").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "vault.key").stat().st_mode & 0o777 == 0o600


def test_another_program_opens_it_with_the_key(vault: Vault, tmp_path: Path) -> None:
    """For the day on which something goes wrong: stock ``age`` reads the vault."""
    vault.write(tmp_path / "people.age", SECRET)
    identity = pyrage.x25519.Identity.from_str((tmp_path / "vault.key").read_text().strip())
    assert pyrage.decrypt((tmp_path / "people.age").read_bytes(), [identity]) == SECRET


def test_a_file_is_read_piece_by_piece_and_from_any_place(vault: Vault, tmp_path: Path) -> None:
    data = bytes(range(256)) * 1000
    with vault.writer(tmp_path / "people.age") as writer:
        for start in range(0, len(data), 1000):
            writer.write(data[start : start + 1000])
    with vault.open(tmp_path / "people.age") as file:
        file.seek(200_000)
        assert file.read(300) == data[200_000:200_300]


def test_what_fails_halfway_is_not_there(vault: Vault, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="halfway"), vault.writer(tmp_path / "people.age") as writer:
        writer.write(SECRET)
        raise RuntimeError("halfway")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["vault.key"]


def test_nothing_is_overwritten_unasked(vault: Vault, tmp_path: Path) -> None:
    vault.write(tmp_path / "people.age", b"first")
    with pytest.raises(MediumError):
        vault.write(tmp_path / "people.age", b"second")
    vault.write(tmp_path / "people.age", b"third", overwrite=True)
    assert vault.read(tmp_path / "people.age") == b"third"


def test_the_vault_of_another_office_cannot_be_read(vault: Vault, tmp_path: Path) -> None:
    vault.write(tmp_path / "people.age", SECRET)
    (tmp_path / "other").mkdir()
    with pytest.raises(Unreadable) as caught:
        make_vault(tmp_path / "other").read(tmp_path / "people.age")
    assert caught.value.key == "custody.vault_damaged"


def test_a_missing_file_and_a_missing_key(vault: Vault, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        vault.read(tmp_path / "none.age")
    with pytest.raises(NotFound):
        open_vault(tmp_path / "nowhere")


@pytest.mark.parametrize("key", [b"", b"AGE-SECRET-KEY-1", "鍵".encode(), b"\xff\xfe"])
def test_a_damaged_key_is_said_to_be_damaged_and_not_repeated(tmp_path: Path, key: bytes) -> None:
    (tmp_path / "vault.key").write_bytes(key)
    with pytest.raises(Unreadable) as caught:
        open_vault(tmp_path)
    assert caught.value.values == {"path": tmp_path / "vault.key"}


def test_what_the_disk_does_not_take_is_the_disks_fault(vault: Vault, tmp_path: Path) -> None:
    with pytest.raises(MediumError):
        vault.write(unwritable() / "people.age", SECRET)
    with pytest.raises(MediumError):
        vault.read(tmp_path)


def test_a_full_disk_leaves_nothing_behind(vault: Vault, tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        with pytest.raises(MediumError):
            vault.write(tmp_path / "people.age", bytes(200_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [path.name for path in tmp_path.iterdir()] == ["vault.key"]


@given(st.binary(max_size=200), st.integers(0, 400), st.integers(1, 255))
@settings(deadline=None, max_examples=60)
def test_every_flipped_byte_is_noticed(tmp_path_factory: pytest.TempPathFactory, data: bytes, at: int, by: int) -> None:
    folder = tmp_path_factory.mktemp("vault")
    vault = make_vault(folder)
    vault.write(folder / "people.age", data)
    stored = bytearray((folder / "people.age").read_bytes())
    stored[at % len(stored)] ^= by
    (folder / "people.age").write_bytes(stored)
    with pytest.raises(SekishoError):
        vault.read(folder / "people.age")
