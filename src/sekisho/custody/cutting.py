"""Carrying a purpose out: what leaves goes into the vault, who is in it into an index, that it happened into the ledger.

The tables of a cut are plaintext, so they are written nowhere but encrypted to the vault; sealing reads them from there.
Their digest is what a request asks for and approvers sign.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from sekisho.clock import to_text
from sekisho.custody.answers import write_answers
from sekisho.custody.cut_keys import join_keys, new_token_keys, token_keys
from sekisho.custody.cut_record import SELECT, CutField, CutFile, CutJoin, CutRecord
from sekisho.custody.kept_numbers import KeptNumbers
from sekisho.custody.law_of_rows import LawOfRows, checklist, cut_check
from sekisho.custody.measured import Measured
from sekisho.custody.office import Office
from sekisho.custody.records import add_cut
from sekisho.custody.sources import Sources, find_sources
from sekisho.custody.trace_records import TRACE, new_tracing
from sekisho.cut.check import bind, check
from sekisho.cut.forms.chance import keys_once
from sekisho.cut.forms.form import Makings
from sekisho.cut.law.findings import Finding
from sekisho.cut.law.notices import LABEL
from sekisho.cut.plan import Plan
from sekisho.cut.purpose import Purpose, read_purpose
from sekisho.cut.rejoin import Given
from sekisho.cut.risk.report import RiskReport
from sekisho.cut.risk_of_rows import RiskOfRows
from sekisho.cut.run import Counters, Finish, cut_rows
from sekisho.cut.run_test_data import invent_table, learn
from sekisho.cut.test_data.shape import TableShape
from sekisho.cut.test_data.write import writing_of
from sekisho.cut.tokens.given import GivenBlocks, GivenSerials
from sekisho.cut.tokens.serial import CaseTokens
from sekisho.errors import MediumError, NotFound, SekishoError, Unreadable
from sekisho.files import replacing_folder
from sekisho.ledger.anchor import exclusive
from sekisho.people.index import Index, decode_index
from sekisho.people.population import Population, count_by_kind, decode_population
from sekisho.progress import Progress, silent

Randomness = Callable[[int], bytes]

_POPULATION, _INDEX, _TOKENS = "population.age", "people.age", "tokens.age"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A purpose file with what its sources turned out to be."""

    path: Path
    text: str
    purpose: Purpose
    sources: Sources

    def problems(self, today: date) -> tuple[SekishoError, ...]:
        """Return every reason why it may not be carried out today."""
        return check(self.purpose, self.text, self.path, self.sources.tables, today)

    def plan(self, today: date) -> Plan:
        """Return the plan.

        Raises:
            SekishoError: the first of :meth:`problems`.
        """
        return bind(self.purpose, self.text, self.path, self.sources.tables, today)


def prepare(path: Path) -> Prepared:
    """Read a purpose file and look at its sources, which are found beside it.

    Raises:
        NotFound: the purpose file or a source is missing.
        Refused: a source has a hidden sheet.
        Unreadable: the purpose file or a source is damaged.
    """
    purpose, text = read_purpose(path)
    return Prepared(path=path, text=text, purpose=purpose, sources=find_sources(path.parent, purpose))


def make_cut(
    office: Office,
    prepared: Prepared,
    *,
    randomness: Randomness = secrets.token_bytes,
    progress: Progress = silent,
) -> CutRecord:
    """Carry a purpose out.

    Args:
        office: whose data it is.
        prepared: the purpose and its sources.
        randomness: gives ids, case numbers and the desk's key.
        progress: told after each block how many rows of the main source it had.

    Raises:
        SekishoError: the purpose may not be carried out, or a source is damaged; nothing is kept.
    """
    plan = prepared.plan(office.today())
    cut_id = randomness(5).hex()
    office.note(office.home.cuts)
    office.note(office.home.people)
    try:
        with exclusive(office.people_lock):
            with replacing_folder(office.home.cuts / cut_id) as folder:
                population = load_population(office)
                run = _Run(office, plan, folder, population, cut_id=cut_id, randomness=randomness, progress=progress)
                made = run.made()
                office.vault.write(office.home.people / _POPULATION, population.encode(), overwrite=True)
                record = _record(cut_id, prepared, plan, made, to_text(office.ledger.time()))
            _keep(office, record)
    except OSError as error:
        raise MediumError("custody.vault_disk", path=office.home.cuts) from error
    finally:
        office.sweep_cuts()
    return record


def _keep(office: Office, record: CutRecord) -> None:
    with office.ledger.transaction() as tx:
        add_cut(tx.connection, record)
        tx.append(
            "cut.made",
            fields={
                "cut": record.id,
                "purpose": record.purpose_sha256,
                "content": record.content_sha256,
                "people": record.people,
                "rows": record.rows_out,
                **({"kept": "nothing that leads back"} if record.is_anonymised else {}),
            },
        )


def load_population(office: Office) -> Population:
    """Return the office's population; empty before the first cut.

    Raises:
        Unreadable: it is damaged.
    """
    path = office.home.people / _POPULATION
    return decode_population(office.vault.read(path)) if path.exists() else Population()


