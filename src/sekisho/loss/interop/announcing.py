"""Telling other programs what becomes of incidents: signed webhooks, through the office's jobs, to addresses that it named.

What is told is what the ledger's leaf says: ids, keys of facts, codes, counts and times; no value of a fact, no text, nobody's
name; of a secret fact not even that it was stated. With the log's origin and the entry's index in it, whoever receives it asks for
the rest, and for the proof. Each message has one id however often it is sent.
"""

import hashlib
import json
import secrets
from collections.abc import Callable
from datetime import timedelta

from sekisho.clock import to_text
from sekisho.custody import jobs
from sekisho.custody.alarm_sending import Fault
from sekisho.custody.office import Office
from sekisho.custody.senders.message import Surroundings, Unsent
from sekisho.custody.senders.webhook import WebhookSender
from sekisho.domain import DOMAIN
from sekisho.errors import Misuse
from sekisho.ledger.entry import Entry
from sekisho.loss.facts.fact import Visibility
from sekisho.loss.incident.settings import Webhook, read_incident_settings

EVENTS = frozenset(
    {
        "incident.opened",
        "incident.joined",
        "incident.indexed",
        "incident.declared",
        "incident.closed",
        "incident.reopened",
        "fact.stated",
        "law.computed",
        "obligation.decided",
        "severity.assessed",
        "document.approved",
        "statement.published",
        "statement.issued",
        "list.exported",
        "mail.returned",
    }
)
"""What is told of the entries of the ledger."""

LONGEST_DELIVERY = timedelta(seconds=30)

_SECRET = Visibility.SECRET.name.lower()
_TYPE = ".".join(reversed(DOMAIN.split(".")))

Post = Callable[[Webhook, str, bytes], None]


def announce(office: Office, *, post: Post | None = None) -> tuple[int, list[Fault]]:
    """Queue what is new for each webhook of the office and send what is due; return how many left, and what did not.

    Args:
        office: whose incidents they are.
        post: posts a body under its id; the webhook's own sender, if not given.

    Raises:
        Unreadable: the settings, or a leaf, cannot be read.
    """
    hooks = {hook.name: hook for hook in read_incident_settings(office.home.root).webhook}
    for hook in hooks.values():
        _queue(office, hook)
    return _deliver(office, hooks, post or _poster(office))


def event_of(entry: Entry, origin: str) -> bytes:
    """Return the body for an entry: a CloudEvent, with what its leaf says."""
    document = {
        "specversion": "1.0",
        "id": event_id(entry, origin),
        "source": f"//{origin}",
        "type": f"{_TYPE}.{entry.type}",
        "time": to_text(entry.at),
        "subject": str(entry.fields["incident"]),
        "datacontenttype": "application/json",
        "tlogorigin": origin,
        "tlogindex": str(entry.index),  # an Integer of CloudEvents has 32 bits
        "data": dict(entry.fields),
    }
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


def event_id(entry: Entry, origin: str) -> str:
    """Return the id of the message about an entry: the same whenever it is sent again."""
    return f"msg_{hashlib.sha256(f'{origin}#{entry.index}'.encode()).hexdigest()[:32]}"


def is_told(entry: Entry) -> bool:
    """Tell whether others are told of an entry."""
    return entry.type in EVENTS and "incident" in entry.fields and entry.fields.get("visibility") != _SECRET


def _queue(office: Office, hook: Webhook) -> None:
    """Queue a job for each entry since the last one that was queued; queued twice it is one job."""
    connection = office.ledger.connection
    prefix = f"{jobs.ANNOUNCE}/{hook.name}/"
    row = connection.execute(
        "SELECT max(job.key) FROM job WHERE job.kind = ? AND substr(job.key, 1, ?) = ?",
        (jobs.ANNOUNCE, len(prefix), prefix),
    ).fetchone()
    last = int(row[0].removeprefix(prefix)) if row and row[0] else -1
    wanted = set(hook.events) or EVENTS
    found = [entry for entry in office.ledger.entries(last + 1) if is_told(entry) and entry.type in wanted]
    if not found:
        return
    with office.ledger.transaction() as tx:
        for entry in found:
            key = f"{prefix}{entry.index:012}"
            jobs.enqueue(
                tx.connection, jobs.ANNOUNCE, key=key, payload={"hook": hook.name, "index": entry.index}, due=tx.at
            )


def _deliver(office: Office, hooks: dict[str, Webhook], post: Post) -> tuple[int, list[Fault]]:
    connection, begun = office.ledger.connection, office.clock.now()
    worker, sent, faults = f"announce-{secrets.token_hex(8)}", 0, list[Fault]()
    while office.clock.now() - begun < LONGEST_DELIVERY:
        now = office.ledger.time()
        job = jobs.claim(connection, worker=worker, now=now, only=jobs.ANNOUNCE)
        if job is None:
            break
        name = str(job.payload["hook"])
        try:
            if name not in hooks:
                raise Unsent("no_channel", final=True)  # noqa: TRY301 - as every other fault of a job
            entry = next(iter(office.ledger.entries(int(job.payload["index"]))))
            origin = office.settings.origin
            post(hooks[name], event_id(entry, origin), event_of(entry, origin))
        except Unsent as unsent:
            jobs.fail(connection, job, worker=worker, now=now, fault=unsent.fault, final=unsent.final)
            faults.append(Fault(channel=name, fault=unsent.fault))
        else:
            jobs.finish(connection, job, worker=worker, now=now)
            sent += 1
    return sent, faults


def _poster(office: Office) -> Post:
    def post(hook: Webhook, number: str, body: bytes) -> None:
        try:
            sender = WebhookSender(hook.options, Surroundings(folder=office.home.root, clock=office.clock))
        except (ValueError, Misuse):
            raise Unsent("bad_channel", final=True) from None
        sender.post(number, body)

    return post
