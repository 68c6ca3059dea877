"""A copy changes hands between people who are not at one table, and only when the other says yes."""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from invented_office import Town, register_text, signing_key
from sekisho.custody import records
from sekisho.custody.offering import (
    accept,
    answer_statement,
    break_seal,
    decline,
    expire_offers,
    offer,
    offer_statement,
    take_answer,
    take_offer,
)
from sekisho.custody.records import CopyRow
from sekisho.custody.signatures import PAPER, PaperSignature, paper_statement
from sekisho.custody.statements import HANDOVER
from sekisho.custody.stopping import lift_suspension
from sekisho.errors import Misuse, NoKey, Refused, SekishoError, Unreadable
from sekisho.signing.sshsig import sign, verify

pytest_plugins = ("office_fixtures",)

HOUR = timedelta(hours=1)


@pytest.fixture
def slip(out: Town) -> str:
    return out.slips[0]


def until(town: Town, ahead: timedelta = HOUR) -> datetime:
    return town.office.ledger.time() + ahead


def offered(town: Town, slip: str, to: str = "supervisor", by: str = "carrier") -> CopyRow:
    return offer(town.office, slip, giver=signing_key(by), to=to, until=until(town))


def refused(act: Callable[[], object], kind: type[SekishoError] = Refused) -> str:
    with pytest.raises(kind) as caught:
        act()
    return caught.value.key.partition(".")[2]


# Yes.


def test_the_holder_changes_when_the_other_accepts_and_no_sooner(out: Town, slip: str) -> None:
    assert offered(out, slip).copy.holder == "carrier"
    row = accept(out.office, slip, receiver=signing_key("supervisor"), place="callcentre")
    assert (row.copy.holder, row.copy.where, row.copy.offer) == ("supervisor", "callcentre", None)


def test_both_signatures_stand_in_the_ledger_and_the_second_is_under_the_first(out: Town, slip: str) -> None:
    offered(out, slip)
    accept(out.office, slip, receiver=signing_key("supervisor"))
    (made,), given = out.leaves("copy.offered"), out.leaves("copy.handed_over")[-1]
    for entry, signer in ((made, "carrier"), (given, "supervisor")):
        signed = records.get_signed(out.office.ledger.connection, entry.index)
        assert signed is not None
        statement, (signature,) = signed
        assert verify(signature, statement, namespace=HANDOVER) == signing_key(signer).public
        assert entry.fields["statement"] == hashlib.sha256(statement).hexdigest()
    assert given.fields["offer"] == made.fields["statement"]
    assert given.fields["previous"] == hashlib.sha256(made.body()).hexdigest()


def test_the_leaves_name_nobody(out: Town, slip: str) -> None:
    offered(out, slip)
    accept(out.office, slip, receiver=signing_key("supervisor"), place="callcentre")
    for entry in (*out.leaves("copy.offered"), *out.leaves("copy.handed_over")):
        assert not re.search(rb"carrier|supervisor|callcentre", entry.body())


def test_who_signs_elsewhere_gets_the_bytes_and_hands_a_signature_back(out: Town, slip: str) -> None:
    asked = offer_statement(out.office, slip, giver="carrier", to="supervisor", until=until(out)).encode()
    take_offer(out.office, asked, sign(signing_key("carrier"), asked, namespace=HANDOVER))
    said = answer_statement(out.office, slip, by="supervisor").encode()
    row = take_answer(out.office, said, sign(signing_key("supervisor"), said, namespace=HANDOVER))
    assert row.copy.holder == "supervisor"
    assert len(asked) < 700


def test_what_staff_accept_has_come_back(out: Town, slip: str) -> None:
    offered(out, slip, to="clerk")
    assert accept(out.office, slip, receiver=signing_key("clerk")).copy.state == "returned"


# No.


def on_paper(person: str, statement: bytes, *, seen_by: str) -> str:
    """What a member of staff can write with no PIN and nobody there: the line is signed, and who opened it is not asked."""
    said = sign(signing_key(seen_by), paper_statement(person, "P-7", statement), namespace=PAPER)
    return PaperSignature(person=person, paper="P-7", staff=said).text()


