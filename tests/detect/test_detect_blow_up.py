import re

import pytest

from sekisho.detect.recognisers.blow_up import blows_up


@pytest.mark.parametrize(
    "regex",
    [
        "(a+)+$",
        "(a*)*$",
        r"(\w+\s?)*$",
        "(a|a)*$",
        "(?:ab?b?)*$",
        r"(\d{1,3})+$",
        r"(\w*){0,3}x",
        "((a?)?b){1,40}x",
        "((b*){0,3}[ab]){0,3}$",
        "(?:(?:.*|abab)){0,3}x",
        r"(\w+){2}\s?\w+x",
        "(.*,)*x",
        r"^(([a-z])+.)+[A-Z]([a-z])+$",
        r"(\d+|\w)+x",
        r"(?:[0-9A-Za-z]+[-_]?)+@",
        "(?i)(a+A?)+$",
        "((山+)一?)+$",
        "a*a*a*$",
        r"\s*[ \t]*\s*x",
        r"(.*)(x)(.*)(y)(.*)z",
        "(x?)*",
    ],
)
def test_what_may_take_for_ever_is_told(regex: str) -> None:
    re.compile(regex)

    assert blows_up(regex)


@pytest.mark.parametrize(
    "regex",
    [
        r"\b\d{5}(?:-\d{4})?\b",
        r"[a-z0-9]+(?:\.[a-z0-9]+)*@(?:[a-z0-9]+\.)+[a-z]{2,}",
        r"(?:\d{1,3}\.){3}\d{1,3}",
        r"(?:\d{1,3}[.,]?){1,5}",
        r"\d+[- ]?\d+",
        r"\d+-\d+-\d+-\d+",
        r"(?:[0-9A-F]{2}[:-]){5}[0-9A-F]{2}",
        r"(?<![0-9])\d{3}[- ]?\d{2}[- ]?\d{4}(?![0-9])",
        r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}",
        r"(?:東京都|大阪府)+",
        "(?>a+)+b",
        r"(?:(?=x)a)*",
        "(a|ab)*$",
        "[^a]+a",
    ],
)
def test_what_offices_write_is_let_through(regex: str) -> None:
    re.compile(regex)

    assert not blows_up(regex)
