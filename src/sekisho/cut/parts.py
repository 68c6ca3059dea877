"""The tables of a purpose file: values and what they may say. Which of them go together, :mod:`sekisho.cut.purpose` tells."""

from datetime import date
from itertools import product
from typing import Annotated, Literal

import msgspec

from sekisho.catalogue.shape import Misshapen
from sekisho.catalogue.words import Said
from sekisho.cut.values import Column, Count, Part, RelativePath, Share, Words, must_stay

LegalBasis = Literal["entrustment", "pseudonymous", "anonymous", "internal", "test"]
Profile = Literal["rows", "answer", "pseudonymous", "anonymous", "test-data"]
Encoding = Literal["utf-8", "cp932"]

SourceName = Annotated[str, msgspec.Meta(pattern=r"^[^.`\s]+\Z")]


class Controller(Part, frozen=True, kw_only=True):
    """Whose data it is."""

    spoken = ("name",)

    name: Words
    kind: Literal["local_government", "hospital", "company", "other"]


class Recipient(Part, frozen=True, kw_only=True):
    """Who gets the data: a registered person or company, under a contract."""

    spoken = ("id", "contract")

    id: Words
    contract: str = ""


_IMPLIED: dict[Profile, LegalBasis] = {"pseudonymous": "pseudonymous", "anonymous": "anonymous", "test-data": "test"}


class Head(Part, frozen=True, kw_only=True):
    """``[purpose]``. The profile says in which shape data leaves, the legal basis under which law."""

    spoken = ("title",)

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,63}\Z")]
    title: Words
    legal_basis: LegalBasis | None = None
    profile: Profile
    contact: bool = False
    not_after: date
    kinds: Annotated[list[str], msgspec.Meta(min_length=1)]
    controller: Controller
    recipient: Recipient

    def __post_init__(self) -> None:
        """Refuse a basis that contradicts the profile, or none where the profile has none of its own."""
        super().__post_init__()
        implied = _IMPLIED.get(self.profile)
        if implied is None and self.legal_basis is None:
            raise Misshapen(Said("shape.no_basis", {"profile": self.profile}))
        if implied and self.legal_basis not in {None, implied}:
            raise Misshapen(Said("shape.other_basis", {"profile": self.profile, "basis": implied}))

    @property
    def basis(self) -> LegalBasis:
        """The legal basis: what is said, or what the profile implies."""
        return self.legal_basis or _IMPLIED[self.profile]


class Subject(Part, frozen=True, kw_only=True):
    """Which column tells whose row it is; or which columns tell it together, where there is no code, or beside it.

    Whoever is known by both in one table is known again in another that has only one of them.

    Attributes:
        column: the column of a code.
        kind: the kind of that code.
        name: the column of the name; only with ``birth_date`` and ``address``.
        birth_date: that of the birth date.
        address: that of the address.
    """

    column: str = ""
    kind: Words = "resident_code"
    name: str = ""
    birth_date: str = ""
    address: str = ""

    def __post_init__(self) -> None:
        """Refuse what tells nobody apart."""
        if len(self.identity) not in {0, 3} or not self.columns:
            raise Misshapen(Said("shape.subject"))

    @property
    def identity(self) -> dict[str, str]:
        """The columns that tell together whose row it is: part of an identity → column."""
        parts = ("name", "birth_date", "address")
        return {part: column for part in parts if (column := getattr(self, part))}

    @property
    def said(self) -> str:
        """What tells whose row it is, as people read it: the code's column, or the others together."""
        return self.column or "・".join(self.identity.values())

    @property
    def columns(self) -> list[str]:
        """Every column that helps to tell whose row it is."""
        return [*([self.column] if self.column else []), *self.identity.values()]


class Source(Part, frozen=True, kw_only=True):
    """``[source.NAME]``: one table, or several files of one form (``benefit_*.csv``)."""

    path: RelativePath
    columns: Annotated[list[Column], msgspec.Meta(min_length=1)]
    subject: Subject
    kinds: dict[str, str] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a pattern that leaves the purpose's folder, or that :meth:`pathlib.Path.glob` does not take."""
        must_stay("path", self.path)
        if any("**" in part and part != "**" for part in self.path.split("/")):
            raise Misshapen(Said("shape.whole_folders"))


class Join(Part, frozen=True, kw_only=True):
    """``[[rows.join]]``: columns of another source, looked up by a key that is unique there, among rows that fit."""

    source: Words
    on: Column
    to: Column
    where: str = ""


class Expect(Part, frozen=True, kw_only=True):
    """``[rows.expect]``: how many rows are no surprise."""

    min: Count = 0
    max: Count

    def __post_init__(self) -> None:
        """Refuse what no number of rows can be."""
        if self.min > self.max:
            raise Misshapen(Said("shape.least_above_most"))


