"""Key derivation: the published vectors of RFC 5869 for SHA-256."""

from sekisho.age import hkdf


def test_a_key_is_the_beginning_of_rfc_5869_case_1() -> None:
    """The test case has 42 bytes of output; a shorter output is its beginning."""
    key = hkdf.derive(b"\x0b" * 22, salt=bytes(range(13)), info=bytes(range(0xF0, 0xFA)))
    assert key.hex() == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"


def test_a_key_without_salt_is_the_beginning_of_rfc_5869_case_3() -> None:
    key = hkdf.derive(b"\x0b" * 22, info=b"")
    assert key.hex() == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
