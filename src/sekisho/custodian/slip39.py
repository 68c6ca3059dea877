"""Shares of a share, as words: SLIP-39, one group, k of n.

Trezor's own library splits and combines; what is decided here is only what an office needs: 16 bytes, no passphrase (an
envelope is the protection), the lowest work factor (there is no passphrase to guess). Any other SLIP-39 program combines
the same words.
"""

import itertools
from collections.abc import Sequence

from sekisho.errors import Missing, NoKey

MOST = 16
"""How many shares SLIP-39 makes at most."""

_SHARE_SIZE = 16


def split(share: bytes, *, threshold: int, count: int) -> list[str]:
    """Return ``count`` lines of twenty words, of which any ``threshold`` give the share back and fewer tell nothing.

    Raises:
        ValueError: not 16 bytes, or impossible numbers.
        Missing: the library is not installed.
    """
    if len(share) != _SHARE_SIZE or not 2 <= threshold <= count <= MOST:
        raise ValueError("a share has 16 bytes, and two or more of at most sixteen envelopes open it")
    require()
    from shamir_mnemonic import generate_mnemonics

    return list(
        itertools.chain.from_iterable(
            generate_mnemonics(1, [(threshold, count)], share, passphrase=b"", iteration_exponent=0)
        )
    )


def combine(lines: Sequence[str], *, passphrase: bytes = b"") -> bytes:
    """Return what lines of words were made from.

    Args:
        lines: exactly as many as it takes.
        passphrase: under which they were made; ours are made without.

    Raises:
        NoKey: a word was misread, a line is missing or of another secret.
        Missing: the library is not installed.
    """
    require()
    from shamir_mnemonic import MnemonicError, combine_mnemonics

    try:
        return bytes(combine_mnemonics(lines, passphrase))
    except (MnemonicError, ValueError):
        raise NoKey("custodian.envelopes_do_not_fit") from None


def number_of(line: str) -> int:
    """Return which of the shares a line is, from 1.

    Raises:
        NoKey: a word was misread; the line's own check sum tells.
        Missing: the library is not installed.
    """
    require()
    from shamir_mnemonic import MnemonicError
    from shamir_mnemonic.share import Share

    try:
        return int(Share.from_mnemonic(line).index) + 1
    except (MnemonicError, ValueError, LookupError):
        raise NoKey("custodian.envelope_misread") from None


def require() -> None:
    """Demand that the library is there, before anything is decided on it.

    Raises:
        Missing: it is not.
    """
    try:
        import shamir_mnemonic  # noqa: F401 - only whether it is there
    except ImportError:
        raise Missing("custodian.no_slip39") from None
