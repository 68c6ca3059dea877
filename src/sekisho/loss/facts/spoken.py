"""Facts as people write and read them: values from a command line or a file, and values in words.

Times are the clock on the office's wall unless they name an offset; flags are yes or no; ``unknown`` is what somebody looked
for and nobody knows.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from sekisho.catalogue.shape import told
from sekisho.catalogue.words import Language, Said
from sekisho.clock import from_local, from_text, to_local, to_text
from sekisho.errors import Misuse, NotFound, Unreadable
from sekisho.loss.facts.fact import Value
from sekisho.loss.facts.vocabulary import FactKind, Type, fact_kind

UNKNOWN = frozenset({"unknown", "不明"})
_YES, _NO = frozenset({"yes", "true", "はい"}), frozenset({"no", "false", "いいえ"})
_MOST_BYTES = 1 << 20


def value_of(kind: FactKind, texts: Sequence[str], zone: str) -> Value:
    """Return the value that people wrote; several texts are one value where its kind takes several.

    Raises:
        Misuse: it is none of its kind.
    """
    if len(texts) == 1 and texts[0].strip().lower() in UNKNOWN:
        return None
    if kind.type in {Type.TEXTS, Type.WORDS}:
        return kind.checked(tuple(text.strip() for text in texts))
    if len(texts) != 1:
        raise Misuse("loss.fact_twice", key=kind.key)
    return kind.checked(_one(kind, texts[0].strip(), zone))


def values_in(path: Path, zone: str) -> dict[str, Value]:
    """Return the facts of a TOML file: key = value, a list where there are several.

    Raises:
        NotFound: there is no such file, or no such kind of fact.
        Unreadable: it is no TOML of that form.
        Misuse: a value is none of its kind.
    """
    try:
        raw = path.read_bytes()[: _MOST_BYTES + 1]
        text = raw.decode("utf-8-sig")
    except FileNotFoundError:
        raise NotFound("cli.no_file", path=path) from None
    except (OSError, UnicodeDecodeError):
        raise Unreadable("loss.bad_facts", path=path, where=Said("shape.no_text")) from None
    try:
        entries = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable("loss.bad_facts", path=path, where=told(error, text)) from None
    return {key: _read(fact_kind(key), value, zone) for key, value in entries.items()}


def value_words(kind: FactKind, value: Value, language: Language, zone: str) -> str:
    """Return a value as people read it."""
    if value is None:
        return "不明" if language == "ja" else "unknown"
    ways: Mapping[Type, Callable[[], str]] = {
        Type.FLAG: lambda: _flag(value is True, language),
        Type.COUNT: lambda: f"{value:,}",
        Type.TIME: lambda: to_local(from_text(str(value)), zone),
        Type.WORD: lambda: kind.word(str(value), language),
    }
    if isinstance(value, tuple):
        separator = "、" if language == "ja" else ", "
        return separator.join(kind.word(each, language) for each in value)
    return ways.get(kind.type, lambda: str(value))()


def _flag(value: bool, language: Language) -> str:
    if language == "ja":
        return "はい" if value else "いいえ"
    return "yes" if value else "no"


def _one(kind: FactKind, text: str, zone: str) -> Value:
    if kind.type is Type.FLAG and text.lower() in _YES | _NO:
        return text.lower() in _YES
    if kind.type is Type.COUNT and text.isascii() and text.replace(",", "").isdigit() and len(text) < 16:
        return int(text.replace(",", ""))
    if kind.type is Type.TIME:
        try:
            return to_text(from_local(text.replace(" ", "T"), zone)) if ":" in text else text
        except ValueError:
            return text  # which its kind refuses in words
    return text


def _read(kind: FactKind, value: object, zone: str) -> Value:
    """Return a value of a TOML file, whose own times and numbers are as good as texts."""
    if isinstance(value, list):
        return value_of(kind, [str(each) for each in value], zone)
    if isinstance(value, datetime):
        text = value.isoformat() if value.tzinfo is None else to_text(value.astimezone(UTC))
        return value_of(kind, [text], zone)
    if isinstance(value, str):
        return value_of(kind, [value], zone)
    return kind.checked(value if isinstance(value, bool | int) else ())
