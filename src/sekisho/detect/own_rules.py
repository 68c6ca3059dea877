"""The rules that a user names: packs in TOML and Presidio's recognisers in YAML, told apart by the ending of their names."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sekisho.detect.pack_files import rules_with
from sekisho.detect.packs import Rules
from sekisho.detect.recognisers.presidio import NotTaken, read_presidio
from sekisho.detect.recognisers.recogniser import Recogniser
from sekisho.errors import Misuse

_YAML = frozenset({".yaml", ".yml"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRules:
    """What files of rules give.

    Attributes:
        rules: ours, with the packs laid over them.
        recognisers: those of Presidio's files.
        not_taken: what of those files was not taken, and why; somebody has to be told.
    """

    rules: Rules
    recognisers: tuple[Recogniser, ...]
    not_taken: tuple[NotTaken, ...]


def own_rules(paths: Iterable[Path]) -> OwnRules:
    """Read the files that a user names.

    Raises:
        Missing: a file is YAML, and no reader of YAML is installed.
        Misuse: a file is neither TOML nor YAML by its name.
        Unreadable: a file cannot be read, or has a mistake; the error says where.
    """
    paths = list(paths)
    for path in paths:
        if path.suffix.lower() not in {".toml", *_YAML}:
            raise Misuse("rules.unknown_sort", path=path)
    imported = [read_presidio(path) for path in paths if path.suffix.lower() in _YAML]
    return OwnRules(
        rules=rules_with(path for path in paths if path.suffix.lower() not in _YAML),
        recognisers=tuple(recogniser for each in imported for recogniser in each.recognisers),
        not_taken=tuple(left for each in imported for left in each.not_taken),
    )
