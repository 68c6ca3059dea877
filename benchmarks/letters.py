"""Letters to a city, beside WeasyPrint and ReportLab on the same thousand.

    python benchmarks/letters.py                 a thousand letters, each peer the same text, address and code
    python benchmarks/letters.py --city 460517   Sekisho alone, that many letters into a folder that is removed again

Invented people. CPU seconds of one process and its children; a peer's fonts are those of Sekisho. ReportLab is timed twice:
with the body drawn on every page, and with the body once as a form XObject, as Sekisho has it.
"""

import argparse
import html
import io
import platform
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import numpy as np
import polars as pl
import pypdfium2

from sekisho.custody.paper.glyphs import Fonts, find_fonts
from sekisho.files import write_whole
from sekisho.invented.draws import Draws
from sekisho.invented.values import invent_column
from sekisho.loss.letters.envelopes import find_envelope, points
from sekisho.loss.letters.mail_house import Encoding, mail_house_table
from sekisho.loss.letters.mailing import Mailing
from sekisho.loss.letters.master import Body
from sekisho.loss.letters.recipients import recipients
from sekisho.loss.letters.reference import reference_codes

ENVELOPE = "jp-naga3"
AT = datetime(2022, 6, 23, tzinfo=UTC)
KEY = bytes(32)
PARAGRAPH = (
    "このたび、個人情報を保存したUSBメモリーが所在不明となりました。ご心配とご迷惑をおかけし、深くお詫び申し上げます。"
    * 3
)
BODY = Body(
    title="個人情報を保存したUSBメモリーの紛失について（お詫び）",
    sections=(
        ("", PARAGRAPH),
        ("いまの状況", "失くしたUSBメモリーは、許可なしには誰も開けられません。許可は出しておらず、今後も出しません。"),
        ("対象となる情報", "・氏名\n・住所\n・生年月日\n・住民税の課税区分"),
        ("お願い", "市から口座番号や暗証番号をお尋ねすることはありません。\n" + PARAGRAPH),
        ("お問い合わせ", "汐見市 総務部 06-0123-0617（平日9時から17時まで）"),
    ),
    office="汐見市",
    sender=("総務部 個人情報担当", "06-0123-0617"),
    date="令和4年6月23日",
)


def people(count: int) -> pl.DataFrame:
    """Return invented people."""
    draws = Draws(np.random.default_rng(460517).integers(0, 2**63, count, dtype=np.uint64))
    columns = {name: invent_column(name, draws) for name in ("name", "postal_code", "address")}
    return pl.DataFrame({"person": [f"{number:010d}" for number in range(count)], **columns})


def mailing(table: pl.DataFrame, fonts: Fonts) -> Mailing:
    """Return their letters."""
    envelope = find_envelope(ENVELOPE)
    return Mailing(
        segment="o-7", to=recipients(table), body=BODY, envelope=envelope, fonts=fonts, key=KEY, at=AT
    )  # fmt: skip


def sekisho(table: pl.DataFrame) -> list[bytes]:
    """Return files of letters."""
    return [file.pdf for file in mailing(table, find_fonts()).files()]


def weasyprint(table: pl.DataFrame) -> list[bytes]:
    """Return the same letters as pages of one document of HTML."""
    from weasyprint import HTML  # noqa: PLC0415 - a peer, and timed with its own import

    envelope = find_envelope(ENVELOPE)
    field, place = envelope.field, envelope.reference
    body = "".join(
        f"<h2>{html.escape(heading)}</h2><p>{html.escape(text).replace(chr(10), '<br>')}</p>"
        for heading, text in BODY.sections
    )
    letters = "".join(
        f"<section><address>〒{code}<br>{html.escape(address)}<br>{html.escape(name)}　様</address>"
        f"<b>通知番号 {reference}</b><h1>{BODY.title}</h1>{body}</section>"
        for name, code, address, reference in _rows(table)
    )
    style = (
        "@page{size:A4;margin:20mm 22mm}body{font:10.5pt 'BIZ UDPGothic','IPAmjMincho';margin:0}"
        f"section{{break-after:page;position:relative;padding-top:{envelope.body - 20}mm}}h1{{font-size:13pt}}h2{{font-size:11pt}}"
        f"address{{position:absolute;font-style:normal;left:{field.left - 22}mm;top:{field.top - 20}mm;width:{field.width}mm}}"
        f"b{{position:absolute;left:{place.left - 22}mm;top:{place.top - 20}mm}}"
    )
    pdf: bytes = HTML(string=f"<style>{style}</style>{letters}").write_pdf()
    return [pdf]


