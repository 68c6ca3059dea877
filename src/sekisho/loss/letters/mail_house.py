"""The table for a mail house: whom to write to, and nothing of why.

UTF-8 with a mark, or CP932 for machines that take nothing else; of a character that CP932 lacks a mail house would print a
question mark, so such a row is left out and reported, as one is whose character no font has. The table never leaves open: it
is sealed to the mail house.
"""

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import polars as pl

from sekisho.age.filekey import Recipient
from sekisho.catalogue.words import Language, area_words
from sekisho.clock import to_text
from sekisho.custody.office import Office
from sekisho.errors import Misuse
from sekisho.files import write_whole
from sekisho.loss.letters.coverage import SHOWN, code_points
from sekisho.loss.letters.exporting import (
    HELD,
    ListRecord,
    held_csv,
    must_be_new,
    must_be_two,
    record_lists,
    sealed,
    whole_folder,
)
from sekisho.loss.letters.recipients import Held, Recipients, Why
from sekisho.loss.letters.reference import reference_codes
from sekisho.signing.keys import SigningKey

KIND = "mail-house"
_HONORIFIC: Mapping[Language, str] = {"ja": "様", "en": ""}
_COLUMNS = ("reference", "postal_code", "address", "name", "honorific", "guardian")
_MICROSOFT = str.maketrans("\u301c\u2212\u2016\u2014\u00a2\u00a3\u00ac", "\uff5e\uff0d\u2225\u2015\uffe0\uffe1\uffe2")
"""Seven signs of JIS X 0208 that Microsoft reads as other code points: the same sign, and no reason to leave a row out."""


class Encoding(StrEnum):
    """How a table is written."""

    UTF8 = "utf-8"
    CP932 = "cp932"


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        csv: its bytes.
        people: how many are in it.
        held: who is not, and why.
    """

    csv: bytes = field(repr=False)
    people: int
    held: tuple[Held, ...]


def mail_house_table(to: Recipients, *, key: bytes, encoding: Encoding, language: Language = "ja") -> Table:
    """Write the table of a segment.

    Args:
        to: whom it names.
        key: makes the reference codes, under which returned mail is read back.
        encoding: that the mail house takes.
        language: of the headings.
    """
    letters, held = to.letters, list(to.held)
    if encoding is Encoding.CP932:
        lost = _unmappable(letters)
        held += lost
        letters = letters.filter(~pl.col("row").is_in([each.row for each in lost]))
    words = area_words("letters")
    shown = letters.select(
        pl.Series("reference", reference_codes(key, letters["person"]), dtype=pl.String),
        "postal_code",
        pl.col("address").str.replace_all("\n", " "),
        pl.when(pl.col("minor") & (pl.col("guardian") != "")).then("guardian").otherwise("name").alias("name"),
        pl.lit(_HONORIFIC[language]).alias("honorific"),
        pl.when(pl.col("minor")).then(pl.lit(words["to_guardian"][language])).otherwise(pl.lit("")).alias("guardian"),
    ).rename({column: words[f"column_{column}"][language] for column in _COLUMNS})
    file = io.BytesIO()
    shown.write_csv(file, line_terminator="\r\n", quote_style="necessary", include_bom=encoding is Encoding.UTF8)
    text = file.getvalue()
    data = text if encoding is Encoding.UTF8 else text.decode().translate(_MICROSOFT).encode("cp932")
    return Table(data, letters.height, tuple(sorted(held, key=lambda each: each.row)))


def export_tables(
    office: Office, number: int, tables: Mapping[str, Table], folder: Path, *, keys: Sequence[SigningKey],
    to: Sequence[Recipient], again: bool = False,
) -> list[ListRecord]:  # fmt: skip
    """Seal tables to the mail house, a file a segment; two persons ask for it, and the ledger says so.

    Args:
        office: whose.
        number: the incident.
        tables: segment → its table.
        folder: appears when all of it is written.
        keys: of two persons.
        to: the mail house.
        again: although a segment left before.

    Raises:
        Refused: fewer than two persons, one who may not, or a segment that left before.
        Misuse: the folder exists, a table is sealed to nobody, or nobody is written to.
        MediumError: the disk refused; nothing is left of the folder.
    """
    persons = must_be_two(office, keys)
    must_be_new(office, number, KIND, list(tables), again=again)
    if not to:
        raise Misuse("loss.mail_house_open")
    if not any(table.people for table in tables.values()):
        raise Misuse("loss.no_letters")
    office.note(folder.parent)
    with whole_folder(folder) as partial:
        records = [_write(office, partial, segment, table, to) for segment, table in tables.items()]
        record_lists(office, number, KIND, records, persons)
    return records


def _write(office: Office, folder: Path, segment: str, table: Table, to: Sequence[Recipient]) -> ListRecord:
    write_whole(folder / f"{segment}.csv.age", sealed(table.csv, to))
    write_whole(folder / f"{segment}-{HELD}", held_csv(table.held))
    return ListRecord(
        at=to_text(office.ledger.time()),
        segment=segment,
        people=table.people,
        held=len(table.held),
        files=1,
        sha256=hashlib.sha256(table.csv).hexdigest(),
        sealed=True,
    )


def _unmappable(letters: pl.DataFrame) -> list[Held]:
    """Return the rows that CP932 cannot write."""
    characters = set[str]()
    for column in SHOWN:
        for text in letters[column]:
            characters.update(text)
    bad = sorted(each for each in characters if not _fits(each))
    if not bad:
        return []
    hit = pl.any_horizontal(pl.col(column).str.contains_any(bad) for column in SHOWN)
    rows = letters.filter(hit).select("row", *SHOWN).iter_rows()
    lacking = ((row, dict.fromkeys("".join(texts))) for row, *texts in rows)
    return [Held(row, Why.UNMAPPABLE, code_points(each for each in those if each in bad)) for row, those in lacking]


def _fits(text: str) -> bool:
    try:
        text.translate(_MICROSOFT).encode("cp932")
    except UnicodeEncodeError:
        return False
    return True
