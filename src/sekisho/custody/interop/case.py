"""Events as CASE 1.4 / UCO 1.4 in JSON-LD: what an investigator's tools read of a chain of custody.

An entry is an ``InvestigativeAction``, a hand-over a pair of them (giving, and receiving, which it informed); a copy is an
observable object with a ``ProvenanceRecord`` under its slip number; an approval is an ``Authorization``, to which the sealing
points. Persons are identities named by the ids of their keys. Every IRI ends in a UUID made of the log and the index, so that
the same ledger gives the same graph.
"""

import json
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from sekisho.clock import to_text
from sekisho.custody.interop.meanings import MEANINGS, OTHER
from sekisho.custody.interop.ocsf import keys_of
from sekisho.ledger.entry import Entry

Node = dict[str, Any]

CONTEXT = {
    "kb": "http://example.org/kb/",
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "uco-identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
    "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_ACTION = "case-investigation:InvestigativeAction"
_HAND_OVER = "copy.handed_over"
_APPROVED = "copy.approved"
_SEALED = "capsule.sealed"


class CaseGraph:
    """The nodes of a graph, entry by entry; what was said before is only pointed to."""

    def __init__(self, origin: str) -> None:
        """Begin a graph.

        Args:
            origin: the name of the log.
        """
        self._space = uuid.uuid5(uuid.NAMESPACE_URL, f"https://{origin}")
        self._said = set[str]()
        self._approvals: dict[str, list[Node]] = {}

    def nodes(self, entry: Entry) -> Iterator[Node]:
        """Yield what an entry adds."""
        keys = keys_of(entry)
        for key in keys:
            yield from self._once("identity", key, {"@type": "uco-identity:Identity", "uco-core:name": f"key {key}"})
        if entry.copy is not None:
            yield from self._copy(entry, entry.copy)
        if entry.type == _APPROVED:
            yield self._authorization(entry)
        if entry.type == _HAND_OVER and len(keys) == 2:
            given = self._action(entry, "giving", keys[:1])
            taken = self._action(entry, "receiving", keys[1:])
            yield given
            yield taken | {"case-investigation:wasInformedBy": {"@id": given["@id"]}}
        else:
            yield self._action(entry, "", keys)

    def _copy(self, entry: Entry, copy: str) -> Iterator[Node]:
        """Yield a copy's object when it is first met, and its record when its slip is known."""
        digest = entry.fields.get("capsule")
        yield from self._once(
            "copy", copy, {"@type": "uco-observable:ObservableObject", "uco-core:name": f"copy {copy}"}
        )
        if entry.type == _SEALED and isinstance(digest, str):  # the same object again, with what is in it
            yield (
                self._point("copy", copy)
                | {"@type": "uco-observable:ObservableObject"}
                | {"uco-core:hasFacet": [self._content(copy, digest)]}
            )
        slip = entry.fields.get("slip")
        if isinstance(slip, str):
            record = {
                "@type": "case-investigation:ProvenanceRecord",
                "case-investigation:exhibitNumber": slip,
                "uco-core:object": [self._point("copy", copy)],
            }
            yield from self._once("provenancerecord", copy, record)

    def _content(self, copy: str, digest: str) -> Node:
        return {
            "@id": self._iri("contentdatafacet", copy),
            "@type": "uco-observable:ContentDataFacet",
            "uco-observable:hash": [
                {
                    "@id": self._iri("hash", copy),
                    "@type": "uco-types:Hash",
                    "uco-types:hashMethod": "SHA256",
                    "uco-types:hashValue": {"@type": "xsd:hexBinary", "@value": digest},
                }
            ],
        }

    def _authorization(self, entry: Entry) -> Node:
        request = str(entry.fields.get("request", ""))
        node = {
            "@id": self._iri("authorization", str(entry.index)),
            "@type": "case-investigation:Authorization",
            "case-investigation:authorizationType": "approval of a copy",
            "case-investigation:authorizationIdentifier": f"C-{request}",
            "uco-core:startTime": _time(entry),
        }
        self._approvals.setdefault(request, []).append({"@id": node["@id"]})
        return node

    def _action(self, entry: Entry, part: str, performers: list[str]) -> Node:
        meaning = MEANINGS.get(entry.type, OTHER)
        node: Node = {
            "@id": self._iri("investigativeaction", f"{entry.index}{part}"),
            "@type": _ACTION,
            "uco-core:name": f"{entry.type} ({part})" if part else entry.type,
            "uco-core:description": f"{meaning.name}; entry {entry.index} of the ledger",
            "uco-action:startTime": _time(entry),
            "uco-action:endTime": _time(entry),
        }
        if performers:
            node["uco-action:performer"] = self._point("identity", performers[0])
        if len(performers) > 1:
            node["uco-action:participant"] = [self._point("identity", each) for each in performers[1:]]
        if entry.copy is not None:
            node["uco-action:object"] = [self._point("copy", entry.copy)]
            if self._iri("provenancerecord", entry.copy) in self._said:
                node["uco-action:result"] = [self._point("provenancerecord", entry.copy)]
        approvals = self._approvals.get(str(entry.fields.get("request", "")), [])
        if entry.type == _SEALED and approvals:
            node["case-investigation:relevantAuthorization"] = approvals
        return node

    def _once(self, kind: str, what: str, body: Node) -> Iterator[Node]:
        iri = self._iri(kind, what)
        if iri not in self._said:
            self._said.add(iri)
            yield {"@id": iri, **body}

    def _point(self, kind: str, what: str) -> Node:
        return {"@id": self._iri(kind, what)}

    def _iri(self, kind: str, what: str) -> str:
        return f"kb:{kind}-{uuid.uuid5(self._space, f'{kind}/{what}')}"


def _time(entry: Entry) -> Node:
    return {"@type": "xsd:dateTime", "@value": to_text(entry.at)}


def document_lines(entries: Iterable[Entry], *, origin: str, since: int = 0) -> Iterator[str]:
    """Yield a JSON-LD document, a line at a time.

    Args:
        entries: all of them, from the first.
        origin: the name of the log.
        since: from which index on actions are written; things that were met before are written with them.
    """
    graph, waiting = CaseGraph(origin), list[Node]()
    yield f'{{"@context":{json.dumps(CONTEXT)},"@graph":['
    separator = ""
    for entry in entries:
        for node in graph.nodes(entry):
            if entry.index < since and node["@type"] == _ACTION:
                continue
            waiting.append(node)
        if entry.index >= since:
            for node in waiting:
                yield f"{separator}{json.dumps(node, ensure_ascii=False, separators=(',', ':'))}"
                separator = ","
            waiting.clear()
    yield "]}"
