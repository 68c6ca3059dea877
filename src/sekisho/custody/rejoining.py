"""Results that come back from a contractor, put to the people they are about; the ledger says that it was done."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sekisho.codes import spoken_digits
from sekisho.custody import records
from sekisho.custody.cut_kept import load_column, load_given, load_population
from sekisho.custody.cut_record import CutField, CutRecord
from sekisho.custody.office import Office
from sekisho.custody.sources import only_table
from sekisho.custody.trace_records import load_trace_record
from sekisho.cut.field import TOKENS_OF_PEOPLE
from sekisho.cut.forms.by_value import by_distinct_value
from sekisho.cut.rejoin import Given, Rejoined, rejoin
from sekisho.cut.spreadsheet import guarded
from sekisho.errors import MediumError, Misuse, NotFound, Refused
from sekisho.files import replacing
from sekisho.kinds.taxonomy import kind

ROW, REASON = "行", "理由"
"""The columns that stand before what is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What came back, and to whom it went.

    Attributes:
        cut: the cut whose tokens these are.
        column: the column of the tokens.
        rows: rows of the result.
        joined: whose each row is.
    """

    cut: CutRecord
    column: str
    rows: int
    joined: Rejoined


def rejoin_result(
    office: Office,
    result: Path,
    *,
    out: Path,
    refused: Path | None = None,
    cut_id: str | None = None,
    column: str | None = None,
) -> Returned:
    """Write a result with the people's own keys in place of its tokens.

    Args:
        office: whose cut it was.
        result: the table that came back.
        out: where the rows go that lead to somebody; personal data, for this office alone.
        refused: where the others go, each with its row and the reason.
        cut_id: the cut, where it is known; else the one that gave out most of the tokens.
        column: the column of the tokens, where it is called otherwise than when it left.

    Raises:
        Misuse: a file is there already, or the cut gave out nothing that leads back.
        NotFound: no such cut; or no cut's tokens stand in any column.
        Refused: not one row leads to anybody.
        Unreadable: the result, or what the office kept of the cut, is damaged.
        MediumError: the disk refused.
    """
    for path in (out, refused):
        if path is not None and (path.exists() or (path is refused and path.resolve() == out.resolve())):
            raise Misuse("custody.exists", path=path)
    table = only_table(result)
    none = pl.DataFrame(schema=dict.fromkeys(table.labels, pl.String))
    rows = pl.concat([none, *table.frames(strict=True)], rechunk=True)
    cuts = _Cuts(office)
    cut, field, name = cuts.of(rows, cut_id, column, result)
    joined = _joined(office, cuts, cut, field, rows[name])
    if not joined.count("accepted"):
        raise Refused("custody.nobody_rejoined", path=result, cut=cut.id)
    _write(office, out, _of_people(office, cut, rows.drop(name), joined))
    if refused is not None:
        _write(office, refused, _with_reasons(rows, joined))
    with office.ledger.transaction() as tx:
        tx.append(
            "cut.rejoined",
            fields={"cut": cut.id, "rows": rows.height, "accepted": joined.count("accepted"), **_counts(joined)},
        )
    return Returned(cut=cut, column=name, rows=rows.height, joined=joined)


def _counts(joined: Rejoined) -> dict[str, int]:
    return {str(reason): count for reason, count in joined.refused.items()}


class _Cuts:
    """The cuts of an office that gave out tokens which lead back; what leads back from one is read once."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._given: dict[tuple[str, str], Given] = {}

    def all(self, cut_id: str | None = None) -> list[tuple[CutRecord, CutField]]:
        """Return the cuts, or the one of an id, each with the field whose tokens lead back."""
        connection = self._office.ledger.connection
        cuts = [records.get_cut(connection, cut_id)] if cut_id else records.cuts(connection)
        return [(cut, field) for cut in cuts for field in cut.leaving if field.form in TOKENS_OF_PEOPLE]

    def given(self, cut: CutRecord, field: CutField) -> Given:
        """Return what a cut gave out in a field."""
        key = cut.id, field.name
        if key not in self._given:
            self._given[key] = load_given(self._office, cut, field)
        return self._given[key]

    def of(
        self, rows: pl.DataFrame, cut_id: str | None, column: str | None, path: Path
    ) -> tuple[CutRecord, CutField, str]:
        """Return the cut whose tokens came back, the field in which they left, and the column in which they stand."""
        asked = [
            (cut, field, name)
            for cut, field in self.all(cut_id)
            if (name := field.name if column is None else column) in rows.columns
        ]
        if not asked:
            raise NotFound("custody.no_token_column", path=path)
        if cut_id:
            return asked[0]
        tokens = {name: by_distinct_value(rows[name], spoken_digits) for name in {name for _, _, name in asked}}
        known = [len(rows) - self.given(cut, field).numbers(tokens[name]).null_count() for cut, field, name in asked]
        if not any(known):
            raise NotFound("custody.nobodys_tokens", path=path)
        return asked[known.index(max(known))]


def _joined(office: Office, cuts: _Cuts, cut: CutRecord, field: CutField, cells: pl.Series) -> Rejoined:
    """Judge the tokens; what other cuts gave out is looked at only where something is in doubt."""
    given, traced = cuts.given(cut, field), load_trace_record(office, cut)
    canaries = frozenset(traced.tokens if traced else ())
    joined = rejoin(cells, given, canaries=canaries, written=spoken_digits)
    others, times = list[Given](), None
    if joined.count("unknown") or joined.count("altered"):
        others = [cuts.given(*other) for other in cuts.all() if other[0].id != cut.id]
    if joined.count("repeated"):
        times = load_column(office, cut, field)
    if others or times is not None:
        joined = rejoin(cells, given, others, canaries=canaries, times=times, written=spoken_digits)
    return joined


def _of_people(office: Office, cut: CutRecord, rows: pl.DataFrame, joined: Rejoined) -> pl.DataFrame:
    """Return the accepted rows, each behind the key of the person it is about, as the source writes it."""
    accepted = joined.numbers.is_not_null()
    keys = load_population(office).keys(joined.numbers.filter(accepted).to_numpy())["key"]
    heading = cut.subject or kind("resident_code").ja
    return pl.DataFrame({heading: keys}).hstack(rows.filter(accepted).rename({heading: f"{heading}#"}, strict=False))


def _with_reasons(rows: pl.DataFrame, joined: Rejoined) -> pl.DataFrame:
    """Return the refused rows, each behind its place in the result and the reason."""
    places = pl.DataFrame({ROW: range(1, rows.height + 1), REASON: joined.verdicts}, schema_overrides={ROW: pl.String})
    return places.hstack(rows.rename({ROW: f"{ROW}#", REASON: f"{REASON}#"}, strict=False)).filter(
        joined.numbers.is_null()
    )


def _write(office: Office, path: Path, table: pl.DataFrame) -> None:
    """Write a table that opens in a spreadsheet without anything of it being carried out: strangers wrote it."""
    office.note(path.parent)
    try:
        with replacing(path) as file:
            names = pl.DataFrame([table.columns], schema=table.columns, orient="row")  # strangers chose them as well
            guarded(names).write_csv(file, include_bom=True, include_header=False, line_terminator="\r\n")
            guarded(table).write_csv(file, include_header=False, line_terminator="\r\n")
    except FileExistsError:
        raise Misuse("custody.exists", path=path) from None
    except OSError as error:
        raise MediumError("custody.disk", path=path) from error
