"""The case file: everything about an incident for a committee that checks it alone, without this program, office or network.

It is the folder of evidence (:mod:`sekisho.loss.evidence`) with the papers of the case beside it, in ``case/``: facts with their
history, what the law asked for then and now, who decided what and why, drafts and statements, custody, contracts, drills. One leaf of
the ledger holds the digests of all papers, so that ``verify.py`` finds a byte that changed, a paper that was added and one that is
missing; what stands behind the commitments of the case's entries is disclosed, so that it finds an altered fact as well. Two
persons ask for it. What is secret stays in the office: of it the file says that it was stated, by whom and when.
"""

from dataclasses import dataclass
from pathlib import Path

from sekisho.custody import incident_records
from sekisho.custody.checking import two_persons
from sekisho.custody.office import Office
from sekisho.custody.register import Role
from sekisho.errors import Busy
from sekisho.loss.evidence import Enclosed, gather, issue_evidence
from sekisho.loss.facts.fact import Visibility
from sekisho.loss.incident.reading import read_case
from sekisho.loss.interop.audience import heard_by
from sekisho.loss.interop.case_index import index_page
from sekisho.loss.interop.case_json import case_json, dumps
from sekisho.loss.interop.concerned import company_of, concerned_by
from sekisho.loss.interop.custody_papers import custody_papers
from sekisho.loss.interop.kept import Kept, read_kept
from sekisho.loss.interop.lists import lists
from sekisho.signing.keys import SigningKey

FOLDER = "case"
INDEX = "index.html"

_ASKERS = (Role.PRIVACY_OFFICER, Role.KEY_OFFICER, Role.APPROVER)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """What was written.

    Attributes:
        papers: how many papers of the case there are, with the page that leads to them.
        entry: the leaf that holds their digests.
    """

    papers: int
    entry: int


def write_case_file(office: Office, number: int, folder: Path, *, first: SigningKey, second: SigningKey) -> CaseFile:
    """Write the case file of an incident, as two persons ask for it.

    Raises:
        NotFound: there is no such incident.
        Refused: one person for both, or one who may not.
        Misuse: the folder exists.
        Busy: something was stated, or happened to a copy, meanwhile; nothing was recorded.
        Unreadable: something of the case is damaged.
        LedgerBroken: the ledger is not the one that was signed.
        MediumError: the disk refused.
    """
    askers = two_persons(office.register, (first.public, second.public), *_ASKERS)
    slips = incident_records.slips_of(office.ledger.connection, number)
    case, everything = read_case(office, number), read_kept(office, number)
    heard, kept = heard_by(case, Visibility.INTERNAL), everything.without(case.facts)
    concerned = concerned_by(
        office,
        number,
        slips,
        heard=frozenset(fact.n for fact in heard.facts.stated),
        withheld=everything.indices() - kept.indices(),
    )
    papers = {f"{FOLDER}/{name}": content for name, content in lists(heard, kept).items()}
    papers[f"{FOLDER}/case.json"] = dumps(case_json(heard))
    papers |= {f"{FOLDER}/{name}": content for name, content in _texts(kept).items()}
    papers |= {f"{FOLDER}/{name}": content for name, content in custody_papers(office, concerned).items()}
    papers[INDEX] = index_page(heard, office.settings.name, sorted(papers))
    enclosed = Enclosed(
        papers=papers,
        fields={"incident": number, "by": sorted(askers.values())},
        company=company_of(office, concerned),
        proofs=concerned.proofs(),
    )
    findings = gather(office, slips)
    if findings.checkpoint.size != concerned.size:
        raise Busy("loss.overtaken", index=findings.checkpoint.size - 1, event="fact.stated")
    return CaseFile(papers=len(papers), entry=issue_evidence(office, findings, folder, enclosed=enclosed))


def _texts(kept: Kept) -> dict[str, bytes]:
    """Return the texts behind the entries of what is kept, a file each: reasons, drafts, statements."""
    return {
        f"{record.kind}-{record.n}-{field}.txt": f"{text}\n".encode()
        for record in kept.records
        for field, text in sorted(record.details.items())
    }
