"""JNSA JO: yen for each person as published, and never the value that is wrong in print."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from situations import situation

from conftest import VECTORS
from sekisho.kinds.taxonomy import taxonomy
from sekisho.loss.severity.jnsa import Jnsa, claim, rules

PUBLISHED: dict[str, Any] = yaml.safe_load((VECTORS / "loss" / "severity.yaml").read_text(encoding="utf-8"))["jnsa_jo"]
_NAMES = ("x", "y", "ident", "social", "response")
REGISTER = ("resident_code", "name", "address", "birth_date", "sex")
CITY: dict[str, Any] = {"body": "public", "persons_max": 460_517}


@pytest.mark.parametrize("case", PUBLISHED["vectors"], ids=lambda case: case["name"][:24])
def test_the_yen_are_as_published(case: dict[str, Any]) -> None:
    yen = claim(**{name: case[name] for name in _NAMES})
    assert yen == case.get("yen", yen)
    if "yen_total" in case:
        assert yen * case["persons"] == case["yen_total"]


@pytest.mark.parametrize("case", PUBLISHED["wrong_in_print"])
def test_x_and_y_are_not_swapped(case: dict[str, Any]) -> None:
    """Distress goes by tens, loss by fives."""
    right = claim(**{name: case[name] for name in _NAMES})
    assert right != case["wrong_yen"]
    assert claim(**{name: case[name] for name in _NAMES} | {"x": case["y"], "y": case["x"]}) == case["wrong_yen"]
    assert claim(x=3, y=1, ident=1) > claim(x=1, y=3, ident=1)


def test_a_register_of_a_city() -> None:
    """Its value to plan with, with the reservation that it is no more."""
    found = Jnsa().assess(Jnsa().derive(situation(*REGISTER, facts=CITY)))
    assert (found.score, found.unit, found.also["total"]) == (12_000.0, "JPY", 5_526_204_000.0)
    assert "severity.why_model_value" in found.why


def test_with_tax_and_with_accounts() -> None:
    """That an account alone is at 3 is a judgement, and shown as one."""
    tax = Jnsa().assess(Jnsa().derive(situation(*REGISTER, "tax_amount", facts=CITY)))
    account = Jnsa().assess(Jnsa().derive(situation(*REGISTER, "bank_account", facts=CITY)))
    assert (tax.score, account.score) == (90_000.0, 156_000.0)
    assert "severity.why_account_alone" in account.why
    assert account.input("y").mark == "R"
    assert "severity.why_account_alone" not in tax.why


@pytest.mark.parametrize(
    ("kinds", "ident"),
    [
        (("name", "address"), 6),
        (("name_kana", "address"), 6),
        (("name",), 3),
        (("address", "phone"), 3),
        (("address",), 1),
        (("birth_date", "sex"), 1),
    ],
)
def test_how_easily_somebody_is_found(kinds: tuple[str, ...], ident: int) -> None:
    assert Jnsa().assess(Jnsa().derive(situation(*kinds))).input("ident").value == ident


def test_a_private_body_of_ordinary_size_counts_once() -> None:
    found = Jnsa().assess(Jnsa().derive(situation("name", facts={"body": "private", "persons_max": 3})))
    assert found.input("social").value == 1
    assert Jnsa().assess(Jnsa().derive(situation("name"))).input("social").value == 2


def test_the_table_names_kinds_that_there_are() -> None:
    assert set(rules()["kinds"]) <= set(taxonomy())


@given(st.sampled_from([1, 2]), st.sampled_from([1, 2]), st.sampled_from([1, 3, 6]), st.sampled_from([1, 2, 3]))
def test_more_of_anything_never_costs_less(x: int, y: int, ident: int, other: int) -> None:
    here = claim(x=x, y=y, ident=ident)
    assert here < claim(x=x + 1, y=y, ident=ident)
    assert here < claim(x=x, y=y + 1, ident=ident)
    assert here <= claim(x=x, y=y, ident=max(ident, other))
    assert here < claim(x=x, y=y, ident=ident, social=2)
    assert here < claim(x=x, y=y, ident=ident, response=2)
