"""Exit codes are a promise to scripts; words are a promise to people."""

from sekisho import errors

PUBLISHED = {
    "Misuse": 2,
    "Refused": 3,
    "MediumError": 4,
    "LedgerBroken": 5,
    "Unreadable": 6,
    "NotFound": 7,
    "NoKey": 8,
    "Missing": 9,
    "Busy": 10,
}


def test_exit_codes_are_the_published_ones() -> None:
    assert {each.__name__: each.exit_code for each in errors.SekishoError.__subclasses__()} == PUBLISHED
