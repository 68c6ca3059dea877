"""Rules for USBGuard: in its language, whatever a stick says of itself, and nothing let in that is more than a stick."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.custody.media_records import MediumRecord, MediumState
from sekisho.custody.usbguard import quoted, usbguard_rules

STRING = r'"(?:[^"\\\r\n]|\\x[0-9a-f]{2})*"'
RULE = re.compile(
    rf"(?:allow id [0-9a-f]{{4}}:[0-9a-f]{{4}} serial {STRING} with-interface equals \{{(?: [0-9a-f]{{2}}(?::[0-9a-f]{{2}}){{2}})+ \}}"
    rf"|reject id [0-9a-f]{{4}}:[0-9a-f]{{4}} serial {STRING})"
)
"""What usbguard's grammar (src/Library/RuleParser/Grammar.hpp) takes of what we write."""


def medium(serial: str = "0001", *, state: MediumState = MediumState.IN_STORE, **changes: Any) -> MediumRecord:
    values: dict[str, Any] = {"id": "0000011", "label": "USB-1", "vendor_id": "0951", "product_id": "1666", **changes}
    return MediumRecord(
        **values, serial=serial, state=state, lost_code="7Q2M-K9TX-4HCD", registered_at="2022-06-21T08:00:00Z"
    )


def rules(*register: MediumRecord) -> list[str]:
    return [line for line in usbguard_rules(register).splitlines() if line and not line.startswith("#")]


def test_a_medium_in_use_is_allowed_as_a_stick_and_nothing_more() -> None:
    assert rules(medium(), medium("0002", state=MediumState.ISSUED)) == [
        'allow id 0951:1666 serial "0001" with-interface equals { 08:06:50 }',
        'allow id 0951:1666 serial "0001" with-interface equals { 08:06:50 08:06:62 }',
        'allow id 0951:1666 serial "0002" with-interface equals { 08:06:50 }',
        'allow id 0951:1666 serial "0002" with-interface equals { 08:06:50 08:06:62 }',
    ]


@pytest.mark.parametrize("state", [MediumState.QUARANTINE, MediumState.RETIRED])
def test_what_is_kept_apart_or_retired_is_rejected(state: MediumState) -> None:
    assert rules(medium(state=state)) == ['reject id 0951:1666 serial "0001"']


def test_a_stick_that_was_registered_anew_is_not_rejected_by_its_old_number() -> None:
    found = rules(medium(state=MediumState.RETIRED), medium(id="0000022"))
    assert [line.split()[0] for line in found] == ["allow", "allow"]


def test_a_folder_has_no_rule() -> None:
    assert rules(medium("", vendor_id="", product_id="")) == []


def test_refusing_everything_else_is_left_to_the_administrator() -> None:
    text = usbguard_rules([])
    assert "ImplicitPolicyTarget" in text
    assert rules() == []


@given(st.text())
def test_no_serial_number_ends_its_string_or_its_line(serial: str) -> None:
    for rule in rules(medium(serial)):
        assert RULE.fullmatch(rule)


@given(st.binary(max_size=40))
def test_a_string_means_the_bytes_that_it_was_made_of(data: bytes) -> None:
    text = quoted(data.decode("utf-8", "surrogateescape"))
    read = re.sub(r"\\x(..)", lambda found: chr(int(found[1], 16)), text[1:-1])
    assert read.encode("latin-1") == data


@given(st.text())
def test_no_label_ends_its_comment(label: str) -> None:
    assert all(RULE.fullmatch(line) for line in rules(medium(label=label)))
