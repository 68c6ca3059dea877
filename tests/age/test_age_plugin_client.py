"""The client of plugins: who is started, what is asked of whom, and what is made of whatever comes back."""

import os
import shutil
import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TypeVar

import pytest
from age_plugin_toy import ASKING, CONFIRMING, CRASHING, PIN, REFUSING
from plugin_samples import OTHER_DATA, identity, install, install_saying, install_toy, recipient

from conftest import need
from sekisho.age import bech32
from sekisho.age.decrypt import decrypt
from sekisho.age.errors import AgeError, KeyTextError, MixedRecipientsError, PluginError
from sekisho.age.plugin_client import Dialogue, PluginIdentity, PluginRecipient, find
from sekisho.age.plugin_ipc import identity_text, recipient_text
from sekisho.age.stanza import Stanza
from sekisho.age.writer import encrypt
from sekisho.age.x25519 import X25519Identity

FILE_KEY = b"YELLOW SUBMARINE"
T = TypeVar("T")
DONE = b"-> done\n\n"
ANSWERING = Dialogue(
    message=lambda *_: True, confirm=lambda *_: True, public=lambda *_: "Hanako", secret=lambda *_: PIN
)


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return install_toy(tmp_path / "bin", monkeypatch)


def unwrapped(stanzas: tuple[Stanza, ...], text: str, dialogue: Dialogue = ANSWERING) -> bytes | None:
    return PluginIdentity.from_text(text, dialogue=dialogue).unwrap(stanzas)


@pytest.mark.usefixtures("toy")
def test_what_a_plugin_wraps_it_unwraps_for_its_owner_alone() -> None:
    to = PluginRecipient.from_text(recipient())
    stanzas = to.wrap(FILE_KEY)
    assert to.labels == {"toy-exclusive"}
    assert unwrapped(stanzas, identity()) == FILE_KEY
    assert unwrapped(stanzas, identity(OTHER_DATA)) is None
    assert unwrapped((Stanza("X25519", ("abc",), b""), *stanzas), identity()) == FILE_KEY
    assert unwrapped(PluginIdentity.from_text(identity()).recipient.wrap(FILE_KEY), identity()) == FILE_KEY


@pytest.mark.usefixtures("toy")
def test_labels_are_known_before_anything_is_wrapped() -> None:
    to, ordinary = PluginRecipient.from_text(recipient()), X25519Identity(bytes(range(32))).recipient
    assert to.labels == {"toy-exclusive"}
    with pytest.raises(MixedRecipientsError):
        encrypt(BytesIO(), [ordinary, PluginRecipient.from_text(recipient())])


@pytest.mark.usefixtures("toy")
def test_a_file_goes_through_a_plugin_there_and_back() -> None:
    sealed, opened = BytesIO(), BytesIO()
    with encrypt(sealed, [PluginRecipient.from_text(recipient())]) as writer:
        writer.write("大".encode())
    sealed.seek(0)
    decrypt(sealed, opened, [PluginIdentity.from_text(identity())])
    assert opened.getvalue().decode() == "大"


class Person:
    """Answers what a plugin asks, and remembers it."""

    def __init__(self) -> None:
        self.heard: list[tuple[object, ...]] = []
        self.dialogue = Dialogue(
            message=self._answer(True),
            confirm=self._answer(True),
            public=self._answer("Hanako"),
            secret=self._answer(PIN),
        )

    def _answer(self, answer: T) -> Callable[..., T]:
        def heard(*said: object) -> T:
            self.heard.append(said)
            return answer

        return heard