def reportlab(table: pl.DataFrame, *, once: bool) -> list[bytes]:
    """Return the same letters drawn on a canvas, the body on every page or once."""
    from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415 - a peer, and timed with its own import
    from reportlab.pdfbase.ttfonts import TTFont  # noqa: PLC0415 - as above
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415 - as above

    pdfmetrics.registerFont(TTFont("BIZ", str(find_fonts().fonts[0].path)))
    envelope, file = find_envelope(ENVELOPE), io.BytesIO()
    canvas = Canvas(file, pagesize=tuple(map(points, envelope.paper)))

    def draw_body() -> None:
        canvas.setFont("BIZ", 10.5)
        base = points(envelope.paper[1] - envelope.body)
        for line in _wrapped(BODY):
            canvas.drawString(points(envelope.border.side), base, line)
            base -= 15.5

    if once:
        canvas.beginForm("body")
        draw_body()
        canvas.endForm()
    top = points(envelope.paper[1] - envelope.field.top)
    for name, code, address, reference in _rows(table):
        if once:
            canvas.doForm("body")
        else:
            draw_body()
        canvas.setFont("BIZ", 10.5)
        for number, line in enumerate((f"〒{code}", address, f"{name}　様")):
            canvas.drawString(points(envelope.field.left), top - 14 * (number + 1), line)
        place = envelope.reference
        canvas.drawString(points(place.left), points(envelope.paper[1] - place.top), f"通知番号 {reference}")
        canvas.showPage()
    canvas.save()
    return [file.getvalue()]


def _rows(table: pl.DataFrame) -> list[tuple[str, str, str, str]]:
    codes = reference_codes(KEY, table["person"])
    return [
        (*row, code)
        for row, code in zip(table.select("name", "postal_code", "address").iter_rows(), codes, strict=True)
    ]


def _wrapped(body: Body) -> list[str]:
    """Return the body in lines of 44 characters, as ReportLab's canvas wants it."""
    lines = [body.title, ""]
    for heading, text in body.sections:
        lines += [heading] if heading else []
        for line in text.split("\n"):
            lines += [line[start : start + 44] for start in range(0, len(line), 44)]
        lines.append("")
    return lines


def timed(name: str, make: Callable[[], list[bytes]], count: int) -> float:
    """Print what a program took for a thousand letters, and return the letters a CPU second."""
    begin = time.process_time()
    pdfs = make()
    spent = time.process_time() - begin
    documents = [pypdfium2.PdfDocument(pdf) for pdf in pdfs]
    pages = sum(map(len, documents))
    for document in documents:
        document.close()
    rate = count / spent
    print(
        f"{name:32} {spent:8.2f} CPU s {rate:9,.0f} letters/s {sum(map(len, pdfs)) / count / 1024:6.2f} KiB each {pages:6,} pages"
    )
    return rate


def beside(count: int, only: list[str]) -> None:
    """Print Sekisho and its peers, or those that are named, on the same people."""
    table = people(count)
    names = ("pikepdf", "typst", "fonttools", "weasyprint", "reportlab")
    print(platform.python_version(), *(f"{name} {version(name)}" for name in names), sep=" · ")
    ours = timed("sekisho", lambda: sekisho(table), count)
    again = timed("sekisho, fonts and text read", lambda: sekisho(table), count)
    peers = {
        "ReportLab, body once": lambda: reportlab(table, once=True),
        "ReportLab": lambda: reportlab(table, once=False),
        "WeasyPrint": lambda: weasyprint(table),
    }
    for name, make in ((name, make) for name, make in peers.items() if name in (only or peers)):
        rate = timed(name, make, count)
        print(f"  sekisho is {ours / rate:,.1f} times as fast, {again / rate:,.1f} times once the fonts are read")


def city(count: int) -> None:
    """Print what a city's letters and its mail house's table take."""
    table = people(count)
    begin, wall = time.process_time(), time.monotonic()
    letters = mailing(table, find_fonts())
    checked, size = time.process_time(), 0
    with tempfile.TemporaryDirectory() as folder:
        for file in letters.files():
            write_whole(Path(folder) / file.name, file.pdf)
            size += len(file.pdf)
    done = time.process_time()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{letters.letters:,} letters, {len(letters.held):,} held: {done - begin:.1f} CPU s (glyph check {checked - begin:.1f}),"
    )
    print(
        f"{time.monotonic() - wall:.0f} s on the clock, {size:,} bytes, {size / count / 1024:.2f} KiB each, {most:,} MiB at the most"
    )
    for encoding in Encoding:
        begin = time.process_time()
        made = mail_house_table(letters.to, key=KEY, encoding=encoding)
        print(
            f"mail house {encoding}: {made.people:,} rows, {len(made.csv):,} bytes, {time.process_time() - begin:.2f} CPU s"
        )


def main() -> None:
    """Print the figures that are asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--peer", action="append", default=[])
    parser.add_argument("--city", type=int, default=0)
    asked = parser.parse_args()
    if asked.city:
        city(asked.city)
    else:
        beside(asked.count, asked.peer)


if __name__ == "__main__":
    main()
