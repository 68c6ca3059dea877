"""Plugins of age, as their client: recipients and identities that another program wraps and unwraps for.

``age1NAME1…`` and ``AGE-PLUGIN-NAME-1…`` name a program ``age-plugin-NAME``, which is started once a file and spoken to
over its standard input and output (C2SP ``age-plugin.md``). The name goes into a path, so it is checked first (rage,
GHSA-4fg7-vxc8-qx5w), and a program is looked for in the absolute folders of ``PATH`` alone, never in the current one.
What the program wants of its user goes through a :class:`Dialogue`; what nobody is there to answer fails.
"""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from sekisho.age import unpadded
from sekisho.age.errors import PluginError
from sekisho.age.plugin_ipc import (
    BINARY,
    FLAG,
    IDENTITY,
    RECIPIENT,
    Connection,
    distinct,
    index_of,
    read_identity,
    read_recipient,
    shown,
)
from sekisho.age.stanza import FILE_KEY_SIZE, Stanza

_PATIENCE = 5.0
_MOST_STANZAS = 4096


def _nobody(*_: object) -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """How a plugin reaches its user; whatever returns none was not answered.

    Attributes:
        message: shows a message of the plugin named first; returns whether it could be shown.
        confirm: asks a question with what yes and no are called; no may be none.
        public: asks for something that may be seen while it is typed.
        secret: asks for something that may not.
    """

    message: Callable[[str, str], bool | None] = _nobody
    confirm: Callable[[str, str, str, str | None], bool | None] = _nobody
    public: Callable[[str, str], str | None] = _nobody
    secret: Callable[[str, str], str | None] = _nobody


NOBODY = Dialogue()
"""Nobody is there: every question of a plugin fails."""


class PluginRecipient:
    """Whom a plugin seals to; ``str()`` gives the text."""

    __slots__ = ("_command", "_dialogue", "_labels", "_text", "name")

    def __init__(self, name: str, text: str, dialogue: Dialogue, *, command: str = "add-recipient") -> None:
        self.name = name
        self._text = text
        self._dialogue = dialogue
        self._command = command
        self._labels: frozenset[str] | None = None

    @classmethod
    def from_text(cls, text: str, *, dialogue: Dialogue = NOBODY) -> Self:
        """Read an ``age1NAME1…`` text.

        Raises:
            KeyTextError: it is none; the text is not repeated.
        """
        return cls(read_recipient(text)[0], text, dialogue)

    def __str__(self) -> str:
        return self._text if self._command == "add-recipient" else f"the owner of an identity of {BINARY}{self.name}"

    def __repr__(self) -> str:
        return f"<PluginRecipient {self}>"

    @property
    def labels(self) -> frozenset[str]:
        """What the plugin said at the last wrapping; before any, it is asked with a file key of no file.

        Raises:
            PluginError: see :meth:`wrap`.
        """
        if self._labels is None:
            self.wrap(os.urandom(FILE_KEY_SIZE))
        return self._labels or frozenset()

    def wrap(self, file_key: bytes) -> tuple[Stanza, ...]:
        """Have the plugin wrap a file key; see :class:`sekisho.age.filekey.Recipient`.

        Raises:
            PluginError: there is no such plugin, it refused, or broke its protocol; its words are in the message.
            ValueError: the file key is not 16 bytes.
        """
        stanzas, self._labels = _wrap(self.name, self._command, self._text, file_key, self._dialogue)
        return stanzas


class PluginIdentity:
    """Whom a plugin opens for. The text may carry a secret, so neither ``str`` nor ``repr`` shows it."""

    __slots__ = ("_dialogue", "_text", "name")

    def __init__(self, name: str, text: str, dialogue: Dialogue) -> None:
        self.name = name
        self._text = text
        self._dialogue = dialogue

    @classmethod
    def from_text(cls, text: str, *, dialogue: Dialogue = NOBODY) -> Self:
        """Read an ``AGE-PLUGIN-NAME-1…`` text.

        Raises:
            KeyTextError: it is none; the text is not repeated.
        """
        return cls(read_identity(text)[0], text, dialogue)

    def __repr__(self) -> str:
        return f"<PluginIdentity of {BINARY}{self.name}>"

    def to_secret_text(self) -> str:
        """Return the text, to be written to an identity file and nowhere else."""
        return self._text

    @property
    def recipient(self) -> PluginRecipient:
        """Whoever has this identity, as one to seal to, where the plugin can."""
        return PluginRecipient(self.name, self._text, self._dialogue, command="add-identity")

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """Have the plugin unwrap the file key; see :class:`sekisho.age.filekey.Identity`.

        Raises:
            PluginError: there is no such plugin, it refused, or broke its protocol; its words are in the message.
        """
        with _started(self.name, IDENTITY) as plugin:
            plugin.send("add-identity", self._text)
            for stanza in stanzas:
                plugin.send("recipient-stanza", "0", stanza.type, *stanza.args, body=stanza.body)
            plugin.send("done")
            return _unwrapped(plugin, self.name, self._dialogue)


