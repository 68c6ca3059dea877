"""Where templates come from: the office's own folder first, then what installed packages bring, then what Sekisho ships.

    $SEKISHO_HOME/templates/documents/KIND.LANGUAGE.toml    the words of a document, as the office's lawyer wants them
    $SEKISHO_HOME/templates/document.typ                    how its PDF is set

The folders are those of the office's forms (:mod:`sekisho.custody.paper.shelf`).
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from sekisho.custody.paper.shelf import Shelf, shelf_of
from sekisho.errors import NotFound, Unreadable
from sekisho.loss.documents.kinds import DocumentKind, DocumentLanguage
from sekisho.loss.documents.template import DocumentTemplate, parse_template

SHIPPED = Path(__file__).parent / "templates"


def document_shelf(home: Path | None = None) -> Shelf:
    """Return the shelf of an office with what Sekisho ships for documents; without an office, only what is shipped."""
    shelf = shelf_of(home) if home else Shelf((SHIPPED.parents[2] / "custody" / "paper" / "templates",))
    *own, forms = shelf.folders
    return Shelf((*own, SHIPPED, forms))


def load_template(folders: Sequence[Path], kind: DocumentKind, language: DocumentLanguage) -> DocumentTemplate:
    """Return the template of a kind in a language from the first folder that has one.

    Raises:
        NotFound: no folder has one.
        Unreadable: the first one is none.
    """
    name = f"{kind}.{language}"
    path = next((path for each in folders if (path := each / "documents" / f"{name}.toml").is_file()), None)
    if path is None:
        raise NotFound("loss.no_template", template=name)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise Unreadable("loss.bad_template", template=path, where=path.name) from None
    return _parsed(text, str(path))


@lru_cache(maxsize=128)
def _parsed(text: str, name: str) -> DocumentTemplate:
    return parse_template(text, name)
