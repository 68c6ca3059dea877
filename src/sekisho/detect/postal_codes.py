"""Which Japanese postal codes exist: Japan Post's codes of towns and of offices that receive much mail.

Of ten million codes of seven digits one in seventy exists, so that a column in which nearly all do holds postal codes. A
code that does not exist is no proof of the contrary: lists grow old, and test data is made up.
"""

from functools import cache

from sekisho.detect.code_sets import CodeSet, numbers_of
from sekisho.detect.digits import Digits, value
from sekisho.readers.structure import Mask


def exist(digits: Digits) -> Mask:
    """Tell which numbers of 7 places are postal codes that exist."""
    return postal_codes().have(value(digits[:7]))


def exists(code: str) -> bool:
    """Tell whether a postal code exists, with its hyphen or without; a spreadsheet may have dropped its zeros.

    >>> exists("100-0001"), exists("1000001"), exists("600000"), exists("999-9999")
    (True, True, True, False)
    """
    return code.replace("-", "").zfill(7) in postal_codes()


@cache
def postal_codes() -> CodeSet:
    """Return all of them."""
    return CodeSet(numbers_of("postal_codes.bin"), digits=7)
