import io
import zipfile

import pytest

from sekisho.readers.content import ContentType, content_type

_COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")


def _zip(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/"), data)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "empty"),
        (b"a,b\n", "text"),
        (b"\x89PNG\r\n\x1a\n", "other"),
        (b"%PDF-1.7", "other"),
        (b"\x1f\x8b\x08\x00", "archive"),
        (_zip(**{"a.csv": b"a"}), "archive"),
        (_zip(**{"xl__workbook.xml": b""}), "workbook"),
        (_zip(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "workbook"),
        (_zip(mimetype=b"application/epub+zip"), "archive"),
        (b"PK\x03\x04 and then nothing", "other"),
        (_COMPOUND_FILE + bytes(600), "workbook"),
        (_COMPOUND_FILE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    ],
)
def test_content_decides(data: bytes, expected: ContentType) -> None:
    assert content_type(io.BytesIO(data)) == expected
