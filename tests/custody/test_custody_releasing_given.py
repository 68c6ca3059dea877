"""Between approving and giving lie fifteen minutes: who approved is asked again, and whoever opens may try again."""

from datetime import timedelta

import pytest

from invented_office import Town, register_text, signing_key
from release_desk import approve, ask_of, challenge_of, refused
from sekisho.custodian.tickets import ReleaseRequest
from sekisho.custody.releasing import approvers, ask_by_voice, give_release
from sekisho.custody.stopping import suspend_copy
from sekisho.errors import NoKey, Refused, SekishoError

pytest_plugins = ("office_fixtures",)

# What was approved is looked at again when the release is given.


def rekeyed(name: str, key: str) -> str:
    """Return the register with another key for somebody."""
    return register_text().replace(signing_key(name).public.line, signing_key(key).public.line)


STRUCK = register_text().replace("['approver']", "[]").replace("['approver', 'key_officer']", "[]")


def not_given(town: Town, request: ReleaseRequest, key: str, error: type[SekishoError] = Refused) -> SekishoError:
    """See a release that two keys approved not given."""
    with pytest.raises(error) as caught:
        give_release(town.office, request)
    assert (caught.value.key, town.leaves("release.given")) == (key, [])
    return caught.value


def test_one_person_with_an_old_and_a_new_key_is_one_approval(out: Town) -> None:
    request = ask_by_voice(out.office, challenge_of(out, out.slips[0]))
    approve(out, request, "chief")
    out.learn(rekeyed("chief", "new chief"))
    approve(out, request, "new chief")
    assert approvers(out.office, request) == {"chief"}
    assert not_given(out, request, "custodian.approvals_missing").values["have"] == 1


def test_approvers_who_were_struck_off_since_approved_nothing(out: Town) -> None:
    request = ask_by_voice(out.office, challenge_of(out, out.slips[0]))
    approve(out, request, "chief", "security")
    out.learn(STRUCK)
    assert not_given(out, request, "custodian.approvals_missing").values["have"] == 0


@pytest.mark.parametrize("kept", ["forged", "of another request", "under another key"])
def test_what_is_no_signature_of_that_key_is_told_and_gives_nothing(out: Town, kept: str) -> None:
    """Somebody writes approvals into the database by hand."""
    request = ask_by_voice(out.office, challenge_of(out, out.slips[0]))
    other = ask_by_voice(out.office, challenge_of(out, out.slips[1]))
    approve(out, other if kept == "of another request" else request, "chief", "security")
    (stored,) = out.office.ledger.connection.execute("SELECT signature FROM release_approval LIMIT 1").fetchone()
    for key in ("aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb") if kept != "of another request" else ("chief", "security"):
        row = (
            request.id,
            signing_key(key).public.id if kept == "of another request" else key,
            "forged" if kept == "forged" else stored,
            "2022-06-21T08:00:00Z",
        )
        out.office.ledger.connection.execute("INSERT INTO release_approval VALUES (?, ?, ?, ?)", row)
    not_given(out, request, "custodian.forged_approval", error=NoKey)
    with pytest.raises(NoKey):
        approvers(out.office, request)


CONTRACT_ENDED = register_text(ends="2022-06-20")


def test_whose_contract_ended_meanwhile_gets_no_release(out: Town) -> None:
    request = ask_by_voice(out.office, challenge_of(out, out.slips[0]))
    approve(out, request, "chief", "security")
    out.learn(CONTRACT_ENDED)
    not_given(out, request, "custody.outside_chain")
    out.learn(register_text(persons='["carrier"]'))
    not_given(out, request, "custody.outside_chain")


def test_nobody_approves_a_release_for_whose_contract_ended(out: Town) -> None:
    out.learn(CONTRACT_ENDED)
    refused(out, out.slips[0], "custody.outside_chain")
    assert out.leaves("release.approved") == []


def test_a_copy_that_came_back_is_released_to_nobody(out: Town) -> None:
    """With stick and vote in one hand, the other officer would be alone."""
    slip = out.slips[0]
    out.carry(slip, "carrier", "chief")
    refused(out, slip, "custody.not_now", "security", "chief")


def test_who_came_to_hold_the_copy_since_approved_nothing(out: Town) -> None:
    slip = out.slips[0]
    request = ask_by_voice(out.office, challenge_of(out, slip))
    approve(out, request, "chief", "security")
    out.carry(slip, "carrier", "chief")
    assert not_given(out, request, "custodian.approvals_missing").values["have"] == 1


# Trying again.


def test_an_opening_tried_again_takes_up_the_request_that_waits(out: Town) -> None:
    """The first try names the request; the officers approve it from where they are; the second try opens."""
    slip = out.slips[0]
    with pytest.raises(Refused) as caught:
        out.desk().share(ask_of(out, slip))
    assert "sekisho approve R-1 --key" in caught.value.hint("en")
    assert "sekisho approve R-1 --key" in caught.value.hint("ja")
    approve(out, out.office.releases.get(1), "chief", "security")
    assert len(out.desk().share(ask_of(out, slip))) == 16
    assert len(out.leaves("release.requested")) == 1


def test_a_request_that_waited_a_quarter_of_an_hour_is_not_taken_up_again(out: Town) -> None:
    slip = out.slips[0]
    for waited in (timedelta(minutes=15), timedelta(seconds=1)):
        refused(out, slip, "custodian.approvals_missing", "chief")
        out.clock.advance(waited)
    refused(out, slip, "custodian.approvals_missing", "security")
    assert [leaf.fields["request"] for leaf in out.leaves("release.requested")] == [1, 2]


def test_each_stick_and_each_caller_has_a_request_of_its_own(out: Town) -> None:
    first, second = out.slips
    by_telephone = ask_by_voice(out.office, challenge_of(out, first))
    for slip in (first, second):
        with pytest.raises(Refused):
            out.desk("chief").share(ask_of(out, slip))
    again = ask_by_voice(out.office, challenge_of(out, first, b"\x05\x06\x07\x08"))
    assert len({by_telephone.id, again.id, *(each.id for each in out.office.releases.waiting())}) == 4


def test_what_is_stopped_or_answered_waits_no_longer(out: Town) -> None:
    first, second = out.slips
    requests = [ask_by_voice(out.office, challenge_of(out, slip)) for slip in (first, second)]
    assert out.office.releases.waiting() == requests
    suspend_copy(out.office, second)
    approve(out, requests[0], "chief", "security")
    give_release(out.office, requests[0])
    assert out.office.releases.waiting() == []
