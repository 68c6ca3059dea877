"""Alarms by webhook: a CloudEvents 1.0 body under a Standard Webhooks 1.0 signature.

The body holds ids, codes and times; with the log's origin and the entry's index in it, whoever receives it can ask for the proof
(extensions ``tlogorigin`` and ``tlogindex``). Signed is ``id.timestamp.body``: ``v1,`` is HMAC-SHA256 under a secret of both ends
(``whsec_…``), ``v1a,`` Ed25519 under a key of the office (``whsk_…``), so that the receiver's operator cannot make up an alarm.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sekisho.clock import to_text
from sekisho.custody.senders.message import Each, Message, Outlook, Surroundings, Unsent
from sekisho.custody.senders.secret_file import read_secret
from sekisho.custody.senders.wire import Target, exchange
from sekisho.domain import DOMAIN

_SECRET, _PRIVATE = "whsec_", "whsk_"
_LEAST_SECRET, _MOST_SECRET = 24, 64
_GONE = 410
_TYPE = ".".join(reversed(DOMAIN.split(".")))


class _Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of the channel: an address, here or in a file, and what signs."""

    url: str = ""
    url_file: str = ""
    secret_file: str = ""
    key_file: str = ""
    private: bool = False
    ca_file: str = ""


class WebhookSender:
    """Posts alarms to the one address that the channel names.

    Options: ``url`` or ``url_file``; ``secret_file`` with ``whsec_…``, ``key_file`` with ``whsk_…``, or both; ``private = true``
    where the receiver is on a private network, which then may be spoken to without TLS; ``ca_file`` for its certificate.
    """

    each: ClassVar[Each] = Each.ALARM

    def __init__(self, options: Mapping[str, str | int | bool], around: Surroundings) -> None:
        chosen = msgspec.convert(options, _Options)
        if bool(chosen.url) == bool(chosen.url_file) or not (chosen.secret_file or chosen.key_file):
            raise ValueError("an address and a signature")
        url = chosen.url or read_secret(around.folder, chosen.url_file)
        self._target = Target.parse(url, plain=chosen.private)
        self._private = chosen.private
        self._ca_file = around.folder / chosen.ca_file if chosen.ca_file else None
        self._clock = around.clock
        self._secret = _secret(around.folder, chosen.secret_file)
        self._key = _key(around.folder, chosen.key_file)

    def send(self, message: Message) -> None:
        """Post an alarm.

        Raises:
            Unsent: no answer, or none that says that it was taken.
        """
        self.post(webhook_id(message), cloud_event(message))

    def post(self, number: str, body: bytes) -> None:
        """Post a body under its id, signed.

        Raises:
            Unsent: no answer, or none that says that it was taken.
        """
        timestamp = int(self._clock.now().timestamp())
        headers = {
            "Content-Type": "application/cloudevents+json",
            "User-Agent": "sekisho",
            "webhook-id": number,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signatures(number, timestamp, body, secret=self._secret, key=self._key),
        }
        status = exchange(
            self._target, "POST", body=body, headers=headers, private=self._private, ca_file=self._ca_file
        )
        if not 200 <= status < 300:
            raise Unsent(f"status_{status}", final=status == _GONE)

    def after_round(self, outlook: Outlook) -> None:
        """Do nothing."""


def webhook_id(message: Message) -> str:
    """Return the id of a message: the same whenever it is sent again, and another one for every other."""
    return f"msg_{hashlib.sha256(f'{message.origin}/{message.key}'.encode()).hexdigest()[:32]}"


def cloud_event(message: Message) -> bytes:
    """Return the body."""
    data = {"task": message.task, "rung": message.rung, "due": to_text(message.due), "copy": message.copy}
    document: dict[str, object] = {
        "specversion": "1.0",
        "id": webhook_id(message),
        "source": f"//{message.origin}",
        "type": f"{_TYPE}.alarm.{'test' if message.index < 0 else 'fired'}",
        "time": to_text(message.at),
        "datacontenttype": "application/json",
        "tlogorigin": message.origin,
        "data": data,
    }
    if message.slips:
        document["data"] = {**data, "slips": list(message.slips)}
    if message.subject:
        document["subject"] = message.subject
    if message.index >= 0:
        document["tlogindex"] = str(message.index)  # an Integer of CloudEvents has 32 bits
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


def signatures(number: str, timestamp: int, body: bytes, *, secret: bytes | None, key: Ed25519PrivateKey | None) -> str:
    """Return the value of ``webhook-signature``: one for each of what signs."""
    signed = f"{number}.{timestamp}.".encode() + body
    found = []
    if secret is not None:
        found.append(f"v1,{_text(hmac.digest(secret, signed, 'sha256'))}")
    if key is not None:
        found.append(f"v1a,{_text(key.sign(signed))}")
    return " ".join(found)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _secret(folder: Path, name: str) -> bytes | None:
    if not name:
        return None
    secret = _decoded(read_secret(folder, name), _SECRET)
    if not _LEAST_SECRET <= len(secret) <= _MOST_SECRET:
        raise ValueError("a secret has 24 to 64 bytes")
    return secret


def _key(folder: Path, name: str) -> Ed25519PrivateKey | None:
    return Ed25519PrivateKey.from_private_bytes(_decoded(read_secret(folder, name), _PRIVATE)) if name else None


def _decoded(text: str, prefix: str) -> bytes:
    try:
        return base64.b64decode(text.removeprefix(prefix), validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None
