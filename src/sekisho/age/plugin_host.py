"""A plugin of age, written in Python: the other side of :mod:`sekisho.age.plugin_client` (C2SP ``age-plugin.md``).

A plugin says how its texts become recipients and identities; :func:`main` speaks the protocol. Commands that are not known
here are grease and passed over. Whatever goes wrong is told to the client in the protocol's own words: standard error
gets no traceback, since a person reads it and a key could stand in it.
"""

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from sekisho.age import unpadded
from sekisho.age.errors import AgeError, HeaderError, MixedRecipientsError, PluginError
from sekisho.age.filekey import Identity, Recipient
from sekisho.age.pipes import Sink, Source
from sekisho.age.plugin_ipc import (
    FLAG,
    IDENTITY,
    RECIPIENT,
    BrokenError,
    Connection,
    index_of,
    read_identity,
    read_recipient,
)
from sekisho.age.stanza import FILE_KEY_SIZE, Stanza

_MOST = 4096
_SPOKE_WRONGLY, _USAGE = 1, 2
_Key = TypeVar("_Key")


class User:
    """The user of the client, as far as the client lets a plugin reach them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def tell(self, message: str) -> bool:
        """Show a message; return whether it could be shown.

        Raises:
            BrokenError: the client is gone.
        """
        return self._asked("msg", body=message).type == "ok"

    def confirm(self, question: str, *, yes: str, no: str | None = None) -> bool | None:
        """Ask a question; none if nobody could answer it."""
        choices = [unpadded.encode(each.encode()) for each in (yes, no) if each is not None]
        answer = self._asked("confirm", *choices, body=question)
        return None if answer.type == "fail" else answer.args == ("yes",)

    def public(self, question: str) -> str | None:
        """Ask for a text that may be seen while it is typed; none if nobody could answer."""
        return self._text("request-public", question)

    def secret(self, question: str) -> str | None:
        """Ask for a text that may not be seen; none if nobody could answer."""
        return self._text("request-secret", question)

    def _text(self, command: str, question: str) -> str | None:
        answer = self._asked(command, body=question)
        return None if answer.type == "fail" else answer.body.decode(errors="replace")

    def _asked(self, command: str, *args: str, body: str) -> Stanza:
        self._connection.send(command, *args, body=body.encode())
        answer = self._connection.receive()
        if answer.type == "unsupported":  # of a client older than the command: nobody there to answer
            return Stanza("fail")
        if answer.type not in {"ok", "fail"}:
            raise BrokenError("the client answered what no client answers")
        return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """What a plugin can do; what is none it cannot.

    Attributes:
        name: its name, as in ``age1NAME1…`` and in its program's.
        recipient: makes a recipient from the data of its text.
        identity: makes an identity from the data of its text.
        identity_as_recipient: makes a recipient from the data of an identity.
    """

    name: str
    recipient: Callable[[bytes, User], Recipient] | None = None
    identity: Callable[[bytes, User], Identity] | None = None
    identity_as_recipient: Callable[[bytes, User], Recipient] | None = None


@dataclass(slots=True)
class _Told:
    """What the client said in the first phase."""

    recipients: list[str] = field(default_factory=list)
    identities: list[str] = field(default_factory=list)
    file_keys: list[bytes] = field(default_factory=list, repr=False)
    files: dict[int, list[Stanza]] = field(default_factory=dict)
    labels: bool = False

    def count(self) -> int:
        """Return how much of it there is."""
        keys = len(self.recipients) + len(self.identities) + len(self.file_keys)
        return keys + sum(map(len, self.files.values()))


class _Failed(Exception):
    """What is sent as an error: of what, and why."""

    def __init__(self, *about: str, words: str) -> None:
        super().__init__(words)
        self.about = about
        self.words = words


def main(plugin: Plugin, arguments: Sequence[str], *, source: Source | None = None, sink: Sink | None = None) -> int:
    """Run a plugin as its program's main function does and return the exit code.

    Args:
        plugin: what it can do.
        arguments: of the command line, without the program's name.
        source: the client's commands; standard input unless given.
        sink: takes what is said to the client; standard output unless given.
    """
    machines = {FLAG + RECIPIENT: _recipient_v1, FLAG + IDENTITY: _identity_v1}
    machine = machines.get(arguments[0]) if len(arguments) == 1 else None
    if machine is None:
        _say(plugin, "age starts this program by itself, when a key names it")
        return _USAGE
    connection = Connection(source or sys.stdin.buffer, sink or sys.stdout.buffer)
    try:
        machine(plugin, connection)
    except PluginError as error:
        _say(plugin, str(error))
        return _SPOKE_WRONGLY
    return 0


def _say(plugin: Plugin, words: str) -> None:
    sys.stderr.write(f"age-plugin-{plugin.name}: {words}\n")


def _recipient_v1(plugin: Plugin, client: Connection) -> None:
    told = _listen(client)
    try:
        per_file, labels = _wrapped(plugin, told, User(client))
    except _Failed as failed:
        _tell(client, failed)
    else:
        if told.labels:
            _expect_ok(client, "labels", *sorted(labels))
        for number, stanzas in enumerate(per_file):
            for stanza in stanzas:
                _expect_ok(client, "recipient-stanza", str(number), stanza.type, *stanza.args, body=stanza.body)
    client.send("done")


def _wrapped(plugin: Plugin, told: _Told, user: User) -> tuple[list[list[Stanza]], frozenset[str]]:
    """Wrap every file key for everybody; nothing is sent before all of it succeeded."""
    recipients = _made(told.recipients, plugin.recipient, plugin.name, user, read=read_recipient, what="recipient")
    owners = _made(
        told.identities, plugin.identity_as_recipient, plugin.name, user, read=read_identity, what="identity"
    )
    per_file: list[list[Stanza]] = [[] for _ in told.file_keys]
    common: frozenset[str] | None = None
    for what, all_of_it in (("recipient", recipients), ("identity", owners)):
        for number, recipient in enumerate(all_of_it):
            with _about(what, str(number)):
                for stanzas, file_key in zip(per_file, told.file_keys, strict=True):
                    stanzas.extend(recipient.wrap(file_key))
                if common not in (None, recipient.labels):
                    raise MixedRecipientsError("these recipients cannot stand in one file: their labels differ")
                common = recipient.labels
    return per_file, common or frozenset()


def _identity_v1(plugin: Plugin, client: Connection) -> None:
    told, user = _listen(client), User(client)
    try:
        identities = _made(told.identities, plugin.identity, plugin.name, user, read=read_identity, what="identity")
    except _Failed as failed:
        _tell(client, failed)
    else:
        for number, stanzas in told.files.items():
            _unwrap(client, identities, number, stanzas)
    client.send("done")


def _unwrap(client: Connection, identities: Sequence[Identity], number: int, stanzas: Sequence[Stanza]) -> None:
    """Send the first file key that an identity has for one file, or what is wrong."""
    for place, identity in enumerate(identities):
        try:
            with _about("identity", str(place), file=number):
                file_key = identity.unwrap(stanzas)
        except _Failed as failed:
            _tell(client, failed)
            return
        if file_key is not None:
            _expect_ok(client, "file-key", str(number), body=file_key)
            return


def _made(
    texts: Iterable[str],
    make: Callable[[bytes, User], _Key] | None,
    name: str,
    user: User,
    *,
    read: Callable[[str], tuple[str, bytes]],
    what: str,
) -> list[_Key]:
    """Return what the texts stand for, all of them or none."""
    made = []
    for number, text in enumerate(texts):
        with _about(what, str(number)):
            found, data = read(text)
            if found != name.lower() or make is None:
                raise PluginError(f"this plugin knows no {what} of that kind")
            made.append(make(data, user))
    return made


@contextlib.contextmanager
def _about(*about: str, file: int | None = None) -> Iterator[None]:
    """Make of whatever goes wrong in a block what can be told to the client."""
    try:
        yield
    except BrokenError:
        raise
    except HeaderError as error:
        raise _Failed(*(about if file is None else ("stanza", str(file), "0")), words=str(error)) from None
    except AgeError as error:
        raise _Failed(*about, words=str(error)) from None
    except Exception:  # noqa: BLE001 - whoever opens a file gets words, and no traceback with what it was about
        raise _Failed("internal", words="the plugin met something that it does not know") from None


def _listen(client: Connection) -> _Told:
    """Take down what the client says, until it is done; what is not known is grease."""
    told = _Told()
    while (said := client.receive()).type != "done":
        match said:
            case Stanza(type="add-recipient", args=(text,)):
                told.recipients.append(text)
            case Stanza(type="add-identity", args=(text,)):
                told.identities.append(text)
            case Stanza(type="wrap-file-key", args=()) if len(said.body) == FILE_KEY_SIZE:
                told.file_keys.append(said.body)
            case Stanza(type="extension-labels", args=()):
                told.labels = True
            case Stanza(type="recipient-stanza", args=(number, kind, *args)):
                stanzas = told.files.setdefault(index_of(number), [])
                stanzas.append(Stanza(kind, tuple(args), said.body))
            case Stanza(type="add-recipient" | "add-identity" | "wrap-file-key" | "recipient-stanza"):
                raise BrokenError(f"the client said {said.type} wrongly")
        if told.count() > _MOST:
            raise BrokenError("the client never stops")
    return told


def _tell(client: Connection, failed: _Failed) -> None:
    _expect_ok(client, "error", *failed.about, body=failed.words.encode())


def _expect_ok(client: Connection, command: str, *args: str, body: bytes = b"") -> None:
    client.send(command, *args, body=body)
    if client.receive().type not in {"ok", "unsupported"}:  # the latter of a client that knows no labels
        raise BrokenError("the client did not take what it was given")
