"""What a file is, told by its content: the name's ending proves nothing."""

import zipfile
from typing import BinaryIO, Literal

ContentType = Literal["text", "workbook", "encrypted", "archive", "other", "empty"]

HEAD_BYTES = 1 << 16

_COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_ZIP = b"PK\x03\x04"
_WORKBOOK_PARTS = ("xl/workbook.xml", "xl/workbook.bin")
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"

_ARCHIVES = (b"PK\x05\x06", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\x00", b"MSCF")
_OTHERS = (
    b"%PDF-",
    b"\x89PNG\r\n",
    b"\xff\xd8\xff",
    b"GIF8",
    b"II*\x00",
    b"MM\x00*",
    b"SQLite format 3\x00",
    b"PAR1\x15",
    b"\x7fELF",
    b"MZ\x90",
    b"{\\rtf",
)


def content_type(file: BinaryIO) -> ContentType:
    """Tell what an open file is; its position afterwards is unspecified."""
    head = file.read(HEAD_BYTES)
    if not head:
        return "empty"
    if head.startswith(_COMPOUND_FILE):
        return "encrypted" if _ENCRYPTED_PACKAGE in head + file.read() else "workbook"
    if head.startswith(_ZIP):
        return _in_zip(file)
    if head.startswith(_ARCHIVES):
        return "archive"
    return "other" if head.startswith(_OTHERS) else "text"


def _in_zip(file: BinaryIO) -> ContentType:
    try:
        with zipfile.ZipFile(file) as archive:
            names = frozenset(archive.namelist())
            if names.intersection(_WORKBOOK_PARTS):
                return "workbook"
            if "mimetype" in names and archive.getinfo("mimetype").file_size < HEAD_BYTES:
                return "workbook" if archive.read("mimetype").startswith(_ODS) else "archive"
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError):
        return "other"
    return "archive"
