"""The dead man's handle: after each round in which all went well, an address elsewhere is asked; when that stops, it alarms.

What watches from elsewhere, such as a check of Healthchecks or of the prefecture's monitoring, notices a machine that is off, a timer
that nobody started, and mail that no longer leaves: after such a round nothing is asked. The address is a secret, and in a file.
"""

from collections.abc import Mapping
from typing import ClassVar

import msgspec

from sekisho.custody.senders.message import Each, Message, Outlook, Surroundings, Unsent
from sekisho.custody.senders.secret_file import read_secret
from sekisho.custody.senders.wire import Target, exchange


class _Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of the channel."""

    url_file: str
    private: bool = False
    ca_file: str = ""


class PingSender:
    """Asks for one address after each good round. Options: ``url_file``, ``private``, ``ca_file``."""

    each: ClassVar[Each] = Each.ROUND

    def __init__(self, options: Mapping[str, str | int | bool], around: Surroundings) -> None:
        chosen = msgspec.convert(options, _Options)
        self._target = Target.parse(read_secret(around.folder, chosen.url_file), plain=chosen.private)
        self._private = chosen.private
        self._ca_file = around.folder / chosen.ca_file if chosen.ca_file else None

    def send(self, message: Message) -> None:
        """Do nothing: this one says that all is well."""

    def after_round(self, outlook: Outlook) -> None:  # noqa: ARG002 - nothing of it leaves
        """Ask for the address.

        Raises:
            Unsent: nothing answered, or not with success.
        """
        headers = {"User-Agent": "sekisho"}
        status = exchange(self._target, "GET", headers=headers, private=self._private, ca_file=self._ca_file)
        if not 200 <= status < 300:
            raise Unsent(f"status_{status}")
