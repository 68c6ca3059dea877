"""Every attacker of the reference's table (section 5) who can be simulated, against an office with copies that are out.

Each has something and lacks something; none sees a byte of what is inside, and the ledger has nothing that was not given.
"""

import io
import shutil
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from conftest import need
from invented_office import IDENTITY, Town, make_town, signing_key
from release_desk import approve, ask_of, challenge_of
from remote_release import Person, answered, online, opened
from sekisho.age.decrypt import decrypt
from sekisho.age.errors import MacError
from sekisho.age.filekey import unwrap as unwrap_age
from sekisho.age.header import Header, read_header
from sekisho.age.plugin_ipc import recipient_text
from sekisho.age.x25519 import X25519Identity
from sekisho.capsule import rel1
from sekisho.capsule.opening import look_at, open_capsule
from sekisho.custodian.card import Card
from sekisho.custody.office import Office
from sekisho.custody.releasing import LocalDesk, ask_by_voice, give_release, open_here
from sekisho.custody.stopping import suspend_copy
from sekisho.errors import NoKey, NotFound, Refused, SekishoError, Unreadable

pytest_plugins = ("office_fixtures",)

THIEF = X25519Identity(bytes(range(32)))


def header_of(town: Town, slip: str) -> Header:
    return read_header(io.BytesIO(town.capsule(slip).read_bytes()))


def share_of(town: Town, slip: str) -> bytes:
    """Return the share of a copy, released over the telephone."""
    request = ask_by_voice(town.office, challenge_of(town, slip))
    approve(town, request, "chief", "security")
    return give_release(town.office, request)


class Kept:
    """A share that somebody kept, or guessed."""

    def __init__(self, share: bytes) -> None:
        self._share = share

    def share(self, _: object, /) -> bytes:
        return self._share


def test_the_finder_of_a_stick_learns_no_name_and_has_nothing_to_guess_at(out: Town) -> None:
    data = out.capsule(out.slips[0]).read_bytes()
    for text in ("汐見市", "かもめ", "supervisor", "http", "rows.csv", out.office.settings.phone, out.slips[0]):
        assert text.encode() not in data
    (stanza,) = header_of(out, out.slips[0]).stanzas
    assert stanza.args[4] == "X25519", "a passphrase could be guessed"


def test_stick_and_recipients_key_without_a_release_open_nothing(out: Town) -> None:
    header = header_of(out, out.slips[0])
    masked = rel1.unwrap(rel1.read_stanzas(header), IDENTITY)
    with pytest.raises(MacError):
        header.verify(masked.masked)
    for guess in (b"", bytes(16), masked.masked, masked.stanza.binding.cid):
        with pytest.raises(NoKey):
            opened(out, out.slips[0], Kept(guess))
    with pytest.raises(Refused):
        out.open(out.slips[0], "chief")
    assert out.leaves("release.given") == []


def test_stick_and_share_without_the_recipients_key_open_nothing(out: Town) -> None:
    slip = out.slips[0]
    share, header = share_of(out, slip), header_of(out, slip)
    stanzas = rel1.read_stanzas(header)
    with pytest.raises(NoKey), out.capsule(slip).open("rb") as file:
        open_capsule(file, THIEF, Kept(share))
    for key in (share * 2, rel1.mask(share, stanzas[0].binding) * 2, bytes(32)):
        with pytest.raises(InvalidTag):
            ChaCha20Poly1305(key).decrypt(bytes(12), stanzas[0].inner.body, None)
    with pytest.raises(MacError):
        header.verify(rel1.mask(share, stanzas[0].binding))


def test_without_the_recipients_key_nobody_is_even_asked(out: Town) -> None:
    size = out.size
    with pytest.raises(NoKey), out.capsule(out.slips[0]).open("rb") as file:
        open_capsule(file, THIEF, out.desk("chief", "security"))
    assert out.size == size


# Replays.


