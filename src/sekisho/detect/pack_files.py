"""Rule packs that users bring: TOML files of the form of ``rules/jp.toml``, laid over the rules that ship with Sekisho.

What a user's pack says goes before: its single values replace ours, its lists grow ours. Of several packs the last goes
first. A mistake is told with its table and line, and nothing in a pack is passed over: a word that is no item of a pack is
a mistake too.

The form is that of :mod:`sekisho.detect.packs`; the strict types and the JSON Schema of ``docs/reference/rules.schema.json``
are made from its classes, so that they cannot fall behind.
"""

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from pathlib import Path
from types import GenericAlias, NoneType, UnionType
from typing import Annotated, Any, TypeAlias, Union, get_args, get_origin, get_type_hints

import msgspec

from sekisho.catalogue.shape import Misshapen, told
from sekisho.catalogue.words import Said
from sekisho.detect.packs import KindRule, Rules, TextShape, built_in_tables, merge, rules_of
from sekisho.errors import Unreadable
from sekisho.files import open_file
from sekisho.kinds.taxonomy import taxonomy

_LARGEST = 10_000_000
_ATTRIBUTE = re.compile(r"^\s+(\w+): (.+?)(?=^\s+\w+: |\Z)", re.MULTILINE | re.DOTALL)
_Type: TypeAlias = Any  # a type as annotations have it


def rules_with(paths: Iterable[Path]) -> Rules:
    """Return the built-in rules with these packs laid over them.

    Raises:
        Unreadable: a pack cannot be read, or has a mistake; the error says where.
    """
    tables: Mapping[str, Any] = built_in_tables()
    for path in paths:
        text = _text(path)
        try:
            pack = tomllib.loads(text)
            _convert(pack, _strict(KindRule), _strict(TextShape))
            msgspec.convert(pack, _strict(Rules))
            _check_kinds(pack)
            tables = merge(pack, tables)
            _convert(tables, KindRule, TextShape)
            _check_shapes(rules_of(tables), pack)
        except (ValueError, RecursionError) as error:
            raise Unreadable("rules.wrong", path=path, what=told(error, text)) from error
    return rules_of(tables)


def pack_schema() -> str:
    """Return the JSON Schema of a pack, as text."""
    schema = msgspec.json.schema(_strict(Rules))
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Sekisho rule pack"}
    return json.dumps(head | schema, indent=2, ensure_ascii=False) + "\n"


def _text(path: Path) -> str:
    try:
        with open_file(path, follow=True) as file:
            raw = file.read(_LARGEST + 1)
    except OSError as error:
        raise Unreadable("rules.unreadable", path=path) from error
    if len(raw) > _LARGEST:
        raise Unreadable("rules.too_large", path=path)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("rules.not_utf8", path=path) from error


def _convert(tables: Mapping[str, Any], of_kind: type, of_shape: type) -> None:
    """Convert kinds and shapes one by one: of a table of any name msgspec does not say the name.

    Raises:
        ValueError: one of them is not of the form, with its name.
    """
    for section, wanted in (("kinds", of_kind), ("shapes", of_shape)):
        found = tables.get(section)
        for name, table in found.items() if isinstance(found, dict) else ():
            try:
                msgspec.convert(table, wanted)
            except msgspec.ValidationError as error:
                what, _, place = str(error).partition(" - at `$")
                raise ValueError(f"{what} - at `$.{section}.{name}{place or '`'}") from None


def _check_kinds(pack: Mapping[str, Any]) -> None:
    for kind_id in pack.get("kinds", {}):
        if kind_id not in taxonomy():
            raise _at(f"kinds.{kind_id}", "pack_kind")


def _check_shapes(rules: Rules, pack: Mapping[str, Any]) -> None:
    """Refuse what has the form of a pack and cannot be applied.

    Raises:
        ValueError: a pattern that is none, a check that is none.
    """
    import polars as pl  # noqa: PLC0415  # only to see whether its expressions compile

    from sekisho.detect.cells import CHECKS  # noqa: PLC0415

    nothing = pl.Series(["x"])
    for name in pack.get("shapes", {}):
        shape = rules.shapes[name]
        for item, pattern in (("pattern", shape.pattern), ("unless", shape.unless)):
            try:
                nothing.str.contains(pattern or "x")
            except pl.exceptions.ComputeError:
                raise _at(f"shapes.{name}.{item}", "pack_pattern")  # noqa: B904  # it has its cause
        if shape.check is not None and shape.check not in CHECKS:
            raise _at(f"shapes.{name}.check", "pack_check")


def _at(place: str, key: str) -> ValueError:
    """Return an error of our own rules as msgspec would say it, so that it is told with its line."""
    error = ValueError(f"{key} - at `$.{place}`")
    error.__cause__ = Misshapen(Said(f"shape.{key}"))
    return error


@cache
def _strict(of: _Type, *, whole: bool = False) -> _Type:
    """Return the type of a table in a file: like a class of packs, but a key that it does not have is refused.

    Args:
        of: the class.
        whole: what the class asks for has to be there; otherwise it may stand in a pack below.
    """
    hints, said = get_type_hints(of), _said(of)
    items = []
    for each in fields(of):
        asked = _in_file(hints[each.name])
        if words := said.get(each.name):
            asked = Annotated[asked, msgspec.Meta(description=words)]
        needed = whole and each.default is MISSING and each.default_factory is MISSING
        items.append((each.name, asked) if needed else (each.name, Union[asked, msgspec.UnsetType], msgspec.UNSET))  # noqa: UP007  # a value
    return msgspec.defstruct(of.__name__, items, forbid_unknown_fields=True, kw_only=True)


def _in_file(hint: _Type) -> _Type:
    """Return a type with the classes of packs within it made strict; an entry of a list has to be whole."""
    origin: _Type = get_origin(hint)
    inner: tuple[_Type, ...] = get_args(hint)
    if isinstance(hint, type) and is_dataclass(hint):
        return _strict(hint)
    if origin is tuple:
        entry: _Type = inner[0]
        is_table = is_dataclass(entry)
        return GenericAlias(list, (_strict(entry, whole=True) if is_table else _in_file(entry),))
    if origin is frozenset:
        return GenericAlias(list, inner)
    if origin is dict:
        return GenericAlias(dict, (inner[0], _in_file(inner[1])))
    if origin is UnionType:
        return next(_in_file(each) for each in inner if each is not NoneType)  # TOML has no null
    return hint


def _said(of: type) -> dict[str, str]:
    """Return what the docstring of a class says of its attributes."""
    _, _, attributes = (of.__doc__ or "").partition("Attributes:\n")
    return {name: " ".join(words.split()) for name, words in _ATTRIBUTE.findall(attributes)}
