"""An office has one folder, which nobody else can enter and nothing overwrites."""

import os
import stat
from pathlib import Path

import pytest

from sekisho.errors import MediumError, Missing, Misuse
from sekisho.store import home as module
from sekisho.store.home import Home, find_home, make_home


def made(root: Path) -> Home:
    """An office as far as its folder is concerned."""
    home = make_home(root)
    home.database.touch()
    home.settings.touch()
    return home


@pytest.mark.parametrize("name", ["home", "尼崎市 情報政策課", "a/b/c", "100%?#"])
def test_a_new_office_is_a_folder_for_its_owner_alone(tmp_path: Path, name: str) -> None:
    home = make_home(tmp_path / name)
    folders = [home.root, home.keys, home.keks, home.records, home.cuts, home.people]
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in folders] == [0o700] * 6
    assert sorted(os.listdir(home.root)) == ["cuts", "keks", "keys", "people", "records"]


def test_a_wide_open_folder_is_narrowed(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    make_home(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


@pytest.mark.parametrize("found", ["sekisho.db", "office.toml"])
def test_an_office_that_is_there_is_not_made_again(tmp_path: Path, found: str) -> None:
    (tmp_path / found).touch()
    with pytest.raises(Misuse) as caught:
        make_home(tmp_path)
    assert caught.value.key == "store.office_exists"
    assert os.listdir(tmp_path) == [found]


def test_an_office_that_was_made_is_found(tmp_path: Path) -> None:
    assert made(tmp_path / "home") == find_home(tmp_path / "home")


def test_a_folder_without_settings_is_no_office(tmp_path: Path) -> None:
    made(tmp_path / "home")
    (tmp_path / "home" / "office.toml").unlink()
    with pytest.raises(Missing) as caught:
        find_home(tmp_path / "home")
    assert (caught.value.key, caught.value.exit_code) == ("store.no_office", 9)


@pytest.mark.parametrize("name", ["file", "file/home", "名" * 100])
def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(MediumError) as caught:
        make_home(tmp_path / name)
    assert caught.value.key == "store.no_folder"


def test_a_folder_that_cannot_be_entered_is_told(tmp_path: Path) -> None:
    with pytest.raises(MediumError) as caught:
        find_home(tmp_path / ("名" * 100))
    assert caught.value.key == "store.no_folder"


def test_the_head_of_the_module_lists_what_lies_where(tmp_path: Path) -> None:
    home = Home(tmp_path)
    paths = [
        home.database,
        home.anchor,
        home.lock,
        home.settings,
        home.keys,
        home.keks,
        home.records,
        home.cuts,
        home.people,
    ]
    listed = [line.split()[0].rstrip("/") for line in str(module.__doc__).splitlines()[2:] if line]
    assert listed == [*(path.name for path in paths), "leftovers"]


def test_what_a_kill_left_is_swept_by_the_offices_own_journal(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    home.leftovers.note(home.cuts)
    (home.cuts / ".sekisho-0123.partial").touch()
    assert find_home(made(tmp_path / "other").root).leftovers.sweep() == []
    assert home.leftovers.sweep() == [home.cuts / ".sekisho-0123.partial"]
