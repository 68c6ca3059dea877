"""Stating facts: each is an entry of the ledger that commits to its value, and stands instead of the one before it.

The leaf says that a fact of this key was stated, who may hear it and which it supersedes; the value lies encrypted behind the
commitment and nowhere else. Who states a fact may say that fewer hear it than the vocabulary allows, never that more do: what
helps whoever holds a lost copy is made public by nobody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from sekisho.custody import incident_records
from sekisho.custody.incident_records import FactRow, IncidentState
from sekisho.custody.office import Office
from sekisho.errors import Refused, Unreadable
from sekisho.ledger.reader import Reader
from sekisho.ledger.writer import Transaction
from sekisho.loss.facts.fact import Fact, Facts, Value, Visibility
from sekisho.loss.facts.vocabulary import fact_kind
from sekisho.loss.incident.reopening import reopen_within
from sekisho.signing.keys import SigningKey

SOURCES = frozenset({"settings", "register", "ledger", "index", "computed"})
"""The office's own records; whatever else states a fact is a person, or a paper."""

EVIDENCE = frozenset(
    {
        "sealed",
        "verdict",
        "state_line",
        "releases",
        "releases_by_voice",
        "releases_by_envelopes",
        "last_release_at",
        "suspended_at",
        "destroyed_at",
        "share_state",
        "suite",
        "ledger_size",
        "ledger_root",
        "residual",
        "slips",
        "highly_encrypted",
        "encryption_evidence",
        "no_third_party_read",
        "suite_membership",
        "suite_nist",
        "implementation_record",
        "key_backend",
        "key_separated",
        "key_unexercisable",
    }
)
"""What only evidence says of a sealed copy: nobody ticks that it was not opened."""

_VALUE = "value"


@dataclass(frozen=True, slots=True)
class Stated:
    """What somebody, or something, says.

    Attributes:
        key: of the vocabulary.
        value: what is known; None where somebody looked and nobody knows.
        visibility: who may hear it; where it is not said, whoever could hear the fact that it supersedes.
    """

    key: str
    value: Value = field(repr=False)
    visibility: Visibility | None = None


def state(
    office: Office, number: int, stated: Sequence[Stated], *, source: str, key: SigningKey | None = None
) -> Facts:
    """State facts of an incident, and return all of them. What says nothing new is not stated again.

    Args:
        office: whose incident it is.
        number: of the incident.
        stated: the facts.
        source: who or what says so, a word; with a key it is the person whose key it is.
        key: of the person who says so.

    Raises:
        NotFound: there is no such incident, or no such kind of fact.
        Misuse: a value is not of its kind.
        Refused: more people would hear of it than may; it is for evidence to say; the incident is closed; the key is nobody's
            of the office.
    """
    by = ""
    if key is not None:
        source, by = f"person:{office.register.owner(key.public).id}", key.public.id
    with office.ledger.transaction() as tx:
        _must_be_open(tx, number, stated)
        if source not in SOURCES:
            _must_not_be_evidence(tx, number, stated)
        state_within(office.ledger, tx, number, stated, source=source, by=by)
    return facts_of(office, number)


def state_within(
    ledger: Reader, tx: Transaction, number: int, stated: Iterable[Stated], *, source: str, by: str = ""
) -> int:
    """State facts inside a transaction, and return how many said something new; raises as :func:`state`."""
    incident_records.get_incident(tx.connection, number)
    facts = read_facts(ledger, number)
    newest, n = dict(facts.current()), max((fact.n for fact in facts.stated), default=0)
    begin = n
    for each in stated:
        kind, before = fact_kind(each.key), newest.get(each.key)
        value = kind.checked(each.value)
        visibility = (
            each.visibility if each.visibility is not None else before.visibility if before else kind.visibility
        )
        if visibility < kind.visibility:
            raise Refused("loss.too_visible", key=each.key, least=kind.visibility.name.lower())
        if before and (before.value, before.visibility, before.source) == (value, visibility, source):
            continue
        n += 1
        fact = Fact(
            n=n,
            key=each.key,
            value=value,
            visibility=visibility,
            source=source,
            at=tx.at,
            supersedes=before.n if before else 0,
        )
        _append(tx, number, fact, by=by)
        newest[each.key] = fact
    return n - begin


def facts_of(office: Office, number: int) -> Facts:
    """Return every fact of an incident.

    Raises:
        NotFound: there is no such incident.
        Unreadable: a value is damaged.
    """
    incident_records.get_incident(office.ledger.connection, number)
    return read_facts(office.ledger, number)


def read_facts(ledger: Reader, number: int) -> Facts:
    """Return the facts of an incident as a ledger has them; one whose value was erased is not known any more."""
    rows = incident_records.fact_rows(ledger.connection, number)
    return Facts.of(
        Fact(
            n=row.n,
            key=row.key,
            value=_value(ledger, row.index),
            visibility=Visibility(row.visibility),
            source=row.source,
            at=row.at,
            supersedes=row.supersedes,
        )
        for row in rows
    )


def _must_be_open(tx: Transaction, number: int, stated: Sequence[Stated]) -> None:
    """Refuse facts of a closed incident; that a key got out reopens it."""
    if incident_records.get_incident(tx.connection, number).state is IncidentState.OPEN:
        return
    if not any(each.key == "key_compromised" and each.value is True for each in stated):
        raise Refused("loss.closed", incident=number)
    reopen_within(tx, number, why="key_compromised")


def _must_not_be_evidence(tx: Transaction, number: int, stated: Sequence[Stated]) -> None:
    if not incident_records.get_incident(tx.connection, number).plain:
        for each in stated:
            if each.key in EVIDENCE:
                raise Refused("loss.evidence_only", key=each.key)


def _append(tx: Transaction, number: int, fact: Fact, *, by: str) -> None:
    index = tx.append(
        "fact.stated",
        fields={
            "incident": number,
            "n": fact.n,
            "key": fact.key,
            "visibility": fact.visibility.name.lower(),
            "supersedes": fact.supersedes,
            **({"by": [by]} if by else {}),
        },
        details={_VALUE: msgspec.json.encode(fact.value).decode()},
    )
    row = FactRow(
        n=fact.n,
        index=index,
        key=fact.key,
        visibility=fact.visibility,
        source=fact.source,
        at=fact.at,
        supersedes=fact.supersedes,
    )
    incident_records.add_fact(tx.connection, number, row)


def _value(ledger: Reader, index: int) -> Value:
    text = next((each.value for each in ledger.disclosed(index) if each.field == _VALUE), "null")
    try:
        return msgspec.json.decode(text, type=bool | int | str | tuple[str, ...] | None)
    except msgspec.DecodeError:
        raise Unreadable("ledger.detail_damaged") from None
