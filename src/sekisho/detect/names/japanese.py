"""Japanese names by what they are made of: a surname and a given name that dictionaries know.

A surname alone says little: 福島, 山口 and 千葉 are prefectures, stations and companies as well. A surname with a given name
behind it says much: of 30,000 nouns of three to five kanji 1 in 80 can be split so, of the names in an encyclopedia 4 in 5.
"""

from functools import lru_cache

from sekisho.canon.name import name as canonical_name
from sekisho.detect.names.lexicon import Class, lexicon
from sekisho.detect.names.lists import given_names, surnames
from sekisho.detect.names.rules import name_rules
from sekisho.detect.packs import built_in_rules

_LONGEST_SURNAME, _LONGEST_GIVEN_NAME = 4, 5
_SIZES = (2, 3, 1, 4)  # of surnames, the most frequent first
_REMEMBERED = 1 << 16  # names and words of a text come again and again
_OTHER_THINGS = Class.PLACE | Class.OTHER_NAME | Class.NOUN


def split_name(text: str) -> tuple[str, str] | None:
    """Return a full name's surname and given name, or nothing if it is none.

    Args:
        text: kanji and kana, with or without one blank between the two.
    """
    form = text.replace("\u3000", " ").strip()
    if " " in form:
        surname, _, given = form.partition(" ")
        return (surname, given) if is_surname(surname) and is_given_name(given) else None
    if not 2 <= len(form) <= _LONGEST_SURNAME + _LONGEST_GIVEN_NAME or _is_other_thing(form):
        return None
    for size in _SIZES:
        surname, given = form[:size], form[size:]
        if given and given not in name_rules().not_given_names and _fit(surname, given):
            return surname, given
    return None


@lru_cache(_REMEMBERED)
def is_surname(text: str) -> bool:
    """Tell whether a text is a surname, common or rare."""
    return is_common_surname(text) or Class.SURNAME in lexicon().classes(text)


@lru_cache(_REMEMBERED)
def is_common_surname(text: str) -> bool:
    """Tell whether a text is a common surname, in any form of its kanji."""
    return canonical_name(text) in surnames()


@lru_cache(_REMEMBERED)
def is_given_name(text: str) -> bool:
    """Tell whether a text is a given name."""
    return text not in name_rules().not_given_names and (
        canonical_name(text) in given_names() or Class.GIVEN_NAME in lexicon().classes(text)
    )


@lru_cache(_REMEMBERED)
def is_sure_given_name(text: str) -> bool:
    """Tell whether a text is a given name and no other word."""
    if canonical_name(text) in given_names():
        return True
    return is_given_name(text) and not lexicon().classes(text) & (_OTHER_THINGS | Class.OTHER_WORD | Class.SURNAME)


def is_organisation(text: str) -> bool:
    """Tell whether a text ends as firms, offices and places do, and is no surname."""
    return text.endswith(built_in_rules().places.not_people) and not is_surname(text)


def _fit(surname: str, given: str) -> bool:
    """Tell whether both parts are names; where one is a single character the surname has to be a common one."""
    if not is_given_name(given):
        return False
    if len(surname) == 1:
        return len(given) == 2 and is_common_surname(surname)
    return is_common_surname(surname) if len(given) == 1 else is_surname(surname)


def _is_other_thing(form: str) -> bool:
    classes = lexicon().classes(form)
    return bool(classes & _OTHER_THINGS) and not classes & Class.OTHER_PERSON
