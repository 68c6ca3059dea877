"""Words for people in both languages at once, as obligations carry them."""

from collections.abc import Iterable, Mapping

from sekisho.catalogue.words import LANGUAGES, Language, Said
from sekisho.loss.law.record import Text, texts


class Written(Said):
    """Words that a record has in both languages, to stand within other words."""

    @classmethod
    def of(cls, text: Text) -> "Written":
        """Return the words of a record."""
        return cls("", texts(text))

    def says(self, language: Language) -> str:
        """Return them in one language."""
        return str(self.values[language])


def in_both(*said: Said) -> Mapping[str, str]:
    """Return sentences as language → text; nothing where there are none."""
    return {language: _joined(language, said) for language in LANGUAGES} if said else {}


def each_in_both(said: Iterable[Said]) -> tuple[Mapping[str, str], ...]:
    """Return each of several sentences as language → text."""
    return tuple(in_both(each) for each in said)


def _joined(language: Language, said: Iterable[Said]) -> str:
    return ("。" if language == "ja" else "; ").join(each.says(language) for each in said)
