"""What somebody types who is asked for a purpose, understood: forms, days, ids. Pure; who asks is above.

What cannot be understood raises :class:`~sekisho.catalogue.shape.Misshapen` with words for the person.
"""

import re
import tomllib
from datetime import date

import msgspec

from sekisho.canon.visible import hidden
from sekisho.catalogue.shape import Misshapen, told
from sekisho.catalogue.words import Said
from sekisho.cut.draft import Argument, Chosen
from sekisho.cut.field import Field
from sekisho.kinds.taxonomy import Kind, taxonomy

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_MASKS = frozenset({"mask.last", "mask.first"})


def form_said(text: str) -> tuple[str, dict[str, Argument]]:
    """Read a form as approvers read it: ``keep``, ``mask.last 3``, ``number.band width=1000 most=5000``.

    Raises:
        Misshapen: no such form, or not with these arguments.
    """
    op, *words = text.split() or [""]
    arguments: dict[str, Argument] = {}
    for word in words:
        name, is_named, value = word.partition("=")
        arguments[name if is_named else "keep" if op in _MASKS else word] = _value(value if is_named else name)
    try:
        msgspec.convert({"out": "x", "from": "x", "op": op, "why": "x", **arguments}, Field)
    except msgspec.ValidationError as error:
        raise Misshapen(told(error, "")) from None
    return op, arguments


def _value(text: str) -> Argument:
    try:
        found = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
    return found if isinstance(found, int | float | date) else text


def id_said(text: str) -> str:
    """Read a purpose's id."""
    if not _ID.fullmatch(text):
        raise Misshapen(Said("shape.bad_value", {"name": "id"}))
    return text


def day_said(text: str, today: date) -> date:
    """Read the last day of a purpose, which is not over."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if day < today:
        raise Misshapen(Said("shape.type", {"name": "not_after", "expected": Said("shape.a_date"), "got": f"`{text}`"}))
    return day


def words_said(name: str, text: str) -> str:
    """Read words that approvers will see."""
    if not text.strip():
        raise Misshapen(Said("shape.missing", {"name": name}))
    if character := hidden(text):
        raise Misshapen(Said("shape.hidden", {"name": name, "character": character}))
    return text


def kind_said(text: str) -> str:
    """Read the id of a kind."""
    if text not in taxonomy():
        raise Misshapen(Said("shape.pack_kind"))
    return text


def chosen(column: str, kind: Kind | None, form: str, why: str, *, kind_id: str = "", before: Chosen | None) -> Chosen:
    """Return a column with the form that somebody chose; it is called as was proposed, else as the column."""
    op, arguments = form_said(form)
    out = before.out if before else "".join(c for c in column if not hidden(c))
    return Chosen(
        column=column, out=out, op=op, arguments=arguments, why=words_said("why", why), kind="" if kind else kind_id
    )


def form_text(proposal: Chosen) -> str:
    """Return a form as somebody would type it."""
    if proposal.op in _MASKS and "keep" in proposal.arguments:
        return f"{proposal.op} {proposal.arguments['keep']}"
    return " ".join([proposal.op, *(f"{name}={value}" for name, value in proposal.arguments.items())])
