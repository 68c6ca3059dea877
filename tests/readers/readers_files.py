"""Small files of every format, written by hand, and how a test reads them."""

import io
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

from sekisho.readers.context import Options
from sekisho.readers.problems import Problems
from sekisho.readers.tables import Table
from sekisho.readers.views import Text, Unread, View, views

WORDS = "氏名 山田 太郎 電話 090-0000-0001"
CSV = "氏名,電話番号\n山田 太郎,090-0000-0001\n鈴木 花子,090-0000-0002\n".encode()


def seen(path: Path, options: Options | None = None) -> dict[str, View]:
    """Return the views of a file by their names."""
    return {view.name: view for view in views(path, options=options)}


def text_of(view: View) -> str:
    assert isinstance(view, Text), view
    return b"".join(piece.text for piece in view.source.pieces(problems=Problems(), size=1 << 20)).decode()


def cells_of(view: View) -> list[bytes]:
    assert isinstance(view, Table), view
    return b"".join(block.text for block in view.blocks()).splitlines()


def said(path: Path, options: Options | None = None) -> str:
    """Return the text of a file that holds one, and nothing else."""
    (view,) = views(path, options=options)
    return text_of(view)


def why(view: View) -> str:
    assert isinstance(view, Unread), view
    return view.error.key


def faults(path: Path, options: Options | None = None) -> list[str]:
    return [view.error.key for view in views(path, options=options) if isinstance(view, Unread)]


def zipped(members: Mapping[str, bytes | str]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def docx(body: str, **parts: str) -> bytes:
    """Return a Word file; ``parts`` are headers, comments and the like by their names."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    others = {f"word/{name}.xml": f"<w:{name} {space}>{content}</w:{name}>" for name, content in parts.items()}
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": f"<w:document {space}><w:body>{body}</w:body></w:document>",
            **others,
        }
    )


def word_paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def pptx(*slides: str) -> bytes:
    space = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:p="p"'
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "ppt/presentation.xml": "<p/>",
            **{
                f"ppt/slides/slide{number}.xml": f"<p:sld {space}><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sld>"
                for number, text in enumerate(slides, 1)
            },
        }
    )


def odt(body: str, *, kind: str = "text") -> bytes:
    spaces = 'xmlns:office="o" xmlns:text="t" xmlns:table="b"'
    return zipped(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": f"<office:document-content {spaces}>{body}</office:document-content>",
        }
    )


def pdf(*pages: str, encrypted: bool = False) -> bytes:
    """Return a PDF whose font is a Type 0 font with a ToUnicode map, as Japanese PDFs have; no text, no operator."""
    characters = sorted(set("".join(pages)))
    codes = {character: number for number, character in enumerate(characters, 1)}
    pairs = "\n".join(f"<{code:04X}> <{character.encode('utf-16-be').hex()}>" for character, code in codes.items())
    unicode_map = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{len(codes)} beginbfchar\n{pairs}\nendbfchar\n"
        "endcmap end end"
    )
    first_page = 6
    kids = " ".join(f"{first_page + 2 * place} 0 R" for place in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        (
            "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) "
            "/Supplement 0 >> /DW 1000 /FontDescriptor << /Type /FontDescriptor /FontName /X /Flags 4 "
            "/FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >> >>"
        ),
        f"<< /Length {len(unicode_map)} >>\nstream\n{unicode_map}\nendstream",
    ]
    for place, text in enumerate(pages):
        lines = " ".join(
            f"<{''.join(f'{codes[each]:04X}' for each in line)}> Tj T*" for line in text.split("\n") if line
        )
        content = f"BT /F1 12 Tf 14 TL 50 700 Td {lines} ET" if text else ""
        objects += [
            (
                f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {first_page + 2 * place + 1} 0 R "
                "/Resources << /Font << /F1 3 0 R >> >> >>"
            ),
            f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        ]
    trailer = ""
    if encrypted:
        owner = "00" * 32
        objects.append(f"<< /Filter /Standard /V 1 /R 2 /O <{owner}> /U <{owner}> /P -44 >>")
        trailer = f"/Encrypt {len(objects)} 0 R /ID [<00> <00>]"
    return _pdf_file(objects, trailer)


def _pdf_file(objects: list[str], trailer: str) -> bytes:
    out, places = bytearray(b"%PDF-1.7\n"), list[int]()
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode()
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


_SECTOR, _END, _FREE, _FAT, _MINI = 512, 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 4096


def compound(streams: Mapping[str, bytes]) -> bytes:
    """Return a compound file ([MS-CFB]) of streams by their paths; each is padded to the size that needs no small ones."""
    entries = [("Root Entry", 5, -1, b"")]
    places = {"": 0}
    for path, content in streams.items():
        steps = path.split("/")
        for depth in range(1, len(steps)):
            folder = "/".join(steps[:depth])
            if folder not in places:
                places[folder] = len(entries)
                entries.append((steps[depth - 1], 1, places["/".join(steps[: depth - 1])], b""))
        entries.append((steps[-1], 2, places["/".join(steps[:-1])], content.ljust(_MINI, b"\0")))
    sectors, fat, starts = list[bytes](), list[int](), list[int]()

    def put(content: bytes) -> int:
        if not content:
            return _END
        start, count = len(sectors), -(-len(content) // _SECTOR)
        sectors.extend(content[at : at + _SECTOR].ljust(_SECTOR, b"\0") for at in range(0, len(content), _SECTOR))
        fat.extend([*range(start + 1, start + count), _END])
        return start

    starts = [put(content) for _, _, _, content in entries]
    directory = put(b"".join(_entry(entries, number, starts) for number in range(len(entries))))
    own = 1
    while own * (_SECTOR // 4) < len(fat) + own:
        own += 1
    assert own <= 109, "no further sectors for a small file"
    first = len(sectors)
    table = [*fat, *[_FAT] * own]
    table += [_FREE] * (own * (_SECTOR // 4) - len(table))
    sectors.extend(struct.pack("<128I", *table[at : at + 128]) for at in range(0, len(table), 128))
    header = struct.pack(
        "<8s16x5H6x9I",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        *(0x3E, 3, 0xFFFE, 9, 6),
        *(0, own, directory, 0, _MINI, _END, 0, _END, 0),
    )
    header += struct.pack("<109I", *range(first, first + own), *[_FREE] * (109 - own))
    return header + b"".join(sectors)


def _entry(entries: list[tuple[str, int, int, bytes]], number: int, starts: list[int]) -> bytes:
    """Return a directory entry; siblings hang in a row to the right, the first of them below their folder."""
    name, kind, parent, content = entries[number]
    nothing = _FREE
    below = [place for place, entry in enumerate(entries) if entry[2] == number]
    later = [place for place, entry in enumerate(entries) if entry[2] == parent and place > number and parent >= 0]
    raw = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBB3I16xI16xIQ",
        raw,
        len(raw) + 2,
        kind,
        1,
        nothing,
        later[0] if later else nothing,
        below[0] if below else nothing,
        0,
        starts[number] if kind != 1 else 0,
        len(content),
    )
