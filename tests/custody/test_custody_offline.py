"""Two telephones and no network: what they sign comes in later, once each, and one offer is never accepted by two."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from invented_office import Town, register_text, signing_key
from security_key import TOUCHED, SecurityKey
from sekisho.custody import records
from sekisho.custody.carried import Carried, from_code, to_code
from sekisho.custody.offering import offer_statement
from sekisho.custody.offline import Device, answer_offer, next_of, take_in
from sekisho.custody.passkeys import register_line
from sekisho.custody.statements import HANDOVER
from sekisho.errors import Refused, SekishoError, Unreadable
from sekisho.signing.sshsig import sign
from sekisho.signing.webauthn import Passkey
from soft_passkey import RP, SoftPasskey

pytest_plugins = ("office_fixtures",)

GIVERS, RECEIVERS = Device(id="0a" * 8, sequence=1), Device(id="0b" * 8, sequence=1)
HOUR = timedelta(hours=1)


def signer(name: str) -> Callable[[bytes, str], str]:
    return lambda statement, namespace: sign(signing_key(name), statement, namespace=namespace)


def offered(town: Town, slip: str, *, sign_it: Callable[[bytes, str], str] | None = None) -> Carried:
    """Return the carrier's offer to the supervisor, signed on a device."""
    now = town.office.ledger.time()
    statement = offer_statement(town.office, slip, giver="carrier", to="supervisor", until=now + HOUR).encode()
    signature = (sign_it or signer("carrier"))(statement, HANDOVER)
    return Carried(statement=statement, signature=signature, device=GIVERS.id, sequence=GIVERS.sequence, at=now)


def accepted(offer: Carried, at: datetime, *, by: str = "supervisor", sequence: int = 1) -> Carried:
    device = Device(id=RECEIVERS.id, sequence=sequence)
    return answer_offer(from_code(to_code(offer)), by=by, sign=signer(by), at=at, device=device)


def outcomes(town: Town, *codes: Carried) -> list[str]:
    return [each.error.key if each.error else each.outcome for each in take_in(town.office, codes)]


@pytest.fixture
def slip(out: Town) -> str:
    return out.slips[0]


def test_what_two_devices_signed_comes_in_later_in_whatever_order_it_is_brought(out: Town, slip: str) -> None:
    offer = offered(out, slip)
    answer = accepted(offer, out.clock.now() + HOUR / 2)
    out.clock.advance(HOUR * 5)
    assert outcomes(out, from_code(to_code(answer)), from_code(to_code(offer))) == ["recorded", "recorded"]
    assert out.row(slip).copy.holder == "supervisor"
    leaf = out.leaves("copy.handed_over")[-1]
    assert (leaf.fields["device"], leaf.fields["sequence"], leaf.fields["level"]) == (RECEIVERS.id, 1, "L2")
    assert leaf.fields["device_at"] == "2022-06-21T08:30:00Z"
    out.verify()


def test_what_was_brought_before_changes_nothing(out: Town, slip: str) -> None:
    offer = offered(out, slip)
    codes = offer, accepted(offer, out.clock.now())
    outcomes(out, *codes)
    size = out.size
    assert outcomes(out, *codes) == ["known", "known"]
    assert out.size == size


def test_one_offer_accepted_twice_is_an_incident(out: Town, slip: str) -> None:
    offer = offered(out, slip)
    first, second = (accepted(offer, out.clock.now() + step * HOUR / 9, sequence=step) for step in (1, 2))
    assert outcomes(out, offer, second, first) == ["recorded", "recorded", "custody.accepted_twice"]
    (leaf,) = out.leaves("copy.accepted_twice")
    kept = records.get_signed(out.office.ledger.connection, leaf.index)
    assert kept == (second.statement, [second.signature])
    assert leaf.fields["first"] != leaf.fields["statement"]
    assert outcomes(out, second) == ["known"]


