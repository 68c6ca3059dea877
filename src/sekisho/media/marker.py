"""The mark that an office puts on its media: ``.sekisho/medium.json``, signed with the key of its log.

    {"v":1,"medium":{"v":1,"type":"medium","id":…,"office":…,"vendor_id":…,"product_id":…,"serial":…,"size":…},"signature":…}

``signature`` is an SSH signature (OpenSSH ``PROTOCOL.sshsig``) over the RFC 8785 form of ``medium``. A mark can be copied
with every other byte of a stick: one that stands on another device than it names tells of that, and nothing secret rests
on it (``docs/reference/medium.md``).
"""

import stat
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import rfc8785

from sekisho.domain import namespace
from sekisho.errors import MediumError, Unreadable
from sekisho.files import open_file
from sekisho.media.device import Fingerprint
from sekisho.media.direct import Verify
from sekisho.media.writing import Place, put
from sekisho.signing.keys import PublicKey, SigningKey
from sekisho.signing.sshsig import sign, verify

FOLDER, NAME = ".sekisho", "medium.json"
MEDIUM = namespace("medium")

_LONGEST = 16 << 10


class MediumMark(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the office says of a medium.

    Attributes:
        v: version of this form.
        type: always ``medium``.
        id: its registration number.
        office: name of the office's log.
        vendor_id: of the device it was put on, as all that follows; empty for a folder that is no device.
        product_id: likewise.
        serial: likewise.
        size: likewise; 0 for a folder.
    """

    v: Literal[1] = 1
    type: Literal["medium"] = "medium"
    id: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{2,18}\Z")]
    office: str
    vendor_id: str
    product_id: str
    serial: str
    size: Annotated[int, msgspec.Meta(ge=0)]

    @property
    def fingerprint(self) -> Fingerprint:
        """The device that it was put on."""
        return Fingerprint(vendor_id=self.vendor_id, product_id=self.product_id, serial=self.serial, size=self.size)

    def encode(self) -> bytes:
        """Return the bytes that are signed."""
        return rfc8785.dumps(msgspec.to_builtins(self))


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    v: Literal[1] = 1
    medium: MediumMark
    signature: str


def sign_mark(mark: MediumMark, key: SigningKey) -> bytes:
    """Return the file of a mark."""
    file = _File(medium=mark, signature=sign(key, mark.encode(), namespace=MEDIUM))
    return rfc8785.dumps(msgspec.to_builtins(file)) + b"\n"


def verify_mark(data: bytes, key: PublicKey) -> MediumMark:
    """Return what a mark says, if it is one of this office.

    Raises:
        Unreadable: it is no mark, or somebody else signed it.
        NoKey: the signature does not fit.
    """
    try:
        file = msgspec.json.decode(data, type=_File)
    except (msgspec.DecodeError, RecursionError):
        raise Unreadable("media.no_mark") from None
    if verify(file.signature, file.medium.encode(), namespace=MEDIUM) != key:
        raise Unreadable("media.foreign_mark")
    return file.medium


def read_mark(folder: Path) -> bytes | None:
    """Return what stands where a mark would, as much of it as a mark may have; None where there is nothing.

    Raises:
        NotAFile: something else stands there.
        OSError: the medium failed.
    """
    try:
        with open_file(folder / FOLDER / NAME) as file:
            return file.read(_LONGEST)
    except (FileNotFoundError, NotADirectoryError):
        return None


def write_mark(place: Place, data: bytes) -> Verify:
    """Put a mark on a medium and read it back.

    Raises:
        MediumError: something else stands in its place, or as :func:`~sekisho.media.writing.put`.
        OSError: the medium failed.
    """
    folder = place.folder / FOLDER
    folder.mkdir(exist_ok=True)
    if not stat.S_ISDIR(folder.lstat().st_mode):  # a link would lead out of the medium
        raise MediumError("media.no_place_for_mark", path=folder)
    inside = Place(folder=folder, platform=place.platform, volume=place.volume)
    return put(inside, NAME, data)[1]
