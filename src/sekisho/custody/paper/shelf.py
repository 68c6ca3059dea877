"""Where forms come from: the office's own folder first, then what installed packages bring, then what Sekisho ships.

    $SEKISHO_HOME/templates/forms/NAME.toml    how an office wants a form; a new name is a form of its own
    $SEKISHO_HOME/templates/NAME.typ           how a template sets it
    $SEKISHO_HOME/templates/fonts/             fonts of its own, such as that of its private characters (外字)

A package offers a folder of the same shape at the entry point ``sekisho.templates``, as a path or a function that returns
one. A template is typst; whoever can write into these folders decides what stands on the office's paper, so they are kept
as its settings are.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sekisho.custody.paper.mapping import Mapping, parse_mapping
from sekisho.errors import NotFound, Refused, Unreadable
from sekisho.plugins import installed

_SHIPPED = Path(__file__).parent / "templates"
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_PACKAGE = re.compile(r"""["'`]\s*@""")
_BASE = "base"


@dataclass(frozen=True, slots=True)
class Template:
    """A template.

    Attributes:
        name: what mappings call it.
        source: its typst.
        folder: where it lies; it reads pictures, such as an office's crest, from there and from nowhere else.
    """

    name: str
    source: bytes
    folder: Path


@dataclass(frozen=True, slots=True)
class Shelf:
    """Folders with forms, templates and fonts; what stands in an earlier one hides the same in a later one."""

    folders: tuple[Path, ...]

    def names(self) -> list[str]:
        """Return the name of every form."""
        found = (path.stem for folder in self.folders for path in (folder / "forms").glob("*.toml"))
        return sorted({name for name in found if _NAME.fullmatch(name)})

    def mapping(self, name: str) -> Mapping:
        """Return how a form is wanted.

        Raises:
            NotFound: there is no such form.
            Unreadable: its file is none, or names what cannot be printed.
        """
        path = self._path(f"forms/{name}.toml") if _NAME.fullmatch(name) else None
        if path is None:
            raise NotFound("custody.paper_no_form", form=name, forms=", ".join(self.names()))
        return parse_mapping(_text(path), name)

    def template(self, name: str) -> "Template":
        """Return a template with what all templates share before it.

        Raises:
            NotFound: there is no such template.
            Unreadable: it is no text.
            Refused: it wants a package of typst, which would be fetched over the network.
        """
        base, own = self._template(_BASE), self._template(name)
        return Template(name, f"{_text(base)}\n{_text(own)}".encode(), own.parent)

    def own_fonts(self) -> list[Path]:
        """Return the fonts that stand beside the forms."""
        return [
            path
            for folder in self.folders
            for path in sorted((folder / "fonts").glob("*"))
            if path.suffix.lower() in {".ttf", ".otf"}
        ]

    def _template(self, name: str) -> Path:
        path = self._path(f"{name}.typ")
        if path is None:
            raise NotFound("custody.paper_no_template", template=name)
        if _PACKAGE.search(_text(path)):
            raise Refused("custody.paper_package", template=name)
        return path

    def _path(self, name: str) -> Path | None:
        return next((folder / name for folder in self.folders if (folder / name).is_file()), None)


def shelf_of(home: Path) -> Shelf:
    """Return the shelf of an office.

    Args:
        home: its folder.
    """
    return Shelf((home / "templates", *_brought(), _SHIPPED))


@lru_cache(maxsize=1)
def _brought() -> tuple[Path, ...]:
    """Return the folders that packages bring, asked once: what is installed does not change under a running program."""
    offers = (offer() if callable(offer) else offer for offer in installed("sekisho.templates"))
    return tuple(Path(folder) for folder in offers if isinstance(folder, str | Path))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise Unreadable("custody.paper_no_text", path=path) from None
