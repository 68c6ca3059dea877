"""A name in a payload can be written everywhere, and is the same file on every operating system."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.capsule.names import Names


def taken(*names: str) -> Names:
    made = Names()
    for name in names:
        made.add(name)
    return made


@pytest.mark.parametrize(
    "name",
    [
        "住民 一覧.csv",
        "税/給付/対象.csv",
        "ｶﾅ.txt",
        "葛\U000e0101城市.csv",
        "..hidden",
        "a..b",
        ".env",
        "console.txt",
        "com",
        "com10",
    ],
)
def test_names_of_offices_are_taken(name: str) -> None:
    taken(name)


@pytest.mark.parametrize(
    "name", ["", "/", "/etc/passwd", "a/", "a//b", ".", "..", "../a", "a/../b", "a/./b", "a/..", "//host/share"]
)
def test_a_name_that_leaves_its_folder_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="relative"):
        taken(name)


@pytest.mark.parametrize(
    "name",
    [
        *("C:/a", "C:a", "a\\b", "..\\a", "\\\\host\\a", "a*", "a?", 'a"', "a<b", "a>b", "a|b", "a:stream"),
        *("a\0", "a\n", "a\x1b[2J", "a\x7f", "a\x85", "a\u2028b", "exe\u202efdp", "a\u2067b", "a\ud800"),
        *("a ", "a.", "a /b", "a./b"),
        *("con", "CON", "con.txt", "Con .txt", "a/aux", "a/nul.tar.gz", "prn", "com1", "LPT9.csv", "com¹", "conin$"),
    ],
)
def test_a_name_that_some_system_cannot_have_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="every operating system can"):
        taken(name)


@pytest.mark.parametrize("name", ["か\u3099.csv", "e\u0301/a", "\u212b"])
def test_a_name_that_is_not_composed_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="NFC"):
        taken(name)


@pytest.mark.parametrize("name", ["住" * 86, "a/" + "b" * 256, "/".join(["ab"] * 342)])
def test_a_name_that_is_too_long_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="short enough"):
        taken(name)


def test_the_longest_names_can_be_written(tmp_path: Path) -> None:
    name = f"{'住' * 85}/{'b' * 255}"
    taken(name)
    (tmp_path / name).parent.mkdir()
    (tmp_path / name).touch()
    assert len(os.listdir(tmp_path / ("住" * 85))) == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a", "a"),
        ("List.csv", "LIST.CSV"),
        ("ﾃﾞｰﾀ.CSV", "ﾃﾞｰﾀ.csv"),
        ("straße", "STRASSE"),
        ("\u1fd3", "\u0390"),  # composed differently, one name on a case-insensitive system
        ("a", "a/b"),
        ("a/b", "A"),
        ("a/b/c", "a/B"),
    ],
)
def test_two_names_that_some_system_takes_for_one_are_refused(first: str, second: str) -> None:
    for names in ((first, second), (second, first)):
        with pytest.raises(ValueError, match=r"stands once|composed"):
            taken(*names)


def test_folders_are_shared_and_equal_names_in_two_of_them_stay_two() -> None:
    taken("a/b/1", "a/b/2", "a/1", "A/3", "b/1")


def test_a_refused_name_is_not_repeated() -> None:
    with pytest.raises(ValueError, match="every operating system") as caught:
        taken("尼崎太郎?")
    assert "尼崎" not in str(caught.value)


@given(st.text(st.sampled_from("aA.é/ か\u3099\\:~1") | st.characters(), max_size=12))
def test_whatever_is_taken_stays_inside_its_folder(name: str) -> None:
    try:
        taken(name)
    except ValueError:
        return
    assert os.path.normpath(f"/out/{name}") == f"/out/{name}"
    assert len(os.fsencode(name)) == len(name.encode())
