"""Asking for a share: what an opener says of the capsule, and the seam through which the share comes."""

from dataclasses import dataclass
from typing import Protocol

from sekisho.capsule import rel1


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
