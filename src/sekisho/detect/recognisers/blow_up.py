r"""Regular expressions that may take for ever: told by their form, before they meet any text.

A repeat within an unbounded one blows up when what it takes and what may follow it begin alike: then a text can be
divided among them in exponentially many ways, and one that fails in the end tries them all. ``(a+)+`` does, ``(\.[a-z]+)*``
does not. So do two branches of a repeat that begin alike. Three unbounded repeats in a row that take the same characters
are refused as well: they take the cube of a text's length, from each of its places. The test looks at first characters only
and refuses some that would be safe.
"""

import re
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any, TypeAlias

_PARSER: Any = import_module("re._parser")  # the one parser that knows what `re` compiles; the same since Python 3.11
_MANY = 30
_CHAIN = 3
_REPEATS = frozenset({"MAX_REPEAT", "MIN_REPEAT"})
_ALPHABET = frozenset([*map(chr, range(128)), *"àéñあアｱ山一１Ａー－　、。…・〒々"])
_CATEGORIES = {
    "CATEGORY_DIGIT": r"\d",
    "CATEGORY_NOT_DIGIT": r"\D",
    "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S",
    "CATEGORY_WORD": r"\w",
    "CATEGORY_NOT_WORD": r"\W",
}
_Parsed: TypeAlias = Any  # what the parser gives: lists of pairs of a name and whatever it needs
_Node: TypeAlias = tuple[_Parsed, _Parsed]
_Characters: TypeAlias = frozenset[str]
_NONE: _Characters = frozenset()


def blows_up(regex: str, flags: int = 0) -> bool:
    """Tell whether a regular expression may take exponential time.

    Raises:
        re.error: it is none.
        RecursionError: it is nested too deeply.
    """
    parsed = _PARSER.parse(regex, flags)
    return _is_long_chain(parsed) or any(_is_risky(*node) for node in _nodes(parsed))


def _nodes(sequence: _Parsed) -> Iterator[_Node]:
    for name, value in sequence:
        yield name, value
        for inner in _inside(str(name), value):
            yield from _nodes(inner)


def _inside(name: str, value: _Parsed) -> Iterator[_Parsed]:
    match name:
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            yield value[2]
        case "SUBPATTERN":
            yield value[3]
        case "ATOMIC_GROUP":
            yield value
        case "ASSERT" | "ASSERT_NOT":
            yield value[1]
        case "BRANCH":
            yield from value[1]
        case "GROUPREF_EXISTS":
            yield from (each for each in value[1:] if each is not None)


def _is_risky(name: _Parsed, value: _Parsed) -> bool:
    """Tell whether a node repeats something that can be divided in more than one way.

    What is repeated a few times is risky only by a long repeat within: its places are as many as the text has, to the power
    of those few.
    """
    if str(name) not in _REPEATS or value[1] < _CHAIN:
        return False
    body, few = value[2], value[1] < _MANY
    return (not few and _can_be_empty(body)) or _divides(body, _first(body), long=few)


def _is_long_chain(sequence: _Parsed) -> bool:
    """Tell whether too many unbounded repeats of a sequence, one behind the other, take the same characters."""
    chain, shared = 0, _ALPHABET
    for name, value, optional in _flat(sequence):
        first = _first_of(name, value)
        if _varies(name, value, long=True):
            chain, shared = (chain + 1, shared & first) if shared & first else (1, first)
            if chain >= _CHAIN:
                return True
        elif not (optional or _is_empty_able(name, value) or first & shared):
            chain, shared = 0, _ALPHABET
    return False


def _flat(sequence: _Parsed, *, optional: bool = False) -> Iterator[tuple[str, _Parsed, bool]]:
    """Yield the parts of a sequence without its groups, a repeat of a few as so many, and whether each can be left out."""
    for name, value in sequence:
        if str(name) == "SUBPATTERN":
            yield from _flat(value[3], optional=optional)
        elif str(name) in _REPEATS and value[1] < _MANY:
            for time in range(min(value[1], _CHAIN)):
                yield from _flat(value[2], optional=optional or time >= value[0])
        else:
            yield str(name), value, optional


