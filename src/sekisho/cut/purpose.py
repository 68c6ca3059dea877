"""The purpose file: who needs what, for what, until when. TOML, and strict: an unknown key is an error.

Described in ``docs/reference/purpose.md``. This module only reads; whether a purpose may be carried out against the
sources as they are is decided in :mod:`sekisho.cut.check`.
"""

import re
import tomllib
import unicodedata
from datetime import date
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import msgspec

from sekisho.canon.visible import hidden
from sekisho.catalogue.shape import Misshapen, told
from sekisho.catalogue.words import Said
from sekisho.errors import NotFound, Unreadable

LegalBasis = Literal["entrustment", "pseudonymous", "anonymous", "internal", "test"]
Profile = Literal["rows", "answer"]
Operation = Literal["keep", "constant", "flag", "mask.last", "token.serial", "date.year", "date.month", "postcode.area"]
Encoding = Literal["utf-8", "cp932"]

Words = Annotated[str, msgspec.Meta(min_length=1, pattern=r"\S")]
Column = Annotated[str, msgspec.Meta(min_length=1)]
Count = Annotated[int, msgspec.Meta(ge=0)]
SourceName = Annotated[str, msgspec.Meta(pattern=r"^[^.`\s]+\Z")]

PLACEHOLDER = "…"
"""What a draft says where somebody has to say it; no purpose is carried out with it."""

# What Windows cannot have, so that the table looks the same on the recipient's machine.
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]|[. ]\Z')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_LONGEST_NAME = 80

_BYTE_ORDER_MARK = "\ufeff"


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the purpose file."""

    spoken: ClassVar[tuple[str, ...]] = ()
    """What of it people read before they sign; there it says nothing that a screen does not show as it is."""

    def __post_init__(self) -> None:
        """Refuse what an approver would not see, and name the place."""
        for name in self.spoken:
            if character := hidden(getattr(self, name)):
                raise Misshapen(Said("shape.hidden", {"name": name, "character": character}))


class Controller(_Part, frozen=True, kw_only=True):
    """Whose data it is."""

    spoken = ("name",)

    name: Words
    kind: Literal["local_government", "hospital", "company", "other"]


class Recipient(_Part, frozen=True, kw_only=True):
    """Who gets the data: a registered person or company, under a contract."""

    spoken = ("id", "contract")

    id: Words
    contract: str = ""


class Head(_Part, frozen=True, kw_only=True):
    """``[purpose]``."""

    spoken = ("title",)

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,63}\Z")]
    title: Words
    legal_basis: LegalBasis
    profile: Profile
    contact: bool = False
    not_after: date
    kinds: Annotated[list[str], msgspec.Meta(min_length=1)]
    controller: Controller
    recipient: Recipient


class Subject(_Part, frozen=True, kw_only=True):
    """Which column tells whose row it is."""

    column: Column
    kind: Words = "resident_code"


class Source(_Part, frozen=True, kw_only=True):
    """``[source.NAME]``: one table, or several files of one form (``benefit_*.csv``)."""

    path: Annotated[str, msgspec.Meta(pattern=r"^[^/\x00-\x1f][^\x00-\x1f]*\Z")]
    columns: Annotated[list[Column], msgspec.Meta(min_length=1)]
    subject: Subject
    kinds: dict[str, str] = {}

    def __post_init__(self) -> None:
        """Refuse a pattern that leaves the purpose's folder, or that :meth:`pathlib.Path.glob` does not take."""
        if ".." in self.path.split("/"):
            raise Misshapen(Said("shape.no_way_out"))
        if any("**" in part and part != "**" for part in self.path.split("/")):
            raise Misshapen(Said("shape.whole_folders"))


class Join(_Part, frozen=True, kw_only=True):
    """``[[rows.join]]``: columns of another source, looked up by a key that is unique there, among rows that fit."""

    source: Words
    on: Column
    to: Column
    where: str = ""


class Expect(_Part, frozen=True, kw_only=True):
    """``[rows.expect]``: how many rows are no surprise."""

    min: Count = 0
    max: Count

    def __post_init__(self) -> None:
        """Refuse what no number of rows can be."""
        if self.min > self.max:
            raise Misshapen(Said("shape.least_above_most"))


class Rows(_Part, frozen=True, kw_only=True):
    """``[rows]``: which rows."""

    source: str = msgspec.field(name="from")
    where: str = ""
    join: list[Join] = []
    expect: Expect | None = None


class Field(_Part, frozen=True, kw_only=True):
    """``[[field]]``: one field that may leave, in which form, and why."""

    spoken = ("out", "why")

    out: Words
    source: str = msgspec.field(name="from", default="")
    op: Operation
    why: Words
    kind: str = ""
    keep: Annotated[int, msgspec.Meta(ge=1, le=6)] = 3
    value: str = ""

    @property
    def form(self) -> str:
        """The form in which it leaves, as approvers sign it: the operation, with how many characters it lets through."""
        return f"{self.op} {self.keep}" if self.op == "mask.last" else self.op


