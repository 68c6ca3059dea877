import base64
import hashlib

import msgspec
import pytest

from sekisho.capsule.opener_gate import draw_pin, gate, with_gates


def test_a_gate_is_pbkdf2_of_the_digits() -> None:
    found = gate("4071", bytes(range(16)))
    assert base64.b64decode(found.hash) == hashlib.pbkdf2_hmac("sha256", b"4071", bytes(range(16)), found.rounds)


def test_every_number_has_four_digits() -> None:
    assert draw_pin(bytes) == "0000"
    assert draw_pin(lambda size: b"\xff" * size) == "7295"


def test_a_salt_has_its_size() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        gate("4071", b"")


def test_a_card_stays_what_it_is_beside_its_gates() -> None:
    shown = msgspec.json.decode(with_gates(b'{"v":1,"name":"a"}', ["0001", "0002"], bytes))
    assert (shown["name"], len(shown["gates"])) == ("a", 2)
