"""Webhooks as Standard Webhooks and CloudEvents have them."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sekisho.clock import ManualClock
from sekisho.custody.senders.message import Message, Surroundings
from sekisho.custody.senders.webhook import WebhookSender, cloud_event, signatures, webhook_id

PUBLISHED = {"number": "msg_p5jXN8AQM9LWM0D4loKWxJek", "timestamp": 1614265330, "body": b'{"test": 2432232314}'}
"""Of the tests of the reference libraries, standard-webhooks/standard-webhooks@5fb2ce9 (MIT)."""

NOW = datetime(2022, 6, 21, 13, 0, tzinfo=UTC)
MESSAGE = Message(
    key="alarm/30/siem",
    origin="city.example/ledger",
    index=30,
    task="erase",
    rung="supervisor",
    subject="688669",
    copy="ab" * 16,
    due=datetime(2022, 6, 21, 12, 0, tzinfo=UTC),
    at=NOW,
    zone="Asia/Tokyo",
    phone="06-0123-0617",
)


def test_the_published_shared_signature() -> None:
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    assert signatures(**PUBLISHED, secret=secret, key=None) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="  # type: ignore[arg-type]  # a dict of three kinds


def test_the_published_signature_by_a_key() -> None:
    key = Ed25519PrivateKey.from_private_bytes(base64.b64decode("VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk="))
    expected = "v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag=="
    assert signatures(**PUBLISHED, secret=None, key=key) == expected  # type: ignore[arg-type]  # likewise


def test_the_body_is_a_cloud_event_of_ids() -> None:
    event = json.loads(cloud_event(MESSAGE))
    assert {name: event[name] for name in ("specversion", "source", "subject", "time", "tlogindex", "tlogorigin")} == {
        "specversion": "1.0",
        "source": "//city.example/ledger",
        "subject": "688669",
        "time": "2022-06-21T13:00:00Z",
        "tlogindex": "30",
        "tlogorigin": "city.example/ledger",
    }
    assert event["id"] == webhook_id(MESSAGE)
    assert all(name.isalnum() and name == name.lower() and len(name) <= 20 for name in event)
    assert set(event["data"]) == {"task", "rung", "due", "copy"}


def test_a_message_keeps_its_id_however_often_it_is_sent() -> None:
    later = Message(**{name: getattr(MESSAGE, name) for name in MESSAGE.__slots__} | {"at": datetime.now(UTC)})
    other = Message(**{name: getattr(MESSAGE, name) for name in MESSAGE.__slots__} | {"key": "alarm/31/siem"})
    assert webhook_id(later) == webhook_id(MESSAGE) != webhook_id(other)


GOOD = {"url": "https://siem.example/hook", "secret_file": "secret"}


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "http://siem.example/hook"},
        {"url": "https://user:word@siem.example/hook"},
        {"url": "https:///hook"},
        {"url": "file:///etc/passwd"},
        {"url": "https://siem.example/hook\r\nX: y"},
        {"url_file": "secret"},
        {"secret_file": ""},
        {"secret_file": "short"},
        {"secret_file": "crooked"},
        {"colour": "red"},
        {"private": "yes"},
    ],
)
def test_options_that_mean_nothing_are_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    texts = {"secret": "whsec_" + "A" * 43 + "=", "short": "whsec_" + "A" * 8, "crooked": "whsec_%%%"}
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o600)
    around = Surroundings(folder=tmp_path, clock=ManualClock(NOW))
    WebhookSender(GOOD, around)
    with pytest.raises(ValueError, match=r".*"):
        WebhookSender(GOOD | changes, around)
