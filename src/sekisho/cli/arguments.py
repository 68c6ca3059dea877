"""What people type, brought to values once: slip numbers, request numbers, times, media."""

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sekisho.clock import from_local
from sekisho.codes import checks, spoken_digits
from sekisho.errors import Misuse

_REFERENCE = re.compile(r"([CR])-?(\d{1,9})", re.IGNORECASE)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?")
_SLIP_LENGTH = 6
_LAST_PORT = 65535


def read_slip(text: str) -> str:
    """Return a slip number's digits.

    Raises:
        Misuse: a digit was misread.
    """
    digits = spoken_digits(text)
    if len(digits) != _SLIP_LENGTH or not checks(digits):
        raise Misuse("cli.slip_misread")
    return digits


def read_reference(text: str) -> tuple[str, int]:
    """Return kind and number of what waits for approval: ``C-3`` a copy, ``R-5`` a release.

    Raises:
        Misuse: neither.
    """
    match = _REFERENCE.fullmatch(text.strip())
    if match is None:
        raise Misuse("cli.no_reference", text=text)
    return match[1].upper(), int(match[2])


def read_time(text: str, zone: str) -> datetime:
    """Return a time on the office's wall clock, such as ``2022-06-21T17:00``.

    Raises:
        Misuse: no such time; or a day alone, which would be its midnight, and that is not what anybody meant.
    """
    written = text.strip().replace(" ", "T")
    if not _TIME.fullmatch(written):
        raise Misuse("cli.no_time", text=text)
    try:
        return from_local(written, zone)
    except ValueError:
        raise Misuse("cli.no_time", text=text) from None


def read_media(pairs: tuple[str, ...], labels: Sequence[str]) -> dict[str, Path]:
    """Return medium label → folder from ``LABEL=FOLDER``.

    Args:
        pairs: what was typed.
        labels: the labels there are; a label may hold the sign that stands between it and the folder.

    Raises:
        Misuse: not of that form, or a label twice.
    """
    media: dict[str, Path] = {}
    for pair in pairs:
        fitting = [label for label in labels if pair.startswith(f"{label}=")]
        label = max(fitting, key=len) if fitting else pair.partition("=")[0]
        folder = pair[len(label) + 1 :]
        if not label or not folder or label in media:
            raise Misuse("cli.no_medium_pair", text=pair)
        media[label] = Path(folder)
    return media


def read_listen(text: str) -> tuple[str, int]:
    """Return host and port of ``HOST:PORT``; an IPv6 address stands in brackets.

    Raises:
        Misuse: not of that form.
    """
    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or int(port) > _LAST_PORT:
        raise Misuse("cli.bad_listen", text=text)
    return host.removeprefix("[").removesuffix("]"), int(port)