def _varies(name: str, value: _Parsed, *, long: bool) -> bool:
    """Tell whether a part is a repeat, or a long one, that can take more or less."""
    return name in _REPEATS and value[0] != value[1] and (not long or value[1] >= _MANY)


def _divides(sequence: _Parsed, after: _Characters, *, long: bool = False) -> bool:
    """Tell whether a part of a repeated sequence begins like what may follow it.

    Args:
        sequence: the parts.
        after: the first characters of what follows the whole.
        long: look at long repeats alone.
    """
    parts = list(sequence)
    for place, (name, value) in enumerate(parts):
        rest = parts[place + 1 :]
        follows = _first(rest) | (after if _can_be_empty(rest) else _NONE)
        if _part_divides(str(name), value, follows, long=long):
            return True
    return False


def _part_divides(name: str, value: _Parsed, follows: _Characters, *, long: bool) -> bool:
    match name:
        case "MAX_REPEAT" | "MIN_REPEAT":
            first = _first(value[2])
            if _varies(name, value, long=long) and (first & follows or _can_be_empty(value[2])):
                return True
            return _divides(value[2], follows | (first if value[1] > 1 else _NONE), long=long)
        case "SUBPATTERN":
            return _divides(value[3], follows, long=long)
        case "BRANCH":
            alike = not long and _alike(value[1], follows)
            return alike or any(_divides(each, follows, long=long) for each in value[1])
    return False


def _alike(branches: Sequence[_Parsed], follows: _Characters) -> bool:
    """Tell whether two branches begin with the same character; one that can be empty begins like what follows."""
    seen: set[str] = set()
    empty = False
    for branch in branches:
        first = _first(branch)
        if _can_be_empty(branch):
            if empty:
                return True
            empty, first = True, first | follows
        if first & seen:
            return True
        seen |= first
    return False


def _first(sequence: _Parsed) -> _Characters:
    """Return the characters that a sequence may begin with."""
    found: set[str] = set()
    for name, value in sequence:
        found |= _first_of(str(name), value)
        if not _is_empty_able(str(name), value):
            break
    return frozenset(found)


def _first_of(name: str, value: _Parsed) -> _Characters:
    match name:
        case "LITERAL":
            return _both_cases(chr(value))
        case "NOT_LITERAL":
            return _ALPHABET - {chr(value)}
        case "ANY" | "GROUPREF":
            return _ALPHABET
        case "IN":
            return _members(value)
        case "AT" | "ASSERT" | "ASSERT_NOT":
            return _NONE
    return frozenset().union(*map(_first, _inside(name, value)))


def _can_be_empty(sequence: _Parsed) -> bool:
    return all(_is_empty_able(str(name), value) for name, value in sequence)


def _is_empty_able(name: str, value: _Parsed) -> bool:
    match name:
        case "AT" | "ASSERT" | "ASSERT_NOT" | "GROUPREF" | "GROUPREF_EXISTS":
            return True
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            return value[0] == 0 or _can_be_empty(value[2])
        case "SUBPATTERN" | "ATOMIC_GROUP":
            return all(map(_can_be_empty, _inside(name, value)))
        case "BRANCH":
            return any(map(_can_be_empty, value[1]))
    return False


def _members(items: _Parsed) -> _Characters:
    """Return the characters of a class."""
    found: set[str] = set()
    negated = False
    for name, value in items:
        match str(name):
            case "NEGATE":
                negated = True
            case "LITERAL":
                found |= _both_cases(chr(value))
            case "RANGE":
                found |= {each for each in _ALPHABET for case in _both_cases(each) if value[0] <= ord(case) <= value[1]}
            case "CATEGORY":
                found |= {each for each in _ALPHABET if re.match(_CATEGORIES[str(value)], each)}
    return _ALPHABET - found if negated else frozenset(found)


def _both_cases(character: str) -> _Characters:
    return frozenset({character, character.lower(), character.upper()})
