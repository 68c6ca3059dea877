"""Characters that a screen does not show as themselves, and so could show a person something else than is signed.

Unicode's categories of controls (Cc: a new line, ESC, U+009B), formats (Cf: U+202E turns what follows around), surrogates
(Cs), line and paragraph separators (Zl, Zp). Private use (Co) is not among them: offices write rare kanji there.
"""

import unicodedata

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def hidden(text: str) -> str:
    """Return the first such character as ``U+202E``; empty where there is none."""
    return next((_named(character) for character in text if _is_hidden(character)), "")


def shown(text: str) -> str:
    """Return a text with every such character written out, for words that came in before they were refused."""
    return "".join(f"<{_named(character)}>" if _is_hidden(character) else character for character in text)


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in _HIDDEN


def _named(character: str) -> str:
    return f"U+{ord(character):04X}"
