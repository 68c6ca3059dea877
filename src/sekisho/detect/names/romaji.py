"""Japanese names in Latin letters: Taro YAMADA, Yamada Taro."""

import re
from functools import cache

from sekisho.canon.roman import hepburn
from sekisho.detect.names.lists import surname_readings
from sekisho.detect.names.western_words import plain


def is_japanese(words: list[str]) -> bool:
    """Tell whether one of two words is a common Japanese surname in Latin letters: Taro YAMADA, Yamada Taro."""
    read = [plain(word).lower() for word in words]
    return len(words) == 2 and (read[0] in _romaji() or read[1] in _romaji()) and all(_is_romaji(word) for word in read)


def _is_romaji(word: str) -> bool:
    return (
        re.fullmatch(
            r"(?:(?:[kgsztdnhbpmyrwjf]|ch|sh|ts|ky|gy|ny|hy|by|py|my|ry|j|k(?=k)|s(?=s)|t(?=t)|p(?=p))?[aiueo]h?|n|m(?=[bp])|tt?|kk?|ss?|pp?)+",
            word,
        )
        is not None
    )


@cache
def _romaji() -> frozenset[str]:
    """Return the common surnames in Hepburn's letters, long vowels as they are usually left out and as they are spelt."""
    written = {hepburn(reading) for reading in surname_readings()}
    return frozenset(written | {word.replace("ou", "o").replace("oo", "o").replace("uu", "u") for word in written})
