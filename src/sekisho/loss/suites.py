"""With which algorithms a capsule is encrypted, and on which lists they stand, as far as anybody has read the list. Pure.

A suite is on a list where every algorithm is that protects the content: the weakest says it. Whoever asks gets "unverified", and
not "listed", of what nobody read at the source (``suites.toml``).
"""

import csv
import io
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

_RECIPIENTS = {"age1pq1": "mlkem768x25519", "age1tag1": "p256"}
_LISTS = ("cryptrec", "iso", "nist")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One algorithm; see the head of ``suites.toml``."""

    id: str
    name: str
    role: str
    cryptrec: str
    iso: str
    nist: str
    mark: str
    source: str


@dataclass(frozen=True, slots=True)
class Suite:
    """The algorithms of a capsule.

    Attributes:
        parts: each.
    """

    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """Its name, for people."""
        return "age v1 + rel1: " + ", ".join(part.name for part in self.parts)

    @property
    def membership(self) -> str:
        """``listed`` where one of the two lists has every algorithm, ``not_listed`` where neither has one of them."""
        each = [_either(part.cryptrec, part.iso) for part in self.parts]
        return _weakest(each, good="listed", bad="not_listed")

    @property
    def nist(self) -> str:
        """``approved`` where all are, ``not_approved`` where one is not."""
        return _weakest([part.nist for part in self.parts], good="approved", bad="not_approved")


def suite_of(sealed_to: str) -> Suite:
    """Return the algorithms of a capsule that was sealed to a recipient (``age1…``); the share's own lie beside it."""
    recipient = next((part for prefix, part in _RECIPIENTS.items() if sealed_to.startswith(prefix)), "x25519")
    table = parts()
    return Suite(tuple(table[name] for name in (recipient, "hkdf-sha-256", "chacha20-poly1305", "aes-256-gcm")))


def checked_on() -> str:
    """Return the day on which the lists were last looked at."""
    return str(_raw()["checked_on"])


@cache
def parts() -> Mapping[str, Part]:
    """Return every algorithm by its id."""
    return {name: Part(id=name, **entry) for name, entry in _raw()["part"].items()}


def suites_csv(suites: Iterable[Suite]) -> bytes:
    """Return the table of algorithms against lists, for spreadsheets."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(["algorithm", "role", *_LISTS, "mark", "checked_on", "source"])
    for part in dict.fromkeys(part for suite in suites for part in suite.parts):
        lists = [getattr(part, name) for name in _LISTS]
        rows.writerow([part.name, part.role, *lists, part.mark, checked_on(), part.source])
    return text.getvalue().encode("utf-8-sig")  # a spreadsheet takes Japanese without the mark for another encoding


@cache
def _raw() -> dict[str, Any]:
    return tomllib.loads(files("sekisho.loss").joinpath("suites.toml").read_text(encoding="utf-8"))


def _either(*lists: str) -> str:
    return "listed" if "listed" in lists else "unverified" if "unverified" in lists else "not_listed"


def _weakest(each: list[str], *, good: str, bad: str) -> str:
    if bad in each:
        return bad
    return good if set(each) == {good} else "unverified"
