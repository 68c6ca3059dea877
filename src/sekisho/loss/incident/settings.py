"""``incident.toml``: how an office answers a loss, in a file beside ``office.toml``; without one the defaults hold.

What an office does not say is not known, and what hangs on it needs review: whether it is a public body decides between a
threshold of 100 people and one of 1,000. Schema in ``docs/reference/incident.schema.json``.
"""

import json
import tomllib
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from sekisho.catalogue.shape import told
from sekisho.catalogue.words import Said
from sekisho.custody.register import Identifier
from sekisho.errors import Unreadable

FILE = "incident.toml"


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file."""


class Contact(_Part, frozen=True, kw_only=True):
    """``[contact]``: where people ask.

    Attributes:
        unit: which section.
        phone: its number; the office's own where none is given.
        email: its address.
        hours: when it answers.
        url: of the official page.
        senders: every number and address from which the office calls or writes, for people who fear a fraud.
        dpo: who is responsible for data protection, as authorities are told.
    """

    unit: str = ""
    phone: str = ""
    email: str = ""
    hours: str = ""
    url: str = ""
    senders: tuple[str, ...] = ()
    dpo: str = ""


class Costs(_Part, frozen=True, kw_only=True):
    """``[costs]``: of a channel, for one person, in the office's currency.

    Attributes:
        currency: ISO 4217.
        letter: printing, envelope and postage.
        email: of one mail.
        sms: of one message.
    """

    currency: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}\Z")] = "JPY"
    letter: Annotated[int, msgspec.Meta(ge=0)] = 110
    email: Annotated[int, msgspec.Meta(ge=0)] = 0
    sms: Annotated[int, msgspec.Meta(ge=0)] = 10


class Webhook(_Part, frozen=True, kw_only=True):
    """``[[webhook]]``: another program that is told what becomes of incidents, at the one address that it names.

    Attributes:
        name: of it, which no other has.
        events: which types of entries it is told; all that are told, where none is named.
        options: of the sender, as of a channel of alarms: ``url`` or ``url_file``, ``secret_file``, ``key_file``, ``private``,
            ``ca_file``.
    """

    name: Identifier
    events: tuple[str, ...] = ()
    options: dict[str, str | int | bool]


class IncidentSettings(_Part, frozen=True, kw_only=True):
    """The file.

    Attributes:
        body: whether the office is a public body or a private one; empty while it has not said.
        roles: as what it handles the data that leaves.
        jurisdictions: whose laws are looked at, such as ``JP``, ``EU`` or ``US-CA``; contracts always are.
        languages: of its documents.
        on_duty: ids of persons who are paged at night; the privacy and key officers, where none is named.
        protected_officer: id of the person who handles people under address protection.
        envelope: the profile of its window envelopes.
        contact: where people ask.
        costs: of the channels.
        webhook: other programs that are told.
    """

    body: Literal["public", "private", ""] = ""
    roles: tuple[Literal["controller", "processor", "covered_entity"], ...] = ("controller",)
    jurisdictions: tuple[Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}(-[A-Z]{2})?\Z")], ...] = ("JP",)
    languages: tuple[Literal["ja", "en", "ja-plain"], ...] = ("ja", "en", "ja-plain")
    on_duty: tuple[Identifier, ...] = ()
    protected_officer: Identifier | Literal[""] = ""
    envelope: str = "jp-naga3"
    contact: Contact = Contact()
    costs: Costs = Costs()
    webhook: tuple[Webhook, ...] = ()


def read_incident_settings(folder: Path) -> IncidentSettings:
    """Read the file in an office's folder.

    Raises:
        Unreadable: no TOML, or not of the schema.
    """
    path = folder / FILE
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return IncidentSettings()
    except (OSError, UnicodeDecodeError):
        raise Unreadable("loss.bad_settings", path=path, where=Said("shape.no_text")) from None
    try:
        return msgspec.convert(tomllib.loads(text), IncidentSettings)
    except (ValueError, RecursionError) as error:
        raise Unreadable("loss.bad_settings", path=path, where=told(error, text)) from None


def incident_schema() -> str:
    """Return the JSON Schema of the file, as text."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Sekisho incident settings"}
    return json.dumps(head | msgspec.json.schema(IncidentSettings), indent=2, ensure_ascii=False) + "\n"
