"""Setting a form: facts and mapping become JSON, the JSON and a template become a PDF, all in memory.

A name goes to typst as a JSON string, never as markup: whatever it holds is printed as it stands. The PDF is PDF/A-2a, so it
embeds its fonts, bears its words for who cannot see it, and typst refuses to make it where a character would be a box; with
characters of private use, of which nobody else knows what they say, it is PDF/A-2b. Its only time is the form's, so that the
same facts are the same bytes.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sekisho.catalogue.words import Language, say
from sekisho.custody.paper.facts import Form
from sekisho.custody.paper.glyphs import Fonts, Unset, find_fonts
from sekisho.custody.paper.shelf import Shelf, Template
from sekisho.custody.paper.shown import Sheet
from sekisho.errors import Missing, Unreadable

_QUOTED = re.compile(r'`[^`]*`|"[^"]*"|(?<=with: ).*|(?<=failed: ).*')
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Printed:
    """A form on paper.

    Attributes:
        pdf: the file.
        unset: the characters that no font could set, each once.
    """

    pdf: bytes
    unset: tuple[Unset, ...]


def print_form(form: Form, shelf: Shelf, *, language: Language, fonts: Fonts | None = None) -> Printed:
    """Set a form.

    Args:
        form: what it says.
        shelf: where its mapping and template come from.
        language: of its words; names and places stay as they are.
        fonts: those it may use; those of this machine, if not given.

    Raises:
        Missing: typst or the fonts are not installed.
        NotFound: there is no such form or template.
        Unreadable: its mapping or template is none.
        Refused: its template wants the network.
    """
    mapping = shelf.mapping(form.form)
    template = shelf.template(mapping.template)
    setting = _Setting(fonts or ready_fonts(shelf))
    data = setting.fitted(Sheet(form, mapping, language).data())
    data |= setting.remarks(language)
    pdf = _compile(template, data, setting.fonts, form.at)
    return Printed(pdf, tuple(sorted(setting.unset)))


def print_data(
    data: Mapping[str, Any], template: Template, *, language: Language, at: datetime, fonts: Fonts
) -> Printed:
    """Set data by a template that says itself what stands where.

    Args:
        data: JSON for the template; texts, lists and tables.
        template: which.
        language: of the remark on what could not be set.
        at: the PDF's only time.
        fonts: those it may use.

    Raises:
        Missing: typst is not installed.
        Unreadable: the template is none.
    """
    setting = _Setting(fonts)
    fitted: dict[str, Any] = setting.fitted(dict(data))
    pdf = _compile(template, fitted | setting.remarks(language), setting.fonts, at)
    return Printed(pdf, tuple(sorted(setting.unset)))


def ready_fonts(shelf: Shelf) -> Fonts:
    """Return the fonts of this machine and of the shelf, where typst is there to use them.

    Raises:
        Missing: typst or the fonts are not installed.
        Unreadable: a font of the office is none.
    """
    try:
        import typst  # noqa: F401, PLC0415 - an extra, and who only lists forms does not pay for it

        return find_fonts(shelf.own_fonts())
    except ImportError:
        raise Missing("custody.paper_no_typst") from None


class _Setting:
    """Fits texts to the fonts, and remembers what did not fit."""

    def __init__(self, fonts: Fonts) -> None:
        self.fonts = fonts
        self._elsewhere = dict[str, str]()
        self.unset = set[Unset]()

    def fitted(self, data: Any) -> Any:  # noqa: ANN401 - JSON
        """Return JSON with every text as it can be printed; pictures stay as they are."""
        match data:
            case str():
                printed, elsewhere, unset = self.fonts.set(data)
                self._elsewhere |= elsewhere
                self.unset |= set(unset)
                return printed
            case dict():
                return {key: value if key == "pictures" else self.fitted(value) for key, value in data.items()}
            case list():
                return [self.fitted(value) for value in data]
            case _:
                return data

    def remarks(self, language: Language) -> dict[str, Any]:
        """Return the families, what is set in which other one, and the remark on what is not set."""
        unset = ", ".join(each.name for each in sorted(self.unset))
        families = self.fonts.families()
        return {
            "families": families,
            "mono": next((family for family in families if family == "BIZ UDGothic"), families[0]),
            "elsewhere": [
                {"family": family, "pattern": self._pattern(family)}
                for family in families
                if family in self._elsewhere.values()
            ],
            "unset": say("paper.unset", language, characters=unset) if unset else "",
        }

    def _pattern(self, family: str) -> str:
        """Return a regular expression for what is set in a family; a variant stands before its plain character."""
        characters = sorted(each for each, its in self._elsewhere.items() if its == family)
        return "|".join(re.escape(each) for each in sorted(characters, key=len, reverse=True))


def _compile(template: Template, data: dict[str, Any], fonts: Fonts, at: datetime) -> bytes:
    import typst  # noqa: PLC0415 - an extra

    text = json.dumps(data, ensure_ascii=False, sort_keys=True)
    compiler = typst.Compiler(
        input=template.source,
        root=template.folder,
        font_paths=_faces(fonts),
        ignore_system_fonts=True,
        sys_inputs={"data": text},
    )
    try:
        pdf = compiler.compile(format="pdf", pdf_standards="a-2b" if _PRIVATE.search(text) else "a-2a", timestamp=at)
    except typst.TypstError as error:
        raise Unreadable("custody.paper_template", template=template.name, why=_reason(error)) from None
    assert isinstance(pdf, bytes), "a PDF is one file"
    return pdf


@lru_cache(maxsize=4)
def _faces(fonts: Fonts) -> Any:  # noqa: ANN401 - typst's own
    """Return the fonts as typst wants them: by the folders in which they lie.

    Raises:
        Unreadable: typst does not know one of them, whose text it would leave out without a word.
    """
    import typst  # noqa: PLC0415 - an extra

    folders = dict.fromkeys(font.path.parent for font in fonts.fonts)
    faces = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(folders))
    known = set(faces.families())
    for font in fonts.fonts:
        if font.family not in known:
            raise Unreadable("custody.paper_bad_font", path=font.path)
    return faces


def _reason(error: Exception) -> str:
    """Return what typst says, without what it quotes: that may be somebody's name."""
    return _QUOTED.sub("…", str(error).partition("\n")[0])
