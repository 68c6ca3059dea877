"""A commitment is the published sum, and tells nothing without its salt."""

from hashlib import sha256

import pytest

from sekisho.ledger.commitment import commit

SALT = bytes(range(32))


def test_it_is_the_sum_that_an_auditor_computes() -> None:
    expected = sha256(b"sekisho/commit/v1\0carrier\0" + SALT + "尼崎 太郎".encode()).digest()
    assert commit(field="carrier", salt=SALT, value="尼崎 太郎") == expected
    assert expected.hex() == "5489efb3608301a033a764a683c3b12b85846daf176e7714535f50cc3dfa38c3"


@pytest.mark.parametrize(("field", "salt", "value"), [("a", SALT, "y"), ("b", SALT, "x"), ("a", bytes(32), "x")])
def test_field_salt_and_value_all_count(field: str, salt: bytes, value: str) -> None:
    assert commit(field=field, salt=salt, value=value) != commit(field="a", salt=SALT, value="x")


@pytest.mark.parametrize(("field", "salt", "value"), [("a", bytes(31), "x"), ("a\0", SALT, "x"), ("氏名", SALT, "x")])
def test_what_could_be_read_in_two_ways_is_refused(field: str, salt: bytes, value: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        commit(field=field, salt=salt, value=value)
