"""The papers of an evidence folder that programs read: facts of each copy, signed requests, who witnesses.

``capsule.json`` repeats what the ledger's entries say of the copies, so that ``verify.py`` can hold the one against the other.
It holds ids, digests, times and counts, and no name. A request is kept as its device signed it, every byte, for a signature
allows no less; what somebody typed as the purpose is in it.
"""

import base64
import json

from sekisho.clock import to_text
from sekisho.custodian import tickets
from sekisho.custody.office import Office
from sekisho.ledger.entry import Entry
from sekisho.loss.statement import CopyEvidence, Findings, moment_json, release_json

_SEALED = ("manifest", "header", "sealed_to", "by", "custodians", "needed")


def capsule_json(findings: Findings) -> bytes:
    """Return the facts of every copy of a statement."""
    copies = [_copy(evidence) for evidence in findings.copies]
    return _json({"type": "copies", "origin": findings.origin, "copies": copies})


def requests(office: Office, cid: str) -> dict[str, bytes]:
    """Return the requests for a copy that a device signed: path → content."""
    found = tickets.signed_requests(office.ledger.connection, bytes.fromhex(cid))
    return {
        f"requests/{number}.json": _json(
            {
                "request": number,
                "document": base64.b64encode(document).decode(),
                "signature": base64.b64encode(signature).decode(),
            }
        )
        for number, document, signature in found
    }


def policy(office: Office) -> bytes:
    """Return log, witnesses and quorum as C2SP tlog-policy writes them."""
    return office.cosigning.quorum.policy(office.ledger.key).encode()


def _copy(evidence: CopyEvidence) -> dict[str, object]:
    history = evidence.history
    sealed = next((entry for entry in history.entries if entry.type == "capsule.sealed"), None)
    return {
        "slip": history.slip,
        "copy": history.cid,
        "capsule": history.capsule,
        "size": history.size,
        "people": history.people,
        **({name: sealed.fields[name] for name in _SEALED if name in sealed.fields} if sealed else {}),
        "verdict": evidence.verdict,
        "residual": [key.removeprefix("statement.reader_") for key in evidence.residual],
        "events": [_event(entry) for entry in history.entries],
        "releases": [release_json(release) for release in history.releases],
        "epoch": history.epoch,
        "checkpoints": {name: moment_json(moment) for name, moment in evidence.moments.items()},
    }


def _event(entry: Entry) -> dict[str, object]:
    return {"index": entry.index, "at": to_text(entry.at), "type": entry.type}


def _json(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"