def load_given(office: Office, record: CutRecord, field: CutField) -> Given:
    """Return the tokens that a cut gave out in a field, with what leads back.

    Raises:
        NotFound: the map or key is gone.
        Unreadable: it is damaged.
    """
    if field.form == "token.aes":
        keys = token_keys(office, cut=record.id, recipient=record.recipient)
        if keys is None:
            raise NotFound("custody.vault_missing", path=office.home.cuts / record.id)
        return GivenBlocks(keys(field.name), load_cut_index(office, record).numbers())
    return GivenSerials(load_token_map(office, record))


def load_token_map(office: Office, record: CutRecord) -> pl.DataFrame:
    """Return the map of a cut's case numbers: ``number`` and ``token``.

    Raises:
        NotFound: it is gone.
        Unreadable: it is damaged.
    """
    data = office.vault.read(office.home.cuts / record.id / _TOKENS)
    try:
        return pl.read_csv(data, schema={"number": pl.UInt32, "token": pl.String})
    except pl.exceptions.PolarsError:
        raise Unreadable("custody.vault_damaged", path=office.home.cuts / record.id / _TOKENS) from None


def count_by_kind_of_key(office: Office, index: Index) -> dict[str, int]:
    """Return how many of the people of an index are known by each kind of key, kind id → people.

    Raises:
        Unreadable: the population is damaged, gone, or an older one.
    """
    path = office.home.people / _POPULATION
    data = office.vault.read(path) if path.exists() else Population().encode()
    return count_by_kind(data, index.numbers())


def load_cut_index(office: Office, record: CutRecord) -> Index:
    """Return who is in a cut.

    Raises:
        Unreadable: it is damaged, or not the one that was made with the cut.
    """
    index = decode_index(office.vault.read(office.home.cuts / record.id / _INDEX))
    if index.digest().hex() != record.index_sha256:
        raise Unreadable("people.damaged_index")
    return index


@dataclass(frozen=True, slots=True)
class _Made:
    files: list[CutFile]
    counters: Counters
    index: Index
    unanswerable: int = 0
    undecided: int = 0
    fields: list[CutField] = field(default_factory=list)
    findings: tuple[Finding, ...] = ()
    risk: RiskReport | None = None


class _Run:
    """One run of a plan into a folder of the vault."""

    def __init__(
        self,
        office: Office,
        plan: Plan,
        folder: Path,
        population: Population,
        *,
        cut_id: str,
        randomness: Randomness,
        progress: Progress,
    ) -> None:
        self._office = office
        self._vault = office.vault
        self._cut_id = cut_id
        self._plan = plan
        self._folder = folder
        self._population = population
        self._randomness = randomness
        self._progress = progress
        self._index = Index()

    def made(self) -> _Made:
        """Carry the plan out, by its profile."""
        if self._plan.purpose.query:
            return self._answers()
        return self._test_data() if self._plan.purpose.purpose.profile == "test-data" else self._rows()

    def _rows(self) -> _Made:
        expect = self._plan.purpose.rows.expect
        tokens = CaseTokens(self._randomness, expected=expect.max if expect else 0)
        kept = KeptNumbers(self._plan)
        law, risk = LawOfRows(self._plan, self._randomness), RiskOfRows(self._plan)
        tracing = new_tracing(self._plan, self._randomness)
        name = table_name(self._plan.purpose)
        with self._vault.writer(self._folder / "0.age") as writer:
            sink = Measured(writer)
            counters = cut_rows(
                self._plan,
                self._population,
                self._makings(tokens),
                self._index,
                sink,
                before=risk.before,
                finish=_in_turn(risk.finish if risk.changes else None, law.finish),
                tracing=tracing,
                watch=_each(kept.see, law.see, risk.see),
                progress=self._progress,
            )
        kept.must_be_none()
        law.must_hold()
        files = [sink.file(name, "table", "0.age", counters.rows_out + (tracing.canaries if tracing else 0))]
        if law.is_anonymous:
            files.append(self._notice(law.label()))
        elif len(tokens):
            self._vault.write(self._folder / _TOKENS, tokens.given.write_csv().encode())
        if tracing:
            self._vault.write(self._folder / TRACE, tracing.record().encode())
        self._keep_index()
        return _Made(files, counters, self._index, findings=tuple(law.findings()), risk=risk.report())

    def _notice(self, text: str) -> CutFile:
        with self._vault.writer(self._folder / "1.age") as writer:
            sink = Measured(writer)
            sink.write(text.encode())
        return sink.file(LABEL, "notice", "1.age", 0)

    def _makings(self, tokens: CaseTokens) -> Makings:
        head = self._plan.purpose.purpose
        return Makings(
            tokens=tokens,
            token_key=new_token_keys(
                self._office, self._folder, cut=self._cut_id, recipient=head.recipient.id, randomness=self._randomness
            ),
            join_key=join_keys(self._office, randomness=self._randomness),
            once=keys_once(self._randomness),
            hierarchies=self._plan.hierarchies,
            redact=_redacted,
        )

    def _answers(self) -> _Made:
        counters = Counters()
        written = write_answers(
            self._plan, self._population, self._index, counters,
            vault=self._vault, folder=self._folder, randomness=self._randomness, progress=self._progress,
        )  # fmt: skip
        self._keep_index()
        return _Made(written.files, counters, self._index, written.unanswerable, written.undecided)

    def _test_data(self) -> _Made:
        """Write a table of nobody's data for every source; nobody is in the index."""
        invented = learn(self._plan, randomness=self._randomness, progress=self._progress)
        counters, files, fields = Counters(rows_in=invented.rows_in), list[CutFile](), list[CutField]()
        for place, (source, shape) in enumerate(invented.shapes.items()):
            writing, stored = (
                writing_of(source, self._plan.purpose.source[source], self._plan.tables[source]),
                f"{place}.age",
            )
            with self._vault.writer(self._folder / stored) as writer:
                sink = Measured(writer)
                for data in invent_table(invented, source, writing, self._randomness):
                    sink.write(data)
            files.append(sink.file(writing.name, "table", stored, shape.rows))
            fields += _invented(shape, writing.name, self._plan.purpose.purpose.title)
            counters.rows_out += shape.rows
        self._keep_index()
        return _Made(files, counters, self._index, fields=fields)

    def _keep_index(self) -> None:
        self._vault.write(self._folder / _INDEX, self._index.encode())


