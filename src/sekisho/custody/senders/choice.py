"""Which sender a channel means: built in, or brought by an installed package at the seam ``sekisho.senders``.

A package brings a class that is a :class:`~sekisho.custody.senders.message.Sender`, under the name that channels use. There is no
sender that runs a command: what an alarm says must not decide what runs on the office's machine.
"""

from typing import cast

import msgspec

from sekisho.custody.alarm_policy import Channel
from sekisho.custody.senders.message import Each, Sender, Surroundings
from sekisho.errors import Misuse
from sekisho.plugins import load

_HERE = "sekisho.custody.senders"
_BUILT_IN = {
    "mail": f"{_HERE}.mail:MailSender",
    "mail-folder": f"{_HERE}.mail:FolderSender",
    "webhook": f"{_HERE}.webhook:WebhookSender",
    "calendar": f"{_HERE}.calendar_file:CalendarSender",
    "ping": f"{_HERE}.ping:PingSender",
}


def each_of(channel: Channel) -> Each:
    """Return what a channel sends one of; a channel of which nobody knows the sender fails with the alarm, and is shown."""
    try:
        return _class(channel).each
    except Misuse:
        return Each.ALARM


def open_sender(channel: Channel, around: Surroundings) -> Sender:
    """Return the sender of a channel.

    Raises:
        Misuse: there is none of this name, or it cannot work with these options.
        Missing, Refused, MediumError: a file that holds one of its secrets cannot be used.
    """
    try:
        return _class(channel)(channel.options, around)
    except (msgspec.ValidationError, ValueError):
        raise Misuse("custody.bad_channel", channel=channel.name, sender=channel.sender) from None


def _class(channel: Channel) -> type[Sender]:
    try:
        return cast("type[Sender]", load("sekisho.senders", channel.sender, _BUILT_IN))
    except LookupError:
        raise Misuse("custody.no_sender", channel=channel.name, sender=channel.sender) from None
