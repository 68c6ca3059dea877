"""Which cut a leaked table comes from: all that the office kept of its cuts, held against it; the ledger says it was done."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl

from sekisho.custody import records
from sekisho.custody.cut_kept import load_cut_index, load_population, load_token_map
from sekisho.custody.cut_keys import token_keys
from sekisho.custody.cut_record import CutField, CutRecord
from sekisho.custody.office import Office
from sekisho.custody.trace_records import load_trace_record
from sekisho.cut.field import TOKENS_OF_PEOPLE
from sekisho.cut.tokens import aes
from sekisho.cut.trace.match import Candidate, Suspicion, trace
from sekisho.cut.trace.token_sets import CaseNumbers, KeyedTokens, case_numbers
from sekisho.errors import MediumError
from sekisho.kinds.taxonomy import kind
from sekisho.readers.tables import open_tables

_CODE = r"^[0-9]{5,}$"
_ENOUGH_CODES = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A cut that a leaked table comes from.

    Attributes:
        cut: the cut.
        suspicion: what speaks for it, and how surely.
        copies: slips of the copies that were made of it.
    """

    cut: CutRecord
    suspicion: Suspicion
    copies: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """What became of a trace.

    Attributes:
        rows: rows of the leaked table.
        cuts: how many cuts were held against it.
        people: how many of the office's people were found again in it by their codes.
        named: the cuts it comes from, the surest first; none if nobody can be named.
    """

    rows: int
    cuts: int
    people: int
    named: tuple[Named, ...]


def trace_leak(office: Office, leaked: Path) -> Traced:
    """Hold a leaked table against every cut of the office.

    Raises:
        Unreadable: it is no table, or what the office kept is damaged.
        MediumError: the disk refused.
    """
    blocks = [block for table in open_tables(leaked) for block in table.frames(strict=False)]
    cuts = {cut.id: cut for cut in records.cuts(office.ledger.connection)}
    people = _people(office, blocks)
    candidates = [_candidate(office, cut) for cut in cuts.values()]
    suspicions = trace(blocks, candidates, people=people if len(people) else None)
    traced = Traced(
        rows=sum(block.height for block in blocks),
        cuts=len(cuts),
        people=len(people),
        named=tuple(Named(cut=cuts[each.cut], suspicion=each, copies=_copies(office, each.cut)) for each in suspicions),
    )
    with office.ledger.transaction() as tx:
        tx.append(
            "cut.traced",
            fields={
                "leaked": _digest(leaked),
                "rows": traced.rows,
                "against": traced.cuts,
                "named": ",".join(each.cut.id for each in traced.named),
            },
        )
    return traced


def _candidate(office: Office, cut: CutRecord) -> Candidate:
    kept = load_trace_record(office, cut)
    return Candidate(
        cut=cut.id,
        recipient=cut.recipient,
        tokens=tuple(_tokens(office, cut, field) for field in cut.leaving if field.form in TOKENS_OF_PEOPLE),
        secret=kept.key if kept and kept.channels else None,
        channels=frozenset(kept.channels if kept else ()),
        canaries=kept.canaries if kept else None,
        index=partial(load_cut_index, office, cut),
    )


def _tokens(office: Office, cut: CutRecord, field: CutField) -> Callable[[], CaseNumbers | KeyedTokens]:
    return partial(_keyed if field.form == "token.aes" else _serial, office, cut, field)


def _serial(office: Office, cut: CutRecord, _: CutField) -> CaseNumbers:
    return case_numbers(load_token_map(office, cut)["token"])


def _keyed(office: Office, cut: CutRecord, field: CutField) -> CaseNumbers | KeyedTokens:
    keys = token_keys(office, cut=cut.id, recipient=cut.recipient)
    if keys is None:
        return case_numbers(pl.Series(dtype=pl.String))
    key = keys(field.name)
    return KeyedTokens(lambda tokens: aes.decode(tokens, key))


def _people(office: Office, blocks: Iterable[pl.DataFrame]) -> np.ndarray:
    """Return the numbers of people whose codes stand in a table; the population that is asked is thrown away after it."""
    population, found = load_population(office), [np.zeros(0, np.uint32)]
    known = len(population)
    for block in blocks:
        for cells in block.get_columns():
            codes = cells.drop_nulls().unique()
            codes = codes.filter(codes.str.contains(_CODE))
            numbers = population.number(codes, kind("resident_code")).drop_nulls().to_numpy()
            ours = numbers[numbers < known]
            if len(ours) > _ENOUGH_CODES * len(codes):
                found.append(ours)
    return np.unique(np.concatenate(found))


def _copies(office: Office, cut_id: str) -> tuple[str, ...]:
    connection = office.ledger.connection
    asked = [each for each in records.requests(connection) if cut_id in each.statement.cuts]
    return tuple(row.slip for each in asked for row in records.copies(connection, each.id))


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise MediumError("custody.disk", path=path) from error
