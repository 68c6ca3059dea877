"""What the law asks for: facts held against records of law, at a moment. Pure: the same in, the same out.

A record that holds gives an obligation for each of its stages. What is not known gives one that needs review, never silence. An
exemption is at most likely. What was an obligation once and is none now is void, and says which facts changed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

import msgspec

from sekisho.loss.facts.fact import Facts
from sekisho.loss.law.calendar import covers
from sekisho.loss.law.condition import Finding
from sekisho.loss.law.decision import Decision
from sekisho.loss.law.holding import held
from sekisho.loss.law.obligation import Obligation, ObligationState
from sekisho.loss.law.pack import Pack
from sekisho.loss.law.place import Contract, Place
from sekisho.loss.law.record import Record, Text
from sekisho.loss.law.stage import Asked, obligation_of

__all__ = ["Contract", "Place", "evaluate", "records_for"]

_KEPT = frozenset({ObligationState.DONE, ObligationState.DONE_LATE, ObligationState.VOID})


def evaluate(
    facts: Facts,
    pack: Pack,
    *,
    as_of: datetime,
    place: Place,
    decisions: Sequence[Decision] = (),
    before: Sequence[Obligation] = (),
) -> tuple[Obligation, ...]:
    """Return what the law asks for.

    Args:
        facts: what is known.
        pack: records of law.
        as_of: the moment at which it is asked.
        place: from where the law is looked at.
        decisions: what named persons decided.
        before: what the last computation found.

    Raises:
        ValueError: the moment has no zone.
    """
    if as_of.tzinfo is None:
        raise ValueError("a time without a zone")
    asked = Asked(facts=facts, pack=pack, place=place, as_of=as_of)
    ordered = sorted(decisions, key=lambda each: (each.facts, each.at, each.what, each.stage))
    answers = {
        (record.id, clock.stage): obligation_of(record, clock, holding, _of(record, clock.stage, ordered), asked)
        for record in records_for(pack, place)
        for holding in [held(record, facts, place)]
        for clock in record.clocks
    }
    standing = [each for each in answers.values() if isinstance(each, Obligation)]
    gone = [each for each in before if not isinstance(answers.get((each.rule, each.stage)), Obligation)]
    gone.sort(key=lambda each: (each.rule, each.stage))
    return (*standing, *(_void(each, answers.get((each.rule, each.stage)), pack, place) for each in gone))


def _void(before: Obligation, answer: Obligation | Finding | None, pack: Pack, place: Place) -> Obligation:
    """Return what was asked for once and is no more, with the facts that say so; what was done stays done."""
    if before.state in _KEPT:
        return before
    if isinstance(answer, Finding):
        why = answer.why
    elif any(each.id == before.rule for each in pack.records):
        why = (f"jurisdictions = {' '.join(place.jurisdictions)}",)
    else:
        why = (f"pack without {before.rule} {before.stage}",)
    return replace(before, state=ObligationState.VOID, why=why, unknown=(), limbs=(), exemption="", warnings=())


def records_for(pack: Pack, place: Place) -> tuple[Record, ...]:
    """Return the records of the jurisdictions that are looked at, with a live one for each contract instead of the template."""
    looked_at = place.jurisdictions
    here = (
        each
        for each in pack.records
        if each.kind == "contract" or any(covers(each.jurisdiction, at) for at in looked_at)
    )
    return tuple(record for each in here for record in _with_contracts(each, place))


def _with_contracts(record: Record, place: Place) -> Iterator[Record]:
    if record.kind != "contract" or record.status != "template" or not place.contracts:
        yield record
        return
    for contract in place.contracts:
        yield _of_contract(record, contract)


def _of_contract(template: Record, contract: Contract) -> Record:
    """Return the record of a contract: the template with the hours that the paper says."""
    clocks = tuple(
        msgspec.structs.replace(clock, limit=msgspec.structs.replace(clock.limit, hours=contract.notice_hours))
        for clock in template.clocks
    )
    return msgspec.structs.replace(
        template,
        id=f"contract-{contract.id}",
        title=Text(
            ja=f"契約 {contract.id}：受託者から委託者への連絡",
            en=f"contract {contract.id}: the processor tells the controller",
        ),
        status="in_force",
        clocks=clocks,
        notes=(),
        check="V",
        sources=(f"contract {contract.id}",),
        checked_on=contract.checked_on,
        checked_by="the office",
    )


def _of(record: Record, stage: str, decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    return tuple(each for each in decisions if each.rule == record.id and each.stage in ("", stage))
