"""What the office has out, as a document: for ``custodian status``, ``inspect`` and ``approve --list``."""

from typing import TypedDict

from sekisho.custody import records
from sekisho.custody.copy import State
from sekisho.custody.office import Office
from sekisho.custody.records import CopyRow, Request


class CopyDocument(TypedDict):
    """One copy."""

    slip: str
    state: str
    medium: str
    holder: str | None
    due: str
    people: int
    opens: int
    request: str


class Overview(TypedDict):
    """Every copy, and what waits for approval."""

    copies: list[CopyDocument]
    waiting: list[str]


def copies_document(office: Office) -> Overview:
    """Return every copy, and what waits for approval: requests for copies, and for releases of the last fifteen minutes."""
    connection = office.ledger.connection
    requests = {request.id: request for request in records.requests(connection)}
    rows = records.copies(connection)
    numbers = sorted({row.request for row in rows if row.copy.state is State.REQUESTED})
    return {
        "copies": [copy_document(row, requests[row.request]) for row in rows],
        "waiting": [f"C-{each}" for each in numbers] + [f"R-{each.id}" for each in office.releases.waiting()],
    }


def copy_document(row: CopyRow, request: Request) -> CopyDocument:
    """Return one copy."""
    return {
        "slip": row.slip,
        "state": row.copy.state.value,
        "medium": row.medium,
        "holder": row.copy.holder,
        "due": request.statement.due,
        "people": request.statement.people,
        "opens": row.copy.opens,
        "request": f"C-{row.request}",
    }
