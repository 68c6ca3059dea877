"""Every kind has invented values; they fit the person, hang on the word alone, and no number of them is anybody's."""

import random
from collections.abc import Callable

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.canon.date import parse_date
from sekisho.canon.number import postal_code
from sekisho.codes import checks
from sekisho.detect import check_digits
from sekisho.invented.draws import Draws
from sekisho.invented.values import Person, columns, invent, invent_column, invent_person
from sekisho.kinds.taxonomy import taxonomy

MANY = 5_000
WITHOUT_FORM = {"lookup_token", "other"}
WORDS = st.integers(min_value=0, max_value=2**64 - 1)


@pytest.fixture(scope="module")
def draws() -> Draws:
    return Draws(np.frombuffer(random.Random(1).randbytes(8 * MANY), np.uint64))


def column(kind_id: str, draws: Draws) -> pl.Series:
    found = invent_column(kind_id, draws)
    assert found is not None
    return found


def test_every_kind_has_a_form_or_is_known_to_have_none() -> None:
    assert columns().keys() | WITHOUT_FORM == taxonomy().keys()


@pytest.mark.parametrize("kind_id", columns())
def test_a_column_has_a_value_for_every_word(kind_id: str, draws: Draws) -> None:
    found = column(kind_id, draws)
    assert len(found) == MANY
    assert found.dtype == pl.String
    assert not found.is_null().any()
    assert not (found == "").any()


@settings(deadline=None)
@given(st.sampled_from(sorted(columns())), st.lists(WORDS, min_size=1, max_size=5))
def test_a_value_hangs_on_its_word_alone(kind_id: str, words: list[int]) -> None:
    """Not on who else is asked about, nor on what was asked before."""
    together = column(kind_id, Draws(np.array(words, np.uint64)))
    assert together.to_list() == [invent(kind_id, Person(word)) for word in words]


def test_randomness_gives_the_person() -> None:
    first, again, other = (invent_person(random.Random(seed).randbytes) for seed in (1, 1, 2))
    assert first == again != other


def test_a_reading_fits_the_name(draws: Draws) -> None:
    """One written surname with its reading, and the holder of the account is the person in half width."""
    names, kana = (column(kind, draws).str.split("\u3000").list.first() for kind in ("name", "name_kana"))
    assert set(kana.filter(names == "佐藤")) == {"サトウ"}
    holder = column("account_holder", draws).str.normalize("NFKC").str.replace(" ", "\u3000", literal=True)
    large = column("name_kana", draws).str.replace_many(
        dict(zip("ァィゥェォッャュョ", "アイウエオツヤユヨ", strict=True))
    )
    assert holder.str.replace_all(r"\s", "").to_list() == large.str.replace_all(r"\s", "").to_list()


def test_a_name_fits_the_sex_and_the_letters_of_the_mail_the_name(draws: Draws) -> None:
    sex, name = column("sex", draws), column("name", draws)
    assert (sex.filter(name.str.ends_with("子")) == "女").mean() > 0.95  # type: ignore[operator]
    satou = column("email", draws).filter(name.str.starts_with("佐藤\u3000"))
    assert satou.str.starts_with("sato.").all()


def test_a_postal_code_is_that_of_the_town(draws: Draws) -> None:
    homes = pl.DataFrame({"code": column("postal_code", draws), "address": column("address", draws)})
    assert homes["code"].str.starts_with("688-").all()
    assert homes["address"].str.starts_with("兵庫県汐見市").all()
    town = pl.col("address").str.extract("汐見市([^0-9]+)")
    assert homes.group_by(town).agg(pl.col("code").n_unique())["code"].unique().to_list() == [1]


def test_dates_exist_and_nobody_arrived_before_birth(draws: Draws) -> None:
    births, arrivals = column("birth_date", draws), column("residence_date", draws)
    assert all(parse_date(day) for day in [*births, *arrivals])
    assert (arrivals >= births).all()


def test_odd_names_are_among_them() -> None:
    many = Draws(np.arange(200_000, dtype=np.uint64))
    names = column("name", many)
    assert all(names.str.contains(sign, literal=True).any() for sign in "髙﨑𠮷邊")
    assert names.str.contains(r"^[A-Z' ]{25,}$").any()


@pytest.mark.parametrize(
    ("kind_id", "right"),
    [
        ("my_number", check_digits.my_number),
        ("corporate_number", check_digits.corporate_number),
        ("payment_card", check_digits.payment_card),
        ("insurer_number", check_digits.insurer_number),
        ("nhs_number", check_digits.nhs_number),
        ("kr_rrn", lambda text: check_digits.kr_rrn(text.replace("-", ""))),
        ("tw_id", check_digits.tw_id),
        ("iban", check_digits.iban),
        ("ssn", lambda text: check_digits.ssn(text.replace("-", ""))),
        ("nino", check_digits.nino),
        ("yucho_account", lambda text: check_digits.yucho_account(*text.split("-"))),
        ("case_number", checks),
    ],
)
def test_no_number_passes_its_check(kind_id: str, right: Callable[[str], bool], draws: Draws) -> None:
    """By the detector's plain statements of the rules, not by the code that made them wrong."""
    assert not any(map(right, column(kind_id, draws)))


@pytest.mark.parametrize(
    ("kind_id", "wrong_at", "right"),
    [
        ("my_number", -1, check_digits.my_number),
        ("corporate_number", 0, check_digits.corporate_number),
        ("insurer_number", -1, check_digits.insurer_number),
        ("tw_id", -1, check_digits.tw_id),
        ("case_number", -1, checks),
    ],
)
def test_only_the_check_digit_is_wrong(kind_id: str, wrong_at: int, right: Callable[[str], bool], draws: Draws) -> None:
    """Another digit in its place makes the number pass, so that the form is that of a real one."""
    for number in column(kind_id, draws).head(200):
        signs = [list(number) for _ in range(10)]
        for digit, each in enumerate(signs):
            each[wrong_at] = str(digit)
        assert sum(right("".join(each)) for each in signs) == 1


def test_telephone_numbers_are_outside_the_numbering_plan(draws: Draws) -> None:
    phones = column("phone", draws)
    assert phones.str.contains(r"^(0[789]0-0\d{3}-\d{4}|0[36]-0\d{3}-\d{4}|0\d\d-0\d\d-\d{4})$").all()


def test_mail_reaches_no_domain_and_addresses_no_machine(draws: Draws) -> None:
    assert column("email", draws).str.contains(r"^[a-z.]+\d{4}@([a-z]+\.)?example\.(com|net|org|jp)$").all()
    assert column("ip_address", draws).str.contains(r"^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}$").all()


def test_banks_and_postal_codes_are_given_to_nobody(draws: Draws) -> None:
    assert column("bank_code", draws).cast(pl.Int64).is_between(9901, 9999).all()
    assert all(postal_code(code) for code in column("postal_code", draws))
