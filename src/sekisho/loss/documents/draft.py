"""A draft: what a document says, line by line, and from which facts each number in it comes. Values alone."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime

from sekisho.kinds.taxonomy import Kind
from sekisho.loss.documents.kinds import DocumentKind, DocumentLanguage
from sekisho.loss.documents.template import Style


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerned:
    """Whom a letter is for.

    Attributes:
        kinds: the kinds of data of these persons that are concerned.
        guardian: whether it goes to whoever has the care of them.
        name: what a file of it is called beside the others.
    """

    kinds: tuple[Kind, ...]
    guardian: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a line: fixed words of the template, or what stands for a placeholder.

    Attributes:
        text: as it is printed.
        placeholder: of the template; empty for its fixed words.
        facts: the numbers of the facts that it comes from; none for what stands where nobody knows.
        source: where it comes from beside facts: ``index`` or ``law``; empty otherwise.
    """

    text: str
    placeholder: str = ""
    facts: tuple[int, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a draft; ``label`` is that of a row."""

    style: Style
    pieces: tuple[Piece, ...]
    label: tuple[Piece, ...] = ()

    @property
    def text(self) -> str:
        """Its text without the label."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def label_text(self) -> str:
        """Its label."""
        return "".join(piece.text for piece in self.label)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section of a draft; ``field`` is the field of an authority's form that its text is copied into."""

    id: str
    heading: str
    field: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A document as it stands, to be read and approved by two persons.

    Attributes:
        kind: what it is.
        language: in which it is.
        name: of its file, without an ending.
        incident: its incident.
        at: the moment of the case it was made from.
        title: what it is called.
        sections: what it says.
        missing: keys of the facts without which it is not complete.
        untranslated: keys of the facts that stand in it in another language.
        digest: the SHA-256 of what it says, hexadecimal: an approval is of this.
    """

    kind: DocumentKind
    language: DocumentLanguage
    name: str
    incident: int
    at: datetime
    title: str
    sections: tuple[Section, ...]
    missing: tuple[str, ...]
    untranslated: tuple[str, ...]
    digest: str = field(default="")

    def pieces(self) -> list[Piece]:
        """Return every stretch of it in order."""
        return [
            piece for section in self.sections for line in section.lines for piece in (*line.label, *line.pieces)
        ]  # fmt: skip

    def used(self) -> dict[str, tuple[int, ...]]:
        """Return which facts stand behind each placeholder, by their numbers."""
        found = dict[str, set[int]]()
        for piece in self.pieces():
            if piece.placeholder:
                found.setdefault(piece.placeholder, set()).update(piece.facts)
        return {name: tuple(sorted(numbers)) for name, numbers in found.items()}


def digest_of(kind: DocumentKind, language: DocumentLanguage, title: str, sections: tuple[Section, ...]) -> str:
    """Return the digest of what a draft says."""
    said = [
        [section.heading, section.field, [[line.style, line.label_text, line.text] for line in section.lines]]
        for section in sections
    ]
    return hashlib.sha256(json.dumps([kind, language, title, said], ensure_ascii=False).encode()).hexdigest()
