"""From a purpose that may be carried out to the plan of it: conditions parsed, kinds told, labels read."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec

from sekisho.cut.check import check
from sekisho.cut.columns import (
    columns_of_conditions,
    columns_of_fields,
    key_columns,
    kind_in,
    kind_of_column,
    kind_of_field,
)
from sekisho.cut.expression import parse
from sekisho.cut.field import Field
from sekisho.cut.forms.labels import read_labels
from sekisho.cut.plan import Plan, PlannedField, Tables
from sekisho.cut.purpose import Purpose
from sekisho.kinds.taxonomy import Kind


def bind(purpose: Purpose, text: str, path: Path, tables: Tables, today: date) -> Plan:
    """Return the plan of a purpose that may be carried out.

    Raises:
        SekishoError: the first reason why it may not (:func:`check` gives all).
    """
    for problem in check(purpose, text, path, tables, today):
        raise problem
    return Plan(
        purpose=purpose,
        tables=tables,
        where=parse(purpose.rows.where) if purpose.rows.where else None,
        fields=tuple(_planned(purpose, field) for field in purpose.field if field.op != "drop"),
        answers=tuple((answer, parse(answer.where) if answer.where else None) for answer in purpose.answers),
        selects=tuple((name, kind_of_column(purpose, name)) for name in dict.fromkeys(columns_of_conditions(purpose))),
        dropped=tuple(_dropped(purpose)),
        hierarchies={name: read_labels(path.parent / name) for name in _hierarchies_of(purpose)},
    )


def _hierarchies_of(purpose: Purpose) -> set[str]:
    of_risk = purpose.risk.hierarchies.values() if purpose.risk else ()
    return {each.hierarchy for each in purpose.field if each.hierarchy is not None} | {*of_risk}


def _planned(purpose: Purpose, asked: Field) -> PlannedField:
    kind = kind_of_field(purpose, asked)
    assert kind is not None
    if asked.op == "age.band" and asked.at is None:
        asked = msgspec.structs.replace(asked, at=purpose.purpose.not_after)
    return PlannedField(field=asked, kind=kind)


def _dropped(purpose: Purpose) -> Iterator[tuple[str, Kind | None]]:
    used = {*columns_of_fields(purpose), *key_columns(purpose)}
    for name, source in purpose.source.items():
        prefix = "" if name == purpose.rows.source else f"{name}."
        for column in source.columns:
            if prefix + column not in used:
                yield prefix + column, kind_in(source, column)
