"""Mail: single messages (eml) and mailboxes (mbox), read by the standard library's parser.

Of a message the text holds who wrote to whom about what and every body, plain or HTML; attachments and forwarded messages
lie inside it. A mailbox is taken apart where a line begins with ``From `` behind an empty one, message by message.
"""

import re
from collections.abc import Iterable, Iterator
from email import message_from_bytes
from email.header import decode_header
from email.message import Message

from sekisho.readers.blob import Blob, Place
from sekisho.readers.context import Context
from sekisho.readers.encoding import guess
from sekisho.readers.markup import html_lines
from sekisho.readers.plain import bytes_of, words
from sekisho.readers.view import View

_FIELD = re.compile(rb"[!-9;-~]{1,60}:[ \t\r\n]")
_TELLING = re.compile(
    rb"(?im)^(?:from|to|cc|subject|date|received|message-id|mime-version|return-path|delivered-to|reply-to|x-mailer|"
    rb"content-type|content-transfer-encoding):"
)
_MAILBOX = re.compile(rb"From \S+.*\r?\n[!-9;-~]{1,60}:")
_BORDER = re.compile(rb"(?:\r?\n)(?=\r?\nFrom \S+[^\r\n]*\d{4}[^\r\n]*\r?\n[!-9;-~]{1,60}:)")
_SAID = ("From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Date", "Subject")
_PIECE_BYTES = 1 << 20
_LEAST_FIELDS = 2

# What mail calls ISO-2022-JP holds half-width kana and NEC's characters too; "gb2312" and the like are left as they are.
_CODECS = {"iso-2022-jp": "iso2022_jp_ext", "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932"}


def detect(head: bytes, blob: Blob) -> bool:
    """Tell mail by the fields it begins with, two of them such as every message has."""
    del blob
    if _MAILBOX.match(head):
        return True
    if not _FIELD.match(head):
        return False
    fields = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0]
    known = {found.lower() for found in _TELLING.findall(fields)}
    lines = fields.splitlines()
    return len(known) >= _LEAST_FIELDS and all(_FIELD.match(line + b" ") or line[:1] in b" \t" for line in lines[:-1])


def views(blob: Blob, context: Context) -> Iterator[View]:
    """Yield each message's text, and what is attached to it."""
    with blob.open() as file:
        is_mailbox = file.read(5) == b"From "
    if not is_mailbox:
        yield from _message(message_from_bytes(bytes_of(blob)), blob, context)
        return
    with blob.open() as file:
        for number, message in enumerate(_messages(iter(lambda: file.read(_PIECE_BYTES), b"")), 1):
            yield from context.member(blob, f"{number}.eml", [message])


def _messages(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Cut a mailbox into messages, without the lines that separate them."""
    rest = b""
    for chunk in chunks:
        *whole, rest = _BORDER.split(rest + chunk)
        yield from map(_without_border, whole)
    yield _without_border(rest)


def _without_border(message: bytes) -> bytes:
    message = message.lstrip(b"\r\n")
    return message.partition(b"\n")[2] if message.startswith(b"From ") else message


def _message(message: Message, blob: Blob, context: Context) -> Iterator[View]:
    lines, inside = [f"{name}: {_decoded(value)}" for name, value in _fields(message)], list[Message]()
    for part in _parts(message):
        if part.get_content_maintype() == "text" and part.get_content_disposition() != "attachment":
            lines += ["", *_body(part)]
        else:
            inside.append(part)
    yield words(Place(blob.path, blob.name), lines)
    for number, part in enumerate(inside, 1):
        name = _decoded(part.get_filename() or "") or f"{number}"
        yield from context.member(blob, name, [_content(part)])


def _fields(message: Message) -> Iterator[tuple[str, str]]:
    """Yield the fields that are given, as they stand: bytes beyond ASCII as surrogates."""
    found = [(name.lower(), str(value)) for name, value in message.raw_items()]
    for each in _SAID:
        yield from ((each, value) for name, value in found if name == each.lower())


def _parts(message: Message) -> Iterator[Message]:
    """Yield what a message is made of; a message within it stays whole."""
    if message.get_content_maintype() == "multipart" and isinstance(message.get_payload(), list):
        for part in message.get_payload():
            if isinstance(part, Message):
                yield from _parts(part)
    else:
        yield message


def _body(part: Message) -> list[str]:
    text = text_of(_content(part), part.get_content_charset())
    return html_lines(text) if part.get_content_subtype() == "html" else text.splitlines()


def _content(part: Message) -> bytes:
    payload = part.get_payload()
    if isinstance(payload, list):
        return b"".join(each.as_bytes() for each in payload if isinstance(each, Message))
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def text_of(content: bytes, charset: str | None) -> str:
    """Return text in the encoding that is declared, or where that is unknown or wrong, in the likeliest."""
    for codec in (_CODECS.get(charset or "", charset), getattr(guess(content), "codec", None)):
        if codec:
            try:
                return content.decode(codec)
            except (LookupError, ValueError):
                continue
    return content.decode("utf-8", "replace")


def _decoded(value: str) -> str:
    """Return a field's value with its encoded words (RFC 2047) read, and bytes that nobody encoded too."""
    raw = value.encode("ascii", "surrogateescape") if not value.isascii() and _has_raw(value) else None
    if raw is not None:
        value = text_of(raw, None)
    try:
        parts = decode_header(value)
    except ValueError:  # a word whose base64 is broken
        return value
    text = "".join(part if isinstance(part, str) else text_of(part, charset or "utf-8") for part, charset in parts)
    return " ".join(text.split())


def _has_raw(value: str) -> bool:
    return all(character < "\x80" or "\udc80" <= character <= "\udcff" for character in value)
