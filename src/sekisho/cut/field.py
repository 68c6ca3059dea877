"""``[[field]]``: one field that may leave, the forms in which it may, and the arguments that each form takes."""

import json
import math
import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

import msgspec

from sekisho.catalogue.shape import Misshapen
from sekisho.catalogue.words import Said
from sekisho.cut.values import Part, Positive, RelativePath, Words, must_stay

Operation = Literal[
    "keep",
    "drop",
    "constant",
    "flag",
    "mask.last",
    "mask.first",
    "mask.all",
    "token.serial",
    "date.year",
    "date.month",
    "postcode.area",
    "date.shift",
    "age.band",
    "address.area",
    "number.round",
    "number.band",
    "number.cap",
    "number.noise",
    "generalise",
    "test.data",
    "token.aes",
    "token.hmac",
    "token.ff1",
    "join.key",
    "text.redact",
]

TOKENS = frozenset({"token.serial", "token.aes", "token.hmac", "token.ff1", "join.key"})
"""The forms that stand for what they were made of; all but ``token.hmac`` and ``join.key`` lead back with the key or map."""

TOKENS_OF_PEOPLE = frozenset({"token.serial", "token.aes"})
"""The forms made of people, not of cells."""

WITHOUT_COLUMN = frozenset({"constant", *TOKENS_OF_PEOPLE})
"""The forms that need no ``from``."""

NOBODYS = frozenset({"test.data"})
"""The forms in which nothing of anybody leaves: whoever is in the row is not in the copy for it."""

ARGUMENTS: dict[str, frozenset[str]] = {
    "constant": frozenset({"value"}),
    "mask.last": frozenset({"keep"}),
    "mask.first": frozenset({"keep"}),
    "token.ff1": frozenset({"alphabet"}),
    "join.key": frozenset({"join"}),
    "date.shift": frozenset({"days"}),
    "age.band": frozenset({"width", "at", "most"}),
    "address.area": frozenset({"to"}),
    "number.round": frozenset({"width"}),
    "number.band": frozenset({"width", "least", "most"}),
    "number.cap": frozenset({"least", "most"}),
    "number.noise": frozenset({"spread"}),
    "generalise": frozenset({"hierarchy", "level"}),
}
"""Which arguments each form takes; any other is a mistake of whoever wrote it, and a mistake here lets data out."""

NEEDED: dict[str, frozenset[str]] = {
    "date.shift": frozenset({"days"}),
    "age.band": frozenset({"width"}),
    "address.area": frozenset({"to"}),
    "number.round": frozenset({"width"}),
    "number.band": frozenset({"width"}),
    "number.noise": frozenset({"spread"}),
    "generalise": frozenset({"hierarchy", "level"}),
}
"""Which of them a form cannot do without; a cap needs one of its two."""

_WHOLE_YEARS = ("width", "most")
_BARE = re.compile(r"[\w.:+-]+")


_KEPT = 3


class Field(Part, frozen=True, kw_only=True):
    """``[[field]]``: one field that may leave, in which form, and why.

    Attributes:
        out: its name in what leaves.
        source: the column it is made of (``from``).
        op: the form in which it leaves.
        why: what for.
        kind: the kind of its data, where nothing else says it.
        keep: characters that a mask lets through; 3 if not said.
        value: the constant.
        width: of a band, or what is rounded to.
        least: below it, a number is it.
        most: above it, a number is it.
        spread: of the noise: nine in ten lie within it.
        days: the farthest that dates of one person are moved.
        at: the day on which somebody's age is told; the purpose's last day if not said.
        to: how much of an address stays.
        join: the name of a key that several purposes share.
        alphabet: the signs that FF1 permutes; digits if not said.
        hierarchy: a file of labels beside the purpose, a value and what it becomes level by level in each row.
        level: which of its levels, from 1.
    """

    spoken = ("out", "why", "value", "join")

    out: Words
    source: str = msgspec.field(name="from", default="")
    op: Operation
    why: Words
    kind: str = ""
    keep: Annotated[int, msgspec.Meta(ge=1, le=6)] | None = None
    value: str = ""
    width: Positive | None = None
    least: float | None = None
    most: float | None = None
    spread: Positive | None = None
    days: Annotated[int, msgspec.Meta(ge=1, le=3650)] | None = None
    at: date | None = None
    to: Literal["", "prefecture", "city", "town"] = ""
    join: str = ""
    alphabet: str = ""
    hierarchy: RelativePath | None = None
    level: Annotated[int, msgspec.Meta(ge=1)] | None = None

    def __post_init__(self) -> None:
        """Refuse an argument that the form does not take."""
        super().__post_init__()
        for name in self.arguments:
            if name not in ARGUMENTS.get(self.op, frozenset()):
                raise Misshapen(Said("shape.argument", {"field": self.out, "op": self.op, "argument": name}))
        for name in sorted(NEEDED.get(self.op, frozenset()) - self.arguments.keys()):
            raise Misshapen(Said("shape.no_argument", {"field": self.out, "op": self.op, "argument": name}))
        if self.op == "number.cap" and not self.arguments:
            raise Misshapen(Said("shape.no_argument", {"field": self.out, "op": self.op, "argument": "most"}))
        must_stay("hierarchy", self.hierarchy or "")
        self._numbers()

    def _numbers(self) -> None:
        """Refuse numbers with which a form would mean nothing."""
        for name in ("width", "least", "most", "spread"):
            value = getattr(self, name)
            whole = self.op == "age.band" and name in _WHOLE_YEARS
            if value is not None and (not math.isfinite(value) or (whole and value % 1)):
                raise Misshapen(Said("shape.bad_value", {"name": name}))
        if self.least is not None and self.most is not None and self.least > self.most:
            raise Misshapen(Said("shape.least_most", {"field": self.out}))

    @property
    def arguments(self) -> dict[str, object]:
        """The arguments that were said, by name."""
        names = sorted(frozenset().union(*ARGUMENTS.values()))
        return {name: value for name in names if (value := getattr(self, name)) not in (None, "")}

    @property
    def kept(self) -> int:
        """How many characters a mask lets through."""
        return _KEPT if self.keep is None else self.keep

    @property
    def form(self) -> str:
        """The form in which it leaves, as approvers sign it: the operation with its arguments."""
        if self.op in {"mask.last", "mask.first"}:
            return f"{self.op} {self.kept}"
        return " ".join([self.op, *(f"{name}={_stated(value)}" for name, value in self.arguments.items())])


def _stated(value: object) -> str:
    """Write an argument so that it ends where it seems to end: in quotes, and no bracket in them, unless it is a word."""
    if isinstance(value, float | int):
        return plain_number(value)
    text = str(value)
    if _BARE.fullmatch(text):
        return text
    return json.dumps(text, ensure_ascii=False).replace("(", "\\u0028").replace(")", "\\u0029")


def plain_number(value: float) -> str:
    """Write a number of a purpose file as somebody would: ``10``, ``0.1``, ``1000000``, never ``1e+06``."""
    return f"{Decimal(repr(value)).normalize():f}"
