"""The JSON Schema of a purpose file (2020-12), made of the values that it is read into, so that both say the same.

For editors and for programs that write purposes. Reading is stricter still: what approvers see holds no hidden character,
a path does not leave the folder, columns and files are there.
"""

import inspect
import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from sekisho.cut import field, parts
from sekisho.cut.field import ARGUMENTS, NEEDED, Operation
from sekisho.cut.purpose import Purpose
from sekisho.kinds.taxonomy import taxonomy

_HEAD = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Sekisho purpose file"}
_ATTRIBUTE = re.compile(r"^ {4}(?P<name>\w+): (?P<words>.+(?:\n {8}.+)*)", re.MULTILINE)
_RENAMED = {"source": "from"}

Schema = dict[str, Any]

_STRUCTS = {**vars(parts), **vars(field)}


def purpose_schema() -> str:
    """Return the schema as text."""
    return json.dumps(_HEAD | _schema(), indent=2, ensure_ascii=False) + "\n"


def _schema() -> Schema:
    schema: Schema = _plain(msgspec.json.schema(Purpose))
    tables = schema["$defs"]
    for name, table in tables.items():
        _describe(table, _STRUCTS.get(name, Purpose))
    tables["Field"]["allOf"] = list(_arguments())
    tables["Kind"] = {"enum": list(taxonomy()), "description": "a kind of personal data"}
    kind = {"$ref": "#/$defs/Kind"}
    tables["Head"]["properties"]["kinds"]["items"] = kind
    tables["Source"]["properties"]["kinds"]["additionalProperties"] = kind
    for name in ("Subject", "Field", "Query"):
        tables[name]["properties"]["kind"] |= kind
        for told_by_it in ("type", "minLength", "pattern", "default"):
            tables[name]["properties"]["kind"].pop(told_by_it, None)
    return schema


def _plain(value: Any) -> Any:  # noqa: ANN401 - any piece of JSON
    """Say in JSON Schema's words what Python says in its own: no null, which TOML has not, and the end of a text is ``$``."""
    match value:
        case {"anyOf": [*either], **rest}:
            said = [each for each in either if each != {"type": "null"}]
            whole: Schema = _plain(said[0]) if len(said) == 1 else {"anyOf": [_plain(each) for each in said]}
            return whole | {name: _plain(each) for name, each in rest.items() if each is not None}
        case dict():
            return {
                name: re.sub(r"\\Z$", "$", each) if name == "pattern" and isinstance(each, str) else _plain(each)
                for name, each in value.items()
            }
        case list():
            return [_plain(each) for each in value]
        case _:
            return value


def _describe(table: Schema, part: type) -> None:
    """Give each key the words that the value's documentation has for it."""
    words = inspect.getdoc(part) or ""
    table["description"] = words.partition("\n")[0]
    for attribute in _ATTRIBUTE.finditer(words):
        name = _RENAMED.get(attribute["name"], attribute["name"])
        if name in table["properties"]:
            table["properties"][name]["description"] = re.sub(r"\s+", " ", attribute["words"])


def _arguments() -> Iterator[Schema]:
    """Yield for each form which arguments it needs and which it does not take."""
    every = frozenset().union(*ARGUMENTS.values())
    for op in msgspec.json.schema(Operation)["enum"]:
        never = sorted(every - ARGUMENTS.get(op, frozenset()))
        then: Schema = {"properties": dict.fromkeys(never, False)}
        if needed := sorted(NEEDED.get(op, ())):
            then["required"] = needed
        if op == "number.cap":
            then["anyOf"] = [{"required": ["least"]}, {"required": ["most"]}]
        yield {"if": {"properties": {"op": {"const": op}}}, "then": then}
