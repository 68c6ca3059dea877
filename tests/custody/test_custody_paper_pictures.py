"""A finder's telephone reads the code on a rubbed label: the highest level, 41 modules in 15 mm, and never a wrong number."""

import re
from datetime import UTC, datetime

import pytest

from sekisho.custody.paper.facts import Form, LabelRow, LedgerFacts, OfficeFacts
from sekisho.custody.paper.pictures import dialled, label_address, pictures, qr_code


def test_a_finders_address_is_in_capitals_and_takes_version_4() -> None:
    address = label_address("https://custody.city.example", "7Q2M-K9TX-4HCD")
    assert address == "HTTPS://CUSTODY.CITY.EXAMPLE/F/7Q2M-K9TX-4HCD"
    assert qr_code(address)["modules"] == 41
    assert qr_code(address.lower())["modules"] != 41  # which is why


def test_a_longer_address_takes_more_modules_not_smaller_ones() -> None:
    code = qr_code(label_address("https://a-very-long-name-of-an-office.city.example/custody", "7Q2M-K9TX-4HCD"))
    assert isinstance(code["modules"], int)
    assert code["modules"] > 41
    assert re.search(rf'width="{code["modules"]}"', str(code["svg"]))


@pytest.mark.parametrize(
    ("phone", "address"),
    [
        ("06-0123-0617", "TEL:0601230617"),
        ("+81 (6) 0123-0617", "TEL:+81601230617"),
        ("０６－０１２３－０６１７", "TEL:0601230617"),
        ("06-0123-0617（夜間 06-9999-0000）", "TEL:0601230617"),
        ("", ""),
        ("受付まで", ""),
    ],
)
def test_the_first_number_is_the_one_that_is_called(phone: str, address: str) -> None:
    assert dialled(phone) == address


def test_without_a_page_the_label_calls_and_without_a_number_it_has_no_code() -> None:
    office = OfficeFacts(name="汐見市", phone="", zone="Asia/Tokyo")
    ledger = LedgerFacts(origin="city.example/ledger", size=1)
    rows = (LabelRow(number="1"), LabelRow(number="2", address="HTTPS://X.EXAMPLE/F/7Q2M"))
    form = Form(form="label", office=office, ledger=ledger, at=datetime(2022, 6, 21, tzinfo=UTC), rows=rows)
    none, some = pictures(form)["labels"]
    assert none is None
    assert some["modules"] == 41
