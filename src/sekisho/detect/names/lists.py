"""Common names, written for this project from general knowledge: ``rules/*.txt``."""

from functools import cache
from importlib.resources import files

from sekisho.canon.name import name as canonical_name


@cache
def surnames() -> frozenset[str]:
    """Return common Japanese surnames in the form in which names are compared."""
    return frozenset(canonical_name(line.split()[0]) for line in _lines("surnames"))


@cache
def surname_readings() -> frozenset[str]:
    """Return their readings in katakana."""
    return frozenset(line.split()[1] for line in _lines("surnames"))


@cache
def given_names() -> frozenset[str]:
    """Return common Japanese given names in the form in which names are compared."""
    return frozenset(canonical_name(word) for line in _lines("given_names") for word in line.split())


@cache
def english_names() -> frozenset[str]:
    """Return common given names of English-speaking countries and Europe."""
    return frozenset(word for line in _lines("names_english") for word in line.split())


@cache
def western_given_names() -> frozenset[str]:
    """Return more given names of Europe, the Americas and elsewhere, for running text only."""
    return frozenset(word for line in _lines("given_names_western") for word in line.split())


@cache
def western_surnames() -> frozenset[str]:
    """Return common surnames of English-speaking countries and elsewhere."""
    return frozenset(word for line in _lines("surnames_western") for word in line.split())


def _lines(name: str) -> list[str]:
    text = files("sekisho.detect").joinpath("rules", f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
