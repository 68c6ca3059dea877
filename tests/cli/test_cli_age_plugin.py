"""The program ``age``, as Debian has it, opens a capsule with our plugin when a release is given, and not otherwise."""

import os
import pty
import re
import select
import shutil
import subprocess
import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from conftest import need
from invented_office import IDENTITY, Town, signing_key
from sekisho.age.errors import PluginError
from sekisho.age.header import read_header
from sekisho.age.plugin_client import Dialogue, PluginIdentity
from sekisho.age.plugin_ipc import identity_text, recipient_text
from sekisho.capsule.plugin import NAME, PluginKey, Route
from sekisho.codes import read_challenge_code, release_code
from sekisho.custodian.tickets import ReleaseRequest
from sekisho.custody.releasing import approve_release, ask_by_voice, give_release
from sekisho.custody.stopping import suspend_copy
from sekisho.loss.lost import report_lost

pytest_plugins = ("office_fixtures",)

# The plugin as it is installed, but for its clock: the town's stands still on the evening of the case.
_PROGRAM = """#!{python}
import sys
from datetime import UTC, datetime
import sekisho.clock
sekisho.clock.SystemClock = lambda: sekisho.clock.ManualClock(datetime(2022, 6, 21, 8, 0, tzinfo=UTC))
from sekisho.cli import age_plugin, plugin_routes
plugin_routes.LOOKS, plugin_routes.LOOK_SECONDS = {looks}, 0.1
age_plugin.main()
"""


def approve(town: Town, request: ReleaseRequest, *names: str) -> None:
    for name in names:
        approve_release(town.office, request, approver=signing_key(name))


@dataclass
class Opener:
    """Somebody with a capsule, the program age and a key for it."""

    age: str
    town: Town
    bin: Path

    def install(self, *, looks: int = 0) -> None:
        program = self.bin / "age-plugin-sekisho"
        program.write_text(_PROGRAM.format(python=sys.executable, looks=looks))
        program.chmod(0o755)

    def key(self, key: PluginKey | None = None) -> str:
        local = PluginKey(
            route=Route.LOCAL,
            address=str(self.town.home),
            kid=self.town.office.custodian.kid,
            key=IDENTITY.to_secret_text(),
        )
        return identity_text(NAME, (key or local).encode())

    def command(self, slip: str, key: PluginKey | None = None) -> list[str]:
        path = self.town.root / "sekisho.identity"
        path.write_text(self.key(key) + "\n")
        return [self.age, "-d", "-i", str(path), "-o", str(self.town.root / "opened"), str(self.town.capsule(slip))]

    def open(self, slip: str, key: PluginKey | None = None) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            self.command(slip, key), capture_output=True, text=True, check=False, env=_english(), start_new_session=True
        )
        assert "Traceback" not in done.stderr
        assert IDENTITY.to_secret_text() not in done.stderr
        return done

    def opened(self) -> list[str]:
        """Return the names of the files that came out."""
        with ZipFile(self.town.root / "opened") as payload:
            assert payload.testzip() is None
            return payload.namelist()

    def refused(self, slip: str, words: str) -> None:
        done = self.open(slip)
        assert (done.returncode, self.town.leaves("release.given")) == (1, [])
        assert words in done.stderr
        assert not (self.town.root / "opened").exists() or (self.town.root / "opened").read_bytes() == b""

    def waiting(self) -> ReleaseRequest:
        return self.town.office.releases.get(1)


def _english() -> dict[str, str]:
    return os.environ | {"LC_ALL": "C.UTF-8"}


