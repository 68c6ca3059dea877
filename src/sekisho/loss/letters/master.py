"""The letter's body: set by typst, once for all the letters that say the same.

Its text comes as JSON, never as markup. With an envelope the first page leaves room for what is each person's, which
:mod:`sekisho.loss.letters.overlay` writes; without one the whole letter is set for one person, tagged, as PDF/UA-1 and
PDF/A-2a, for who reads with a screen reader or large print.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sekisho.catalogue.words import Language
from sekisho.custody.paper.glyphs import Fonts, Unset
from sekisho.errors import Missing, Refused, Unreadable
from sekisho.loss.letters.envelopes import Envelope
from sekisho.loss.letters.typeface import composed

_TEMPLATE = Path(__file__).parent / "templates" / "letter.typ"
_QUOTED = re.compile(r'`[^`]*`|"[^"]*"|(?<=with: ).*|(?<=failed: ).*')
_A4 = (210.0, 297.0)
_TEXT, _LARGE = 10.5, 18.0
_SENDER_TOP = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What every letter of a segment says.

    Attributes:
        title: its subject.
        sections: heading, which may be empty, and text; an empty line parts paragraphs.
        office: who writes.
        sender: the office's address, unit, telephone, a line each.
        date: as it is printed.
        language: of the text.
    """

    title: str
    sections: Sequence[tuple[str, str]]
    office: str
    sender: Sequence[str]
    date: str
    language: Language = "ja"

    @property
    def text(self) -> str:
        """All of it as text: what two persons answer for who print it."""
        parts = [self.date, self.office, *self.sender, self.title]
        return "\n".join([*parts, *("\n".join(filter(None, pair)) for pair in self.sections)]) + "\n"


def set_master(body: Body, envelope: Envelope, fonts: Fonts, *, at: datetime) -> bytes:
    """Return the pages that all letters share, with room for the address.

    Raises:
        Missing: typst is not installed.
        Refused: no font has a character of the text.
        Unreadable: typst does not take the template.
    """
    wide, high = envelope.paper
    sender = {"left": envelope.reference.left, "top": max(envelope.border.end, _SENDER_TOP)}
    data = _data(body, fonts) | {
        "page": {"wide": wide, "high": high, "side": envelope.border.side, "end": envelope.border.end},
        "window": True,
        "body": envelope.body,
        "sender": {**sender, "lines": list(body.sender)},
        "addressee": [],
        "about": "",
        "size": _TEXT,
    }
    return _compile(data, fonts, at, tagged=False)


def set_accessible(
    body: Body, fonts: Fonts, *, addressee: Sequence[str], about: str, at: datetime, large: bool = False
) -> bytes:
    """Return one person's letter, tagged, as PDF/UA-1 and PDF/A-2a: for e-mail, or on request in large print.

    Args:
        body: what it says.
        fonts: to set it in.
        addressee: name and address, a line each.
        about: the reference code, in words.
        at: the only time in the file.
        large: in print of 18 points.

    Raises:
        Missing, Refused, Unreadable: as :func:`set_master`.
    """
    data = _data(body, fonts, *addressee) | {
        "page": {"wide": _A4[0], "high": _A4[1], "side": 22.0, "end": 15.0},
        "window": None,
        "body": 0,
        "sender": {"left": 0, "top": 0, "lines": list(body.sender)},
        "addressee": [composed(line) for line in addressee],
        "about": about,
        "size": _LARGE if large else _TEXT + 1.5,
    }
    return _compile(data, fonts, at, tagged=True)


def _data(body: Body, fonts: Fonts, *more: str) -> dict[str, Any]:
    texts = [
        body.title,
        body.office,
        body.date,
        *body.sender,
        *more,
        *(part for pair in body.sections for part in pair),
    ]
    elsewhere, unset = dict[str, str](), list[Unset]()
    for text in texts:
        _, its, those = fonts.set(composed(text))
        elsewhere |= its
        unset += those
    if unset:
        raise Refused("loss.letter_unset", characters=", ".join(sorted({each.name for each in unset})))
    return {
        "title": body.title,
        "office": body.office,
        "date": body.date,
        "language": body.language,
        "sections": [{"heading": heading, "text": text} for heading, text in body.sections],
        "families": fonts.families(),
        "elsewhere": [
            {"family": family, "pattern": _pattern(elsewhere, family)} for family in dict.fromkeys(elsewhere.values())
        ],
    }


def _pattern(elsewhere: dict[str, str], family: str) -> str:
    characters = sorted((each for each, its in elsewhere.items() if its == family), key=len, reverse=True)
    return "|".join(re.escape(each) for each in characters)


def _compile(data: dict[str, Any], fonts: Fonts, at: datetime, *, tagged: bool) -> bytes:
    try:
        import typst  # noqa: PLC0415 - an extra
    except ImportError:
        raise Missing("custody.paper_no_typst") from None
    compiler = typst.Compiler(
        input=_TEMPLATE.read_bytes(),
        root=_TEMPLATE.parent,
        font_paths=_faces(fonts),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True)},
    )
    try:
        pdf = compiler.compile(
            format="pdf", pdf_standards=["ua-1", "a-2a"] if tagged else [], timestamp=at, pdf_tags=tagged
        )
    except typst.TypstError as error:
        why = _QUOTED.sub("…", str(error).partition("\n")[0])
        raise Unreadable("custody.paper_template", template="letter", why=why) from None
    assert isinstance(pdf, bytes), "a PDF is one file"
    return pdf


@lru_cache(maxsize=4)
def _faces(fonts: Fonts) -> Any:  # noqa: ANN401 - typst's own
    import typst  # noqa: PLC0415 - an extra

    folders = dict.fromkeys(font.path.parent for font in fonts.fonts)
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(folders))