def _in_turn(*finishing: Finish | None) -> Finish | None:
    """Return what does one thing after the other to a whole table; None where there is nothing to do."""
    steps = [finish for finish in finishing if finish is not None]

    def finish(table: pl.DataFrame, people: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
        for step in steps:
            table, people = step(table, people)
        return table, people

    return finish if steps else None


def _redacted(cells: pl.Series) -> pl.Series:
    from sekisho.custody.redacting import redact  # noqa: PLC0415 - most cuts have no text to blot

    return redact(cells)


def _each(*watching: Callable[[pl.DataFrame], object]) -> Callable[[pl.DataFrame], None]:
    """Return what shows a block to all who watch."""

    def see(table: pl.DataFrame) -> None:
        for watch in watching:
            watch(table)

    return see


def table_name(purpose: Purpose) -> str:
    """Return the name of the table that a purpose of profile ``rows`` writes."""
    return purpose.output.name or f"{purpose.purpose.id}.csv"


def _record(cut_id: str, prepared: Prepared, plan: Plan, made: _Made, made_at: str) -> CutRecord:
    head = prepared.purpose.purpose
    return CutRecord(
        id=cut_id,
        purpose=head.id,
        title=head.title,
        purpose_sha256=hashlib.sha256(prepared.text.encode()).hexdigest(),
        controller=head.controller.name,
        recipient=head.recipient.id,
        contract=head.recipient.contract,
        profile=head.profile,
        ends=head.not_after.isoformat(),
        made_at=made_at,
        files=made.files,
        fields=made.fields
        or [*_leaving(plan, made.files[0].name, made.counters), *_selecting(plan, made.files[0].name)],
        joins=[
            CutJoin(
                source=each.source,
                rows=each.rows,
                unmatched=each.unmatched,
                partners=each.partners,
                unclaimed=each.unclaimed,
            )
            for each in made.counters.joins
        ],
        dropped=[] if made.fields else [column for column, _ in plan.dropped],
        rows_in=made.counters.rows_in,
        rows_out=made.counters.rows_out,
        bytes_in=prepared.sources.size,
        people=made.index.people,
        unresolved=made.index.unresolved,
        unanswerable=made.unanswerable,
        undecided=made.undecided,
        index_sha256=made.index.digest().hex(),
        subject=plan.main.subject.said,
        risk=made.risk,
        checks=[cut_check(finding) for finding in checklist(prepared.purpose, prepared.text, made.findings)],
    ).bound()


def _invented(shape: TableShape, file: str, why: str) -> list[CutField]:
    return [
        CutField(
            file=file,
            name=column.label,
            kind=column.kind or "other",
            form="test.words" if column.words else "test.data",
            why=why,
        )
        for column in shape.columns
    ]


def _selecting(plan: Plan, file: str) -> list[CutField]:
    why = plan.purpose.purpose.title
    return [
        CutField(file=file, name=column, kind=kind.id if kind else "", form=SELECT, why=why)
        for column, kind in plan.selects
    ]


def _leaving(plan: Plan, file: str, counters: Counters) -> list[CutField]:
    query = plan.purpose.query
    if query:
        why = plan.purpose.purpose.title
        return [
            CutField(file=file, name=query.ja, kind="lookup_token", form="token", why=why),
            CutField(file=file, name=query.ja, kind=query.kind, form="answer", why=why),
        ]
    return [
        CutField(
            file=file,
            name=each.field.out,
            kind=each.kind.id,
            form=each.field.form,
            why=each.field.why,
            unreadable=counters.unreadable[each.field.out],
            unreadable_rows=counters.unreadable_rows[each.field.out],
        )
        for each in plan.fields
    ]
