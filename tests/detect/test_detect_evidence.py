from dataclasses import replace

import pytest

from sekisho.catalogue.words import LANGUAGES, area_words
from sekisho.detect.evidence import ColumnProfile, Evidence, Share, fit, own_evidence, pass_weight, speaks, value_weight
from sekisho.detect.headers import names_thing, read_header
from sekisho.detect.packs import built_in_rules

_RULES = built_in_rules()
_CHECK = _RULES.scale.check


def _profile(
    header: str = "",
    filled: int = 100,
    inside: dict[str, int] | None = None,
    **shapes: int,
) -> ColumnProfile:
    return ColumnProfile(
        label=header or "#1",
        reading=read_header(header, _RULES),
        thing=names_thing(header, _RULES),
        filled=filled,
        shapes={name: Share(matched, filled, exact=True) for name, matched in shapes.items()},
        inside=inside or {},
        labelled={},
        sampled=filled,
        distinct=filled,
    )


def _weights(kind: str, profile: ColumnProfile) -> dict[str, float]:
    return {each.key: each.weight for each in own_evidence(kind, _RULES.kinds[kind], profile, _RULES)}


@pytest.mark.parametrize(
    ("passed", "tried", "least", "most"),
    [
        (8, 8, 10, 16),
        (3, 3, 4, 8),
        (460_517, 460_517, 16, 16),
        (55_000, 100_000, 5, 16),
        (10_000, 100_000, -16, -10),
        (11_000, 100_000, -16, -10),
        (0, 3_000, -16, -10),
        (1, 8, -10, -3),
        (0, 0, 0, 0),
    ],
)
def test_passes_are_weighed_against_chance(passed: int, tried: int, least: float, most: float) -> None:
    """One in ten by chance, a little more or less, speaks against; most of them speaks for, mixed columns too."""
    assert least <= pass_weight(passed, tried, chance=0.1, scale=_CHECK) <= most


def test_the_share_of_a_shape_is_weighed() -> None:
    (values,) = _RULES.kinds["passport"].values

    weights = [
        value_weight(values, "passport", _profile(passport=matched), _RULES) for matched in (0, 25, 50, 70, 90, 100)
    ]

    assert weights == pytest.approx([-4.0, -2.0, 0.0, 2.0, 4.0, 4.0])


def test_a_few_cells_prove_little_unless_header_or_shape_do() -> None:
    def weight(kind: str, header: str, filled: int, **shapes: int) -> float:
        return _weights(kind, _profile(header, filled, None, **shapes))["shape"]

    assert weight("name", "", 2, western_name=2) == pytest.approx(6.0 * 2 / 8)
    assert weight("name", "", 8, western_name=8) == 6.0
    assert weight("name", "氏名", 2, western_name=2) == 6.0
    assert weight("email", "", 1, email=1) == 9.0


def test_the_most_frequent_shape_is_named() -> None:
    profile = _profile(western_name=60, foreign_kana=10)

    (shape,) = (each for each in own_evidence("name", _RULES.kinds["name"], profile, _RULES) if each.key == "shape")

    assert shape.values == {"shape": "western_name", "share": 70.0}


def test_a_dictionary_need_not_know_every_name() -> None:
    surname = _RULES.kinds["name"].values[0]

    assert fit(surname, _profile(surname=35), _RULES) == 1.0
    assert fit(surname, _profile(surname=7), _RULES) == pytest.approx(0.2)


def test_headers_speak_for_and_against() -> None:
    profile = _profile("氏名", surname=60)

    assert _weights("name", profile)["header_exact"] == 6.0
    assert _weights("account_holder", profile)["header_other"] == -4.0


def test_an_empty_column_says_nothing_but_its_header() -> None:
    assert set(_weights("my_number", _profile("個人番号", filled=0))) == {"header_exact"}


def test_numbers_inside_text_count_without_speaking_of_the_column() -> None:
    assert _weights("phone", _profile(inside={"phone": 3})) == {"inside": 5.5}
    assert _weights("my_number", _profile(inside={"twelve": 5, "my_number": 5}))["check_digit"] > 5


def test_too_many_values_speak_against() -> None:
    assert _weights("sex", _profile(sex_word=100))["many_values"] < 0
    assert "many_values" not in _weights("sex", replace(_profile(sex_word=100), distinct=2))


def test_a_rule_without_any_of_its_shapes_need_not_be_asked() -> None:
    assert not speaks(_RULES.kinds["phone"], _profile(seven=100))
    assert speaks(_RULES.kinds["phone"], _profile(inside={"phone": 1}))


def test_all_evidence_has_words_in_both_languages() -> None:
    words = area_words("detect")
    values: dict[str, str | int | float] = {
        "kind": "name",
        "share": 50.0,
        "shape": "my_number",
        "pattern": "e-mail",
        "rule": "staff number",
        "entity": "STAFF",
        "word": "staff",
        "cells": 3,
        "passed": 1,
        "tried": 2,
        "distinct": 9,
    }

    for key in words:
        said = [Evidence(key, 1.0, values).says(language) for language in LANGUAGES]
        assert all(said), key
        assert "氏名" in said[0] or "kind" not in words[key]["ja"]
