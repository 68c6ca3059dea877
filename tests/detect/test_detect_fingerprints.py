import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.detect.fingerprints import Fingerprints, Key, load_key, load_or_make_key
from sekisho.errors import MediumError, Missing, Unreadable

_KEY = Key(bytes(range(32)))
_HERE = Fingerprints(key=_KEY, folder=Path("/srv/project"))


def _of(value: str, *, path: str = "/srv/project/a.txt", kind: str = "phone", by: Fingerprints = _HERE) -> str:
    return by.of_value(kind=kind, path=Path(path), value=value)


@pytest.mark.parametrize(
    "other", ["０９０－１２３４－５６７８", "090(1234)5678", "09012345678", "090 1234 5678", "090ー1234ー5678"]
)
def test_a_number_is_the_same_however_it_is_written(other: str) -> None:
    assert _of(other) == _of("090-1234-5678")


def test_words_keep_what_stands_between_them() -> None:
    assert _of("a-1@b.jp", kind="email") != _of("a1@b.jp", kind="email")


def test_kind_path_value_and_key_all_count() -> None:
    other = Fingerprints(key=Key(bytes(32)), folder=_HERE.folder)
    made = {_of("1234567"), _of("1234568"), _of("1234567", kind="my_number"), _of("1234567", path="/srv/b.txt")}

    assert len(made | {_of("1234567", by=other)}) == 5
    assert all(len(each) == 32 for each in made)


_WORDS = st.text(st.characters(exclude_categories=["Cs"]))


@given(_WORDS, _WORDS, _WORDS, _WORDS)
def test_parts_do_not_run_into_each_other(table: str, column: str, other_table: str, other_column: str) -> None:
    same = (table, column) == (other_table, other_column)

    assert (_column(table, column) == _column(other_table, other_column)) is same


def _column(table: str, column: str) -> str:
    return _HERE.of_column(kind="name", path=Path("a.csv"), table=table, column=column)


def test_a_copy_of_the_project_elsewhere_is_the_same_project() -> None:
    elsewhere = Fingerprints(key=_KEY, folder=Path("/home/me/work"))

    assert _of("1234567") == _of("1234567", path="/home/me/work/a.txt", by=elsewhere)
    assert _of("1234567", path="/srv/outside.txt") != _of("1234567", path="/home/me/outside.txt", by=elsewhere)


def test_names_that_are_no_utf_8_and_addresses_are_names_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sjis = os.fsdecode("住民.csv".encode("cp932"))
    before = _of("1234567", path="postgresql:/db/juki"), _of("1234567", path=f"/srv/project/{sjis}")
    monkeypatch.chdir(tmp_path)

    assert (_of("1234567", path="postgresql:/db/juki"), _of("1234567", path=f"/srv/project/{sjis}")) == before


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    made = load_or_make_key(tmp_path / "k")

    assert stat.S_IMODE((tmp_path / "k").stat().st_mode) == 0o600
    assert load_or_make_key(tmp_path / "k") == load_key(tmp_path / "k") == made
    assert made.secret.hex() not in repr(made)
    assert made.id not in made.secret.hex()


def test_what_is_no_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "short").write_bytes(b"secret")

    with pytest.raises(Unreadable, match="not a key"):
        load_key(tmp_path / "short")
    with pytest.raises(Unreadable, match="cannot be read"):
        load_key(tmp_path)
    with pytest.raises(Missing, match="no key file"):
        load_key(tmp_path / "none")
    with pytest.raises(MediumError, match="cannot be written"):
        load_or_make_key(tmp_path / "no-folder" / "k")
