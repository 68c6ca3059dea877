"""Which reader reads what: the table of signs that tell a format by its content.

A reader is imported when one of its signs stands where it has to, and then asked itself (``detect``); those without a sign
are always asked. The first that says yes reads. What none of them knows may be known to an installed package: an object
with the same two functions under the entry point ``sekisho.readers``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from sekisho.plugins import installed
from sekisho.readers.context import Reader

SEAM = "sekisho.readers"
HEAD_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Format:
    """One of our readers.

    Attributes:
        module: where it is.
        signs: bytes that every file of the format has.
        at: where they stand.
        within: how many bytes further they may stand.
    """

    module: str
    signs: tuple[bytes, ...] = ()
    at: int = 0
    within: int = 0

    def may_be(self, head: bytes) -> bool:
        """Tell whether a file that starts so can be of this format."""
        return not self.signs or any(
            head.startswith(sign, self.at) or (self.within and sign in head[self.at : self.at + self.within])
            for sign in self.signs
        )


_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_COMPOUND = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
_IMAGES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"RIFF", b"BM", b"\x00\x00\x00\x0cjP  ")

FORMATS = (
    Format("sekisho.readers.pdf", (b"%PDF-",), within=1024),
    Format("sekisho.readers.opendocument", _ZIP),
    Format("sekisho.readers.workbook", _ZIP),
    Format("sekisho.readers.ooxml", _ZIP),
    Format("sekisho.readers.zips", _ZIP),
    Format("sekisho.readers.compound", _COMPOUND),
    Format("sekisho.readers.parquet", (b"PAR1", b"ARROW1")),
    Format("sekisho.readers.database", (b"SQLite format 3\x00",)),
    Format("sekisho.readers.access", (b"Standard Jet DB\x00", b"Standard ACE DB\x00"), at=4),
    Format("sekisho.readers.rtf", (b"{\\rtf",)),
    Format("sekisho.readers.image", _IMAGES),
    Format("sekisho.readers.image", (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif"), at=4),
    Format("sekisho.readers.compressed", (b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\x00")),
    Format("sekisho.readers.tar", (b"ustar",), at=257),
    Format(
        "sekisho.readers.archive", (b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"MSCF", b"\x28\xb5\x2f\xfd", b"\x1f\x9d")
    ),
    Format("sekisho.readers.archive", (b"-lh", b"-lz"), at=2),
    Format("sekisho.readers.archive", (b"CD001",), at=32769),
    Format("sekisho.readers.mail"),
    Format("sekisho.readers.text"),
)


def readers(head: bytes) -> Iterator[Reader]:
    """Yield who may know a file that starts so, the likeliest first."""
    for each in FORMATS:
        if each.may_be(head):
            yield cast("Reader", import_module(each.module))
    yield from (cast("Reader", each) for each in installed(SEAM))
