import re

import pytest

from sekisho.detect.packs import built_in_rules
from sekisho.detect.recognisers.recogniser import Pattern, Recogniser, find, find_in
from sekisho.readers.views import Piece

_RULES = built_in_rules()


def _recogniser(regex: str, *, score: float = 0.5, context: tuple[str, ...] = (), kind: str = "other") -> Recogniser:
    pattern = Pattern(name="p", regex=re.compile(regex), score=score)
    return Recogniser(name="staff", entity="STAFF_ID", kind=kind, patterns=(pattern,), context=context)


def test_a_match_is_a_finding_with_its_place() -> None:
    (found,) = find([_recogniser(r"S-\d{4}")], "一行目\n職員 S-1234 さん\n", _RULES)

    assert (found.line, found.start, found.end, found.line_start, found.value) == (2, 7, 13, 4, "S-1234")
    assert (found.kind, found.level, found.masked) == ("other", "low", "*-****")
    assert found.evidence[0].says("en") == "A rule of your own says so: staff (STAFF_ID)."


@pytest.mark.parametrize(
    ("score", "text", "level"),
    [(1.0, "S-1234", "high"), (0.85, "S-1234", "medium"), (0.5, "職員番号は S-1234", "medium"), (0.3, "S-1234", "low")],
)
def test_a_score_is_a_confidence_that_context_raises(score: float, text: str, level: str) -> None:
    (found,) = find([_recogniser(r"S-\d{4}", score=score, context=("職員番号",))], text, _RULES)

    assert found.level == level


def test_a_weak_score_alone_is_nothing() -> None:
    assert find([_recogniser(r"\d{5}", score=0.01, context=("zip",))], "12345 unzip 12345", _RULES) == []
    assert len(find([_recogniser(r"\d{5}", score=0.01, context=("zip",))], "zip: 12345", _RULES)) == 1


def test_of_overlapping_finds_of_a_kind_the_surest_stays() -> None:
    found = find([_recogniser(r"\d{4}", score=0.6), _recogniser(r"\d{4}-\d{4}", score=0.9)], "1234-5678", _RULES)

    assert [each.value for each in found] == ["1234-5678"]


@pytest.mark.parametrize("before", [0, 375, 380, 488, 494, 495, 497, 500, 501, 5000])
def test_a_long_line_is_read_in_windows_that_cut_nothing(before: int) -> None:
    text = "x" * before + " 12345678 " + "y" * 700

    found = find([_recogniser(r"(?<!\d)\d{4,8}(?!\d)")], text, _RULES)

    assert [(each.start, each.value) for each in found] == [(before + 1, "12345678")]


def test_places_in_a_piece_are_places_in_the_whole() -> None:
    """Lines end where the readers say: a form feed ends none."""
    piece = Piece(text="一\f行目\r\nS-1234\n".encode(), first_line=11, first_character=500)

    (found,) = find_in([_recogniser(r"S-\d{4}")], piece, _RULES)

    assert (found.line, found.start, found.end, found.line_start) == (12, 506, 512, 506)
