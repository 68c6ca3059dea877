"""What the tests of the release desk do over and over: ask, approve, and see an opening refused."""

import io

import pytest

from invented_office import Town, signing_key
from sekisho.capsule.opening import Ask, look_at
from sekisho.capsule.rel1 import ReleaseStanza
from sekisho.custodian.tickets import ReleaseRequest
from sekisho.custody.releasing import approve_release
from sekisho.errors import Refused, SekishoError

NONCE = b"\x01\x02\x03\x04"


def ask_of(town: Town, slip: str) -> Ask:
    """Return what the opener asks for a copy."""
    closed = look_at(io.BytesIO(town.capsule(slip).read_bytes()))
    (stanza,) = closed.stanzas
    assert isinstance(stanza, ReleaseStanza)
    return Ask(stanza.binding, stanza.kcv, closed.header_sha256)


def challenge_of(town: Town, slip: str, nonce: bytes = NONCE) -> bytes:
    return town.cid(slip)[:2] + nonce


def approve(town: Town, request: ReleaseRequest, *names: str) -> None:
    for name in names:
        approve_release(town.office, request, approver=signing_key(name))


def refused(town: Town, slip: str, key: str, *approvers: str, error: type[SekishoError] = Refused) -> None:
    """See an opening refused, with no release given."""
    before = town.row(slip)
    with pytest.raises(error) as caught:
        town.open(slip, *approvers)
    assert caught.value.key == key
    (ticket,) = town.office.custodian.tickets(town.cid(slip))
    assert (ticket.opens, town.row(slip)) == (before.copy.opens, before)
    assert len(town.leaves("release.given")) == before.copy.opens