def _wrap(
    name: str, command: str, text: str, file_key: bytes, dialogue: Dialogue
) -> tuple[tuple[Stanza, ...], frozenset[str]]:
    if len(file_key) != FILE_KEY_SIZE:
        raise ValueError(f"a file key has {FILE_KEY_SIZE} bytes")
    with _started(name, RECIPIENT) as plugin:
        plugin.send(command, text)
        plugin.send("wrap-file-key", body=file_key)
        plugin.send("extension-labels")
        plugin.send("done")
        return _wrapped(plugin, name, dialogue)


def _wrapped(plugin: Connection, name: str, dialogue: Dialogue) -> tuple[tuple[Stanza, ...], frozenset[str]]:
    """Answer a plugin that wraps, until it is done."""
    stanzas: list[Stanza] = []
    labels: frozenset[str] | None = None
    while (said := plugin.receive()).type != "done":
        match said.type:
            case "recipient-stanza":
                stanzas.append(_stanza_of_file(said))
                if len(stanzas) > _MOST_STANZAS:
                    raise PluginError("the plugin never stops giving stanzas")
                plugin.send("ok")
            case "labels":
                if labels is not None:
                    raise PluginError("the plugin gave its labels twice")
                labels = distinct(said.args)
                plugin.send("ok")
            case _:
                _answer(plugin, said, name, dialogue)
    if not stanzas:
        raise PluginError(f"{BINARY}{name} gave no stanza")
    return tuple(stanzas), labels or frozenset()


def _unwrapped(plugin: Connection, name: str, dialogue: Dialogue) -> bytes | None:
    """Answer a plugin that unwraps, until it is done."""
    file_key: bytes | None = None
    while (said := plugin.receive()).type != "done":
        if said.type != "file-key":
            _answer(plugin, said, name, dialogue)
            continue
        if len(said.args) != 1 or index_of(said.args[0]) != 0 or file_key is not None:
            raise PluginError("the plugin gave a file key that nobody asked for")
        if len(said.body) != FILE_KEY_SIZE:
            raise PluginError(f"the plugin gave a file key that is not {FILE_KEY_SIZE} bytes")
        file_key = said.body
        plugin.send("ok")
    return file_key


def _stanza_of_file(said: Stanza) -> Stanza:
    if len(said.args) < 2 or index_of(said.args[0]) != 0:
        raise PluginError("the plugin gave a stanza of a file that nobody asked for")
    return Stanza(said.args[1], said.args[2:], said.body)


def _answer(plugin: Connection, said: Stanza, name: str, dialogue: Dialogue) -> None:
    """Answer what a plugin wants of its user; what is not known here is said to be so."""
    match said.type:
        case "error":
            plugin.send("ok")
            raise PluginError(f"{BINARY}{name}: {shown(said.body)}")
        case "msg":
            plugin.send("ok" if dialogue.message(name, shown(said.body)) else "fail")
        case "confirm":
            _confirm(plugin, said, name, dialogue)
        case "request-public" | "request-secret":
            ask = dialogue.secret if said.type == "request-secret" else dialogue.public
            answer = ask(name, shown(said.body))
            if answer is None:
                plugin.send("fail")
            else:
                plugin.send("ok", body=answer.encode())
        case _:
            plugin.send("unsupported")


def _confirm(plugin: Connection, said: Stanza, name: str, dialogue: Dialogue) -> None:
    try:
        choices = [shown(unpadded.decode(each)) for each in said.args]
        yes, no = choices if len(choices) == 2 else (*choices, None)
    except ValueError:
        raise PluginError("the plugin asked a question without answers") from None
    assert yes is not None
    answer = dialogue.confirm(name, shown(said.body), yes, no)
    if answer is None:
        plugin.send("fail")
    else:
        plugin.send("ok", "yes" if answer else "no")


def find(name: str, *, path: str | None = None) -> Path:
    """Return the program of a plugin.

    Args:
        name: its name, checked when its text was read.
        path: the folders to look in, as in ``PATH``, which it is unless given; relative ones are passed over.

    Raises:
        PluginError: there is none.
    """
    for folder in (os.environ.get("PATH", os.defpath) if path is None else path).split(os.pathsep):
        if folder and Path(folder).is_absolute():
            found = shutil.which(str(Path(folder) / f"{BINARY}{name}"))
            if found:
                return Path(found)
    raise PluginError(f"there is no plugin {BINARY}{name} in the folders of PATH")


@contextlib.contextmanager
def _started(name: str, machine: str) -> Iterator[Connection]:
    """Start a plugin for the length of a block; whatever becomes of the block, it does not outlive it."""
    program = find(name)
    # What it says on standard error goes where ours does. Its folder is the root: no plugin may rely on any, and none
    # that others write to is to be what it loads from.
    try:
        process = subprocess.Popen(  # noqa: S603 - a plugin is a program that the user installed and named
            [program, f"{FLAG}{machine}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=program.anchor
        )
    except OSError:
        raise PluginError(f"{BINARY}{name} could not be started") from None
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield Connection(process.stdout, process.stdin)
    except PluginError:
        process.terminate()
        raise
    except BaseException:
        process.kill()
        raise
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):
            if pipe:
                pipe.close()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
