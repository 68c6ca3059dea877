"""Western names and Japanese ones in Latin letters: titles, given names that a list knows, and capital letters.

A title (Mr., Dr.) or a phrase that introduces somebody (my name is) is believed where a capital letter follows. Two or three
capitalised words are a name where a list knows the first as a given name, or a Japanese surname stands among them.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from sekisho.detect.names.lists import english_names, surname_readings
from sekisho.detect.names.spans import NameSpan

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĴĶĹĻĽĿŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽ"
_LETTER = "A-Za-zÀ-ÖØ-öø-ɏ"
_CAPITAL = rf"(?:Mc|Mac|O['’]|D['’])?[{_UPPER}][{_LETTER}]+(?:[-'’][{_UPPER}][{_LETTER}]+)*"
_INITIAL = rf"[{_UPPER}]\."
_PARTICLE = r"(?:van|von|der|den|de|da|di|del|della|la|le|bin|al|el|ter|ten|dos)"
_MORE = rf"(?: (?:{_INITIAL}|[{_UPPER}](?= [{_UPPER}])|{_PARTICLE}(?: {_PARTICLE})?(?= [{_UPPER}])|{_CAPITAL}))"
_WORDS = re.compile(rf"(?<![{_LETTER}0-9_@./]){_CAPITAL}{_MORE}{{0,4}}(?: (?:Jr|Sr|II|III|IV)\b\.?)?(?![{_LETTER}0-9_@])")
_TITLE = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Madam|Herr|Frau|Mme)\.?\s)$")
_INTRODUCED = re.compile(
    r"(?:\b(?:my name is|name's|i am|i'm|this is|called|named|by|dear|hi|hello|maiden name is|last name\? |under|had given|"
    r"sung by|signed|attn|attention|spoke to|spoke with|talked to|contact|kid|son|daughter|wife|husband|partner|mother|father|"
    r"brother|sister|user|customer|client|patient|employee|producer|director|author|name|full name|full_name|"
    r"(?:directed|written|produced|arranged|performed|composed) by)[:,]?\s+(?:is\s+)?[\"']?)$",
    re.IGNORECASE,
)
_ROLES = re.compile(r"^(?:'s (?:killers?|husband|wife|son|daughter|brother|sister|mother|father)\b| (?:said|says|told|asked|wrote|lives|lived|spent|listed|thinks|explained|had given|is from|will be)\b)")
_ADDRESS = frozenset("Street St Road Rd Avenue Ave Boulevard Blvd Drive Dr Lane Ln Court Ct Square Park Place Way Highway Suite Apt Box".split())
_FIRMS = frozenset("Inc Ltd LLC Corp Corporation Company Co Group Bank University College School Institute Hospital Hotel Airport Airlines Club".split())
_NO_NAMES = frozenset(
    "The A An I It He She We You They This That These Those There Here What When Where Who Why How Which If In On At By For From To Of And Or But "
    "Not No Yes My Your His Her Our Their Its As Is Are Was Were Be Been Do Does Did Have Has Had Can Could Will Would Shall Should May Might Must "
    "Please Thanks Thank Hello Hi Dear Hey Oh Well So Then Now Just Also Even Only Very More Most Some Any All Each Every Both Many Much Few Other "
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September October November December "
    "Name Address Phone Email Date Time Number Card Credit Account Billing Shipping User Customer Order Invoice Total Subject Message Note Network "
    "President Minister Senator King Queen Prince Princess General Captain Director Manager Chief Officer Chairman Doctor Professor Lord Lady "
    "New North South East West United States America American Great Saint San Santa Los Las Fort Mount Lake River Island City County State "
    "English French German Spanish Italian Japanese Chinese Russian Indian British European African Asian Canadian Mexican "
    "Director Producer Company Office Department Team World War Day Year Christmas Easter Internet Web Windows Google Microsoft Apple Amazon "
    "Unlike Like After Before During While Since Until Because Although Though However Once Let Unless Maybe Perhaps Have Remember Directed".split()
)


def western_names(line: str) -> Iterator[NameSpan]:
    """Yield the names in Latin letters in a line."""
    for found in _WORDS.finditer(line):
        start, end = found.span()
        words = found[0].split(" ")
        while words and words[0] in _NO_NAMES:
            start += len(words[0]) + 1
            words = words[1:]
        if words and (confidence := _confidence(words, line[max(0, start - 32) : start], line[end : end + 24])):
            yield NameSpan(start, end, confidence[0], confidence[1])


def _confidence(words: list[str], before: str, behind: str) -> tuple[float, str] | None:
    if not _can_be(words):
        return None
    if _TITLE.search(before):
        return 0.95, "title"
    first = words[0].title()
    known = _is_given_name(first)
    if _is_japanese(words):
        return 0.8, "western"
    full = len(words) > 1
    introduced = _INTRODUCED.search(before) is not None or _ROLES.match(behind) is not None
    if known and full:
        return (0.95 if introduced else 0.8), "western"
    if introduced and (known or full):
        return 0.7, "label"
    if full and any(_is_given_name(word.title()) for word in words[1:-1]):
        return 0.5, "western"
    return (0.4, "western") if known else None


def _can_be(words: list[str]) -> bool:
    named = [word.rstrip(".") for word in words]
    return not any(word in _NO_NAMES or word in _FIRMS or (word in _ADDRESS and len(named) > 1) for word in named) and len(
        named[0]
    ) > 1


def _is_given_name(word: str) -> bool:
    return word in english_names()


def _is_japanese(words: list[str]) -> bool:
    """Tell whether one of two words is a common Japanese surname in Latin letters: Taro YAMADA, Yamada Taro."""
    plain = [unicodedata.normalize("NFD", word).encode("ascii", "ignore").decode().lower() for word in words]
    return len(words) == 2 and (plain[0] in _romaji() or plain[1] in _romaji()) and all(_is_romaji(word) for word in plain)


def _is_romaji(word: str) -> bool:
    return re.fullmatch(r"(?:(?:[kgsztdnhbpmyrwjf]|ch|sh|ts|ky|gy|ny|hy|by|py|my|ry|j|k(?=k)|s(?=s)|t(?=t)|p(?=p))?[aiueo]h?|n|m(?=[bp])|tt?|kk?|ss?|pp?)+", word) is not None


@cache
def _romaji() -> frozenset[str]:
    """Return the common surnames in Hepburn's letters, long vowels as they are usually left out and as they are spelt."""
    written = {_hepburn(reading) for reading in surname_readings()}
    return frozenset(written | {word.replace("ou", "o").replace("oo", "o").replace("uu", "u") for word in written})


_SYLLABLES = dict(
    zip(
        "アイウエオカキクケコガギグゲゴサシスセソザジズゼゾタチツテトダヂヅデドナニヌネノハヒフヘホバビブベボパピプペポマミムメモヤユヨラリルレロワヲン",
        "a i u e o ka ki ku ke ko ga gi gu ge go sa shi su se so za ji zu ze zo ta chi tsu te to da ji zu de do na ni nu ne no "
        "ha hi fu he ho ba bi bu be bo pa pi pu pe po ma mi mu me mo ya yu yo ra ri ru re ro wa o n".split(),
        strict=True,
    )
)


def _hepburn(reading: str) -> str:
    letters = ""
    for kana in reading:
        if kana in "ャュョ":
            stem = letters.removesuffix("i")
            vowel = {"ャ": "a", "ュ": "u", "ョ": "o"}[kana]
            letters = stem + (vowel if stem.endswith(("sh", "ch", "j")) else f"y{vowel}")
        elif kana == "ッ":
            letters += "*"
        else:
            letters += _SYLLABLES.get(kana, "")
    return re.sub(r"\*(.)", lambda found: ("t" if found[1] == "c" else found[1]) + found[1], letters)
