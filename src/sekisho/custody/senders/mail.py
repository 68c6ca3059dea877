"""Alarms by e-mail: one to each person, in Japanese and English, with ids and slip numbers and nobody's name.

Over SMTP with STARTTLS or TLS (RFC 5321, 3207, 8314), or as files in a folder that another program sends on. A message that leaves
twice has the same ``Message-ID`` (RFC 5322); ``Auto-Submitted`` keeps holiday replies away (RFC 3834).
"""

import hashlib
import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Annotated, Any, ClassVar, Literal

import msgspec

from sekisho.catalogue.words import LANGUAGES, Language, Said, say
from sekisho.clock import to_local
from sekisho.custody.register import Email
from sekisho.custody.senders.message import Each, Message, Outlook, Surroundings, Unsent
from sekisho.custody.senders.secret_file import read_secret
from sekisho.custody.senders.wire import MOST_SECONDS, at_most
from sekisho.files import write_whole

_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_FIRST_PERMANENT = 500


class _Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"sender": "from"}):
    """Options of a channel that speaks to a server."""

    host: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9.:-]+\Z")]
    sender: Annotated[Email, msgspec.Meta(min_length=3)]
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 0
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password_file: str = ""
    ca_file: str = ""


class _FolderOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"sender": "from"}):
    """Options of a channel that writes files."""

    folder: str
    sender: Annotated[Email, msgspec.Meta(min_length=3)]


class MailSender:
    """Hands alarms to a mail server.

    Options: ``host``, ``port``, ``from``; ``security`` is ``starttls`` (default), ``tls`` or, for a relay on the office's own
    network, ``none``; ``user`` and ``password_file``, which never go over a connection without TLS; ``ca_file``.
    """

    each: ClassVar[Each] = Each.PERSON

    def __init__(self, options: Mapping[str, str | int | bool], around: Surroundings) -> None:
        self._options = msgspec.convert(options, _Options)
        if bool(self._options.user) != bool(self._options.password_file):
            raise ValueError("a user and a password, or neither")
        if self._options.user and self._options.security == "none":
            raise ValueError("no password without TLS")
        self._folder = around.folder

    def send(self, message: Message) -> None:
        """Hand an alarm to the server.

        Raises:
            Unsent: it did not take it.
        """
        mail = compose(message, sender=self._options.sender)
        try:
            self._hand_over(mail)
        except smtplib.SMTPResponseException as error:
            raise Unsent(f"smtp_{error.smtp_code}", final=_is_final(error)) from None
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise Unsent(f"smtp_{max(codes)}", final=min(codes) >= _FIRST_PERMANENT) from None
        except ssl.SSLCertVerificationError:
            raise Unsent("certificate") from None
        except (OSError, smtplib.SMTPException, ValueError):
            raise Unsent("no_answer") from None

    def after_round(self, outlook: Outlook) -> None:
        """Do nothing."""

    def _hand_over(self, mail: EmailMessage) -> None:
        options = self._options
        password = read_secret(self._folder, options.password_file) if options.user else ""
        with self._connected() as server, at_most(lambda: server.sock):
            if options.security == "starttls":
                server.starttls(context=self._context())
            if options.user:
                server.login(options.user, password)
            server.send_message(mail)

    def _context(self) -> ssl.SSLContext:
        authority = self._options.ca_file
        return ssl.create_default_context(cafile=str(self._folder / authority) if authority else None)

    def _connected(self) -> smtplib.SMTP:
        options = self._options
        port = options.port or _PORTS[options.security]
        if options.security == "tls":
            return smtplib.SMTP_SSL(options.host, port, timeout=MOST_SECONDS, context=self._context())
        return _Server(options.host, port, timeout=MOST_SECONDS)


class _Server(smtplib.SMTP):
    """A server whose greeting may not dribble either."""

    def connect(self, *arguments: Any, **options: Any) -> tuple[int, bytes]:  # noqa: ANN401 - the class's own
        """Connect, and read the greeting."""
        with at_most(lambda: self.sock):
            return super().connect(*arguments, **options)


class FolderSender:
    """Writes alarms as files that another program sends on. Options: ``folder``, ``from``."""

    each: ClassVar[Each] = Each.PERSON

    def __init__(self, options: Mapping[str, str | int | bool], around: Surroundings) -> None:
        chosen = msgspec.convert(options, _FolderOptions)
        self._folder, self._sender = around.folder / chosen.folder, chosen.sender

    def send(self, message: Message) -> None:
        """Write an alarm; one that was written before stays as it is.

        Raises:
            Unsent: the disk refused.
        """
        path = self._folder / f"{_digest(message)}.eml"
        try:
            write_whole(path, compose(message, sender=self._sender).as_bytes(policy=SMTP))
        except FileExistsError:
            return
        except OSError:
            raise Unsent("disk") from None

    def after_round(self, outlook: Outlook) -> None:
        """Do nothing."""


def compose(message: Message, *, sender: str) -> EmailMessage:
    """Return the mail of an alarm.

    Args:
        message: the alarm; with the address it goes to.
        sender: the office's address.
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = message.address
    mail["Subject"] = " / ".join(subject(message, language) for language in LANGUAGES)
    mail["Date"] = format_datetime(message.at)
    mail["Message-ID"] = f"<{_digest(message)}@{message.origin.partition('/')[0]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("\n\n".join(body(message, language) for language in LANGUAGES) + "\n")
    return mail


def subject(message: Message, language: Language) -> str:
    """Return the subject of an alarm's mail."""
    return say("alarm.subject", language, task=Said(f"alarm.task.{message.task}"), subject=message.subject or "-")


def body(message: Message, language: Language) -> str:
    """Return the words of an alarm's mail."""
    return say(
        "alarm.body",
        language,
        what=Said(f"alarm.todo.{message.task}", {"subject": _with_slips(message)}),
        rung=Said(f"alarm.rung.{message.rung}"),
        due=f"{to_local(message.due, message.zone)} ({message.zone})",
        number="-" if message.index < 0 else message.index,
        origin=message.origin,
        phone=message.phone,
    )


def _with_slips(message: Message) -> str:
    return f"{message.subject} ({' '.join(message.slips)})" if message.slips else message.subject


def _digest(message: Message) -> str:
    return hashlib.sha256(f"{message.origin}/{message.key}".encode()).hexdigest()[:32]


def _is_final(error: smtplib.SMTPResponseException) -> bool:
    """Tell whether a server will never take this message; a wrong password or certificate may be put right."""
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= _FIRST_PERMANENT