class Rows(Part, frozen=True, kw_only=True):
    """``[rows]``: which rows."""

    source: str = msgspec.field(name="from")
    where: str = ""
    join: list[Join] = msgspec.field(default_factory=list)
    expect: Expect | None = None


class Answer(Part, frozen=True, kw_only=True):
    """``[[query.answer]]``: one possible answer; the first whose ``where`` holds is given."""

    spoken = ("ja", "en")

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,31}\Z")]
    where: str = ""
    ja: Words
    en: Words


MOST_SPELLINGS = 8

KeyColumns = Column | Annotated[list[Column], msgspec.Meta(min_length=1, max_length=MOST_SPELLINGS)]
"""One column; or several, any of which a person may know: a reading and that of the former surname."""


class Keys(Part, frozen=True, kw_only=True):
    """``[query.keys]``: the columns by which a person asks."""

    kana: KeyColumns
    birth_date: KeyColumns
    postal_code: KeyColumns

    def __post_init__(self) -> None:
        """Refuse more ways to ask about somebody than are made ready for them."""
        if len(self.spellings) > MOST_SPELLINGS:
            raise Misshapen(Said("shape.too_many_spellings", {"most": MOST_SPELLINGS, "found": len(self.spellings)}))

    @property
    def spellings(self) -> tuple[tuple[str, str, str], ...]:
        """Every way to ask about a person: the columns of kana, birth date and postal code."""
        keys = (self.kana, self.birth_date, self.postal_code)
        kana, dates, codes = ([key] if isinstance(key, str) else list(dict.fromkeys(key)) for key in keys)
        return tuple(product(kana, dates, codes))


class Query(Part, frozen=True, kw_only=True):
    """``[query]``: the one question that may be asked, and its closed set of answers."""

    spoken = ("ja", "en")

    ja: Words
    en: Words
    kind: Words
    keys: Keys
    answer: Annotated[list[Answer], msgspec.Meta(min_length=2, max_length=200)]
    rows_at_least: Count = 0


class Output(Part, frozen=True, kw_only=True):
    """``[output]``: how the table is written."""

    name: str = ""
    encoding: Encoding = "utf-8"
    mark: bool = False
    newline: Literal["crlf", "lf"] = "crlf"
    unmappable: Literal["error", "variant"] = "error"


class Risk(Part, frozen=True, kw_only=True):
    """``[risk]``: how far people may be told apart in what leaves.

    Attributes:
        quasi: fields, as they leave, by which somebody who knows a person could find the row.
        sensitive: fields whose value must not be told from the group somebody is in.
        k: how many people at least share each set of ``quasi`` values; without it, risk is measured and nothing changed.
        l: how many different values of each sensitive field each group has at least.
        suppress: the share of rows that may be left out for it.
        method: ``lattice`` generalises whole columns, ``mondrian`` group by group, ``local`` too, more slowly and with less loss.
        hierarchies: for a field, the file of its labels; where there is none, numbers, dates and postal codes have one
            of their own.
        population: a source with everybody from whom these rows are taken, for the risk among them.
    """

    quasi: Annotated[list[Column], msgspec.Meta(min_length=1)]
    sensitive: list[Column] = msgspec.field(default_factory=list)
    k: Annotated[int, msgspec.Meta(ge=2)] | None = None
    l: Annotated[int, msgspec.Meta(ge=1)] = 1  # noqa: E741 - the literature's letter
    suppress: Share = 0.0
    method: Literal["lattice", "mondrian", "local"] = "mondrian"
    hierarchies: dict[str, RelativePath] = msgspec.field(default_factory=dict)
    population: str = ""

    def __post_init__(self) -> None:
        """Refuse files of labels outside the purpose's folder."""
        super().__post_init__()
        for path in self.hierarchies.values():
            must_stay("hierarchies", path)


class Trace(Part, frozen=True, kw_only=True):
    """``[trace]``: what lets a leaked copy name its recipient.

    Attributes:
        canaries: how many invented people stand among the rows.
        marks: whether spellings that mean the same (of names, addresses, telephone numbers) are chosen by recipient.
        contact: addresses, telephone numbers or mailboxes of the office's own, which the invented people have.
    """

    canaries: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 0
    marks: bool = False
    contact: dict[str, list[str]] = msgspec.field(default_factory=dict)


class Tokens(Part, frozen=True, kw_only=True):
    """``[tokens]``.

    Attributes:
        ff1: ``accept-patent-notice``, where somebody has read the notice on the patents on FF1 and answers for its use.
    """

    ff1: str = ""


class TestData(Part, frozen=True, kw_only=True):
    """``[test_data]``: how test data is made (profile ``test-data``).

    Attributes:
        rows: of the table of ``[rows] from``; the others have as many in proportion. As many as the sources if not said.
        k: how many people at least have a word for it to stay as it is.
    """

    rows: Annotated[int, msgspec.Meta(ge=1)] | None = None
    k: Annotated[int, msgspec.Meta(ge=2)] = 20
