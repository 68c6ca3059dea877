"""The stanzas between client and plugin: one reading for what was written, and an error for everything else."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.age.errors import PluginError
from sekisho.age.plugin_ipc import (
    BrokenError,
    Connection,
    identity_text,
    read_identity,
    read_recipient,
    recipient_text,
    shown,
)
from sekisho.age.stanza import Stanza


@given(st.binary(max_size=200))
def test_whatever_bytes_come_they_are_a_stanza_or_an_error(data: bytes) -> None:
    connection = Connection(BytesIO(data), BytesIO())
    with pytest.raises(PluginError):
        for _ in range(len(data) + 1):
            connection.receive()


PRINTABLE = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20)


@given(PRINTABLE, st.lists(PRINTABLE, max_size=4), st.binary(max_size=300))
def test_what_is_sent_is_what_is_received(command: str, args: list[str], body: bytes) -> None:
    pipe = BytesIO()
    Connection(BytesIO(), pipe).send(command, *args, body=body)
    assert Connection(BytesIO(pipe.getvalue()), BytesIO()).receive() == Stanza(command, tuple(args), body)


@pytest.mark.parametrize("data", [b"-> a\n", b"-> a\nAAAA", b"->a\n\n", b"> a\n\n", b"-> a\n\xff\n", b"-> a\nAA=\n"])
def test_half_a_stanza_is_none(data: bytes) -> None:
    with pytest.raises(BrokenError):
        Connection(BytesIO(data), BytesIO()).receive()


def test_a_side_that_is_gone_is_an_error() -> None:
    gone = BytesIO()
    gone.write = _gone  # type: ignore[method-assign]  # a pipe whose reader closed it
    with pytest.raises(BrokenError):
        Connection(BytesIO(), gone).send("done")


def _gone(_: object) -> int:
    raise BrokenPipeError


@given(st.from_regex(r"[A-Za-z0-9+\-._]{1,20}", fullmatch=True), st.binary(max_size=60))
def test_texts_are_read_back(name: str, data: bytes) -> None:
    assert read_recipient(recipient_text(name, data)) == (name.lower(), data)
    assert read_identity(identity_text(name, data)) == (name.lower(), data)


def test_a_message_commands_no_terminal() -> None:
    assert shown("\x1b[2J開けます\u202e\r\n次".encode() + b"\xff") == "[2J開けます 次\ufffd"
