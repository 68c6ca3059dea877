"""Japanese readings in Latin letters, as Hepburn wrote them."""

import re

_SYLLABLES = dict(
    zip(
        "アイウエオカキクケコガギグゲゴサシスセソザジズゼゾタチツテトダヂヅデドナニヌネノハヒフヘホバビブベボパピプペポマミムメモヤユヨラリルレロワヲン",
        [
            "a",
            "i",
            "u",
            "e",
            "o",
            "ka",
            "ki",
            "ku",
            "ke",
            "ko",
            "ga",
            "gi",
            "gu",
            "ge",
            "go",
            "sa",
            "shi",
            "su",
            "se",
            "so",
            "za",
            "ji",
            "zu",
            "ze",
            "zo",
            "ta",
            "chi",
            "tsu",
            "te",
            "to",
            "da",
            "ji",
            "zu",
            "de",
            "do",
            "na",
            "ni",
            "nu",
            "ne",
            "no",
            "ha",
            "hi",
            "fu",
            "he",
            "ho",
            "ba",
            "bi",
            "bu",
            "be",
            "bo",
            "pa",
            "pi",
            "pu",
            "pe",
            "po",
            "ma",
            "mi",
            "mu",
            "me",
            "mo",
            "ya",
            "yu",
            "yo",
            "ra",
            "ri",
            "ru",
            "re",
            "ro",
            "wa",
            "o",
            "n",
        ],
        strict=True,
    )
)


def hepburn(reading: str) -> str:
    """Return a reading in katakana in Latin letters, long vowels as they are spelt; what is no katakana goes.

    >>> hepburn("リョウイチ"), hepburn("イッチ")
    ('ryouichi', 'itchi')
    """
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