def for_anybody(town: Town) -> None:
    """The office takes a paper for whatever is in a copy."""
    text = (town.home / "office.toml").read_text(encoding="utf-8")
    text, count = re.subn(r"(?m)^levels = .*$", 'levels = ["L0", "L0", "L0", "L0"]', text)
    assert count == 1
    (town.home / "office.toml").write_text(text, encoding="utf-8")
    town.restart()


def test_who_gives_does_not_sign_for_who_receives(out: Town, slip: str) -> None:
    """One person is not behind two signatures, whichever of the two is on paper."""
    for_anybody(out)
    offered(out, slip, to="clerk")
    accept(out.office, slip, receiver=signing_key("clerk"))
    offered(out, slip, to="officer", by="clerk")
    said = answer_statement(out.office, slip, by="officer").encode()
    forged = on_paper("officer", said, seen_by="clerk")
    assert refused(lambda: take_answer(out.office, said, forged)) == "two_signatures"
    assert take_answer(out.office, said, on_paper("officer", said, seen_by="chief")).copy.holder == "officer"


def test_who_receives_does_not_sign_for_who_gives_nor_does_one_for_both(out: Town, slip: str) -> None:
    for_anybody(out)
    asked = offer_statement(out.office, slip, giver="carrier", to="clerk", until=until(out)).encode()
    forged = on_paper("carrier", asked, seen_by="clerk")
    assert refused(lambda: take_offer(out.office, asked, forged)) == "two_signatures"
    take_offer(out.office, asked, on_paper("carrier", asked, seen_by="chief"))
    said = answer_statement(out.office, slip, by="clerk").encode()
    assert refused(lambda: take_answer(out.office, said, on_paper("clerk", said, seen_by="chief"))) == "two_signatures"
    assert take_answer(out.office, said, on_paper("clerk", said, seen_by="officer")).copy.holder == "clerk"


def test_who_declines_leaves_it_where_it_is(out: Town, slip: str) -> None:
    offered(out, slip)
    row = decline(out.office, slip, by=signing_key("supervisor"), reason="not_expected")
    assert (row.copy.holder, row.copy.offer) == ("carrier", None)
    (leaf,) = out.leaves("copy.declined")
    assert leaf.fields["reason"] == "not_expected"


def test_the_giver_takes_an_offer_back(out: Town, slip: str) -> None:
    offered(out, slip)
    decline(out.office, slip, by=signing_key("carrier"), reason="withdrawn")
    assert offered(out, slip, to="clerk").copy.offer is not None


def test_an_offer_ends_by_itself(out: Town, slip: str) -> None:
    offered(out, slip)
    out.clock.advance(HOUR)
    assert refused(lambda: accept(out.office, slip, receiver=signing_key("supervisor"))) == "offer_over"
    assert expire_offers(out.office) == [slip]
    assert expire_offers(out.office) == []
    assert (out.row(slip).copy.holder, len(out.leaves("copy.offer_expired"))) == ("carrier", 1)


def test_a_new_offer_follows_one_that_is_over(out: Town, slip: str) -> None:
    offered(out, slip)
    out.clock.advance(HOUR)
    assert offered(out, slip, to="clerk").copy.offer is not None


# A broken seal.


def test_a_broken_seal_stops_the_copy_and_two_persons_clear_it(out: Town, slip: str) -> None:
    offered(out, slip)
    break_seal(out.office, slip, by=signing_key("supervisor"))
    assert (out.row(slip).copy.seal_broken, out.ticket(slip), out.row(slip).copy.holder) == (
        True,
        "suspended",
        "carrier",
    )
    assert refused(lambda: out.carry(slip, "carrier", "supervisor")) == "to_staff_alone"
    lift_suspension(out.office, slip, keys=[signing_key("chief"), signing_key("security")])
    assert (out.row(slip).copy.seal_broken, out.ticket(slip)) == (False, "live")


def test_who_has_it_reports_a_broken_seal_without_any_offer(out: Town, slip: str) -> None:
    break_seal(out.office, slip, by=signing_key("carrier"))
    assert out.ticket(slip) == "suspended"
    assert refused(lambda: break_seal(out.office, slip, by=signing_key("clerk"))) == "not_the_holder"


# What may not be.


