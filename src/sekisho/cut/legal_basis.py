"""What the law takes out of a purpose that calls its data pseudonymised or anonymised (仮名加工情報, 匿名加工情報).

Our reading of the Act on the Protection of Personal Information, not legal advice: art. 41(1) with Enforcement Rules
art. 31 and art. 41(7)(8), 73 for the one; art. 43(1), and for public bodies art. 116 with Enforcement Rules art. 62, for
the other. Bank accounts are treated like payment cards, which is stricter than the guideline's list.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from sekisho.cut.lines import line_of_field
from sekisho.cut.parts import Field
from sekisho.cut.purpose import Purpose
from sekisho.errors import Refused, SekishoError
from sekisho.kinds.taxonomy import Kind, taxonomy

_BASES = frozenset({"pseudonymous", "anonymous"})
_CODES = frozenset({"identification_code", "my_number"})
_HARM = frozenset({"financial_harm", "secret"})


def unlawful(purpose: Purpose, fields: Iterable[tuple[Field, Kind]], text: str, path: Path) -> Iterator[SekishoError]:
    """Yield every reason why what leaves is not what its legal basis calls it; other bases have no such rule.

    Args:
        purpose: the purpose.
        fields: what leaves, with its kind.
        text: the purpose file's text, for line numbers.
        path: its name, for messages.
    """
    basis = purpose.purpose.basis
    if basis not in _BASES:
        return
    if basis == "pseudonymous":
        yield from _contact(purpose, path)
    if purpose.query:
        yield Refused("cut.answer_identifies", path=path, basis=basis)
    for field, kind in fields:
        line = line_of_field(text, field.out)
        if key := _unlawful_form(field, kind, basis):
            yield Refused(key, path=path, line=line, field=field.out, kind=kind.id, basis=basis)


def _contact(purpose: Purpose, path: Path) -> Iterator[SekishoError]:
    """Art. 41(8), 73: pseudonymised data may not be used to telephone, write to or visit people."""
    head = purpose.purpose
    contact = [kind_id for kind_id in head.kinds if kind_id in taxonomy() and "contact" in taxonomy()[kind_id].flags]
    if head.contact or contact:
        yield Refused("cut.pseudonymous_contact", path=path, kinds=", ".join(contact) or "contact = true")


def _unlawful_form(field: Field, kind: Kind, basis: str) -> str | None:
    """Return which rule a field breaks: a code must go whole, so that not even its end may stay."""
    if field.op == "token.serial":
        return "cut.anonymous_token" if basis == "anonymous" else None
    if kind.flags & _CODES and field.op in {"keep", "mask.last"}:
        return "cut.code_kept"
    if kind.flags & _HARM and field.op == "keep":
        return "cut.harm_kept"
    if "direct" in kind.flags and field.op == "keep":
        return "cut.name_kept"
    return None
