"""YAML as records of law are written in: one document, without what makes YAML say something else than it shows.

A country may be called ``NO`` (a flag in YAML 1.1), a day ``2023-04-01`` stays text, a key that stands twice is an error instead
of the last one, and there are no aliases, a page of which unfolds to more than any memory holds.
"""

import re
from typing import Any

import yaml

from sekisho.catalogue.words import Said

_STEP = re.compile(r"\.(?P<key>[^.\[\]]+)|\[(?P<number>\d+)\]")
_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # twelve times as fast, where libyaml is there
_DEEPEST = 40


class BadYaml(ValueError):
    """A text is no such YAML.

    Attributes:
        line: counted from 1.
        said: what is wrong.
    """

    def __init__(self, line: int, said: Said) -> None:
        super().__init__(said.key)
        self.line = line
        self.said = said


class _Loader(_BASE):  # type: ignore[misc]  # yaml has no types
    """Reads numbers, true and false, null and text, and mappings whose keys are text that stands once."""


_Loader.yaml_implicit_resolvers = {}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^(?:0|-?[1-9][0-9]{0,17})$"), list("-0123456789"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:null|~|)$"), ["n", "~", ""])


def parse_yaml(text: str) -> object:
    """Return what a text holds.

    Raises:
        BadYaml: it is none, or says something twice or by reference.
    """
    try:
        _refuse_references(text)
        node = yaml.compose(text, Loader=_Loader)
        _refuse_twice(node)
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader with fewer types
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BadYaml(mark.line + 1 if mark else 1, Said("shape.yaml_syntax")) from None
    except yaml.YAMLError as error:
        raise BadYaml(_line_of_reader(error, text), Said("shape.yaml_syntax")) from None
    except (RecursionError, ValueError) as error:
        if isinstance(error, BadYaml):
            raise
        raise BadYaml(1, Said("shape.yaml_syntax")) from None


def line_at(text: str, path: str) -> int:
    """Return the line of a place such as ``$.obligations[2].clocks[0]``, or of the nearest above it."""
    node: Any = yaml.compose(text, Loader=_Loader)
    line = 1
    for step in _STEP.finditer(path):
        below: Any = None
        if step["number"] and isinstance(node, yaml.SequenceNode) and int(step["number"]) < len(node.value):
            below = node.value[int(step["number"])]
        elif isinstance(node, yaml.MappingNode):
            below = next((value for name, value in node.value if name.value == step["key"]), None)
        if below is None:
            break
        node, line = below, int(below.start_mark.line) + 1
    return line


def _refuse_references(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            raise BadYaml(event.start_mark.line + 1, Said("shape.yaml_alias"))
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise BadYaml(event.start_mark.line + 1, Said("shape.yaml_deep"))


def _refuse_twice(node: Any) -> None:  # noqa: ANN401 - yaml has no types
    if isinstance(node, yaml.SequenceNode):
        for each in node.value:
            _refuse_twice(each)
    elif isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for name, value in node.value:
            if not isinstance(name, yaml.ScalarNode) or name.value in seen:
                raise BadYaml(name.start_mark.line + 1, Said("shape.yaml_twice"))
            seen.add(name.value)
            _refuse_twice(value)


def _line_of_reader(error: yaml.YAMLError, text: str) -> int:
    """Return the line of a character that YAML does not take; its reader counts characters."""
    position = getattr(error, "position", 0)
    return text.count("\n", 0, position) + 1 if isinstance(position, int) else 1
