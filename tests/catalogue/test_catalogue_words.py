"""Every word people read exists in both languages and asks for the same values."""

import ast
import string
from importlib.resources import files

import pytest

from conftest import ROOT
from sekisho.catalogue.words import LANGUAGES, area_words, choose_language, say

CATALOGUE = files("sekisho.catalogue")
AREAS = sorted(
    str(path.relative_to(ROOT / "src/sekisho/catalogue").with_suffix(""))
    for path in (ROOT / "src/sekisho/catalogue").rglob("*.toml")
)
ERRORS = {"Misuse", "Refused", "MediumError", "LedgerBroken", "Unreadable", "NotFound", "NoKey", "Missing", "Busy"}


def _asked_for(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field}


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_are_there_and_ask_for_the_same_values(area: str) -> None:
    for name, words in area_words(area).items():
        assert set(words) <= {"ja", "en", "ja_hint", "en_hint"}, name
        assert words["ja"], name
        assert words["en"], name
        assert _asked_for(words["ja"]) == _asked_for(words["en"]), name
        assert ("ja_hint" in words) == ("en_hint" in words), name


GIVEN_UP = {"フォルダー": "フォルダ", "照合用": "照会用"}


@pytest.mark.parametrize("word", GIVEN_UP)
def test_one_thing_has_one_word(word: str) -> None:
    places = [*(ROOT / "src").rglob("*.toml"), *(ROOT / "src").rglob("*.txt"), *(ROOT / "docs").rglob("*.md")]
    assert [path.name for path in places if word in path.read_text(encoding="utf-8")] == [], GIVEN_UP[word]


def _raised() -> dict[str, set[str]]:
    """Return every error key that the source raises, with the values given to it."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", None) in ERRORS and node.args:
                key = node.args[0]
                if isinstance(key, ast.Constant):
                    found.setdefault(str(key.value), set()).update(str(word.arg) for word in node.keywords)
    return found


def test_every_error_raised_has_its_words_and_values() -> None:
    for key, values in _raised().items():
        room, _, matter = key.partition(".")
        words = area_words(f"errors/{room}")
        assert matter in words, key
        for text in words[matter].values():
            assert _asked_for(text) <= values, key


def _strings() -> set[str]:
    """Return every string in the source, so that a key that reaches its error by way of a table counts too."""
    return {
        node.value
        for path in (ROOT / "src").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_no_error_has_words_that_nothing_raises() -> None:
    strings = _strings()
    for area in AREAS:
        room = area.removeprefix("errors/")
        for matter in area_words(area) if room != area else ():
            assert f"{room}.{matter}" in strings or matter in strings, f"{room}.{matter}"


@pytest.mark.parametrize(
    ("asked", "environment", "language"),
    [
        (None, {"LANG": "ja_JP.UTF-8"}, "ja"),
        (None, {"LANG": "en_GB.UTF-8"}, "en"),
        (None, {"LANG": "ja_JP.UTF-8", "LC_ALL": "C"}, "en"),
        (None, {}, "en"),
        ("ja", {"LANG": "C"}, "ja"),
        ("en", {"LANG": "ja_JP.UTF-8"}, "en"),
    ],
)
def test_the_language_is_the_one_asked_for_or_the_locales(
    asked: str | None, environment: dict[str, str], language: str
) -> None:
    assert choose_language(asked, environment) == language


def test_an_unknown_key_is_a_bug_not_an_empty_line() -> None:
    with pytest.raises(KeyError):
        say("errors/readers.no_such_matter", LANGUAGES[0])
