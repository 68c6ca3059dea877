"""A form's facts as its template gets them: words, in the order and under the headings that the office's mapping wants."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sekisho.catalogue.words import Language, area_words, say
from sekisho.clock import to_text
from sekisho.custody.field_words import field_words
from sekisho.custody.paper.dates import day_words, fiscal_words, time_words
from sekisho.custody.paper.facts import Facts, Form
from sekisho.custody.paper.mapping import ENTRIES, Column, Line, Mapping
from sekisho.custody.paper.pictures import pictures
from sekisho.kinds.taxonomy import taxonomy

_DASH = "—"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form, how it is wanted, and in which language."""

    form: Form
    mapping: Mapping
    language: Language

    def data(self) -> dict[str, Any]:
        """Return what the template is given; every value is a text, a number, a list or an object."""
        form, mapping = self.form, self.mapping
        return {
            "language": self.language,
            "title": mapping.title.says(self.language),
            "number": mapping.number.says(self.language),
            "preamble": mapping.preamble.says(self.language) if mapping.preamble else "",
            "note": mapping.note.says(self.language) if mapping.note else "",
            "addressed": self._addressed(),
            "page": mapping.page,
            "stamps": [stamp.says(self.language) for stamp in mapping.stamps],
            "office": form.office.name,
            "phone": form.office.phone,
            "day": "" if form.blank else self._words(form.at.astimezone(ZoneInfo(form.office.zone)).date()),
            "blank": form.blank,
            "head": [self._line(line) for line in mapping.line],
            "columns": [self._heading(column) for column in mapping.column],
            "rows": [self._cells(row) for row in form.rows] + [self._cells(None)] * self._blank_rows(),
            "facts": self._facts(form.head),
            "row_facts": [self._facts(row) for row in form.rows],
            "pictures": pictures(form),
            "words": {name: say(f"paper.{name}", self.language) for name in _WORDS},
            "ledger": self._ledger(),
        }

    def _addressed(self) -> str:
        addressed = self.mapping.addressed
        return addressed.says(self.language).format(office=self.form.office.name) if addressed else ""

    def _blank_rows(self) -> int:
        return self.mapping.blank_rows if self.form.blank else 0

    def _line(self, line: Line) -> dict[str, Any]:
        text = self._value(self.form.head, line.field)
        return {"field": line.field, "label": line.says(self.language), "text": text, "height": line.height}

    def _heading(self, column: Column) -> dict[str, Any]:
        return {
            "field": column.field,
            "label": column.says(self.language),
            "width": column.width,
            "align": column.align,
        }

    def _cells(self, row: Facts | None) -> list[str]:
        return [self._value(row, column.field, short=True) for column in self.mapping.column]

    def _facts(self, facts: Facts) -> dict[str, str]:
        return {field: self._value(facts, field) for field in facts.__struct_fields__}

    def _value(self, facts: Facts | None, field: str, *, short: bool = False) -> str:
        if facts is None:
            return ""
        value = getattr(facts, field)
        if field == ENTRIES:
            return index_words(value)
        if isinstance(value, tuple):
            between = say("paper.separator", self.language) if field in facts.INLINE else "\n"
            return between.join(self._one(facts, field, each, short=short) for each in value)
        return self._one(facts, field, value, short=short)

    def _one(self, facts: Facts, field: str, value: object, *, short: bool) -> str:
        match value:
            case str() if field in facts.CODES:
                return self._coded(field, value, value)
            case str() if field in facts.KINDS and value in taxonomy():
                return taxonomy()[value].label(self.language)
            case str() if field in facts.STATED:
                return field_words(value, self.language)
            case bool():
                answer = "yes" if value else "no"
                return self._coded(field, answer, say(f"paper.{answer}", self.language))
            case int() if field in facts.FISCAL:
                return fiscal_words(value, self.language, years=self.mapping.years)
            case _:
                return self._words(value, short=short)

    def _coded(self, field: str, code: str, otherwise: str) -> str:
        """Return the words that the catalogue has for this code of this field, if any."""
        name = f"{field.removeprefix('operator_').removeprefix('witness_')}.{code}"
        words = area_words("paper").get(name) or area_words("custody").get(name)
        return words[self.language] if words else otherwise

    def _words(self, value: object, *, short: bool = False) -> str:
        match value:
            case None:
                return ""
            case str():
                return value
            case int():
                return f"{value:,}"
            case datetime():
                local = value.astimezone(ZoneInfo(self.form.office.zone))
                return time_words(local, self.language, years=self.mapping.years, short=short)
            case date():
                return day_words(value, self.language, years=self.mapping.years, short=short)
            case _:
                raise TypeError(f"nothing that a form prints: {type(value).__name__}")

    def _ledger(self) -> str:
        """Say from which state of which ledger the form is, and that who doubts a line can ask for its entries."""
        ledger, language = self.form.ledger, self.language
        if self.form.blank:
            return say("paper.blank", language)
        said = {
            "origin": ledger.origin,
            "size": ledger.size,
            "root": ledger.root[:16] or _DASH,
            "at": to_text(self.form.at),
        }
        return say("paper.ledger", language, **said)


def index_words(indexes: tuple[int, ...]) -> str:
    """Write indexes of the ledger, three or more in a row as a span.

    >>> index_words((3, 4, 5, 6, 9, 11, 12))
    '3–6, 9, 11, 12'
    """
    runs = list[list[int]]()
    for index in sorted(indexes):
        if runs and runs[-1][-1] == index - 1:
            runs[-1].append(index)
        else:
            runs.append([index])
    spans = ([f"{run[0]}–{run[-1]}"] if len(run) > 2 else map(str, run) for run in runs)
    return ", ".join(text for span in spans for text in span)


_WORDS = (
    "page_of", "phone_at_night", "scan_slip", "scan_phone", "read_aloud", "giver_signs", "receiver_signs", "if_found_ja",
    "if_found_en", "keep_apart", "date_and_time", "name_and_signature", "none", "blank_day",
)  # fmt: skip
"""What templates say beside the facts."""
