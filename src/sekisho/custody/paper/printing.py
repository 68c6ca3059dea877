"""Printing an office's forms: what the command line and the console call."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from sekisho.catalogue.words import Language
from sekisho.custody.office import Office
from sekisho.custody.paper.collect import blank, collect
from sekisho.custody.paper.facts import Form
from sekisho.custody.paper.glyphs import Unset
from sekisho.custody.paper.mapping import Mapping
from sekisho.custody.paper.shelf import shelf_of
from sekisho.custody.paper.typeset import Printed, print_form, ready_fonts
from sekisho.custody.records import CopyRow
from sekisho.files import write_whole

_SLIP, _OPENING, _LABEL, _LABELS = "slip", "opening-number", "label", "labels"


def forms(office: Office) -> dict[str, Mapping]:
    """Return every form that an office can print, by name.

    Raises:
        Unreadable: a mapping of the office's own is none.
    """
    shelf = shelf_of(office.home.root)
    return {name: shelf.mapping(name) for name in shelf.names()}


def fill(office: Office, name: str, about: Sequence[str] = ()) -> Form:
    """Fill a form from the office's records.

    Args:
        office: whose.
        name: of the form.
        about: what it is about, where it is about one thing.

    Raises:
        NotFound: there is no such form, or nothing of that name.
        Misuse: it is about one thing, and none or several were named.
        Refused: it may not be printed as things stand.
    """
    return collect(office, name, shelf_of(office.home.root).mapping(name).facts, about)


def fill_blank(office: Office, name: str) -> Form:
    """Return a form to be filled in by hand.

    Raises:
        NotFound: there is no such form.
    """
    return blank(office, name, shelf_of(office.home.root).mapping(name).facts)


def to_pdf(office: Office, form: Form, *, language: Language) -> Printed:
    """Set a form; raises as :func:`~sekisho.custody.paper.typeset.print_form` does."""
    return print_form(form, shelf_of(office.home.root), language=language)


def must_print(office: Office) -> None:
    """See that forms can be set here, before something is done that wants one.

    Raises:
        Missing: typst or the fonts are not installed.
    """
    ready_fonts(shelf_of(office.home.root))


def to_json(form: Form) -> bytes:
    """Return a form as JSON."""
    return msgspec.json.format(msgspec.json.encode(form), indent=2) + b"\n"


def label_pdf(office: Office, media: Sequence[str], *, sheet: bool = False, language: Language = "ja") -> bytes:
    """Return the labels of media, one a page, or many a sheet; raises as :func:`fill` and :func:`to_pdf` do."""
    return to_pdf(office, fill(office, _LABELS if sheet else _LABEL, media), language=language).pdf


@dataclass(frozen=True, slots=True)
class Slips:
    """What was saved when copies were sealed.

    Attributes:
        files: the sheets.
        unset: the characters that no font could set.
    """

    files: tuple[Path, ...]
    unset: tuple[Unset, ...]


def save_slips(office: Office, rows: Sequence[CopyRow], folder: Path, *, language: Language) -> Slips:
    """Save the slip of each copy, and its opening number as a file of its own.

    The slip travels with the medium and is lost with it, so the opening number is never on it, nor on its back, where a
    printer that prints on both sides would put the second page of the same file.

    Args:
        office: whose copies.
        rows: the copies, sealed; one that was opened to all asks for no number.
        folder: where the sheets go; one that is there already is made anew.
        language: of the sheets.

    Raises:
        Missing: typst or the fonts are not installed.
    """
    files, unset = list[Path](), set[Unset]()
    for row in rows:
        for form in (_SLIP, _OPENING) if row.capsule and row.capsule.pin else (_SLIP,):
            printed = to_pdf(office, fill(office, form, [row.slip]), language=language)
            files.append(folder / f"{form}-{row.slip}.pdf")
            write_whole(files[-1], printed.pdf, overwrite=True)
            unset |= set(printed.unset)
    return Slips(tuple(files), tuple(sorted(unset)))