@pytest.fixture
def opener(out: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Opener:
    age = shutil.which("age")
    need(age, "the program age is not installed: apt-get install age")
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    made = Opener(age or "", out, tmp_path / "bin")
    made.install()
    return made


def test_age_opens_a_capsule_once_two_persons_approved_and_not_before(opener: Opener) -> None:
    slip = opener.town.slips[0]
    opener.refused(slip, "0 of 2 approvals are there.")
    approve(opener.town, opener.waiting(), "chief")
    opener.refused(slip, "1 of 2 approvals are there.")
    approve(opener.town, opener.waiting(), "security")
    assert opener.open(slip).returncode == 0
    assert "rows.csv" in opener.opened()
    (leaf,) = opener.town.leaves("release.given")
    assert (leaf.fields["request"], opener.town.state(slip)) == (1, "opened")


def test_age_waits_while_the_approvers_sign(opener: Opener) -> None:
    opener.install(looks=300)
    slip = opener.town.slips[0]
    with subprocess.Popen(
        opener.command(slip), stderr=subprocess.PIPE, text=True, env=_english(), start_new_session=True
    ) as running:
        assert running.stderr
        assert any("0 of 2 approvals" in line for line in running.stderr)
        approve(opener.town, opener.waiting(), "chief", "security")
        assert running.wait() == 0
    assert "rows.csv" in opener.opened()


def test_age_opens_nothing_after_destroy_and_tells_the_custodians_words(opener: Opener) -> None:
    slip = opener.town.slips[0]
    report_lost(opener.town.office, [slip], key_officer=signing_key("security"))
    opener.refused(slip, "destroyed")


def test_age_opens_nothing_while_suspended(opener: Opener) -> None:
    suspend_copy(opener.town.office, opener.town.slips[0])
    opener.refused(opener.town.slips[0], "suspended")
    assert opener.town.leaves("release.requested") == []


def test_nothing_is_opened_that_may_not_be_saved(opener: Opener) -> None:
    """What ``age`` writes is saved."""
    town = opener.town
    answers = tuple(cut.id for cut in town.cuts if cut.profile == "answer")
    (slip,) = town.sealed("USB-3", cuts=answers, allow_save=False)
    town.carry(slip, "officer", "carrier")
    opener.refused(slip, "may not be saved")


def test_another_custodians_capsule_is_not_asked_for(opener: Opener) -> None:
    stranger = PluginKey(route=Route.LOCAL, address=str(opener.town.home), kid=bytes(8), key=IDENTITY.to_secret_text())
    done = opener.open(opener.town.slips[0], stranger)
    assert (done.returncode, opener.town.leaves("release.requested")) == (1, [])
    assert "another custodian's" in done.stderr


def test_a_stranger_stanza_beside_ours_is_refused_though_age_would_open_it(opener: Opener) -> None:
    """Debian's age 1.1.1 knows no labels and would mix; so the refusal at opening is the real guard."""
    town, slip = opener.town, opener.town.slips[0]
    data = town.capsule(slip).read_bytes()
    header = read_header(BytesIO(data))
    stanzas = (*header.stanzas, *IDENTITY.recipient.wrap(bytes(16)))
    identity = PluginIdentity.from_text(opener.key())
    with pytest.raises(PluginError, match="passes the custodian"):
        identity.unwrap(stanzas)
    assert town.leaves("release.requested") == []


# The key in a file, or none.


def test_the_key_may_lie_in_a_file(opener: Opener) -> None:
    town, slip, path = opener.town, opener.town.slips[0], opener.town.root / "supervisor.identity"
    path.write_text(f"# a key\n{IDENTITY.to_secret_text()}\n")
    key = PluginKey(route=Route.LOCAL, address=str(town.home), path=str(path))
    assert "0 of 2" in opener.open(slip, key).stderr
    approve(town, opener.waiting(), "chief", "security")
    assert opener.open(slip, key).returncode == 0
    path.unlink()
    assert "supervisor.identity" in opener.open(slip, key).stderr


@pytest.mark.parametrize("data", [b"", b"\2\0\0\0\0\0k", b"\1\0\0\0\0\0AGE-SECRET-KEY-1"])
def test_a_key_that_is_none_is_told_so(opener: Opener, data: bytes) -> None:
    header = read_header(BytesIO(opener.town.capsule(opener.town.slips[0]).read_bytes()))
    with pytest.raises(PluginError, match=r"cannot be read|not an X25519 identity"):
        PluginIdentity.from_text(identity_text(NAME, data)).unwrap(header.stanzas)


def test_an_office_that_is_not_here_is_told_so(opener: Opener, tmp_path: Path) -> None:
    key = PluginKey(route=Route.LOCAL, address=str(tmp_path / "nowhere"), key=IDENTITY.to_secret_text())
    done = opener.open(opener.town.slips[0], key)
    assert (done.returncode, "nowhere" in done.stderr) == (1, True)


def test_a_plain_age_file_is_not_ours(opener: Opener, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(opener.key() + "\n")
    to = str(IDENTITY.recipient)
    plain = subprocess.run([opener.age, "-r", to], input=b"plain", capture_output=True, check=True).stdout
    done = subprocess.run(
        [opener.age, "-d", "-i", str(tmp_path / "key")], input=plain, capture_output=True, check=False
    )
    assert (done.returncode, b"no identity matched" in done.stderr) == (1, True)


def test_age_cannot_seal_a_capsule(opener: Opener) -> None:
    to = recipient_text(NAME, b"\1")
    done = subprocess.run(
        [opener.age, "-r", to], input="x", capture_output=True, text=True, check=False, env=_english()
    )
    assert (done.returncode, "sealed by its office" in done.stderr) == (1, True)


# By telephone.

VOICE = PluginKey(route=Route.VOICE, key=IDENTITY.to_secret_text())


def _read_back(town: Town, told: str) -> str:
    """Have a release read back to whoever read these eighteen digits aloud."""
    found = re.search(r"(\d{6})\s+(\d{6})\s+(\d{6})", told)
    assert found
    request = ask_by_voice(town.office, read_challenge_code(" ".join(found.groups())))
    approve(town, request, "chief", "security")
    return release_code(give_release(town.office, request))


def test_eighteen_digits_go_out_and_forty_eight_come_back(opener: Opener) -> None:
    town, slip = opener.town, opener.town.slips[0]
    told: list[str] = []
    typed: list[str] = []

    def tell(_: str, words: str) -> bool:
        told.append(words)
        return True

    def answer(_: str, __: str) -> str:
        """Type half of it, then a wrong group, then all of it."""
        if not typed:
            code = _read_back(town, " ".join(told))
            typed.extend([code, "999999" + code[6:], code[:6]])
        return typed.pop()

    dialogue = Dialogue(message=tell, secret=answer)
    header = read_header(BytesIO(town.capsule(slip).read_bytes()))
    file_key = PluginIdentity.from_text(opener.key(VOICE), dialogue=dialogue).unwrap(header.stanzas)
    assert file_key is not None
    header.verify(file_key)
    assert ["6 digits" in told[2], "Group 1" in told[3], typed] == [True, True, []]
    assert [leaf.fields["route"] for leaf in town.leaves("release.given")] == ["voice"]


def test_who_does_not_acknowledge_what_is_recorded_is_given_nothing(opener: Opener) -> None:
    town = opener.town
    header = read_header(BytesIO(town.capsule(town.slips[0]).read_bytes()))
    asked: list[str] = []

    def no(_: str, question: str, __: str, ___: str | None) -> bool:
        asked.append(question)
        return False

    for key in (VOICE, None):
        with pytest.raises(PluginError, match="acknowledged"):
            PluginIdentity.from_text(opener.key(key), dialogue=Dialogue(confirm=no)).unwrap(header.stanzas)
    assert all("The office's ledger will record" in question for question in asked)
    assert (len(asked), town.leaves("release.requested")) == (2, [])


def test_where_nobody_can_be_asked_nothing_opens(opener: Opener) -> None:
    header = read_header(BytesIO(opener.town.capsule(opener.town.slips[0]).read_bytes()))
    with pytest.raises(PluginError):
        PluginIdentity.from_text(opener.key(VOICE)).unwrap(header.stanzas)


def _wait_for(terminal: int, words: bytes) -> str:
    """Read a terminal until it says something, and return all that it said."""
    said = b""
    while words not in said:
        ready, _, _ = select.select([terminal], [], [], 120)
        assert ready, f"it said {said!r} and no more"
        said += os.read(terminal, 4096)
    return said.decode()


def test_age_asks_for_the_digits_on_its_terminal(opener: Opener) -> None:
    setsid = shutil.which("setsid")
    need(setsid, "setsid is not installed: apt-get install util-linux")
    end, terminal = pty.openpty()
    command = [setsid or "", "--ctty", *opener.command(opener.town.slips[0], VOICE)]
    with subprocess.Popen(command, stdin=terminal, stdout=terminal, stderr=terminal, env=_english()) as running:
        os.close(terminal)
        try:
            _wait_for(end, b"or [2]")
            os.write(end, b"1")
            told = _wait_for(end, b"The 48 digits")
            os.write(end, _read_back(opener.town, told).encode() + b"\n")
            assert running.wait(120) == 0
        finally:
            running.kill()
            os.close(end)
    assert "rows.csv" in opener.opened()
