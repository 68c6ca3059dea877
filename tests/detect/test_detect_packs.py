from dataclasses import fields

import polars as pl

from sekisho.detect.cells import CHECKS
from sekisho.detect.hits import Shape
from sekisho.detect.packs import Rules, built_in_rules
from sekisho.kinds.taxonomy import taxonomy

_RULES = built_in_rules()


def _known_shapes() -> set[str]:
    kernel = {shape.name.lower() for shape in Shape}
    return kernel | set(_RULES.shapes) | {f"digits_{size}" for size in range(1, 20)} | {"code_digits"}


def test_every_shape_that_a_rule_asks_for_exists() -> None:
    asked = {name for rule in _RULES.kinds.values() for each in rule.values for name in each.shapes}
    asked |= {name for rule in _RULES.kinds.values() if rule.check for name in (rule.check.passed, *rule.check.tried)}
    asked |= {name for sequence in _RULES.sequences for column in sequence.columns for name in column}

    assert asked <= _known_shapes()


def test_every_kind_has_values_that_can_support_it() -> None:
    """Without them a header alone would have to do, and it never does."""
    assert all(rule.values and all(each.weight > 0 for each in rule.values) for rule in _RULES.kinds.values())
    assert set(taxonomy()) - set(_RULES.kinds) == {"lookup_token", "other"}


def test_every_kind_that_a_rule_names_exists() -> None:
    named = {kind for rule in _RULES.kinds.values() for kind in rule.beside}
    named |= {kind for sequence in _RULES.sequences for kind in sequence.kinds}
    named |= {*_RULES.people.codes, *_RULES.people.parts}

    assert named <= set(taxonomy())


def test_every_pattern_compiles_and_every_check_exists() -> None:
    nothing = pl.Series(["x"])

    for name, shape in _RULES.shapes.items():
        assert nothing.str.contains(shape.pattern) is not None, name
        assert shape.check is None or shape.check in CHECKS, name
        assert 0 < shape.share <= 1, name


def test_packs_are_merged() -> None:
    """The international pack adds to what Japan's says about a kind."""
    assert {each.shapes[0] for each in _RULES.kinds["sex"].values} == {"sex_word", "digits_1", "sex_word_english"}
    assert {"name", "姓"} <= _RULES.headers.weak


def test_no_weight_stands_in_code() -> None:
    levels = _RULES.scale.levels

    assert 0 < levels["low"] < levels["medium"] < levels["high"] < 1
    assert {field.name for field in fields(Rules)} >= {"scale", "kinds", "shapes"}


def test_single_cells_are_asked_for_numbers_and_email_alone() -> None:
    rules = built_in_rules().for_single_cells()

    assert {"phone", "my_number", "email"} <= rules.kinds.keys()
    assert not {"name", "address", "birth_date"} & rules.kinds.keys()
    assert rules.scale.values["inside"] == 1
