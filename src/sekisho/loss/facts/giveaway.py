"""What gives a secret fact away in a text, whoever typed it: patterns by secret key, from ``giveaway.toml``. Pure.

In June 2022 a city told the cameras how long a password was and of which characters; within hours people were guessing it.
Texts are compared as Unicode's compatibility form in lower case, with and without blanks, so that a number in full width
or with blanks between its digits is the number.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from sekisho.loss.facts.fact import Fact, Facts, Visibility
from sekisho.loss.facts.vocabulary import vocabulary

_NAMED = (
    "(?:パスワード|パスフレーズ|パスコード|暗証番号|暗証|合言葉|password|passphrase|passcode|pass ?word|pass ?phrase)"
)
_KANJI = "〇一二三四五六七八九"
_FORMAL = str.maketrans("〇一二三四五六七八九十百", "零壱弐参四五六七八九拾百")
_ONES = (
    "", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBER = f"(?:[0-9]+|[{_KANJI}十百壱弐参拾]+|(?:{'|'.join((*reversed(_ONES[1:]), *_TENS[2:]))})[a-z -]*)"
_OTHER_UNITS = "[ ]?(?:年|月|日|時|分|秒|人|名|件|回|通|世帯|か所|people|persons?|times?|copies)"
_WINDOW = 20
_BLANKS = re.compile("[ \t\u200b\u00ad]+")
_FULLEST = 9999


@dataclass(frozen=True, slots=True, kw_only=True)
class Giveaway:
    """How one secret key is given away; see the head of ``giveaway.toml``."""

    key: str
    as_number: bool
    least: int
    near: str
    patterns: tuple[re.Pattern[str], ...]

    def found_in(self, text: str) -> bool:
        """Tell whether a text gives the key away whatever its value is."""
        return any(pattern.search(text) for pattern in self.patterns)


def given_away(facts: Facts) -> list[tuple[str, str]]:
    """Return which facts that somebody may hear give away which secret key: what they say is not in it.

    Args:
        facts: all facts, the secret ones too.
    """
    found = list[tuple[str, str]]()
    for fact in facts:
        if not is_secret(fact):
            texts = fact.value if isinstance(fact.value, tuple) else (fact.value,)
            said = "\n".join(text for text in texts if isinstance(text, str))
            found += [(fact.key, secret) for secret in gives_away(said, facts)]
    return found


def gives_away(text: str, facts: Facts, *, generic: bool = True) -> list[str]:
    """Return the secret keys that a text gives away.

    Args:
        text: any text.
        facts: all facts, the secret ones too.
        generic: whether to search for what gives a key away whatever its value is, too.
    """
    if not text:
        return []
    forms = _forms(text)
    # What stands no more may still help: the key was there yesterday, and the old hint says how the new one is made.
    found = [fact.key for fact in facts.stated if is_secret(fact) and any(_says(form, fact) for form in forms)]
    if generic:
        found += [each.key for each in giveaways().values() if any(map(each.found_in, forms))]
    return list(dict.fromkeys(found))


def is_secret(fact: Fact) -> bool:
    """Tell whether a fact is secret: because somebody said so, or because its key is, whatever somebody said."""
    kind = vocabulary().get(fact.key.partition("@")[0])
    return fact.visibility is Visibility.SECRET or (kind is not None and kind.visibility is Visibility.SECRET)


@cache
def giveaways() -> dict[str, Giveaway]:
    """Return how each secret key is given away."""
    raw = tomllib.loads(files("sekisho.loss.facts").joinpath("giveaway.toml").read_text(encoding="utf-8"))
    return {
        key: Giveaway(
            key=key,
            as_number=entry["value"] == "number",
            least=entry.get("least", 0),
            near=_pattern("|".join(entry.get("near", []))),
            patterns=tuple(re.compile(_pattern(each)) for each in entry["patterns"]),
        )
        for key, entry in raw.items()
    }


def number_forms(number: int) -> list[str]:
    """Return a number as people write it: digits, kanji numerals of both kinds, English words.

    >>> number_forms(13)
    ['13', '十三', '一三', '拾参', '壱参', 'thirteen']
    """
    digits = str(number)
    spoken, plain = _spoken(number), "".join(_KANJI[int(digit)] for digit in digits)
    forms = [digits, spoken, plain, spoken.translate(_FORMAL), plain.translate(_FORMAL), _english(number)]
    return list(dict.fromkeys(form for form in forms if form))


def _says(text: str, fact: Fact) -> bool:
    """Tell whether a text says the value of a secret fact."""
    how = giveaways().get(fact.key.partition("@")[0])
    if isinstance(fact.value, int) and not isinstance(fact.value, bool):
        return how is not None and how.as_number and any(_numbers(text, fact.value, how.near))
    texts = fact.value if isinstance(fact.value, tuple) else (fact.value,)
    least = how.least if how else 4
    return any(
        isinstance(each, str) and len(each) >= least and form in text for each in texts for form in _forms(str(each))
    )


def _numbers(text: str, number: int, near: str) -> Iterator[re.Match[str]]:
    """Find a number near one of the words beside which it is the one that nobody says."""
    within = f"[^。.\\n]{{0,{_WINDOW}}}?"
    for form in number_forms(number):
        edge = "0-9" if form.isdigit() else f"{_KANJI}十百壱拾" if not form.isascii() else "a-z"
        alone = f"(?<![{edge}:,.]){re.escape(form).replace('-', '[- ]?')}(?![{edge}:]|[,.][0-9]|{_OTHER_UNITS})"
        yield from re.finditer(f"(?:{near}){within}{alone}|{alone}{within}(?:{near})", text)


def _forms(text: str) -> tuple[str, ...]:
    """Return a text as it is compared: with its blanks, and without any."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return tuple(dict.fromkeys((plain, _BLANKS.sub("", plain))))


def _pattern(text: str) -> str:
    return text.replace("SECRET", _NAMED).replace("NUMBER", _NUMBER)


def _spoken(number: int) -> str:
    """Return 13 as 十三; nothing beyond four digits, which no length of a password has."""
    if not 0 < number <= _FULLEST:
        return ""
    spoken = ""
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        if digit:
            spoken += ("" if digit == 1 and unit else _KANJI[digit]) + unit
    return spoken


def _english(number: int) -> str:
    if number < len(_ONES):
        return _ONES[number]
    tens, ones = divmod(number, 10)
    return "-".join(filter(None, (_TENS[tens], _ONES[ones]))) if tens < len(_TENS) else ""
