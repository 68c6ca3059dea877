"""Packs of records of law: ours, those that a package brings (entry point ``sekisho.laws``), and an office's own.

A later pack replaces a record or an exemption of the same id whole. What no engine could use, or nobody could check, is refused
with file and line: an unknown key, a condition on no fact, an exemption that is nowhere, a record without source or mark.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import msgspec

from sekisho import plugins
from sekisho.catalogue.shape import said_of
from sekisho.catalogue.words import Said
from sekisho.errors import NotFound, Unreadable
from sekisho.loss.law.lint import Fault, faults_of
from sekisho.loss.law.pack_file import PackFile
from sekisho.loss.law.record import Exemption, Form, Hint, Record, digest_of
from sekisho.loss.law.yaml_text import BadYaml, line_at, parse_yaml

ENTRY_POINT = "sekisho.laws"
FOLDER = "laws"
"""The folder of an office's own packs, beside ``office.toml``."""

_ENDINGS = (".yaml", ".yml")
_LARGEST = 4_000_000
_REQUIRED = ("title", "law", "jurisdiction", "status", "trigger", "clocks", "check", "checked_on", "checked_by")


@dataclass(frozen=True, slots=True)
class Pack:
    """Records of law, with the exemptions and lists of contents that they name.

    Attributes:
        records: in the order of their files.
        exemptions: id → exemption.
        content_sets: name → items.
        hints: what kinds of data and events count as.
    """

    records: tuple[Record, ...]
    exemptions: Mapping[str, Exemption] = field(default_factory=dict)
    content_sets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hints: tuple[Hint, ...] = ()

    @property
    def digest(self) -> str:
        """Return the SHA-256 of all of it, whatever the order of its files."""
        parts = [digest_of(each) for each in (*self.records, *self.exemptions.values(), *self.hints)]
        sets = sorted(f"{name}={' '.join(items)}" for name, items in self.content_sets.items())
        return hashlib.sha256("\n".join([*sorted(parts), *sets]).encode()).hexdigest()

    def record(self, rule: str) -> Record:
        """Return a record.

        Raises:
            NotFound: there is none of that id.
        """
        for each in self.records:
            if each.id == rule:
                return each
        raise NotFound("loss.no_such_rule", rule=rule)


def load_pack(extra_folders: Iterable[Path] = ()) -> Pack:
    """Return our records, those of installed packages, and those in folders, each of which may extend or replace the earlier.

    Args:
        extra_folders: of an office's own packs; one that is not there is empty.

    Raises:
        Unreadable: a file is no pack, or a record in it cannot be used; the error says where.
    """
    plugged = [Path(str(each)) for each in plugins.installed(ENTRY_POINT)]
    texts = [*_shipped_texts(), *(text for folder in (*plugged, *extra_folders) for text in _texts(folder))]
    return _pack(texts)


@cache
def shipped_pack() -> Pack:
    """Return our own records alone."""
    return _pack(_shipped_texts())


def read_pack(path: Path) -> Pack:
    """Read one file of records beside ours, as :func:`load_pack` would, to look for faults in it.

    Raises:
        Unreadable: it is no pack, or a record in it cannot be used; the error says where.
    """
    return _pack([*_shipped_texts(), (str(path), _text(path))])


def _shipped_texts() -> list[tuple[str, str]]:
    folder = files("sekisho.loss.law").joinpath("pack")
    found = sorted((each for each in folder.iterdir() if each.name.endswith(_ENDINGS)), key=lambda each: each.name)
    return [(each.name, each.read_text(encoding="utf-8")) for each in found]


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    if folder.is_dir():
        for path in sorted(folder.iterdir()):
            if path.suffix.lower() in _ENDINGS:
                yield str(path), _text(path)


def _text(path: Path | Traversable) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
        if len(raw) > _LARGEST:
            raise _bad(str(path), 1, Said("shape.too_large"))
        return raw.decode("utf-8-sig")
    except OSError:
        raise NotFound("loss.no_such_file", path=path) from None
    except UnicodeDecodeError:
        raise _bad(str(path), 1, Said("shape.no_text")) from None


