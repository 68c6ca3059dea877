"""What people sign about media: registering, issuing, taking back, letting out of quarantine, retiring."""

from typing import Literal

import msgspec
import rfc8785


class MediumStatement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is done with a medium; canonical JSON (RFC 8785) under an SSH signature.

    Attributes:
        v: version of this form.
        type: always ``medium``.
        action: ``register``, ``issue``, ``return``, ``release`` or ``retire``.
        medium: its registration number.
        label: what it is called.
        to: who gets it, where it is issued; empty elsewhere.
        at: when.
    """

    v: Literal[1] = 1
    type: Literal["medium"] = "medium"
    action: str
    medium: str
    label: str
    to: str = ""
    at: str

    def encode(self) -> bytes:
        """Return the bytes that are signed."""
        return rfc8785.dumps(msgspec.to_builtins(self))
