"""The form of a file of records of law."""

import json
from typing import Literal

import msgspec

from sekisho.loss.law.record import Day, Exemption, ExemptionId, Form, Hint, Line, Name


class PackFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file.

    Attributes:
        schema: which form this is.
        checked_on: ISO date on which its records were last checked, where they do not say another.
        checked_by: who looked.
        content_sets: lists of what reports have to hold.
        obligations: records.
        exemptions: id → exemption.
        hints: what kinds of data and events count as.
    """

    schema: Literal["sekisho.obligations/0.1"]
    checked_on: Day | Literal[""] = ""
    checked_by: str = ""
    content_sets: dict[Name, tuple[Line, ...]] = {}
    obligations: tuple[Form, ...] = ()
    exemptions: dict[ExemptionId, Exemption] = {}
    hints: tuple[Hint, ...] = ()


def laws_schema() -> str:
    """Return the JSON Schema of such a file, as text."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Sekisho records of law"}
    return json.dumps(head | msgspec.json.schema(PackFile), indent=2, ensure_ascii=False) + "\n"
