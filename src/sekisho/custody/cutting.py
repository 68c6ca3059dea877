"""Carrying a purpose out: what leaves goes into the vault, who is in it into an index, that it happened into the ledger.

The tables of a cut are plaintext, so they are written nowhere but encrypted to the vault; sealing reads them from there.
Their digest is what a request asks for and approvers sign.
"""

import secrets
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sekisho.clock import to_text
from sekisho.custody.cut_kept import POPULATION, load_population
from sekisho.custody.cut_making import Making, Randomness
from sekisho.custody.cut_record import CutRecord
from sekisho.custody.cut_recording import record_of
from sekisho.custody.office import Office
from sekisho.custody.records import add_cut
from sekisho.custody.sources import Sources, find_sources
from sekisho.cut.bind import bind
from sekisho.cut.check import check
from sekisho.cut.plan import Plan
from sekisho.cut.purpose import Purpose, read_purpose
from sekisho.errors import MediumError, SekishoError
from sekisho.files import replacing_folder
from sekisho.ledger.anchor import exclusive
from sekisho.progress import Progress, silent


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
                run = Making(office, plan, folder, population, cut_id=cut_id, randomness=randomness, progress=progress)
                made = run.made()
                office.vault.write(office.home.people / POPULATION, population.encode(), overwrite=True)
                record = record_of(
                    cut_id,
                    plan,
                    prepared.text,
                    made,
                    bytes_in=prepared.sources.size,
                    made_at=to_text(office.ledger.time()),
                )
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