class Answer(_Part, frozen=True, kw_only=True):
    """``[[query.answer]]``: one possible answer; the first whose ``where`` holds is given."""

    spoken = ("ja", "en")

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,31}\Z")]
    where: str = ""
    ja: Words
    en: Words


class Keys(_Part, frozen=True, kw_only=True):
    """``[query.keys]``: the columns by which a person asks."""

    kana: Column
    birth_date: Column
    postal_code: Column


class Query(_Part, frozen=True, kw_only=True):
    """``[query]``: the one question that may be asked, and its closed set of answers."""

    spoken = ("ja", "en")

    ja: Words
    en: Words
    kind: Words
    keys: Keys
    answer: Annotated[list[Answer], msgspec.Meta(min_length=2, max_length=200)]


class Output(_Part, frozen=True, kw_only=True):
    """``[output]``: how the table is written."""

    name: str = ""
    encoding: Encoding = "utf-8"


class Purpose(_Part, frozen=True, kw_only=True):
    """A whole purpose file."""

    schema: Literal[1]
    purpose: Head
    source: dict[SourceName, Source]
    rows: Rows
    field: list[Field] = []
    query: Query | None = None
    output: Output = Output()

    def __post_init__(self) -> None:
        """Refuse a table name that some operating system cannot have."""
        if not _is_portable(self.table_name):
            raise Misshapen(Said("shape.no_file_name", {"value": self.table_name}))

    @property
    def table_name(self) -> str:
        """The name of the table that the profile ``rows`` writes."""
        return self.output.name or f"{self.purpose.id}.csv"


def read_purpose(path: Path) -> tuple[Purpose, str]:
    """Read a purpose file; return it and its text.

    Raises:
        NotFound: there is no such file.
        Unreadable: no TOML, or not of the schema; the message says where.
    """
    try:
        text = path.read_bytes().decode()  # newlines as they are: the ledger holds the digest of the file
    except FileNotFoundError:
        raise NotFound("cut.no_purpose", path=path) from None
    except (OSError, UnicodeDecodeError):
        raise Unreadable("cut.unreadable_purpose", path=path) from None
    return parse_purpose(text, path), text


def parse_purpose(text: str, path: Path) -> Purpose:
    """Parse the text of a purpose file; ``path`` is only for messages.

    Raises:
        Unreadable: no TOML, or not of the schema; the message says where.
    """
    text = text.removeprefix(_BYTE_ORDER_MARK)
    try:
        purpose = msgspec.convert(tomllib.loads(text), Purpose)
    except msgspec.ValidationError as error:
        raise Unreadable("cut.not_a_purpose", path=path, where=told(error, text)) from None
    except (ValueError, RecursionError) as error:  # tomllib lets through what int() says of a number of 5,000 digits
        raise Unreadable("cut.not_toml", path=path, where=told(error, text)) from None
    if (purpose.purpose.profile == "rows") != bool(purpose.field) or (
        (purpose.purpose.profile == "answer") != (purpose.query is not None)
    ):
        raise Unreadable("cut.profile_without_part", path=path, profile=purpose.purpose.profile)
    return purpose


def line_of_field(text: str, out: str) -> int:
    """Return the line on which a field's ``out`` stands in a purpose file, or 0 if it is written in another way."""
    return _line_of(text, rf"^\s*out\s*=\s*[\"']{re.escape(out)}[\"']")


def line_of_kind(text: str, column: str, kind: str) -> int:
    """Return the line on which a source says a column's kind, or 0 if it is written in another way."""
    return _line_of(text, rf"^[^#\n]*?[\"']?{re.escape(column)}[\"']?\s*=\s*[\"']{re.escape(kind)}[\"']")


def line_of_subject(text: str, column: str) -> int:
    """Return the line on which a source names its subject's column, or 0 if it is written in another way."""
    return _line_of(text, rf"^[^#\n]*?\bcolumn\s*=\s*[\"']{re.escape(column)}[\"']")


def _line_of(text: str, pattern: str) -> int:
    found = re.search(pattern, text, re.MULTILINE)
    return text.count("\n", 0, found.end(0)) + 1 if found else 0


def lines_of_value(text: str, value: str) -> list[int]:
    """Return the lines of a purpose file on which a text stands as a value, comments left out."""
    found = re.compile(rf"^[^#]*[\"']{re.escape(value)}[\"']")
    return [number for number, line in enumerate(text.split("\n"), 1) if found.match(line)]


def _is_portable(name: str) -> bool:
    fits = len(name) <= _LONGEST_NAME and not _FORBIDDEN.search(name) and not _RESERVED.fullmatch(name)
    return fits and not hidden(name) and unicodedata.is_normalized("NFC", name)