def test_an_answer_that_was_recorded_opens_nothing_again(out: Town) -> None:
    recorded: list[tuple[bytes, bytes]] = []

    def recording(_: Card, body: bytes) -> bytes:
        (reply,) = answered(out, body)
        recorded.append((body, reply.encode()))
        return reply.encode()

    slip = out.slips[0]
    assert opened(out, slip, online(out, Person(out), post=recording)).manifest.slip == slip
    body, answer = recorded[-1]
    with pytest.raises(SekishoError):  # for another key, which is another request
        opened(out, slip, online(out, Person(out), post=lambda *_: answer))
    (reply,) = answered(out, body)
    assert (reply.status, b"sealed" in reply.encode()) == (403, False)
    assert len(out.leaves("release.given")) == 1


def test_a_share_of_one_copy_opens_no_other(out: Town) -> None:
    first, second = out.slips
    with pytest.raises(NoKey):
        opened(out, second, Kept(share_of(out, first)))


def test_a_spoken_share_that_was_kept_opens_its_copy_again_and_the_ledger_counts_it_released(out: Town) -> None:
    """The limit that is printed: so a voice release counts for good."""
    slip = out.slips[0]
    share = share_of(out, slip)
    suspend_copy(out.office, slip)
    assert opened(out, slip, Kept(share)).manifest.slip == slip
    assert [leaf.fields["route"] for leaf in out.leaves("release.given")] == ["voice"]


def test_an_approval_of_one_release_is_none_of_the_next(out: Town) -> None:
    slip = out.slips[0]
    share_of(out, slip)
    request = ask_by_voice(out.office, challenge_of(out, slip, b"next"))
    with pytest.raises(Refused):
        give_release(out.office, request)


# Another capsule, another custodian, another stanza.


def test_another_capsule_under_the_same_name_is_told_before_a_release(out: Town) -> None:
    first, second = out.slips
    forged = _resealed(out, first, share=share_of(out, first))
    size = out.size
    for data in (out.capsule(second).read_bytes() + b"\0", forged):
        desk_office, approvers = out.office, (signing_key("chief"), signing_key("security"))
        with pytest.raises((Unreadable, NoKey)):
            open_here(desk_office, io.BytesIO(data), IDENTITY, approvers)
    assert out.size == size


def _resealed(town: Town, slip: str, *, share: bytes) -> bytes:
    """Return what whoever had a release can make: the sealed header before other content."""
    from sekisho.age.writer import encrypt_with_file_key  # noqa: PLC0415 - the forger's tool alone

    header = header_of(town, slip)
    file_key = rel1.unwrap(rel1.read_stanzas(header), IDENTITY).unmask(share)
    made = io.BytesIO()
    with encrypt_with_file_key(made, header, file_key=file_key) as writer:
        writer.write(b"another list")
    return made.getvalue()


