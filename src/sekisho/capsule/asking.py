"""Asking for a share: what an opener says of the capsule, and the seam through which the share comes."""

from dataclasses import dataclass
from typing import Protocol

from sekisho.capsule import rel1
from sekisho.errors import NoKey, Refused, SekishoError


@dataclass(frozen=True, slots=True)
class Ask:
    """What a release is asked for.

    Attributes:
        binding: copy, ticket and custodian.
        kcv: check value of the share.
        header_sha256: digest of the capsule's header, which the custodian has on record; empty where only the stanzas are
            known, as to a plugin of ``age``.
    """

    binding: rel1.Binding
    kcv: bytes
    header_sha256: bytes

    def fits(self, share: bytes) -> bool:
        """Tell whether a share is the one, before anything is decrypted with it."""
        return rel1.fits(share, self.binding, kcv=self.kcv)


class ShareSource(Protocol):
    """Where a share comes from."""

    def share(self, ask: Ask, /) -> bytes:
        """Return the 16 bytes, once the release is logged.

        Raises:
            SekishoError: there is no release.
        """
        ...


def released_key(masked: rel1.MaskedKey, source: ShareSource, *, header_sha256: bytes) -> bytes:
    """Return the file key, from the shares of as many custodians as it needs.

    They are asked in the order of the header and no more of them than are needed, for each release is counted. Where one
    refuses, the next is asked, as long as there are enough of them.

    Raises:
        NoKey: the share does not fit.
        Refused: too many of several custodians refused, or gave what does not fit; the last reason is its cause.
        SekishoError: the one custodian refused.
    """
    parts, shares = masked.stanza.parts, list[bytes]()
    for asked, part in enumerate(parts, 1):
        try:
            shares.append(_fitting_share(source, Ask(part.binding, part.kcv, header_sha256)))
        except SekishoError as error:
            if len(parts) == 1:
                raise
            if len(shares) + len(parts) - asked < masked.stanza.needed:
                raise Refused("capsule.custodians_refused", have=len(shares), need=masked.stanza.needed) from error
        if len(shares) == masked.stanza.needed:
            break
    return masked.unmask(*shares)


def _fitting_share(source: ShareSource, ask: Ask) -> bytes:
    share = source.share(ask)
    if not ask.fits(share):
        raise NoKey("capsule.wrong_share")
    return share
