"""Rehearsing the night on a stage: a call with a slip number, and everything that has to follow from it, each step timed.

The stage is an office that may be lost: a copy of the real one, or that of a synthetic city. Nobody is asked anything, so what is
timed is the machine; what a person would have to find out first is told beside it.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from sekisho.custodian.policy import TicketState
from sekisho.custody import records
from sekisho.custody.copy import State
from sekisho.custody.office import Office
from sekisho.errors import NotFound, SekishoError
from sekisho.files import private_folder, write_whole
from sekisho.loss.documents.choosing import kinds_for
from sekisho.loss.documents.kinds import languages_of
from sekisho.loss.documents.rendering import to_plain_text
from sekisho.loss.documents.writing import drafts_of
from sekisho.loss.drill.rehearsal import Milestone, Rehearsal, Step, Where
from sekisho.loss.evidence import gather, issue_evidence
from sekisho.loss.incident.case import Case
from sekisho.loss.incident.collecting import collect
from sekisho.loss.incident.computing import pack_of, place_of
from sekisho.loss.incident.declaring import declare
from sekisho.loss.incident.reading import people_of, read_case
from sekisho.loss.incident.updating import refresh
from sekisho.loss.law.evaluate import evaluate
from sekisho.loss.law.obligation import Obligation
from sekisho.loss.reporting import Named, take_report

_OUT = (State.OPENED, State.OUT, State.SEALED, State.ERASED, State.RETURNED, State.FOUND)


@dataclass(slots=True)
class _Watch:
    """Times the steps since the call."""

    now: Callable[[], float]
    begun: float = 0.0
    steps: list[Step] = field(default_factory=list)

    @contextlib.contextmanager
    def step(self, milestone: Milestone) -> Iterator[None]:
        begin = self.now()
        yield
        end = self.now()
        self.steps.append(Step(milestone=milestone, seconds=end - begin, since_call=end - self.begun))


def slip_to_lose(office: Office) -> str:
    """Return the slip number of the copy that a drill loses: the newest that is out, else one that is sealed.

    Raises:
        NotFound: the office has sealed nothing that could be lost.
    """
    rows = [row for row in records.copies(office.ledger.connection) if row.capsule is not None]
    for state in _OUT:
        slips = [row.slip for row in rows if row.copy.state is state]
        if slips:
            return slips[-1]
    raise NotFound("loss.nothing_to_rehearse")


def rehearse(
    office: Office,
    slip: str,
    folder: Path,
    *,
    where: Where,
    now: Callable[[], float],
    law_of: date | None = None,
    lacking: Sequence[str] = (),
) -> Rehearsal:
    """Lose a copy of a stage's office, and do everything that follows.

    Args:
        office: the stage; what happens to it is real.
        slip: the copy.
        folder: for the evidence and the drafts; its content is the stage's.
        where: what the stage is.
        now: seconds that only grow.
        lacking: codes of what was not prepared (:func:`~sekisho.loss.drill.readiness.not_ready`).
        law_of: the day whose law is applied, where the stage plays on another day.

    Raises:
        SekishoError: a step that nothing can do without came to nothing: the stop, or the proof.
    """
    missing = list(lacking)
    watch = _Watch(now)
    watch.begun = now()
    with watch.step(Milestone.KILL):
        receipt = take_report(office, Named(slip))
        stopped = receipt.incident and all(_is_shut(office, each) for each in receipt.slips)
    if not stopped:
        raise NotFound("loss.nothing_to_rehearse")
    with watch.step(Milestone.ANSWER):
        issue_evidence(office, gather(office, receipt.slips), private_folder(folder) / "evidence")
    with watch.step(Milestone.LIST):
        found = people_of(office, receipt.incident)
        told = bool(found and found.by_kind() and found.by_field_set())
    with watch.step(Milestone.CLOCKS):
        obligations = _clocks(office, receipt.incident, law_of)
    with watch.step(Milestone.DRAFTS):
        case = replace(read_case(office, receipt.incident), obligations=obligations)
        drafts, unknown, untold = _drafts(office, case, private_folder(folder / "drafts"))
    missing += untold
    return Rehearsal(
        where=where,
        people=found.at_most if found else 0,
        steps=tuple(watch.steps),
        missing=tuple(dict.fromkeys(missing if told else [*missing, "people"])),
        drafts=drafts,
        obligations=sum(each.due is not None for each in obligations),
        unknown=unknown,
    )


def _is_shut(office: Office, slip: str) -> bool:
    """Tell whether the custodian gives no release of a copy any more."""
    cid = records.get_copy(office.ledger.connection, slip).cid
    tickets = office.custodian.tickets(cid) if cid else []
    return bool(tickets) and all(ticket.state in {TicketState.SUSPENDED, TicketState.DESTROYED} for ticket in tickets)


def _clocks(office: Office, incident: int, law_of: date | None) -> tuple[Obligation, ...]:
    """Declare, and compute what is due; by the law of another day, where the stage plays on one."""
    declare(office, incident, known_at=office.ledger.time())
    if law_of is None:
        return refresh(office, incident).obligations
    place = replace(place_of(office, incident), law_of=law_of)
    return evaluate(collect(office, incident), pack_of(office), as_of=office.ledger.time(), place=place)


def _drafts(office: Office, case: Case, folder: Path) -> tuple[int, tuple[str, ...], list[str]]:
    """Write every draft; return how many, the facts that they lack, and codes of what could not be written."""
    unknown, untold, written = dict[str, None](), list[str](), 0
    for kind in kinds_for(case):
        for language in languages_of(kind):
            try:
                made = drafts_of(office, case, [kind], [language])
            except SekishoError:
                made = []
            if not made:
                untold.append(f"draft/{kind.value}.{language}")
            for each in made:
                write_whole(folder / f"{each.name}.txt", to_plain_text(each).encode())
                unknown |= dict.fromkeys(each.missing)
                written += 1
    return written, tuple(unknown), untold
