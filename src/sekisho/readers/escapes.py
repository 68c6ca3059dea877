"""Characters in disguise, brought back: the escapes of JSON, and percent-encoding beyond ASCII.

A line stays a line: what would become a control character becomes a blank.
"""

import re

_JSON = re.compile(rb"\\(?:u[0-9a-fA-F]{4}(?:\\u[0-9a-fA-F]{4})*+|[^u\r\n])")
_SHORT = {b"\\n": b" ", b"\\r": b" ", b"\\t": b" ", b"\\b": b" ", b"\\f": b" "}
# A lone %20 or %40 says nothing that its letters do not; only a run with a byte beyond ASCII is read.
_PERCENT = re.compile(rb"(?:%[0-7][0-9a-fA-F])*+%[89a-fA-F][0-9a-fA-F](?:%[0-9a-fA-F]{2})*+")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def read_json(text: bytes) -> bytes:
    r"""Undo what JSON writes behind a backslash.

    >>> read_json(rb'{"tel": "\uff10\uff19\uff10\n1985\/01\/02"}').decode()
    '{"tel": "０９０ 1985/01/02"}'
    """
    return read_percent(_JSON.sub(_unescaped, text) if b"\\" in text else text)


def read_percent(text: bytes) -> bytes:
    """Undo percent-encoding where it stands for UTF-8 beyond ASCII.

    >>> read_percent(b"q=%E5%B1%B1%E7%94%B0%20&a=%20b").decode()
    'q=山田 &a=%20b'
    """
    return _PERCENT.sub(_unquoted, text) if b"%" in text else text


def _unescaped(match: re.Match[bytes]) -> bytes:
    sign = match[0]
    if sign[1:2] != b"u":
        return _SHORT.get(sign, sign[1:])
    units = bytes.fromhex(sign.replace(b"\\u", b"").decode())
    return _printable(units.decode("utf-16-be", "replace"))


def _unquoted(match: re.Match[bytes]) -> bytes:
    try:
        return _printable(bytes.fromhex(match[0].replace(b"%", b"").decode()).decode())
    except UnicodeDecodeError:
        return match[0]


def _printable(text: str) -> bytes:
    return _CONTROLS.sub(" ", text).encode(errors="replace")
