r"""``\b`` as its writers meant it: kana and kanji are word characters, so ``番号123です`` has no boundary at the digits.

Written for English, ``\b`` says "do not start within a word or a number". So it becomes "not between two of ``0-9A-Za-z_``",
which holds beside Japanese on either side. ``\B`` becomes its opposite. Within brackets ``\b`` is a backspace and stays. Flags such as ``(?i)``, which hold for the whole wherever they stand, go to
the front, where alone ``re`` takes them.
"""

import re

_FLAGS = re.compile(r"\(\?[aimsx]+\)")
_WORD = "[0-9A-Za-z_]"
BOUNDARY = f"(?:(?<!{_WORD})|(?!{_WORD}))"
_INSIDE = f"(?<={_WORD})(?={_WORD})"


def mended(regex: str) -> str:
    r"""Return a regular expression with its ``\b`` and ``\B`` made aware of Japanese."""
    written: list[str] = []
    flags, place, in_brackets = "", 0, False
    while place < len(regex):
        part = regex[place : place + 2] if regex[place] == "\\" else regex[place]
        if not in_brackets and (found := _FLAGS.match(regex, place)):
            flags += found[0]
            place = found.end()
            continue
        if part == "[" and not in_brackets:
            in_brackets = True
            part += _first_in_brackets(regex[place + 1 :])
        elif part == "]":
            in_brackets = False
        written.append(part if in_brackets else {r"\b": BOUNDARY, r"\B": _INSIDE}.get(part, part))
        place += len(part)
    return flags + "".join(written)


def _first_in_brackets(rest: str) -> str:
    """Return what opens a class and cannot close it: ``]`` is a member where it comes first."""
    negation = "^" if rest.startswith("^") else ""
    return f"{negation}]" if rest[len(negation) :].startswith("]") else negation
