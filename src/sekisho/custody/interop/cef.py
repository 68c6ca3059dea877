"""Events as CEF (ArcSight Common Event Format, version 0) in RFC 5424 lines, for what collects syslog.

One line an event, ASCII throughout: facility 13 (log audit), the log's origin as host, the type of event as MSGID. The
extension has the log's own keys beside CEF's, all of it ids, digests, codes and times.
"""

import json
from typing import Any

from sekisho.clock import to_text
from sekisho.custody.interop.meanings import MEANINGS, OTHER, Severity
from sekisho.custody.interop.ocsf import keys_of, uid_of
from sekisho.ledger.entry import Entry

_FACILITY = 13
_SYSLOG = {Severity.INFORMATIONAL: 6, Severity.LOW: 5, Severity.MEDIUM: 4, Severity.HIGH: 1}
"""Severity of RFC 5424: informational, notice, warning, alert."""

_CEF = {Severity.INFORMATIONAL: 1, Severity.LOW: 3, Severity.MEDIUM: 6, Severity.HIGH: 9}
_MOST_MSGID, _MOST_HOST = 32, 255


def cef(entry: Entry, *, origin: str) -> str:
    """Return an entry as one line, without its end.

    Args:
        entry: what happened.
        origin: the name of the log in which it stands.
    """
    meaning = MEANINGS.get(entry.type, OTHER)
    priority = _FACILITY * 8 + _SYSLOG[meaning.severity]
    header = f"<{priority}>1 {to_text(entry.at)} {_printed(origin, _MOST_HOST)} sekisho - {_printed(entry.type, _MOST_MSGID)} -"
    names = ("Sekisho", "Sekisho", "1", entry.type, meaning.name, str(_CEF[meaning.severity]))
    event = "|".join(["CEF:0", *map(_in_header, names)])
    extension = " ".join(f"{key}={_in_extension(value)}" for key, value in _extension(entry, origin).items())
    return f"{header} {event}|{extension}"


def _extension(entry: Entry, origin: str) -> dict[str, Any]:
    """Return CEF's own keys first, then labelled custom ones, then the entry's fields."""
    keys = keys_of(entry)
    found: dict[str, Any] = {"rt": int(entry.at.timestamp() * 1000), "externalId": uid_of(entry, origin)}
    if keys:
        found["suid"] = keys[0]
    if len(keys) > 1:
        found["duid"] = keys[1]
    if entry.copy is not None:
        found |= {"cs1": entry.copy, "cs1Label": "copy"}
    found |= {"cn1": entry.index, "cn1Label": "ledgerIndex"}
    return found | {f"sekisho{name[0].upper()}{name[1:]}": value for name, value in sorted(entry.fields.items())}


def _printed(text: str, most: int) -> str:
    """Return a text as a field of a syslog header takes it: printable ASCII without spaces."""
    return "".join(each if "!" <= each <= "~" else "_" for each in text)[:most] or "-"


def _in_header(text: str) -> str:
    return _ascii(" ".join(text.split())).replace("\\", "\\\\").replace("|", "\\|")


def _in_extension(value: Any) -> str:  # noqa: ANN401 - whatever a field holds
    text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), sort_keys=True)
    return _ascii(text).replace("\\", "\\\\").replace("=", "\\=").replace("\n", "\\n").replace("\r", "\\r")


def _ascii(text: str) -> str:
    """Return a text with every character beyond ASCII, and every one that is not printed, written out."""
    return "".join(each if " " <= each <= "~" or each in "\r\n" else f"<U+{ord(each):04X}>" for each in text)