def test_another_office_gives_no_share(out: Town, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = make_town(tmp_path_factory.mktemp("other") / "town")
    ask, size = ask_of(out, out.slips[0]), other.size
    with pytest.raises(NoKey) as caught:
        other.desk("chief", "security").share(ask)
    assert (caught.value.key, other.size) == ("custody.other_custodian", size)
    with pytest.raises(NoKey):  # an opener that knows one office's card asks no other
        opened(out, out.slips[0], online(other))
    other.leave()


def test_a_custodian_who_lies_opens_nothing_and_is_told_by_the_check_value(out: Town) -> None:
    with pytest.raises(NoKey) as caught:
        opened(out, out.slips[0], Kept(bytes(range(16))))
    assert caught.value.key == "capsule.wrong_share"


_MIXER = """#!{python}
import sys
from dataclasses import dataclass
from sekisho.age.plugin_host import Plugin, main
from sekisho.age.x25519 import X25519Recipient
from sekisho.capsule import rel1


@dataclass
class Mixer:
    data: bytes
    user: object
    labels = frozenset({{"sekisho-exclusive"}})

    def wrap(self, file_key):
        binding = rel1.Binding(self.data[:16], self.data[16:32], self.data[32:40])
        return (rel1.wrap(file_key, self.data[40:56], binding, X25519Recipient(self.data[56:])).to_stanza(),)


sys.exit(main(Plugin(name="mixer", recipient=Mixer), sys.argv[1:]))
"""


def test_a_way_past_the_custodian_made_with_debians_age_is_refused(
    out: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Debian's 1.1.1 knows no labels, mixes our stanza with its own, and opens the file; we do not."""
    age = shutil.which("age")
    need(age, "the program age is not installed: apt-get install age")
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "age-plugin-mixer"
    program.write_text(_MIXER.format(python=sys.executable))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    binding, share = ask_of(out, out.slips[0]).binding, share_of(out, out.slips[0])
    data = binding.cid + binding.tid + binding.kid + share + IDENTITY.recipient.public_key
    recipients = ["-r", recipient_text("mixer", data), "-r", str(THIEF.recipient)]
    mixed = subprocess.run([str(age), *recipients], input=b"rows", capture_output=True, check=False)
    if mixed.returncode:  # of an age that knows labels
        assert b"incompatible" in mixed.stderr
        return
    plain = io.BytesIO()
    decrypt(io.BytesIO(mixed.stdout), plain, [THIEF])
    assert plain.getvalue() == b"rows", "for age it is a file like any other"
    size = out.size
    with pytest.raises(Unreadable) as caught:
        open_capsule(io.BytesIO(mixed.stdout), IDENTITY, out.desk("chief", "security"))
    assert (caught.value.key, out.size) == ("capsule.foreign_stanza", size)


@pytest.mark.parametrize("place", [0, 1])
def test_a_stanza_added_to_a_sealed_capsule_is_refused_wherever_it_stands(out: Town, place: int) -> None:
    """Whoever once opened the file knows its key, and can make the header right."""
    slip = out.slips[0]
    header = header_of(out, slip)
    file_key = rel1.unwrap(rel1.read_stanzas(header), IDENTITY).unmask(share_of(out, slip))
    stanzas = list(header.stanzas)
    stanzas[place:place] = THIEF.recipient.wrap(file_key)
    forged = Header.authenticated(stanzas, file_key=file_key)
    assert unwrap_age(forged, [THIEF]) == file_key, "for age it is a way in"
    data = forged.encode() + out.capsule(slip).read_bytes()[len(header.encode()) :]
    with pytest.raises(Unreadable) as caught:
        look_at(io.BytesIO(data))
    assert caught.value.key == "capsule.foreign_stanza"


# Time, and races.


def test_a_clock_that_is_set_back_opens_nothing_that_was_closed(out: Town) -> None:
    slip = out.slips[0]
    out.clock.advance(timedelta(hours=7, seconds=1))
    with pytest.raises(Refused) as caught:
        out.open(slip)
    assert caught.value.key == "custodian.too_late"
    suspend_copy(out.office, out.slips[1])  # something that the ledger wrote after the window
    out.clock.advance(timedelta(hours=-7))
    out.restart()
    with pytest.raises(Refused) as caught:
        out.open(slip)
    assert (caught.value.key, out.leaves("release.given")) == ("custodian.too_late", [])


def test_of_two_openings_at_once_where_one_is_left_one_is_given(out: Town) -> None:
    slip = out.slips[0]
    out.open(slip)
    ask, approvers = ask_of(out, slip), (signing_key("chief"), signing_key("security"))
    shares: list[bytes] = []
    refusals: list[str] = []
    start = threading.Barrier(2)

    def opens() -> None:
        office = Office.open(out.home, out.clock, finish=False)
        start.wait()
        try:
            shares.append(LocalDesk(office, approvers).share(ask))
        except SekishoError as error:
            refusals.append(error.key)
        finally:
            office.close()

    threads = [threading.Thread(target=opens) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(shares) == 1
    assert refusals[0] in {"custodian.opened_out", "custodian.answered"}
    assert len(out.leaves("release.given")) == 2
    out.verify()


def test_what_was_asked_and_approved_before_a_suspension_is_not_given_in_it(out: Town) -> None:
    slip = out.slips[0]
    request = ask_by_voice(out.office, challenge_of(out, slip))
    approve(out, request, "chief", "security")
    suspend_copy(out.office, slip)
    for refused in (
        lambda: give_release(out.office, request),
        lambda: out.open(slip),
        lambda: give_release(out.office, ask_by_voice(out.office, challenge_of(out, slip, b"more"))),
        lambda: opened(out, slip, online(out)),
    ):
        with pytest.raises((Refused, NotFound)):
            refused()
    assert out.leaves("release.given") == []
