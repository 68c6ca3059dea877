"""The framework for plugins: whatever a client says, it gets words of the protocol and never a traceback."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import age_plugin_toy
import pyrage
import pyrage.plugin
import pytest
from age_plugin_toy import CRASHING, REFUSING, Toy
from hypothesis import given
from hypothesis import strategies as st
from plugin_samples import OTHER_DATA, OWNER_DATA, identity, install_toy, recipient

from sekisho.age.plugin_host import Plugin, main
from sekisho.age.plugin_ipc import Connection, recipient_text
from sekisho.age.stanza import Stanza
from sekisho.age.x25519 import X25519Identity, X25519Recipient

TOY = Plugin(name="toy", recipient=Toy, identity=Toy, identity_as_recipient=Toy)
DONE = Stanza("done")
KEY = Stanza("wrap-file-key", body=b"YELLOW SUBMARINE")
WRAP, UNWRAP = "--age-plugin=recipient-v1", "--age-plugin=identity-v1"


def conversation(machine: str, *said: Stanza, answers: int = 9, plugin: Plugin = TOY) -> tuple[int, list[Stanza]]:
    """Say something to a plugin, take whatever it gives, and return its exit code and what it said."""
    text = "".join(each.to_text() for each in (*said, DONE, *[Stanza("ok")] * answers))
    sink = BytesIO()
    code = main(plugin, [machine], source=BytesIO(text.encode()), sink=sink)
    heard, end = Connection(BytesIO(sink.getvalue()), BytesIO()), sink.getvalue().count(b"-> ")
    return code, [heard.receive() for _ in range(end)]


def wrapped(*data: bytes) -> list[Stanza]:
    code, (*stanzas, done) = conversation(WRAP, KEY, *[Stanza("add-recipient", (recipient(each),)) for each in data])
    assert (code, done) == (0, DONE)
    return [Stanza(each.args[1], each.args[2:], each.body) for each in stanzas]


def test_everything_is_wrapped_for_everybody() -> None:
    more = Stanza("wrap-file-key", body=bytes(16))
    said = (KEY, Stanza("add-recipient", (recipient(),)), more, Stanza("add-identity", (identity(OTHER_DATA),)))
    code, (*stanzas, done) = conversation(WRAP, *said)
    assert (code, done) == (0, DONE)
    places = [(each.type, each.args) for each in stanzas]
    assert places == [("recipient-stanza", (file, "toy", who)) for file in "01" for who in ("51", "52")]


def test_labels_are_told_to_who_knows_labels() -> None:
    said = (KEY, Stanza("add-recipient", (recipient(),)), Stanza("extension-labels"))
    _, (labels, stanza, done) = conversation(WRAP, *said)
    assert (labels, stanza.type, done) == (Stanza("labels", ("toy-exclusive",)), "recipient-stanza", DONE)


def test_grease_is_passed_over() -> None:
    grease = (Stanza("x-grease", ("1",), b"abc"), Stanza("add-more"), Stanza("labels", ("x",)))
    _, (stanza, done) = conversation(WRAP, *grease, KEY, *grease, Stanza("add-recipient", (recipient(),)), *grease)
    assert (stanza.type, done) == ("recipient-stanza", DONE)


def test_the_files_of_one_run_are_kept_apart() -> None:
    (first,), (second,) = wrapped(OWNER_DATA), wrapped(OTHER_DATA)
    files = [("7", first), ("7", second), ("8", second), ("9", Stanza("X25519", ("abc",)))]
    said = [Stanza("recipient-stanza", (number, each.type, *each.args), each.body) for number, each in files]
    code, found = conversation(UNWRAP, Stanza("add-identity", (identity(),)), *said)
    assert (code, found) == (0, [Stanza("file-key", ("7",), KEY.body), DONE])


@pytest.mark.parametrize(
    ("text", "about", "words"),
    [
        (recipient(behaviour=REFUSING), ("recipient", "1"), "not today,\nthe key is asleep"),
        (recipient(behaviour=CRASHING), ("internal",), "the plugin met something that it does not know"),
        (recipient_text("other", b"x"), ("recipient", "1"), "this plugin knows no recipient of that kind"),
        ("age1toy1x", ("recipient", "1"), "not a plugin's recipient (age1NAME1…): no separator, or too short"),
    ],
)
def test_where_one_recipient_fails_nothing_is_wrapped(text: str, about: tuple[str, ...], words: str) -> None:
    said = (KEY, Stanza("add-recipient", (recipient(),)), Stanza("add-recipient", (text,)))
    code, found = conversation(WRAP, *said)
    assert (code, found) == (0, [Stanza("error", about, words.encode()), DONE])


def test_where_one_identity_is_unknown_nothing_is_unwrapped() -> None:
    (stanza,) = wrapped(OWNER_DATA)
    said = Stanza("recipient-stanza", ("0", stanza.type, *stanza.args), stanza.body)
    texts = [identity(), X25519Identity(bytes(32)).to_secret_text()]
    code, (error, done) = conversation(UNWRAP, *[Stanza("add-identity", (each,)) for each in texts], said)
    assert (code, error.type, error.args, done) == (0, "error", ("identity", "1"), DONE)
    assert texts[1].encode() not in error.body


def test_an_own_stanza_that_is_malformed_is_told_and_the_next_file_opened() -> None:
    (stanza,) = wrapped(OWNER_DATA)
    said = [("0", Stanza("toy", ("51",), b"")), ("1", stanza)]
    told = [Stanza("recipient-stanza", (number, each.type, *each.args), each.body) for number, each in said]
    _, (error, key, done) = conversation(UNWRAP, Stanza("add-identity", (identity(),)), *told)
    assert (error.args, key.args, done) == (("stanza", "0", "0"), ("1",), DONE)


def test_recipients_whose_labels_differ_stand_in_no_file() -> None:
    plain = X25519Identity(bytes(range(32))).recipient
    plugin = Plugin(name="toy", recipient=Toy, identity_as_recipient=lambda *_: X25519Recipient(plain.public_key))
    said = (KEY, Stanza("add-recipient", (recipient(),)), Stanza("add-identity", (identity(),)))
    _, (error, _) = conversation(WRAP, *said, plugin=plugin)
    assert (error.type, error.args) == ("error", ("identity", "0"))


def test_what_a_plugin_cannot_do_it_says() -> None:
    nothing = Plugin(name="toy")
    _, (error, _) = conversation(UNWRAP, Stanza("add-identity", (identity(),)), plugin=nothing)
    assert error.body == b"this plugin knows no identity of that kind"


@pytest.mark.parametrize("arguments", [[], ["--help"], ["--age-plugin=recipient-v2"], [WRAP, UNWRAP]])
def test_no_other_state_machine_is_begun(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(TOY, arguments, source=BytesIO(), sink=BytesIO()) == 2
    assert capsys.readouterr().err == "age-plugin-toy: age starts this program by itself, when a key names it\n"


COMMANDS = st.sampled_from(["add-recipient", "add-identity", "wrap-file-key", "recipient-stanza", "ok", "fail", "x"])
ARGUMENTS = st.lists(st.sampled_from(["0", "1", "-1", "x", "toy", "51", recipient(), identity()]), max_size=4)
STANZAS = st.builds(Stanza, COMMANDS, ARGUMENTS.map(tuple), st.sampled_from([b"", KEY.body, bytes(96)]))


@given(st.sampled_from([WRAP, UNWRAP]), st.lists(STANZAS, max_size=12), st.binary(max_size=20))
def test_whatever_a_client_says_there_is_an_end_and_no_traceback(machine: str, said: list[Stanza], rest: bytes) -> None:
    text = "".join(each.to_text() for each in said).encode()
    for end in (DONE.to_text().encode() + Stanza("ok").to_text().encode() * 9, b""):
        assert main(TOY, [machine], source=BytesIO(text + end + rest), sink=BytesIO()) in {0, 1}


@given(st.lists(STANZAS, max_size=6))
def test_however_a_client_answers_there_is_an_end(answers: list[Stanza]) -> None:
    said = [
        KEY,
        Stanza("add-recipient", (recipient(),)),
        Stanza("add-recipient", (recipient(OTHER_DATA, b"\4"),)),
        DONE,
    ]
    text = "".join(each.to_text() for each in [*said, *answers])
    assert main(TOY, [WRAP], source=BytesIO(text.encode()), sink=BytesIO()) in {0, 1}


def test_a_client_that_leaves_gets_no_traceback(tmp_path: Path) -> None:
    program = [sys.executable, str(Path(age_plugin_toy.__file__)), WRAP]
    said = "".join(each.to_text() for each in (KEY, Stanza("add-recipient", (recipient(),)), DONE))
    done = subprocess.run(program, input=said.encode(), capture_output=True, check=False, cwd=tmp_path)
    assert (done.returncode, b"Traceback" in done.stderr) == (1, False)
    assert done.stderr.startswith(b"age-plugin-toy: the other side")


def test_pyrage_seals_and_opens_with_our_plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_toy(tmp_path / "bin", monkeypatch)
    to = pyrage.plugin.RecipientPluginV1("toy", [pyrage.plugin.Recipient.from_str(recipient())], [], _User())
    own = pyrage.plugin.IdentityPluginV1("toy", [pyrage.plugin.Identity.from_str(identity())], _User())
    assert pyrage.decrypt(pyrage.encrypt(b"plain", [to]), [own]) == b"plain"


class _User:
    """Nobody, as pyrage wants it."""

    def display_message(self, message: str) -> None: ...

    def confirm(self, message: str, yes: str, no: str | None) -> bool | None: ...

    def request_public_string(self, description: str) -> str | None: ...

    def request_passphrase(self, description: str) -> str | None: ...
