"""What people type is understood, or refused with a reason."""

from pathlib import Path

import pytest

from sekisho.cli.arguments import read_media, read_reference, read_slip, read_time
from sekisho.clock import to_text
from sekisho.codes import with_check_digit
from sekisho.errors import Misuse

SLIP = with_check_digit(6173, width=5)


@pytest.mark.parametrize(
    "text",
    [SLIP, f" {SLIP} ", f"{SLIP[:3]}-{SLIP[3:]}", SLIP.translate(str.maketrans("0123456789", "０１２３４５６７８９"))],
)
def test_a_slip_number_is_understood_as_people_say_it(text: str) -> None:
    assert read_slip(text) == SLIP


@pytest.mark.parametrize(
    "text", ["", "12345", SLIP[:-1], SLIP + "0", str((int(SLIP[0]) + 1) % 10) + SLIP[1:], "abcdef"]
)
def test_a_misread_slip_number_is_refused(text: str) -> None:
    with pytest.raises(Misuse):
        read_slip(text)


@pytest.mark.parametrize(("text", "reference"), [("C-3", ("C", 3)), ("r5", ("R", 5)), (" c-12 ", ("C", 12))])
def test_a_reference_is_understood(text: str, reference: tuple[str, int]) -> None:
    assert read_reference(text) == reference


@pytest.mark.parametrize("text", ["3", "X-3", "C-", "C-３x", "C--3"])
def test_what_is_no_reference_is_refused(text: str) -> None:
    with pytest.raises(Misuse):
        read_reference(text)


@pytest.mark.parametrize(
    "text", ["2022-06-21 17:00", "2022-06-21T17:00:00", "2022-06-21T08:00Z", "2022-06-21T17:00+09:00"]
)
def test_a_time_is_the_offices_wall_clock_or_says_whose_it_is(text: str) -> None:
    assert to_text(read_time(text, "Asia/Tokyo")) == "2022-06-21T08:00:00Z"


@pytest.mark.parametrize(
    "text",
    [
        "", "17:00", "2022-06-31T17:00", "tomorrow", "2099-01-01", "2099-01-01T17", "20990101T1700", "2099-01-01+09:00",
        "2099-W01-1T17:00", "2099-01-01T17:00:00.5",
    ],
)  # fmt: skip
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(Misuse):
        read_time(text, "Asia/Tokyo")


def test_media_are_labels_with_folders() -> None:
    labels = ("USB-1", "USB-2")
    assert read_media(("USB-1=/mnt/a", "USB-2=b=c"), labels) == {"USB-1": Path("/mnt/a"), "USB-2": Path("b=c")}


def test_a_label_may_hold_what_stands_between_it_and_its_folder() -> None:
    labels = ("A=B", "A", "A=")
    assert read_media(("A=B=/mnt/a=b",), labels) == {"A=B": Path("/mnt/a=b")}
    assert read_media(("A=/mnt/a", "A==/mnt/b"), labels) == {"A": Path("/mnt/a"), "A=": Path("/mnt/b")}


def test_a_label_that_the_request_does_not_have_is_read_all_the_same() -> None:
    """Sealing says that the one it has is missing, and so names it."""
    assert read_media(("USB-9=/mnt/a",), ("USB-1",)) == {"USB-9": Path("/mnt/a")}


@pytest.mark.parametrize("pairs", [("USB-1",), ("=x",), ("USB-1=",), ("a=b", "a=c"), ("",)])
def test_what_is_no_medium_is_refused(pairs: tuple[str, ...]) -> None:
    with pytest.raises(Misuse):
        read_media(pairs, ("USB-1", "a"))
