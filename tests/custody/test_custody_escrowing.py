"""Escrow of a copy: decided by two, kept by nobody who has a part in it, opened by holders, and told after a loss."""

import io
from pathlib import Path

import pytest

from invented_office import IDENTITY, Town, register_text, signing_key
from sekisho.age.writer import encrypt
from sekisho.age.x25519 import X25519Identity
from sekisho.capsule.opening import Ask, open_capsule
from sekisho.custody.escrowing import (
    live_escrow,
    make_escrow,
    must_be_free,
    open_escrow,
    read_envelope,
    report_opened,
    void_escrow,
    write_envelopes,
)
from sekisho.custody.handing import find
from sekisho.custody.stopping import suspend_copy
from sekisho.errors import MediumError, Misuse, NoKey, Refused, SekishoError, Unreadable
from sekisho.loss.evidence import gather
from sekisho.loss.lost import report_lost
from sekisho.loss.statement import statement_text
from sekisho.signing.keys import SigningKey

pytest_plugins = ("office_fixtures",)

BOTH = [signing_key("chief"), signing_key("security")]
HOLDERS = {name: X25519Identity(bytes([number]) * 32) for number, name in enumerate(("clerk", "privacy", "chief"), 1)}


class Typed:
    """A source of the share: the digits that the holders were given."""

    def __init__(self, share: bytes) -> None:
        self._share = share

    def share(self, ask: Ask, /) -> bytes:
        assert ask.binding.cid
        return self._share


@pytest.fixture
def kept(out: Town) -> Town:
    """A town whose holders of envelopes have keys in the register."""
    register = register_text()
    for name, identity in HOLDERS.items():
        register = register.replace(
            f'[[person]]\nid = "{name}"\n', f'[[person]]\nid = "{name}"\nrecipient = "{identity.recipient}"\n'
        )
    out.learn(register)
    return out


def made(town: Town, folder: Path, **changes: object) -> list[Path]:
    values: dict[str, object] = {"threshold": 2, "holders": list(HOLDERS), "keys": BOTH}
    envelopes = make_escrow(town.office, town.slips[0], **(values | changes))  # type: ignore[arg-type]  # named where it is called
    return write_envelopes(town.office, envelopes, folder)


def refusal(town: Town, folder: Path, **changes: object) -> str:
    size = town.size
    with pytest.raises(SekishoError) as caught:
        made(town, folder, **changes)
    assert (town.size, list(folder.glob("*.age"))) == (size, [])
    return caught.value.key


def words(paths: list[Path], *names: str) -> list[str]:
    return [read_envelope(path, [HOLDERS[name]]) for path, name in zip(paths, names, strict=True)]


def test_two_of_three_holders_open_the_copy_without_the_custodians_share(kept: Town, tmp_path: Path) -> None:
    slip = kept.slips[0]
    paths = made(kept, tmp_path)
    assert [path.name for path in paths] == [f"escrow-{slip}-{number}.age" for number in (1, 2, 3)]
    share = open_escrow(kept.office, slip, words(paths[1:], "privacy", "chief"))
    assert (kept.state(slip), kept.row(slip).copy.opens) == ("opened", 1)
    opened = open_capsule(io.BytesIO(kept.capsule(slip).read_bytes()), IDENTITY, Typed(share))
    assert opened.manifest.slip == slip


def test_nobody_reads_an_envelope_but_its_holder(kept: Town, tmp_path: Path) -> None:
    first, *_ = made(kept, tmp_path)
    with pytest.raises(NoKey):
        read_envelope(first, [HOLDERS["chief"]])
    other = tmp_path / "other.age"
    kept.office.vault.write(other, b"nothing")
    with pytest.raises(NoKey):
        read_envelope(other, [HOLDERS["clerk"]])
    assert kept.lying_open() == []


@pytest.mark.parametrize("holder", ["carrier", "supervisor", "officer"])
def test_who_has_a_part_in_the_copy_keeps_no_envelope(kept: Town, tmp_path: Path, holder: str) -> None:
    assert refusal(kept, tmp_path, holders=["clerk", holder]) == "custody.envelope_to_involved"


