r"""Presidio's YAML files of recognisers, read into our own: ``\b`` mended, what cannot be taken told with its reason.

Taken are ``recognizers`` with ``patterns`` (name, regex, score), ``deny_list``, ``context`` and ``supported_entity``, and the
file's ``global_regex_flags``. Left are those that are Presidio's own code (``type: predefined``), those that are not
enabled, patterns that ``re`` does not know, and patterns that may take for ever. Languages are not looked at. An entity
that has no kind of ours becomes ``other`` and keeps its name in the evidence.
"""

import re
import tomllib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec

from sekisho.catalogue.words import Language, Said
from sekisho.detect.recognisers.blow_up import blows_up
from sekisho.detect.recognisers.boundaries import mended
from sekisho.detect.recognisers.recogniser import Pattern, Recogniser
from sekisho.errors import Unreadable
from sekisho.files import open_file

OTHER = "other"

_FLAGS = re.DOTALL | re.MULTILINE | re.IGNORECASE  # Presidio's own default
_KNOWN_FLAGS = _FLAGS | re.ASCII | re.VERBOSE
_LONGEST = 20_000
_LARGEST = 10_000_000
_DENIED = 1.0
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTaken:
    """A recogniser or one of its patterns that was not taken, and why."""

    recogniser: str
    pattern: str | None
    reason: Said

    def says(self, language: Language) -> str:
        """Return it in words."""
        name = self.recogniser if self.pattern is None else f"{self.recogniser}, {self.pattern}"
        return f"{name}: {self.reason.says(language)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What a file gave."""

    recognisers: tuple[Recogniser, ...]
    not_taken: tuple[NotTaken, ...]


class _Pattern(msgspec.Struct):
    regex: str
    score: float
    name: str = "pattern"


class _Recogniser(msgspec.Struct):
    name: str
    supported_entity: str | None = None
    type: str = "custom"
    enabled: bool = True
    patterns: list[_Pattern] | None = None
    deny_list: list[str] | None = None
    deny_list_score: float = _DENIED
    context: list[str] | None = None
    supported_languages: list[Any] | None = None


class _File(msgspec.Struct):
    recognizers: list[_Recogniser | str]
    global_regex_flags: int = int(_FLAGS)


@dataclass(slots=True)
class _Reading:
    flags: re.RegexFlag
    refused: list[NotTaken] = field(default_factory=list)

    def recogniser(self, raw: _Recogniser) -> Iterator[Recogniser]:
        if not raw.enabled:
            return
        if raw.type != "custom" or raw.supported_entity is None or not (raw.patterns or raw.deny_list):
            self._refuse(raw, None, "predefined" if raw.type != "custom" or not raw.patterns else "no_entity")
            return
        patterns = [*self._patterns(raw), *self._denied(raw)]
        if patterns:
            yield Recogniser(
                name=raw.name,
                entity=raw.supported_entity,
                kind=kind_of_entity(raw.supported_entity),
                patterns=tuple(patterns),
                context=tuple(dict.fromkeys(word.lower() for word in _context(raw))),
            )

    def _patterns(self, raw: _Recogniser) -> Iterator[Pattern]:
        for each in raw.patterns or ():
            if reason := _why_not(each, self.flags):
                self._refuse(raw, each.name, reason)
            else:
                yield Pattern(name=each.name, regex=_compiled(each.regex, self.flags), score=each.score)

    def _denied(self, raw: _Recogniser) -> Iterator[Pattern]:
        """Yield the pattern of a list of words; as with Presidio's, they stand alone, which needs no blank in Japanese."""
        words = sorted(filter(None, raw.deny_list or ()), key=len, reverse=True)
        if words:
            regex = "|".join(map(_alone, words))
            yield Pattern(
                name="deny_list", regex=re.compile(regex, self.flags & ~re.VERBOSE), score=raw.deny_list_score
            )

    def _refuse(self, raw: _Recogniser, pattern: str | None, reason: str) -> None:
        said = Said(f"detect.refused_{reason}")
        self.refused.append(NotTaken(recogniser=raw.name, pattern=pattern, reason=said))


