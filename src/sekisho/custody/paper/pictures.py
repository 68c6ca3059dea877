"""QR codes, as vector pictures: for a finder's telephone, a counter's scanner, a night's call."""

import io
import re
import unicodedata
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from sekisho.custody.paper.facts import Form, LabelRow, SlipHead

_BORDER = 4
_NUMBER = re.compile(r"\+?\(?[0-9][0-9() -]*[0-9]")


def pictures(form: Form) -> dict[str, Any]:
    """Return the pictures of a form, each with how many modules it is wide."""
    match form.head:
        case SlipHead(slip=slip) if slip:
            return {"slip": qr_code(slip), "phone": _code(dialled(form.office.phone))}
        case _:
            return {"labels": _label_codes(form.office.phone, form.rows)} if form.rows else {}


def label_address(url: str, code: str) -> str:
    """Return where a finder tells of a medium, in capitals, which a QR code takes in two thirds of the room.

    Capitals change nothing: schemes and host names have no case, and the page is asked for in either.

    >>> label_address("https://custody.city.example/", "7Q2M-K9TX-4HCD")
    'HTTPS://CUSTODY.CITY.EXAMPLE/F/7Q2M-K9TX-4HCD'
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}/F/{code}".upper()


def qr_code(text: str) -> dict[str, Any]:
    """Return a QR code of level H, of version 4 where that suffices: 41 modules with its border, 15 mm on paper.

    A stick's label is rubbed by keys, so the level is the highest; a longer text takes a larger picture, never smaller
    modules.
    """
    import segno  # noqa: PLC0415 - who prints no code does not pay for it

    least = 4
    try:
        code = segno.make(text, version=least, error="h", boost_error=False)
    except segno.DataOverflowError:
        code = segno.make(text, error="h", boost_error=False, micro=False)
    picture = io.BytesIO()
    code.save(picture, kind="svg", border=_BORDER, xmldecl=False, svgns=True)
    return {"svg": picture.getvalue().decode(), "modules": code.symbol_size(border=_BORDER)[0]}


def _label_codes(phone: str, rows: Sequence[object]) -> list[dict[str, Any] | None]:
    return [_code(row.address or dialled(phone)) for row in rows if isinstance(row, LabelRow)]


def _code(text: str) -> dict[str, Any] | None:
    return qr_code(text) if text else None


def dialled(phone: str) -> str:
    """Return the first telephone number of a text as an address; nothing where there is none.

    >>> dialled("06-0123-0617（夜間 06-9999-0000）"), dialled("内線 ５０１")
    ('TEL:0601230617', 'TEL:501')
    """
    found = _NUMBER.search(unicodedata.normalize("NFKC", phone))
    return f"TEL:{re.sub('[() -]', '', found[0])}" if found else ""
