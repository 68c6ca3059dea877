"""Trust policies (C2SP tlog-policy): which logs, which witnesses, and whose cosignatures together are enough.

One statement a line: ``log VKEY [URL]``, ``witness NAME VKEY [URL]``, ``group NAME K|any|all MEMBER…``, one ``quorum NAME|none``;
whole lines that begin with ``#`` are comments. A name is defined before it is used, a member belongs to one
group, and a public key counts once, whatever name or type it comes under.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Self

from sekisho.errors import Unreadable
from sekisho.ledger import note as notes
from sekisho.ledger.cosignature import CosignerKey, cosigned, parse_cosigner
from sekisho.ledger.note import VerifierKey

NONE = "none"
_ALLOWED = re.compile(r"[\t\x20-\x7e\x80-\U0010ffff]*")
_BLANKS = re.compile(r"[ \t]+")
_THRESHOLD = re.compile(r"[1-9][0-9]{0,8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """So many of these.

    Attributes:
        needed: how many.
        members: names of witnesses and groups.
    """

    needed: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A policy.

    Attributes:
        logs: keys of the logs, each with its address, which may be empty.
        witnesses: name → key.
        groups: name → group.
        quorum: name of what has to be met; ``none`` for nothing.
    """

    logs: Mapping[VerifierKey, str] = field(default_factory=dict)
    witnesses: Mapping[str, CosignerKey] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    quorum: str

    @classmethod
    def parse(cls, text: str | bytes) -> Self:
        """Read a policy.

        Raises:
            Unreadable: not of that form; names the line.
        """
        decoded = text if isinstance(text, str) else text.decode(errors="surrogateescape")
        parser = _Parser()
        for number, line in enumerate(decoded.split("\n"), 1):
            try:
                parser.read(_words(line))
            except (ValueError, LookupError, Unreadable) as error:
                raise Unreadable("ledger.bad_policy", line=number) from error
        if parser.quorum is None:
            raise Unreadable("ledger.bad_policy", line=decoded.count("\n") + 1)
        return cls(logs=parser.logs, witnesses=parser.witnesses, groups=parser.groups, quorum=parser.quorum)

    def is_met(self, names: Collection[str]) -> bool:
        """Tell whether the witnesses of these names are enough."""
        return self.quorum == NONE or self._is_met(self.quorum, names)

    def is_met_by(self, note: str | bytes) -> bool:
        """Tell whether enough witnesses cosigned a checkpoint.

        Raises:
            Unreadable: no note.
            LedgerBroken: a cosignature of one of them does not fit.
        """
        found = cosigned(notes.parse(note), self.witnesses.values())
        return self.is_met({name for name, key in self.witnesses.items() if key in found})

    def _is_met(self, name: str, names: Collection[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in names
        return sum(self._is_met(member, names) for member in group.members) >= group.needed


def _words(line: str) -> list[str]:
    if not _ALLOWED.fullmatch(line):
        raise ValueError("a control character")
    words = [word for word in _BLANKS.split(line) if word]
    return [] if words and words[0].startswith("#") else words


class _Parser:
    """What was read so far."""

    def __init__(self) -> None:
        self.logs: dict[VerifierKey, str] = {}
        self.witnesses: dict[str, CosignerKey] = {}
        self.groups: dict[str, Group] = {}
        self.quorum: str | None = None
        self._keys: set[bytes] = set()
        self._members: set[str] = set()

    def read(self, words: list[str]) -> None:
        """Read a line."""
        match words:
            case []:
                return
            case ["log", vkey, *url] if len(url) <= 1:
                key = VerifierKey.parse(vkey)
                self._must_be_new(key.public)
                self.logs[key] = "".join(url)
            case ["witness", name, vkey, *url] if len(url) <= 1:
                self._must_be_free(name)
                self.witnesses[name] = parse_cosigner(vkey)
                self._must_be_new(self.witnesses[name].public)
            case ["group", name, needed, *members] if members:
                self._must_be_free(name)
                self.groups[name] = Group(needed=_needed(needed, len(members)), members=tuple(self._taken(members)))
            case ["quorum", name] if self.quorum is None:
                if name != NONE:
                    self._must_be_known(name)
                self.quorum = name
            case _:
                raise ValueError("no statement of a policy")

    def _taken(self, members: list[str]) -> Iterator[str]:
        for member in members:
            self._must_be_known(member)
            if member in self._members:
                raise ValueError("a member of two groups, or twice of one")
            self._members.add(member)
            yield member

    def _must_be_free(self, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise ValueError("a name that is taken")

    def _must_be_known(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise LookupError(name)

    def _must_be_new(self, public: bytes) -> None:
        if public in self._keys:
            raise ValueError("a key that stands there already")
        self._keys.add(public)


def _needed(text: str, members: int) -> int:
    if text in {"any", "all"}:
        return 1 if text == "any" else members
    if not _THRESHOLD.fullmatch(text) or int(text) > members:
        raise ValueError("not a number of members")
    return int(text)
