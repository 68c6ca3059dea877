"""A device is overwritten and read back, and what came of it is one of three types that nothing confuses."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.media import erasing
from sekisho.media.erasing import Check, Failed, NotVerifiable, Pattern, Result, Verified, Why, erase_device, verify
from sticks import STEP, Stick, dice, stick


@pytest.mark.parametrize("zero", [False, True], ids=["random", "zero"])
def test_a_good_device_is_erased_to_its_last_byte(zero: bool) -> None:
    device = stick()
    assert erase_device(device, zero=zero, randomness=dice()) == Verified(check=Check.FULL, bytes=device.size)
    assert b"secret" not in device.content


@pytest.mark.parametrize(
    ("faults", "first"),
    [({"deaf": 2 * STEP}, 2 * STEP), ({"refuses": STEP}, STEP), ({"unreadable": 3 * STEP + 9}, 3 * STEP)],
    ids=["drops", "refuses", "unreadable"],
)
def test_a_device_that_does_not_do_as_told_has_failed_and_says_where(faults: dict[str, int], first: int) -> None:
    found = erase_device(stick(**faults), zero=False, randomness=dice())
    assert isinstance(found, Failed)
    assert found.first == first


def test_random_bytes_show_a_device_that_is_smaller_than_it_says_and_zeros_do_not() -> None:
    def small() -> Stick:
        return Stick(bytearray(2 * STEP), goes_round_at=2 * STEP)

    assert isinstance(erase_device(small(), zero=False, randomness=dice()), Failed)
    assert isinstance(erase_device(small(), zero=True, randomness=dice()), Verified)


def test_of_a_large_device_both_ends_and_a_tenth_between_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasing, "FULLY_READ", STEP)
    monkeypatch.setattr(erasing, "ENDS", 2 * STEP)
    device = Stick(bytearray(104 * STEP))
    assert verify(device, erasing.ZERO, randomness=dice()) == Verified(check=Check.SAMPLED, bytes=14 * STEP)
    steps = [offset // STEP for offset in device.read]
    assert steps[:2] == [0, 1]
    assert steps[-2:] == [102, 103]
    assert [(step - 2) // 10 for step in steps[2:-2]] == list(range(10))


@given(offset=st.integers(0, 1 << 20).map(lambda step: step * 512), size=st.integers(0, 4096))
def test_what_a_device_is_filled_with_depends_on_the_place_alone(offset: int, size: int) -> None:
    pattern = Pattern(bytes(32))
    assert pattern.at(offset, size) == pattern.at(offset, 8192)[:size]
    assert pattern.at(offset, 16) != pattern.at(offset + 512, 16)


@pytest.mark.parametrize(
    "result",
    [
        Verified(check=Check.FULL, bytes=1),
        Failed(check=Check.FULL, bytes=1, wrong=1, first=0),
        NotVerifiable(why=Why.DECLARATION),
    ],
    ids=["pass", "fail", "not_verifiable"],
)
def test_a_result_is_read_as_what_it_was_and_as_nothing_else(result: Result) -> None:
    text = msgspec.json.encode(result)
    assert msgspec.json.decode(text, type=Verified | Failed | NotVerifiable) == result
    if not isinstance(result, Verified):
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(text, type=Verified)
