"""Western names and Japanese ones in Latin letters: titles, names that lists know, how surnames end, and capital letters.

A title (Mr., Dr.) or a phrase that introduces somebody (my name is) is believed, in small letters too. Two or three capitalised
words are a name where a list knows the first as a given name, the last is a surname, or a Japanese surname stands among them.
One word alone is a name where a list knows it and nothing speaks for a place, or where a name of more words in the same line
has it.
"""

import re
from collections.abc import Iterator
from itertools import takewhile

from sekisho.detect.names.romaji import is_japanese
from sekisho.detect.names.rules import name_rules
from sekisho.detect.names.spans import NameSpan, surest
from sekisho.detect.names.western_words import (
    ends_as_surnames,
    has_foreign_letters,
    is_given_name,
    is_often_a_word,
    is_western_surname,
    plain,
)

_INTRODUCED_ODDS, _KNOWN_PAIR = 0.7, 0.8
_LONG = 4  # letters: shorter words are particles, initials and words of every language
_PLACES = frozenset(
    {"San", "Santa", "Saint", "Los", "Las", "New", "North", "South", "East", "West", "Fort", "Mount", "Lake", "Czech"}
)

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĴĶĹĻĽĿŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽ"
_LETTER = "A-Za-zÀ-ÖØ-öø-ɏ"
_LOWER = "a-zß-öø-ɏ"
_CAPITAL = rf"(?:Mc|Mac|O['’]|D['’])?[{_UPPER}][{_LETTER}]+(?:[-'’][{_UPPER}][{_LETTER}]+)*"
_INITIAL = rf"[{_UPPER}]\."
_PARTICLE = r"(?:van|von|der|den|de|da|di|del|della|la|le|bin|al|el|ter|ten|dos)"
_MORE = rf"(?: {{1,2}}(?:{_INITIAL}|[{_UPPER}](?= [{_UPPER}])|{_PARTICLE}(?: {_PARTICLE})?(?= [{_UPPER}])|{_CAPITAL}))"
_WORDS = re.compile(
    rf"(?<![{_LETTER}0-9_@./])(?:[{_UPPER}]\. )?{_CAPITAL}{_MORE}{{0,4}}(?: (?:Jr|Sr|II|III|IV)\b\.?)?(?![{_LETTER}0-9_@])"
)
_TITLES = r"\b(?:mr|mrs|ms|miss|mx|dr|prof|sir|madam|herr|frau|mme)\.?\s"
_TITLE = re.compile(rf"(?:{_TITLES})$", re.IGNORECASE)
_NAMED_BY = (
    r"\b(?:my name is|name's|(?:full|first|last|maiden) name is|name\?|calls? me|signed|attn|full[ _]name|name|user:|directed by|"
    r"written by|sung by|arranged by|starring|(?:named|calls?|called) (?:him|her|them)|change it to)[:,]?\s+[\"']?"
)
_NAMED = re.compile(rf"(?:{_NAMED_BY})$", re.IGNORECASE)
_INTRODUCED = re.compile(
    r"(?:\b(?:i am|i'm|this is|called|named|by|dear|hi|hello|under|had given|spoke (?:to|with)|talked to|follow up with|contact|kid|"
    r"son|daughter|wife|husband|partner|mother|father|brother|sister|customer|client|patient|employee|producer|director|author|"
    r"commenter|songwriter|player|singer|actor|actress|writer|assistant to|said|heard|met|meet|ask|told|thanks|regards|influenced by|"
    r"(?:son|daughter|wife|husband|partner|child|customer|client)'s name|account)[:,]?\s+[\"']?)$",
    re.IGNORECASE,
)
_INSIDE = re.compile(r"\b(?!(?:the|in|at|from|of|to|on|an?|as|near|via|your|our|its)\b)[a-z]+ [\"'(]?$")
_BEFORE_PLACE = re.compile(
    r"(?:\b(?:in|at|from|near|via|through|across|visit|corner of|ul\.|rua)|\d[A-Za-z]?,?) $", re.IGNORECASE
)
_ROLES = re.compile(
    r"^(?:'s (?:killers?|husband|wife|son|daughter|brother|sister|mother|father|address|phone|email|birthday)\b|"
    r" (?:said|says|told|asked|wrote|lives|lived|spent|listed|thinks|explained|had given|is from|was born|points out|speak)\b)"
)
_SAID = re.compile(r"\b(?:said|asked|had given) $")
_AMONG_PLACES = re.compile(r"^, [A-Z][a-z]+(?: [A-Z][a-z]+)?(?:$|[,.\n]| \d)|^ [A-Z]{2}\b")
_SPOKEN_TO = re.compile(r"^(?:, (?:can|could|would|will|please|are you|do you|did you|how|what)\b|[!?]|: [A-Z])")
_HOUSE = re.compile(r"^,? \d{1,5}[a-zA-Z]?\b|^ (?:u\.|utca|street|road|avenue|streets)")
_LOWER_NAME = rf"[{_LOWER}]{{2,}}(?:[-'’][{_LOWER}]+)?"
_LOWER_NAMED = re.compile(
    rf"(?P<frame>{_TITLES}|{_NAMED_BY})(?P<name>{_LOWER_NAME}(?: (?:[a-z]\.? )?{_LOWER_NAME}){{0,2}}?)(?=[,.;!?\"]*(?: but\b| and\b|$)|[,.;!?\"]| [^a-z ])",
    re.IGNORECASE,
)
_FRAME_WORDS = (
    "name", "call", "signed", "attn", "user:", "directed", "written", "sung", "arranged", "starring", "change it", "mr", "ms", "mx",
    "miss", "dr", "prof", "sir", "madam", "herr", "frau", "mme",
)  # fmt: skip
_SELF = re.compile(
    r"my name is|(?:full|first|last|maiden) name is|calls? me|change it to|(?:mr|mrs|ms|dr|prof)\.", re.IGNORECASE
)
_LOWER_PAIR = re.compile(
    rf"(?<![{_LETTER}0-9_@./'’-])(?P<given>[{_LOWER}]{{4,}})(?= (?P<initial>[a-z]\.? )?(?P<surname>[{_LOWER}]{{4,}}(?:-[{_LOWER}]+)?)(?![{_LETTER}0-9_@]))"
)