@pytest.mark.usefixtures("toy")
def test_a_plugin_reaches_its_user() -> None:
    person = Person()
    stanzas = PluginRecipient.from_text(recipient()).wrap(FILE_KEY)
    assert unwrapped(stanzas, identity(behaviour=ASKING), person.dialogue) == FILE_KEY
    assert person.heard == [("toy", "鍵の番号を [31m聞きます"), ("toy", "番号?"), ("toy", "name?")]


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize(
    ("behaviour", "dialogue", "words"),
    [
        (ASKING, Dialogue(), "age-plugin-toy: that was the wrong number"),
        (ASKING, Dialogue(secret=lambda *_: "999", public=lambda *_: ""), "age-plugin-toy: that was the wrong number"),
        (CONFIRMING, Dialogue(), "age-plugin-toy: left closed"),
        (CONFIRMING, Dialogue(confirm=lambda *_: False), "age-plugin-toy: left closed"),
        (REFUSING, ANSWERING, "age-plugin-toy: not today, the key is asleep"),
        (CRASHING, ANSWERING, "age-plugin-toy: the plugin met something that it does not know"),
    ],
)
def test_a_plugin_that_refuses_is_heard(
    behaviour: bytes, dialogue: Dialogue, words: str, capfd: pytest.CaptureFixture[str]
) -> None:
    stanzas = PluginRecipient.from_text(recipient()).wrap(FILE_KEY)
    with pytest.raises(PluginError) as caught:
        unwrapped(stanzas, identity(behaviour=behaviour), dialogue)
    assert str(caught.value) == words
    with pytest.raises(PluginError):
        PluginRecipient.from_text(recipient(behaviour=behaviour), dialogue=dialogue).wrap(FILE_KEY)
    assert capfd.readouterr().err == ""


@pytest.mark.usefixtures("toy")
def test_a_question_may_be_answered_with_yes() -> None:
    person = Person()
    stanzas = PluginRecipient.from_text(recipient()).wrap(FILE_KEY)
    assert unwrapped(stanzas, identity(behaviour=CONFIRMING), person.dialogue) == FILE_KEY
    assert person.heard == [("toy", "open?", "open", "leave")]


@pytest.mark.usefixtures("toy")
def test_a_malformed_stanza_of_the_plugins_own_is_an_error() -> None:
    with pytest.raises(PluginError, match="a body of another size"):
        unwrapped((Stanza("toy", ("51",), b"short"),), identity())


# Who is started.


@pytest.mark.parametrize(
    "text",
    [
        "",
        "age1toy",
        X25519Identity(bytes(32)).to_secret_text(),
        str(X25519Identity(bytes(32)).recipient),
        identity().lower(),
        recipient().upper(),
        recipient()[:-1],
    ],
)
def test_a_text_of_no_plugin_is_refused_and_not_repeated(text: str) -> None:
    for read in (PluginRecipient.from_text, PluginIdentity.from_text):
        with pytest.raises(KeyTextError) as caught:
            read(text)
        assert not text or text not in str(caught.value)


@pytest.mark.parametrize("name", ["", "../../tmp/evil", "a/b", "a\\b", "a b", "日本", "a:b", "a\n", "a;b"])
def test_a_name_that_could_name_a_program_elsewhere_is_none(name: str) -> None:
    for write in (recipient_text, identity_text):
        with pytest.raises(ValueError, match=r"letters, digits|printable"):
            write(name, b"")
    for prefix, read in ((f"age1{name}", PluginRecipient), (f"AGE-PLUGIN-{name.upper()}-", PluginIdentity)):
        if all("!" <= letter <= "~" for letter in prefix):  # what Bech32 can carry
            with pytest.raises(KeyTextError):
                read.from_text(bech32.encode(prefix, b"x"))


def test_the_current_folder_is_never_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = install(tmp_path / "here", monkeypatch, "toy", "#!/bin/sh\ntouch started\n")
    monkeypatch.chdir(program.parent)
    for path in ("", ".", os.pathsep, "./", f"..{os.sep}here", f".{os.pathsep}/nonexistent"):
        monkeypatch.setenv("PATH", path)
        with pytest.raises(PluginError, match="no plugin age-plugin-toy"):
            PluginRecipient.from_text(recipient()).wrap(FILE_KEY)
    assert [path.name for path in program.parent.iterdir()] == ["age-plugin-toy"]
    assert find("toy", path=str(program.parent)) == program


def test_a_program_that_cannot_start_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "bin", monkeypatch, "toy", "#!/nonexistent/interpreter\n")
    with pytest.raises(PluginError, match="could not be started"):
        PluginRecipient.from_text(recipient()).wrap(FILE_KEY)


# What comes back.

