"""The evidence: statement, counts, and the whole ledger with proofs, in one folder that an outsider checks alone.

The digests of statement and counts, and of the pages that say how to check them, are a leaf of the ledger
(``statement.issued``). The export ends with that leaf, so that papers and log in the folder are of one moment and
``verify.py`` finds those of another.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sekisho.catalogue.words import LANGUAGES
from sekisho.custody.office import Office
from sekisho.errors import Busy, Misuse
from sekisho.ledger.entry import Value
from sekisho.ledger.export import Company, export_bundle, guides
from sekisho.loss.history import History, tell_of
from sekisho.loss.moments import moments
from sekisho.loss.papers import capsule_json, policy, requests
from sekisho.loss.statement import CopyEvidence, Findings, statement_json, statement_text
from sekisho.loss.who import affected_by

_PROVEN = frozenset(
    {
        "capsule.sealed",
        "release.given",
        "copy.last_seen",
        "copy.lost",
        "ticket.suspended",
        "ticket.destroyed",
        "copy.found",
        "copy.erased",
        "escrow.made",
        "escrow.released",
        "escrow.voided",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosed:
    """What is laid into one folder with the papers of a statement, under the same leaf.

    Attributes:
        papers: file name → content.
        fields: of the leaf, beside the slips and the digests of all papers.
        company: whose details and signed documents the reader may see; the office's witnesses alone, where it is None.
        proofs: entries that get a proof of their own besides: name → place in the ledger.
    """

    papers: Mapping[str, bytes] = field(default_factory=dict)
    fields: Mapping[str, Value] = field(default_factory=dict)
    company: Company | None = None
    proofs: Mapping[str, int] = field(default_factory=dict)


_NOTHING = Enclosed()


def gather(office: Office, slips: Sequence[str]) -> Findings:
    """Gather what is known of copies, from the ledger and their indexes.

    Raises:
        NotFound: there is no such copy.
        Refused: a copy was never sealed.
        Unreadable: the index of people or the record of a copy is damaged, or not the one that was sealed.
        LedgerBroken: the ledger cannot be trusted, and so nothing is said.
    """
    office.tell_witnesses()
    told = tell_of(office, slips)
    copies = [
        CopyEvidence(
            row=copy.row,
            history=copy.history,
            may_save=copy.statement.allow_save,
            proofs=_proofs(copy.history) | _epochs(office, copy.history),
            moments=moments(office, copy.history),
            requests=requests(office, copy.history.cid),
        )
        for copy in told.copies
    ]
    return Findings(
        settings=office.settings,
        at=office.ledger.time(),
        copies=tuple(copies),
        affected=affected_by(office, told),
        checkpoint=told.checkpoint,
        origin=office.ledger.key.name,
        policy=policy(office),
    )


def issue_evidence(office: Office, findings: Findings, folder: Path, *, enclosed: Enclosed = _NOTHING) -> int:
    """Record the statement's digests in the ledger and write the folder; return the index of their entry.

    Raises:
        Misuse: the folder exists.
        Busy: something happened to one of the copies since the findings were gathered; nothing was recorded.
        MediumError: the disk refused.
    """
    if os.path.lexists(folder):
        raise Misuse("loss.exists", path=folder)
    papers = (statement_papers(findings) if findings.copies else {}) | dict(enclosed.papers)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in (papers | guides()).items()}
    office.note(folder.parent)
    with office.ledger.transaction() as tx:
        _demand_newest(office, findings)
        slips = [evidence.row.slip for evidence in findings.copies]
        issued = tx.append("statement.issued", fields={"slips": slips, "files": digests, **enclosed.fields})
    proofs = {"statement": issued} | dict(enclosed.proofs)
    for evidence in findings.copies:
        proofs |= evidence.proofs
    office.tell_witnesses()
    company = enclosed.company or Company(quorum=office.cosigning.quorum)
    export_bundle(office.ledger, folder, proofs=proofs, papers=papers, company=company, size=issued + 1)
    return issued


def _demand_newest(office: Office, findings: Findings) -> None:
    """Refuse findings that the ledger has left behind: they may say "never released" of a copy released since."""
    copies = {evidence.history.cid for evidence in findings.copies}
    for entry in office.ledger.entries(findings.checkpoint.size):
        if entry.copy in copies:
            raise Busy("loss.overtaken", index=entry.index, event=entry.type)


def statement_papers(findings: Findings) -> dict[str, bytes]:
    """Return the papers of a statement: file name → content."""
    papers = {f"statement.{language}.txt": statement_text(findings, language).encode() for language in LANGUAGES}
    papers["statement.json"] = json.dumps(statement_json(findings), ensure_ascii=False, indent=2).encode() + b"\n"
    papers["capsule.json"] = capsule_json(findings)
    papers["policy.txt"] = findings.policy
    for evidence in findings.copies:
        papers |= evidence.requests
    papers["kinds.csv"] = findings.affected.kinds_csv()
    papers["field-sets.csv"] = findings.affected.field_sets_csv()
    return papers


def _proofs(history: History) -> dict[str, int]:
    """Return the entries of a copy that get a proof of their own: name → place in the ledger."""
    entries = [entry for entry in history.entries if entry.type in _PROVEN]
    return {f"{history.slip}-{entry.type}-{entry.index}": entry.index for entry in entries}


def _epochs(office: Office, history: History) -> dict[str, int]:
    """Return the beginning of the epoch with which a copy's share was left behind: its old key is gone since then."""
    if history.epoch is None:
        return {}
    begun = (entry for entry in office.ledger.entries() if entry.type == "epoch.begun")
    return {f"{entry.type}-{entry.index}": entry.index for entry in begun if entry.fields["epoch"] == history.epoch}
