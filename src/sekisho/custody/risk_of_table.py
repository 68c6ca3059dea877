"""The risk of a table as it lies there, before anybody writes a purpose for it. Nothing of it is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sekisho.custody.sources import only_table
from sekisho.cut.forms.labels import read_labels
from sekisho.cut.risk.anonymise import Method, anonymise
from sekisho.cut.risk.coding import Coded, code
from sekisho.cut.risk.default import default
from sekisho.cut.risk.hierarchy import Hierarchy, plain
from sekisho.cut.risk.report import tell
from sekisho.cut.risk.reported import RiskReport
from sekisho.errors import Misuse, NotFound, Refused
from sekisho.readers.tables import Table

_K = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked about a table.

    Attributes:
        quasi: columns by which somebody who knows a person could find the row.
        sensitive: columns that are not to be learnt.
        hierarchies: for a column, the file of its labels.
        population: a table of everybody who could be in it, with the same columns.
        k: how many people are to share each combination; without it, risk is only measured.
        method: how that is reached.
        suppress: the share of rows that may be left out for it.
    """

    quasi: Sequence[str]
    sensitive: Sequence[str] = ()
    hierarchies: Mapping[str, Path] = field(default_factory=dict)
    population: Path | None = None
    k: int | None = None
    method: Method = "mondrian"
    suppress: float = 0.0


def risk_of_table(path: Path, asked: Asked) -> RiskReport:
    """Measure a table, and what it would take to bring it to a k.

    Raises:
        Misuse: a column is named twice, or labels are of none that is asked about.
        NotFound: there is no such file of labels.
        Refused: it does not have a column, or no k is reached.
        Unreadable: the table, the population or a file of labels is damaged.
    """
    named = [*asked.quasi, *asked.sensitive]
    if len(set(named)) < len(named) or asked.hierarchies.keys() - {*asked.quasi}:
        raise Misuse("custody.risk_columns")
    wanted = asked.k or _K
    coded = _coded(path, named, asked)
    population = _coded(asked.population, list(asked.quasi), asked) if asked.population else None
    before = tell(coded, population=population, wanted=wanted)
    if asked.k is None:
        return RiskReport(quasi=list(asked.quasi), wanted=wanted, before=before)
    made = anonymise(coded, k=asked.k, method=asked.method, suppress=asked.suppress)
    return RiskReport(
        quasi=list(asked.quasi),
        wanted=wanted,
        method=made.method,
        loss=round(made.loss, 6),
        left_out=made.risk.suppressed - coded.suppressed,
        before=before,
        after=tell(made.published, wanted=wanted),
    )


def _coded(path: Path, columns: list[str], asked: Asked) -> Coded:
    table = _with_columns(path, columns)
    sensitive = [column for column in columns if column not in asked.quasi]
    hierarchies = dict.fromkeys(asked.quasi, default) | {
        name: _labels(file) for name, file in asked.hierarchies.items()
    }
    return code(
        table.frames(columns, strict=True),
        asked.quasi,
        {**hierarchies, **dict.fromkeys(sensitive, plain)},
        sensitive=sensitive,
    )


def _labels(path: Path) -> Hierarchy:
    try:
        return read_labels(path)
    except FileNotFoundError:
        raise NotFound("cli.no_file", path=path) from None


def _with_columns(path: Path, columns: list[str]) -> Table:
    table = only_table(path)
    for column in columns:
        if column not in table.labels:
            raise Refused("custody.no_column", path=path, column=column)
    return table
