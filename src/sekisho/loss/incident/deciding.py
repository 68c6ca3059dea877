"""Deciding on an obligation: a named person does, with a reason, and two where the office would be free of it.

The engine only says what is likely. What was decided stands beside what was computed, with the number of the newest fact of
that moment: a later one may open it again.
"""

from collections.abc import Sequence
from typing import Literal

from sekisho.clock import to_text
from sekisho.custody import incident_records
from sekisho.custody.checking import two_persons
from sekisho.custody.incident_records import IncidentState
from sekisho.custody.office import Office
from sekisho.custody.register import Role
from sekisho.errors import Misuse, NotFound, Refused
from sekisho.ledger.writer import Transaction
from sekisho.loss.incident.runs import newest_run
from sekisho.loss.law.decision import Decision
from sekisho.loss.law.obligation import Obligation
from sekisho.signing.keys import SigningKey
from sekisho.sql import Connection

DECIDERS = (Role.PRIVACY_OFFICER, Role.KEY_OFFICER, Role.APPROVER)
"""Who decides on an incident."""

What = Literal["exempt", "not_exempt", "applies", "does_not_apply", "done"]

_BY_TWO = frozenset({"exempt", "does_not_apply"})
_DECISION, _REASON = "decision", "reason"


def decide(
    office: Office,
    number: int,
    rule: str,
    stage: str = "",
    *,
    what: What,
    reason: str,
    keys: Sequence[SigningKey],
    exemption: str = "",
    done_at: str = "",
) -> Decision:
    """Record a decision on an obligation that was computed.

    Args:
        office: whose incident it is.
        number: of the incident.
        rule: id of the record of law.
        stage: of its clocks; empty for all of them.
        what: was decided.
        reason: why, kept behind the ledger's entry.
        keys: of who decides; two persons where the office would be free of the duty.
        exemption: which one holds; the likely one, if not given.
        done_at: when it was done, as text.

    Raises:
        NotFound: there is no such incident, or no such obligation in it, or no such exemption from it.
        Misuse: no reason; or a time for what is not done, or none for what is; or an exemption that nobody names.
        Refused: too few persons, or one who may not; the incident is closed.
    """
    if not reason.strip():
        raise Misuse("loss.decision_reason")
    if (what == "done") != bool(done_at):
        raise Misuse("loss.done_when")
    by = deciding_keys(office, keys, needed=2 if what in _BY_TWO else 1)
    with office.ledger.transaction() as tx:
        must_be_open(tx, number)
        concerned = _computed(office, number, rule, stage)
        if what == "exempt":
            exemption = _exemption(concerned, exemption)
        decision = Decision(
            rule=rule,
            stage=stage,
            what=what,
            done_at=done_at,
            exemption=exemption,
            facts=max((row.n for row in incident_records.fact_rows(tx.connection, number)), default=0),
            by=by,
            at=to_text(tx.at),
        )
        index = tx.append(
            "obligation.decided",
            fields={"incident": number, "rule": rule, "stage": stage, "what": what, "by": list(by)},
            details={_REASON: reason.strip()},
        )
        incident_records.add_record(tx.connection, number, _DECISION, index, decision)
    return decision


def decisions_of(connection: Connection, number: int) -> list[Decision]:
    """Return an incident's decisions, oldest first."""
    return [each for _, _, each in incident_records.records_of(connection, number, _DECISION, Decision)]


def reasons_of(office: Office, number: int) -> list[tuple[Decision, str]]:
    """Return an incident's decisions with their reasons; an empty one where it was erased."""
    found = incident_records.records_of(office.ledger.connection, number, _DECISION, Decision)
    return [(decision, _reason(office, index)) for _, index, decision in found]


def deciding_keys(office: Office, keys: Sequence[SigningKey], *, needed: int) -> tuple[str, ...]:
    """Return the ids of the keys of those who decide.

    Raises:
        Refused: too few persons, or one who may not.
    """
    register, publics = office.register, [key.public for key in keys]
    if needed > 1:
        return tuple(sorted(two_persons(register, publics, *DECIDERS).values()))
    if not publics:
        raise Refused("custodian.keys_missing", have=0, need=1)
    for public in publics:
        register.require_role(register.owner(public), *DECIDERS)
    return tuple(sorted({public.id for public in publics}))


def must_be_open(tx: Transaction, number: int) -> None:
    """Refuse to go on with an incident that is closed."""
    if incident_records.get_incident(tx.connection, number).state is not IncidentState.OPEN:
        raise Refused("loss.closed", incident=number)


def _computed(office: Office, number: int, rule: str, stage: str) -> list[Obligation]:
    """Return the obligations that are meant, of the newest run."""
    run = newest_run(office, number)
    found = [each for each in (run.obligations if run else ()) if each.rule == rule and stage in ("", each.stage)]
    if not found:
        raise NotFound("loss.no_such_obligation", rule=rule, stage=stage or "-", incident=number)
    return found


def _exemption(concerned: Sequence[Obligation], named: str) -> str:
    """Return which exemption is decided on: what speaks against it later opens the decision again, so it has a name."""
    known = dict.fromkeys(limb.exemption for each in concerned for limb in each.limbs)
    if not named:
        named = next((each.exemption for each in concerned if each.exemption), "")
    if named not in known:
        raise Misuse("loss.which_exemption", exemptions=" ".join(known) or "-")
    return named


def _reason(office: Office, index: int) -> str:
    return next((each.value for each in office.ledger.disclosed(index) if each.field == _REASON), "")
