"""One run of a plan into a folder of the vault: the files that leave, and beside them what stays inside."""

from collections.abc import Callable
from pathlib import Path

import polars as pl

from sekisho.custody.answers import write_answers
from sekisho.custody.cut_kept import INDEX, TOKENS
from sekisho.custody.cut_keys import join_keys, new_token_keys
from sekisho.custody.cut_record import CutField, CutFile
from sekisho.custody.cut_recording import Made, invented_fields, table_name
from sekisho.custody.kept_codes import KeptCodes
from sekisho.custody.kept_numbers import KeptNumbers
from sekisho.custody.law_of_rows import LawOfRows
from sekisho.custody.measured import Measured
from sekisho.custody.office import Office
from sekisho.custody.trace_records import TRACE, new_tracing
from sekisho.cut.forms.chance import keys_once
from sekisho.cut.forms.form import Makings
from sekisho.cut.law.notices import LABEL
from sekisho.cut.plan import Plan
from sekisho.cut.risk_of_rows import RiskOfRows
from sekisho.cut.run import Counters, Finish, cut_rows
from sekisho.cut.run_test_data import invent_table, learn
from sekisho.cut.test_data.write import writing_of
from sekisho.cut.tokens.serial import CaseTokens
from sekisho.people.index import Index
from sekisho.people.population import Population
from sekisho.progress import Progress

Randomness = Callable[[int], bytes]


class Making:
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

    def made(self) -> Made:
        """Carry the plan out, by its profile."""
        if self._plan.purpose.query:
            return self._answers()
        return self._test_data() if self._plan.purpose.purpose.profile == "test-data" else self._rows()

    def _rows(self) -> Made:
        expect = self._plan.purpose.rows.expect
        tokens = CaseTokens(self._randomness, expected=expect.max if expect else 0)
        kept = KeptNumbers(self._plan)
        law, risk = LawOfRows(self._plan, self._randomness), RiskOfRows(self._plan)
        tracing = new_tracing(self._plan, self._randomness)
        codes, name = KeptCodes(self._plan), table_name(self._plan.purpose)
        with self._vault.writer(self._folder / "0.age") as writer:
            sink = Measured(writer)
            counters = cut_rows(
                self._plan,
                self._population,
                self._makings(tokens),
                self._index,
                sink,
                before=_each(risk.before, codes.see),
                finish=_in_turn(risk.finish if risk.changes else None, law.finish),
                tracing=tracing,
                watch=_each(kept.see, law.see, risk.see),
                progress=self._progress,
            )
        kept.must_be_none()
        codes.must_be_none()
        law.must_hold()
        files = [sink.file(name, "table", "0.age", counters.rows_out + (tracing.canaries if tracing else 0))]
        if law.is_anonymous:
            files.append(self._notice(law.label()))
        elif any(each.field.op == "token.serial" for each in self._plan.fields):  # of a cut of nobody too
            self._vault.write(self._folder / TOKENS, tokens.given.write_csv().encode())
        if tracing:
            self._vault.write(self._folder / TRACE, tracing.record().encode())
        self._keep_index()
        return Made(files, counters, self._index, findings=tuple(law.findings()), risk=risk.report())

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

    def _answers(self) -> Made:
        counters = Counters()
        written = write_answers(
            self._plan, self._population, self._index, counters,
            vault=self._vault, folder=self._folder, randomness=self._randomness, progress=self._progress,
        )  # fmt: skip
        self._keep_index()
        return Made(written.files, counters, self._index, written.unanswerable, written.undecided)

    def _test_data(self) -> Made:
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
            fields += invented_fields(shape, writing.name, self._plan.purpose.purpose.title)
            counters.rows_out += shape.rows
        self._keep_index()
        return Made(files, counters, self._index, fields=fields)

    def _keep_index(self) -> None:
        self._vault.write(self._folder / INDEX, self._index.encode())


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
