"""Which Japanese banks and branches exist, by the codes of the Zengin system; 9900 is Japan Post Bank."""

from functools import cache

from sekisho.detect.code_sets import CodeSet, numbers_of
from sekisho.detect.digits import Digits, value
from sekisho.readers.structure import Mask


def exist(digits: Digits) -> Mask:
    """Tell which numbers of 4 places are banks, or of 7 places a bank and its branch."""
    codes = banks() if len(digits) == 4 else branches()
    return codes.have(value(digits))


def exists(bank: str, branch: str = "") -> bool:
    """Tell whether a bank of 4 digits exists and, if a branch of 3 is given, has that branch.

    >>> exists("0001"), exists("0001", "001"), exists("0001", "999"), exists("0002")
    (True, True, False, False)
    """
    return bank + branch in (branches() if branch else banks())


@cache
def banks() -> CodeSet:
    """Return the codes of the banks."""
    return CodeSet(numbers_of("banks.bin") // 1000, digits=4)


@cache
def branches() -> CodeSet:
    """Return bank and branch as one code of 7 digits."""
    return CodeSet(numbers_of("banks.bin"), digits=7)
