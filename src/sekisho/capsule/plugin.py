"""Capsules for the program ``age``: an identity that unwraps the release stanza, and the text that carries it.

``age`` starts one process an identity (FiloSottile/age#526), so the text ``AGE-PLUGIN-SEKISHO-1…`` says everything: which
custodian, how a release is asked for and where, and the recipient's own key or the file that it lies in. Its data are

    01                     version
    route                  one byte: 0 by telephone, 1 of an office on this machine, 2 over a network
    kid                    a length of 0 or 8, and the custodian's id; without one, any custodian is asked
    address                a length of two bytes, and UTF-8: a folder or an https address; empty by telephone
    where                  one byte: 0 the key itself follows, 1 the path of its file
    key                    the rest, UTF-8

A plugin sees stanzas alone, neither the header's MAC nor the payload. What follows from that is in ``docs/reference/rel1.md``.
"""

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Self

from sekisho.age.filekey import Identity
from sekisho.age.header import MAC_SIZE, Header
from sekisho.age.stanza import Stanza
from sekisho.capsule import rel1
from sekisho.capsule.asking import ShareSource, released_key
from sekisho.domain import STANZA
from sekisho.errors import NoKey

NAME = "sekisho"
"""The plugin's: its program is ``age-plugin-sekisho``."""

EXCLUSIVE = "sekisho-exclusive"
"""The label that keeps other recipients out of a capsule, where the client knows labels."""

_VERSION = 1
_LONGEST = 0xFFFF
_LENGTH = struct.Struct(">H")


class Route(IntEnum):
    """How a release is asked for."""

    VOICE = 0
    LOCAL = 1
    ONLINE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginKey:
    """What the text of a plugin's identity carries.

    Attributes:
        route: how a release is asked for.
        address: the folder of the office, or where it answers; empty by telephone.
        kid: the custodian's id; none if any may be asked.
        path: the file of the recipient's key; empty if the key is here.
        key: the recipient's key as text; empty if it is in a file.

    Raises:
        ValueError: an address too many or too few, or not exactly one of key and path.
    """

    route: Route
    address: str = ""
    kid: bytes | None = None
    path: str = ""
    key: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if bool(self.address) == (self.route is Route.VOICE):
            raise ValueError("an office is reached by telephone, or at an address")
        if bool(self.path) == bool(self.key):
            raise ValueError("a key stands here or in a file")
        if self.kid is not None and len(self.kid) != rel1.KID_SIZE:
            raise ValueError(f"a custodian's id has {rel1.KID_SIZE} bytes")

    def encode(self) -> bytes:
        """Return the data of the identity's text.

        Raises:
            ValueError: the address is too long.
        """
        kid, address = self.kid or b"", self.address.encode()
        if len(address) > _LONGEST:
            raise ValueError("the address is too long")
        head = bytes((_VERSION, self.route, len(kid))) + kid + _LENGTH.pack(len(address)) + address
        return head + bytes((bool(self.path),)) + (self.path or self.key).encode()

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Read the data of an identity's text.

        Raises:
            ValueError: of another version, or malformed; nothing of it is repeated.
        """
        rest = _Rest(data)
        if rest.byte() != _VERSION:
            raise ValueError("an identity of another version")
        route, kid = Route(rest.byte()), rest.take(rest.byte())
        address = rest.text(_LENGTH.unpack(rest.take(_LENGTH.size))[0])
        in_file = rest.byte()
        text = rest.text(len(rest))
        if in_file not in {0, 1}:
            raise ValueError("neither a key nor a file")
        return cls(
            route=route, kid=kid or None, address=address, path=text if in_file else "", key="" if in_file else text
        )


class CapsuleIdentity:
    """A recipient's key and a way to a release, as one identity of age."""

    def __init__(self, identities: Callable[[], Sequence[Identity]], source: ShareSource, *, kid: bytes | None) -> None:
        """Keep what is needed.

        Args:
            identities: reads the recipient's keys, once a capsule is there that one of them may open.
            source: gives the share.
            kid: the custodian that may be asked; any if none.
        """
        self._identities = identities
        self._source = source
        self._kid = kid

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """Return the file key, or none if this is no capsule or another recipient's; then nobody is asked for a release.

        Raises:
            NoKey: another custodian's capsule, or a share that does not fit.
            Unreadable: a way past the custodian, or a malformed stanza.
            SekishoError: the release was refused.
        """
        if all(stanza.type != STANZA for stanza in stanzas):
            return None
        ours = rel1.read_stanzas(Header(tuple(stanzas), bytes(MAC_SIZE)))
        masked = self._masked(ours)
        if masked is None:
            return None
        if self._kid not in {None, *(part.binding.kid for part in masked.stanza.parts)}:
            raise NoKey("capsule.other_custodian")
        return released_key(masked, self._source, header_sha256=b"")

    def _masked(self, stanzas: Sequence[rel1.ReleaseStanza | rel1.DualStanza]) -> rel1.MaskedKey | None:
        for identity in self._identities():
            try:
                return rel1.unwrap(stanzas, identity)
            except NoKey:
                continue
        return None


class _Rest:
    """What was not read yet."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def __len__(self) -> int:
        return len(self._data)

    def take(self, size: int) -> bytes:
        taken, self._data = self._data[:size], self._data[size:]
        if len(taken) != size:
            raise ValueError("cut short")
        return taken

    def byte(self) -> int:
        return self.take(1)[0]

    def text(self, size: int) -> str:
        try:
            return self.take(size).decode()
        except UnicodeDecodeError:
            raise ValueError("not text") from None
