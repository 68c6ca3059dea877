"""Bech32: the strings of BIP 173 and of the age specification, and every slip of one letter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.age import bech32

# BIP 173, "Test vectors": valid. One of its strings has 84 letters before the 1, too many for BIP 173 but not for age.
VALID = [
    "A12UEL5L",
    "a12uel5l",
    "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
    "an84characterslonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1569pvx",
    "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
    f"11{'q' * 82}c8247j",
    "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w",
    "?1ezyfcl",
]

# BIP 173, "Test vectors": invalid, with what is wrong.
INVALID = {
    " 1nwldj5": "not printable ASCII",
    "\x7f1axkwrx": "not printable ASCII",
    "\x801eym55h": "not printable ASCII",
    "pzry9x0s0muk": "no separator",
    "1pzry9x0s0muk": "prefix is empty",
    "x1b4n0q5v": "letter",
    "li1dgmt3": "too short",
    "de1lg7wt\xff": "letter",
    "A1G7SGD8": "checksum",
    "10a06t8": "prefix is empty",
    "1qzzfhee": "prefix is empty",
    "split1checkupstagehandshakeupstreamerranterredcaperred2y9e2w": "checksum",
    "split1checkupstagehandshakeUpstreamerranterredcaperred2y9e3w": "case",
}

# C2SP age.md, "The X25519 recipient type".
SPECIFIED = {
    "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX": ("AGE-SECRET-KEY-", b"\x42" * 32),
}

PREFIXES = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=20).map(lambda text: "a" + text.lower())


@pytest.mark.parametrize("text", VALID)
def test_a_valid_text_reads_and_is_written_again(text: str) -> None:
    assert bech32.encode(*bech32.decode(text)) == text


@pytest.mark.parametrize("text", INVALID)
def test_an_invalid_text_is_refused_with_its_reason(text: str) -> None:
    with pytest.raises(ValueError, match=INVALID[text]):
        bech32.decode(text)


@pytest.mark.parametrize("text", SPECIFIED)
def test_the_strings_of_the_specification_read_as_their_bytes(text: str) -> None:
    assert bech32.decode(text) == SPECIFIED[text]


@given(PREFIXES, st.binary(max_size=100))
def test_what_is_written_reads_back(prefix: str, data: bytes) -> None:
    assert bech32.decode(bech32.encode(prefix, data)) == (prefix, data)


@given(PREFIXES, st.binary(max_size=100))
def test_an_upper_case_prefix_gives_an_upper_case_text(prefix: str, data: bytes) -> None:
    assert bech32.encode(prefix.upper(), data) == bech32.encode(prefix, data).upper()


@pytest.mark.parametrize("position", range(4, 62))
def test_every_wrong_letter_is_caught(position: int) -> None:
    text = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
    for letter in set("qpzry9x8gf2tvdw0s3jn54khce6mua7l") - {text[position]}:
        with pytest.raises(ValueError, match="checksum"):
            bech32.decode(text[:position] + letter + text[position + 1 :])


@pytest.mark.parametrize("fives", [[1], [0, 0, 0], [31, 31]])
def test_padding_that_is_not_zero_or_holds_a_whole_letter_is_refused(fives: list[int]) -> None:
    letters = "".join("qpzry9x8gf2tvdw0s3jn54khce6mua7l"[v] for v in [*fives, *bech32._checksum("a", fives)])
    with pytest.raises(ValueError, match="padding"):
        bech32.decode("a1" + letters)


@pytest.mark.parametrize("prefix", ["", "Age", "a b", "ä"])
def test_a_prefix_that_could_not_be_read_is_not_written(prefix: str) -> None:
    with pytest.raises(ValueError, match="prefix"):
        bech32.encode(prefix, b"")
