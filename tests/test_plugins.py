"""A seam gives the built-in piece without looking further."""

from importlib import metadata

import pytest

from sekisho import plugins

BUILT_IN = {"ours": "sekisho.codes:release_code"}
_INSTALLED = [("good", "sekisho.plugins:load"), ("gone", "no_such_module:x"), ("changed", "sekisho.plugins:nothing")]


def test_a_built_in_name_is_loaded_without_scanning_entry_points(monkeypatch: pytest.MonkeyPatch) -> None:
    def scan(**_: str) -> metadata.EntryPoints:
        raise AssertionError("scanned")

    monkeypatch.setattr(plugins, "entry_points", scan)
    assert plugins.load("sekisho.keks", "ours", BUILT_IN).__name__ == "release_code"  # type: ignore[attr-defined]  # a function


def test_an_unknown_name_is_a_lookup_error() -> None:
    with pytest.raises(LookupError, match=r"sekisho\.keks: theirs"):
        plugins.load("sekisho.keks", "theirs", BUILT_IN)


def test_what_is_installed_is_loaded_and_what_does_not_load_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [metadata.EntryPoint(name=name, value=value, group="sekisho.readers") for name, value in _INSTALLED]
    monkeypatch.setattr(plugins, "entry_points", lambda group: [each for each in entries if each.group == group])

    assert list(plugins.installed("sekisho.readers")) == [plugins.load]
