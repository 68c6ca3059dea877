"""Setting a form: facts and mapping become JSON, the JSON and a template become a PDF, all in memory.

A name goes to typst as a JSON string, never as markup: whatever it holds is printed as it stands. The PDF is PDF/A-2a, so it
embeds its fonts, bears its words for who cannot see it, and typst refuses to make it where a character would be a box. Its
only time is the form's, so that the same facts are the same bytes.
"""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sekisho.catalogue.words import Language, say
from sekisho.custody.paper.facts import Form
from sekisho.custody.paper.glyphs import Fonts, Unset, find_fonts
from sekisho.custody.paper.shelf import Shelf, Template
from sekisho.custody.paper.shown import Sheet
from sekisho.errors import Missing, Unreadable

_STANDARD = "a-2a"


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
    try:
        import typst  # noqa: PLC0415 - an extra, and who only lists forms does not pay for it

        fonts = fonts or find_fonts(shelf.own_fonts())
    except ImportError:
        raise Missing("custody.paper_no_typst") from None
    setting = _Setting(fonts)
    data = setting.fitted(Sheet(form, mapping, language).data())
    data |= setting.remarks(language)
    try:
        pdf = _compile(typst, template, data, fonts, form)
    except typst.TypstError as error:
        raise Unreadable("custody.paper_template", template=mapping.template, why=_first_line(error)) from None
    return Printed(pdf, tuple(sorted(setting.unset)))


class _Setting:
    """Fits texts to the fonts, and remembers what did not fit."""

    def __init__(self, fonts: Fonts) -> None:
        self._fonts = fonts
        self._elsewhere = dict[str, str]()
        self.unset = set[Unset]()

    def fitted(self, data: Any) -> Any:  # noqa: ANN401 - JSON
        """Return JSON with every text as it can be printed; pictures stay as they are."""
        match data:
            case str():
                printed, elsewhere, unset = self._fonts.set(data)
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
        families = self._fonts.families()
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


def _compile(typst: Any, template: Template, data: dict[str, Any], fonts: Fonts, form: Form) -> bytes:  # noqa: ANN401 - a module
    compiler = typst.Compiler(
        input=template.source,
        root=template.folder,
        font_paths=_faces(fonts),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True)},
    )
    pdf: bytes = compiler.compile(format="pdf", pdf_standards=[_STANDARD], timestamp=form.at)
    return pdf


@lru_cache(maxsize=4)
def _faces(fonts: Fonts) -> Any:  # noqa: ANN401 - typst's own
    """Return the fonts as typst wants them: their files and no others."""
    import typst  # noqa: PLC0415 - an extra

    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[font.path for font in fonts.fonts]
    )


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
