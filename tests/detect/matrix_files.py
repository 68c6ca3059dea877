"""The same forty people's numbers in every encoding, width, separator and container: invented, every check digit holds."""

import csv
import io
import random
import sqlite3
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import openpyxl
from invented_tables import my_number

ROWS = 40
SEPARATORS = {"hyphen": "-", "long vowel": "ー", "space": " ", "none": ""}
CODECS = ("utf-8", "cp932", "utf-16", "euc-jp")
HEADERS = {"my_number": "個人番号", "phone": "電話番号", "postal_code": "郵便番号", "payment_card": "カード番号"}

_POSTAL_CODES = (
    "6600051",
    "1000001",
    "5300001",
    "0600001",
    "8100001",
    "4600008",
    "9800811",
    "6608501",
    "1008111",
    "5408570",
)
_WIDE = str.maketrans("0123456789- ", "０１２３４５６７８９－　")
_MINUS = {"euc-jp": str.maketrans("－", "−")}  # its table has the minus where CP932 has the full-width hyphen

Rows = Sequence[Mapping[str, str]]


def rows(separator: str, *, wide: bool, codec: str = "utf-8") -> list[dict[str, str]]:
    """Return forty rows of header to number, written in this way."""
    dice = random.Random(20220621)
    table = []
    for number in range(ROWS):
        parts = {
            "my_number": _cut(my_number(dice), 4, 4),
            "phone": _cut(f"0{dice.choice('789')}0{dice.randrange(10**8):08d}", 3, 4),
            "postal_code": _cut(_POSTAL_CODES[number % len(_POSTAL_CODES)], 3),
            "payment_card": _cut(_card(dice), 4, 4, 4),
        }
        cells = {HEADERS[kind]: separator.join(part) for kind, part in parts.items()}
        if wide:
            cells = {header: cell.translate(_WIDE).translate(_MINUS.get(codec, {})) for header, cell in cells.items()}
        table.append(cells)
    return table


def _card(dice: random.Random) -> str:
    stem = f"4{dice.randrange(10**14):014d}"
    doubled = sum(sum(divmod(int(d) * (2 - n % 2), 10)) for n, d in enumerate(reversed(stem)))
    return f"{stem}{-doubled % 10}"


def _cut(digits: str, *sizes: int) -> list[str]:
    parts = []
    for size in sizes:
        parts.append(digits[:size])
        digits = digits[size:]
    return [*parts, digits]


def csv_bytes(table: Rows, codec: str) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(HEADERS.values()))
    writer.writeheader()
    writer.writerows(table)
    return text.getvalue().encode(codec)


def write_csv(path: Path, table: Rows, codec: str) -> None:
    path.write_bytes(csv_bytes(table, codec))


def write_zip_in_zip(path: Path, table: Rows, codec: str) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("名簿.csv", csv_bytes(table, codec))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("inner.zip", inner.getvalue())


def write_xlsx(path: Path, table: Rows, _: str) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(list(HEADERS.values()))
    for row in table:
        sheet.append(list(row.values()))
    book.save(path)


def write_sqlite(path: Path, table: Rows, _: str) -> None:
    with sqlite3.connect(path) as database:
        database.execute(f"CREATE TABLE 名簿 ({', '.join(f'{header} TEXT' for header in HEADERS.values())})")
        database.executemany("INSERT INTO 名簿 VALUES (?, ?, ?, ?)", [tuple(row.values()) for row in table])
    database.close()


def write_docx(path: Path, table: Rows, _: str) -> None:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    words = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in _lines(table))
    kinds = "http://schemas.openxmlformats.org/package/2006/content-types"
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<?xml version="1.0"?><Types xmlns="{kinds}"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<?xml version="1.0"?><Relationships xmlns="{package}">'
            f'<Relationship Id="rId1" Type="{relation}" Target="word/document.xml"/></Relationships>',
        )
        archive.writestr(
            "word/document.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{space}"><w:body>{words}</w:body></w:document>',
        )


def write_pdf(path: Path, table: Rows, _: str) -> None:
    """Write pages with a text layer: two-byte codes of a font that is not embedded, and the map to Unicode beside it."""
    lines = list(_lines(table))
    pages = [lines[first : first + 40] for first in range(0, len(lines), 40)]
    kids = " ".join(f"{6 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Sekisho /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        (
            b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Sekisho /DW 1000 /CIDSystemInfo"
            b" << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>"
        ),
        _stream(_to_unicode(sorted(set("".join(lines))))),
    ]
    for number, page in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {7 + 2 * number} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        shown = "".join(f"<{line.encode('utf-16-be').hex()}> Tj T*\n" for line in page)
        objects.append(_stream(f"BT /F1 10 Tf 18 TL 40 800 Td\n{shown}ET"))
    path.write_bytes(_pdf(objects))


def _to_unicode(characters: Sequence[str]) -> str:
    codes = [character.encode("utf-16-be").hex() for character in characters]
    pieces = [codes[first : first + 100] for first in range(0, len(codes), 100)]
    maps = "".join(f"{len(p)} beginbfchar\n{''.join(f'<{c}> <{c}>{chr(10)}' for c in p)}endbfchar\n" for p in pieces)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /S def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <ffff> endcodespacerange\n{maps}endcmap end end"
    )


def _stream(text: str) -> bytes:
    return f"<< /Length {len(text)} >>\nstream\n{text}\nendstream".encode()


def _pdf(objects: Sequence[bytes]) -> bytes:
    data, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return (
        data
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
        + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(data))
    )


def _lines(table: Rows) -> Sequence[str]:
    return [f"{header}：{cell}" for row in table for header, cell in row.items()]


# Those that have an encoding of their own need one of the four only.
CONTAINERS: Mapping[str, tuple[Callable[[Path, Rows, str], None], tuple[str, ...]]] = {
    "csv": (write_csv, CODECS),
    "zip": (write_zip_in_zip, CODECS),
    "xlsx": (write_xlsx, ("utf-8",)),
    "sqlite": (write_sqlite, ("utf-8",)),
    "docx": (write_docx, ("utf-8",)),
    "pdf": (write_pdf, ("utf-8",)),
}
