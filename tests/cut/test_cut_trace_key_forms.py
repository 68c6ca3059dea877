"""The forms that marks are keyed by agree with canon, which compares single values."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.canon.address import address
from sekisho.canon.name import name
from sekisho.cut.trace.key_forms import address_form, name_form, postal_form

unhurried = settings(deadline=None)

JAPANESE = st.text(st.sampled_from("髙高橋﨑崎斎齋藤　 \u200b\ufe00カヤﾀﾛｳー－-0０3３丁目番号のA①"), max_size=12)


@unhurried
@given(JAPANESE)
def test_a_name_has_the_form_of_canon(text: str) -> None:
    assert name_form(pl.Series([text])).to_list() == [name(text)]


@pytest.mark.parametrize(
    "spelt",
    [
        "兵庫県汐見市松原町3丁目4番5号", "汐見市松原町３丁目４番５号", "汐見市松原町3-4-5", "兵庫県汐見市 松原町３－４－５",
        "汐見市松原町3ー4ー5",
    ],
)  # fmt: skip
def test_an_address_has_one_form_however_it_is_spelt(spelt: str) -> None:
    assert address_form(pl.Series([spelt])).to_list() == ["汐見市松原町3-4-5"]
    assert address(spelt) == "汐見市松原町3-4-5"


def test_other_addresses_stay_others() -> None:
    spelt = pl.Series(
        ["松原町3丁目4番5号", "松原町3丁目45号", "松原町34番5号", "竹原町3丁目4番5号", "松原町3丁目4番5号203号室"]
    )

    assert address_form(spelt).n_unique() == len(spelt)


def test_a_postal_code_is_its_digits() -> None:
    assert postal_form(pl.Series(["660-0051", "6600051", None])).to_list() == ["6600051", "6600051", None]