@pytest.mark.parametrize(
    ("by", "to", "key"),
    [
        ("supervisor", "clerk", "not_the_holder"),
        ("carrier", "agent", "outside_chain"),
        ("carrier", "stranger", "outside_chain"),
        ("carrier", "nobody", "unregistered"),
        ("carrier", "carrier", "two_signatures"),
    ],
)
def test_an_offer_is_of_the_holder_to_somebody_who_may(out: Town, slip: str, by: str, to: str, key: str) -> None:
    size = out.size
    assert refused(lambda: offered(out, slip, to=to, by=by)) == key
    assert out.size == size


def test_a_colleague_whom_a_contract_names_and_the_approval_does_not_is_refused(out: Town, slip: str) -> None:
    out.learn(register_text(persons='["carrier", "supervisor", "agent"]'))
    assert refused(lambda: offered(out, slip, to="agent")) == "not_named"


def test_one_offer_at_a_time(out: Town, slip: str) -> None:
    offered(out, slip)
    assert refused(lambda: offered(out, slip, to="clerk")) == "offer_pending"
    assert refused(lambda: out.carry(slip, "carrier", "supervisor")) == "offer_pending"


def test_nobody_accepts_for_another(out: Town, slip: str) -> None:
    offered(out, slip)
    said = answer_statement(out.office, slip, by="supervisor").encode()
    forged = sign(signing_key("clerk"), said, namespace=HANDOVER)
    assert refused(lambda: take_answer(out.office, said, forged)) == "other_signer"
    assert refused(lambda: accept(out.office, slip, receiver=signing_key("clerk"))) == "offer_not_yours"


def test_whose_contract_ended_since_the_offer_gets_nothing(out: Town, slip: str) -> None:
    offered(out, slip)
    out.learn(register_text(ends="2022-06-20"))
    assert refused(lambda: accept(out.office, slip, receiver=signing_key("supervisor"))) == "outside_chain"


def test_an_answer_to_what_was_offered_before_is_none_to_what_is_offered_now(out: Town, slip: str) -> None:
    offered(out, slip)
    said = answer_statement(out.office, slip, by="supervisor").encode()
    signature = sign(signing_key("supervisor"), said, namespace=HANDOVER)
    decline(out.office, slip, by=signing_key("carrier"), reason="withdrawn")
    offered(out, slip)
    assert refused(lambda: take_answer(out.office, said, signature)) == "statement_moved_on"


def test_an_answer_counts_once(out: Town, slip: str) -> None:
    offered(out, slip)
    said = answer_statement(out.office, slip, by="supervisor").encode()
    signature = sign(signing_key("supervisor"), said, namespace=HANDOVER)
    take_answer(out.office, said, signature)
    assert refused(lambda: take_answer(out.office, said, signature)) == "statement_moved_on"


def test_an_offer_of_another_copy_under_this_slip_is_refused(out: Town, slip: str) -> None:
    asked = offer_statement(out.office, out.slips[1], giver="carrier", to="supervisor", until=until(out)).encode()
    swapped = asked.replace(out.slips[1].encode(), slip.encode())
    signature = sign(signing_key("carrier"), swapped, namespace=HANDOVER)
    assert refused(lambda: take_offer(out.office, swapped, signature)) == "statement_moved_on"


def test_a_signature_for_another_purpose_or_text_is_none(out: Town, slip: str) -> None:
    asked = offer_statement(out.office, slip, giver="carrier", to="supervisor", until=until(out)).encode()
    elsewhere = sign(signing_key("carrier"), asked, namespace="copy@sekisho.example")
    assert refused(lambda: take_offer(out.office, asked, elsewhere), NoKey) == "other_purpose"
    spaced = asked + b" "
    signature = sign(signing_key("carrier"), spaced, namespace=HANDOVER)
    assert refused(lambda: take_offer(out.office, spaced, signature), Unreadable) == "no_statement"


def test_an_offer_that_would_be_over_is_none(out: Town, slip: str) -> None:
    now = out.office.ledger.time()
    said = refused(lambda: offer(out.office, slip, giver=signing_key("carrier"), to="clerk", until=now), Misuse)
    assert said == "offer_ends_before"
