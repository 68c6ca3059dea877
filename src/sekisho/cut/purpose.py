"""The purpose file: who needs what, for what, until when. TOML, and strict: an unknown key is an error.

Described in ``docs/reference/purpose.md``. This module only reads; whether a purpose may be carried out against the
sources as they are is decided in :mod:`sekisho.cut.check`.
"""

import re
import tomllib
import unicodedata
from pathlib import Path
from typing import Literal

import msgspec

from sekisho.canon.visible import hidden
from sekisho.catalogue.shape import Misshapen, told
from sekisho.catalogue.words import Said
from sekisho.cut.field import Field
from sekisho.cut.parts import Answer, Head, Output, Query, Risk, Rows, Source, SourceName, TestData, Tokens, Trace
from sekisho.cut.values import Part
from sekisho.errors import NotFound, Unreadable

PLACEHOLDER = "…"
"""What a draft says where somebody has to say it; no purpose is carried out with it."""

# What Windows cannot have, so that the table looks the same on the recipient's machine.
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]|[. ]\Z')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_LONGEST_NAME = 80

_BYTE_ORDER_MARK = "\ufeff"


class Purpose(Part, frozen=True, kw_only=True):
    """A whole purpose file."""

    schema: Literal[1]
    purpose: Head
    source: dict[SourceName, Source]
    rows: Rows
    field: list[Field] = msgspec.field(default_factory=list)
    query: Query | None = None
    output: Output = Output()
    risk: Risk | None = None
    trace: Trace = Trace()
    tokens: Tokens = Tokens()
    test_data: TestData = TestData()

    def __post_init__(self) -> None:
        """Refuse a table name that some operating system cannot have."""
        if not is_portable(self.table_name):
            raise Misshapen(Said("shape.no_file_name", {"value": self.table_name}))

    @property
    def answers(self) -> list[Answer]:
        """The answers that may be given; none but for the profile ``answer``."""
        return self.query.answer if self.query else []

    @property
    def table_name(self) -> str:
        """The name of the table that is written; an answer table and test data have names of their own."""
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
    if not _is_whole(purpose):
        raise Unreadable("cut.profile_without_part", path=path, profile=purpose.purpose.profile)
    return purpose


def _is_whole(purpose: Purpose) -> bool:
    """Tell whether a purpose has the parts that its profile needs, and none of another's."""
    profile = purpose.purpose.profile
    if profile == "answer":
        return purpose.query is not None and not purpose.field
    return purpose.query is None and (profile == "test-data" or bool(purpose.field))


def is_portable(name: str) -> bool:
    """Tell whether every operating system can have a file of that name."""
    fits = len(name) <= _LONGEST_NAME and not _FORBIDDEN.search(name) and not _RESERVED.fullmatch(name)
    return fits and not hidden(name) and unicodedata.is_normalized("NFC", name)
