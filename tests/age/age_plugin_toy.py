"""A plugin to try the protocol with: it wraps a file key under a key that stands in its texts, for tests alone.

Run as ``age-plugin-toy``. The last byte of the data says how it behaves.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from sekisho.age.errors import HeaderError, PluginError
from sekisho.age.plugin_host import Plugin, User, main
from sekisho.age.stanza import Stanza

NAME = "toy"
QUIET, ASKING, REFUSING, CRASHING, CONFIRMING = b"\0", b"\1", b"\2", b"\3", b"\4"
PIN = "１２３"


def _pad(data: bytes) -> bytes:
    return (data * 16)[:16]


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


@dataclass(frozen=True)
class Toy:
    data: bytes
    user: User

    @property
    def labels(self) -> frozenset[str]:
        return frozenset({"toy-exclusive"})

    def wrap(self, file_key: bytes) -> tuple[Stanza, ...]:
        self._behave()
        return (Stanza(NAME, (self.data[:1].hex(),), _xor(file_key, _pad(self.data[:1])) + bytes(80)),)

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        own = [stanza for stanza in stanzas if stanza.type == NAME]
        if any(len(stanza.body) != 96 for stanza in own):
            raise HeaderError("toy stanza: a body of another size")
        mine = [stanza for stanza in own if stanza.args == (self.data[:1].hex(),)]
        if not mine:
            return None
        self._behave()
        return _xor(mine[0].body[:16], _pad(self.data[:1]))

    def _behave(self) -> None:
        match self.data[1:]:
            case b"\1":
                self.user.tell("鍵の番号を\x1b[31m聞きます")
                if self.user.secret("番号?") != PIN or self.user.public("name?") != "Hanako":
                    raise PluginError("that was the wrong number")
            case b"\2":
                raise PluginError("not today,\nthe key is asleep")
            case b"\3":
                raise RuntimeError("SECRET")
            case b"\4":
                if self.user.confirm("open?", yes="open", no="leave") is not True:
                    raise PluginError("left closed")


if __name__ == "__main__":
    sys.exit(main(Plugin(name=NAME, recipient=Toy, identity=Toy, identity_as_recipient=Toy), sys.argv[1:]))