def western_names(line: str) -> Iterator[NameSpan]:
    """Yield the names in Latin letters in a line."""
    is_western = len(line.encode("ascii", "ignore")) * 2 > len(line)
    found = [*_capitalised(line, is_western=is_western), *(_in_small_letters(line) if is_western else ())]
    found = surest(found)
    yield from surest([*found, *_again(line, found)]) if found else found


def _capitalised(line: str, *, is_western: bool) -> Iterator[NameSpan]:
    for found in _WORDS.finditer(line):
        start, end = found.span()
        words, left_out = found[0].split(), ""
        while words and words[0] in name_rules().not_names:
            left_out = words[0]
            start = line.index(left_out, start) + len(left_out)
            start += len(line[start:]) - len(line[start:].lstrip())
            words = words[1:]
        if not words or left_out in _PLACES or not _can_be(words):
            continue
        before, behind = line[max(0, start - 32) : start], line[end : end + 24]
        if confidence := _told(words, before, behind, is_western=is_western):
            yield NameSpan(start, end, *confidence)


def _told(words: list[str], before: str, behind: str, *, is_western: bool) -> tuple[float, str] | None:
    """Return how sure it is that words with capital letters are a name, and what tells."""
    if _TITLE.search(before):
        return 0.95, "title"
    if _NAMED.search(before) and not _HOUSE.match(behind):
        return 0.9, "label"
    if is_japanese(words):
        return 0.8, "western"
    is_place = _BEFORE_PLACE.search(before) is not None or _HOUSE.match(behind) is not None
    introduced = _INTRODUCED.search(before) is not None or _ROLES.match(behind) is not None
    told = (
        _pair(words, introduced=introduced)
        if len(words) > 1
        else _alone(words[0], before, behind, introduced=introduced)
    )
    sure = introduced or (told >= _KNOWN_PAIR and not before[-2:-1].isdigit() and not _HOUSE.match(behind))
    if told and is_place and not sure:
        return min(told, 0.35), "western"
    if told:
        return told, "label" if told == _INTRODUCED_ODDS else "western"
    if is_western and (_INSIDE.search(before) or (2 <= len(words) <= 3 and not (before + behind).strip())):
        return 0.3, "western"  # a capital letter inside a sentence, or a line of its own: a firm or a place as often
    return None


