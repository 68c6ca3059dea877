"""A mailing: the letters of one segment, as files of a thousand, in the order in which the post takes them.

Letters are made as they are asked for, so a city's take no more memory than a file's. Nobody's data is on a sheet with another
person's: each letter begins a page, and with ``duplex`` a sheet.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

import polars as pl

from sekisho.catalogue.words import Language, say
from sekisho.custody.paper.glyphs import Fonts
from sekisho.loss.letters.coverage import uncovered
from sekisho.loss.letters.envelopes import Envelope, points
from sekisho.loss.letters.layout import Addressee, Line, set_address
from sekisho.loss.letters.master import Body, set_master
from sekisho.loss.letters.overlay import Press, Sheet
from sekisho.loss.letters.readback import Wanted, check_pages
from sekisho.loss.letters.recipients import Held, Recipients, Why
from sekisho.loss.letters.reference import reference_code
from sekisho.loss.letters.subset import programs
from sekisho.loss.letters.typeface import Typeface

LETTERS_A_FILE = 1000

_CODE_SIZE, _FOOT_SIZE, _FOOT = 9.5, 8.0, 8.0
_FIXED = "0123456789ABCDEFGHJKMNPQRSTVWXYZ-/〒 　"
_COLUMNS = ("row", "person", "name", "postal_code", "address", "guardian", "minor")


@dataclass(frozen=True, slots=True)
class LetterFile:
    """A file of letters.

    Attributes:
        name: of the file.
        pdf: it.
        letters: how many are in it.
        pages: how many pages they take.
        first: the postal code of its first letter.
        last: that of its last.
    """

    name: str
    pdf: bytes = field(repr=False)
    letters: int
    pages: int
    first: str
    last: str


class _Row(NamedTuple):
    """A row of the letters; half a million are made, and a tuple is made fastest."""

    number: int
    person: str
    name: str
    postal_code: str
    address: str
    guardian: str
    minor: bool


@dataclass(frozen=True, slots=True)
class _Letter:
    """A letter that fits."""

    addressee: Addressee = field(repr=False)
    reference: str
    sheets: tuple[Sheet, ...]


@dataclass
class Mailing:
    """The letters of a segment.

    Attributes:
        segment: its id, which the files are named after.
        to: whom they go to.
        body: what they say.
        envelope: in which they go.
        fonts: in which they are set.
        key: makes the reference codes.
        at: the only time in the files.
        duplex: whether both sides of a sheet are printed.
        held: who gets none; whose address is too long is known once the files are made.
        settable: the rows of those whom letters are set for.
    """

    segment: str
    to: Recipients
    body: Body
    envelope: Envelope
    fonts: Fonts
    key: bytes = field(repr=False)
    at: datetime
    duplex: bool = False
    held: list[Held] = field(init=False)
    settable: pl.DataFrame = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._typeface = Typeface(self.fonts)
        unset = uncovered(self._typeface, self.to.letters)
        self._typeface.prepare([_FIXED, *self.words.values()])
        self.held = sorted([*self.to.held, *unset], key=lambda each: each.row)
        rows = [each.row for each in unset]
        self.settable = self.to.letters.filter(~pl.col("row").is_in(rows)) if rows else self.to.letters

    @property
    def letters(self) -> int:
        """How many letters there are to set."""
        return self.settable.height

    @cached_property
    def press(self) -> Press:
        """What prints them."""
        master = set_master(self.body, self.envelope, self.fonts, at=self.at)
        paths = {place: font.path for place, font in enumerate(self.fonts.fonts)}
        return Press(master, programs(paths, self._typeface.used()), self.envelope.paper, self.duplex)

    def files(self) -> Iterator[LetterFile]:
        """Make the files one after another.

        Raises:
            Missing: typst is not installed.
            Refused: no font has a character of the text.
            Unreadable: a page, read back, is not what it was to be.
        """
        if not self.letters:
            return
        fitting = (letter for row in self.settable.select(_COLUMNS).iter_rows() if (letter := self._letter(_Row(*row))))
        for number in itertools.count(1):
            letters = list(itertools.islice(fitting, LETTERS_A_FILE))
            if not letters:
                return
            yield self._file(f"{self.segment}-{number:04}.pdf", letters)

    def _file(self, name: str, letters: Sequence[_Letter]) -> LetterFile:
        pdf = self.press.file((letter.sheets for letter in letters), title=name.removesuffix(".pdf"))
        pages = self.press.pages_a_letter
        ends = dict.fromkeys((0, len(letters) - 1))
        check_pages(pdf, self.envelope, [self._wanted(place * pages, letters[place]) for place in ends], file=name)
        first, last = letters[0].addressee, letters[-1].addressee
        return LetterFile(name, pdf, len(letters), pages * len(letters), first.postal_code, last.postal_code)

    @staticmethod
    def _wanted(page: int, letter: _Letter) -> Wanted:
        lines = [line for line in letter.sheets[0].lines if line.of_address]
        shown = "".join(glyph.text for line in lines for glyph in line.glyphs)
        return Wanted(page, shown, letter.reference)

    def _letter(self, row: _Row) -> _Letter | None:
        shown = self.addressed(row.name, row.guardian, minor=row.minor)
        addressee = Addressee(shown, row.address, row.postal_code)
        lines = set_address(self._typeface, self.envelope, addressee)
        if lines is None:
            self.held.append(Held(row.number, Why.TOO_LONG))
            return None
        code = reference_code(self.key, row.person)
        about = self.words["about"].format(name=row.name) if row.minor else ""
        own = self._code_lines(code, about)
        more = [Sheet([self._foot(code, page)]) for page in range(2, self.press.pages + 1)]
        return _Letter(addressee, code, (Sheet([*lines, *own]), *more))

    def addressed(self, name: str, guardian: str, *, minor: bool) -> str:
        """Return how a letter names whom it goes to."""
        if not minor:
            return self.words["addressed"].format(name=name)
        if guardian:
            return self.words["addressed"].format(name=guardian)
        return self.words["guardian"].format(name=name)

    @cached_property
    def words(self) -> dict[str, str]:
        """What stands beside a person's own text; ``{name}`` stays to be filled in."""
        language: Language = self.body.language
        names = ("addressed", "guardian", "about", "reference")
        return {each: say(f"letters.{each}", language, name="{name}", code="{code}") for each in names}

    def _code_lines(self, code: str, about: str) -> list[Line]:
        place, high = self.envelope.reference, self.envelope.paper[1]
        texts = [self.words["reference"].format(code=code), *([about] if about else [])]
        left, top = points(place.left), points(high - place.top)
        return [
            Line(left, top - _CODE_SIZE * (1 + 1.4 * number), _CODE_SIZE, self._typeface.set(text), of_address=False)
            for number, text in enumerate(texts)
        ]

    def _foot(self, code: str, page: int) -> Line:
        text = f"{self.words['reference'].format(code=code)}  {page}/{self.press.pages}"
        left = points(self.envelope.border.side)
        return Line(left, points(_FOOT), _FOOT_SIZE, self._typeface.set(text), of_address=False)