def _pack(texts: Iterable[tuple[str, str]]) -> Pack:
    """Return what several files say together."""
    read = [_File(path, text, _parsed(path, text)) for path, text in texts]
    exemptions = {
        key: msgspec.structs.replace(each, id=key) for file in read for key, each in file.said.exemptions.items()
    }
    sets = {name: items for file in read for name, items in file.said.content_sets.items()}
    records: dict[str, Record] = {}
    for file in read:
        for number in _bases_first(file, records):
            record = _whole(file, number, records)
            records[record.id] = record
            file.check(number, record, exemptions, sets)
        file.check_exemptions()
    return Pack(tuple(records.values()), exemptions, sets, tuple(hint for file in read for hint in file.said.hints))


def _parsed(path: str, text: str) -> PackFile:
    try:
        return msgspec.convert(parse_yaml(text), PackFile)
    except BadYaml as error:
        raise _bad(path, error.line, error.said) from None
    except msgspec.ValidationError as error:
        where, what = said_of(str(error))
        raise _bad(path, line_at(text, where), what) from None


@dataclass(frozen=True, slots=True)
class _File:
    """One file of a pack."""

    path: str
    text: str
    said: PackFile

    def bad(self, where: str, what: Said) -> Unreadable:
        return _bad(self.path, line_at(self.text, where), what)

    def check(
        self, number: int, record: Record, exemptions: Mapping[str, Exemption], sets: Mapping[str, tuple[str, ...]]
    ) -> None:
        for fault in faults_of(record, exemptions, sets):
            raise self.bad(f"$.obligations[{number}]{fault.where}", _in(record.id, fault))

    def check_exemptions(self) -> None:
        for key, exemption in self.said.exemptions.items():
            for fault in faults_of(exemption):
                raise self.bad(f"$.exemptions.{key}{fault.where}", _in(key, fault))


def _in(name: str, fault: Fault) -> Said:
    return Said("shape.in_record", {"record": name, "what": fault.said})


def _bad(path: str, line: int, what: Said) -> Unreadable:
    return Unreadable("loss.bad_law", path=path, line=line, what=what)


def _bases_first(file: _File, records: Mapping[str, Record]) -> list[int]:
    """Return the numbers of a file's records so that each comes after the one that it extends.

    Raises:
        Unreadable: two have one id, one extends itself, or one that is nowhere.
    """
    forms = file.said.obligations
    place: dict[str, int] = {}
    for number, form in enumerate(forms):
        if form.id in place:
            raise file.bad(f"$.obligations[{number}].id", Said("shape.same_id", {"id": form.id}))
        place[form.id] = number
    ordered: list[int] = []
    for number in range(len(forms)):
        for each in reversed(_upwards(file, number, place, records)):
            if each not in ordered:
                ordered.append(each)
    return ordered


def _upwards(file: _File, number: int, place: Mapping[str, int], records: Mapping[str, Record]) -> list[int]:
    """Return a record's number, then those of the records of this file that it extends."""
    forms, chain = file.said.obligations, [number]
    while isinstance(base := forms[chain[-1]].extends, str):
        where = f"$.obligations[{chain[-1]}].extends"
        if base not in place:
            if base not in records:
                raise file.bad(where, Said("shape.no_such_base", {"base": base}))
            break
        if place[base] in chain:
            raise file.bad(where, Said("shape.circle", {"base": base}))
        chain.append(place[base])
    return chain


def _whole(file: _File, number: int, records: Mapping[str, Record]) -> Record:
    """Return a record with what it has from the one that it extends."""
    form = file.said.obligations[number]
    values: dict[str, object] = {}
    if isinstance(form.extends, str):
        base = records[form.extends]
        values = {name: getattr(base, name) for name in Record.__struct_fields__}
    values |= {"checked_on": file.said.checked_on, "checked_by": file.said.checked_by}
    values |= {name: value for name in Form.__struct_fields__ if (value := getattr(form, name)) is not msgspec.UNSET}
    values.pop("extends", None)
    if missing := next((name for name in _REQUIRED if values.get(name) in (None, "")), None):
        raise file.bad(f"$.obligations[{number}]", Said("shape.missing", {"name": missing}))
    return Record(**values)  # type: ignore[arg-type]  # each came out of a form or a record, of the field's own type