def _pair(words: list[str], *, introduced: bool) -> float:
    """Return how sure it is that two words or more are a name."""
    known, last = is_given_name(words[0]), words[-1]
    if words[0].isupper() and not last.isupper() and len(words[0].rstrip(".")) > 1:
        return 0.0  # USS Somebody: a ship or a firm
    if " ".join(words).isupper() and not (known and is_western_surname(last)):
        return 0.0
    if known and not introduced and is_often_a_word(words[0]) and not _is_surname(last):
        return 0.45  # Long Beach, Summer School
    if known:
        return 0.95 if introduced else _KNOWN_PAIR
    if introduced:
        return _INTRODUCED_ODDS
    middle = words[1:-1]
    if any(len(word.rstrip(".")) == 1 for word in middle) or (any(map(is_given_name, middle)) and not _is_word(last)):
        return 0.6
    if not _is_word(last) and (_is_surname(last) or is_given_name(last)):
        return 0.55
    return 0.45 if has_foreign_letters(words[0] + last) else 0.0


def _is_surname(word: str) -> bool:
    return not _is_word(word) and (is_western_surname(word) or ends_as_surnames(word))


def _is_word(word: str) -> bool:
    return word.lower() in name_rules().small_words


def _alone(word: str, before: str, behind: str, *, introduced: bool) -> float:
    """Return how sure it is that one word is a name."""
    known = is_given_name(word) and not word.isupper()
    is_word = _is_word(word)
    shaped = ends_as_surnames(word) and not word.isupper() and not is_word
    if introduced and (known or shaped or is_western_surname(word) or _ROLES.match(behind)):
        return _INTRODUCED_ODDS
    if (not (before + behind).strip() or _AMONG_PLACES.match(behind)) and not introduced:
        return 0.45 if known and not behind else 0.35 * shaped
    if _SAID.search(before) and len(word) >= _LONG:
        return 0.5
    starts_sentence = not before.strip() or before.rstrip()[-1:] in ".!?:"
    if known:
        if starts_sentence and is_word and not _SPOKEN_TO.match(behind):
            return 0.3
        return 0.5 if starts_sentence or _SPOKEN_TO.match(behind) is None else 0.6
    if shaped:
        return 0.5
    if starts_sentence and _SPOKEN_TO.match(behind) and behind[0] == "," and len(word) > 2:
        return 0.45
    return 0.4 if is_western_surname(word) and not word.isupper() and _INSIDE.search(before) else 0.0


def _in_small_letters(line: str) -> Iterator[NameSpan]:
    """Yield names without capitals: behind a title or an introduction, and a known given name with a surname."""
    small_words = name_rules().small_words
    form = line.lower()
    for found in _LOWER_NAMED.finditer(line) if any(word in form for word in _FRAME_WORDS) else ():
        words = [*takewhile(lambda word: word not in small_words, found["name"].split(" "))]
        if not words or not found["name"].islower():
            continue
        if _SELF.match(found["frame"]) or any(is_given_name(word) or _is_small_surname(word) for word in words):
            yield NameSpan(found.start("name"), found.start("name") + len(" ".join(words)), _INTRODUCED_ODDS, "label")
    for found in _LOWER_PAIR.finditer(line):
        given, surname = found["given"], found["surname"]
        if not is_given_name(given) or given in small_words or surname in small_words:
            continue
        told = found["initial"] or _INTRODUCED.search(line[max(0, found.start() - 32) : found.start()])
        if _is_small_surname(surname) or told:
            yield NameSpan(found.start(), found.end("surname"), 0.6, "western")


def _is_small_surname(word: str) -> bool:
    return len(word) >= _LONG and (is_western_surname(word) or ends_as_surnames(word))


def _again(line: str, found: list[NameSpan]) -> Iterator[NameSpan]:
    """Yield the words of surer names where they stand alone in the same line."""
    words = {
        word
        for name in found
        if name.confidence >= _INTRODUCED_ODDS
        for word in line[name.start : name.end].split()
        if len(plain(word)) >= _LONG
    }
    for word in words - name_rules().small_words:
        for place in re.finditer(rf"(?<![{_LETTER}0-9_@./-]){re.escape(word)}(?![{_LETTER}0-9_@-])", line):
            yield NameSpan(place.start(), place.end(), 0.6, "western")


def _can_be(words: list[str]) -> bool:
    named = [word.rstrip(".") for word in words]
    rules = name_rules()
    if (
        len(named) > 1
        and is_given_name(named[0])
        and is_western_surname(named[-1])
        and named[-1] not in rules.addresses | rules.firms
    ):
        named = named[:-1]  # John King, Mary West
    written_out = [word for word in named if len(word) > 1]
    return (
        (len(named[0]) > 1 or len(named) > 1)
        and rules.not_names.isdisjoint(written_out)
        and rules.firms.isdisjoint(written_out)
        and (len(named) == 1 or rules.addresses.isdisjoint(written_out))
    )
