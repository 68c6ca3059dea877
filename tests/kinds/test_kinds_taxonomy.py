"""The taxonomy is data that everything leans on: complete, distinct, and its masks add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.kinds.taxonomy import header_form, kind, kind_of_header, kinds_in, mask_of, taxonomy

# The kinds of the case and of the issue; a kind once published never goes.
PROMISED = [
    "resident_code",
    "name",
    "name_kana",
    "address",
    "postal_code",
    "birth_date",
    "sex",
    "phone",
    "email",
    "tax_amount",
    "benefit_status",
    "welfare_status",
    "bank_code",
    "branch_code",
    "bank_account",
    "account_holder",
    "my_number",
    "corporate_number",
    "drivers_licence",
    "passport",
    "residence_card",
    "health_insurance",
    "pension_number",
    "payment_card",
    "iban",
    "ssn",
    "nhs_number",
]

# What a mask stored years ago means must never change.
PUBLISHED_BITS = {
    "resident_code": 0,
    "name": 1,
    "birth_date": 5,
    "my_number": 20,
    "case_number": 52,
    "lookup_token": 53,
}

HEADERS = {
    "統一コード": "resident_code",
    "住民税の均等割額": "tax_amount",
    "金融機関コード": "bank_code",
    "口座番号": "bank_account",
    "口座名義": "account_holder",
    "生年月日（西暦）": "birth_date",
    "Date_of Birth": "birth_date",
    "ＴＥＬ": "phone",
    "個人番号": "my_number",
}

FLAGS = {
    "my_number",
    "identification_code",
    "special_care",
    "financial_harm",
    "contact",
    "direct",
    "quasi",
    "public",
    "secret",
    "gdpr9",
}


def test_there_are_at_least_forty_kinds_and_all_that_were_promised() -> None:
    assert len(taxonomy()) >= 40
    assert set(PROMISED) <= set(taxonomy())


@pytest.mark.parametrize("kind_id", taxonomy())
def test_a_kind_is_whole(kind_id: str) -> None:
    each = kind(kind_id)
    assert each.ja
    assert each.en
    assert 1 <= each.sensitivity <= 4
    assert each.flags <= FLAGS
    assert each.dpv.startswith(("pd:", "dpv:"))


def test_published_bits_never_change() -> None:
    assert {kind_id: kind(kind_id).bit for kind_id in PUBLISHED_BITS} == PUBLISHED_BITS


@given(st.sets(st.sampled_from(sorted(taxonomy()))))
def test_a_mask_gives_back_its_kinds(kind_ids: set[str]) -> None:
    assert {each.id for each in kinds_in(mask_of(map(kind, kind_ids)))} == kind_ids


def test_a_mask_from_a_newer_version_is_refused_not_trimmed() -> None:
    with pytest.raises(ValueError, match="does not know"):
        kinds_in(1 << 63)


@pytest.mark.parametrize("header", HEADERS)
def test_a_header_names_its_kind(header: str) -> None:
    found = kind_of_header(header)
    assert found is not None
    assert found.id == HEADERS[header]


@pytest.mark.parametrize("header", ["会社名", "project_name", "年度", "id", "value", "", "状態"])
def test_a_header_that_names_nothing_is_none(header: str) -> None:
    assert kind_of_header(header) is None


def test_header_words_are_stored_as_they_are_compared() -> None:
    for each in taxonomy().values():
        assert all(header_form(word) == word for word in each.headers)
