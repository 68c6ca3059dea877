"""Single letters on request: tagged for a screen reader, or in large print; for e-mail, or for who asks at the counter.

Each is set whole by typst for one person (PDF/UA-1 and PDF/A-2a), with the same words and the same reference code as the one
that went out by post.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import polars as pl
import pypdfium2

from sekisho.loss.letters.mailing import LetterFile, Mailing
from sekisho.loss.letters.master import Body, set_accessible
from sekisho.loss.letters.recipients import Held
from sekisho.loss.letters.reference import reference_code


@dataclass
class Singles:
    """Letters of a segment to some of its people, each a file of its own.

    Attributes:
        mailing: the segment's letters.
        rows: of the address table; who is in another segment, or gets no letter, is passed over.
        large: in print of 18 points.
        held: who gets none.
    """

    mailing: Mailing
    rows: Sequence[int]
    large: bool = False
    held: list[Held] = field(init=False)

    def __post_init__(self) -> None:
        self.held = [each for each in self.mailing.held if each.row in self.rows]

    @property
    def segment(self) -> str:
        """The segment's id."""
        return self.mailing.segment

    @property
    def body(self) -> Body:
        """What they say."""
        return self.mailing.body

    @property
    def letters(self) -> int:
        """How many letters there are to set."""
        return self._wanted().height

    def files(self) -> Iterator[LetterFile]:
        """Make the letters; raises as :func:`~sekisho.loss.letters.master.set_accessible`."""
        for row in self._wanted().iter_rows(named=True):
            code = reference_code(self.mailing.key, row["person"])
            about = [self.mailing.words["reference"].format(code=code)]
            about += [self.mailing.words["about"].format(name=row["name"])] if row["minor"] else []
            name = self.mailing.addressed(row["name"], row["guardian"], minor=row["minor"])
            pdf = set_accessible(
                self.mailing.body,
                self.mailing.fonts,
                addressee=[row["postal_code"], *row["address"].splitlines(), name],
                about="　".join(about),
                at=self.mailing.at,
                large=self.large,
            )
            document = pypdfium2.PdfDocument(pdf)
            pages = len(document)
            document.close()
            yield LetterFile(
                f"{self.segment}-row-{row['row']}.pdf", pdf, 1, pages, row["postal_code"], row["postal_code"]
            )

    def _wanted(self) -> pl.DataFrame:
        return self.mailing.settable.filter(pl.col("row").is_in(list(self.rows)))
