"""What the law asks of a purpose, as data: one record a requirement, with its article, its source and who looks at it.

The records stand in the TOML files beside this module, one file a legal basis; they are not legal advice. Whoever changes
the law's words changes a file; only a new way of looking at a purpose needs code (:mod:`sekisho.cut.law.checks`).
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from sekisho.catalogue.words import Language

Basis = Literal["pseudonymous", "anonymous", "entrustment"]
Status = Literal["verified", "our_reading", "from_memory"]

PERSON = "person"
"""In place of a check's name: nothing that a machine can look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a requirement was read.

    Attributes:
        id: its name in the records.
        title: what it is called.
        url: where it stands.
        version: of which day the text was.
        checked: when it was read.
    """

    id: str
    title: str
    url: str
    version: str
    checked: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One requirement.

    Attributes:
        id: its name, such as A1.
        article: the article, in Japanese.
        article_en: the same in English.
        sources: what was read, each with the place in it.
        status: how sure its text is.
        ja: what it asks.
        en: the same in English.
        before: the check on the purpose, or :data:`PERSON`; empty if there is none.
        after: the check on what leaves; empty if there is none.
    """

    id: str
    article: str
    article_en: str
    sources: tuple[tuple[Source, str], ...]
    status: Status
    ja: str
    en: str
    before: str = ""
    after: str = ""

    @property
    def checked(self) -> date:
        """The oldest day on which one of its sources was read."""
        return min(source.checked for source, _ in self.sources)

    def cited(self) -> str:
        """Return the sources with their places, on one line."""
        return "; ".join(f"{source.title} {place} <{source.url}>".replace("  ", " ") for source, place in self.sources)

    def says(self, language: Language) -> str:
        """Return what it asks, in words."""
        return self.ja if language == "ja" else self.en

    def article_in(self, language: Language) -> str:
        """Return its article, in words."""
        return self.article if language == "ja" else self.article_en


@cache
def rules_of(basis: str) -> tuple[Rule, ...]:
    """Return the requirements of a legal basis, in order; none of a basis that has no rules here.

    Raises:
        ValueError: a record is inconsistent.
    """
    if basis not in get_args(Basis):
        return ()
    return tuple(_rule(rule_id, record) for rule_id, record in _tables(basis).items())


def rule_called(rule_id: str) -> Rule | None:
    """Return the requirement of that name; None if no legal basis has one."""
    return next((rule for basis in get_args(Basis) for rule in rules_of(basis) if rule.id == rule_id), None)


@cache
def sources() -> dict[str, Source]:
    """Return everything that was read, by its name."""
    return {source_id: Source(id=source_id, **record) for source_id, record in _tables("sources").items()}


def _rule(rule_id: str, record: dict[str, Any]) -> Rule:
    try:
        named = [cited.partition(" ") for cited in record.pop("sources")]
        rule = Rule(id=rule_id, sources=tuple((sources()[name], place) for name, _, place in named), **record)
    except (KeyError, TypeError) as error:
        raise ValueError(f"{rule_id}: {error}") from error
    if (
        rule.status not in get_args(Status)
        or not rule.sources
        or not all((rule.article, rule.ja, rule.en, rule.before or rule.after))
    ):
        raise ValueError(f"{rule_id}: a record has articles, sources, a status and words in both languages")
    return rule


def _tables(name: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads(files("sekisho.cut.law").joinpath(f"{name}.toml").read_text(encoding="utf-8"))
