"""Which column of an office's address table is what: by its header, or by a small TOML file that says so."""

import tomllib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path

import msgspec

from sekisho.catalogue.shape import told
from sekisho.catalogue.words import Said
from sekisho.errors import Unreadable
from sekisho.kinds.taxonomy import header_form
from sekisho.loss.affected.columns import Column


class Role(StrEnum):
    """What a column is for, where its kind alone does not say it."""

    NAME = "name"
    KANA = "kana"
    POSTAL_CODE = "postal_code"
    ADDRESS = "address"
    BUILDING = "building"
    BIRTH_DATE = "birth_date"
    DATE_OF_DEATH = "date_of_death"
    DECEASED = "deceased"
    PROTECTED = "protected"
    GUARDIAN = "guardian"
    EMAIL = "email"
    PHONE = "phone"


_OF_KIND = {
    "name": Role.NAME,
    "name_kana": Role.KANA,
    "postal_code": Role.POSTAL_CODE,
    "address": Role.ADDRESS,
    "birth_date": Role.BIRTH_DATE,
    "protected_person": Role.PROTECTED,
    "email": Role.EMAIL,
    "phone": Role.PHONE,
}


class Mapped(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The TOML file.

    Attributes:
        key: the column of the code by which the office knows people.
        key_kind: what kind of code it is.
        columns: role → column.
    """

    key: str = ""
    key_kind: str = "resident_code"
    columns: dict[Role, str] = msgspec.field(default_factory=dict)


def read_mapped(path: Path) -> Mapped:
    """Read such a file.

    Raises:
        Unreadable: no TOML, or not of the shape.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise Unreadable("loss.bad_mapping", path=path, where=Said("shape.no_text")) from None
    try:
        return msgspec.convert(tomllib.loads(text), Mapped)
    except (ValueError, RecursionError) as error:
        raise Unreadable("loss.bad_mapping", path=path, where=told(error, text)) from None


def roles_of(columns: Sequence[Column], *, of_head: bool = False) -> Mapping[Role, str]:
    """Return which column has each role: the first whose header is a word for it, else the first of its kind.

    Args:
        columns: of the table.
        of_head: whether its rows are about households, so that the head's name and address are meant.
    """
    words, found = _words(), dict[Role, str]()
    for column in columns:
        role = words.get(header_form(column.label))
        if role:
            found.setdefault(role, column.label)
    taken = set(found.values())
    for column in columns:
        role = _OF_KIND.get(column.kind.id) if column.kind and column.of_head == of_head else None
        if role and column.label not in taken:
            found.setdefault(role, column.label)
    return found


@cache
def _words() -> Mapping[str, Role]:
    raw = tomllib.loads(files("sekisho.loss.affected").joinpath("roles.toml").read_text(encoding="utf-8"))
    return {header_form(word): Role(role) for role, words in raw.items() for word in words}
