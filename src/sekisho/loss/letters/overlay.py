"""Files of letters: the shared pages once, and on top of them, page by page, what is one person's and nobody else's.

A page is a few hundred bytes: it draws the body, which the file holds once (a form XObject), and writes address, name and
code as glyph numbers of the fonts that the file brings. Pages stand in a file as leaves of one tree that is written at its
end, since appending a page to a growing file looks at all that are there. Nothing in a file depends on when or where it was
made, so the same letters are the same bytes.
"""

import io
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from sekisho.loss.letters.envelopes import points
from sekisho.loss.letters.layout import Line
from sekisho.loss.letters.subset import Program
from sekisho.loss.letters.typeface import Glyph

if TYPE_CHECKING:
    import pikepdf

_DEFAULT_WIDTH = 1000


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one page has besides the body.

    Attributes:
        lines: of one person.
        drawn: operators that draw, for a test sheet.
    """

    lines: Sequence[Line]
    drawn: bytes = b""


@dataclass(frozen=True)
class Press:
    """Prints files of letters.

    Attributes:
        master: the pages that all letters share.
        programs: the fonts of the mailing.
        paper: width and height of a page, in millimetres.
        duplex: whether each letter takes an even number of pages, so that no sheet has two people on its two sides.
    """

    master: bytes
    programs: Mapping[int, Program]
    paper: tuple[float, float]
    duplex: bool = False

    @cached_property
    def pages(self) -> int:
        """How many pages the body has."""
        import pikepdf  # noqa: PLC0415 - an extra

        with pikepdf.open(io.BytesIO(self.master)) as pdf:
            return len(pdf.pages)

    @cached_property
    def pages_a_letter(self) -> int:
        """How many pages a letter takes."""
        return self.pages + (self.pages % 2 if self.duplex else 0)

    def file(self, letters: Iterable[Sequence[Sheet]], *, title: str) -> bytes:
        """Return a file.

        Args:
            letters: of each, a sheet for every page of the body.
            title: of the file; nobody's name.
        """
        import pikepdf  # noqa: PLC0415 - an extra

        used = defaultdict[int, dict[int, Glyph]](dict)
        with pikepdf.new() as pdf, pikepdf.open(io.BytesIO(self.master)) as master:
            forms = [pdf.copy_foreign(page.as_form_xobject()) for page in master.pages]
            tree = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Pages))
            kids = list[pikepdf.Object]()
            for sheets in letters:
                kids += [self._page(pdf, tree, number, sheet, used) for number, sheet in enumerate(sheets)]
                kids += [self._blank(pdf, tree) for _ in range(self.pages_a_letter - len(sheets))]
            tree.Kids = pikepdf.Array(kids)
            tree.Count = len(kids)
            tree.MediaBox = pikepdf.Array([0, 0, *(round(points(each), 2) for each in self.paper)])
            fonts = {f"/F{face}": self._font(pdf, face, its) for face, its in sorted(used.items())}
            tree.Resources = pikepdf.Dictionary(
                XObject=pikepdf.Dictionary({f"/M{number}": form for number, form in enumerate(forms)}),
                Font=pikepdf.Dictionary(fonts),
            )
            pdf.Root.Pages = tree
            pdf.docinfo["/Title"] = title
            return _saved(pdf)

    def _page(
        self, pdf: "pikepdf.Pdf", tree: "pikepdf.Object", number: int, sheet: Sheet, used: dict[int, dict[int, Glyph]]
    ) -> "pikepdf.Object":
        import pikepdf  # noqa: PLC0415 - an extra

        content = b"q/M%d Do Q %bBT %b ET" % (number, sheet.drawn, _text(sheet.lines, used))
        stream = pikepdf.Stream(pdf, zlib.compress(content, 6), Filter=pikepdf.Name.FlateDecode)
        return pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Page, Parent=tree, Contents=stream))

    @staticmethod
    def _blank(pdf: "pikepdf.Pdf", tree: "pikepdf.Object") -> "pikepdf.Object":
        import pikepdf  # noqa: PLC0415 - an extra

        return pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Page, Parent=tree))

    def _font(self, pdf: "pikepdf.Pdf", face: int, used: Mapping[int, Glyph]) -> "pikepdf.Object":
        """Return a font with the glyphs that the file uses, and what they say, for who copies or reads aloud."""
        import pikepdf  # noqa: PLC0415 - an extra

        program = self.programs[face]
        name = pikepdf.Name(f"/{_tag(used)}+{program.name}")
        stream = pikepdf.Stream(pdf, program.file(used))
        if program.cff:
            stream.Subtype = pikepdf.Name.CIDFontType0C
        left, low, right, high, up, down = program.box
        descriptor = pikepdf.Dictionary(
            Type=pikepdf.Name.FontDescriptor, FontName=name, Flags=4, FontBBox=pikepdf.Array([left, low, right, high]),
            ItalicAngle=0, Ascent=up, Descent=down, CapHeight=up, StemV=80,
        )  # fmt: skip
        descriptor["/FontFile3" if program.cff else "/FontFile2"] = stream
        widths = [(gid, glyph.width) for gid, glyph in sorted(used.items()) if round(glyph.width) != _DEFAULT_WIDTH]
        descendant = pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.CIDFontType0 if program.cff else pikepdf.Name.CIDFontType2,
            BaseFont=name,
            CIDSystemInfo=pikepdf.Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
            FontDescriptor=pdf.make_indirect(descriptor),
            DW=_DEFAULT_WIDTH,
            W=pikepdf.Array([each for gid, width in widths for each in (gid, pikepdf.Array([round(width, 2)]))]),
        )
        if not program.cff:
            descendant.CIDToGIDMap = pikepdf.Name.Identity
        return pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type0, BaseFont=name, Encoding=pikepdf.Name("/Identity-H"),
                DescendantFonts=pikepdf.Array([pdf.make_indirect(descendant)]),
                ToUnicode=pikepdf.Stream(pdf, to_unicode(used)),
            )
        )  # fmt: skip


def _text(lines: Sequence[Line], used: dict[int, dict[int, Glyph]]) -> bytes:
    """Return the operators that write lines, and note which glyphs they use."""
    written, font, left, base = list[bytes](), (-1, 0.0), 0.0, 0.0
    for line in lines:
        written.append(b"%.2f %.2f Td" % (line.left - left, line.base - base))
        left, base = line.left, line.base
        run = list[bytes]()
        for glyph in line.glyphs:
            used[glyph.face].setdefault(glyph.gid, glyph)
            if font != (glyph.face, line.size):
                if run:
                    written.append(b"(%b)Tj" % b"".join(run))
                    run.clear()
                font = (glyph.face, line.size)
                written.append(b"/F%d %.2f Tf" % font)
            run.append(glyph.code)
        written.append(b"(%b)Tj" % b"".join(run))
    return b" ".join(written)


def to_unicode(used: Mapping[int, Glyph]) -> bytes:
    """Return the CMap that says what each glyph says (ISO 32000-1, 9.10.3)."""
    rows = [b"<%04X><%b>" % (gid, glyph.text.encode("utf-16-be").hex().encode()) for gid, glyph in sorted(used.items())]
    parts = [rows[start : start + 100] for start in range(0, len(rows), 100)]
    maps = b"".join(b"%d beginbfchar\n%b\nendbfchar\n" % (len(part), b"\n".join(part)) for part in parts)
    return (
        b"/CIDInit/ProcSet findresource begin 12 dict begin begincmap\n/CMapName/S def/CMapType 2 def\n"
        b"1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n" + maps + b"endcmap end end"
    )


def _tag(used: Mapping[int, Glyph]) -> str:
    """Return the six letters by which a subset differs from another of the same font."""
    number = zlib.crc32(b"".join(gid.to_bytes(4, "big") for gid in sorted(used)))
    return "".join(chr(ord("A") + number // 26**place % 26) for place in range(6))


def _saved(pdf: "pikepdf.Pdf") -> bytes:
    import pikepdf  # noqa: PLC0415 - an extra

    file = io.BytesIO()
    pdf.save(
        file,
        deterministic_id=True,
        compress_streams=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
    )
    return file.getvalue()
