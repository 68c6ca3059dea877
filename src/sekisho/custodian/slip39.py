"""Shares of a share, as words: SLIP-39, one group, k of n.

Trezor's own library splits and combines; what is decided here is only what an office needs: 16 bytes, no passphrase (an
envelope is the protection), the lowest work factor (there is no passphrase to guess). Any other SLIP-39 program combines
the same words.
"""

from collections.abc import Sequence

from sekisho.errors import Missing, NoKey

MOST = 16
"""How many shares SLIP-39 makes at most."""

IDENTIFIERS = 1 << 15
"""How many identifiers of a split there are."""

_SHARE_SIZE = 16


def split(share: bytes, *, threshold: int, count: int, identifier: int) -> list[str]:
    """Return ``count`` lines of twenty words, of which any ``threshold`` give the share back and fewer tell nothing.

    Args:
        share: 16 bytes.
        threshold: how many lines give it back.
        count: how many there are.
        identifier: 15 bits that all of them bear, so that lines of two splits are never taken for one another.

    Raises:
        ValueError: not 16 bytes, or impossible numbers.
        Missing: the library is not installed.
    """
    if len(share) != _SHARE_SIZE or not 2 <= threshold <= count <= MOST or not 0 <= identifier < IDENTIFIERS:
        raise ValueError("a share has 16 bytes, and two or more of at most sixteen envelopes open it")
    require()
    from shamir_mnemonic.shamir import EncryptedMasterSecret, split_ems

    secret = EncryptedMasterSecret.from_master_secret(share, b"", identifier, extendable=True, iteration_exponent=0)
    return [str(each.mnemonic()) for (lines,) in [split_ems(1, [(threshold, count)], secret)] for each in lines]


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


def place_of(line: str) -> tuple[int, int]:
    """Return the identifier of the split that a line is of, and which of its lines it is, from 1.

    Raises:
        NoKey: a word was misread; the line's own check sum tells.
        Missing: the library is not installed.
    """
    require()
    from shamir_mnemonic import MnemonicError
    from shamir_mnemonic.share import Share

    try:
        share = Share.from_mnemonic(line)
    except (MnemonicError, ValueError, LookupError):
        raise NoKey("custodian.envelope_misread") from None
    return int(share.identifier), int(share.index) + 1


def require() -> None:
    """Demand that the library is there, before anything is decided on it.

    Raises:
        Missing: it is not.
    """
    try:
        import shamir_mnemonic  # noqa: F401 - only whether it is there
    except ImportError:
        raise Missing("custodian.no_slip39") from None