def read_presidio(path: Path) -> Imported:
    """Read a file of recognisers.

    Raises:
        Unreadable: it cannot be read, or is no such file; the error says in which line.
    """
    text = _text(path)
    try:
        document = msgspec.convert(_yaml(path, text), _File)
    except msgspec.ValidationError as error:
        raise Unreadable("rules.not_presidio", path=path, line=_line(str(error), text)) from error
    reading = _Reading(re.RegexFlag(document.global_regex_flags) & _KNOWN_FLAGS)
    raw = [
        each if isinstance(each, _Recogniser) else _Recogniser(each, type="predefined") for each in document.recognizers
    ]
    found = tuple(recogniser for each in raw for recogniser in reading.recogniser(each))
    return Imported(recognisers=found, not_taken=tuple(reading.refused))


def kind_of_entity(entity: str) -> str:
    """Return our kind for one of Presidio's entities."""
    return _names()["kinds"].get(entity, OTHER)


def entity_of_kind(kind_id: str) -> str:
    """Return what Presidio's users call one of our kinds."""
    return _names()["entities"].get(kind_id, kind_id.upper())


@cache
def _names() -> dict[str, dict[str, str]]:
    text = files("sekisho.detect").joinpath("rules", "presidio.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, dict[str, str]])


def _why_not(pattern: _Pattern, flags: re.RegexFlag) -> str | None:
    if len(pattern.regex) > _LONGEST:
        return "too_long"
    if not 0 <= pattern.score <= 1:
        return "score"
    try:
        with _future_forgiven():
            return "blows_up" if blows_up(_compiled(pattern.regex, flags).pattern, flags) else None
    except (re.error, RecursionError, OverflowError):
        return "unsupported"


def _compiled(regex: str, flags: re.RegexFlag) -> re.Pattern[str]:
    with _future_forgiven():
        return re.compile(mended(regex), flags)


@contextmanager
def _future_forgiven() -> Iterator[None]:
    """Keep quiet about what a regular expression may mean one day: ``[[`` is refused then."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        yield


def _alone(word: str) -> str:
    before = r"(?<![0-9A-Za-z_])" if word[0].isascii() else ""
    after = r"(?![0-9A-Za-z_])" if word[-1].isascii() and word[-1].isalnum() else ""
    return before + re.escape(word) + after


def _context(raw: _Recogniser) -> Iterator[str]:
    yield from raw.context or ()
    for each in raw.supported_languages or ():
        words = each.get("context") if isinstance(each, dict) else None
        yield from (str(word) for word in words or ())


def _text(path: Path) -> str:
    try:
        with open_file(path, follow=True) as file:
            raw = file.read(_LARGEST + 1)
        if len(raw) > _LARGEST:
            raise Unreadable("rules.too_large", path=path)
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise Unreadable("rules.unreadable", path=path) from error
    except UnicodeDecodeError as error:
        raise Unreadable("rules.not_utf8", path=path) from error


def _yaml(path: Path, text: str) -> object:
    import yaml  # noqa: PLC0415 - only who has such files waits for it

    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, yaml.SafeLoader)):
            raise Unreadable("rules.aliases", path=path)  # a page of them unfolds to more than any memory
        return yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unreadable("rules.syntax", path=path, line=mark.line + 1 if mark else 1) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise Unreadable("rules.syntax", path=path, line=1) from error


def _line(message: str, text: str) -> int:
    """Return the line of the place that msgspec names, ``$.recognizers[2].patterns[0].score``, or the nearest above it."""
    import yaml  # noqa: PLC0415

    node: Any = yaml.compose(text, yaml.SafeLoader)
    _, _, place = message.partition(" - at `$")
    line = 1 if node is None else int(node.start_mark.line) + 1
    for key, number in _STEP.findall(place):
        below: Any = None
        if number and isinstance(node, yaml.SequenceNode):
            below = node.value[int(number)]
        elif isinstance(node, yaml.MappingNode):
            below = next((value for name, value in node.value if name.value == key), None)
        if below is None:
            break
        node, line = below, int(below.start_mark.line) + 1
    return line