def test_nor_does_the_recipient_under_the_text_of_the_key(kept: Town, tmp_path: Path) -> None:
    holders = ["clerk", str(IDENTITY.recipient)]
    assert refusal(kept, tmp_path, holders=holders) == "custody.envelope_to_involved"
    assert refusal(kept, tmp_path, holders=["clerk", "age1nonsense"]) == "custody.no_age_recipient"


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ([signing_key("chief")], "custodian.keys_missing"),
        ([signing_key("chief")] * 2, "custodian.keys_missing"),
        ([signing_key("chief"), signing_key("clerk")], "custody.no_role"),
    ],
)
def test_one_person_makes_none(kept: Town, tmp_path: Path, keys: list[SigningKey], key: str) -> None:
    assert refusal(kept, tmp_path, keys=keys) == key


def test_a_holder_without_a_key_gets_paper(kept: Town, tmp_path: Path) -> None:
    slip = kept.slips[0]
    assert refusal(kept, tmp_path, holders=["clerk", "security"]) == "custody.no_recipient_key"
    envelopes = make_escrow(kept.office, slip, threshold=2, holders=["clerk", "security"], keys=BOTH, paper=True)
    for envelope in envelopes:
        assert slip in envelope.text
        assert "SLIP-39: " in envelope.text
        assert "SLIP-39: " not in repr(envelope)


def test_what_would_be_overwritten_is_told_before_anything_is_recorded(kept: Town, tmp_path: Path) -> None:
    (tmp_path / f"escrow-{kept.slips[0]}-2.age").touch()
    with pytest.raises(Misuse):
        must_be_free(tmp_path, kept.slips[0], 3)
    with pytest.raises(MediumError):
        must_be_free(tmp_path / "nowhere", kept.slips[0], 3)


def test_a_stopped_copy_is_opened_by_no_envelopes_here(kept: Town, tmp_path: Path) -> None:
    slip = kept.slips[0]
    paths = made(kept, tmp_path)
    suspend_copy(kept.office, slip)
    with pytest.raises(Refused):
        open_escrow(kept.office, slip, words(paths[:2], "clerk", "privacy"))
    assert kept.leaves("escrow.released") == []


def test_a_loss_report_denies_nothing_until_the_envelopes_were_seen_destroyed(kept: Town, tmp_path: Path) -> None:
    slip = kept.slips[0]
    made(kept, tmp_path)
    report_lost(kept.office, [slip], key_officer=signing_key("security"))
    assert kept.ticket(slip) == "destroyed"
    text = statement_text(gather(kept.office, [slip]), "en")
    assert "unreadable unless 2 of 3 escrow envelopes are opened" in text
    assert "cannot be opened by anyone" not in text
    void_escrow(kept.office, slip, [1], keys=BOTH)
    assert "2 of 2 escrow envelopes" in statement_text(gather(kept.office, [slip]), "en")
    escrow = void_escrow(kept.office, slip, [], keys=BOTH)
    assert (escrow.left, live_escrow(kept.office, kept.cid(slip))) == (0, None)
    assert "it cannot be opened by anyone" in statement_text(gather(kept.office, [slip]), "en")


def test_what_was_opened_on_the_night_is_a_release_the_next_morning(kept: Town, tmp_path: Path) -> None:
    slip = kept.slips[0]
    made(kept, tmp_path)
    report_opened(kept.office, slip, [1, 3], keys=BOTH)
    assert (kept.state(slip), kept.row(slip).copy.opens) == ("opened", 1)
    report_lost(kept.office, [slip], key_officer=signing_key("security"))
    report_opened(kept.office, slip, [1, 3], keys=BOTH)
    find(kept.office, slip, kept.capsule(slip).parent)
    assert "Verdict C" in statement_text(gather(kept.office, [slip]), "en")


def test_something_else_encrypted_to_a_holder_is_no_envelope(kept: Town, tmp_path: Path) -> None:
    path = tmp_path / "letter.age"
    with path.open("wb") as file, encrypt(file, [HOLDERS["clerk"].recipient]) as writer:
        writer.write(b"good evening")
    with pytest.raises(Unreadable):
        read_envelope(path, [HOLDERS["clerk"]])
    assert kept.slips
