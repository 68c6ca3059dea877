"""The error tree: what a person sees when Sekisho says no, and the exit code a script sees.

    SekishoError        70  something is wrong with Sekisho itself
    ├─ Misuse            2  the command cannot mean anything
    ├─ Refused           3  a rule says no
    ├─ MediumError       4  the medium or disk failed
    ├─ LedgerBroken      5  the ledger forked, or does not verify
    ├─ Unreadable        6  damaged, truncated or foreign input
    ├─ NotFound          7  no such thing here
    ├─ NoKey             8  the key, code or signature does not fit
    ├─ Missing           9  something has to be set up first
    └─ Busy             10  another Sekisho is at work

Exit code 0 is success, 1 means "findings" (``scan`` found personal data), 130 an interruption.

An error carries a key such as ``capsule.truncated`` (room and matter) into the catalogue (here
``catalogue/errors/capsule.toml``: what was wrong and what to do, in Japanese and English) and the values its words
need. Values are file names, columns, line numbers, ids and times; never a cell, a name, a key or a share.
"""

from typing import ClassVar

from sekisho.catalogue.words import Language, say

FINDINGS = 1
INTERRUPTED = 130


class SekishoError(Exception):
    """The root: caught only where a program ends."""

    exit_code: ClassVar[int] = 70

    def __init__(self, key: str, /, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values

    def what(self, language: Language = "en") -> str:
        """Say what was wrong, and where."""
        return say(f"errors/{self.key}", language, **self.values)

    def hint(self, language: Language = "en") -> str:
        """Say what to do next; empty where nothing helps."""
        return say(f"errors/{self.key}.hint", language, **self.values)

    def __str__(self) -> str:
        return self.what()


class Misuse(SekishoError):
    """The command cannot mean anything."""

    exit_code = 2


class Refused(SekishoError):
    """A rule of the office, the purpose or the custodian says no."""

    exit_code = 3


class MediumError(SekishoError):
    """The medium or disk failed; nothing was recorded as written."""

    exit_code = 4


class LedgerBroken(SekishoError):
    """The ledger forked or does not verify; nothing more is written."""

    exit_code = 5


class Unreadable(SekishoError):
    """The input is damaged, truncated or not ours."""

    exit_code = 6


class NotFound(SekishoError):
    """There is no such thing here."""

    exit_code = 7


class NoKey(SekishoError):
    """The key, code or signature does not fit."""

    exit_code = 8


class Missing(SekishoError):
    """Something has to be set up first."""

    exit_code = 9


class Busy(SekishoError):
    """Another Sekisho holds the lock."""

    exit_code = 10