STANZA = b"-> recipient-stanza 0 toy 51\nAAAA\n"


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"nonsense\n",
        b"-> done",
        b"-> \n\n",
        b"->  done\n\n",
        b"-> done\nAAAB====\n",
        DONE,
        STANZA,
        b"-> recipient-stanza 1 toy\n\n" + DONE,
        b"-> recipient-stanza x toy\n\n" + DONE,
        b"-> recipient-stanza 0\n\n" + DONE,
        b"-> labels a\n\n-> labels b\n\n" + STANZA + DONE,
        b"-> labels a a\n\n" + STANZA + DONE,
        b"-> confirm\nAAAA\n" + STANZA + DONE,
        b"-> confirm !\nAAAA\n" + STANZA + DONE,
        b"-> confirm AAAA AAAA AAAA\nAAAA\n" + STANZA + DONE,
        b"-> error internal\nAAAA\n" + STANZA + DONE,
        STANZA * 5000 + DONE,
        b"-> " + b"a" * (1 << 20) + b"\n\n",
    ],
    ids=range(19),
)
def test_a_plugin_that_breaks_the_protocol_wraps_nothing(
    said: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_saying(tmp_path / "bin", monkeypatch, said)
    with pytest.raises(PluginError):
        PluginRecipient.from_text(recipient()).wrap(FILE_KEY)


KEY = b"-> file-key 0\nWUVMTE9XIFNVQk1BUklORQ\n"


@pytest.mark.parametrize(
    "said",
    [
        KEY + KEY + DONE,
        b"-> file-key 1\nWUVMTE9XIFNVQk1BUklORQ\n" + DONE,
        b"-> file-key\nWUVMTE9XIFNVQk1BUklORQ\n" + DONE,
        b"-> file-key 0\nWUVMTE9XIFNVQk1BUklO\n" + DONE,
        b"-> file-key 0\n\n" + DONE,
        b"-> error identity 0\nAAAA\n" + DONE,
        b"-> error stanza 0 0\nAAAA\n" + KEY + DONE,
        KEY,
    ],
    ids=range(8),
)
def test_a_plugin_that_breaks_the_protocol_unwraps_nothing(
    said: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_saying(tmp_path / "bin", monkeypatch, said)
    with pytest.raises(PluginError):
        unwrapped((), identity())


def test_what_is_not_known_is_answered_so_and_all_is_told_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = b"-> x-grease 1\nAAAA\n-> msg\naGk\n-> request-secret\n\n-> request-public\n\n" + KEY + DONE
    install_saying(tmp_path / "bin", monkeypatch, said)
    assert unwrapped((Stanza("toy", ("51",), b"abc"),), identity(), Dialogue()) == FILE_KEY
    told = f"-> add-identity {identity()}\n\n-> recipient-stanza 0 toy 51\nYWJj\n-> done\n\n"
    answers = "-> unsupported\n\n-> fail\n\n-> fail\n\n-> fail\n\n-> ok\n\n"
    assert (tmp_path / "bin" / "heard").read_text() == told + answers


def test_neither_text_nor_key_is_shown() -> None:
    own = PluginIdentity.from_text(identity())
    assert identity() not in f"{own} {own!r} {own.recipient} {own.recipient!r}"
    assert str(PluginRecipient.from_text(recipient())) == recipient()


# With the program age.


@pytest.fixture
def age() -> str:
    program = shutil.which("age")
    need(program, "the program age is not installed: apt-get install age")
    return program or ""


@pytest.mark.usefixtures("toy")
def test_age_and_we_use_the_same_plugin(age: str, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(identity() + "\n")
    (tmp_path / "plain").write_bytes(b"plain")
    command = [age, "-r", recipient(), "-o", str(tmp_path / "sealed"), str(tmp_path / "plain")]
    subprocess.run(command, check=True, capture_output=True)
    opened, ours = BytesIO(), BytesIO()
    with (tmp_path / "sealed").open("rb") as file:
        decrypt(file, opened, [PluginIdentity.from_text(identity())])
    assert opened.getvalue() == b"plain"
    with encrypt(ours, [PluginRecipient.from_text(recipient())]) as writer:
        writer.write(b"ours")
    done = subprocess.run([age, "-d", "-i", tmp_path / "key"], input=ours.getvalue(), check=True, capture_output=True)
    assert done.stdout == b"ours"


@pytest.mark.usefixtures("toy")
def test_age_tells_what_the_plugin_said(age: str, tmp_path: Path) -> None:
    ours = BytesIO()
    with encrypt(ours, [PluginRecipient.from_text(recipient())]) as writer:
        writer.write(b"ours")
    (tmp_path / "key").write_text(identity(behaviour=REFUSING) + "\n")
    done = subprocess.run([age, "-d", "-i", tmp_path / "key"], input=ours.getvalue(), capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"the key is asleep" in done.stderr
    assert b"Traceback" not in done.stderr


def test_no_error_is_outside_the_tree() -> None:
    assert issubclass(PluginError, AgeError)
