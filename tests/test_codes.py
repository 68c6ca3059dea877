"""Codes read aloud: what is misread is told by group, and what is right comes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.codes import (
    Misread,
    challenge_code,
    check_group,
    checks,
    damm_digit,
    lost_code,
    read_challenge_code,
    read_lost_code,
    read_release_code,
    release_code,
    with_check_digit,
)

SHARES = st.binary(min_size=16, max_size=16)

# Known answers of the capsule reference, sections 4.2 and 8.1.
KNOWN = {
    bytes(range(16)): "000012 005667 011322 016977 022632 028287 033942 039597",
    bytes(16): "000001 000002 000003 000004 000005 000006 000007 000008",
    b"\xff" * 16: "720886 720887 720888 720889 720890 720891 720892 720893",
    bytes.fromhex("2d711642b726b04401627ca9fbac32f5"): "127964 062680 515749 496368 003899 351049 708715 143503",
}

# Published Damm table, shared/vectors/cut/check-digits.yaml.
DAMM = {"572": "4", "0": "0", "9": "2", "00000001": "3", "12345678": "6", "87654321": "7", "46051700": "9"}


@pytest.mark.parametrize("share", KNOWN)
def test_a_release_code_is_the_known_one(share: bytes) -> None:
    assert release_code(share) == KNOWN[share]


@given(SHARES)
def test_a_release_code_reads_back(share: bytes) -> None:
    assert read_release_code(release_code(share)) == share


@given(st.binary(min_size=6, max_size=6))
def test_a_challenge_reads_back(challenge: bytes) -> None:
    assert read_challenge_code(challenge_code(challenge)) == challenge


@given(SHARES, st.integers(0, 7), st.integers(0, 5), st.integers(1, 9))
def test_one_wrong_digit_is_told_by_its_group(share: bytes, group: int, place: int, step: int) -> None:
    groups = release_code(share).split()
    digit = (int(groups[group][place]) + step) % 10
    groups[group] = groups[group][:place] + str(digit) + groups[group][place + 1 :]
    with pytest.raises(Misread) as caught:
        read_release_code(" ".join(groups))
    assert caught.value.groups == (group + 1,)


@given(SHARES, st.integers(0, 6))
def test_two_groups_in_each_others_place_are_both_told(share: bytes, first: int) -> None:
    groups = release_code(share).split()
    groups[first], groups[first + 1] = groups[first + 1], groups[first]
    with pytest.raises(Misread) as caught:
        read_release_code(" ".join(groups))
    assert caught.value.groups == (first + 1, first + 2)


@given(SHARES, st.integers(0, 7), st.integers(0, 4))
def test_two_neighbouring_digits_swapped_are_told(share: bytes, group: int, place: int) -> None:
    groups = release_code(share).split()
    digits = list(groups[group])
    digits[place], digits[place + 1] = digits[place + 1], digits[place]
    if "".join(digits) != groups[group]:
        groups[group] = "".join(digits)
        with pytest.raises(Misread):
            read_release_code(" ".join(groups))


@pytest.mark.parametrize("between", [" ", "", "-", "　", "\n", "ー", "−"])
def test_separators_and_full_width_digits_are_understood(between: str) -> None:
    wide = KNOWN[bytes(range(16))].translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert read_release_code(wide.replace(" ", between)) == bytes(range(16))


def test_a_code_of_another_length_says_how_many_digits_it_had() -> None:
    with pytest.raises(Misread) as caught:
        read_release_code("000012 005667")
    assert (caught.value.digits, caught.value.expected, caught.value.groups) == (12, 48, ())


@given(st.binary(min_size=6, max_size=6), st.integers(1, 8))
def test_no_challenge_group_passes_as_a_code_group_of_the_same_place(challenge: bytes, place: int) -> None:
    first = challenge_code(challenge).split()[0]
    assert check_group(first, 9) is True
    assert not (place < 9 and check_group(first, place))


@pytest.mark.parametrize("text", ["000012 00566x", "٠٠٠٠١٢", "", "1" * 48])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(Misread):
        read_release_code(text)


@pytest.mark.parametrize("place", range(1, 9))
def test_the_first_number_beyond_two_bytes_is_misread(place: int) -> None:
    groups = KNOWN[bytes(range(16))].split()
    groups[place - 1] = f"{11 * 65_536 + place:06d}"
    with pytest.raises(Misread) as caught:
        read_release_code(" ".join(groups))
    assert caught.value.groups == (place,)


@pytest.mark.parametrize("digits", DAMM)
def test_damm_gives_the_published_digit(digits: str) -> None:
    assert damm_digit(digits) == DAMM[digits]


@given(st.integers(0, 99_999), st.integers(0, 5), st.integers(1, 9))
def test_a_spoken_number_with_one_wrong_digit_does_not_check(number: int, place: int, step: int) -> None:
    good = with_check_digit(number, width=5)
    bad = good[:place] + str((int(good[place]) + step) % 10) + good[place + 1 :]
    assert checks(good)
    assert not checks(bad)


def test_a_number_too_wide_for_its_slip_is_an_error() -> None:
    with pytest.raises(ValueError, match="5 digits"):
        with_check_digit(100_000, width=5)


def test_a_lost_code_is_sixty_bits_in_letters_that_are_not_taken_for_digits() -> None:
    assert lost_code(bytes(8)) == "0000-0000-0000"
    assert lost_code(b"\xff" * 8) == "ZZZZ-ZZZZ-ZZZZ"
    assert len({lost_code((1 << bit).to_bytes(8, "big")) for bit in range(60)}) == 60


@given(st.binary(min_size=8, max_size=8))
def test_a_lost_code_is_read_however_it_is_typed(random: bytes) -> None:
    code = lost_code(random)
    assert not set(code) & set("ILOU")
    typed = code.lower().replace("-", " ").replace("1", "l").replace("0", "o")
    assert read_lost_code(typed) == read_lost_code(code) == code


@pytest.mark.parametrize("text", ["", "7Q2M-K9TX", "7Q2M-K9TX-4HCU", "7Q2M-K9TX-4HCD-1", "７Ｑ２Ｍ！"])
def test_what_is_no_lost_code_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a lost code"):
        read_lost_code(text)


def test_a_lost_code_takes_eight_bytes() -> None:
    with pytest.raises(ValueError, match="8 bytes"):
        lost_code(b"short")
