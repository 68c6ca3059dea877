"""The release desk: two persons who have nothing to do with the copy, on this machine or over the telephone."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from invented_office import IDENTITY, Town, register_text, signing_key
from release_desk import NONCE, approve, ask_of, challenge_of, refused
from sekisho.capsule import rel1
from sekisho.capsule.opening import Ask, OpenCapsule, open_capsule
from sekisho.codes import challenge_code, read_challenge_code, read_release_code, release_code
from sekisho.custody.releasing import ask_by_voice, copy_of, give_release
from sekisho.custody.stopping import suspend_copy
from sekisho.errors import NoKey, NotFound, Refused, SekishoError, Unreadable
from sekisho.loss.lost import report_lost

pytest_plugins = ("office_fixtures",)

# On this machine.


def test_an_opening_is_in_the_ledger_and_in_the_copys_life(out: Town) -> None:
    slip = out.slips[0]
    assert out.open(slip).manifest.slip == slip
    assert (out.state(slip), out.row(slip).copy.opens) == ("opened", 1)
    events = [entry.type for entry in out.office.ledger.entries() if entry.copy == out.cid(slip).hex()]
    assert events[-4:] == ["release.requested", "release.approved", "release.approved", "release.given"]
    (leaf,) = out.leaves("release.given")
    assert leaf.fields["route"] == "local"
    assert leaf.fields["by"] == sorted(signing_key(name).public.id for name in ("chief", "security"))


def test_each_opening_is_a_release_of_its_own_and_there_are_no_more_than_approved(out: Town) -> None:
    slip, other = out.slips
    out.open(slip)
    out.open(slip)
    refused(out, slip, "custodian.opened_out")
    assert len(out.leaves("release.approved")) == 4, "nobody approves what cannot be given"
    assert out.open(other).manifest.slip == other


def test_a_copy_that_was_not_handed_over_is_not_opened(town: Town) -> None:
    (slip,) = town.sealed("USB-1")
    refused(town, slip, "custody.not_now")
    town.carry(slip, "officer", "clerk")
    refused(town, slip, "custody.not_now")
    assert town.leaves("release.approved") == [], "nobody approves what cannot be given"
    town.carry(slip, "clerk", "carrier")
    assert town.open(slip).manifest.slip == slip


@pytest.mark.parametrize("approvers", [["chief"], ["chief", "chief"]])
def test_one_person_is_not_two(out: Town, approvers: list[str]) -> None:
    refused(out, out.slips[0], "custodian.approvals_missing", *approvers)


@pytest.mark.parametrize(
    ("approver", "key"),
    [
        ("clerk", "no_role"),
        ("privacy", "no_role"),
        ("officer", "no_role"),
        ("carrier", "no_role"),
        ("supervisor", "no_role"),
        ("nobody", "unregistered_key"),
    ],
)
def test_only_officers_approve_a_release(out: Town, approver: str, key: str) -> None:
    refused(out, out.slips[0], f"custody.{key}", "chief", approver)


def test_who_asked_for_a_copy_approves_no_release_of_it(out: Town) -> None:
    """Even where the register made the requester an approver since."""
    out.learn(register_text().replace("['requester']", "['requester', 'approver']"))
    refused(out, out.slips[0], "custody.own_approval", "chief", "officer")


def test_an_approver_with_a_new_key_is_still_the_requester(out: Town) -> None:
    """The custodian bars the keys of the day of sealing; custody bars the person."""
    text = register_text().replace("['requester']", "['requester', 'approver']")
    out.learn(text.replace(signing_key("officer").public.line, signing_key("another").public.line))
    refused(out, out.slips[0], "custody.own_approval", "chief", "another")


STOPS: dict[str, tuple[Callable[[Town, str], object], str]] = {
    "lost": (lambda town, slip: report_lost(town.office, [slip]), "custodian.suspended"),
    "destroyed": (
        lambda town, slip: report_lost(town.office, [slip], key_officer=signing_key("security")),
        "custodian.destroyed",
    ),
    "suspended": (lambda town, slip: suspend_copy(town.office, slip), "custodian.suspended"),
    "late": (lambda town, _: town.clock.advance(timedelta(hours=7, seconds=1)), "custodian.too_late"),
}


@pytest.mark.parametrize("stop", STOPS)
def test_nothing_opens_after_it_was_stopped(out: Town, stop: str) -> None:
    slip = out.slips[0]
    act, key = STOPS[stop]
    act(out, slip)
    refused(out, slip, key)


def test_a_stopped_copy_is_refused_before_anybody_approves_anything(out: Town) -> None:
    suspend_copy(out.office, out.slips[0])
    size = out.size
    refused(out, out.slips[0], "custodian.suspended")
    assert out.size == size


def test_nothing_opens_before_its_time(town: Town) -> None:
    opens_at = town.office.ledger.time() + timedelta(hours=1)
    (slip,) = town.sealed("USB-1", not_before=opens_at)
    town.carry(slip, "officer", "carrier")
    refused(town, slip, "custodian.too_early")
    town.clock.advance(timedelta(hours=1))
    assert town.open(slip).manifest.slip == slip


# Another capsule, another custodian.


def test_a_header_that_is_not_the_sealed_one_gets_no_share(out: Town) -> None:
    ask, size = ask_of(out, out.slips[0]), out.size
    with pytest.raises(NoKey) as caught:
        out.desk("chief", "security").share(replace(ask, header_sha256=bytes(32)))
    assert (caught.value.key, out.size) == ("custody.other_header", size)


@pytest.mark.parametrize(
    ("change", "error", "key"),
    [
        ({"kid": bytes(8)}, NoKey, "custody.other_custodian"),
        ({"tid": bytes(16)}, NoKey, "custody.other_custodian"),
        ({"cid": bytes(16)}, NotFound, "custodian.no_ticket"),
    ],
)
def test_a_ticket_of_another_office_is_not_known_here(
    out: Town, change: dict[str, bytes], error: type[SekishoError], key: str
) -> None:
    ask, size = ask_of(out, out.slips[0]), out.size
    with pytest.raises(error) as caught:
        out.desk("chief", "security").share(replace(ask, binding=replace(ask.binding, **change)))
    assert (caught.value.key, out.size) == (key, size)


def test_the_ticket_of_the_other_stick_is_not_this_ones(out: Town) -> None:
    first, second = (ask_of(out, slip) for slip in out.slips)
    mixed = rel1.Binding(first.binding.cid, second.binding.tid, first.binding.kid)
    with pytest.raises(NoKey):
        out.desk("chief", "security").share(replace(first, binding=mixed))


def test_a_capsule_whose_rows_were_changed_shows_nothing(out: Town) -> None:
    """The header is the sealed one, so a release is given and counted; what it opens does not verify."""
    slip = out.slips[0]
    data = bytearray(out.capsule(slip).read_bytes())
    data[-1] ^= 1
    out.capsule(slip).write_bytes(data)
    with pytest.raises(Unreadable):
        out.open(slip)
    assert (len(out.leaves("release.given")), out.row(slip).copy.opens) == (1, 1)


# By telephone.


@dataclass
class Telephone:
    """The recipient reads 18 digits aloud, two officers approve, and 48 digits are read back."""

    town: Town
    approvers: tuple[str, ...] = ("chief", "security")

    def share(self, ask: Ask, /) -> bytes:
        spoken = challenge_code(ask.binding.cid[:2] + NONCE)
        request = ask_by_voice(self.town.office, read_challenge_code(spoken))
        approve(self.town, request, *self.approvers)
        return read_release_code(release_code(give_release(self.town.office, request)))


def by_voice(town: Town, slip: str, *approvers: str) -> OpenCapsule:
    with town.capsule(slip).open("rb") as file:
        return open_capsule(file, IDENTITY, Telephone(town, approvers or ("chief", "security")))


def test_a_room_without_a_network_opens_with_48_digits(out: Town) -> None:
    slip = out.slips[0]
    assert "ワダ" in by_voice(out, slip).read("rows.csv").decode()
    assert (out.state(slip), out.leaves("release.given")[0].fields["route"]) == ("opened", "voice")


def test_one_officer_on_duty_reads_no_digits(out: Town) -> None:
    with pytest.raises(Refused) as caught:
        by_voice(out, out.slips[0], "chief")
    assert (caught.value.key, out.leaves("release.given")) == ("custodian.approvals_missing", [])


def test_approvals_count_for_a_quarter_of_an_hour(out: Town) -> None:
    request = ask_by_voice(out.office, challenge_of(out, out.slips[0]))
    approve(out, request, "chief")
    out.clock.advance(timedelta(minutes=15, seconds=1))
    approve(out, request, "security")
    with pytest.raises(Refused) as caught:
        give_release(out.office, request)
    assert caught.value.key == "custodian.approvals_missing"
    approve(out, request, "chief")
    assert len(give_release(out.office, request)) == 16


def test_a_challenge_repeated_is_the_same_request(out: Town) -> None:
    slip = out.slips[0]
    first, again = (ask_by_voice(out.office, challenge_of(out, slip)) for _ in range(2))
    assert first == again
    assert copy_of(out.office, out.office.releases.ticket(first)).slip == slip
    assert len(out.leaves("release.requested")) == 1


def test_a_request_is_answered_once(out: Town) -> None:
    request = ask_by_voice(out.office, challenge_of(out, out.slips[0]))
    approve(out, request, "chief", "security")
    give_release(out.office, request)
    with pytest.raises(Refused) as caught:
        give_release(out.office, request)
    assert (caught.value.key, len(out.leaves("release.given"))) == ("custodian.answered", 1)


@pytest.mark.parametrize("digits", [b"", b"\x00", bytes(6)])
def test_a_challenge_of_no_copy_is_not_known(out: Town, digits: bytes) -> None:
    size = out.size
    with pytest.raises(NotFound) as caught:
        ask_by_voice(out.office, digits)
    assert (caught.value.key, out.size) == ("custodian.no_such_challenge", size)


def test_a_loss_between_approving_and_giving_wins(out: Town) -> None:
    slip = out.slips[0]
    request = ask_by_voice(out.office, challenge_of(out, slip))
    approve(out, request, "chief", "security")
    report_lost(out.office, [slip])
    with pytest.raises(Refused):
        give_release(out.office, request)
    assert (out.leaves("release.given"), out.state(slip)) == ([], "lost")


def test_a_request_for_a_copy_in_the_safe_is_not_answered(town: Town) -> None:
    """The custodian would; the copy's life does not allow it, and then nobody approves it."""
    (slip,) = town.sealed("USB-1")
    request = ask_by_voice(town.office, challenge_of(town, slip))
    with pytest.raises(Refused) as caught:
        approve(town, request, "chief", "security")
    assert (caught.value.key, town.leaves("release.approved")) == ("custody.not_now", [])
    town.carry(slip, "officer", "carrier")
    approve(town, request, "chief", "security")
    assert len(give_release(town.office, request)) == 16
