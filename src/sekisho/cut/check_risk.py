"""What is wrong with the ``[risk]`` of a purpose, by line: it can only speak of what leaves, and only of what can be alike."""

from collections.abc import Iterator
from pathlib import Path

from sekisho.cut.columns import column_named
from sekisho.cut.field import TOKENS, Field
from sekisho.cut.forms.cells import CELL_FORMS
from sekisho.cut.lines import line_of_word
from sekisho.cut.parts import Risk
from sekisho.cut.purpose import Purpose
from sekisho.errors import Refused, SekishoError, Unreadable

_NEVER_ALIKE = frozenset({*TOKENS, "constant", "drop"})


def risk_problems(purpose: Purpose, text: str, path: Path) -> Iterator[SekishoError]:
    """Yield every reason why the risk of a purpose cannot be measured or brought down as it asks."""
    risk = purpose.risk
    if risk is None or purpose.purpose.profile == "test-data":  # of which no row is anybody's
        return
    fields = {field.out: field for field in purpose.field}
    line = line_of_word(text, "[risk]")
    for name in dict.fromkeys([*risk.quasi, *risk.sensitive]):
        if name not in fields or fields[name].op in _NEVER_ALIKE:
            yield Refused("cut.risk_field", path=path, line=line, field=name)
    for name in sorted(risk.hierarchies.keys() - {*risk.quasi}):
        yield Refused("cut.risk_hierarchy", path=path, line=line, field=name)
    for name in sorted({*risk.quasi} & {*risk.sensitive}):
        yield Refused("cut.risk_both", path=path, line=line, field=name)
    if risk.l > 1 and not risk.sensitive:
        yield Refused("cut.risk_without_sensitive", path=path, line=line)
    yield from _population(purpose, risk, fields, line, path)


def _population(
    purpose: Purpose, risk: Risk, fields: dict[str, Field], line: int, path: Path
) -> Iterator[SekishoError]:
    """Refuse a population that cannot be laid beside what leaves."""
    if not risk.population:
        return
    if risk.population not in purpose.source:
        yield Unreadable("cut.unknown_source", path=path, line=line, source=risk.population)
        return
    for name in risk.quasi:
        if name in fields and not _is_in(purpose, fields[name], risk.population):
            yield Refused("cut.risk_population", path=path, line=line, field=name, source=risk.population)


def _is_in(purpose: Purpose, field: Field, source: str) -> bool:
    found = column_named(purpose, field.source)
    return found is not None and found[0] == source and field.op in CELL_FORMS
