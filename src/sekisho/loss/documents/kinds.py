"""The kinds of documents that follow a loss, who reads each, and in which languages each is written."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from sekisho.catalogue.words import Language
from sekisho.errors import Misuse
from sekisho.loss.facts.fact import Visibility

DocumentLanguage = Literal["ja", "en", "ja-plain"]
"""Japanese, English, and plain Japanese (やさしい日本語) for what the public reads."""

LANGUAGES: tuple[DocumentLanguage, ...] = ("ja", "en", "ja-plain")


class DocumentKind(StrEnum):
    """What is written."""

    REGULATOR_PRELIMINARY = "regulator-preliminary"
    REGULATOR_FINAL = "regulator-final"
    REGULATOR_GDPR = "regulator-gdpr"
    POLICE_LOST = "police-lost"
    POLICE_THEFT = "police-theft"
    BOARD = "board"
    PRESS = "press"
    DO_NOT_SAY = "do-not-say"
    LETTER = "letter"
    EMAIL = "email"
    FAQ = "faq"
    CALL_SCRIPT = "call-script"
    PROCESSOR_NOTICE = "processor-notice"
    EXEMPTION_MEMO = "exemption-memo"
    STATEMENT = "statement"


AUDIENCE: Mapping[DocumentKind, Visibility] = MappingProxyType({
    DocumentKind.REGULATOR_PRELIMINARY: Visibility.REGULATOR,
    DocumentKind.REGULATOR_FINAL: Visibility.REGULATOR,
    DocumentKind.REGULATOR_GDPR: Visibility.REGULATOR,
    DocumentKind.POLICE_LOST: Visibility.REGULATOR,
    DocumentKind.POLICE_THEFT: Visibility.REGULATOR,
    DocumentKind.BOARD: Visibility.INTERNAL,
    DocumentKind.PRESS: Visibility.PUBLIC,
    DocumentKind.DO_NOT_SAY: Visibility.INTERNAL,
    DocumentKind.LETTER: Visibility.PUBLIC,
    DocumentKind.EMAIL: Visibility.PUBLIC,
    DocumentKind.FAQ: Visibility.PUBLIC,
    DocumentKind.CALL_SCRIPT: Visibility.PUBLIC,
    DocumentKind.PROCESSOR_NOTICE: Visibility.REGULATOR,
    DocumentKind.EXEMPTION_MEMO: Visibility.INTERNAL,
    DocumentKind.STATEMENT: Visibility.PUBLIC,
})  # fmt: skip
"""The most that the reader of each kind may hear; of a secret fact nobody hears by way of a document."""

TO_PERSONS = frozenset({DocumentKind.LETTER, DocumentKind.EMAIL})
"""The kinds that are written once for every set of kinds of data: each person reads only what concerns that person."""

_PLAIN = frozenset(kind for kind, most in AUDIENCE.items() if most is Visibility.PUBLIC)


def languages_of(kind: DocumentKind) -> tuple[DocumentLanguage, ...]:
    """Return the languages in which a kind is written: plain Japanese only where the public reads it."""
    return LANGUAGES if kind in _PLAIN else ("ja", "en")


def document_kind(text: str) -> DocumentKind:
    """Return the kind of a name.

    Raises:
        Misuse: there is none.
    """
    try:
        return DocumentKind(text)
    except ValueError:
        raise Misuse("loss.no_such_document", kind=text, kinds=" ".join(DocumentKind)) from None


def base_language(language: DocumentLanguage) -> Language:
    """Return the language of the catalogue in which what has no plain words of its own is said."""
    return "en" if language == "en" else "ja"
