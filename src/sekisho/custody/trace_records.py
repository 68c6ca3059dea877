"""What the office keeps of each cut to know its copies again, in the vault beside what was cut."""

from collections.abc import Callable

from sekisho.custody.cut_record import CutRecord
from sekisho.custody.office import Office
from sekisho.cut.plan import Plan
from sekisho.cut.trace.record import TraceRecord, decode_trace_record
from sekisho.cut.trace.run import Tracing

TRACE = "trace.age"

_SECRET_BYTES = 32
_BLOCK_BYTES = 4_000_000  # of text, as :meth:`sekisho.readers.tables.Table.frames` yields it


def new_tracing(plan: Plan, randomness: Callable[[int], bytes]) -> Tracing | None:
    """Return the canaries and marks of a new cut; None if its purpose asks for none."""
    asked = plan.purpose.trace
    if not asked.canaries and not asked.marks:
        return None
    paths = {table.path for table in plan.tables[plan.purpose.rows.source]}
    blocks = sum(path.stat().st_size for path in paths) // _BLOCK_BYTES + 1
    return Tracing(plan, randomness(_SECRET_BYTES), blocks=blocks)


def load_trace_record(office: Office, record: CutRecord) -> TraceRecord | None:
    """Return what was kept of a cut; None if it has neither canaries nor marks.

    Raises:
        Unreadable: it is damaged.
    """
    path = office.home.cuts / record.id / TRACE
    return decode_trace_record(office.vault.read(path)) if path.exists() else None
