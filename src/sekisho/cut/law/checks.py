"""The checks on a purpose that the rule files name: pure functions from what it says to findings.

What only the rows can tell is looked at when they leave (:mod:`sekisho.cut.law.output`). All of this is our reading of the
Act on the Protection of Personal Information, and no legal advice.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sekisho.cut.columns import columns_of_conditions, kind_of_column, kind_of_field
from sekisho.cut.field import NOBODYS, TOKENS, Field
from sekisho.cut.law.findings import Finding, Severity
from sekisho.cut.law.rules import PERSON, Rule, rules_of
from sekisho.cut.lines import line_of_field, line_of_word
from sekisho.cut.purpose import Purpose
from sekisho.errors import Refused, SekishoError
from sekisho.kinds.taxonomy import Kind, taxonomy

OLDEST = 90
"""Years from which an age is told no more exactly: the guideline's own case (3-2-2-4)."""

_CODES = frozenset({"identification_code", "my_number"})
_HARM = frozenset({"financial_harm", "secret"})
_HIDDEN = frozenset({"flag", "mask.all", "constant", "drop"})
_MASKED = frozenset({"mask.last", "mask.first"})
_WHOLE = frozenset({"keep", "text.redact"})  # what passes a cell on, all of it or all but what is found in it
_NUMBERS = frozenset({"number.round", "number.band", "number.cap", "number.noise"})
_READABLE = frozenset({"keep", "generalise"}) | _NUMBERS
_TELLS_WHO = _WHOLE | _NUMBERS | {"generalise"}  # a label may be the name itself, or one for each name
_LEADS_BACK = frozenset({"token.aes", "token.ff1"})
_LINKING = frozenset({"case_number", "lookup_token"})
_TELLING_TOGETHER = frozenset({"address", "birth_date"})
_ONE_PERSONS = frozenset({"direct", "identification_code", "my_number", "financial_harm"})
_AMOUNTS = frozenset({"tax_amount"})
_UNCAPPED = frozenset({"keep", "number.round", "number.noise"})
_NO_FIELD = frozenset({"constant", "drop", *NOBODYS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A purpose under one requirement.

    Attributes:
        rule: the requirement.
        purpose: the purpose.
        fields: what leaves of columns, with its kind.
        text: the purpose file's text, for line numbers.
        path: its name, for messages.
    """

    rule: Rule
    purpose: Purpose
    fields: Sequence[tuple[Field, Kind]]
    text: str
    path: Path

    def finds(self, severity: Severity, key: str, **values: object) -> Finding:
        """Return a finding about the whole purpose."""
        said = {"path": self.path, "basis": self.purpose.purpose.basis, "line": 0, **values}
        return Finding(rule=self.rule, severity=severity, key=key, values=said)

    def finds_in(self, severity: Severity, key: str, field: Field, kind: Kind, **values: object) -> Finding:
        """Return a finding about a field."""
        line = line_of_field(self.text, field.out)
        return self.finds(severity, key, line=line, field=field.out, kind=kind.id, **values)

    def of(self, field: Field, kind: Kind) -> Kind:
        """Return the kind of what a field is made of: of a token, what it stands for."""
        named = kind_of_column(self.purpose, field.source) if field.op in TOKENS and field.source else None
        return named or kind

    def has_both_ends(self, field: Field) -> bool:
        """Tell whether a field is one end of a column of which another field is the other: side by side they are most of it."""
        ends = {each.op for each, _ in self.fields if each.source == field.source} & _MASKED
        return field.op in ends and ends == _MASKED

    @property
    def quasi(self) -> frozenset[str]:
        """The fields that are made alike for at least k people."""
        risk = self.purpose.risk
        return frozenset(risk.quasi) if risk and risk.k else frozenset()


Check = Callable[[Case], Iterator[Finding]]


def examine(purpose: Purpose, text: str = "", path: Path = Path()) -> tuple[Finding, ...]:
    """Return what the checks of a purpose's legal basis find in it; a requirement that nothing speaks against is passed.

    Requirements that only show in the rows are left out: they are looked at when it is carried out.

    Args:
        purpose: the purpose; fields of which nothing says the kind are left to whoever checks that.
        text: the purpose file's text, for line numbers.
        path: its name, for messages.
    """
    planned = ((field, kind_of_field(purpose, field)) for field in purpose.field if field.op not in _NO_FIELD)
    fields = [(field, kind) for field, kind in planned if kind]
    found: list[Finding] = []
    for rule in rules_of(purpose.purpose.basis):
        if rule.before:
            case = Case(rule=rule, purpose=purpose, fields=fields, text=text, path=path)
            found += list(CHECKS[rule.before](case)) or [case.finds("passed", "nothing_against")]
    return tuple(found)


def unlawful(purpose: Purpose, text: str, path: Path) -> Iterator[SekishoError]:
    """Yield every reason why what leaves is not what its legal basis calls it, once a field."""
    told = set[tuple[str, str]]()
    for finding in examine(purpose, text, path):
        about = (finding.field, "" if finding.field else finding.key)
        if finding.severity == "refused" and about not in told:
            told.add(about)
            yield Refused(f"cut.{finding.key}", **finding.values)


def _direct_identifiers(case: Case) -> Iterator[Finding]:
    for field, kind in case.fields:
        is_direct = "direct" in kind.flags and not case.of(field, kind).flags & (_CODES | _HARM)
        if is_direct and (field.op in _TELLS_WHO or case.has_both_ends(field)):
            yield case.finds_in("refused", "name_kept", field, kind)
        elif is_direct and field.op in _MASKED:
            yield case.finds_in("warning", "part_of_name", field, kind)
        elif field.op in _LEADS_BACK and case.purpose.purpose.basis == "pseudonymous":
            yield case.finds_in("warning", "leads_back", field, kind)
        elif kind.id == "free_text" and field.op in _WHOLE:
            yield case.finds_in("warning", "free_text", field, kind)


def _combined_identifiers(case: Case) -> Iterator[Finding]:
    kept = [(field, kind) for field, kind in case.fields if kind.id in _TELLING_TOGETHER and field.op == "keep"]
    if len({kind.id for _, kind in kept}) > 1:
        yield case.finds("decide", "combined", fields=", ".join(field.out for field, _ in kept))


def _identification_codes(case: Case) -> Iterator[Finding]:
    """A code must go whole, so that not even its end may stay; nor may what is permuted and still looks like one."""
    for field, kind in case.fields:
        made_of = case.of(field, kind)
        if made_of.flags & _CODES and field.op not in (_HIDDEN | TOKENS) - {"token.ff1"}:
            yield case.finds_in("refused", "code_kept", field, made_of)


def _financial_harm(case: Case) -> Iterator[Finding]:
    for field, kind in case.fields:
        is_hidden = field.op in _HIDDEN | _MASKED | TOKENS and not case.has_both_ends(field)
        if kind.flags & _HARM and not kind.flags & _CODES and not is_hidden:
            yield case.finds_in("refused", "harm_kept", field, kind)


def _deleted_information(case: Case) -> Iterator[Finding]:
    tokens = [field.out for field, _ in case.fields if field.op in TOKENS]
    if tokens:
        yield case.finds("decide", "map_with_the_office", fields=", ".join(tokens))


def _recipient(case: Case) -> Iterator[Finding]:
    recipient = case.purpose.purpose.recipient
    if not recipient.contract.strip():
        yield case.finds("decide", "no_contract_third_party", recipient=recipient.id)


def _contact(case: Case) -> Iterator[Finding]:
    head = case.purpose.purpose
    contact = [kind_id for kind_id in head.kinds if kind_id in taxonomy() and "contact" in taxonomy()[kind_id].flags]
    if head.contact or contact:
        yield case.finds("refused", "pseudonymous_contact", kinds=", ".join(contact) or "contact = true")


def _matching(case: Case) -> Iterator[Finding]:
    if case.purpose.query:
        yield case.finds("refused", "answer_identifies")
    for field, kind in case.fields:
        if field.op == "join.key" and case.purpose.purpose.basis == "pseudonymous":
            yield case.finds_in("warning", "joined_elsewhere", field, kind)


def _public_body(case: Case) -> Iterator[Finding]:
    if case.purpose.purpose.controller.kind == "local_government":
        yield case.finds("warning", f"public_body_{case.purpose.purpose.basis}")


def _places_of_contact(case: Case) -> Iterator[Finding]:
    for field, kind in case.fields:
        to_the_city = field.op == "address.area" and field.to in {"", "prefecture", "city"}
        if kind.id == "address" and field.op not in _HIDDEN and not to_the_city and field.out not in case.quasi:
            yield case.finds_in("refused", "address_kept", field, kind)


def _linking_codes(case: Case) -> Iterator[Finding]:
    for field, kind in case.fields:
        if field.op in TOKENS:
            yield case.finds_in("refused", "anonymous_token", field, kind)
        elif kind.id in _LINKING and field.op not in _HIDDEN:
            yield case.finds_in("refused", "linking_code", field, kind)


def _nothing_to_lead_back(case: Case) -> Iterator[Finding]:
    trace = case.purpose.trace
    if trace.canaries or trace.marks:
        yield case.finds("refused", "anonymous_trace")


def _extremes(case: Case) -> Iterator[Finding]:
    for field, kind in case.fields:
        is_amount = kind.id in _AMOUNTS and field.op in _UNCAPPED and field.out not in case.quasi
        if field.op == "age.band" and (field.most is None or field.most > OLDEST):
            yield case.finds_in("refused", "extreme_age", field, kind, most=OLDEST)
        elif is_amount or (field.op in {"number.band", "number.cap"} and field.most is None):
            yield case.finds_in("refused", "uncapped", field, kind)


def _rare_values(case: Case) -> Iterator[Finding]:
    for field, kind in case.fields:
        if kind.id == "free_text" and field.op in _WHOLE:
            yield case.finds_in("warning", "rare_by_nature", field, kind)


def _differences(case: Case) -> Iterator[Finding]:
    if not case.quasi:
        yield case.finds("refused", "anonymous_without_k")
        return
    for column in dict.fromkeys(columns_of_conditions(case.purpose)):
        kind = kind_of_column(case.purpose, column)
        if kind and kind.flags & _ONE_PERSONS:
            line = line_of_word(case.text, column.rpartition(".")[2])
            yield case.finds("refused", "selected_by_name", line=line, field="", column=column, kind=kind.id)
    for field, kind in case.fields:
        if "quasi" in kind.flags and field.op not in _HIDDEN and field.out not in case.quasi:
            yield case.finds_in("refused", "not_in_quasi", field, kind)


def _contract(case: Case) -> Iterator[Finding]:
    recipient = case.purpose.purpose.recipient
    if not recipient.contract.strip():
        yield case.finds("warning", "no_contract", recipient=recipient.id)


def _my_number(case: Case) -> Iterator[Finding]:
    for field, kind in case.fields:
        if "my_number" in kind.flags and field.op not in _HIDDEN:
            yield case.finds_in("warning", "my_number_entrusted", field, kind)


def _least(case: Case) -> Iterator[Finding]:
    leaving = {kind.id for _, kind in case.fields}
    if query := case.purpose.query:
        leaving |= {query.kind, "lookup_token"}
    unused = [kind_id for kind_id in case.purpose.purpose.kinds if kind_id not in leaving]
    if unused:
        yield case.finds("warning", "unused_kinds", kinds=", ".join(unused))


def _special_care(case: Case) -> Iterator[Finding]:
    for field, kind in case.fields:
        if "special_care" in kind.flags and field.op in _READABLE | _WHOLE:
            yield case.finds_in("decide", "special_care", field, kind)


def _person(case: Case) -> Iterator[Finding]:
    yield case.finds("decide", "for_a_person")


CHECKS: dict[str, Check] = {
    PERSON: _person,
    "direct_identifiers": _direct_identifiers,
    "combined_identifiers": _combined_identifiers,
    "identification_codes": _identification_codes,
    "financial_harm": _financial_harm,
    "deleted_information": _deleted_information,
    "recipient": _recipient,
    "contact": _contact,
    "matching": _matching,
    "public_body": _public_body,
    "places_of_contact": _places_of_contact,
    "linking_codes": _linking_codes,
    "nothing_to_lead_back": _nothing_to_lead_back,
    "extremes": _extremes,
    "rare_values": _rare_values,
    "differences": _differences,
    "contract": _contract,
    "my_number": _my_number,
    "least": _least,
    "special_care": _special_care,
}
"""By the names that the rule files use."""