def test_somebody_else_makes_no_incident_of_it(out: Town, slip: str) -> None:
    offer = offered(out, slip)
    first, second = (accepted(offer, out.clock.now() + step * HOUR / 9, sequence=step) for step in (1, 2))
    forged = replace(second, signature=sign(signing_key("carrier"), second.statement, namespace=HANDOVER))
    assert outcomes(out, offer, first, forged)[2] == "custody.other_signer"
    assert out.leaves("copy.accepted_twice") == []


def test_an_offer_that_was_over_when_it_was_accepted_is_refused(out: Town, slip: str) -> None:
    offer = offered(out, slip)
    with pytest.raises(Refused) as caught:
        accepted(offer, out.clock.now() + HOUR)
    assert caught.value.key == "custody.offer_over"


def test_nobody_answers_what_is_offered_to_another(out: Town, slip: str) -> None:
    with pytest.raises(Refused) as caught:
        accepted(offered(out, slip), out.clock.now(), by="agent")
    assert caught.value.key == "custody.not_offered_to"


def test_what_happened_meanwhile_is_not_overtaken(out: Town, slip: str) -> None:
    offer = offered(out, slip)
    answer = accepted(offer, out.clock.now())
    out.carry(slip, "carrier", "clerk")
    assert outcomes(out, offer, answer) == ["custody.statement_moved_on", "custody.statement_moved_on"]
    assert out.row(slip).copy.holder == "clerk"


def test_one_bad_code_does_not_keep_the_others_back(out: Town, slip: str) -> None:
    offer = offered(out, slip)
    unsigned = replace(offer, signature=sign(signing_key("agent"), offer.statement, namespace=HANDOVER))
    assert outcomes(out, unsigned, offer) == ["custody.other_signer", "recorded"]
    with pytest.raises(Unreadable):
        take_in(out.office, [Carried(statement=b"{}", signature=offer.signature)])


def test_a_passkey_is_carried_and_a_copied_one_is_noticed(out: Town, slip: str) -> None:
    passkey = SoftPasskey()
    line = register_line(Passkey(passkey.id, passkey.cose, 0), rp=RP)
    whose = '[[person]]\nid = "carrier"\n'
    out.learn(register_text().replace(whose, f"{whose}passkeys = [{line}]\n"))
    offer = offered(out, slip, sign_it=lambda statement, _: passkey.assertion(statement).text())
    assert outcomes(out, from_code(to_code(offer))) == ["recorded"]
    assert out.leaves("copy.offered")[-1].fields["level"] == "L3"
    passkey.counter = 0
    again = offered(out, out.slips[1], sign_it=lambda statement, _: passkey.assertion(statement).text())
    assert outcomes(out, again) == ["custody.passkey_counter"]


def test_a_security_key_that_asked_nobody_is_not_enough_for_these_data(out: Town, slip: str) -> None:
    key = SecurityKey()
    out.learn(register_text().replace(signing_key("carrier").public.line, key.public.line))
    offer = offered(out, slip, sign_it=lambda statement, name: key.sign(statement, namespace=name, flags=TOUCHED))
    assert outcomes(out, offer) == ["custody.level_l2"]
    assert out.row(slip).copy.offer is None


def test_nor_is_it_enough_to_accept_them(out: Town, slip: str) -> None:
    key = SecurityKey()
    out.learn(register_text().replace(signing_key("supervisor").public.line, key.public.line))
    offer = offered(out, slip)
    answer = accepted(offer, out.clock.now())
    touched = replace(answer, signature=key.sign(answer.statement, namespace=HANDOVER, flags=TOUCHED))
    asked = replace(answer, signature=key.sign(answer.statement, namespace=HANDOVER))
    assert outcomes(out, offer, touched) == ["recorded", "custody.level_l2"]
    assert outcomes(out, asked) == ["recorded"]


def test_a_device_counts_its_statements(tmp_path: Path) -> None:
    first, second = (next_of(tmp_path / "device") for _ in range(2))
    assert (first.id, first.sequence, second.sequence) == (second.id, 1, 2)
    (tmp_path / "device").write_text("x", encoding="ascii")
    with pytest.raises(SekishoError):
        next_of(tmp_path / "device")
